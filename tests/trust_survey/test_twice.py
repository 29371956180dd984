"""Two answers to one link at the same moment: one is kept. On every database there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from bot.actions.reviews.invitations import Invitation, LinkState
from bot.actions.reviews.trust_survey_answer import record_answer
from bot.signed_links import LINK_LIFETIME, SurveyTicket, hash_secret
from storage.db.engine import reading, writing
from storage.partners import trust_surveys
from storage.tables import TrustQuestion, TrustRating
from storage.workspaces import workspaces
from tests.patience import PATIENCE
from tests.storage.making import NOW, partner

SECRET = "0123456789abcdefABCDEF"


@pytest.fixture
def ticket(engine: Engine) -> SurveyTicket:
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0OURS", name="Ours", now=NOW).id or 0
        row = trust_surveys.create_question(
            session, workspace_id=ours, partner_id=partner(session, ours), contact="Jane", by="U1", now=NOW,
            secret_hash=hash_secret(SECRET), expires_at=NOW + LINK_LIFETIME,
        )  # fmt: skip
        return SurveyTicket(ours, row.id or 0, SECRET)


@pytest.mark.parametrize("crowd", [2, 6])
def test_one_of_several_answers_at_once_is_kept(engine: Engine, ticket: SurveyTicket, crowd: int) -> None:
    """The others are told that there was one; question and rating belong together."""
    ready = Barrier(crowd)

    def send(level: int) -> Invitation:
        ready.wait(PATIENCE)
        return record_answer(engine, ticket, NOW, str(level), f"as {level}")

    with ThreadPoolExecutor(crowd) as pool:
        states = [found.state for found in pool.map(send, [place % 5 + 1 for place in range(crowd)])]
    assert sorted(states, key=lambda state: state.value) == [LinkState.OPEN, *[LinkState.ANSWERED] * (crowd - 1)]
    with reading(engine) as session:
        (rating,), (question,) = session.exec(select(TrustRating)).all(), session.exec(select(TrustQuestion)).all()
        assert (question.rating_id, question.answered_at) == (rating.id, NOW)
        assert rating.note == f"as {rating.level}"


def test_the_claim_alone_holds(engine: Engine, ticket: SurveyTicket) -> None:
    """Whatever was looked at before: it is one update with its conditions in it."""
    of = {"workspace_id": ticket.workspace_id, "question_id": ticket.question_id}
    for wrong in (
        {"secret_hash": hash_secret("x"), "now": NOW},
        {"secret_hash": ticket.secret_hash, "now": NOW + LINK_LIFETIME},
    ):
        with writing(engine) as session:
            assert not trust_surveys.claim_answer(session, **of, **wrong)  # type: ignore[arg-type]
    ready = Barrier(2)

    def claim(_: int) -> bool:
        ready.wait(PATIENCE)
        with writing(engine) as session:
            return trust_surveys.claim_answer(
                session, **of, secret_hash=ticket.secret_hash, now=NOW + timedelta(days=1)
            )

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, range(2))) == [False, True]


def test_what_fails_after_the_claim_leaves_the_link_good(
    engine: Engine, ticket: SurveyTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("storage.ledger.trust_ratings.record_rating", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            record_answer(engine, ticket, NOW, "4", "")
    assert record_answer(engine, ticket, NOW, "4", "").state == LinkState.OPEN
