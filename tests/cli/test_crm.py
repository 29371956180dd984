"""`tend crm`: from the token to the scores in HubSpot, as a steward types it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.clock import system_clock
from tests.cli.conftest import Tend
from tests.crm.hubspot_account import TOKEN, HubSpotAccount
from tests.crm.server import CrmServer, serving
from tests.listeners.office import TOKEN_KEY


@pytest.fixture
def account() -> HubSpotAccount:
    return HubSpotAccount(system_clock)


@pytest.fixture
def hubspot(account: HubSpotAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrmServer]:
    with serving(account) as server:
        monkeypatch.setenv("HUBSPOT_API_URL", server.url)
        monkeypatch.setenv("TEND_TOKEN_KEY", TOKEN_KEY)
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-2-3")
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
        yield server


def ok(tend: Tend, *words: str) -> str:
    ran = tend("crm", *words)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def test_from_the_token_to_the_scores(tend: Tend, hubspot: CrmServer, account: HubSpotAccount) -> None:
    acme = account.company("Acme Legal", createdate="2024-01-10T09:00:00.000Z")
    account.deal("Northwind", acme, amount="5000", dealstage="closedwon",
                 closedate=f"{datetime.now(UTC):%Y-%m-%d}T00:00:00.000Z")  # fmt: skip
    account.make_property("tend_touch", "date")
    assert ok(tend, "list") == ""
    assert "nothing was imported" in ok(tend, "add", "hubspot")
    assert "--confirm" in ok(tend, "list")
    seen = ok(tend, "preview", "hubspot")
    assert "1 company of partners: 1 partner would be added" in seen
    assert "1 deal: 1 would be added" in seen
    assert "--confirm" in tend("crm", "run", "hubspot").line()
    assert "1 deal: 1 added" in ok(tend, "run", "hubspot", "--confirm")
    assert "last touch → tend_touch" in ok(tend, "fields", "hubspot", "--last-touch", "tend_touch")
    assert "0 added" in ok(tend, "run", "hubspot", "--all")
    assert account.objects["companies"][acme]["tend_touch"] == f"{datetime.now(UTC):%Y-%m-%d}"
    listed = ok(tend, "list")
    assert "HubSpot: read " in listed
    assert "writes: last touch → tend_touch" in listed
    assert "Acme Legal" in tend("score", "--json").out
    assert "no longer read" in ok(tend, "remove", "hubspot")


def test_each_mistake_says_what_to_do(
    tend: Tend, hubspot: CrmServer, account: HubSpotAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is not connected; `tend crm add hubspot` connects it" in tend("crm", "preview", "hubspot").line()
    assert "FIELD=VALUE" in tend("crm", "add", "hubspot", "--partners", "type").line()
    account.token = "another"
    assert "no longer lets Tend in" in tend("crm", "add", "hubspot").line()
    account.token = TOKEN
    assert "nothing was given" in tend("crm", "add", "hubspot").line(), "the pipe is empty by now"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
    ok(tend, "add", "hubspot")
    assert "have no property x" in tend("crm", "fields", "hubspot", "--rvi", "x").line()
    assert "needs --instance" in tend("crm", "add", "salesforce").line()
    for wrong in (
        *("https://acme.example", "http://acme.my.salesforce.com", "https://salesforce.com.evil.example"),
        *(r"https://evil.example\.salesforce.com", "https://[acme.my.salesforce.com", "https://acme.salesforce.com:x"),
    ):
        given = ("--instance", wrong, "--client-id", "k")
        assert "should be the address of your org" in tend("crm", "add", "salesforce", *given).line()
    account.token = "another"
    for _ in range(2):
        assert "no longer lets Tend in" in tend("crm", "preview", "hubspot").line()
    assert "HubSpot" not in tend("doctor").out, "it was not read on a schedule yet"
    with serving(account) as elsewhere:
        monkeypatch.setenv("HUBSPOT_API_URL", elsewhere.url)
        account.token = TOKEN
        ok(tend, "preview", "hubspot")
        account.token = "another"
        assert "no longer lets Tend in" in tend("crm", "run", "hubspot", "--confirm").line()
    assert "! HubSpot no longer lets Tend in" in tend("doctor").out
    monkeypatch.setenv("TEND_TOKEN_KEY", "")
    assert "TEND_TOKEN_KEY lacks the key" in tend("crm", "preview", "hubspot").line()
    monkeypatch.setenv("HUBSPOT_API_URL", "http://api.hubapi.com")
    assert "HUBSPOT_API_URL should be an https address" in tend("crm", "preview", "hubspot").line()


def test_without_its_client_it_says_how_to_install_it(
    tend: Tend, hubspot: CrmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.crm.connect.find_spec", lambda _name: None)
    assert "requirements-crm.txt" in tend("crm", "add", "hubspot").line()
