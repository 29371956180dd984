"""`tend webhook`: where events are sent, for whoever runs Tend."""

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.workspace import webhooks
from bot.cli.printing import say
from bot.cli.setup import CLI_USER, open_settings, open_workspace
from bot.clock import system_clock
from bot.formatting import count
from bot.slack.token_store import TokenCipher
from bot.webhooks.events import CHOSEN


def add(url: str, events: str | None, *, workspace: str | None) -> None:
    """Add an endpoint and print its secret. `events` are parted by commas; None are all."""
    key = open_settings().tend_token_key
    cipher = TokenCipher(key.get_secret_value()) if key else None
    engine, caller = _open(workspace)
    chosen = [word.strip() for word in events.split(",")] if events else CHOSEN
    done = webhooks.add_webhook(engine, caller, url, chosen, cipher.encrypt if cipher else None)
    say(done.secret)


def list_all(*, workspace: str | None) -> None:
    """Print the number, the host, the events and the state of each endpoint."""
    for one in webhooks.list_webhooks(*_open(workspace)):
        state = f"paused by {one.paused_by}" if one.paused_by else f"last problem: {one.problem}" if one.problem else ""
        waiting = f"{one.pending} waiting, {one.dead} not delivered"
        say("  ".join(part for part in (str(one.id), one.host, " ".join(one.events), waiting, state) if part))


def pause(endpoint_id: int, *, paused: bool, workspace: str | None) -> None:
    """Pause an endpoint, or resume it."""
    info = webhooks.pause_webhook(*_open(workspace), endpoint_id, paused=paused)
    say(f"{info.host} is {'paused; events are kept' if paused else 'sent to again'}")


def remove(endpoint_id: int, *, workspace: str | None) -> None:
    """Remove an endpoint."""
    say(f"nothing is sent to {webhooks.remove_webhook(*_open(workspace), endpoint_id)} any more")


def send_test(endpoint_id: int, *, workspace: str | None) -> None:
    """Put a test event into the outbox."""
    info = webhooks.send_test_event(*_open(workspace), endpoint_id)
    say(f"a test event goes to {info.host} within seconds, if Tend's worker is running")


def dead(endpoint_id: int, *, workspace: str | None) -> None:
    """Print the latest events that were given up."""
    info, found = webhooks.list_dead(*_open(workspace), endpoint_id)
    for one in found:
        say(f"{one.happened_at:%Y-%m-%d %H:%M}  {one.event}  {count(one.attempts, 'try', 'tries')}  {one.problem}")
    say(f"{info.host}: {count(info.dead, 'event')} not delivered")


def replay(endpoint_id: int, *, workspace: str | None) -> None:
    """Send what was given up again."""
    host, number = webhooks.replay_dead(*_open(workspace), endpoint_id)
    say(f"{count(number, 'event')} to {host} will be sent again")


def _open(workspace: str | None) -> tuple[Engine, Caller]:
    engine, team = open_workspace(workspace)
    return engine, Caller(team, CLI_USER, system_clock(), is_steward=True)
