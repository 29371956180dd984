"""`tend token`: the tokens of other programs, for whoever runs Tend."""

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.workspace.integrations import create_integration, list_integrations, revoke_integration
from bot.cli.printing import say
from bot.cli.setup import CLI_USER, open_workspace
from bot.clock import system_clock
from bot.errors import NotFound
from storage.name_key import name_key


def create(name: str, *, reads_scores: bool, workspace: str | None) -> None:
    """Create an integration and print its token."""
    engine, caller = _open(workspace)
    say(create_integration(engine, caller, name, reads_scores=reads_scores).token)


def list_all(*, workspace: str | None) -> None:
    """Print the name, the beginning of the token, the maker and the last use of each."""
    for one in list_integrations(*_open(workspace)):
        used = f"last used {one.last_used_on}" if one.last_used_on else "not used yet"
        rights = "" if one.reads_scores else ", records only"
        say(f"{one.name}  {one.prefix}…  created by {one.created_by} {one.created_on}, {used}{rights}")


def revoke(name: str, *, workspace: str | None) -> None:
    """Revoke the token of a program by its name."""
    engine, caller = _open(workspace)
    found = next((one for one in list_integrations(engine, caller) if name_key(one.name) == name_key(name)), None)
    if found is None:
        raise NotFound(f"No program called “{name}” has a token; `tend token list` shows them all.")
    say(f"{revoke_integration(engine, caller, found.id)} can no longer read or record.")


def _open(workspace: str | None) -> tuple[Engine, Caller]:
    engine, team = open_workspace(workspace)
    return engine, Caller(team, CLI_USER, system_clock(), is_steward=True)
