"""What a program records: by the same rules as people, and seen by them."""

import json
from datetime import timedelta

import pytest

from storage.db.engine import reading
from storage.ledger import team_totals
from storage.tables import Activity, Partner, PartnerName, TrustRating
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.listeners.office import ANA, NOW, TODAY, Office

REFERRAL = {"partner": "Acme Legal", "kind": "referral", "title": "Northwind", "value": "5000.50", "outcome": "met"}


def test_an_activity_is_recorded_with_the_rvi_before_and_after(crm: Client, office: Office) -> None:
    office.rate(1, 4)
    done = crm.post("activities", **REFERRAL, occurred_on="2026-11-02")
    assert done.status == 201
    assert done.body == {
        "id": 1, "partner_id": 1, "partner": "Acme Legal", "kind": "referral", "direction": "in",
        "occurred_on": "2026-11-02", "count": 1, "title": "Northwind", "outcome": "met", "value": "5000.50",
        "recorded_by": "api:CRM", "recorded_at": "2026-11-23T10:00:00Z", "external_id": None, "voided": False,
        "rvi": {"before": "0.00", "after": "0.33"},
    }  # fmt: skip
    assert done.headers["location"] == "/api/v1/activities/1"
    assert crm.get("activities/1").body == {key: part for key, part in done.body.items() if key != "rvi"}
    card = office.told("/partner show Acme Legal")
    assert "Northwind" in card.visible_text
    assert "£5,000.50" in card.visible_text


def test_what_is_not_said_is_as_in_a_command(crm: Client, office: Office) -> None:
    """Of today in the workspace's zone; a referral is one to us, introduced; a partner is known by any of its names."""
    crm.post("activities", partner="  acme llp", kind="referral")
    crm.post("activities", partner="Acme Legal", kind="event")
    referral, event = office.rows(Activity)
    assert (referral.direction, referral.outcome, referral.occurred_on) == ("in", "introduced", TODAY)
    assert (event.direction, event.outcome, event.count) == ("joint", None, 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"partner": "Nobody"}, "partner"),
        ({"partner": " "}, "partner"),
        ({"kind": "lunch"}, "kind"),
        ({"direction": "joint"}, "direction"),
        ({"kind": "event"}, "outcome"),
        ({"occurred_on": "2 Nov"}, "occurred_on"),
        ({"occurred_on": 1700000000}, "occurred_on"),
        ({"occurred_on": "2026-11-02T00:00:00"}, "occurred_on"),
        ({"occurred_on": "2026-02-30"}, "occurred_on"),
        ({"occurred_on": "1969-12-31"}, "occurred_on"),
        ({"occurred_on": "2029-01-01"}, "occurred_on"),
        ({"value": "5.001"}, "value"),
        ({"value": 5}, "value"),
        ({"value": "-5"}, "value"),
        ({"value": "5k"}, "value"),
        ({"count": 0}, "count"),
        ({"count": True}, "count"),
        ({"title": "x" * 501}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "1.23457E+11"}, "external_id"),
        ({"note": "mistyped"}, "note"),
    ],
)
def test_what_can_t_be_taken_is_said_at_its_field(
    crm: Client, office: Office, body: dict[str, object], field: str
) -> None:
    said = crm.post("activities", **(REFERRAL | body))
    assert (said.status, said.fields) == (422, [field])
    assert office.rows(Activity) == []


def test_an_ended_partnership_takes_nothing_more(crm: Client, office: Office) -> None:
    office.told("/partner end Acme Legal no fit", "U0STEVE")
    said = crm.post("activities", partner="Acme Legal", kind="event")
    assert (said.status, said.fields) == (403, [])
    assert "has ended" in said.body["detail"]


def test_what_another_system_knows_is_recorded_once_and_followed(crm: Client, office: Office) -> None:
    """Its outcome and value move on, with who did it in the history; what was taken back stays so."""
    first = crm.post("activities", **REFERRAL, external_id="D-1")
    again = crm.post("activities", **REFERRAL, external_id="D-1")
    won = crm.post("activities", **(REFERRAL | {"outcome": "won", "value": "6000"}), external_id="D-1")
    assert [one.status for one in (first, again, won)] == [201, 200, 200]
    row = office.row(Activity)
    assert (row.outcome, row.value_minor, row.outcome_on) == ("won", 600000, TODAY)
    assert won.body["rvi"] is None
    history = office.told("/partner history Acme Legal").visible_text
    assert "api:CRM" in history
    crm.delete("activities/1")
    gone = crm.post("activities", **REFERRAL, external_id="D-1")
    assert (gone.status, gone.body["voided"]) == (200, True)


def test_an_import_and_the_api_know_each_other_s_rows(crm: Client, office: Office) -> None:
    office.activity(1, source_key="x:D-1", title="Imported")
    assert crm.post("activities", **REFERRAL, external_id="D-1").body["title"] == "Imported"


def test_a_program_takes_back_what_it_recorded_and_nothing_else(crm: Client, office: Office) -> None:
    theirs = office.activity(1)
    crm.post("activities", partner="Acme Legal", kind="event")
    assert crm.delete(f"activities/{theirs}").status == 403
    gone = crm.delete("activities/2")
    assert (gone.status, gone.text) == (204, "")
    assert crm.delete("activities/2").status == 204
    assert crm.get("activities/2").body["voided"] is True
    assert [one["id"] for one in crm.get("activities").body["activities"]] == [theirs]
    other = Client(crm.port, token_for(office, "Form"))
    crm.post("activities", partner="Acme Legal", kind="event")
    assert other.delete("activities/3").status == 403


@pytest.mark.parametrize("id", ["0", "99", "9" * 19, "9" * 5000, "x", "-1", "1.5", "\u0661"])
def test_no_such_activity(crm: Client, id: str) -> None:
    assert crm.get(f"activities/{id}").status == 404
    assert crm.ask("DELETE", "activities/" + id.encode().hex()).status == 404


def test_trust_is_rated_by_the_program_or_by_whom_it_says(crm: Client, office: Office) -> None:
    ours = crm.post("trust", partner="Acme Legal", level=4)
    theirs = crm.post("trust", partner="Acme Legal", level=5, side="them", rater="Jane", note="Kind", external_id="S1")
    again = crm.post("trust", partner="Acme Legal", level=1, side="them", external_id="S1")
    assert [one.status for one in (ours, theirs, again)] == [201, 201, 200]
    assert (ours.body["rater"], ours.body["rvi"]) == ("api:CRM", {"before": None, "after": "0.00"})
    assert again.body == theirs.body | {"rvi": None}
    rows = [(row.side, row.level, row.rater, row.rated_on) for row in office.rows(TrustRating)]
    assert rows == [("ours", 4, "api:CRM", TODAY), ("theirs", 5, "Jane", TODAY)]


def test_a_partner_is_added_once_and_is_nobody_s_until_somebody_tends_it(crm: Client, office: Office) -> None:
    body = {"name": "Zenith", "aliases": ["Zen"], "vertical": "law", "external_id": "A-1", "wiifm_them": "Reach"}
    added = crm.post("partners", **body)
    assert (added.status, added.headers["location"]) == (201, "/api/v1/partners/2")
    assert (added.body["owner"], added.body["since_on"], added.body["aliases"]) == (None, "2026-11-23", ["Zen"])
    assert crm.post("partners", **body).body == added.body
    taken = crm.post("partners", name="zen")
    assert (taken.status, taken.fields) == (422, ["name"])
    only_pay = crm.post("partners", name="Paid Ltd", wiifm_them="10% commission")
    assert (only_pay.status, only_pay.fields) == (422, ["wiifm_them"])
    assert office.rows(Partner)[-1].created_by == "api:CRM"
    mine = crm.post("partners", name="Mine Ltd", owner=ANA)
    assert "Mine Ltd" in office.told("/partner list").visible_text
    assert mine.body["owner"] == ANA


def test_programs_are_thanked_no_more_than_imports(crm: Client, office: Office) -> None:
    office.activity(1)
    crm.post("activities", partner="Acme Legal", kind="event")
    with reading(office.engine) as session:
        day = timedelta(days=1)
        found = team_totals.logged_by_person(
            session, workspace_id=office.workspace_id, after=NOW - day, until=NOW + day
        )
    assert found == {ANA: 1}


def test_a_contact_ends_a_silence_as_a_person_s_does(crm: Client, office: Office) -> None:
    crm.post("activities", partner="Acme Legal", kind="meeting", title="Lunch")
    told = json.dumps(crm.get("partners/Acme LLP").body["score"])
    assert '"quiet_days": 0' in told


@pytest.mark.parametrize("rater", ["contact:jane", "Contact:Jane", "api:Other", ANA, "U0A1B2C3D4E", "W012A3CDE"])
def test_a_program_rates_for_nobody_who_rates_by_themselves(crm: Client, office: Office, rater: str) -> None:
    """Whoever rates again takes the place of their earlier rating."""
    office.told("/trust Acme Legal 5")
    refused = crm.post("trust", partner="Acme Legal", level=1, rater=rater)
    assert (refused.status, refused.fields) == (422, ["rater"])
    assert [row.level for row in office.rows(TrustRating)] == [5]


def test_a_program_takes_nothing_back_that_people_have_changed(crm: Client, office: Office) -> None:
    id = crm.post("activities", partner="Acme Legal", kind="referral", title="Northwind").body["id"]
    office.told("/referral from Acme Legal Northwind 50k won")
    assert crm.delete(f"activities/{id}").status == 403
    assert office.row(Activity).voided_at is None


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\u00ad"])
def test_no_name_holds_what_nobody_sees(crm: Client, office: Office, sign: str) -> None:
    """A mark that reverses what follows would make one partner look like another."""
    assert crm.post("partners", name=f"Zen{sign}ith", aliases=[f"Z{sign}L"]).status == 201
    assert office.rows(Partner)[-1].name == "Zenith"
    names = {row.name for row in office.rows(PartnerName)}
    assert not any(sign in name for name in names)
