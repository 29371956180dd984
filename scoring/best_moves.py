"""Where an hour does most: over many partners, the few things to do that prevent most in the coming 30 days.

Each partner is asked what up to three more calls, events together, referrals to them or referrals from them would
change 30 days from now, against nothing new. What prevents most for an hour's work comes first: bands kept, on either
side; then value won in the last twelve months of a partner that fell quiet; then give and take mended; then bands
gained.
"""

from dataclasses import dataclass

from scoring.balance import find_lopsided, judge_balance
from scoring.counts import SIDE_DIRECTIONS
from scoring.rvi import Score, read_rvi
from scoring.vocabulary import BAND_ORDER, Band, Direction, Kind, Side

MAX_REPEATS = 3
SHARES = 6  # of an hour: whole numbers for one, two and three of them
MAX_GAINED = len(Side) * (len(BAND_ORDER) - 1)

Worth = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class MoveOutlook:
    """A partner's score today and 30 days on with nothing new, and whether it has fallen quiet."""

    now: Score
    later: Score
    quiet: bool


@dataclass(frozen=True, slots=True)
class Move:
    """Something to do, about an hour's work each time, and what it prevents.

    `bands_kept` and `bands_gained` count bands on both sides, `sides_kept` and `sides_gained` say on which; `at_stake`
    is value won in the last twelve months, in minor units, of a partner that fell quiet; `mends_balance` that give and
    take are even again.
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
        """What it prevents for an hour, in sixths, most important first: of two moves the larger does more."""
        return _worth(self.count, self.bands_kept, self.at_stake, self.mends_balance, self.bands_gained)


# The least trouble first: of two that do the same, the earlier one is proposed.
MOVES = (
    (Kind.MEETING, Direction.JOINT),
    (Kind.EVENT, Direction.JOINT),
    (Kind.REFERRAL, Direction.OUT),
    (Kind.REFERRAL, Direction.IN),
)


def find_best_move(outlook: MoveOutlook) -> Move | None:
    """What does most with this partner; None where nothing of the kind prevents or gains anything.

    Provisional ones are in no ranking.
    """
    if outlook.now.provisional:
        return None
    moves = [_evaluate_move(outlook, kind, way, number) for kind, way in MOVES for number in _repeat_counts(kind)]
    best = max(moves, key=lambda move: move.worth)  # of equals the first
    return best if any(best.worth) else None


def max_worth(now: Score, least: tuple[Band | None, Band | None], *, quiet: bool) -> Worth:
    """What no move with a partner is worth more than, if its bands in 30 days, ours first, are not below `least`: by it
    one can tell whom to look at first."""
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
    """Whether there is anything to prevent; else there are only bands to gain."""
    falls = any(_band_index(outlook.later.view(side).band) < _band_index(outlook.now.view(side).band) for side in Side)
    return falls or _at_stake(outlook) > 0 or find_lopsided(outlook.later.facts.tally) is not None


def _repeat_counts(kind: Kind) -> range:
    return range(1, 2 if kind == Kind.MEETING else MAX_REPEATS + 1)  # a second call does nothing that one doesn't


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
    """A side's band with so much more; the partnership had begun, so nothing else changes."""
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
