"""A crowd of callers of one workspace, or of strangers, keeps nobody else waiting."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import select

from bot.actions.caller import Caller
from bot.actions.reviews import trust_survey_answer
from bot.actions.workspace import calendar
from bot.actions.workspace.integrations import create_integration
from bot.app import create_app
from bot.fake_slack import FakeSlack
from bot.signed_links import PromiseTicket, SurveyTicket, new_secret
from bot.slack.client import TRIGGER_SECONDS
from bot.web import bulkhead
from bot.web.api import app as api
from bot.web.app import make_web
from bot.web.fair_share import MAX_IN_HAND
from storage.db.engine import reading
from storage.tables import Workspace
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
        team = services.workspaces.find(slack.world.team_id)
        caller = Caller(team, "U1", both.clock(), is_steward=True, services=services)
        tokens.append(create_integration(both.engine, caller, "CRM").token)
        feed = calendar.get_feed(both.engine, caller).link or ""
        survey = links.make(SurveyTicket(team.id, 1, new_secret()), both.clock())
        step = links.make_step(PromiseTicket(team.id, 1), both.clock())
        addresses.append({"feed": feed, "survey": survey, "step": step})
    pathless = [{kind: link.removeprefix(HOME) for kind, link in each.items()} for each in addresses]
    return Callers(endpoint, (tokens[0], tokens[1]), (pathless[0], pathless[1]))
