"""What `tend backtest --json` prints. Shares are numbers from 0 to 1, with 95% intervals."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.actions.portfolio.backtest import Proof
from scoring.backtest import Backtest, Hit, MonthProof, SignalProof, Tally
from scoring.bootstrap import Estimate
from scoring.nudge_effects import NudgeEffect

Json = dict[str, Any]
PLACES = 4


def proof(found: Proof) -> Json:
    """Build everything: the signals as set, those tried, and the nudges."""
    return {
        "months": found.months,
        "tried": dict(found.tried),
        "as_set": _backtest(found.backtest),
        "as_tried": _backtest(found.trial) if found.trial else None,
        "nudges": [_effect(one) for one in found.nudges or ()],
    }


def _backtest(found: Backtest) -> Json:
    return {
        "since": _day(found.since),
        "until": _day(found.until),
        "cases": found.cases,
        "partners": found.partners,
        "fell_silent": found.silent,
        "base_rate": _estimate(found.base_rate),
        "came": _tallies(found.after),
        "signals": [_signal(one) for one in found.signals],
        "month_ends": [_month(one) for one in found.months],
    }


def _signal(one: SignalProof) -> Json:
    return {
        "signal": str(one.reason),
        "alarms": one.alarms,
        "partners": one.partners,
        "fell_silent": one.came_true,
        **_hit(one.signal),
        "days_since_contact": {"from_days": one.threshold, **_hit(one.days)},
        "gain_over_days": _estimate(one.gain),
        "early_gain_over_days": _estimate(one.early_gain),
        "gain_over_base_rate": _estimate(one.over_base),
        "came": _tallies(one.after),
        "verdict": str(one.standing),
    }


def _hit(found: Hit) -> Json:
    return {
        "precision": _estimate(found.precision),
        "recall": _estimate(found.recall),
        "lead_days": _estimate(found.lead_days),
    }


def _month(one: MonthProof) -> Json:
    signals = {str(reason): {"alarms": tally.cases, "fell_silent": tally.came} for reason, tally in one.signals.items()}
    return {"on": one.on.isoformat(), "cases": one.cases, "fell_silent": one.silent, "signals": signals}


def _effect(one: NudgeEffect) -> Json:
    like = one.like
    others = (
        None
        if like is None
        else {
            "cases": like.others,
            "acted": round(like.others_acted, PLACES),
            "settled": round(like.others_recovered, PLACES),
        }
    )
    return {
        "signal": str(one.reason),
        "told": one.told,
        "acted_in_7_days": one.acted,
        "settled_in_30_days": one.recovered,
        "comparable_untold": others,
    }


def _tallies(found: Mapping[str, Tally]) -> Json:
    return {name: {"number": tally.came, "of": tally.cases} for name, tally in found.items()}


def _estimate(found: Estimate | None) -> Sequence[float] | None:
    return None if found is None else [round(number, PLACES) for number in (found.value, found.low, found.high)]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
