"""The values of a partner's record, and what a change to it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.actions.common import id_of
from bot.forms.partner_fields import FIELDS
from storage.partners import names as partner_names
from storage.partners import verticals
from storage.tables import Partner

Values = Mapping[str, Any]
"""Some of the record's fields by their names, as `bot.forms.partner_fields` lists them."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A partner as it stands after a change; `changed` names the fields that differ from before."""

    partner_id: int
    name: str
    changed: tuple[str, ...] = ()
    until: date | None = None
    status: str = ""


def values_of(session: Session, partner: Partner) -> dict[str, Any]:
    """All fields of a partner's record."""
    names = partner_names.of_partner(session, workspace_id=partner.workspace_id, partner_id=id_of(partner))
    elsewhere = {
        "name": partner.name,
        "aliases": tuple(known.name for known in names if known.is_alias),
        "vertical": verticals.name_of(session, partner=partner),
    }
    return {name: elsewhere[name] if name in elsewhere else getattr(partner, name) for name in FIELDS}
