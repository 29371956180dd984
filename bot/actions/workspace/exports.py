"""What an export that was asked for is about, and whether one may have it."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_partner, partner_id_by_name, row_id
from bot.errors import NotFound
from bot.exporting.scope import ExportScope
from bot.slack.blocks import is_member_id, mention
from storage.db.engine import reading

EXPORT_ACTION = "export what Tend holds"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An export to be made. `key` names it in a button: empty for everything; `description` says of whom it is."""

    scope: ExportScope
    key: str
    description: str


def request_export(engine: Engine, caller: Caller, person: str | None, partner: str | None) -> ExportRequest:
    """The export of everything, of a mentioned person or of a partner by its name.

    Raises:
        NotAllowed: the caller is no steward.
        NotFound: no partner is called so.
    """
    caller.require_steward(EXPORT_ACTION)
    if person:
        return request_from_key(engine, caller, f"person:{person}")
    if partner is None:
        return request_from_key(engine, caller, "")
    with reading(engine) as session:
        partner_id = partner_id_by_name(session, caller, partner)
    return request_from_key(engine, caller, f"partner:{partner_id}")


def request_from_key(engine: Engine, caller: Caller, key: str) -> ExportRequest:
    """The export that a button names.

    Raises:
        NotAllowed: the caller is no steward.
        NotFound: the partner is none of this workspace, or the button names nothing.
    """
    caller.require_steward(EXPORT_ACTION)
    what, _, of = key.partition(":")
    if what == "person" and is_member_id(of):
        return ExportRequest(ExportScope(person=of), key, f"what names {mention(of)}")
    if what == "partner" and of.isascii() and of.isdigit() and len(of) <= 18:
        with reading(engine) as session:
            partner = get_partner(session, caller, int(of))
            return ExportRequest(ExportScope(partner_id=row_id(partner)), key, f"all of “{partner.name}”")
    if key:
        raise NotFound("That button is not of this workspace.")
    return ExportRequest(ExportScope(), key, "everything of this workspace")
