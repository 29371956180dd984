"""The same thing sent several times at the same moment is recorded once. On every database there is."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from bot.actions.caller import Caller
from bot.actions.workspace.integrations import ApiClient, authenticate, count_request, create_integration
from bot.web.api.idempotency import fingerprint, run_once
from bot.web.api.models import NewActivity, NoQuery
from bot.web.api.problems import ProblemError, problem_for
from bot.web.api.routes import OPERATIONS
from bot.web.api.types import ApiCall
from bot.web.api.writes import record_activity
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.tables import Activity, IdempotencyKey, Integration
from storage.workspaces import workspaces
from tests.patience import PATIENCE
from tests.storage.making import NOW, partner

CROWD = 4
RECORD = next(one for one in OPERATIONS if one.does is record_activity)


@pytest.fixture
def crm(engine: Engine) -> ApiClient:
    with writing(engine) as session:
        row = workspaces.connect(session, team_id="T0OURS", name="Ours", now=NOW)
        partner(session, row.id or 0)
        session.flush()
        team = Team.of(row)
    token = create_integration(engine, Caller(team, "U1", NOW, is_steward=True), "CRM").token
    known = authenticate(engine, token)
    assert known
    return known


def crowd(engine: Engine, crm: ApiClient, key: str | None, external_id: str | None) -> list[int]:
    """What each of several is answered, who all begin at once."""
    ready = Barrier(CROWD)
    body = NewActivity.model_validate({"partner": "Acme", "kind": "event", "external_id": external_id})

    def send(_: int) -> int:
        ready.wait(PATIENCE)
        try:
            mark = fingerprint(RECORD, body)
            asked: ApiCall[NewActivity, NoQuery] = ApiCall(body, NoQuery())
            return run_once(
                engine, crm, key, mark, NOW, lambda session: record_activity(session, crm.caller(NOW), asked)
            )[0]
        except (ProblemError, IntegrityError) as error:
            return problem_for(error).status

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(pool.map(send, range(CROWD)))


def test_of_one_key_one_is_done(engine: Engine, crm: ApiClient) -> None:
    """The others get its answer, or hear that it is under way."""
    statuses = crowd(engine, crm, "k", None)
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    with reading(engine) as session:
        assert len(session.exec(select(Activity)).all()) == 1
        (kept,) = session.exec(select(IdempotencyKey)).all()
        assert kept.status == 201
    assert crowd(engine, crm, "k", None) == [201] * CROWD


def test_of_one_external_id_one_is_recorded(engine: Engine, crm: ApiClient) -> None:
    """The others find it there, or are told to send it again; which then finds it."""
    statuses = crowd(engine, crm, None, "D-1")
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert crowd(engine, crm, None, "D-1") == [200] * CROWD
    with reading(engine) as session:
        assert len(session.exec(select(Activity)).all()) == 1


def test_requests_at_once_are_all_counted(engine: Engine, crm: ApiClient) -> None:
    ready = Barrier(CROWD)

    def use(_: int) -> bool:
        ready.wait(PATIENCE)
        return count_request(engine, crm, NOW)

    with ThreadPoolExecutor(CROWD) as pool:
        assert list(pool.map(use, range(CROWD))) == [True] * CROWD
    with reading(engine) as session:
        assert session.exec(select(Integration.minute_count)).one() == CROWD
