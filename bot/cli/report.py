"""Commands that print data, or change settings. None of them needs Slack."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.notifications import digest as digests
from bot.actions.notifications import nudge as nudging
from bot.actions.workspace.settings import change_settings
from bot.cli.printing import say, say_json, spelt
from bot.cli.setup import CLI_USER, open_engine, open_settings, open_workspace, parse_day
from bot.clock import system_clock
from bot.errors import NotFound
from bot.formatting import early_words
from bot.messages import as_json
from bot.messages.notifications import digest as digest_message
from bot.messages.notifications import nudge as nudge_message
from bot.messages.plain_text import as_text
from bot.scores import outlook, query
from bot.slack.charts import without_charts
from bot.workspace.settings import SETTINGS, settings_as_text
from bot.workspace.team import Team
from scoring.months import add_months
from storage import migrate as migration
from storage.db.engine import reading
from storage.partners import names, partners
from storage.workspaces import workspaces


def score(partner: str | None, as_of: str | None, *, json: bool, workspace: str | None) -> None:
    """Print the scores of all partners or one."""
    engine, team = open_workspace(workspace)
    day = parse_day(as_of, team)
    with reading(engine) as session:
        scored = query.load_scored(session, team=team, day=day, partner_id=partner_id_of(session, team, partner))
    if json:
        say_json([as_json.score(one, team.currency) for one in scored])
        return
    table = Table(title=f"RVI as of {day}")
    for name in ("Partner", "Vertical", "RVI", "Band", "Theirs", "Trust", "Last touch", "Signals"):
        table.add_column(name)
    for partner_score in scored:
        values = as_json.score(partner_score, team.currency)
        early = early_words(partner_score.now) if partner_score.now.provisional and values["band"] else None
        band = early or values["band"] or "no trust rated"
        theirs = f"{values['reverse']['rvi'] or '-'}{' (est.)' if values['reverse']['estimated'] else ''}"
        add_row(
            table,
            values["partner"],
            values["vertical"] or "",
            values["rvi"] or "-",
            band,
            theirs,
            values["trust"] or "-",
            values["last_touch_on"] or "never",
            ", ".join(values["signals"]),
        )
    print_table(table)


def forecast(partner: str | None, as_of: str | None, months: int, *, json: bool, workspace: str | None) -> None:
    """Print each day of the coming months on which an RVI changes if nothing new happens, with the causes."""
    engine, team = open_workspace(workspace)
    day = parse_day(as_of, team)
    with reading(engine) as session:
        scored = query.load_scored(session, team=team, day=day, partner_id=partner_id_of(session, team, partner))
        steps = outlook.forecast_partners(session, team=team, scored=scored, until=add_months(day, months))
    rows = [row for one, its in zip(scored, steps, strict=True) for row in as_json.forecast(one, its)]
    if json:
        say_json(rows)
        return
    table = Table(title=f"With nothing new, from {day}")
    for name in ("Partner", "On", "RVI", "Band", "Theirs", "Why"):
        table.add_column(name)
    for row in rows:
        why = _describe_causes(row["causes"]) or f"seen from their side: {_describe_causes(row['reverse_causes'])}"
        add_row(table, row["partner"], row["on"], row["rvi"] or "-", row["band"] or "", row["reverse_rvi"] or "-", why)
    print_table(table)


def _describe_causes(causes: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{cause['what']} ({cause['effect']})" for cause in causes)


def partner_id_of(session: Session, team: Team, name: str | None) -> int | None:
    """Return the id of a partner by name. Without a name return None, which means all partners.

    Raises:
        NotFound: no partner has that name.
    """
    if name is None:
        return None
    found = names.find_name(session, workspace_id=team.id, spellings=[name])
    if found is None:
        raise NotFound(f"There is no partner called “{name}”; `tend score` lists them all.")
    return found[1]


def add_row(table: Table, *cells: str) -> None:
    """Add a row of plain text. `Text` keeps Rich from reading square brackets in a name as markup."""
    table.add_row(*(Text(spelt(cell)) for cell in cells))


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal, or into a pipe as wide as it needs."""
    wide = Console()
    # Into a file or a pipe nothing needs to fit a window.
    Console(width=None if wide.is_terminal else 160).print(table)


def nudges(as_of: str | None, *, json: bool, workspace: str | None) -> None:
    """Print what each owner would be told."""
    engine, team = open_workspace(workspace)
    day = parse_day(as_of, team)
    with reading(engine) as session:
        owners = sorted({*partners.list_owners(session, workspace_id=team.id), *team.stewards})
        nudges_due = [nudging.build_nudge(session, team=team, owner=owner, day=day) for owner in owners]
    nudges_due = [nudge for nudge in nudges_due if not nudge.is_empty]
    if json:
        say_json([as_json.nudge(nudge) for nudge in nudges_due])
    elif not nudges_due:
        say(f"Nobody would be nudged on {day}.")
    for nudge in () if json else nudges_due:
        say(f"To {nudge.owner}:\n{as_text(nudge_message.nudge_message(nudge))}\n")


def digest(as_of: str | None, *, json: bool, workspace: str | None) -> None:
    """Print what the digest would say."""
    engine, team = open_workspace(workspace)
    with reading(engine) as session:
        week = digests.build_digest(session, team=team, day=parse_day(as_of, team))
    if json:
        say_json(as_json.digest(week))
    else:
        messages = (
            [digest_message.digest_message(week), digest_message.more(week)]
            if week.has_news
            else [digest_message.no_news_message()]
        )
        say("\n\n".join(as_text(without_charts(message)) for message in messages))


def settings(key: str | None, value: str | None, *, workspace: str | None) -> None:
    """Print all settings or one, or change one."""
    engine, team = open_workspace(workspace)
    if key is not None and key not in SETTINGS:
        value = value or ""  # the same complaint for reading and writing an unknown one
    if key is not None and value is not None:
        caller = Caller(team, CLI_USER, system_clock(), is_steward=True)
        change_settings(engine, caller, {key: value})
    with reading(engine) as session:
        values = settings_as_text(workspaces.get(session, workspace_id=team.id))
    for name, text in values.items():
        if key in (None, name):
            say(f"{name} = {text}" if key is None else text)


def migrate() -> None:
    """Migrate the database."""
    settings = open_settings()
    done = migration.migrate(open_engine(settings))
    say(f"The database is {'now' if done else 'already'} at the latest version.")
