"""What an integration recorded before: known by its own ids, and never by those of another system."""

from typing import Any

from sqlmodel import Session

from bot.actions.activity import outcomes
from bot.actions.activity.amendments import amend
from bot.actions.caller import Caller
from bot.actions.common import get_partner, require_not_ended
from bot.errors import FieldError
from bot.formatting import format_day
from bot.importing.name_matching import is_like
from bot.web.api.models import NewActivity, NewPartner
from bot.web.api.types import day_or_today
from scoring.vocabulary import REFERRAL_KINDS
from storage.ledger import activities, trust_ratings
from storage.ledger.activities import API_PREFIX
from storage.ledger.source_keys import RATING, external_key, row_kind, source_name, unsourced_key
from storage.name_key import name_key
from storage.partners import external_ids, names
from storage.tables import Activity, Partner, TrustRating


def source_of(caller: Caller) -> str:
    """Return the source of an integration's ids: its name, so that a new token of the same name goes on."""
    return source_name(caller.user_id.removeprefix(API_PREFIX))


def key_of(caller: Caller, kind: str, external_id: str | None) -> str | None:
    """Return the source key of an integration's id."""
    return external_key(source_of(caller), kind, external_id) if external_id else None


def find_activity(session: Session, caller: Caller, body: NewActivity, partner_id: int) -> Activity | None:
    """Return the activity that was recorded under the body's id.

    Raises:
        FieldError: it is another partner's.
    """
    key, team_id = key_of(caller, body.kind, body.external_id), caller.team.id
    if key is None or body.external_id is None:
        return None
    row = activities.get_by_source_key(session, workspace_id=team_id, source_key=key)
    if row is None:
        # An id from before sources were kept is that of the first system that names it for the same partner.
        older = activities.get_by_source_key(session, workspace_id=team_id, source_key=unsourced_key(body.external_id))
        if older is None or older.partner_id != partner_id or row_kind(older.kind) != row_kind(body.kind):
            return None
        older.source_key = key
        return older
    if row.partner_id != partner_id:
        partner = get_partner(session, caller, row.partner_id)
        title = f" “{row.title}”" if row.title else ""
        raise FieldError(
            "external_id",
            f"That id is already activity {row.id}: {partner.name}'s {row.kind.replace('_', ' ')}{title} "
            f"of {format_day(row.occurred_on)}.",
        )
    return row


def find_rating(session: Session, caller: Caller, external_id: str | None, partner_id: int) -> TrustRating | None:
    """Return the rating that was recorded under an id.

    Raises:
        FieldError: it is another partner's.
    """
    key, team_id = key_of(caller, RATING, external_id), caller.team.id
    if key is None or external_id is None:
        return None
    row = trust_ratings.get_by_source_key(session, workspace_id=team_id, source_key=key)
    if row is not None and row.partner_id != partner_id:
        partner = get_partner(session, caller, row.partner_id)
        raise FieldError(
            "external_id",
            f"That id is already rating {row.id}: {partner.name}'s of {format_day(row.rated_on)}.",
        )
    return row


def find_partner(session: Session, caller: Caller, body: NewPartner) -> Partner | None:
    """Return the partner that was added under the body's id.

    Raises:
        FieldError: it has a name that is not like the body's.
    """
    if not body.external_id:
        return None
    of: dict[str, Any] = {"workspace_id": caller.team.id, "external_id": body.external_id}
    partner = external_ids.find_partner(session, **of, source=source_of(caller))
    if partner is not None:
        if not _is_named(session, partner, body.name):
            raise FieldError("external_id", f"That id is already {partner.name}, and {body.name} is not like it.")
        return partner
    older = external_ids.find_partner(session, **of, source=None)
    if older is None or not _is_named(session, older, body.name):
        return None
    external_ids.give_source(session, **of, source=source_of(caller))
    return older


def _is_named(session: Session, partner: Partner, name: str) -> bool:
    known = names.partner_names(session, workspace_id=partner.workspace_id, partner_id=partner.id or 0)
    return any(name_key(one.name) == name_key(name) or is_like(name, one.name) for one in known)


def correct(session: Session, caller: Caller, row: Activity, body: NewActivity, value: int | None) -> None:
    """Correct what the body says of a known row. A row that was taken back stays so."""
    if row.voided_at is not None:
        return
    new: dict[str, Any] = {}
    if body.occurred_on is not None:
        new["occurred_on"] = day_or_today("occurred_on", body.occurred_on, caller)
    if "count" in body.model_fields_set:
        new["count"] = body.count
    if body.direction is not None:
        new["direction"] = str(body.direction)
    if body.outcome_on is not None and body.outcome == row.outcome:
        new["outcome_on"] = body.outcome_on
    elif row.outcome_on and row.outcome_on < new.get("occurred_on", row.outcome_on):
        new["outcome_on"] = new["occurred_on"]  # no outcome is before its referral
    new = {name: given for name, given in new.items() if getattr(row, name) != given}
    moves = row.kind in REFERRAL_KINDS and (
        (body.outcome is not None and body.outcome != row.outcome) or (value is not None and value != row.value_minor)
    )
    if not new and not moves:
        return
    require_not_ended(get_partner(session, caller, row.partner_id))
    if new:
        amend(session, caller, row, new)
    if moves:
        outcomes.update_outcome(session, caller, row, body.outcome, value, on=body.outcome_on)
