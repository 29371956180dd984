"""What the holder of a survey link sees and answers. They are no member; only the link lets them in."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.owners import outside_rater
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.grammar.tokens import strip_hidden
from bot.signed_links import SurveyTicket
from bot.workspace.team import Team
from scoring.vocabulary import Side, Status
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import trust_ratings
from storage.partners import partners, trust_surveys
from storage.tables import Partner, TrustQuestion
from storage.workspaces import members, workspaces


class LinkState(Enum):
    """The state of a link."""

    OPEN = auto()
    ANSWERED = auto()
    EXPIRED = auto()
    WITHDRAWN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Invitation:
    """All that a link's holder may see: its state and three names, nothing from the record."""

    state: LinkState
    firm: str = ""
    partner: str = ""
    asker: str = ""


UNKNOWN_INVITATION = Invitation(LinkState.UNKNOWN)


def find_invitation(engine: Engine, ticket: SurveyTicket, now: datetime) -> Invitation:
    """Load a link's state. This does not use it up, as email and chat apps fetch links first."""
    with reading(engine) as session:
        return _build_invitation(session, _load_question(session, ticket), now)


@retried
def record_answer(engine: Engine, ticket: SurveyTicket, now: datetime, level: str, words: str) -> Invitation:
    """Record the link's one answer if it is open. Return the state before.

    Raises:
        FieldError: the level or the words are invalid. The link stays open.
    """
    number, words = _validate(level, words)
    with writing(engine) as session:
        question = _load_question(session, ticket)
        found = _build_invitation(session, question, now)
        if question is None or found.state != LinkState.OPEN:
            return found
        of = {"workspace_id": ticket.workspace_id, "question_id": ticket.question_id}
        if not trust_surveys.claim_answer(session, **of, secret_hash=ticket.secret_hash, now=now):
            return Invitation(LinkState.ANSWERED, found.firm, found.partner, found.asker)
        team = Team.of(workspaces.get(session, workspace_id=ticket.workspace_id))
        rater = outside_rater(question.contact)
        rating = trust_ratings.record_rating(
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
        trust_surveys.set_rating(session, **of, rating_id=rating.id)
        return found


def _validate(level: str, words: str) -> tuple[int, str]:
    words = "\n".join(line.rstrip() for line in strip_hidden(words).splitlines()).strip()
    if level not in ("1", "2", "3", "4", "5"):
        raise FieldError("level", "Please choose one of the five levels.")
    if len(words) > MAX_TEXT_LENGTH:
        raise FieldError("words", f"That is {len(words):,} characters; please keep it under {MAX_TEXT_LENGTH:,}.")
    return int(level), words


def _load_question(session: Session, ticket: SurveyTicket) -> TrustQuestion | None:
    """Load the question of a link. A forged link costs the same query as a deleted one."""
    row = trust_surveys.get(session, workspace_id=ticket.workspace_id, question_id=ticket.question_id)
    return row if row and row.secret_hash == ticket.secret_hash else None


def _build_invitation(session: Session, question: TrustQuestion | None, now: datetime) -> Invitation:
    if question is None:
        return UNKNOWN_INVITATION
    workspace = workspaces.get(session, workspace_id=question.workspace_id)
    partner = partners.get(session, workspace_id=question.workspace_id, partner_id=question.partner_id)
    if partner is None or workspace.uninstalled_at is not None:
        return UNKNOWN_INVITATION
    asker = members.find_member(session, workspace_id=question.workspace_id, user_id=question.asked_by)
    return Invitation(_link_state(question, partner, now), workspace.name, partner.name, asker.name if asker else "")


def _link_state(question: TrustQuestion, partner: Partner, now: datetime) -> LinkState:
    if question.answered_at is not None:
        return LinkState.ANSWERED
    if question.withdrawn_at is not None or partner.status == Status.ENDED:
        return LinkState.WITHDRAWN
    return LinkState.EXPIRED if question.expires_at <= now else LinkState.OPEN
