"""What Prometheus reads on the port of its own, and that it reads nobody's name."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot import __version__
from bot.app import create_app
from bot.errors import ConfigurationError
from bot.fake_slack import InProcessConnection
from bot.notifications import scheduler
from bot.notifications.scheduler import tick
from bot.process.metrics import Metrics
from bot.services import Services
from bot.web.metrics_server import serve_metrics
from tests.notifications.office import MONDAY, Office
from tests.web.endpoint import Endpoint

MONITORING = Path(__file__).parents[2] / "docs" / "run" / "monitoring.md"
Scraped = dict[tuple[str, tuple[str, ...]], float]


def scrape(endpoint: Endpoint) -> Scraped:
    """Every sample by its name and the values of its labels, in the order of the labels' names."""
    answer = endpoint.ask("GET", "/metrics")
    assert answer.status == 200
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def port(services: Services, office: Office, free_port: int) -> Iterator[Endpoint]:
    office.clock.now = MONDAY
    watcher = replace(services, settings=services.settings.model_copy(update={"metrics_port": free_port}))
    with serve_metrics(watcher):
        yield Endpoint(free_port, "")


@pytest.fixture
def asking(services: Services, office: Office) -> Office:
    """Commands go to the bot in this process."""
    office.slack.link = InProcessConnection(create_app(services))
    office.partner("Acme Legal")
    return office


def test_requests_are_counted_by_name_and_outcome(port: Endpoint, asking: Office, services: Services) -> None:
    slack = asking.slack
    slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
    slack.command("U1", "/trust", "Acme Legal 9", channel="C1")
    slack.command("UGUEST", "/trust", "Acme Legal 9", channel="C1")
    slack.open_home("U1")
    with services.engine.begin() as connection:
        connection.execute(text("ALTER TABLE trust_rating RENAME TO gone"))
    slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
    found = scrape(port)
    assert found["tend_requests_total", ("/trust", "done")] == 2  # asked what 9 means
    assert found["tend_requests_total", ("/trust", "refused")] == 1
    assert found["tend_requests_total", ("/trust", "error")] == 1
    assert found["tend_requests_total", ("event", "done")] == 1
    assert found["tend_answer_seconds_count", ("/trust",)] == 4
    assert 0 < found["tend_answer_seconds_sum", ("/trust",)] < 30
    assert found["tend_database_errors_total", ("OperationalError",)] == 1


def test_deliveries_are_counted_by_kind_and_outcome(port: Endpoint, asking: Office, services: Services) -> None:
    asking.partner("Birch", "U2")
    asking.clock.now = MONDAY + timedelta(hours=5)  # nine in New York
    asking.slack.world.faults.add("chat.postMessage", "500")
    tick(services)
    found = scrape(port)
    assert found["tend_deliveries_total", ("nudge", "retried")] == 1
    assert found["tend_deliveries_total", ("nudge", "sent")] == 1
    asking.slack.world.faults.add("chat.postMessage", "msg_too_long", 2)  # as it is, and as plain text
    asking.clock.now += timedelta(minutes=6)
    tick(services)
    assert scrape(port)["tend_deliveries_total", ("nudge", "failed")] == 1
    asking.settle(digest_channel="C1")
    asking.clock.now += timedelta(days=7)
    tick(services)
    assert scrape(port)["tend_deliveries_total", ("digest", "sent")] == 1


def test_where_there_is_nothing_to_say_that_is_counted(port: Endpoint, asking: Office, services: Services) -> None:
    asking.touch("Acme Legal")
    asking.clock.now += timedelta(hours=1)
    tick(services)
    assert scrape(port)["tend_deliveries_total", ("nudge", "nothing")] == 1


def test_ticks_are_counted_and_timed(
    port: Endpoint, asking: Office, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(services)
    found = scrape(port)
    assert found["tend_last_tick_timestamp_seconds", ()] == MONDAY.timestamp()
    assert found["tend_ticks_total", ("done",)] == found["tend_tick_seconds_count", ()] == 1
    monkeypatch.setattr(scheduler, "run_all", lambda *_: 1 / 0)
    asking.clock.now += timedelta(minutes=1)
    tick(services)
    found = scrape(port)
    assert found["tend_ticks_total", ("error",)] == 1
    assert found["tend_last_tick_timestamp_seconds", ()] == MONDAY.timestamp()


def test_slacks_answers_are_counted_by_method_also_those_that_are_tried_again(
    port: Endpoint, asking: Office, services: Services
) -> None:
    asking.slack.world.faults.add("users.info", "429", retry_after=0)
    asking.slack.world.faults.add("chat.postMessage", "500")
    asking.slack.world.faults.add("conversations.open", "drop")
    tick(services)
    asking.clock.now += timedelta(minutes=6)
    tick(services)
    found = scrape(port)
    assert found["tend_slack_calls_total", ("users.info", "rate_limited")] == 1
    assert found["tend_slack_calls_total", ("users.info", "ok")] == 1
    assert found["tend_slack_calls_total", ("conversations.open", "unreachable")] == 1
    assert found["tend_slack_calls_total", ("auth.test", "ok")] == 1
    asking.slack.world.faults.add("views.open", "expired_trigger_id")
    asking.slack.command("U1", "/trust", "", channel="C1")
    assert scrape(port)["tend_slack_calls_total", ("views.open", "refused")] == 1, "the clients that Bolt copies too"


def test_no_label_names_anybody(port: Endpoint, asking: Office, services: Services) -> None:
    """Whatever is typed, wherever it comes from."""
    slack = asking.slack
    for command, words in (
        ("/touch", "Acme Legal coffee about Zebrawood"),
        ("/referral", "from Acme Legal Northwind 5k won"),
        ("/trust", "Zebrawood 4"),
        ("/partner", "show Acme Legal"),
    ):
        slack.command("U1", command, words, channel="C1")
    app = create_app(services)
    link = InProcessConnection(app, "stand-in-secret")
    slack.link = link
    slack.world.installed = None  # so that it sends commands that the app does not have
    slack.command("U1", "/zebrawood", "4", channel="C1")
    tick(services)
    values = {value for _, labels in scrape(port) for value in labels}
    told = " ".join(values).casefold()
    for name in ("acme", "zebrawood", "northwind", "ana", "u1", "t0tend", "stand-in", "c1"):
        assert not re.search(rf"\b{name}\b", told), name
    assert "other" in values


def test_nothing_is_kept_in_prometheus_own_registry(services: Services) -> None:
    assert not [name for name in REGISTRY._names_to_collectors if name.startswith("tend")]
    assert services.metrics.registry is not Metrics().registry


def test_what_runs_and_what_it_uses_are_told(port: Endpoint) -> None:
    seen = scrape(port)
    assert seen["tend_build_info", (__version__,)] == 1
    assert seen["process_resident_memory_bytes", ()] > 1_000_000
    assert seen["process_open_fds", ()] > 0
    assert [name for name, _ in seen if name == "python_info"]


def test_a_port_that_is_taken_is_said(services: Services, free_port: int) -> None:
    taken = replace(services, settings=services.settings.model_copy(update={"metrics_port": free_port}))
    with (
        socket.create_server(("127.0.0.1", free_port)),
        pytest.raises(ConfigurationError, match="METRICS_PORT"),
        serve_metrics(taken),
    ):
        pass


def test_without_a_port_nothing_listens(services: Services) -> None:
    assert services.settings.metrics_port is None
    with serve_metrics(services):
        pass


@pytest.mark.parametrize("name", sorted(family.name for family in Metrics().registry.collect()))
def test_each_metric_is_documented(name: str) -> None:
    kind = next(family.type for family in Metrics().registry.collect() if family.name == name)
    shown = f"{name}_total" if kind == "counter" else name
    assert re.search(rf"^\| [^|]*`{shown}(_info)?`", MONITORING.read_text(encoding="utf-8"), re.MULTILINE)
