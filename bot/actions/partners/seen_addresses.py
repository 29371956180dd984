"""Addresses at a partner's domain that belong to nobody known there: added as a person by whoever may, or refused."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import require_owner_or_steward, row_id
from bot.actions.partners.people import PersonValues
from bot.errors import NotFound
from storage.contacts import seen_addresses
from storage.contacts.mailboxes import guess_name
from storage.contacts.seen_addresses import hash_address
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.tables import SeenAddress

DECIDE_ACTION = "say who is a contact person"
GONE = "That address is no longer offered: somebody has decided about it, or it is too long ago."


@dataclass(frozen=True, slots=True)
class AddressRefused:
    """An address that is no contact. `undone` if it is offered again."""

    id: int
    partner_id: int
    partner: str
    address: str
    undone: bool = False


def prepare_offered(engine: Engine, caller: Caller, seen_id: int) -> PersonValues:
    """Load an offered address as the form of a person, with the name that it suggests.

    Raises:
        NotFound: it is no longer offered.
        NotAllowed: the caller is neither the partner's owner nor a steward.
    """
    with reading(engine) as session:
        row = _seen(session, caller, seen_id)
        partner = require_owner_or_steward(session, caller, row.partner_id, DECIDE_ACTION)
        if row.address is None:
            raise NotFound(GONE)
        values = {"name": guess_name(row.address), "address": row.address}
        return PersonValues(0, row_id(partner), partner.name, values)


@retried
def refuse_offered(engine: Engine, caller: Caller, seen_id: int) -> AddressRefused:
    """Note that an offered address is no contact. Only its hash is left, so that it is not offered again.

    Raises: as `prepare_offered`.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _seen(session, caller, seen_id)
        partner = require_owner_or_steward(session, caller, row.partner_id, DECIDE_ACTION)
        if row.address is None:
            raise NotFound(GONE)
        address, row.address = row.address, None
        row.refused_at, row.refused_by = caller.now, caller.user_id
        session.add(row)
        return AddressRefused(seen_id, row_id(partner), partner.name, address)


@retried
def undo_refusal(engine: Engine, caller: Caller, seen_id: int, address: str) -> AddressRefused:
    """Offer a refused address again. It is not stored: whoever asks has to know it.

    Raises:
        NotFound: it is another address, or was deleted on request.
        NotAllowed: the caller is neither the partner's owner nor a steward.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _seen(session, caller, seen_id)
        partner = require_owner_or_steward(session, caller, row.partner_id, DECIDE_ACTION)
        if row.key != hash_address(address) or not row.seen_in:
            raise NotFound(GONE)
        row.address, row.refused_at, row.refused_by = address, None, None
        session.add(row)
        return AddressRefused(seen_id, row_id(partner), partner.name, address, undone=True)


def _seen(session: Session, caller: Caller, seen_id: int) -> SeenAddress:
    row = seen_addresses.get(session, workspace_id=caller.team.id, seen_id=seen_id)
    if row is None:
        raise NotFound(GONE)
    return row
