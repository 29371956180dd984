"""Frozen score values that messages and lists are built from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.scores.people import NOBODY, PeopleFacts
from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.forecast import DatedCount, ForecastPoint
from scoring.portfolio import PLANNED_DAYS, is_paper
from scoring.rvi import Score
from scoring.signals import Reason, Signal, is_quiet
from scoring.trust import Rating
from scoring.vocabulary import Promiser
from storage.partners.snapshots import PartnerSnapshot


@dataclass(frozen=True, slots=True)
class Promise:
    """An open promise, by us or by them. `promised_by` recorded it."""

    id: int
    text: str
    due_on: date | None
    promised_by: str
    side: Promiser = Promiser.US


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known on a day about the future: rows leaving the twelve months, plans, and all ratings if one is dated
    ahead. It holds only what was recorded by that day, so looking back later gives the same."""

    rows: Sequence[DatedCount] = ()
    ratings: Sequence[Rating] = ()


NO_OUTLOOK = Outlook()


@dataclass(frozen=True, slots=True)
class ScoredPartner:
    """A partner with its score, the score of 30 days before, and the reasons to act on it.

    `outlook` is what is known of the coming 30 days; `next_fall` the day among them on which, with nothing new, its
    band is lower; `missing_fields` what its record lacks, `due_reviews` which reviews are due, in words. `promises` are
    ours, `promised_us` theirs. `rhythm` is every how many days one usually speaks: learnt where no cadence is set, and
    None where there is too little to learn from. `left_window` left the twelve months since the day of `before`, and
    `entered_window` came into them. `reasons` are all there are, with an owner or without. `is_untold`: it began before
    it was added, and Tend was told of no contact yet: that is no silence. `own_rating`: it would not be weakening
    without what its owner has rated since, which is no news to them.
    """

    partner: PartnerSnapshot
    now: Score
    before: Score
    reasons: tuple[Signal, ...]
    promises: tuple[Promise, ...]
    cadence_days: int
    next_fall: ForecastPoint | None = None
    missing_fields: tuple[str, ...] = ()
    due_reviews: tuple[str, ...] = ()
    rhythm: int | None = None
    outlook: Outlook = NO_OUTLOOK
    left_window: ActivityCounts = NO_ACTIVITY
    entered_window: ActivityCounts = NO_ACTIVITY
    is_untold: bool = False
    own_rating: bool = False
    promised_us: tuple[Promise, ...] = ()
    people: PeopleFacts = NOBODY

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The reasons to act that the owner is told of. Without an owner there are none."""
        return self.reasons if self.partner.owner else ()

    @property
    def is_paper(self) -> bool:
        """Whether this is a paper partner: nothing came of it and nothing is planned, as far as Tend can know."""
        until = self.now.day + timedelta(days=PLANNED_DAYS)
        planned = any(self.now.day < row.occurred_on <= until for row in self.outlook.rows)
        return is_paper(self.now, planned=planned, told=not self.is_untold)

    @property
    def is_quiet(self) -> bool:
        return not self.is_untold and is_quiet(self.now, self.cadence_days)

    @property
    def is_snoozed(self) -> bool:
        return self.partner.snoozed_until_on is not None and self.now.day < self.partner.snoozed_until_on

    @property
    def keeps_rhythm(self) -> bool:
        """Whether the cadence equals the learnt rhythm."""
        return self.rhythm == self.cadence_days

    def has(self, reason: Reason) -> bool:
        return any(signal.reason == reason for signal in self.reasons)


SortKey = Callable[[ScoredPartner], Any]
