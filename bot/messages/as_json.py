"""Scores, nudges and digests as the plain values that `--json` prints.

Exact decimals are strings with two places, days ISO texts, money minor units as decimals of the currency.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.actions.notifications.digest import Digest
from bot.actions.notifications.nudge import Nudge
from bot.formatting import describe_cause, exact_money
from bot.messages.notifications.best_moves import move_text, reasons_text
from bot.messages.notifications.signals import call_reason, change_text, quiet_text, signal_sentences
from bot.scores.models import ScoredPartner
from scoring.balance import give_share
from scoring.explain import Change
from scoring.forecast import ForecastPoint
from scoring.roi import return_on_investment
from scoring.rounding import round_half_up
from scoring.rvi import RviView
from scoring.vocabulary import COUNTING_KINDS, Band

Json = dict[str, Any]


def score(scored: ScoredPartner, currency: str) -> Json:
    """Build a partner's entry of `tend score --json`."""
    now, facts = scored.now, scored.now.facts
    return {
        "partner": scored.partner.name,
        "vertical": scored.partner.vertical,
        "owner": scored.partner.owner,
        "status": scored.partner.status,
        "as_of": _day(now.day),
        "age_months": now.age_months,
        "months": now.months,
        "totals": {str(kind): now.ours.totals[kind] for kind in COUNTING_KINDS},
        "trust": _fraction(now.ours.trust.level),
        "rvi": _decimal(now.ours.rvi),
        "band": now.ours.band,
        "provisional": now.provisional,
        "literal_rvi": _decimal(now.ours.literal),
        "reverse": _reverse_json(now.theirs),
        "give_share": _fraction(give_share(facts.tally)),
        "last_touch_on": _day(facts.last_touch_on),
        "quiet_days": now.quiet_days,
        "value_won": exact_money(facts.value_won, currency),
        "cost": None if facts.cost is None else exact_money(facts.cost, currency),
        "roi": _fraction(return_on_investment(facts.value_won, facts.cost)),
        "signals": [str(signal.reason) for signal in scored.signals],
    }


def forecast(scored: ScoredPartner, steps: Sequence[ForecastPoint]) -> list[Json]:
    """Return one partner's rows of `tend forecast --json`.

    There is one for each day on which an RVI changes, with causes that add up.
    """
    return [
        {
            "partner": scored.partner.name,
            "on": _day(step.on),
            "rvi": _decimal(step.after.ours.rvi),
            "band": step.after.ours.band,
            "reverse_rvi": _decimal(step.after.theirs.rvi),
            "reverse_band": step.after.theirs.band,
            "causes": _causes_json(step.ours),
            "reverse_causes": _causes_json(step.theirs),
        }
        for step in steps
    ]


def _causes_json(change: Change) -> list[Json]:
    return [
        {"what": describe_cause(cause), "effect": _decimal(cause.effect)} for cause in change.causes if cause.effect
    ]


def _reverse_json(view: RviView) -> Json:
    return {
        "totals": {str(kind): view.totals[kind] for kind in COUNTING_KINDS},
        "trust": _fraction(view.trust.level),
        "estimated": view.trust.estimated,
        "rvi": _decimal(view.rvi),
        "band": view.band,
        "literal_rvi": _decimal(view.literal),
    }


def nudge(found: Nudge) -> Json:
    """Build an owner's entry of `tend nudges --json`."""
    return {
        "owner": found.owner,
        "as_of": _day(found.day),
        "items": [
            {
                "partner": item.scored.partner.name,
                "signals": [str(signal.reason) for signal in item.signals],
                "why": signal_sentences(item.signals, item.scored, item.cause),
                "reason_to_call": call_reason(item),
            }
            for item in found.items
        ],
        "waiting": [
            {"partner": one.partner, "lead": one.entry.title, "since": _day(one.entry.occurred_on)}
            for one in found.waiting_referrals
        ],
        "unowned": [one.name for one in found.unowned],
        "digest_problem": found.digest_problem,
    }


def digest(found: Digest) -> Json:
    """Build the output of `tend digest --json`."""
    currency = found.team.currency
    concentration = found.concentration
    return {
        "as_of": _day(found.day),
        "week": found.week,
        "since": _day(found.since),
        "until": _day(found.until),
        "has_news": found.has_news,
        "active": found.active,
        "producing": found.producing,
        "producing_30_days_ago": found.producing_before,
        "weakened": [_change_json(one, change) for one, change in found.weakened],
        "grew": [_change_json(one, change) for one, change in found.grew],
        "quiet": [
            {"partner": one.partner.name, "quiet_days": one.now.quiet_days, "why": quiet_text(one)}
            for one in found.quiet_partners
        ],
        "one_sided": [{"partner": one.partner.name, "which": str(way)} for one, way in found.lopsided],
        "paper": [one.partner.name for one in found.on_paper],
        "promises_overdue": [one.partner.name for one in found.overdue],
        "will_fall": [
            {
                "partner": one.partner.name,
                "on": _day(step.on),
                "rvi": _decimal(step.after.ours.rvi),
                "band": step.after.ours.band,
            }
            for one, step in found.falling
        ],
        "where_an_hour_does_most": [
            {"partner": one.scored.partner.name, "do": move_text(one), "why": reasons_text(one, currency)}
            for one in found.best
        ],
        "reviews_due": [one.partner.name for one in found.reviews],
        "outcomes_missed": [one.partner.name for one in found.missed_outcomes],
        "candidates_without_a_step": found.without_step,
        "unowned": list(found.unowned),
        "unrated": found.unrated,
        "referrals_in": found.referrals_in,
        "referrals_out": found.referrals_out,
        "value_won": exact_money(found.value_won, currency),
        "written_down_late": {
            "referrals_in": found.late.referrals_in,
            "referrals_out": found.late.referrals_out,
            "value_won": exact_money(found.late.value_won, currency),
        },
        "concentration": concentration
        and {
            "partner": concentration.partner.name,
            "top": _fraction(concentration.top),
            "top_three": _fraction(concentration.top_three),
            "alarming": concentration.alarming,
        },
        "logged": dict(found.logged),
        "weeks": [
            {"on": _day(week.on), **{str(band): week.bands.get(band, 0) for band in Band}, "unrated": week.unrated}
            for week in found.weeks
        ],
    }


def _change_json(one: ScoredPartner, change: Change) -> Json:
    return {
        "partner": one.partner.name,
        "from": _decimal(one.before.ours.rvi),
        "to": _decimal(one.now.ours.rvi),
        "why": change_text(one, change),
        "causes": [
            {"because": str(cause.reason), "kind": cause.kind, "number": cause.number, "effect": str(cause.effect)}
            for cause in change.causes
        ],
    }


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _fraction(value: Fraction | None) -> str | None:
    return None if value is None else str(round_half_up(value))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
