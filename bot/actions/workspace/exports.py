"""Resolve what an export covers and whether the caller may have it."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_partner, partner_id_by_name, row_id
from bot.errors import NotFound
from bot.exporting.scope import ExportScope
from bot.grammar.member_ids import is_member_id
from bot.slack.blocks import mention
from storage.db.engine import reading

EXPORT_ACTION = "export data"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A requested export. `key` identifies it in a button and is empty for everything; `description` names it."""

    scope: ExportScope
    key: str
    description: str


def request_export(engine: Engine, caller: Caller, person: str | None, partner: str | None) -> ExportRequest:
    """Request an export of everything, of a person or of a partner by name.

    Raises:
        NotAllowed: the caller is not a steward.
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
    """Resolve the export that a button identifies.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(EXPORT_ACTION)
    what, _, of = key.partition(":")
    if what == "person" and is_member_id(of):
        return ExportRequest(ExportScope(person=of), key, f"everything that mentions {mention(of)}")
    if what == "partner" and of.isascii() and of.isdigit() and len(of) <= 18:
        with reading(engine) as session:
            partner = get_partner(session, caller, int(of))
            return ExportRequest(ExportScope(partner_id=row_id(partner)), key, f"everything about “{partner.name}”")
    if key:
        raise NotFound("That button does not belong to this workspace.")
    return ExportRequest(ExportScope(), key, "everything in this workspace")
