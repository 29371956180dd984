"""Count activities by kind and direction."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Side

# Our side counts what they did for us and what was done together; their side counts the reverse.
SIDE_DIRECTIONS: Mapping[Side, tuple[Direction, ...]] = {
    Side.OURS: (Direction.IN, Direction.JOINT),
    Side.THEIRS: (Direction.OUT, Direction.JOINT),
}
# Bound once: enum attribute lookup is slow, and this is a hot path.
_IN, _OUT, _OURS = Direction.IN, Direction.OUT, Side.OURS


@dataclass(frozen=True, slots=True)
class ActivityCounts:
    """Sums of `count` by kind and direction, for the kinds that count for the RVI. Zeros may be missing."""

    counts: Mapping[tuple[Kind, Direction], int] = field(default_factory=dict)

    def kinds(self, side: Side) -> dict[Kind, int]:
        """Return the five totals of one side, including zeros."""
        directions = SIDE_DIRECTIONS[side]
        return {kind: sum(self.counts.get((kind, direction), 0) for direction in directions) for kind in COUNTING_KINDS}

    def total(self, side: Side) -> int:
        """Return the sum of one side's five totals."""
        opposite = _OUT if side == _OURS else _IN
        return sum([number for (_, direction), number in self.counts.items() if direction != opposite])

    def totals(self) -> tuple[int, int]:
        """Return the totals of both sides, ours first."""
        ours = theirs = 0
        for (_, direction), number in self.counts.items():
            if direction != _OUT:
                ours += number
            if direction != _IN:
                theirs += number
        return ours, theirs

    def towards(self, direction: Direction) -> int:
        """Return the total in one direction."""
        return sum([number for (_, row_direction), number in self.counts.items() if row_direction == direction])

    def of(self, kinds: tuple[Kind, ...], direction: Direction) -> int:
        """Return the total of some kinds in one direction."""
        return sum(self.counts.get((kind, direction), 0) for kind in kinds)

    def moved(self, *, gone: "ActivityCounts", come: "ActivityCounts") -> "ActivityCounts":
        """Return these counts with some activities removed and some added."""
        counts = dict(self.counts)
        for key, number in come.counts.items():
            counts[key] = counts.get(key, 0) + number
        for key, number in gone.counts.items():
            counts[key] = counts.get(key, 0) - number
        return ActivityCounts({key: number for key, number in counts.items() if number})


NO_ACTIVITY = ActivityCounts()
