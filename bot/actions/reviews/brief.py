"""Reviews of single partners: what each starts from, and whose is due."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import active_of, partner_of, scored_of, why_since
from bot.actions.partners.edit import Values, values_of
from bot.actions.reviews import issues
from bot.actions.reviews.issues import Matter
from bot.scores.query import Scored
from bot.scores.record_status import next_review_on
from bot.workspace.team import Team
from scoring.explain import Change
from storage.db.engine import reading
from storage.ledger import activities
from storage.partners import promises, reviews
from storage.tables import Review

SOON_DAYS = 30
MOST_COUNTED = 1_000
ANSWERS = ("benefits", "reasons", "profit", "strengths", "weaknesses", "customer_benefit")


@dataclass(frozen=True, slots=True)
class Held:
    """A review that was held. `answers` are its texts by field; RVIs are as they were shown then."""

    on: date
    by: str
    answers: dict[str, str]
    rvi: str | None
    reverse_rvi: str | None
    wiifm_us: str | None
    wiifm_them: str | None

    @classmethod
    def of(cls, row: Review) -> "Held":
        return cls(
            on=row.held_on,
            by=row.recorded_by,
            answers={name: text for name in ANSWERS if (text := getattr(row, name))},
            rvi=row.rvi,
            reverse_rvi=row.reverse_rvi,
            wiifm_us=row.wiifm_us,
            wiifm_them=row.wiifm_them,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that was kept; `late` by so many days, nought where it was in time or had no day."""

    what: str
    on: date
    late: int


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a review of one partner starts from.

    `since` is the day of the last review, else a review's distance ago; what is `kept`, and which `matters` were
    settled, is counted from there. Promises not kept stand in `scored`.
    """

    scored: Scored
    values: Values
    last: Held | None
    since: date
    next_on: date
    ours: Change
    theirs: Change
    kept: tuple[Kept, ...]
    matters: tuple[Matter, ...]
    open_referrals: int
    boundary: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """Active partners with the day of their review: those due today, and those due in the next 30 days."""

    today: date
    due: tuple[tuple[Scored, date], ...]
    soon: tuple[tuple[Scored, date], ...]


def brief(engine: Engine, caller: Caller, partner_id: int) -> Brief:
    """What to have at hand in a partner's review.

    Raises:
        NotFound: it is none of this workspace.
    """
    team = caller.team
    with reading(engine) as session:
        scored, row = scored_of(session, caller, partner_id), partner_of(session, caller, partner_id)
        partner_id = scored.partner.id
        last, since, instant = _last(session, caller, partner_id)
        ours, theirs = why_since(session, caller, partner_id, since)
        open_ = activities.open_referrals(session, workspace_id=team.id, partner_id=partner_id, limit=MOST_COUNTED)
        return Brief(
            scored=scored,
            values=values_of(session, row),
            last=last,
            since=since,
            next_on=next_review_on(scored.partner, team),
            ours=ours,
            theirs=theirs,
            kept=_kept(session, team, partner_id, instant),
            matters=issues.of_partner(session, team=team, partner_id=partner_id, settled_since=instant),
            open_referrals=len(open_),
            boundary=row.boundary,
        )


def due(engine: Engine, caller: Caller) -> Due:
    """Whose review is due, or will be within 30 days; the soonest first."""
    with reading(engine) as session:
        dated = [(one, _due_on(one, caller.team)) for one in active_of(session, caller)]
    dated.sort(key=lambda pair: (pair[1], pair[0].partner.name))
    until = caller.today + timedelta(days=SOON_DAYS)
    return Due(
        today=caller.today,
        due=tuple(pair for pair in dated if pair[0].reviews),
        soon=tuple(pair for pair in dated if not pair[0].reviews and pair[1] <= until),
    )


def _due_on(one: Scored, team: Team) -> date:
    """The first day on which one of a partner's two dated reviews is due."""
    days = (next_review_on(one.partner, team), one.partner.boundary_review_on)
    return min(day for day in days if day)


def _last(session: Session, caller: Caller, partner_id: int) -> tuple[Held | None, date, datetime]:
    """The last review if any, and the day and instant that this one looks back to."""
    team = caller.team
    rows = reviews.of_partner(session, workspace_id=team.id, partner_id=partner_id, limit=1)
    if rows:
        return Held.of(rows[0]), rows[0].held_on, rows[0].recorded_at
    since = caller.today - timedelta(days=team.review_days)
    return None, since, datetime.combine(since, time.min, team.zone)


def _kept(session: Session, team: Team, partner_id: int, since: datetime) -> tuple[Kept, ...]:
    rows = promises.of_partner(session, workspace_id=team.id, partner_id=partner_id, kept_since=since)
    kept = [(row, team.today(row.done_at)) for row in rows if row.done_at]
    return tuple(Kept(row.what, on, max(0, (on - (row.due_on or on)).days)) for row, on in kept)
