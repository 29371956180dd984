"""What the RVI will be with nothing new, in words."""

from collections.abc import Mapping
from datetime import date

from bot.formatting import cause_words, day_words, main_causes, of_kind, rvi_words, signed
from scoring.explain import Because, Cause
from scoring.forecast import Step
from scoring.rvi import Score
from scoring.signals import Reason, Signal
from scoring.vocabulary import Band, Side

Falls = Mapping[Side, Step | None]


def ahead_words(now: Score, falls: Falls, until: date, told: tuple[Signal, ...]) -> str:
    """`With nothing new: 1.50 good → 0.75 weak on 14 May, 2 events roll out of the 12 months (−0.75).`

    From their side only where that falls sooner. Empty where there is nothing below the band, and for ours where one of
    the reasons `told` says it already. Up to `until` it is known that nothing falls.
    """
    ours, theirs = falls[Side.OURS], falls[Side.THEIRS]
    said = []
    if ours and not any(signal.reason == Reason.ROLLING_OFF for signal in told):
        said.append(f"With nothing new: {fall_words(ours, Side.OURS, now.day)}.")
    elif not ours and now.ours.band not in (None, Band.WEAK) and not now.provisional:
        said.append(f"Even with nothing new it stays {now.ours.band} until {day_words(until, now.day)} at least.")
    if theirs and (ours is None or theirs.on < ours.on):
        sooner = "Seen from their side, with nothing new" if not said else "Their side sooner"
        said.append(f"{sooner}: {_bands(theirs, Side.THEIRS)} on {day_words(theirs.on, now.day)}.")
    return " ".join(said)


def fall_words(step: Step, side: Side, today: date) -> str:
    """`1.50 good → 0.75 weak on 14 May, 2 events roll out of the 12 months (−0.75)`: what happens on that day."""
    change = step.ours if side == Side.OURS else step.theirs
    return f"{_bands(step, side)} on {day_words(step.on, today)}, {main_causes(change, _will)}"


def _bands(step: Step, side: Side) -> str:
    return f"{rvi_words(step.before, side)} → {rvi_words(step.after, side)}"


def _will(cause: Cause) -> str:
    """A cause that is still to come."""
    if cause.because != Because.ROLLED_OUT or cause.kind is None:
        return cause_words(cause)
    rolls = "rolls" if cause.number == 1 else "roll"
    return f"{of_kind(cause.number, cause.kind)} {rolls} out of the 12 months ({signed(cause.effect)})"
