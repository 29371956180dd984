"""What the holder of a survey link sees and answers. They are no member; only the link lets them in."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.owners import outside_rater
from bot.actions.reviews.invitations import Invitation, LinkState, build_invitation, clean_text, state_by_time
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.signed_links import SurveyTicket
from bot.workspace.team import Team
from scoring.vocabulary import Side
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import trust_ratings
from storage.partners import trust_surveys
from storage.tables import Partner, TrustQuestion
from storage.workspaces import workspaces


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
    words = clean_text(words)
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
    return build_invitation(session, question, lambda row, partner: _link_state(row, partner, now))


def _link_state(question: TrustQuestion, partner: Partner, now: datetime) -> LinkState:
    return LinkState.ANSWERED if question.answered_at is not None else state_by_time(question, partner, now)
