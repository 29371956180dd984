"""An address of the API that there is not."""

import pytest

from tests.api.client import Client


@pytest.mark.parametrize("path", ["nowhere", "partners/a/b", "partners/%0A"])
def test_it_is_a_problem_as_everything_there(crm: Client, path: str) -> None:
    """Also where a name has a line break in it, which no address has."""
    said = crm.ask("GET", path)
    assert said.status == 404
    assert said.fields == []
