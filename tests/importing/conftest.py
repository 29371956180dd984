"""A fresh database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importing.offices import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def acme(office: Office) -> Office:
    """An office that knows Acme Legal, also called ACME, and Béla & Söhne."""
    office.take("partners", "name,since,aliases\nAcme Legal,2024-01-01,ACME\nBéla & Söhne,2024-01-01,\n")
    return office
