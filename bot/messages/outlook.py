"""Say what the RVI will be with no new activity."""

from collections.abc import Mapping
from datetime import date

from bot.formatting import count_of_kind, format_cause, format_day, format_effect, format_main_causes, format_rvi
from scoring.explain import Cause, CauseKind
from scoring.forecast import ForecastPoint
from scoring.rvi import Score
from scoring.signals import Reason, Signal
from scoring.vocabulary import Band, Side

Falls = Mapping[Side, ForecastPoint | None]


def outlook_text(now: Score, falls: Falls, until: date, told: tuple[Signal, ...]) -> str:
    """Return `With no new activity: 1.50 good → 0.75 weak on 14 May: 2 events turn 12 months old (−0.75).`

    Mention their side only if it falls sooner. Skip ours if a reason in `told` says it already. Nothing is known to
    fall after `until`.
    """
    ours, theirs = falls[Side.OURS], falls[Side.THEIRS]
    said = []
    if ours and not any(signal.reason == Reason.ROLLING_OFF for signal in told):
        said.append(f"With no new activity: {fall_text(ours, Side.OURS, now.day)}.")
    elif not ours and now.ours.band not in (None, Band.WEAK) and not now.provisional:
        said.append(f"Even with no new activity it stays {now.ours.band} until at least {format_day(until, now.day)}.")
    if theirs and (ours is None or theirs.on < ours.on):
        sooner = "Seen from their side, with no new activity" if not said else "Their side falls sooner"
        said.append(f"{sooner}: {_bands_text(theirs, Side.THEIRS)} on {format_day(theirs.on, now.day)}.")
    return " ".join(said)


def fall_text(step: ForecastPoint, side: Side, today: date) -> str:
    """Return `1.50 good → 0.75 weak on 14 May: 2 events turn 12 months old (−0.75)`."""
    change = step.ours if side == Side.OURS else step.theirs
    return (
        f"{_bands_text(step, side)} on {format_day(step.on, today)}: {format_main_causes(change, _future_cause_text)}"
    )


def _bands_text(step: ForecastPoint, side: Side) -> str:
    return f"{format_rvi(step.before, side)} → {format_rvi(step.after, side)}"


def _future_cause_text(cause: Cause) -> str:
    """Describe a cause that lies ahead."""
    if cause.reason != CauseKind.ROLLED_OUT or cause.kind is None:
        return format_cause(cause)
    turns = "turns" if cause.number == 1 else "turn"
    return f"{count_of_kind(cause.number, cause.kind)} {turns} 12 months old ({format_effect(cause.effect)})"
