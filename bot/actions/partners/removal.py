"""Taking back a partner that was only just added: nothing was recorded of it, so nothing is lost."""

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import id_of, may_undo, note_change, partner_of
from bot.actions.partner_values import Saved
from bot.errors import NotAllowed
from storage.db.engine import writing
from storage.partners import removal


def remove(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """Remove an empty partner.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else added it, or something was recorded of it.
    """
    with writing(engine) as session:
        caller.once(session)
        partner = partner_of(session, caller, partner_id)
        may_undo(caller, partner.created_by)
        id, name, of = id_of(partner), partner.name, caller.team.id
        if not removal.is_empty(session, workspace_id=of, partner_id=id):
            raise NotAllowed(f"Something is recorded of {name} by now: a steward can end it with `/partner end`.")
        note_change(session, caller, "partner", id, "removed", name, None)
        session.flush()
        session.expunge(partner)
        removal.remove(session, workspace_id=of, partner_id=id)
        return Saved(id, name)
