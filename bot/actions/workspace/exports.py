"""What an export that was asked for is about, and whether one may have it."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import id_called, id_of, partner_of
from bot.errors import NotFound
from bot.exporting.scope import About
from bot.slack.blocks import is_member_id, mention
from storage.db.engine import reading

MAY = "export what Tend holds"


@dataclass(frozen=True, slots=True)
class Asked:
    """An export to be made. `key` names it in a button: empty for everything; `words` says of whom it is."""

    about: About
    key: str
    words: str


def typed(engine: Engine, caller: Caller, person: str | None, partner: str | None) -> Asked:
    """The export of everything, of a mentioned person or of a partner by its name.

    Raises:
        NotAllowed: the caller is no steward.
        NotFound: no partner is called so.
    """
    caller.must_be_steward(MAY)
    if person:
        return chosen(engine, caller, f"person:{person}")
    if partner is None:
        return chosen(engine, caller, "")
    with reading(engine) as session:
        partner_id = id_called(session, caller, partner)
    return chosen(engine, caller, f"partner:{partner_id}")


def chosen(engine: Engine, caller: Caller, key: str) -> Asked:
    """The export that a button names.

    Raises:
        NotAllowed: the caller is no steward.
        NotFound: the partner is none of this workspace, or the button names nothing.
    """
    caller.must_be_steward(MAY)
    what, _, of = key.partition(":")
    if what == "person" and is_member_id(of):
        return Asked(About(person=of), key, f"what names {mention(of)}")
    if what == "partner" and of.isascii() and of.isdigit() and len(of) <= 18:
        with reading(engine) as session:
            partner = partner_of(session, caller, int(of))
            return Asked(About(partner_id=id_of(partner)), key, f"all of “{partner.name}”")
    if key:
        raise NotFound("That button is not of this workspace.")
    return Asked(About(), key, "everything of this workspace")
