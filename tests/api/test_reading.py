"""What a program reads: the same numbers as the command line, page by page."""

from datetime import timedelta

import pytest

from bot.messages import as_json
from bot.scores import query as scores
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.workspaces import workspaces
from tests.api.client import Client
from tests.listeners.office import TODAY, Office


def pages(client: Client, path: str, **query: object) -> list[dict[str, object]]:
    """All pages, one after the other."""
    found: list[dict[str, object]] = []
    cursor: dict[str, object] = {}
    for _ in range(20):
        said = client.get(path, **query, **cursor)
        assert said.status == 200, said.text
        (name,) = said.body.keys() - {"next"}
        found += said.body[name]
        if said.body["next"] is None:
            return found
        cursor = {"cursor": said.body["next"]}
    raise AssertionError("it never ends")


def test_activities_come_page_by_page_the_last_recorded_first(crm: Client, office: Office) -> None:
    beta = office.partner("Beta")
    for day in range(5):
        office.activity(1 if day % 2 else beta, occurred_on=TODAY - timedelta(days=day))
    assert [one["id"] for one in pages(crm, "activities", limit=2)] == [5, 4, 3, 2, 1]
    assert [one["id"] for one in pages(crm, "activities", limit=1, partner="beta")] == [5, 3, 1]
    some = crm.get("activities", since=TODAY - timedelta(days=3), until=TODAY - timedelta(days=1)).body["activities"]
    assert [one["id"] for one in some] == [4, 3, 2]


def test_partners_come_page_by_page_or_one_by_its_id_or_any_name(crm: Client, office: Office) -> None:
    office.partner("Slash/Dash & Co", status="prospect")
    office.partner("2")
    assert [one["name"] for one in pages(crm, "partners", limit=2)] == ["Acme Legal", "Slash/Dash & Co", "2"]
    assert [one["name"] for one in pages(crm, "partners", status="prospect")] == ["Slash/Dash & Co"]
    acme = crm.get("partners/1").body
    assert (acme["name"], acme["aliases"], acme["vertical"]) == ("Acme Legal", ["Acme LLP"], "solicitors")
    assert crm.get("partners/acme llp").body == acme
    assert crm.get("partners/Slash/Dash & Co").body["id"] == 2
    assert crm.get("partners/3").body["name"] == "2"
    assert crm.get("partners/2").body["id"] == 2  # an id before a name
    for name in ("Nobody", "99", "9" * 30, "\0", "%"):
        assert crm.get(f"partners/{name}").status == 404


def test_scores_are_those_of_the_command_line_on_any_day(crm: Client, office: Office) -> None:
    office.rate(1, 4, on=TODAY - timedelta(days=90))
    office.activity(1, occurred_on=TODAY - timedelta(days=40), outcome="won", value_minor=123450)
    office.partner("Beta")
    with reading(office.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=office.workspace_id))
        for day in (TODAY, TODAY - timedelta(days=60)):
            wanted = [as_json.score(one, "GBP") for one in scores.load_scored(session, team=team, day=day)]
            assert pages(crm, "scores", as_of=day, limit=1) == wanted
    assert crm.get("scores", partner="acme legal").body["scores"][0]["value_won"] == "1234.50"
    assert crm.get("partners/1").body["score"] == crm.get("scores", partner="Acme Legal").body["scores"][0]


def test_the_forecast_says_when_the_rvi_falls_and_why(crm: Client, office: Office) -> None:
    office.rate(1, 4, on=TODAY - timedelta(days=30))
    office.activity(1, occurred_on=TODAY - timedelta(days=350))
    office.partner("Beta")
    (change,) = pages(crm, "forecast", months=2, limit=1)
    assert (change["partner"], change["on"], change["rvi"]) == ("Acme Legal", "2026-12-08", "0.00")
    assert change["causes"] == [{"what": "1 referral turned 12 months old", "effect": "-0.33"}]


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("activities", {"limit": 0}, "limit"),
        ("activities", {"limit": 201}, "limit"),
        ("activities", {"limit": "many"}, "limit"),
        ("activities", {"cursor": "x"}, "cursor"),
        ("activities", {"cursor": "9" * 19}, "cursor"),
        ("activities", {"partner": "Nobody"}, "partner"),
        ("activities", {"since": "yesterday"}, "since"),
        ("partners", {"status": "gone"}, "status"),
        ("partners", {"stat": "active"}, "stat"),
        ("scores", {"as_of": "0001-01-01"}, "as_of"),
        ("scores", {"as_of": "9999-12-31"}, "as_of"),
        ("forecast", {"months": 13}, "months"),
    ],
)
def test_a_question_that_can_t_be_read_is_said_at_its_field(
    crm: Client, path: str, query: dict[str, object], field: str
) -> None:
    said = crm.get(path, **query)
    assert (said.status, said.fields) == (422, [field])
