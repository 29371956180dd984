"""Check the four points of a healthy partnership: trust, openness, roles and reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from bot.formatting import format_day, format_number
from scoring.portfolio import LOW_TRUST
from scoring.rvi import Score
from scoring.trust import Trust
from scoring.vocabulary import Side


@dataclass(frozen=True, slots=True)
class HealthPoint:
    """One of the four points: whether it is met, and unescaped text that says what is there or missing."""

    name: str
    is_met: bool
    text: str


def health_points(
    now: Score, values: Mapping[str, Any], *, held_on: date | None, next_on: date
) -> tuple[HealthPoint, ...]:
    """Check the four points on the day of `now`. `held_on` is the day of the last review."""
    return (
        HealthPoint("Trust", *_trust_point(now)),
        HealthPoint("Openness", *_openness_point(values.get("openness"))),
        HealthPoint("Roles", *_roles_point(values.get("our_role"), values.get("their_role"))),
        HealthPoint("Review", *_review_point(now.day, held_on, next_on)),
    )


def _trust_point(now: Score) -> tuple[bool, str]:
    ours, theirs = (now.view(side).trust for side in Side)
    if ours.level is None:
        return False, "nobody has rated our trust in them"
    told = f"ours {format_number(ours.level)} of 5, "
    told += "theirs not asked yet" if _is_unknown(theirs) else f"theirs {format_number(theirs.level or Fraction(0))}"
    if _is_low(ours) or (_is_low(theirs) and not _is_unknown(theirs)):
        return False, f"{told}: low"
    stale = ours.stale or (theirs.stale and not _is_unknown(theirs))
    return not stale, f"{told}: rated over 180 days ago" if stale else told


def _is_unknown(trust: Trust) -> bool:
    return trust.level is None or trust.estimated


def _is_low(trust: Trust) -> bool:
    return trust.level is not None and trust.level <= LOW_TRUST


def _openness_point(level: Any) -> tuple[bool, str]:
    if level is None:
        return False, "not rated yet"
    return level > LOW_TRUST, f"{level} of 5" if level > LOW_TRUST else f"{level} of 5: low"


def _roles_point(ours: str | None, theirs: str | None) -> tuple[bool, str]:
    if ours and theirs:
        return True, f"we: {ours} · they: {theirs}"
    if not ours and not theirs:
        return False, "neither role is written down"
    return (
        False,
        f"we: {ours}, their role is not written down" if ours else f"they: {theirs}, our role is not written down",
    )


def _review_point(today: date, held_on: date | None, next_on: date) -> tuple[bool, str]:
    held = f"last held {format_day(held_on, today)}" if held_on else "never held"
    if next_on <= today:
        return False, f"{held}, due since {format_day(next_on, today)}"
    return held_on is not None, f"{held}, the next is due {format_day(next_on, today)}"
