"""How much of each kind was done, and for whom, between two days."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Side

# Ours is what they did for us and what was done together; theirs is the same with the roles reversed.
SIDE_DIRECTIONS: Mapping[Side, tuple[Direction, ...]] = {
    Side.OURS: (Direction.IN, Direction.JOINT),
    Side.THEIRS: (Direction.OUT, Direction.JOINT),
}
# Looked up once: an enum's members take long to find, and this is asked very often.
_IN, _OUT, _OURS = Direction.IN, Direction.OUT, Side.OURS


@dataclass(frozen=True, slots=True)
class ActivityCounts:
    """Sums of `count` by kind and direction, of the kinds that count for the RVI; zeros may be left out."""

    counts: Mapping[tuple[Kind, Direction], int] = field(default_factory=dict)

    def kinds(self, side: Side) -> dict[Kind, int]:
        """The five totals as seen from one side, zeros included."""
        seen = SIDE_DIRECTIONS[side]
        return {kind: sum(self.counts.get((kind, way), 0) for way in seen) for kind in COUNTING_KINDS}

    def total(self, side: Side) -> int:
        """The sum of the five totals as seen from one side."""
        other = _OUT if side == _OURS else _IN
        return sum([number for (_, way), number in self.counts.items() if way != other])

    def totals(self) -> tuple[int, int]:
        """The same from both sides, ours first."""
        ours = theirs = 0
        for (_, way), number in self.counts.items():
            if way != _OUT:
                ours += number
            if way != _IN:
                theirs += number
        return ours, theirs

    def towards(self, direction: Direction) -> int:
        """All that was done in one direction."""
        return sum([number for (_, way), number in self.counts.items() if way == direction])

    def of(self, kinds: tuple[Kind, ...], direction: Direction) -> int:
        """What was done of some kinds in one direction."""
        return sum(self.counts.get((kind, direction), 0) for kind in kinds)

    def moved(self, *, gone: "ActivityCounts", come: "ActivityCounts") -> "ActivityCounts":
        """This tally after some of it went and some came."""
        left = dict(self.counts)
        for key, number in come.counts.items():
            left[key] = left.get(key, 0) + number
        for key, number in gone.counts.items():
            left[key] = left.get(key, 0) - number
        return ActivityCounts({key: number for key, number in left.items() if number})


NO_ACTIVITY = ActivityCounts()
