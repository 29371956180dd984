"""The values of a partner's record and the result of changing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.actions.common import row_id
from bot.forms.partner_fields import FIELDS
from storage.contacts import addresses, persons
from storage.partners import names as partner_names
from storage.partners import verticals
from storage.tables import Partner

FieldValues = Mapping[str, Any]
"""Values by field name, as listed in `bot.forms.partner_fields`."""


@dataclass(frozen=True, slots=True)
class SaveResult:
    """A partner after a change. `changed` lists the labels of the fields that differ."""

    partner_id: int
    name: str
    changed: tuple[str, ...] = ()
    until: date | None = None
    status: str = ""


def partner_values(session: Session, partner: Partner) -> dict[str, Any]:
    """Load all fields of a partner's record."""
    names = partner_names.partner_names(session, workspace_id=partner.workspace_id, partner_id=row_id(partner))
    elsewhere = {
        "name": partner.name,
        "aliases": tuple(known.name for known in names if known.is_alias),
        "vertical": verticals.vertical_name(session, partner=partner),
        "our_sponsor": partner.our_sponsor_id or partner.our_sponsor,
        "their_sponsor": their_sponsor(session, partner),
        "domains": tuple(addresses.domains_of(session, workspace_id=partner.workspace_id, partner_id=row_id(partner))),
    }
    return {name: elsewhere[name] if name in elsewhere else getattr(partner, name) for name in FIELDS}


def their_sponsor(session: Session, partner: Partner) -> str | None:
    """Return the name of who backs the partnership on the partner's side."""
    known = persons.list_persons(session, workspace_id=partner.workspace_id, partner_ids=[row_id(partner)])
    return next((person.name for person in known if person.is_sponsor), None)
