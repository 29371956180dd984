"""Where an hour does most, in words."""

from collections.abc import Callable, Sequence

from bot.actions.notifications.best_moves import ProposedMove
from bot.formatting import count, format_day, format_money
from bot.scores.models import ScoredPartner
from bot.slack.blocks import bold
from scoring.balance import Lopsided, find_lopsided
from scoring.vocabulary import Direction, Kind, Side

RANKING_NOTE = (
    "Ranked by what an hour achieves in the next 30 days: first partners about to drop a band, then quiet ones that "
    "brought in money, then one-sided ones, then those that could move up a band."
)


def best_moves_text(
    found: Sequence[ProposedMove], currency: str, name: Callable[[ScoredPartner], str] | None = None
) -> str:
    """List the best moves, what does most first; empty if nothing does anything. `name` formats a partner."""
    if not found:
        return ""
    named = name or (lambda one: bold(one.partner.name, 80))
    told = [
        f"{place}. {named(one.scored)}: {move_text(one)}, to {reasons_text(one, currency)}"
        for place, one in enumerate(found, start=1)
    ]
    return "\n".join(["*:hourglass_flowing_sand: Where an hour does most*", *told, f"_{RANKING_NOTE}_"])


def move_text(one: ProposedMove) -> str:
    """Return what to do: `a call`, `2 events together`, `a referral to them`."""
    move = one.move
    if move.kind == Kind.MEETING:
        return "a call"
    if move.kind == Kind.EVENT:
        return "an event together" if move.count == 1 else f"{count(move.count, 'event')} together"
    what = "a referral" if move.count == 1 else count(move.count, "referral")
    return f"{what} to them" if move.direction == Direction.OUT else f"ask for {what}"


def reasons_text(one: ProposedMove, currency: str) -> str:
    """Return what a move prevents or gains, the most important first."""
    now, move = one.scored.now, one.move
    told = []
    if move.sides_kept:
        told.append(_kept_text(one))
    if move.at_stake:
        won = format_money(move.at_stake, currency)
        told.append(f"end {count(now.quiet_days, 'day')} of silence with a partner that brought in {won} in 12 months")
    if move.mends_balance:
        taking = find_lopsided(now.facts.tally) == Lopsided.THEY_TAKE
        told.append(f"even out the give and take (so far {'we give' if taking else 'they give'})")
    if move.sides_gained:
        told.append(f"move it up a band{_sides_text(move.sides_gained)}")
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _kept_text(one: ProposedMove) -> str:
    now, falls = one.scored.now, one.scored.next_fall
    bands = {side: now.view(side).band for side in one.move.sides_kept}
    day = f" (otherwise it falls on {format_day(falls.on, now.day)})" if falls else ""
    if len(set(bands.values())) == 1:
        return f"keep it *{next(iter(bands.values()))}*{_sides_text(one.move.sides_kept)}{day}"
    return f"keep it *{bands[Side.OURS]}*, and *{bands[Side.THEIRS]}* on their side{day}"


def _sides_text(sides: Sequence[Side]) -> str:
    """Return on which sides. It is empty for ours alone, which goes without saying."""
    return " on both sides" if len(sides) == len(Side) else "" if Side.OURS in sides else " on their side"
