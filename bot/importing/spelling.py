"""Remember what a person answered about a name in a file, so that the next file raises no question."""

from typing import Any

from sqlmodel import Session

from bot.importing.context import ImportContext
from storage.name_key import name_key
from storage.partners import audit_log, spellings

FIELD = "spelling"


def learn_spelling(session: Session, job: ImportContext, partner_id: int, name: str) -> None:
    """Learn a name that nobody has as a spelling of a partner. The import's undo forgets it."""
    of: dict[str, Any] = {"workspace_id": job.workspace_id, "by": job.by, "now": job.now}
    spellings.learn(session, **of, partner_id=partner_id, spelling=name)
    job.journal.learnt(partner_id, name_key(name))
    audit_log.log_change(session, **of, subject="partner", subject_id=partner_id, field=FIELD, old=None, new=name)
