"""The office, the API as it is served, and a program that has a token."""

from collections.abc import Iterator

import pytest

from bot.actions.caller import Caller
from bot.actions.workspace.integrations import create_integration
from bot.web.app import make_web
from tests.api.client import Client
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.listeners.office import STEVE, Office
from tests.storage.conftest import database_kind, engine, url
from tests.web.conftest import Door, serving

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Door, int]]:
    with serving() as found:
        yield found


def token_for(office: Office, name: str = "CRM") -> str:
    """A token, made by a steward."""
    (team,) = office.services.workspaces.teams()
    return create_integration(office.engine, Caller(team, STEVE, office.clock(), is_steward=True), name).token


@pytest.fixture
def nobody(served: tuple[Door, int], office: Office) -> Client:
    """A program without a token."""
    door, port = served
    door.behind = make_web(office.services, office.app)
    return Client(port)


@pytest.fixture
def crm(nobody: Client, office: Office) -> Client:
    office.partner("Acme Legal", aliases=["Acme LLP"], vertical="solicitors", wiifm_us="leads")
    return Client(nobody.port, token_for(office))
