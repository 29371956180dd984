"""`tend web`, `tend worker` and `tend tick` as processes of their own, where many workspaces install the app."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.slack.street import CLIENT_SECRET, KEY, SIGNING, Browser, Page, Street, distribute
from tests.web.endpoint import Endpoint
from tests.web.processes import ROOT, TEND, started, stopped, until_well

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(street: Street, tmp_path: Path) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "home").mkdir()
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path / "home"),
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING,
        "TEND_TOKEN_KEY": KEY,
        "SLACK_API_URL": street.first.api_url,
        "DATABASE_URL": street.url,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def talkative(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """`tend web` with all that it has to say, in a file: a pipe that nobody reads would stop it."""
    told = environment | {"LOG_LEVEL": "DEBUG"}
    with log.open("w") as file:
        process = subprocess.Popen([*TEND, "web"], env=told, stdout=file, stderr=file, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_life_from_installing_to_leaving(street: Street, environment: dict[str, str], tmp_path: Path) -> None:
    """And whatever the log says at its most talkative, no secret is in it."""
    log = tmp_path / "log"
    street.clock.now = datetime.now(UTC)  # the process goes by the machine's
    with talkative(environment, log) as process:
        endpoint = Endpoint(int(environment["PORT"]), SIGNING)
        until_well(endpoint, process)
        assert "not installed" in endpoint.command("/partner", "list", team="T0SECOND", user="U1").words
        browser = Browser(endpoint.port)
        assert browser.back(street.second.approve(browser.get("/slack/install").to, "U1")).status == 200
        street.partner(street.second, "Acme Legal")
        assert "Acme Legal" in endpoint.command("/partner", "list", team="T0SECOND", user="U1").words
        token = street.second.tokens.lasting()
        street.second.link.link.url = endpoint.url  # type: ignore[attr-defined]
        assert [seen.status for seen in street.second.uninstall()] == [200, 200]
        assert "not installed" in endpoint.command("/partner", "list", team="T0SECOND", user="U1").words
        stopped(process)
    said = log.read_text()
    assert token
    assert "T0SECOND installed Tend" in said
    for secret in (token, CLIENT_SECRET, SIGNING, KEY, "xoxb"):
        assert secret not in said
    assert "Traceback" not in said
    home = Path(environment["HOME"])
    assert [path for path in home.rglob("*") if path.is_file()] == [], "Bolt's own store of tokens is not in use"


def test_of_two_processes_that_get_the_same_state_at_once_one_installs(
    street: Street, environment: dict[str, str]
) -> None:
    with started("web", environment) as process:
        other = Endpoint(int(environment["PORT"]), SIGNING)
        until_well(other, process)
        for _ in range(5):
            browser = street.browser()
            begun = street.began(browser)
            urls = [street.first.approve(begun, "U1"), street.second.approve(begun, "U1")]
            gate, pages = threading.Barrier(2), list[Page]()

            def end(
                port: int,
                url: str,
                browser: Browser = browser,
                gate: threading.Barrier = gate,
                pages: list[Page] = pages,
            ) -> None:
                mine = Browser(port, dict(browser.cookies))
                gate.wait()
                pages.append(mine.back(url))

            ports = (other.port, street.endpoint.port)
            threads = [threading.Thread(target=end, args=one) for one in zip(ports, urls, strict=True)]
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            assert sorted(page.status for page in pages) == [200, 400]


def test_of_three_processes_that_tick_at_once_one_renews_each_token(
    street: Street, environment: dict[str, str]
) -> None:
    distribute(street.first, rotates=True)
    for slack in (street.first, street.second):
        street.install(slack)
        street.partner(slack, "Acme Legal")
    street.clock.now += timedelta(hours=10, minutes=30)
    now = street.clock.now.isoformat()
    ticks = [
        subprocess.Popen(
            [*TEND, "tick", "--now", now],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [tick.communicate(timeout=PATIENCE) for tick in ticks]
    assert [tick.returncode for tick in ticks] == [0, 0, 0], told
    assert [err for _, err in told] == ["", "", ""]
    renewed = [call.args for call in street.first.world.calls_to("oauth.v2.access") if call.args.get("grant_type")]
    assert len(renewed) == 2
    street.clock.now += timedelta(hours=4)
    for team in street.services.workspaces.teams():
        assert street.services.workspaces.client(team).auth_test()["ok"]


def test_the_worker_serves_whoever_installed_and_stops_when_told(street: Street, environment: dict[str, str]) -> None:
    with started("worker", environment) as process:
        assert process.stdout
        assert "worker is running" in process.stdout.readline()
        stopped(process)
        assert process.returncode == 0
        assert process.communicate()[1] == ""
