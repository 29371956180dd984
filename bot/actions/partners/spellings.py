"""Remember, list and forget spellings that people picked after *did you mean*."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, log_change, row_id
from bot.errors import NotFound
from bot.forms.partner_fields import MAX_NAME_LENGTH
from storage.db.engine import writing
from storage.db.retry import retried
from storage.name_key import name_key
from storage.partners import names, spellings
from storage.tables import PartnerSpelling

FIELD = "spelling"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A remembered spelling, with who picked it and when."""

    id: int
    text: str
    by: str
    on: date

    @classmethod
    def of(cls, caller: Caller, row: PartnerSpelling) -> "Spelling":
        return cls(row.id or 0, row.spelling, row.learnt_by, caller.team.today(row.learnt_at))


@dataclass(frozen=True, slots=True)
class Spellings:
    """A partner's remembered spellings. `changed` if this call changed them."""

    partner_id: int
    partner: str
    known: Sequence[Spelling]
    changed: bool = False


@retried
def learn_spelling(engine: Engine, caller: Caller, partner_id: int, typed: str) -> Spellings:
    """Remember a spelling of a partner, unless it is already a partner's name."""
    with writing(engine) as session:
        caller.claim_request_key(session)
        changed = learn(session, caller, partner_id, typed)
        return _told(session, caller, partner_id, changed)


def learn(session: Session, caller: Caller, partner_id: int, typed: str) -> bool:
    """Do the same within a transaction. Return whether anything was learnt."""
    text = " ".join(typed.split())
    if not name_key(text) or len(text) > MAX_NAME_LENGTH:
        return False
    if names.find_name(session, workspace_id=caller.team.id, spellings=[text]):
        return False
    id = row_id(get_partner(session, caller, partner_id))
    was = spellings.learn(
        session, workspace_id=caller.team.id, partner_id=id, spelling=text, by=caller.user_id, now=caller.now
    )
    if was == id:
        return False
    if was is not None:
        log_change(session, caller, "partner", was, FIELD, text, None)
    log_change(session, caller, "partner", id, FIELD, None, text)
    return True


@retried
def forget_spelling(engine: Engine, caller: Caller, spelling_id: int) -> Spellings:
    """Forget one spelling of a partner."""
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = spellings.get(session, workspace_id=caller.team.id, spelling_id=spelling_id)
        if row is None:
            raise NotFound("That spelling is no longer remembered.")
        partner_id, text = row.partner_id, row.spelling
        if not spellings.forget(session, workspace_id=caller.team.id, spelling_id=spelling_id):
            raise NotFound("That spelling is no longer remembered.")
        log_change(session, caller, "partner", partner_id, FIELD, text, None)
        return _told(session, caller, partner_id, True)


def _told(session: Session, caller: Caller, partner_id: int, changed: bool) -> Spellings:
    partner = get_partner(session, caller, partner_id)
    return Spellings(row_id(partner), partner.name, known_of(session, caller, row_id(partner)), changed)


def known_of(session: Session, caller: Caller, partner_id: int) -> tuple[Spelling, ...]:
    """Load a partner's remembered spellings within a transaction."""
    rows = spellings.of_partner(session, workspace_id=caller.team.id, partner_id=partner_id)
    return tuple(Spelling.of(caller, row) for row in rows)
