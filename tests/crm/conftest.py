"""A HubSpot account and the office of a Tend that reads it."""

from collections.abc import Iterator

import pytest

from tests.crm.hubspot_account import HubSpotAccount
from tests.crm.server import CrmServer, serving
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.listeners.office import Clock
from tests.storage.conftest import database_kind, engine, url

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]


@pytest.fixture
def account(clock: Clock) -> HubSpotAccount:
    return HubSpotAccount(clock)


@pytest.fixture
def hubspot(account: HubSpotAccount) -> Iterator[CrmServer]:
    with serving(account) as server:
        yield server
