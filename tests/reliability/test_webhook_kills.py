"""Workers that send webhooks are killed at any moment: nothing is lost, and each partner's events stay in order."""

from pathlib import Path
from random import Random

import pytest
from sqlmodel import select

from storage.db.engine import make_engine, reading
from storage.tables import WebhookDelivery
from tests.examples import seeds
from tests.reliability.databases import Fresh
from tests.reliability.webhook_kills import EVENTS, PARTNERS, Endpoint, Run, serving

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", seeds(3))
def test_every_event_arrives_in_order_however_often_workers_are_killed(fresh: Fresh, tmp_path: Path, seed: int) -> None:
    """Before each event a transaction is rolled back; some answers are lost or say that the endpoint is down."""
    url = fresh()
    engine, endpoint = make_engine(url), Endpoint(Random(seed))
    with serving(endpoint):
        run = Run(engine, url, endpoint, Random(seed), str(tmp_path / "workers.log"))
        try:
            run.go()
        finally:
            run.crew.close()
    with reading(engine) as session:
        states = [row.state for row in session.exec(select(WebhookDelivery))]
    engine.dispose()
    assert states == ["delivered"] * PARTNERS * EVENTS
    assert set(endpoint.received) == {(partner, n) for partner in range(1, PARTNERS + 1) for n in range(EVENTS)}
    assert (endpoint.early, endpoint.forged) == ([], 0)
    twice = len(endpoint.received) - PARTNERS * EVENTS
    assert endpoint.faults <= twice <= endpoint.faults + run.crew.kills, "again only what failed or was cut off"
    print(f"events {PARTNERS * EVENTS}, kills {run.crew.kills}, faults {endpoint.faults}, received again {twice}")
