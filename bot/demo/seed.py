"""Sample data: a workspace of business advisers and their partner firms, with two years of history.

Each partner shows a state:

| partner                  | state                                                                      |
|--------------------------|----------------------------------------------------------------------------|
| Larkfield Accountants    | strong; two raters; their trust rated; aliases; too large a share of value |
|                          | won; an overlap with its boundary; costs; commission                       |
| Pennyroyal & Co          | growing (the band); value won                                              |
| Tallow Bridge Accounting | good; their trust estimated; its quarterly review is due                   |
| Quillmark Bookkeeping    | weak                                                                       |
| Norbury Finch            | weakening: four webinars rolled out of the window                          |
| Harrow & Vale Solicitors | grew this month                                                            |
| Acme Legal               | open referrals in and out; aliases                                         |
| Brindle Moss Law         | quiet, once its cadence                                                    |
| Copperline Solicitors    | quiet, twice                                                               |
| Saltmarsh Legal          | quiet, three times                                                         |
| Kestrel Cloud            | lopsided: they take                                                        |
| Bluegate Systems         | lopsided: we take; retainer and success fee; an open issue                 |
| Hexley Data              | distrust; unwilling to work on outcomes                                    |
| Ferrygate Cyber          | good until an event rolls off, two weeks from now                          |
| Orchard Byte             | on paper only                                                              |
| Fernhill Software        | provisional: seven weeks old                                               |
| Wren People Partners     | a promise overdue                                                          |
| Thistledown HR           | paused                                                                     |
| Marigold Talent          | ended                                                                      |
| Juniper Coaching         | prospect                                                                   |
| Ashgrove Recruitment     | no owner                                                                   |
| Stonebrook Insurance     | its owner left                                                             |
| Lanternhouse Brokers     | quiet, but snoozed                                                         |
| Cobalt Cover             | nobody has rated trust                                                     |
| Millrace Underwriting    | its trust rating is stale                                                  |
| Peregrine Risk           | record incomplete; an undone row; an event to come                         |

The vertical "lenders" is empty. All firms and people are fictional.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.demo.calendar import DAY, DemoDays, demo_days, last_weekday, local_instant
from bot.demo.firms import POUND, Firm, LedgerRow, firms
from bot.demo.people import Owners
from bot.demo.texts import (
    COLLABORATIONS,
    EVENTS,
    FIT,
    FOR_CLIENTS,
    FOR_US,
    LEADS,
    MEETINGS,
    OUR_ROLE,
    PROMOTIONS,
    THEIR_ROLE,
)
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Kind, Outcome, Side, Status
from storage.contacts import addresses, persons, spoken_with
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import activities, costs, trust_ratings
from storage.partners import audit_log, issues, partners, promises, verticals

EMPTY_VERTICAL = "lenders"
IT_CADENCE = 45
INSIDE = (48, 325)
HISTORY = (412, 720)
SETTLING_IN, FIRST_LEVEL = 20 * DAY, 3
UNFRUITFUL, GIVEN = (Outcome.LOST, Outcome.DECLINED), (Outcome.WON, Outcome.LOST)


@retried
def seed(engine: Engine, team: Team, now: datetime, people: Owners | None = None) -> None:
    """Write the sample data as of `now`, in one transaction. The same `now` gives the same rows."""
    owners = people or Owners()
    with writing(engine) as session:
        writer = _Writer(session, team, now, owners)
        for firm in firms(writer.days, owners):
            writer.write(firm)
        verticals.get_or_create(session, workspace_id=team.id, name=EMPTY_VERTICAL)
        for vertical in verticals.list_verticals(session, workspace_id=team.id):
            if vertical.name == "IT":
                vertical.cadence_days = IT_CADENCE
                session.add(vertical)


class _Writer:
    """Write firms through the storage functions, each row dated to the day of the event."""

    def __init__(self, session: Session, team: Team, now: datetime, who: Owners) -> None:
        self.session, self.team, self.now, self.who = session, team, now, who
        self.days: DemoDays = demo_days(team, now)
        self.chance = random.Random(7)
        self.persons: list[int] = []  # those of the firm that is being written

    def write(self, firm: Firm) -> None:
        self.chance = random.Random(firm.name)
        since = last_weekday(self.days.today - firm.since * DAY)
        by = firm.owner or self.who.chloe
        partner_id = self._partner(firm, since, by)
        self._people(firm, partner_id, by, since)
        for deed in sorted([*self._deeds(firm), *self._meetings(firm, since)], key=lambda deed: deed.occurred_on):
            self._record(partner_id, deed, by)
        self._beside(firm, partner_id, by, since)

    def _people(self, firm: Firm, partner_id: int, by: str, since: date) -> None:
        of: Any = {"workspace_id": self.team.id, "partner_id": partner_id, "by": by, "now": self._instant(since)}
        self.persons = []
        for one in firm.people:
            fields: Any = {"name": one.name, "role": one.role, "address": one.address, "is_sponsor": one.is_sponsor}
            self.persons.append(persons.add(self.session, **of, **fields).id or 0)
        for domain in firm.domains:
            addresses.add_domain(self.session, **of, domain=domain)

    def _beside(self, firm: Firm, partner_id: int, by: str, since: date) -> None:
        """Write ratings, promises, costs, issues and ideas."""
        for side, ratings in ((Side.OURS, firm.ours), (Side.THEIRS, firm.theirs)):
            for rater, level, ago in ratings:
                on, first = self.days.ago(ago), since + SETTLING_IN
                if first < on:  # gives charts of the past something to show
                    self._rate(partner_id, side, rater, FIRST_LEVEL, first)
                self._rate(partner_id, side, rater, level, on)
        for what, due in firm.promises:
            promises.add(
                self.session,
                workspace_id=self.team.id,
                partner_id=partner_id,
                what=what,
                due_on=due,
                by=by,
                now=self._instant(self.days.ago(16)),
            )
        for what, ago, pounds, minutes in firm.costs:
            costs.record(
                self.session,
                workspace_id=self.team.id,
                partner_id=partner_id,
                spent_on=self.days.ago(ago),
                money_minor=None if pounds is None else pounds * POUND,
                minutes=minutes,
                what=what,
                by=by,
                now=self._instant(self.days.ago(ago)),
            )
        for kind, what in firm.matters:
            issues.open_issue(
                self.session,
                workspace_id=self.team.id,
                partner_id=partner_id,
                kind=kind,
                what=what,
                by=by,
                now=self._instant(self.days.ago(30)),
            )

    def _partner(self, firm: Firm, since: date, by: str) -> int:
        vertical = firm.vertical or ""
        partner = partners.add(
            self.session,
            workspace_id=self.team.id,
            name=firm.name,
            vertical=firm.vertical,
            owner=firm.owner,
            since_on=since,
            aliases=firm.aliases,
            by=by,
            now=self._instant(since),
            **{**self._fields(firm, vertical), **firm.record, **firm.status},
        )
        assert partner.id is not None  # flushed by `add`
        self._note(partner.id, "added", None, firm.name, by, since)
        if firm.status.get("status") in (Status.PAUSED, Status.ENDED):
            status_text = ": ".join(firm.status[key] for key in ("status", "status_reason") if key in firm.status)
            self._note(partner.id, "status", Status.ACTIVE, status_text, by, self.days.ago(25))
        return partner.id

    def _fields(self, firm: Firm, vertical: str) -> dict[str, Any]:
        """Return the partner's record fields, with a review in the coming weeks."""
        if not firm.complete:
            return {"wiifm_them": firm.them, "next_review_on": self._later()}
        return {
            "wiifm_us": FOR_US[vertical],
            "wiifm_them": firm.them,
            "wiifm_clients": FOR_CLIENTS[vertical],
            "our_role": OUR_ROLE,
            "their_role": THEIR_ROLE[vertical],
            "fit": FIT[vertical],
            "next_review_on": self._later(),
        }

    def _later(self) -> date:
        return last_weekday(self.days.today + self.chance.randint(12, 80) * DAY)

    def _note(self, partner_id: int, name: str, old: str | None, new: str, by: str, on: date) -> None:
        audit_log.log_change(
            self.session,
            workspace_id=self.team.id,
            subject="partner",
            subject_id=partner_id,
            field=name,
            old=old,
            new=new,
            by=by,
            now=self._instant(on),
        )

    def _record(self, partner_id: int, deed: LedgerRow, by: str) -> None:
        recorded_at = self._instant(min(deed.occurred_on, self.days.today))
        row = activities.record(
            self.session,
            workspace_id=self.team.id,
            partner_id=partner_id,
            kind=deed.kind,
            direction=deed.direction,
            occurred_on=deed.occurred_on,
            title=deed.title,
            medium=deed.medium,
            outcome=deed.outcome,
            value_minor=None if deed.pounds is None else deed.pounds * POUND,
            by=by,
            now=recorded_at,
        )
        if deed.outcome == Outcome.WON and deed.occurred_on < self.days.ago(INSIDE[0] - 1):
            row.outcome_on = last_weekday(deed.occurred_on + 35 * DAY)
        if deed.voided:
            row.voided_at, row.voided_by = recorded_at, by
        if deed.kind == Kind.MEETING and self.persons:
            met = [self.persons[(row.id or 0) % len(self.persons)]]
            of: Any = {"workspace_id": self.team.id, "partner_id": partner_id, "activity_id": row.id}
            spoken_with.name_persons(self.session, **of, person_ids=met)
        self.session.add(row)

    def _rate(self, partner_id: int, side: Side, rater: str, level: int, on: date) -> None:
        trust_ratings.record_rating(
            self.session,
            workspace_id=self.team.id,
            partner_id=partner_id,
            side=side,
            level=level,
            rated_on=on,
            rater=rater,
            by=rater,
            now=self._instant(on),
        )

    def _deeds(self, firm: Firm) -> Iterator[LedgerRow]:
        """Yield exact rows, rows that count in the last twelve months, and fewer before them."""
        yield from firm.deeds
        kinds = [key for key, number in firm.counts.items() for _ in range(number)]
        self.chance.shuffle(kinds)
        newest, oldest = max(INSIDE[0], firm.last_touch + 4), min(INSIDE[1], firm.since - 4)
        won = list(firm.won)
        for (kind, way), ago in zip(kinds, self._spread(newest, oldest, len(kinds)), strict=True):
            yield self._deed(firm, kind, way, self.days.ago(ago), won)
        oldest = min(HISTORY[1], firm.since - 4)
        if oldest > HISTORY[0] + 30:
            history_won = [self.chance.randrange(2_000, 9_000, 100)]
            past = kinds[::2] or [(Kind.EVENT, Direction.JOINT)] * 2
            for (kind, way), ago in zip(past, self._spread(HISTORY[0], oldest, len(past)), strict=True):
                yield self._deed(firm, kind, way, self.days.ago(ago), history_won)

    def _deed(self, firm: Firm, kind: Kind, way: Direction, on: date, won: list[int]) -> LedgerRow:
        if kind in (Kind.REFERRAL, Kind.STRATEGIC_REFERRAL):
            lead = self.chance.choice(LEADS)
            if way == Direction.IN and won:
                return LedgerRow(kind, way, on, lead, Outcome.WON, won.pop(0))
            return LedgerRow(kind, way, on, lead, self.chance.choice(GIVEN if way == Direction.OUT else UNFRUITFUL))
        titles = {Kind.EVENT: EVENTS[firm.vertical or "IT"], Kind.COLLABORATION: COLLABORATIONS}
        return LedgerRow(kind, way, on, self.chance.choice(titles.get(kind, PROMOTIONS)))

    def _meetings(self, firm: Firm, since: date) -> Iterator[LedgerRow]:
        """Yield a meeting about every three weeks, back from the firm's last touch."""
        on = self.days.ago(firm.last_touch)
        while on > since:
            medium, note = self.chance.choice(MEETINGS)
            yield LedgerRow(Kind.MEETING, Direction.JOINT, on, note, medium=medium)
            on = last_weekday(on - self.chance.randint(15, 24) * DAY)

    def _spread(self, near: int, far: int, number: int) -> list[int]:
        """Return `number` values of days ago, spread evenly over the span with jitter."""
        step = (far - near) / max(1, number)
        return [round(near + step * (place + self.chance.uniform(0.1, 0.9))) for place in range(number)]

    def _instant(self, on: date) -> datetime:
        """Return a random time in the day's working hours, at most `now`."""
        return min(local_instant(self.team, on, self.chance.randint(9, 16), self.chance.randint(0, 59)), self.now)
