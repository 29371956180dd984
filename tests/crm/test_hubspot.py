"""HubSpot is read every hour by the rules of an import: what changed, once, whatever comes in between."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.actions.partners import edit
from bot.actions.workspace import crm_connections, crm_intake
from bot.actions.workspace.crm_connections import LEASE, LeaseLost
from bot.crm.records import CrmError, PartnerMark, Problem
from bot.errors import NotAllowed, TendError
from bot.importing import ImportOptions, run_import
from bot.importing.run import run_sheet
from storage.tables import ContactPerson, PartnerDomain, PartnerExternalId
from tests.crm.desk import CIPHER, HUBSPOT_MARK, CrmDesk
from tests.crm.hubspot_account import TOKEN, HubSpotAccount
from tests.crm.server import CrmServer, fails
from tests.listeners.office import ADA, ANA, BOB, STEVE, Office
from tests.listeners.test_home import home_of
from tests.stored import stored


@pytest.fixture
def desk(office: Office, hubspot: CrmServer) -> CrmDesk:
    return CrmDesk(office, hubspot)


@pytest.fixture
def acme(account: HubSpotAccount) -> str:
    """A partner in HubSpot with two people and two deals, beside a customer with one of each."""
    account.owners = [{"id": "77", "firstName": "Zoe", "lastName": "Zhu", "email": "zoe@fairweather.example"}]
    acme = account.company("Acme Legal", industry="LEGAL_SERVICES", domain="acme.example", hubspot_owner_id="77",
                           createdate="2025-01-10T09:00:00.000Z")  # fmt: skip
    customer = account.company("Northwind", type="PROSPECT")
    account.contact("Jane", "Doe (Ltd)", "jane@acme.example", acme, jobtitle="CFO | acting")
    account.contact("Joe", "Ray", "joe@acme.example", acme)
    account.contact("Nora", "North", "nora@northwind.example", customer)
    account.deal("Northwind rollout", customer, acme, amount="5000.00", dealstage="closedwon",
                 createdate="2026-03-02T23:30:00.000Z", closedate="2026-05-01T10:00:00.000Z")  # fmt: skip
    account.deal("Fabrikam pilot", acme, amount="800", dealstage="91827", createdate="2026-10-05T08:00:00.000Z")
    account.deal("No business of ours", customer, amount="1")
    return acme


def test_nothing_is_imported_before_a_steward_saw_it_and_said_so(desk: CrmDesk, acme: str) -> None:
    desk.connect()
    with pytest.raises(TendError, match="See what it would do first"):
        desk.run(confirms=True)
    found = desk.preview()
    assert (found.companies, found.partners_added, found.deals_added, found.others) == (1, 1, 2, 0)
    assert desk.partners() == {}
    with pytest.raises(TendError, match="--confirm"):
        desk.run()
    assert desk.later(hours=5) == 0, "the worker takes on only what was confirmed"
    assert desk.partners() == {}
    assert desk.run(confirms=True).partners_added == 1
    assert set(desk.partners()) == {"Acme Legal"}


def test_a_partner_comes_with_its_record_its_people_and_its_deals(desk: CrmDesk, acme: str) -> None:
    result = desk.start()
    assert (result.partners_added, result.deals_added, result.others, result.rejected) == (1, 2, 0, ())
    partner = desk.partners()["Acme Legal"]
    assert (partner.since_on, partner.owner) == (date(2025, 1, 10), None), "nobody here is called Zoe"
    assert [row.domain for row in desk.office.rows(PartnerDomain)] == ["acme.example"]
    people = {row.name: (row.address, row.role) for row in desk.office.rows(ContactPerson)}
    assert people == {"Jane Doe Ltd": ("jane@acme.example", "CFO acting"), "Joe Ray": ("joe@acme.example", None)}
    (known,) = desk.office.rows(PartnerExternalId)
    assert (known.source, known.external_id) == ("hubspot", acme)
    rows = {title: (row.kind, row.direction, row.occurred_on, row.value_minor, row.outcome, row.outcome_on)
            for title, row in desk.ledger().items()}  # fmt: skip
    assert rows["Northwind rollout"] == ("referral", "in", date(2026, 3, 2), 500000, "won", date(2026, 5, 1))
    assert rows["Fabrikam pilot"][3:5] == (80000, "introduced"), "a stage of their own that ends nothing"


def test_the_worker_asks_slack_whom_an_owner_may_be(desk: CrmDesk, account: HubSpotAccount, acme: str) -> None:
    account.owners = [{"id": "77", "firstName": "bob", "lastName": "", "email": ""}]
    desk.start()
    assert desk.partners()["Acme Legal"].owner is None
    desk.later(days=8)
    assert desk.partners()["Acme Legal"].owner == BOB


def test_an_export_of_the_same_deals_adds_nothing(desk: CrmDesk, acme: str, tmp_path: Path) -> None:
    desk.start()
    deals = {row["dealname"]: row["hs_object_id"] for row in desk.server.account.objects["deals"].values()}  # type: ignore[attr-defined]
    file = tmp_path / "deals.csv"
    file.write_text(
        "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date,Associated Company (Primary)\n"
        f"{deals['Northwind rollout']},Northwind rollout,Closed Won,5000,2026-03-02,2026-05-01,Acme Legal\n",
        encoding="utf-8",
    )
    options = ImportOptions(kind="activities", by=ANA, now=desk.office.clock())
    report = run_import(desk.office.engine, team=desk.caller.team, path=file, options=options)
    assert (report.added, report.known, report.bad) == (0, 1, ())


def test_only_what_changed_is_read_and_taken_once(desk: CrmDesk, account: HubSpotAccount, acme: str) -> None:
    desk.start()
    assert desk.later() == 0
    desk.server.requests.clear()
    assert desk.later() == 0
    assert len(desk.server.requests) == 3, "what an hour without changes costs"
    assert desk.round().run() == 0, "it is not due again before an hour has passed"
    deal = next(id for id, row in account.objects["deals"].items() if row["dealname"] == "Fabrikam pilot")
    account.put("deals", deal, dealstage="91828", closedate="2026-11-20T09:00:00.000Z", amount="900")
    account.deal("Contoso", acme, amount="70")
    account.contact("New", "Person", "new@acme.example", acme)
    desk.server.requests.clear()
    assert desk.later() == 1
    rows = desk.ledger()
    assert (rows["Fabrikam pilot"].outcome, rows["Fabrikam pilot"].value_minor) == ("won", 90000)
    assert rows["Fabrikam pilot"].outcome_on == date(2026, 11, 20)
    assert set(rows) == {"Northwind rollout", "Fabrikam pilot", "Contoso"}
    assert "New Person" in {row.name for row in desk.office.rows(ContactPerson)}
    searches = [asked.json for asked in desk.server.requests if asked.path.endswith("/search")]
    assert all(len(one["filterGroups"][0]["filters"]) == 2 for one in searches), "since the last run"
    assert desk.later() == 0, "the overlap brings nothing twice"
    assert len(desk.ledger()) == 3


def test_what_is_changed_while_it_is_read_comes_with_the_next_run(
    desk: CrmDesk, account: HubSpotAccount, acme: str
) -> None:
    """At the boundary: changed after the search of deals, before the run is done; and indexed minutes late."""
    desk.start()
    account.clock = lambda: desk.office.clock() - timedelta(minutes=10)  # found by a search only now
    account.deal("Late in the index", acme)
    assert desk.later(hours=1, minutes=1) == 1
    account.clock = desk.office.clock
    added: list[str] = []

    def meanwhile(asked: object) -> None:
        if "associations/deals" in str(asked) and not added:
            added.append(account.deal("Meanwhile", acme))

    account.deal("Before", acme)
    desk.server.before = meanwhile
    assert desk.later() == 1
    assert added
    assert desk.later() == 1
    assert {"Late in the index", "Before", "Meanwhile"} <= set(desk.ledger())


def test_more_than_a_search_gives_and_pages_of_associations(
    desk: CrmDesk, account: HubSpotAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.crm.hubspot.SEARCH_PAGE", 20)
    monkeypatch.setattr("tests.crm.hubspot_account.MAX_RESULTS", 40)
    account.page_of_associations = 10
    for number in range(90):
        account.put("companies", name=f"Prospect {number}", type="PROSPECT")
    busy = account.company("Busy Partner")
    for number in range(45):
        account.deal(f"Deal {number}", busy)
    result = desk.start()
    assert (result.companies, result.deals_added) == (1, 45)
    assert len(desk.ledger()) == 45
    assert 0.25 in desk.slept, "searches keep to the account's limit"


def test_an_early_partner_brings_its_old_deals_when_it_becomes_one(
    desk: CrmDesk, account: HubSpotAccount, acme: str
) -> None:
    desk.start()
    customer = next(id for id, row in account.objects["companies"].items() if row["name"] == "Northwind")
    account.put("companies", customer, type="PARTNER")
    assert desk.later() == 1
    assert {"Acme Legal", "Northwind"} == set(desk.partners())
    assert "No business of ours" in desk.ledger()
    rollout = desk.ledger()["Northwind rollout"]
    assert rollout.partner_id == desk.partners()["Acme Legal"].id, "it stays with whom it was recorded"


def test_a_company_that_tend_knows_by_name_needs_no_mark(desk: CrmDesk, account: HubSpotAccount) -> None:
    desk.office.partner("Paper Ltd", owner=ANA)
    account.deal("Lead", account.company("paper ltd", type=None))
    account.company("Unmarked", type=None)
    result = desk.start()
    assert (result.partners_added, result.partners_updated, result.deals_added) == (0, 1, 1)
    assert set(desk.partners()) == {"Paper Ltd"}


def test_a_name_that_is_only_similar_waits_for_somebody(desk: CrmDesk, account: HubSpotAccount) -> None:
    desk.office.partner("Acme Legal", owner=ANA)
    account.deal("Lead", account.company("Acme Legall Ltd"))
    result = desk.start()
    assert (result.partners_added, result.deals_added) == (0, 0)
    assert result.doubts == ("Acme Legall Ltd is similar to Acme Legal",)
    assert desk.later() == 0
    assert desk.state.report["doubts"] == ["Acme Legall Ltd is similar to Acme Legal"]
    alias = {"aliases": ("Acme Legall Ltd",)}
    edit.edit_partner(desk.office.engine, desk.caller, desk.partners()["Acme Legal"].id or 0, alias)
    assert desk.later() == 1, "nothing changed in HubSpot since"
    assert set(desk.ledger()) == {"Lead"}
    assert desk.state.report["doubts"] == []


def test_a_run_that_dies_between_its_steps_is_done_by_the_next(
    desk: CrmDesk, account: HubSpotAccount, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the partner came with this run, and its deals did not change."""
    account.deal("Old deal", young := account.company("Young", type="PROSPECT"))
    desk.start()
    account.put("companies", young, type="PARTNER")
    real = run_sheet

    def dies(*given: object, **named: object) -> object:
        if named["options"].kind == "activities":  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        return real(*given, **named)  # type: ignore[arg-type]

    account.deal("Contoso", acme)
    with monkeypatch.context() as patch:
        patch.setattr(crm_intake, "run_sheet", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.later()
    assert "Young" in desk.partners()
    assert "Old deal" not in desk.ledger()
    assert desk.later(minutes=5) == 0, "the claim of the dead process still holds"
    assert desk.later(minutes=6) == 1
    assert {"Old deal", "Contoso"} <= set(desk.ledger())


def test_what_nobody_foresaw_is_told_too(
    desk: CrmDesk, account: HubSpotAccount, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.start()

    def breaks(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    account.deal("Contoso", acme)
    with monkeypatch.context() as patch:
        patch.setattr(crm_intake, "run_sheet", breaks)
        assert desk.later() == 0
    assert (desk.state.problem, desk.row.failures) == (Problem.ANSWER, 1)
    assert desk.later() == 1


def test_who_was_overtaken_writes_nothing(desk: CrmDesk, account: HubSpotAccount, acme: str) -> None:
    """A stalled reader has seen an older deal than the one who took over."""
    desk.start()
    deal = next(id for id, row in account.objects["deals"].items() if row["dealname"] == "Fabrikam pilot")
    account.put("deals", deal, amount="1000")
    desk.office.clock.forward(hours=1)  # type: ignore[attr-defined]
    stalled = crm_connections.claim_connection(desk.office.engine, desk.row, desk.office.clock())
    assert stalled
    changes = desk.reader._changes(desk.reader.open(stalled), stalled)
    assert crm_connections.claim_connection(desk.office.engine, desk.row, desk.office.clock()) is not None
    account.put("deals", deal, amount="2000")
    assert desk.later(minutes=LEASE.total_seconds() / 60 + 1) == 1
    with pytest.raises(LeaseLost):
        crm_intake.take(desk.office.engine, stalled, changes, desk.office.clock())
    assert desk.ledger()["Fabrikam pilot"].value_minor == 200000


def test_two_workers_never_read_the_same(desk: CrmDesk, acme: str) -> None:
    desk.start()
    desk.office.clock.forward(hours=1)  # type: ignore[attr-defined]
    (row,) = crm_connections.list_due(desk.office.engine, desk.office.clock(), 10)
    claims = [crm_connections.claim_connection(desk.office.engine, row, desk.office.clock()) for _ in range(3)]
    assert [claim is not None for claim in claims] == [True, False, False]
    with pytest.raises(TendError, match="being read just now"):
        desk.run()


# -- what goes wrong


@pytest.fixture
def started(desk: CrmDesk, acme: str) -> CrmDesk:
    desk.start()
    desk.server.requests.clear()
    desk.slept.clear()
    return desk


LIMIT = {"status": "error", "message": "You have reached your limit.", "errorType": "RATE_LIMIT"}


def test_limits_are_waited_for_as_hubspot_says(started: CrmDesk, account: HubSpotAccount, acme: str) -> None:
    account.deal("Contoso", acme)
    started.server.faults = [
        fails(429, LIMIT | {"policyName": "TEN_SECONDLY_ROLLING"}, "companies/search"),
        fails(429, LIMIT | {"policyName": "SECONDLY"}, "deals/search"),
        fails(429, LIMIT | {"policyName": "TEN_SECONDLY_ROLLING"}, "contacts/search", Retry_After="3"),
        fails(502, {}, "deals/search"),
    ]
    assert started.later() == 1
    assert "Contoso" in started.ledger()
    assert sorted(started.slept) == [1, 1, 3, 10]


def test_the_limit_of_the_day_puts_the_run_off(started: CrmDesk, account: HubSpotAccount, acme: str) -> None:
    account.deal("Contoso", acme)
    started.server.faults = [fails(429, LIMIT | {"policyName": "DAILY"}, "search", Retry_After="18000")]
    assert started.later() == 0
    assert started.slept == []
    assert started.state.problem is Problem.LIMIT
    assert started.later(hours=4) == 0
    assert "Contoso" not in started.ledger()
    assert started.later(hours=2) == 1
    assert started.state.problem is None
    assert "Contoso" in started.ledger()


def test_each_failure_is_told_and_tried_again_later_and_later(started: CrmDesk, account: HubSpotAccount) -> None:
    account.token = "another"
    waits = []
    for _ in range(7):
        started.later(hours=25)
        waits.append(started.row.due_at - started.office.clock())
    assert started.state.problem is Problem.TOKEN
    assert [wait.total_seconds() / 3600 for wait in waits] == [1, 2, 4, 8, 16, 24, 24]
    assert len(started.server.requests) == 7, "a token that is refused is not tried again at once"
    account.token = TOKEN
    started.later(hours=25)
    assert (started.state.problem, started.row.failures) == (None, 0)


def test_what_can_go_wrong_has_a_name(started: CrmDesk, account: HubSpotAccount) -> None:
    account.scopes.discard("deals")
    with pytest.raises(CrmError) as refused:
        started.run(everything=True)
    assert refused.value.problem is Problem.SCOPE
    account.scopes.add("deals")
    for answer, problem in (
        (fails(200, {"total": 1}, "companies/search"), Problem.ANSWER),
        (fails(400, {"message": "There was a problem with the property x"}, "companies/search"), Problem.REFUSED),
    ):
        started.server.faults = [answer]
        with pytest.raises(CrmError) as refused:
            started.run(everything=True)
        assert refused.value.problem is problem
    started.server.faults = [fails(503, {}, "companies/search") for _ in range(6)]
    with pytest.raises(CrmError) as refused:
        started.run(everything=True)
    assert refused.value.problem is Problem.BUSY
    started.server.url = "http://127.0.0.1:9"
    with pytest.raises(CrmError) as refused:
        started.run(everything=True)
    assert refused.value.problem is Problem.HOST


def test_a_token_without_the_scope_of_owners_reads_all_else(desk: CrmDesk, account: HubSpotAccount, acme: str) -> None:
    account.scopes.discard("owners")
    assert desk.start().deals_added == 2


def test_only_a_steward_connects_and_the_token_is_nowhere_in_clear(
    desk: CrmDesk, account: HubSpotAccount, acme: str, caplog: pytest.LogCaptureFixture
) -> None:
    member = replace(desk.caller, user_id=ANA, is_steward=False)
    with pytest.raises(NotAllowed):
        crm_connections.add_connection(desk.office.engine, member, desk.system, {}, HUBSPOT_MARK, CIPHER.encrypt)
    with pytest.raises(NotAllowed, match="TEND_TOKEN_KEY"):
        crm_connections.add_connection(desk.office.engine, desk.caller, desk.system, {}, HUBSPOT_MARK, None)
    caplog.set_level("DEBUG")
    desk.start()
    with pytest.raises(TendError, match="connected already"):
        desk.connect()
    account.token = "another"
    desk.later()
    assert TOKEN not in stored(desk.office.engine)
    assert TOKEN not in caplog.text
    assert "Nora" not in stored(desk.office.engine), "people of companies that are no partners are not kept"
    crm_connections.remove_connection(desk.office.engine, desk.caller, desk.system)
    assert desk.later() == 0
    assert set(desk.partners()) == {"Acme Legal"}, "what was imported stays"


def test_every_company_or_only_those_that_tend_knows(desk: CrmDesk, acme: str) -> None:
    desk.connect(PartnerMark())
    assert (desk.preview().companies, desk.preview().partners_added) == (0, 0)
    crm_connections.remove_connection(desk.office.engine, desk.caller, desk.system)
    desk.connect(PartnerMark(everyone=True))
    assert desk.preview().partners_added == 2


def test_stewards_see_on_their_home_what_is_wrong(started: CrmDesk, account: HubSpotAccount) -> None:
    office = started.office
    account.token = "another"
    started.later()
    for user, sees in ((STEVE, True), (ADA, True), (ANA, False)):
        assert ("HubSpot no longer lets Tend in" in str(home_of(office, user).blocks)) is sees
    account.token = TOKEN
    started.later(hours=3)
    assert "HubSpot" not in str(home_of(office, STEVE).blocks)
