"""What whoever holds a private link sees and says. They are no member of any workspace: the link alone lets them in."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Engine
from sqlmodel import Session

from bot.errors import FieldError
from bot.forms.partner_fields import LONGEST_TEXT
from bot.signed_links import Ticket
from bot.workspace.team import Team
from scoring.vocabulary import Side, Status
from storage.db.engine import reading, writing
from storage.ledger import trust_ratings
from storage.name_key import name_key
from storage.partners import partners, trust_surveys
from storage.tables import Partner, TrustQuestion
from storage.workspaces import members, workspaces

RATER = "contact:"
"""Begins the name of a rater from outside, so that nobody is taken for a person of the workspace."""


class State(Enum):
    """How a link stands."""

    OPEN = auto()
    ANSWERED = auto()
    EXPIRED = auto()
    WITHDRAWN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Invitation:
    """All that a link's holder may see: how it stands, and three names. Nothing of the record."""

    state: State
    firm: str = ""
    partner: str = ""
    asker: str = ""


UNKNOWN = Invitation(State.UNKNOWN)


def find(engine: Engine, ticket: Ticket, now: datetime) -> Invitation:
    """How a link stands. Looking takes nothing from it: mail and chat programs look first."""
    with reading(engine) as session:
        return _invitation(session, _question(session, ticket), now)


def answer(engine: Engine, ticket: Ticket, now: datetime, level: str, words: str) -> Invitation:
    """Take the one answer that a link is good for, if it still is: returned is how the link stood before.

    Raises:
        FieldError: the level or the words can't be taken; the link stays good.
    """
    number, words = _checked(level, words)
    with writing(engine) as session:
        question = _question(session, ticket)
        found = _invitation(session, question, now)
        if question is None or found.state != State.OPEN:
            return found
        of = {"workspace_id": ticket.workspace_id, "question_id": ticket.question_id}
        if not trust_surveys.claim(session, **of, secret_hash=ticket.secret_hash, now=now):
            return Invitation(State.ANSWERED, found.firm, found.partner, found.asker)
        team = Team.of(workspaces.get(session, workspace_id=ticket.workspace_id))
        rater = RATER + name_key(question.contact)
        rating = trust_ratings.rate(
            session,
            workspace_id=ticket.workspace_id,
            partner_id=question.partner_id,
            side=Side.THEIRS,
            level=number,
            rated_on=team.today(now),
            rater=rater,
            note=words,
            by=rater,
            now=now,
        )
        assert rating.id is not None  # flushed
        trust_surveys.answered_with(session, **of, rating_id=rating.id)
        return found


def _checked(level: str, words: str) -> tuple[int, str]:
    words = "\n".join(line.rstrip() for line in words.replace("\0", "").splitlines()).strip()
    if level not in ("1", "2", "3", "4", "5"):
        raise FieldError("level", "Please choose one of the five.")
    if len(words) > LONGEST_TEXT:
        raise FieldError("words", f"That is {len(words):,} characters; there is room for {LONGEST_TEXT:,}.")
    return int(level), words


def _question(session: Session, ticket: Ticket) -> TrustQuestion | None:
    """The question of a link. One that we did not make costs the same look as one that is gone."""
    row = trust_surveys.get(session, workspace_id=ticket.workspace_id, question_id=ticket.question_id)
    return row if row and row.secret_hash == ticket.secret_hash else None


def _invitation(session: Session, question: TrustQuestion | None, now: datetime) -> Invitation:
    if question is None:
        return UNKNOWN
    workspace = workspaces.get(session, workspace_id=question.workspace_id)
    partner = partners.get(session, workspace_id=question.workspace_id, partner_id=question.partner_id)
    if partner is None or workspace.uninstalled_at is not None:
        return UNKNOWN
    asker = members.find(session, workspace_id=question.workspace_id, user_id=question.asked_by)
    return Invitation(_state(question, partner, now), workspace.name, partner.name, asker.name if asker else "")


def _state(question: TrustQuestion, partner: Partner, now: datetime) -> State:
    if question.answered_at is not None:
        return State.ANSWERED
    if question.withdrawn_at is not None or partner.status == Status.ENDED:
        return State.WITHDRAWN
    return State.EXPIRED if question.expires_at <= now else State.OPEN
