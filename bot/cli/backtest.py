"""Hold the signals against the workspace's past."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from bot.actions.caller import Caller
from bot.actions.portfolio.backtest import Proof, run_backtest
from bot.cli.printing import say, say_json
from bot.cli.report import add_row, print_table
from bot.cli.setup import CLI_USER, open_workspace
from bot.clock import system_clock
from bot.errors import TendError
from bot.messages.notifications.signals import SHORT_LABELS
from bot.messages.plain_text import as_text
from bot.messages.portfolio import backtest as words
from bot.messages.portfolio import backtest_json
from scoring.backtest import Backtest, Tally

COLUMNS = {
    "touched": "Contact in 14 days",
    "silent": "Silent for 90",
    "long_silent": "Silent for 180",
    "faded": "Silent soon",
    "regained": "RVI back",
    "won": "Value won",
}


def backtest(months: int, tried: Sequence[str], *, json: bool, workspace: str | None) -> None:
    """Print what the signals would have said at past month ends, and what came."""
    engine, team = open_workspace(workspace)
    caller = Caller(team, CLI_USER, system_clock(), is_steward=True)
    found = run_backtest(engine, caller, months=months, tried=_parse_tried(tried))
    if json:
        say_json(backtest_json.proof(found))
        return
    say(as_text(words.proof_message(found)))
    for title, result in _results(found):
        if result.has_enough:
            print_table(_table(title, result))


def _parse_tried(tried: Sequence[str]) -> Mapping[str, str]:
    pairs = [one.partition("=") for one in tried]
    for key, equals, value in pairs:
        if not (key.strip() and equals and value.strip()):
            raise TendError(f"--set {key}: write it like --set quiet=45.")
    return {key.strip(): value.strip() for key, _, value in pairs}


def _results(found: Proof) -> list[tuple[str, Backtest]]:
    results = [("What came, as set", found.backtest)]
    if found.trial:
        tried = ", ".join(f"{key}={value}" for key, value in found.tried.items())
        results.append((f"What came, with {tried}", found.trial))
    return results


def _table(title: str, found: Backtest) -> Table:
    table = Table(title=title)
    for name in ("Signal", "Raised", *COLUMNS.values()):
        table.add_column(name)
    for one in found.signals:
        if one.alarms:
            cells = [_cell(one.after[name]) for name in COLUMNS]
            add_row(table, SHORT_LABELS[one.reason], str(one.alarms), *cells)
    add_row(table, "all cases", str(found.cases), *(_cell(found.after[name]) for name in COLUMNS))
    return table


def _cell(tally: Tally) -> str:
    return f"{tally.came} of {tally.cases} ({round(100 * tally.came / tally.cases)}%)" if tally.cases else "-"
