"""A crowd of callers of one workspace, or of strangers, keeps nobody else waiting."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.actions.caller import Caller
from bot.actions.reviews import referral_offer, trust_survey_answer
from bot.actions.workspace import calendar
from bot.actions.workspace.integrations import create_integration
from bot.app import create_app
from bot.signed_links import PromiseTicket, ReferralTicket, SurveyTicket, new_secret
from bot.slack.client import TRIGGER_SECONDS
from bot.web import bulkhead
from bot.web.api import app as api
from bot.web.app import make_web
from bot.web.fair_share import MAX_IN_HAND
from tests.patience import PATIENCE, until
from tests.slack.street import HOME, Street
from tests.web.conftest import Door
from tests.web.endpoint import Endpoint

CROWD = 20


@dataclass
class Gate:
    """Holds whatever is done for one workspace, and counts it, until it is let go."""

    workspace_id: int
    go: threading.Event = field(default_factory=threading.Event)
    in_hand: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def crowd(self, size: int, ask: Callable[[], int]) -> Iterator[list[Future[int]]]:
        """So many callers at once, as many of them in hand as may be; all are let go when the block ends."""
        with ThreadPoolExecutor(size) as pool:
            try:
                callers = [pool.submit(ask) for _ in range(size)]
                until(lambda: self.in_hand == MAX_IN_HAND)
                yield callers
            finally:
                self.go.set()

    def pass_through(self, workspace_id: int) -> None:
        if workspace_id != self.workspace_id:
            return
        with self.lock:
            self.in_hand += 1
            self.most = max(self.most, self.in_hand)
        assert self.go.wait(PATIENCE)
        with self.lock:
            self.in_hand -= 1


@dataclass(frozen=True)
class Callers:
    """What two workspaces have for people and programs outside, by the kind of door."""

    endpoint: Endpoint
    tokens: tuple[str, str]
    addresses: tuple[dict[str, str], dict[str, str]]

    def ask(self, kind: str, whose: int) -> int:
        """The status of a request of a kind at one workspace's address."""
        if kind == "api":
            headers = {"Authorization": f"Bearer {self.tokens[whose]}"}
            return self.endpoint.ask("GET", "/api/v1/partners", headers=headers).status
        return self.endpoint.ask("GET", self.addresses[whose][kind]).status


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a turn gets it in the end."""
    monkeypatch.setattr(bulkhead, "WAIT_SECONDS", PATIENCE)


def served_with_links(street: Street, served: tuple[Door, int]) -> Endpoint:
    """Tend once more, with an address of its own."""
    services = street.other_house(tend_url=HOME)
    served[0].behind = make_web(services, create_app(services))
    return Endpoint(served[1], street.endpoint.secret)


@pytest.fixture
def callers(patient: None, both: Street, served: tuple[Door, int]) -> Callers:
    endpoint = served_with_links(both, served)
    services = both.houses[-1]
    links = services.links()
    assert links is not None
    tokens, addresses = [], []
    for slack in (both.first, both.second):
        both.partner(slack, "Acme Legal")
        team = services.workspaces.team(slack.world.team_id)
        assert team is not None
        caller = Caller(team, "U1", both.clock(), is_steward=True, links=services.links)
        tokens.append(create_integration(both.engine, caller, "CRM").token)
        feed = calendar.get_feed(both.engine, caller).link or ""
        survey = links.make(SurveyTicket(team.id, 1, new_secret()), both.clock())
        step = links.make_step(PromiseTicket(team.id, 1), both.clock())
        refer = links.make_referral(ReferralTicket(team.id, 1, new_secret()), both.clock())
        addresses.append({"feed": feed, "survey": survey, "step": step, "refer": refer})
    pathless = [{kind: link.removeprefix(HOME) for kind, link in each.items()} for each in addresses]
    return Callers(endpoint, (tokens[0], tokens[1]), (pathless[0], pathless[1]))


HELD: dict[str, tuple[Any, str, Callable[..., int]]] = {
    "api": (api, "count_request", lambda _engine, client, _now: client.team.id),
    "feed": (calendar, "build_calendar", lambda _engine, owner, _now: owner.team.id),
    "step": (calendar, "build_promise_calendar", lambda _engine, ticket, _now: ticket.workspace_id),
    "survey": (trust_survey_answer, "find_invitation", lambda _engine, ticket, _now: ticket.workspace_id),
    "refer": (referral_offer, "find_invitation", lambda _engine, ticket, _now: ticket.workspace_id),
}
"""What a request of each kind does once it has its turn, and for whom."""


@pytest.fixture
def gate(both: Street) -> Iterator[Gate]:
    made = Gate(both.workspace_id(both.first))
    yield made
    made.go.set()


@pytest.mark.parametrize("kind", HELD)
def test_a_crowd_of_one_workspace_leaves_the_others_their_share(
    kind: str, both: Street, callers: Callers, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, name, whose = HELD[kind]
    act = getattr(where, name)

    def held(*args: Any) -> Any:
        gate.pass_through(whose(*args))
        return act(*args)

    usual = {each: callers.ask(each, 0) for each in HELD}
    monkeypatch.setattr(where, name, held)
    with gate.crowd(CROWD, lambda: callers.ask(kind, 0)) as crowd:
        for slack in (both.second, both.first):
            seen = slack.command("U1", "/touch", "Acme Legal call", channel="C1")
            assert "ecorded" in seen.ephemerals[0].visible_text, seen
        assert {each: callers.ask(each, 1) for each in HELD} == usual
        assert {each: callers.ask(each, 0) for each in HELD if each != kind and {each, kind} != {"feed", "step"}}
        assert callers.endpoint.ask("GET", "/healthz").status == 200
        assert not any(each.done() for each in crowd)
    assert {each.result() for each in crowd} == {usual[kind]}
    assert gate.most == MAX_IN_HAND


def test_whoever_waits_too_long_is_told_to_send_it_again(
    callers: Callers, gate: Gate, monkeypatch: pytest.MonkeyPatch, both: Street, served: tuple[Door, int]
) -> None:
    monkeypatch.setattr(bulkhead, "WAIT_SECONDS", 0.2)
    served_with_links(both, served)
    count = api.count_request

    def held(engine: Any, client: Any, now: Any) -> bool:
        gate.pass_through(client.team.id)
        return count(engine, client, now)

    monkeypatch.setattr(api, "count_request", held)
    headers = {"Authorization": f"Bearer {callers.tokens[0]}"}
    with gate.crowd(MAX_IN_HAND, lambda: callers.ask("api", 0)) as crowd:
        told = callers.endpoint.ask("GET", "/api/v1/partners", headers=headers)
        assert (told.status, "Nothing was recorded" in told.text) == (429, True)
    assert {each.result() for each in crowd} == {200}


def test_installations_that_hang_keep_nobody_else_waiting(
    patient: None, both: Street, served: tuple[Door, int], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody gets a state, and comes back with a code of their own."""
    served_with_links(both, served)
    exchange = WebClient.oauth_v2_access

    def held(*args: Any, **named: Any) -> Any:
        gate.pass_through(gate.workspace_id)
        return exchange(*args, **named)

    monkeypatch.setattr(WebClient, "oauth_v2_access", held)

    def come_back() -> int:
        browser = both.browser()
        state = both.began(browser).partition("state=")[2].partition("&")[0]
        return browser.get(f"/slack/oauth_redirect?code=made-up&state={state}").status

    with gate.crowd(CROWD, come_back) as crowd:
        for slack in (both.second, both.first):
            assert slack.command("U1", "/tend", "help", channel="C1").ephemerals
    assert {each.result() for each in crowd} == {400}
    assert gate.most == MAX_IN_HAND


def test_a_calendar_waits_for_slack_no_longer_than_a_form(
    callers: Callers, both: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.clock.now += timedelta(days=1)  # who they are has to be asked again
    waited: list[float] = []

    def hang(client: WebClient, **_: object) -> None:
        waited.append(client.timeout)
        raise TimeoutError

    monkeypatch.setattr(WebClient, "users_info", hang)
    assert callers.ask("feed", 0) == 200
    assert len(waited) == 1
    assert waited[0] <= TRIGGER_SECONDS
