"""Best moves: the few actions across all partners that prevent the most in the coming 30 days.

For each partner, compare up to three more calls, joint events, referrals to them or referrals from them with doing
nothing, 30 days from now. Moves are ranked by effect per hour: first bands kept on either side, then the value won in
the last twelve months from a quiet partner, then give and take evened out, then bands gained.
"""

from dataclasses import dataclass

from scoring.balance import find_lopsided, judge_balance
from scoring.counts import SIDE_DIRECTIONS
from scoring.rvi import Score, read_rvi
from scoring.vocabulary import BAND_ORDER, Band, Direction, Kind, Side

MAX_REPEATS = 3
SHARES = 6  # of an hour; makes shares for one, two and three hours whole numbers
MAX_GAINED = len(Side) * (len(BAND_ORDER) - 1)

Worth = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class MoveOutlook:
    """A partner's score today and 30 days ahead with no new activity, and whether it is quiet."""

    now: Score
    later: Score
    quiet: bool


@dataclass(frozen=True, slots=True)
class Move:
    """An action of about an hour each time, and what it prevents.

    `bands_kept` and `bands_gained` count bands on both sides; `sides_kept` and `sides_gained` name the sides.
    `at_stake` is the value won in the last twelve months, in minor units, if the partner is quiet. `mends_balance`:
    give and take become even again.
    """

    kind: Kind
    direction: Direction
    count: int
    bands_kept: int
    at_stake: int
    mends_balance: bool
    bands_gained: int
    sides_kept: tuple[Side, ...] = ()
    sides_gained: tuple[Side, ...] = ()

    @property
    def worth(self) -> Worth:
        """The effect per hour, in sixths, most important first. Compare as tuples."""
        return _worth(self.count, self.bands_kept, self.at_stake, self.mends_balance, self.bands_gained)


# Least effort first: of two equal moves, the earlier one is proposed.
MOVES = (
    (Kind.MEETING, Direction.JOINT),
    (Kind.EVENT, Direction.JOINT),
    (Kind.REFERRAL, Direction.OUT),
    (Kind.REFERRAL, Direction.IN),
)


def find_best_move(outlook: MoveOutlook) -> Move | None:
    """Return the move with the most effect for this partner. None if no move prevents or gains anything.

    Provisional partners are not ranked.
    """
    if outlook.now.provisional:
        return None
    moves = [
        _evaluate_move(outlook, kind, direction, number) for kind, direction in MOVES for number in _repeat_counts(kind)
    ]
    best = max(moves, key=lambda move: move.worth)  # `max` keeps the first of equals
    return best if any(best.worth) else None


def max_worth(now: Score, least: tuple[Band | None, Band | None], *, quiet: bool) -> Worth:
    """Return an upper bound for the worth of any move with a partner whose bands in 30 days (ours first) are at least
    `least`. Use it to decide which partners to evaluate first.
    """
    falls = 0
    if least != (now.ours.band, now.theirs.band):
        falls = sum(_band_index(band) for band in (now.ours.band, now.theirs.band)) - sum(
            _band_index(band) for band in least
        )
    return _worth(1, falls, now.facts.value_won if quiet else 0, True, MAX_GAINED)


def _worth(number: int, kept: int, at_stake: int, mends: bool, gained: int) -> Worth:
    share = SHARES // number
    return kept * share, at_stake * share, mends * share, gained * share


def is_threatened(outlook: MoveOutlook) -> bool:
    """Return whether there is anything to prevent, rather than only bands to gain."""
    falls = any(_band_index(outlook.later.view(side).band) < _band_index(outlook.now.view(side).band) for side in Side)
    return falls or _at_stake(outlook) > 0 or find_lopsided(outlook.later.facts.tally) is not None


def _repeat_counts(kind: Kind) -> range:
    return range(1, 2 if kind == Kind.MEETING else MAX_REPEATS + 1)  # a second call has no further effect


def _evaluate_move(outlook: MoveOutlook, kind: Kind, direction: Direction, number: int) -> Move:
    now, later = outlook.now, outlook.later
    today = {side: _band_index(now.view(side).band) for side in Side}
    without = {side: _band_index(later.view(side).band) for side in Side}
    after = {side: _band_index(_band_with(later, side, kind, direction, number)) for side in Side}
    kept = {side: min(today[side], after[side]) - min(today[side], without[side]) for side in Side}
    gained = {side: max(0, after[side] - max(today[side], without[side])) for side in Side}
    return Move(
        kind=kind,
        direction=direction,
        count=number,
        bands_kept=sum(kept.values()),
        at_stake=_at_stake(outlook),
        mends_balance=_mends(later, kind, direction, number),
        bands_gained=sum(gained.values()),
        sides_kept=tuple(side for side in Side if kept[side]),
        sides_gained=tuple(side for side in Side if gained[side]),
    )


def _band_with(later: Score, side: Side, kind: Kind, direction: Direction, number: int) -> Band | None:
    """Return a side's band with that much more activity. The start does not move, as the partnership has begun."""
    view = later.view(side)
    more = number if kind != Kind.MEETING and direction in SIDE_DIRECTIONS[side] else 0
    return read_rvi(view.total + more, later.months, view.trust.level)[2]


def _mends(later: Score, kind: Kind, direction: Direction, number: int) -> bool:
    given, taken = (later.facts.tally.towards(way) for way in (Direction.OUT, Direction.IN))
    if kind == Kind.MEETING or judge_balance(given, taken) is None:
        return False
    return (
        judge_balance(given + number * (direction == Direction.OUT), taken + number * (direction == Direction.IN))
        is None
    )


def _at_stake(outlook: MoveOutlook) -> int:
    return outlook.now.facts.value_won if outlook.quiet else 0


def _band_index(band: Band | None) -> int:
    return BAND_ORDER.index(band or Band.WEAK)
