"""Salesforce is read by the same rules, under the ids that its reports show, and written back to."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.actions.workspace import crm_connections
from bot.crm.records import CrmError, PartnerMark, Problem, System
from bot.importing import ImportOptions, run_import
from storage.tables import ContactPerson, PartnerDomain, PartnerExternalId
from tests.crm.desk import CrmDesk
from tests.crm.salesforce_org import KEY, SECRET, SalesforceOrg
from tests.crm.server import CrmServer, fails, serving
from tests.listeners.office import ANA, Clock, Office
from tests.stored import stored

MARK = PartnerMark("Type", ("Technology Partner", "Installation Partner"))
LIMIT = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]


@pytest.fixture
def org(clock: Clock) -> SalesforceOrg:
    return SalesforceOrg(clock, lambda: "")


@pytest.fixture
def server(org: SalesforceOrg) -> Iterator[CrmServer]:
    with serving(org) as served:
        org.url = lambda: served.url
        yield served


class SalesforceDesk(CrmDesk):
    def connect(self, mark: PartnerMark = MARK) -> None:
        super().connect(mark)


@pytest.fixture
def desk(office: Office, server: CrmServer) -> CrmDesk:
    secrets = {"instance": server.url, "client_id": KEY, "client_secret": SECRET}
    return SalesforceDesk(office, server, System.SALESFORCE, secrets)


@pytest.fixture
def acme(org: SalesforceOrg) -> str:
    acme = org.account(
        "Acme Legal",
        Industry="Law",
        Website="https://www.acme.example/team",
        Owner={"Name": "Zoe", "Email": "zoe@us.example"},
        CreatedDate="2025-01-10T09:00:00.000+0000",
    )
    customer = org.account("Northwind", Type="Customer - Direct")
    org.contact("Jane Doe", "jane@acme.example", acme, Title="CFO")
    org.contact("Nora North", "nora@northwind.example", customer)
    org.deal("Rollout", acme, Amount=5000.0, StageName="Closed Won", IsClosed=True, IsWon=True, CloseDate="2026-05-01",
             CreatedDate="2026-03-02T23:30:00.000+0000")  # fmt: skip
    org.deal("Pilot", acme, Amount=None, StageName="Our own stage")
    org.deal("None of ours", customer)
    return acme


def test_a_partner_comes_with_its_people_and_opportunities(desk: CrmDesk, acme: str, tmp_path: Path) -> None:
    desk.connect()
    assert (desk.preview().partners_added, desk.preview().deals_added, desk.partners()) == (1, 2, {})
    result = desk.run(confirms=True)
    assert (result.partners_added, result.deals_added, result.rejected) == (1, 2, ())
    (known,) = desk.office.rows(PartnerExternalId)
    assert (known.source, known.external_id) == ("salesforce", acme[:15])
    assert [row.domain for row in desk.office.rows(PartnerDomain)] == ["acme.example"]
    assert [(row.name, row.role) for row in desk.office.rows(ContactPerson)] == [("Jane Doe", "CFO")]
    rows = {
        title: (row.occurred_on, row.value_minor, row.outcome, row.outcome_on) for title, row in desk.ledger().items()
    }
    assert rows["Rollout"] == (date(2026, 3, 2), 500000, "won", date(2026, 5, 1))
    assert rows["Pilot"][1:3] == (None, "introduced")
    assert desk.partners()["Acme Legal"].since_on == date(2025, 1, 10)
    file = tmp_path / "report.csv"  # as a report is exported, with ids of 15 letters
    file.write_text(
        "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Created Date,Close Date\n"
        "006Kj0000000000,Rollout,Acme Legal,Closed Won,5000,2026-03-02,2026-05-01\n"
    )
    options = ImportOptions(kind="activities", by=ANA, now=desk.office.clock())
    report = run_import(desk.office.engine, team=desk.caller.team, path=file, options=options)
    assert (report.added, report.known) == (0, 1)


def test_changes_come_every_hour_page_by_page_and_once(desk: CrmDesk, org: SalesforceOrg, acme: str) -> None:
    desk.start()
    desk.server.requests.clear()
    assert desk.later() == 0
    assert len(desk.server.requests) == 5, "what an hour without changes costs"
    org.page = 40
    for number in range(130):
        org.deal(f"Deal {number}", acme)
    pilot = next(id for id, row in org.records["Opportunity"].items() if row["Name"] == "Pilot")
    org.put("Opportunity", pilot, StageName="Lost to us", IsClosed=True, IsWon=False, CloseDate="2026-11-20")
    assert desk.later() == 1
    assert desk.later() == 0
    rows = desk.ledger()
    assert len(rows) == 132
    assert (rows["Pilot"].outcome, rows["Pilot"].outcome_on) == ("lost", date(2026, 11, 20))
    assert [row.name for row in desk.office.rows(ContactPerson)] == ["Jane Doe"]


def test_many_partners_fit_into_the_addresses_of_queries(desk: CrmDesk, org: SalesforceOrg) -> None:
    ids = [org.account(f"Number{number:04} Ltd") for number in range(650)]
    desk.connect()
    crm = desk.reader.open(crm_connections.preview_of(desk.office.engine, desk.caller, desk.system))
    assert len(crm.companies_by_id([*ids, "no id of theirs"])) == 650
    assert max(len(asked.path) for asked in desk.server.requests) < 16_384


def test_an_expired_session_is_renewed_once(desk: CrmDesk, org: SalesforceOrg, acme: str) -> None:
    org.session_lasts = 3
    assert desk.start().deals_added == 2
    assert org.logins > 2
    org.session_lasts = 0
    with pytest.raises(CrmError) as refused:
        desk.run(everything=True)
    assert refused.value.problem is Problem.TOKEN


def test_what_goes_wrong_is_told_and_tried_again(desk: CrmDesk, org: SalesforceOrg, acme: str) -> None:
    desk.start()
    org.deal("Contoso", acme)
    desk.server.faults = [fails(403, LIMIT, "query")]  # type: ignore[arg-type]
    assert desk.later() == 0
    assert (desk.state.problem, desk.slept) == (Problem.LIMIT, [])
    desk.server.faults = [fails(503, [{"errorCode": "SERVER_UNAVAILABLE", "message": ""}], "query"),  # type: ignore[arg-type]
                          fails(400, [{"errorCode": "QUERY_TIMEOUT", "message": ""}], "Opportunity")]  # type: ignore[arg-type]  # fmt: skip
    assert desk.later() == 1
    assert desk.slept == [1, 1]
    assert "Contoso" in desk.ledger()
    desk.server.faults = [fails(400, {"error": "invalid_client", "error_description": "expired"}, "token")]
    assert desk.later() == 0
    assert desk.state.problem is Problem.TOKEN
    assert SECRET not in stored(desk.office.engine)


def test_a_field_that_is_not_there_is_named(desk: CrmDesk, acme: str) -> None:
    desk.connect(PartnerMark("Partner_Level__c", ("Gold",)))
    with pytest.raises(CrmError) as refused:
        desk.preview()
    assert (refused.value.problem, "Partner_Level__c" in refused.value.detail) == (Problem.SCOPE, True)


def test_another_currency_costs_the_amount_and_is_told(desk: CrmDesk, org: SalesforceOrg, acme: str) -> None:
    org.currencies = True
    for row in org.records["Opportunity"].values():
        row["CurrencyIsoCode"] = "JPY"
    result = desk.start()
    assert result.deals_added == 2
    assert "2 × another currency" in result.lost
    assert desk.ledger()["Rollout"].value_minor is None


def test_scores_are_written_in_batches_each_by_itself(
    desk: CrmDesk, org: SalesforceOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.crm.salesforce.BATCH", 20)
    for name, type in (("Rvi__c", "double"), ("Touch__c", "date"), ("Owner__c", "string")):
        org.make_field(name, type)
    org.make_field("Band__c", "picklist", ("weak", "good", "growing", "strong"))
    ids = [org.account(f"Number{number:03} Ltd", CreatedDate="2024-01-01T00:00:00.000+0000") for number in range(26)]
    desk.start()
    for row in desk.partners().values():
        desk.office.rate(row.id or 0, 3)
    desk.office.activity(desk.partners()["Number007 Ltd"].id or 0, count=12)
    org.records["Account"][ids[9]]["Locked"] = True
    crm = desk.reader.open(crm_connections.preview_of(desk.office.engine, desk.caller, desk.system))
    assert crm.field_problem("Rvi__c", "number", ()) is None
    assert crm.field_problem("Band__c", "text", ("weak", "strong")) is None
    assert "end in __c" in (crm.field_problem("Rating", "text", ()) or "")
    assert "no field Other__c" in (crm.field_problem("Other__c", "text", ()) or "")
    assert "of type date; it should be of type double" in (crm.field_problem("Touch__c", "number", ()) or "")
    assert "fixed options" in (crm.field_problem("Band__c", "text", ()) or "")
    desk.write_into(rvi="Rvi__c", band="Band__c", last_touch="Touch__c", owner="Owner__c")
    desk.later()
    told = org.records["Account"][ids[7]]
    assert (told["Rvi__c"], told["Band__c"], told["Touch__c"]) == (3.0, "strong", "2026-11-23")
    assert sum("Rvi__c" in row for row in org.records["Account"].values()) == 25
    assert (desk.state.write_problem or "").startswith("in Salesforce 1 company was not written")
    patches = [len(asked.json["records"]) for asked in desk.server.requests if asked.method == "PATCH"]
    assert sorted(patches) == [6, 20]
    desk.later()
    patches = [len(asked.json["records"]) for asked in desk.server.requests if asked.method == "PATCH"]
    assert sorted(patches) == [1, 6, 20], "only what differs"
