"""An integration's ids are its own; a known one corrects its row, and never that of another partner."""

from datetime import date

from storage.db.engine import writing
from storage.ledger import activities
from storage.tables import Activity, Partner, TrustRating
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.listeners.office import TODAY, Office

REFERRAL = {"partner": "Acme Legal", "kind": "referral", "title": "Northwind", "value": "5000.00", "outcome": "met"}


def test_two_integrations_may_use_the_same_id(crm: Client, office: Office) -> None:
    form = Client(crm.port, token_for(office, "Form"))
    crm.post("activities", **REFERRAL, external_id="1")
    theirs = form.post("activities", **(REFERRAL | {"title": "Contoso", "outcome": "won"}), external_id="1")
    assert theirs.status == 201
    assert [(row.title, row.outcome) for row in office.rows(Activity)] == [("Northwind", "met"), ("Contoso", "won")]
    assert theirs.body["external_id"] == "1"


def test_a_known_id_for_another_partner_is_refused_and_changes_nothing(crm: Client, office: Office) -> None:
    office.partner("Zenith")
    crm.post("activities", **REFERRAL, external_id="1")
    said = crm.post("activities", **(REFERRAL | {"partner": "Zenith", "outcome": "won"}), external_id="1")
    assert (said.status, said.fields) == (422, ["external_id"])
    assert "That id is already activity 1: Acme Legal's referral “Northwind” of 23 Nov" in said.body["detail"]
    nobody = crm.post("activities", **(REFERRAL | {"partner": "Nobody", "outcome": "won"}), external_id="1")
    assert (nobody.status, nobody.fields) == (422, ["partner"])
    assert office.row(Activity).outcome == "met"


def test_the_same_id_of_another_kind_is_another_row(crm: Client, office: Office) -> None:
    crm.post("activities", partner="Acme Legal", kind="event", external_id="1")
    assert crm.post("activities", **REFERRAL, external_id="1").status == 201
    assert crm.post("activities", **(REFERRAL | {"kind": "strategic_referral"}), external_id="1").status == 200
    assert len(office.rows(Activity)) == 2


def test_a_correction_is_taken(crm: Client, office: Office) -> None:
    crm.post("activities", **REFERRAL, external_id="1", occurred_on="2026-10-01")
    body = REFERRAL | {"occurred_on": "2026-10-05", "count": 2, "outcome": "won", "outcome_on": "2026-11-20"}
    said = crm.post("activities", **body, external_id="1")
    assert (said.status, said.body["occurred_on"], said.body["count"]) == (200, "2026-10-05", 2)
    row = office.row(Activity)
    assert (row.outcome, row.outcome_on, row.occurred_on) == ("won", date(2026, 11, 20), date(2026, 10, 5))
    assert crm.post("activities", **REFERRAL, external_id="1").body["occurred_on"] == "2026-10-05"


def test_a_deal_that_comes_won_counts_today_unless_its_day_is_said(crm: Client, office: Office) -> None:
    old = REFERRAL | {"outcome": "won", "occurred_on": "2025-09-01"}
    crm.post("activities", **old)
    crm.post("activities", **old, outcome_on="2026-11-20")
    assert [row.outcome_on for row in office.rows(Activity)] == [TODAY, date(2026, 11, 20)]
    said = crm.post("activities", **old, outcome_on="2025-08-31")
    assert (said.status, said.fields) == (422, ["outcome_on"])


def test_ratings_and_partners_too(crm: Client, office: Office) -> None:
    office.partner("Zenith")
    crm.post("trust", partner="Acme Legal", level=4, external_id="1")
    said = crm.post("trust", partner="Zenith", level=1, external_id="1")
    assert (said.status, said.fields) == (422, ["external_id"])
    assert office.row(TrustRating).level == 4
    crm.post("partners", name="Gamma Ltd", external_id="1")
    taken = crm.post("partners", name="Delta Works", external_id="1")
    assert (taken.status, taken.fields) == (422, ["external_id"])
    assert crm.post("partners", name="Gamma Limited", external_id="1").status == 200
    assert (
        Client(crm.port, token_for(office, "Form")).post("partners", name="Delta Works", external_id="1").status == 201
    )
    assert [row.name for row in office.rows(Partner)] == ["Acme Legal", "Zenith", "Gamma Ltd", "Delta Works"]


def test_an_id_from_before_sources_is_taken_over_for_the_same_partner(crm: Client, office: Office) -> None:
    office.partner("Zenith")
    for name, partner_id in (("D-1", 1), ("D-2", 2)):
        with writing(office.engine) as session:
            activities.record(
                session, workspace_id=office.workspace_id, partner_id=partner_id, kind="referral", direction="in",
                occurred_on=TODAY, title="Imported", source_key=f"x:{name}", by="U1", now=office.clock(),
            )  # fmt: skip
    assert crm.post("activities", **REFERRAL, external_id="D-1").body["title"] == "Imported"
    assert crm.post("activities", **REFERRAL, external_id="D-2").status == 201
