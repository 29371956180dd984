"""An address of the API that there is not."""

import pytest

from tests.api.client import Client


@pytest.mark.parametrize("path", ["nowhere", "partners/a/b", "partners/%0A"])
def test_it_is_a_problem_as_everything_there(crm: Client, path: str) -> None:
    """Also where a name has a line break in it, which no address has."""
    said = crm.ask("GET", path)
    assert said.status == 404
    assert said.fields == []


@pytest.mark.parametrize("path", ["/api/v1/activities/", "/healthz/", "/slack/events/"])
def test_a_slash_too_many_is_no_address_and_leads_nowhere(crm: Client, path: str) -> None:
    """A redirect would go to plain http behind a proxy, and take the token along."""
    answer = crm.ask("GET", path)
    assert answer.status == 404
    assert "location" not in answer.headers


def test_a_method_that_an_address_does_not_take_is_a_problem(crm: Client) -> None:
    answer = crm.ask("PUT", "activities")
    assert answer.fields == []
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert "GET, HEAD, POST" in answer.body["detail"]
