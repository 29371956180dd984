"""Into HubSpot goes what a steward named fields for: what is true, when it changed, and nothing else."""

from datetime import date
from typing import Any

import pytest

from bot.actions.workspace import crm_connections
from storage.db.engine import writing
from storage.workspaces import members
from tests.crm.desk import CrmDesk
from tests.crm.hubspot_account import HubSpotAccount
from tests.crm.server import CrmServer, fails
from tests.listeners.office import ANA, Office

FIELDS = {"rvi": "tend_rvi", "band": "tend_band", "last_touch": "tend_touch", "owner": "tend_owner"}
BANDS = ("weak", "good", "growing", "strong")


@pytest.fixture
def desk(office: Office, hubspot: CrmServer, account: HubSpotAccount) -> CrmDesk:
    account.make_property("tend_rvi", "number")
    account.make_property("tend_band", "enumeration", BANDS)
    account.make_property("tend_touch", "date")
    account.make_property("tend_owner", "string")
    with writing(office.engine) as session:
        members.save_member(
            session, workspace_id=office.workspace_id, user_id=ANA, name="Ana Ruiz", timezone=None, standing="member",
            is_admin=False, now=office.clock(),
        )  # fmt: skip
    return CrmDesk(office, hubspot)


def partner(desk: CrmDesk, account: HubSpotAccount, name: str = "Acme Legal") -> str:
    """A partner in Tend with an RVI of 1.50, and its company, which was there before."""
    id = desk.office.partner(name, owner=ANA, since=date(2025, 1, 1))
    desk.office.activity(id, kind="referral", direction="in", occurred_on=date(2026, 6, 1), count=6)
    desk.office.rate(id, 3)
    return account.company(name, createdate="2024-01-01T00:00:00.000Z")


def told(account: HubSpotAccount, company: str) -> dict[str, Any]:
    return {name: account.objects["companies"][company].get(field) for name, field in FIELDS.items()}


def writes(desk: CrmDesk) -> list[Any]:
    return [asked.json["inputs"] for asked in desk.server.requests if asked.path.endswith("/update")]


def test_score_band_touch_and_owner_are_written_once(desk: CrmDesk, account: HubSpotAccount) -> None:
    company = partner(desk, account)
    desk.start()
    assert writes(desk) == [], "nobody named a field yet"
    desk.write_into(**FIELDS)
    desk.later()
    assert told(account, company) == {"rvi": "1.50", "band": "good", "last_touch": "2026-06-01", "owner": "Ana Ruiz"}
    account.objects["companies"][company]["tend_rvi"] = "1.5"  # as HubSpot keeps numbers
    desk.later()
    desk.later()
    assert len(writes(desk)) == 1, "nothing changed"
    desk.office.activity(desk.partners()["Acme Legal"].id or 0, kind="event", direction="joint",
                         occurred_on=date(2026, 11, 20), count=6)  # fmt: skip
    account.objects["companies"][company]["tend_owner"] = "somebody else"
    desk.later()
    assert writes(desk)[1:] == [
        [{"id": company, "properties": {
            "tend_rvi": "3.00", "tend_band": "strong", "tend_touch": "2026-11-20", "tend_owner": "Ana Ruiz"}}]
    ]  # fmt: skip
    assert desk.state.written_at is not None


def test_what_is_not_known_is_not_written_and_what_no_longer_holds_is_emptied(
    desk: CrmDesk, account: HubSpotAccount
) -> None:
    young = account.company("Young Ltd", createdate="2026-11-01T00:00:00.000Z")
    ended = account.company("Ended Ltd", tend_rvi="2.00")
    foreign = account.company("No Partner", type="PROSPECT", tend_rvi="9")
    desk.office.partner("Ended Ltd", status="ended")
    company = partner(desk, account)
    account.objects["companies"][company]["tend_band"] = "good"
    desk.start()
    desk.office.rate(desk.partners()["Young Ltd"].id or 0, 5)
    desk.write_into(rvi="tend_rvi", band="tend_band")
    desk.later()
    told_of = {name: account.objects["companies"][id].get("tend_rvi") for name, id in
               (("young", young), ("ended", ended), ("foreign", foreign), ("acme", company))}  # fmt: skip
    assert told_of == {"young": None, "ended": "2.00", "foreign": "9", "acme": "1.50"}
    assert [one["id"] for batch in writes(desk) for one in batch] == [company]
    account.objects["companies"][young]["tend_rvi"] = "4.00"
    desk.later()
    assert account.objects["companies"][young]["tend_rvi"] is None, "too early to say"


def test_batches_and_what_is_refused(desk: CrmDesk, account: HubSpotAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch at once; one that HubSpot refuses keeps none of the others from being written."""
    monkeypatch.setattr("bot.crm.hubspot.BATCH", 20)
    ids = [account.company(f"Number{number:03} Ltd", createdate="2024-01-01T00:00:00.000Z") for number in range(26)]
    desk.start()
    for row in desk.partners().values():
        desk.office.rate(row.id or 0, 3)
    account.objects["companies"][ids[7]]["locked"] = "yes"
    desk.write_into(rvi="tend_rvi")
    desk.server.faults = [fails(429, {"policyName": "SECONDLY"}, "/update"), fails(500, {}, "/update")]
    desk.later()
    written = [id for id in ids if account.objects["companies"][id].get("tend_rvi") == "0.00"]
    assert set(ids) - set(written) == {ids[7]}
    assert max(len(batch) for batch in writes(desk)) == 20
    assert desk.state.write_problem == f"in HubSpot 1 company was not written: {ids[7]} is locked by a workflow"
    del account.objects["companies"][ids[7]]["locked"]
    desk.later()
    assert desk.state.write_problem is None
    assert account.objects["companies"][ids[7]]["tend_rvi"] == "0.00"


def test_reading_goes_on_where_writing_may_not(desk: CrmDesk, account: HubSpotAccount) -> None:
    company = partner(desk, account)
    desk.start()
    desk.write_into(**FIELDS)
    account.scopes.discard("companies.write")
    account.deal("Lead", company)
    assert desk.later() == 1
    assert "Lead" in desk.ledger()
    assert desk.state.problem is None
    assert "crm.objects.companies.write" in (desk.state.write_problem or "")
    assert account.objects["companies"][company].get("tend_rvi") is None


def test_fields_are_looked_at_before_they_are_named(desk: CrmDesk, account: HubSpotAccount) -> None:
    account.make_property("lifecycle", "string", hubspotDefined=True)
    account.make_property("stars", "enumeration", ("one", "two"))
    desk.start()
    crm = desk.reader.open(crm_connections.preview_of(desk.office.engine, desk.caller, desk.system))
    for name, holds, words, problem in (
        ("tend_rvi", "number", (), None),
        ("tend_band", "text", BANDS, None),
        ("tend_owner", "text", BANDS, None),
        ("tend_touch", "day", (), None),
        ("nothing", "text", (), "have no property nothing"),
        ("lifecycle", "text", (), "HubSpot's own"),
        ("tend_owner", "number", (), "of type string; it should be of type number"),
        ("stars", "text", BANDS, "lacks the options weak"),
        ("stars", "text", (), "should be a line of text"),
    ):
        found = crm.field_problem(name, holds, words)
        assert (found is None) == (problem is None), found
        assert problem is None or problem in (found or "")
