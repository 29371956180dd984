"""Taking back a partner that was only just added: nothing was recorded of it, so nothing is lost."""

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_partner, log_change, require_can_undo, row_id
from bot.actions.partner_values import SaveResult
from bot.errors import NotAllowed
from storage.db.engine import writing
from storage.db.retry import retried
from storage.partners import removal


@retried
def remove(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """Remove an empty partner.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else added it, or something was recorded of it.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)
        require_can_undo(caller, partner.created_by)
        id, name, of = row_id(partner), partner.name, caller.team.id
        if not removal.is_empty(session, workspace_id=of, partner_id=id):
            raise NotAllowed(f"Something has been recorded for {name}: a steward can end it with `/partner end`.")
        log_change(session, caller, "partner", id, "removed", name, None)
        session.flush()
        session.expunge(partner)
        removal.remove(session, workspace_id=of, partner_id=id)
        return SaveResult(id, name)
