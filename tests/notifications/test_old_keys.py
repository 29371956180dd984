"""What a tick forgets of requests that can't be repeated any more: its own workspace's, and nobody else's."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from bot.notifications.claim import REQUEST_KEY_LIFETIME, _delete_old_request_keys
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.tables import IdempotencyKey, SeenRequest
from storage.workspaces import api_tokens, idempotency_keys, seen_requests, workspaces
from tests.listeners.office import NOW


def test_a_tick_forgets_the_old_requests_of_its_own_workspace_only(database: Engine) -> None:
    with writing(database) as session:
        teams = [
            Team.of(workspaces.connect(session, team_id=f"T0{name}", now=NOW, adopt=False)) for name in ("ONE", "TWO")
        ]
        for team in teams:
            made = api_tokens.create(
                session, workspace_id=team.id, name="CRM", prefix="t", token_hash=f"h{team.id}", by="U1", now=NOW
            )
            for at in (NOW, NOW + REQUEST_KEY_LIFETIME):
                seen_requests.claim_key(session, workspace_id=team.id, key=str(at), now=at)
                idempotency_keys.take_key(
                    session, workspace_id=team.id, integration_id=made.id or 0, key=str(at), fingerprint="f", now=at,
                    lasts=timedelta(minutes=1),
                )  # fmt: skip
    services: Any = SimpleNamespace(engine=database)
    _delete_old_request_keys(services, teams[0], NOW + REQUEST_KEY_LIFETIME + timedelta(seconds=1))
    with reading(database) as session:
        for table in (SeenRequest, IdempotencyKey):
            left = [row.workspace_id for row in session.exec(select(table)).all()]
            assert sorted(left) == [teams[0].id, teams[1].id, teams[1].id]
