"""One busy workspace, or a Slack that hangs, leaves the others their share."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.app import create_app
from bot.services import Services
from bot.web import app as web_app
from bot.web.app import make_web
from bot.web.fair_share import MAX_IN_HAND, FairShare
from tests.patience import PATIENCE, until
from tests.web.conftest import Door
from tests.web.endpoint import Endpoint


@dataclass
class Hanging:
    """An app whose requests of workspaces called T0BUSY… hang until they are let go."""

    app: App
    go: threading.Event = field(default_factory=threading.Event)
    in_hand: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        team = request.body["team_id"]
        self.in_hand[team] += 1
        self.most[team] = max(self.most[team], self.in_hand[team])
        try:
            if team.startswith("T0BUSY"):
                assert self.go.wait(PATIENCE)
            return self.app.dispatch(request)
        finally:
            self.in_hand[team] -= 1


@pytest.fixture
def hanging(services: Services, served: tuple[Door, int]) -> Iterator[Hanging]:
    made = Hanging(create_app(services))
    served[0].behind = make_web(services, made)  # type: ignore[arg-type]
    yield made
    made.go.set()


def test_a_busy_workspace_has_a_few_requests_in_hand_and_another_is_answered(
    hanging: Hanging, services: Services, served: tuple[Door, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "FairShare", lambda: FairShare(seconds=PATIENCE))
    served[0].behind = make_web(services, hanging)  # type: ignore[arg-type]
    endpoint = Endpoint(served[1], "stand-in-secret")
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(endpoint.command, "/tend", "help", team="T0BUSY") for _ in range(20)]
        until(lambda: hanging.in_hand["T0BUSY"] == MAX_IN_HAND)
        assert endpoint.command("/tend", "help", team="T0TEND").status == 200
        hanging.go.set()
        assert {each.result().status for each in waiting} == {200}
    assert hanging.most["T0BUSY"] == MAX_IN_HAND


def test_whoever_waits_too_long_reads_that_nothing_was_recorded(
    hanging: Hanging, services: Services, served: tuple[Door, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "FairShare", lambda: FairShare(seconds=0.2))
    served[0].behind = make_web(services, hanging)  # type: ignore[arg-type]
    endpoint = Endpoint(served[1], "stand-in-secret")
    with ThreadPoolExecutor(MAX_IN_HAND) as pool:
        waiting = [pool.submit(endpoint.command, "/tend", "help", team="T0BUSY") for _ in range(MAX_IN_HAND)]
        until(lambda: hanging.in_hand["T0BUSY"] == MAX_IN_HAND)
        answer = endpoint.command("/trust", "Acme Legal 4", team="T0BUSY")
        assert (answer.status, "Nothing was recorded" in answer.words) == (200, True)
        hanging.go.set()
        assert {each.result().status for each in waiting} == {200}


def test_health_is_told_while_all_threads_wait_for_slack(hanging: Hanging, served: tuple[Door, int]) -> None:
    endpoint = Endpoint(served[1], "stand-in-secret")
    with ThreadPoolExecutor(45) as pool:
        waiting = [pool.submit(endpoint.command, "/tend", "help", team=f"T0BUSY{n}") for n in range(45)]
        until(lambda: sum(hanging.in_hand.values()) == 40)
        assert endpoint.ask("GET", "/healthz").status == 200
        assert not any(each.done() for each in waiting)
        hanging.go.set()
        assert {each.result().status for each in waiting} == {200}


def test_forms_that_slack_does_not_open_keep_nobody_else_waiting(
    services: Services, served: tuple[Door, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as there are threads hang: health is told, and what nobody signed is refused."""
    monkeypatch.setattr(web_app, "FairShare", lambda: FairShare(most=45, seconds=PATIENCE))
    served[0].behind = make_web(services, create_app(services))
    go, hanging = threading.Event(), Counter[str]()

    def hang(_client: WebClient, **_: object) -> None:
        hanging["forms"] += 1
        assert go.wait(PATIENCE)
        raise TimeoutError

    monkeypatch.setattr(WebClient, "views_open", hang)
    endpoint = Endpoint(served[1], "stand-in-secret")
    with ThreadPoolExecutor(45) as pool:
        try:
            forms = [pool.submit(endpoint.command, "/partner", "add") for _ in range(45)]
            until(lambda: hanging["forms"] == 40)
            assert endpoint.ask("GET", "/healthz").status == 200
            assert Endpoint(served[1], "forged").command("/tend", "help").status == 401
            assert not any(each.done() for each in forms)
        finally:
            go.set()
    assert {each.result().status for each in forms} == {200}
