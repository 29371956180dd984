"""What programs read of many partners, which days they may send, and what the document and the log say of them."""

import json
from datetime import timedelta

import pytest

from bot.process.log_config import configure_logging
from storage.tables import Activity, AuditEntry
from tests.api.client import Client
from tests.cli.conftest import process_as_it_was
from tests.listeners.office import STEVE, TODAY, Office

__all__ = ["process_as_it_was"]

REFERRAL = {"partner": "Acme Legal", "kind": "referral", "title": "Northwind", "outcome": "met", "value": "5000"}


def test_a_list_of_partners_names_what_else_they_are_called(crm: Client) -> None:
    (listed,) = crm.get("partners").body["partners"]
    assert listed["aliases"] == crm.get("partners/Acme Legal").body["aliases"] == ["Acme LLP"]


def test_a_deal_of_an_ended_partnership_moves_no_more(crm: Client, office: Office) -> None:
    crm.post("activities", **REFERRAL, external_id="D-1")
    office.told("/partner end Acme Legal no fit", STEVE)
    said = crm.post("activities", **(REFERRAL | {"outcome": "won", "value": "6000"}), external_id="D-1")
    assert said.status == 403
    assert "has ended" in said.body["detail"]
    row = office.row(Activity)
    assert (row.outcome, row.value_minor) == ("met", 500_000)
    assert "outcome" not in [change.field for change in office.rows(AuditEntry)]


@pytest.mark.parametrize(("days", "status"), [(731, 201), (732, 422)])
def test_the_last_day_that_is_taken(crm: Client, days: int, status: int) -> None:
    on = (TODAY + timedelta(days)).isoformat()
    said = crm.post("activities", partner="Acme Legal", kind="event", title="Fair", occurred_on=on)
    assert said.status == status, said.text


def test_the_document_says_that_a_body_is_required(nobody: Client) -> None:
    paths = nobody.get("openapi.json").body["paths"]
    bodies = [one["requestBody"] for path in paths.values() for one in path.values() if "requestBody" in one]
    assert bodies
    assert all(body["required"] is True for body in bodies)


def test_the_log_says_of_which_workspace_a_request_is(
    crm: Client, office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What fails is looked for by it."""

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("bot.actions.activity.record.insert_activity", broken)
    configure_logging(office.settings.model_copy(update={"log_format": "json"}))
    assert crm.post("activities", partner="Acme Legal", kind="event", title="Fair").status == 500
    (line,) = [
        json.loads(line) for line in capsys.readouterr().err.splitlines() if "on purpose" in line or "ERROR" in line
    ]
    assert line["workspace"] == office.workspace_id
