"""Edit a trust rating or a promise: what the form shows and what it writes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import amend, must_be_as_seen, seen
from bot.actions.activity.edit_entry import Edited
from bot.actions.activity.entries import RatingEntry
from bot.actions.activity.promises import promise_of
from bot.actions.activity.record import clean_line
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score, require_can_undo, row_id
from bot.errors import FieldError, NotFound
from bot.grammar.days import last_day
from bot.scores.models import Promise
from scoring.vocabulary import Promiser, Side
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import trust_ratings
from storage.partners import promises
from storage.tables import NextStep, TrustRating


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingValues:
    """The editable values of a trust rating."""

    side: Side
    level: int
    rated_on: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseValues:
    """The editable values of a promise."""

    what: str
    due_on: date | None
    side: Promiser


@dataclass(frozen=True, slots=True)
class RatingToEdit:
    """A rating for its form. `version` comes back with the form."""

    id: int
    partner: str
    values: RatingValues
    version: str


@dataclass(frozen=True, slots=True)
class PromiseToEdit:
    """A promise for its form. `version` comes back with the form."""

    id: int
    partner: str
    values: PromiseValues
    version: str


def rating_to_edit(engine: Engine, caller: Caller, rating_id: int) -> RatingToEdit:
    """Load a trust rating for its edit form.

    Raises:
        NotAllowed: somebody else gave it.
    """
    with reading(engine) as session:
        row = _rating(session, caller, rating_id)
        values = RatingValues(side=Side(row.side), level=row.level, rated_on=row.rated_on, note=row.note)
        return RatingToEdit(rating_id, get_partner(session, caller, row.partner_id).name, values, seen(row))


def promise_to_edit(engine: Engine, caller: Caller, step_id: int) -> PromiseToEdit:
    """Load a promise for its edit form.

    Raises:
        NotAllowed: somebody else wrote it down.
    """
    with reading(engine) as session:
        row = _promise(session, caller, step_id)
        values = PromiseValues(what=row.what, due_on=row.due_on, side=Promiser(row.side))
        return PromiseToEdit(step_id, get_partner(session, caller, row.partner_id).name, values, seen(row))


@retried
def edit_rating(engine: Engine, caller: Caller, rating_id: int, version: str, values: RatingValues) -> Edited:
    """Save the edit form of a rating.

    Raises:
        NotAllowed: somebody else gave it, or it was changed since the form was opened.
        FieldError: a value makes no sense.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _rating(session, caller, rating_id)
        must_be_as_seen(row, version)
        if not 1 <= values.level <= 5:
            raise FieldError("level", "Choose a trust level from 1 (weak) to 5 (strongest).")
        if values.rated_on > caller.today and values.rated_on != row.rated_on:
            raise FieldError("rated_on", "A rating can't be for a future day.")
        note = row.note if values.note == row.note else clean_line("note", values.note)
        new = {"side": str(values.side), "level": values.level, "rated_on": values.rated_on, "note": note}
        return _edited(session, caller, row, new)


@retried
def edit_promise(engine: Engine, caller: Caller, step_id: int, version: str, values: PromiseValues) -> Edited:
    """Save the edit form of a promise.

    Raises:
        NotAllowed: somebody else wrote it down, or it was changed since the form was opened.
        FieldError: a value makes no sense.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _promise(session, caller, step_id)
        must_be_as_seen(row, version)
        what = row.what if values.what == row.what else clean_line("what", values.what)
        if not what:
            raise FieldError("what", "Say what was promised.")
        if values.due_on and values.due_on > last_day(caller.today):
            raise FieldError("due_on", "Choose a day within the next two years.")
        return _edited(session, caller, row, {"what": what, "due_on": values.due_on, "side": str(values.side)})


def _edited(session: Session, caller: Caller, row: TrustRating | NextStep, new: dict[str, Any]) -> Edited:
    partner = get_partner(session, caller, row.partner_id)
    before = get_score(session, caller, partner)
    if all(getattr(row, name) == value for name, value in new.items()):
        return Edited(row_id(partner), partner.name, _told(row), (), before, before)
    done = amend(session, caller, row, new)
    after = get_score(session, caller, partner)
    return Edited(row_id(partner), partner.name, _told(row), done.changes, before, after, done.id)


def _told(row: TrustRating | NextStep) -> RatingEntry | Promise:
    if isinstance(row, NextStep):
        return promise_of(row)
    return RatingEntry(row.id or 0, Side(row.side), row.level, row.note)


def _rating(session: Session, caller: Caller, rating_id: int) -> TrustRating:
    row = trust_ratings.get(session, workspace_id=caller.team.id, rating_id=rating_id)
    if row is None or row.voided_at:
        raise NotFound("That rating is no longer in the record.")
    require_can_undo(caller, row.recorded_by)
    return row


def _promise(session: Session, caller: Caller, step_id: int) -> NextStep:
    row = promises.get(session, workspace_id=caller.team.id, step_id=step_id)
    if row is None or row.voided_at or row.done_at:
        raise NotFound("That promise is no longer open.")
    require_can_undo(caller, row.promised_by)
    return row
