"""Hold the signals against the past: what they would have said, what came, and what became of the nudges."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.errors import FieldError
from bot.grammar.errors import quote as cited
from bot.grammar.numbers import whole_number
from bot.scores import histories
from bot.scores.histories import rules_of
from bot.workspace.settings import SETTINGS
from scoring.backtest import Backtest, judge_signals
from scoring.nudge_effects import NudgeEffect, Pasts, measure_nudges
from scoring.replay import Rules
from storage.db.engine import reading
from storage.partners import snapshots

MONTHS = 24
NUDGE_DAYS = 365
TRIED = ("quiet", "learn_cadence", "weakening", "rolling_off", "signals_off")
"""What can be tried on the past."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The signals as they are set, held against the past; beside it with what was tried, if anything was.

    `nudges` is what became of all nudges, None for who may not see it; `own` of the caller's.
    """

    months: int
    backtest: Backtest
    tried: Mapping[str, str]
    trial: Backtest | None = None
    nudges: tuple[NudgeEffect, ...] | None = None
    own: tuple[NudgeEffect, ...] = ()
    off: frozenset[str] = frozenset()


def run_backtest(
    engine: Engine, caller: Caller, *, months: int | None = None, tried: Mapping[str, str] | None = None
) -> Proof:
    """Hold the signals of the last months against what came; by default of two years, or less if partners are many.

    Raises:
        FieldError: what is to be tried is unknown or has no such value.
    """
    team, tried = caller.team, tried or {}
    rules = rules_of(team)
    tried_rules = _apply(rules, tried)
    since = caller.today - timedelta(days=NUDGE_DAYS)
    with reading(engine) as session:
        loaded = histories.load_pasts(
            session, team=team, day=caller.today, months=months or MONTHS, in_haste=not months
        )
        tellings = histories.load_tellings(session, team=team, since=since)
    cases, pasts = loaded.replay(replace(rules, off=())), loaded.pasts(replace(rules, off=()))
    own = [telling for telling in tellings if telling.told_to == caller.user_id]
    return Proof(
        months=len(loaded.ends),
        backtest=judge_signals(cases),
        tried=tried,
        trial=judge_signals(loaded.replay(tried_rules)) if tried else None,
        nudges=measure_nudges(tellings, pasts, cases) if caller.is_steward else None,
        own=measure_nudges(own, pasts),
        off=team.signals_off,
    )


def measure_own_nudges(engine: Engine, caller: Caller) -> tuple[NudgeEffect, ...]:
    """Return what became of the caller's nudges of the last year."""
    team, since = caller.team, caller.today - timedelta(days=NUDGE_DAYS)
    with reading(engine) as session:
        tellings = histories.load_tellings(session, team=team, since=since, told_to=caller.user_id)
        ids = {telling.partner_id for telling in tellings}
        if not ids:
            return ()
        found = [one for one in snapshots.list_snapshots(session, workspace_id=team.id) if one.id in ids]
        pasts = histories.load_histories(session, team=team, partners=found, few=True)
    return measure_nudges(tellings, Pasts(pasts, replace(rules_of(team), off=()), caller.today))


def _apply(rules: Rules, tried: Mapping[str, str]) -> Rules:
    for key, text in tried.items():
        match key:
            case "quiet" | "cadence_days":
                rules = replace(rules, cadence_days=SETTINGS["cadence_days"].parse(text, ""))
            case "learn_cadence":
                rules = replace(rules, learn_cadence=SETTINGS[key].parse(text, ""))
            case "signals_off":
                rules = replace(rules, off=frozenset(SETTINGS[key].parse(text, "").split()))
            case "weakening":
                rules = replace(rules, min_share=Decimal(_number(key, text.removesuffix("%"), 100)) / 100)
            case "rolling_off":
                rules = replace(rules, fall_days=_number(key, text, 365))
            case _:
                raise FieldError(key, f"{cited(key)} can't be tried on the past; choose from {', '.join(TRIED)}.")
    return rules


def _number(key: str, text: str, high: int) -> int:
    number = whole_number(text.strip(), 1, high)
    if number is None:
        raise FieldError(key, f"{key}: {cited(text)} is no whole number from 1 to {high}.")
    return number
