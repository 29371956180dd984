"""The review of one partner: prepared out of the record, held, and due again."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot import causes, scores
from bot.actions import matters
from bot.actions.basics import FARTHEST_DAYS, id_of, note_change, partner_of, scored_of
from bot.actions.caller import Caller
from bot.actions.matters import Matter
from bot.actions.partner_record import Values, values_of
from bot.actions.promises import promise
from bot.errors import FieldError
from bot.messages.words import day_words
from bot.partner_facts import next_review_on
from bot.partner_fields import FIELDS
from bot.scores import Scored
from bot.team import Team
from scoring.change import Change
from scoring.words import Side, Status
from storage import ledger, promises, reviews
from storage.engine import reading, writing
from storage.tables import Partner, Review

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
class Answers:
    """What came of a review. Texts by the names in `ANSWERS`; a promise has a day."""

    texts: dict[str, str | None]
    openness: int | None
    step: str | None
    step_due_on: date | None
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Done:
    """A review as it was kept. `still_due` says which other reviews are due, in words."""

    partner_id: int
    partner: str
    next_on: date
    step: str | None
    step_due_on: date | None
    still_due: tuple[str, ...]


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
    team, today = caller.team, caller.today
    with reading(engine) as session:
        scored, row = scored_of(session, caller, partner_id), partner_of(session, caller, partner_id)
        partner_id = scored.partner.id
        last, since, instant = _last(session, caller, partner_id)
        before, after = scores.on_days(session, team=team, partner_id=partner_id, days=[since, today])
        ours, theirs = (
            causes.why_between(session, team=team, partner_id=partner_id, before=before, after=after, side=side)
            for side in Side
        )
        open_ = ledger.open_referrals(session, workspace_id=team.id, partner_id=partner_id, limit=MOST_COUNTED)
        return Brief(
            scored=scored,
            values=values_of(session, row),
            last=last,
            since=since,
            next_on=next_review_on(scored.partner, team),
            ours=ours,
            theirs=theirs,
            kept=_kept(session, team, partner_id, instant),
            matters=matters.of_partner(session, team=team, partner_id=partner_id, settled_since=instant),
            open_referrals=len(open_),
            boundary=row.boundary,
        )


def hold(engine: Engine, caller: Caller, partner_id: int, answers: Answers) -> Done:
    """Keep a review with the numbers as they stand, and what it moves: the record, a promise, the next review.

    Raises:
        NotFound: the partner is none of this workspace.
        FieldError: a day or a text can't be taken, or nothing was said at all.
    """
    next_on = _checked(answers, caller.today)
    with writing(engine) as session:
        caller.once(session)
        scored, partner = scored_of(session, caller, partner_id), partner_of(session, caller, partner_id)
        partner_id = scored.partner.id
        reviews.record(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            held_on=caller.today,
            rvi=_shown(scored, Side.OURS),
            reverse_rvi=_shown(scored, Side.THEIRS),
            wiifm_us=partner.wiifm_us,
            wiifm_them=partner.wiifm_them,
            next_on=next_on,
            by=caller.user_id,
            now=caller.now,
            **{name: answers.texts.get(name) or "" for name in ANSWERS},
        )
        if answers.step:
            promise(session, caller, partner_id, answers.step, answers.step_due_on)
        _set(session, caller, partner, answers, next_on)
        due = scored_of(session, caller, partner_id).reviews
        return Done(partner_id, partner.name, next_on, answers.step, answers.step_due_on, due)


def due(engine: Engine, caller: Caller) -> Due:
    """Whose review is due, or will be within 30 days; the soonest first."""
    with reading(engine) as session:
        active = scores.read(session, team=caller.team, day=caller.today, statuses=[Status.ACTIVE])
    dated = sorted(
        ((one, _due_on(one, caller.team)) for one in active), key=lambda pair: (pair[1], pair[0].partner.name)
    )
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


def _checked(answers: Answers, today: date) -> date:
    """The day of the next review, once everything was found to be in order."""
    if not any(answers.texts.values()) and not answers.step:
        raise FieldError("benefits", "A review says at least one thing: what came of this partnership?")
    if answers.step_due_on and not answers.step:
        raise FieldError("step", "Say what was promised by that day.")
    if answers.step and not answers.step_due_on:
        raise FieldError("step_due_on", "By which day?")
    if answers.step_due_on and answers.step_due_on < today:
        raise FieldError("step_due_on", "That day is past; choose one to come.")
    if answers.next_on is None:
        raise FieldError("next_on", "Choose the day of the next review.")
    if answers.next_on <= today:
        raise FieldError("next_on", "The next review is on a day to come.")
    for name, day in (("next_on", answers.next_on), ("step_due_on", answers.step_due_on)):
        if day and (day - today).days > FARTHEST_DAYS:
            raise FieldError(name, "That day is more than two years ahead.")
    return answers.next_on


def _set(session: Session, caller: Caller, partner: Partner, answers: Answers, next_on: date) -> None:
    """What a review says anew of the partner's record, each with a note of the change."""
    partner_id = id_of(partner)
    given: dict[str, Any] = {"openness": answers.openness, "customer_benefit": answers.texts.get("customer_benefit")}
    for name, value in given.items():
        old = getattr(partner, name)
        if value and value != old:
            setattr(partner, name, value)
            was, now = (FIELDS[name].input.words(one, caller.team) for one in (old, value))
            note_change(session, caller, "partner", partner_id, FIELDS[name].label, was, now)
    if partner.next_review_on != next_on:
        was = day_words(partner.next_review_on) if partner.next_review_on else None
        note_change(session, caller, "partner", partner_id, "next review", was, day_words(next_on))
        partner.next_review_on = next_on
    note_change(session, caller, "partner", partner_id, "review held", None, day_words(caller.today))
    session.add(partner)
    session.flush()


def _shown(scored: Scored, side: Side) -> str | None:
    rvi = scored.now.view(side).rvi
    return None if rvi is None else str(rvi)
