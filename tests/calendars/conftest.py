"""The office, of which a Tend that reads calendars knows, a server of calendars, and a partner with a person."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.clock import system_clock
from tests.calendars.feeds import JANE
from tests.calendars.servers import NAME, Roads, certificate, serving
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.listeners.office import ANA, Office
from tests.storage.conftest import database_kind, engine, url

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roads]:
    tls, authority = certificate(tmp_path_factory.mktemp("tls"), NAME, system_clock())
    with serving(tls) as server:
        yield Roads(server, authority)


@pytest.fixture
def acme(office: Office) -> int:
    partner = office.partner("Acme Legal", owner=ANA, since=date(2025, 1, 1))
    office.person(partner, "Jane Doe", address=JANE)
    return partner
