"""Save a review with the scores of the day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.promises import record_promise
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_scored_partner, log_change, log_field_change, row_id
from bot.actions.reviews.brief import ANSWER_FIELDS
from bot.errors import FieldError
from bot.formatting import format_day
from bot.forms.partner_fields import FIELDS
from bot.grammar.days import last_day
from bot.scores.models import ScoredPartner
from scoring.vocabulary import Side
from storage.db.engine import writing
from storage.db.retry import retried
from storage.partners import reviews
from storage.tables import Partner


@dataclass(frozen=True, slots=True)
class ReviewAnswers:
    """The answers of a review. `texts` are keyed by `ANSWER_FIELDS`; a promise needs a due day."""

    texts: dict[str, str | None]
    openness: int | None
    step: str | None
    step_due_on: date | None
    next_on: date | None


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """A saved review. `still_due` names other reviews that are due."""

    partner_id: int
    partner: str
    next_on: date
    step: str | None
    step_due_on: date | None
    still_due: tuple[str, ...]


@retried
def hold_review(engine: Engine, caller: Caller, partner_id: int, answers: ReviewAnswers) -> ReviewResult:
    """Save a review with today's scores, and update the record, promises and the next review.

    Raises:
        FieldError: a day or a text is invalid, or all are empty.
    """
    next_on = _validate(answers, caller.today)
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)  # first: it may have been merged just now
        partner_id = row_id(partner)
        scored = get_scored_partner(session, caller, partner_id)
        reviews.record_review(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            held_on=caller.today,
            rvi=_shown_rvi(scored, Side.OURS),
            reverse_rvi=_shown_rvi(scored, Side.THEIRS),
            wiifm_us=partner.wiifm_us,
            wiifm_them=partner.wiifm_them,
            next_on=next_on,
            by=caller.user_id,
            now=caller.now,
            **{name: answers.texts.get(name) or "" for name in ANSWER_FIELDS},
        )
        if answers.step:
            record_promise(session, caller, partner_id, answers.step, answers.step_due_on)
        _update_partner(session, caller, partner, answers, next_on)
        due = get_scored_partner(session, caller, partner_id).due_reviews
        return ReviewResult(partner_id, partner.name, next_on, answers.step, answers.step_due_on, due)


def _validate(answers: ReviewAnswers, today: date) -> date:
    """Check the answers and return the day of the next review."""
    if not any(answers.texts.values()) and not answers.step:
        raise FieldError("benefits", "Fill in at least one answer: what has this partnership delivered?")
    if answers.step_due_on and not answers.step:
        raise FieldError("step", "Say what was promised by that day.")
    if answers.step and not answers.step_due_on:
        raise FieldError("step_due_on", "Choose a due date for the promise.")
    if answers.step_due_on and answers.step_due_on < today:
        raise FieldError("step_due_on", "Choose a future date: this one is past.")
    if answers.next_on is None:
        raise FieldError("next_on", "Choose the day of the next review.")
    if answers.next_on <= today:
        raise FieldError("next_on", "Choose a future date for the next review.")
    for name, day in (("next_on", answers.next_on), ("step_due_on", answers.step_due_on)):
        if day and day > last_day(today):
            raise FieldError(name, "Choose a day within the next two years.")
    return answers.next_on


def _update_partner(session: Session, caller: Caller, partner: Partner, answers: ReviewAnswers, next_on: date) -> None:
    """Update the partner's record from the review and log each change."""
    partner_id = row_id(partner)
    given: dict[str, Any] = {"openness": answers.openness, "customer_benefit": answers.texts.get("customer_benefit")}
    for name, value in given.items():
        old = getattr(partner, name)
        if value and value != old:
            setattr(partner, name, value)
            log_field_change(session, caller, partner, FIELDS[name], old, value)
    if partner.next_review_on != next_on:
        was = format_day(partner.next_review_on) if partner.next_review_on else None
        log_change(session, caller, "partner", partner_id, "next review", was, format_day(next_on))
        partner.next_review_on = next_on
    log_change(session, caller, "partner", partner_id, "review held", None, format_day(caller.today))
    session.add(partner)
    session.flush()


def _shown_rvi(scored: ScoredPartner, side: Side) -> str | None:
    rvi = scored.now.view(side).rvi
    return None if rvi is None else str(rvi)
