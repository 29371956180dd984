"""`/healthz` says when ticking has stopped."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import health
from bot.errors import ConfigurationError
from bot.notifications import scheduler
from bot.notifications.scheduler import tick
from bot.process.probe import LIVE
from bot.services import Services
from bot.web.health import check_health
from bot.web.metrics_server import serve_metrics
from storage.db.engine import reading
from storage.notifications import heartbeat
from tests.notifications.office import MONDAY, Office
from tests.web.endpoint import Endpoint
from tests.web.processes import started, until_well

FIVE = timedelta(minutes=5)
A_MOMENT = timedelta(seconds=1)


def said(endpoint: Endpoint) -> tuple[int, dict[str, object]]:
    answer = endpoint.ask("GET", "/healthz")
    return answer.status, json.loads(answer.text)


def test_before_the_first_tick_all_is_well(endpoint: Endpoint, office: Office) -> None:
    """However long that takes: there may be no worker yet, or `tend tick` may be called by something else."""
    office.clock.now += timedelta(days=30)
    assert said(endpoint) == (200, {"ok": True, "ticking": "not yet"})


def test_the_endpoint_tells_when_no_other_process_ticks_any_more(endpoint: Endpoint, office: Office) -> None:
    worker = office.services()
    tick(worker)
    well = {"ok": True, "ticking": "last at 2026-11-23T09:00:00Z"}
    assert said(endpoint) == (200, well)
    office.clock.now = MONDAY + FIVE
    assert said(endpoint) == (200, well)
    office.clock.now = MONDAY + FIVE + A_MOMENT
    assert said(endpoint) == (503, well | {"ok": False})
    another = office.services()
    tick(another)
    assert said(endpoint) == (200, {"ok": True, "ticking": "last at 2026-11-23T09:05:01Z"})


def test_a_tick_that_failed_is_none(endpoint: Endpoint, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tick(office.services())
    monkeypatch.setattr(scheduler, "run_all", lambda *_: 1 / 0)
    office.clock.now = MONDAY + FIVE + A_MOMENT
    tick(office.services())
    assert said(endpoint)[0] == 503


def test_one_row_is_kept_however_often_it_ticks(office: Office) -> None:
    for minute in range(3):
        office.clock.now = MONDAY + timedelta(minutes=minute)
        tick(office.services())
    with reading(office.engine) as session:
        assert heartbeat.last(session) == MONDAY + timedelta(minutes=2)
        assert session.connection().exec_driver_sql("SELECT count(*) FROM heartbeat").scalar() == 1


def test_a_process_that_ticks_answers_for_itself(office: Office, services: Services) -> None:
    """That another one ticks does not help the nudges that this one holds."""
    services.liveness.begin(MONDAY)
    assert check_health(services).body == {"ok": True, "ticking": "not yet"}
    office.clock.now = MONDAY + FIVE + A_MOMENT
    tick(office.services())
    assert check_health(services).body == {"ok": False, "ticking": "not yet"}
    tick(services)
    assert check_health(services).body == {"ok": True, "ticking": "last at 2026-11-23T09:05:01Z"}
    office.clock.now += FIVE + A_MOMENT
    tick(office.services())
    assert check_health(services).status == 503


def test_a_worker_says_so_on_its_own_port(services: Services, office: Office, free_port: int) -> None:
    watcher = replace(services, settings=services.settings.model_copy(update={"metrics_port": free_port}))
    with serve_metrics(watcher):
        endpoint = Endpoint(free_port, "")
        watcher.liveness.begin(MONDAY)
        assert said(endpoint)[0] == 200
        office.clock.now += FIVE + A_MOMENT
        assert said(endpoint)[0] == 503
        assert endpoint.ask("GET", "/slack/events").status == 404
    with pytest.raises(OSError, match="refused"):
        endpoint.ask("GET", "/healthz")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["run", "worker", "web"])
def test_each_process_can_be_asked_on_its_own_port(environment: dict[str, str], free_port: int, name: str) -> None:
    with started(name, environment | {"METRICS_PORT": str(free_port)}) as process:
        endpoint = Endpoint(free_port, "")
        until_well(endpoint, process)
        assert "tend_ticks" in endpoint.ask("GET", "/metrics").text


def test_a_database_copied_back_under_a_running_tend_is_told(
    endpoint: Endpoint, office: Office, database_file: Path
) -> None:
    assert said(endpoint)[0] == 200
    copy = database_file.with_name("copy.db")
    copy.write_bytes(database_file.read_bytes())
    copy.replace(database_file)
    assert said(endpoint) == (503, {"ok": False, "database": "OperationalError"})
    assert said(endpoint)[0] == 503, "also with a connection opened anew"


def test_a_database_file_that_is_gone_is_told(endpoint: Endpoint, office: Office, database_file: Path) -> None:
    assert said(endpoint)[0] == 200
    for left in database_file.parent.glob(f"{database_file.name}*"):
        left.unlink()
    assert said(endpoint) == (503, {"ok": False, "database": "OperationalError"})


def test_whether_it_lives_and_whether_it_can_serve_are_told_apart(
    endpoint: Endpoint, services: Services, office: Office, database_file: Path
) -> None:
    """A probe that restarts the process must not do so because the database is away, or the scheduler is late."""

    def statuses() -> dict[str, int]:
        return {path: endpoint.ask("GET", path).status for path in ("/livez", "/readyz", "/healthz")}

    tick(office.services())
    assert statuses() == {"/livez": 200, "/readyz": 200, "/healthz": 200}
    office.clock.now = MONDAY + FIVE + A_MOMENT
    assert statuses() == {"/livez": 200, "/readyz": 200, "/healthz": 503}
    for left in database_file.parent.glob(f"{database_file.name}*"):
        left.unlink()
    assert statuses() == {"/livez": 200, "/readyz": 503, "/healthz": 503}
    assert json.loads(endpoint.ask("GET", "/livez").text) == LIVE


def test_a_process_that_stops_is_not_ready(endpoint: Endpoint, services: Services) -> None:
    assert endpoint.ask("GET", "/readyz").status == 200
    services.in_flight.finish(0)
    answer = endpoint.ask("GET", "/readyz")
    assert (answer.status, json.loads(answer.text)) == (503, {"ok": False, "stopping": True})
    assert endpoint.ask("GET", "/livez").status == 200


def test_tend_health_asks_the_port(
    services: Services,
    office: Office,
    free_port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("METRICS_PORT", str(free_port))
    assert not health.run()
    watcher = replace(services, settings=services.settings.model_copy(update={"metrics_port": free_port}))
    with serve_metrics(watcher):
        watcher.liveness.begin(MONDAY)
        assert health.run()
        office.clock.now += FIVE + A_MOMENT
        assert not health.run()
    out, err = capsys.readouterr()
    assert out.splitlines() == ['{"ok": true, "ticking": "not yet"}', '{"ok": false, "ticking": "not yet"}']
    assert err == f"no Tend answers on port {free_port}\n"
    monkeypatch.delenv("METRICS_PORT")
    with pytest.raises(ConfigurationError, match="METRICS_PORT is not set"):
        health.run()
