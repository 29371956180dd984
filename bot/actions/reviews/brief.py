"""Build the brief for a partner's review and list due reviews."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import explain_change_since, get_partner, get_scored_partner, list_active_partners
from bot.actions.partner_values import FieldValues, partner_values
from bot.actions.reviews import issues
from bot.actions.reviews.issues import Issue
from bot.scores.models import ScoredPartner
from bot.scores.record_status import next_review_day
from bot.workspace.team import Team
from scoring.explain import Change
from scoring.vocabulary import Promiser
from storage.db.engine import reading
from storage.ledger import activities
from storage.partners import promises, reviews
from storage.tables import Review

SOON_DAYS = 30
MAX_COUNTED_REFERRALS = 1_000
ANSWER_FIELDS = ("benefits", "reasons", "profit", "strengths", "weaknesses", "customer_benefit")


@dataclass(frozen=True, slots=True)
class PastReview:
    """A past review. `answers` are its texts by field; RVIs are as shown at the time."""

    held_on: date
    held_by: str
    answers: dict[str, str]
    rvi: str | None
    reverse_rvi: str | None
    wiifm_us: str | None
    wiifm_them: str | None

    @classmethod
    def of(cls, row: Review) -> "PastReview":
        return cls(
            held_on=row.held_on,
            held_by=row.recorded_by,
            answers={name: text for name in ANSWER_FIELDS if (text := getattr(row, name))},
            rvi=row.rvi,
            reverse_rvi=row.reverse_rvi,
            wiifm_us=row.wiifm_us,
            wiifm_them=row.wiifm_them,
        )


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A kept promise. `days_late` is 0 if it was on time or had no due day."""

    promise: str
    kept_on: date
    days_late: int


@dataclass(frozen=True, slots=True)
class ReviewBrief:
    """Everything a review of one partner starts from.

    `since` is the day of the last review, or one review period ago. `kept_promises` and settled `issues` count from
    there. Open promises are in `scored`.
    """

    scored: ScoredPartner
    values: FieldValues
    last_review: PastReview | None
    since: date
    next_on: date
    change: Change
    reverse_change: Change
    kept_promises: tuple[KeptPromise, ...]
    issues: tuple[Issue, ...]
    open_referrals: int
    boundary: str | None


@dataclass(frozen=True, slots=True)
class DueReviews:
    """Active partners with the day of their review: those due today, and those due in the next 30 days."""

    today: date
    due: tuple[tuple[ScoredPartner, date], ...]
    soon: tuple[tuple[ScoredPartner, date], ...]


def build_brief(engine: Engine, caller: Caller, partner_id: int) -> ReviewBrief:
    """Build the brief for a partner's review."""
    team = caller.team
    with reading(engine) as session:
        scored, row = get_scored_partner(session, caller, partner_id), get_partner(session, caller, partner_id)
        partner_id = scored.partner.id
        last, since, instant = _load_last_review(session, caller, partner_id)
        ours, theirs = explain_change_since(session, caller, partner_id, since)
        open_ = activities.open_referrals(
            session, workspace_id=team.id, partner_id=partner_id, limit=MAX_COUNTED_REFERRALS
        )
        return ReviewBrief(
            scored=scored,
            values=partner_values(session, row),
            last_review=last,
            since=since,
            next_on=next_review_day(scored.partner, team),
            change=ours,
            reverse_change=theirs,
            kept_promises=_kept_promises(session, team, partner_id, instant),
            issues=issues.list_issues(session, team=team, partner_id=partner_id, settled_since=instant),
            open_referrals=len(open_),
            boundary=row.boundary,
        )


def list_due_reviews(engine: Engine, caller: Caller) -> DueReviews:
    """List reviews due now or within 30 days, soonest first."""
    with reading(engine) as session:
        dated = [(one, _review_day(one, caller.team)) for one in list_active_partners(session, caller)]
    dated.sort(key=lambda pair: (pair[1], pair[0].partner.name))
    until = caller.today + timedelta(days=SOON_DAYS)
    return DueReviews(
        today=caller.today,
        due=tuple(pair for pair in dated if pair[0].due_reviews),
        soon=tuple(pair for pair in dated if not pair[0].due_reviews and pair[1] <= until),
    )


def _review_day(scored: ScoredPartner, team: Team) -> date:
    """Return the earlier of a partner's review day and boundary review day."""
    days = (next_review_day(scored.partner, team), scored.partner.boundary_review_on)
    return min(day for day in days if day)


def _load_last_review(session: Session, caller: Caller, partner_id: int) -> tuple[PastReview | None, date, datetime]:
    """Load the last review, if any, and the day and instant that this one looks back to."""
    team = caller.team
    rows = reviews.list_reviews(session, workspace_id=team.id, partner_id=partner_id, limit=1)
    if rows:
        return PastReview.of(rows[0]), rows[0].held_on, rows[0].recorded_at
    since = caller.today - timedelta(days=team.review_days)
    return None, since, datetime.combine(since, time.min, team.zone)


def _kept_promises(session: Session, team: Team, partner_id: int, since: datetime) -> tuple[KeptPromise, ...]:
    rows = promises.list_promises(session, workspace_id=team.id, partner_id=partner_id, kept_since=since)
    kept = [(row, team.today(row.done_at)) for row in rows if row.done_at and row.side == Promiser.US]
    return tuple(KeptPromise(row.what, on, max(0, (on - (row.due_on or on)).days)) for row, on in kept)
