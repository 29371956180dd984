"""Tokens: made, used and revoked; who has none learns nothing."""

import logging
import re

import pytest
from sqlalchemy.exc import OperationalError

from bot.actions.workspace.integrations import REQUESTS_PER_MINUTE, TOKEN_LENGTH
from storage.db.engine import writing
from storage.tables import Activity, Integration
from storage.workspaces import api_tokens, workspaces
from tests.api.client import Client, Said
from tests.listeners.office import ADA, ANA, STEVE, Office, first_values, labels, only_answer

TOKEN = re.compile(r"tend_[\w-]{43}")
EVENT = {"partner": "Acme Legal", "kind": "event"}


def make(office: Office, name: str = "CRM", user: str = STEVE) -> str:
    """A token, made in Slack as a steward does."""
    settings = office.told("/tend settings", user)
    listed = only_answer(office.press_label(settings, "Integrations", user))
    form = office.press_label(listed, "New integration", user).view
    assert form is not None
    done = office.submit(form, user, name=name)
    assert done.view is not None
    (token,) = TOKEN.findall(done.view.visible_text)
    assert token not in "".join(one.visible_text for one in done.ephemerals + done.messages)
    assert token[:11] in only_answer(done).visible_text
    return str(token)


def listed(office: Office) -> str:
    return only_answer(office.press(office.told("/tend settings", STEVE), "integrations", STEVE)).visible_text


def test_a_steward_makes_a_token_that_is_shown_once_and_kept_nowhere(nobody: Client, office: Office) -> None:
    token = make(office)
    assert len(token) == TOKEN_LENGTH
    assert token not in str(office.records())
    assert token[:11] in listed(office)
    assert "not used yet" in listed(office)
    assert Client(nobody.port, token).get("partners").status == 200
    assert "last used today" in listed(office)
    assert "https://tend.example.com/api/v1" in listed(office)


def test_a_token_that_was_revoked_is_of_no_use_at_once(nobody: Client, office: Office) -> None:
    token = make(office)
    crm = Client(nobody.port, token)
    office.partner("Acme Legal")
    assert crm.post("activities", **EVENT).status == 201
    shown = only_answer(office.press(office.told("/tend settings", ADA), "integrations", ADA))
    gone = only_answer(office.press_label(shown, "Revoke", ADA))
    assert "can no longer read or record" in gone.visible_text
    assert crm.get("partners").status == crm.post("activities", **EVENT).status == 401
    assert token[:11] not in listed(office)
    assert len(office.rows(Activity)) == 1
    assert office.row(Integration).revoked_by == ADA
    assert Client(nobody.port, make(office)).get("partners").status == 200  # the name is free again


def test_stewards_see_what_a_program_recorded_and_undo_it(nobody: Client, office: Office) -> None:
    crm = Client(nobody.port, make(office))
    office.partner("Acme Legal")
    crm.post("activities", **EVENT, title="Webinar")
    crm.post("trust", partner="Acme Legal", level=4)
    shown = only_answer(office.press(office.told("/tend settings", STEVE), "integrations", STEVE))
    wrote = only_answer(office.press_label(shown, "What it recorded", STEVE))
    assert "Webinar" in wrote.visible_text
    assert "your trust in *Acme Legal* is 4 of 5" in wrote.visible_text
    assert labels(wrote) == ["Undo", "Undo"]
    office.press(wrote, "undo_activity:1", STEVE)
    assert office.row(Activity).voided_by == STEVE


@pytest.mark.parametrize("name", [" ", "\u200b", "x" * 121, "crm"])
def test_a_name_that_is_none_or_another_s_is_said_at_its_field(office: Office, name: str) -> None:
    make(office)
    shown = only_answer(office.press(office.told("/tend settings", STEVE), "integrations", STEVE))
    form = office.press_label(shown, "New integration", STEVE).view
    assert form is not None
    assert first_values(form) == {"rights": "read"}
    assert set(office.submit(form, STEVE, name=name).errors or ()) == {"name"}
    assert len(office.rows(Integration)) == 1


def test_others_see_nothing_of_it(office: Office) -> None:
    make(office)
    shown = office.told("/tend settings", ANA)
    assert "Integrations" not in shown.visible_text
    assert labels(shown) == []


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer tend_" + "x" * 43, "Bearer tend_é", "tend_", "Bearer a b", "x"],
)  # fmt: skip
def test_without_a_token_of_ours_nothing_is_told(nobody: Client, office: Office, header: str) -> None:
    office.partner("Acme Legal")
    for method, path in (
        ("GET", "partners"),
        ("POST", "activities"),
        ("DELETE", "activities/1"),
        ("GET", "partners/1"),
    ):
        said = nobody.ask(method, path, b"{}", {"Authorization": header.encode("utf-8").decode("latin-1")})
        assert (said.status, "Acme" in said.text) == (401, False)
        assert said.headers["www-authenticate"] == 'Bearer realm="Tend"'
    assert office.rows(Activity) == []


def test_a_workspace_that_left_lets_nobody_in(crm: Client, office: Office) -> None:
    with writing(office.engine) as session:
        gone = {"uninstalled_at": office.clock()}
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields=gone)
    assert crm.get("partners").status == 401


def test_so_many_requests_a_minute_and_no_more(crm: Client, office: Office) -> None:
    office.clock.forward(seconds=20)
    said: list[Said] = [crm.get("partners", limit=1) for _ in range(REQUESTS_PER_MINUTE + 1)]
    assert {one.status for one in said[:-1]} == {200}
    assert (said[-1].status, said[-1].headers["retry-after"]) == (429, "40")
    office.clock.forward(seconds=40)
    assert crm.get("partners").status == 200


def test_without_the_database_it_says_to_try_again(
    crm: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_given: object, **_named: object) -> None:
        raise OperationalError("x", {}, Exception("gone"))

    monkeypatch.setattr(api_tokens, "find_by_token", away)
    said = crm.get("partners")
    assert (said.status, said.headers["retry-after"], said.fields) == (503, "5", [])
    assert crm.token is not None
    assert crm.token not in caplog.text


def test_no_token_and_nothing_that_was_sent_is_in_the_log(
    crm: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails in a way that nobody thought of is told by a reference, which is in the log."""
    caplog.set_level(logging.DEBUG, "bot")

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("bot.actions.activity.record.insert_activity", broken)
    said = crm.post("activities", "key-of-mine", **EVENT, title="Zanzibar")
    assert said.status == 500
    (reference,) = re.findall(r"\b[0-9a-f]{6}\b", said.body["detail"])
    assert reference in caplog.text
    for secret in (crm.token or "", "Zanzibar", "key-of-mine", "Acme"):
        assert secret not in "\n".join(record.getMessage() for record in caplog.records)


def test_requests_are_counted_by_what_was_asked(crm: Client, nobody: Client, office: Office) -> None:
    crm.get("partners/Acme Legal")
    crm.get("partners/Nobody")
    nobody.get("partners")
    counted = {
        tuple(sample.labels.values()): sample.value
        for family in office.services.metrics.registry.collect()
        for sample in family.samples
        if sample.name == "tend_requests_total" and sample.labels["name"].startswith("api")
    }
    assert counted == {
        ("api GET /partners/…", "done"): 1,
        ("api GET /partners/…", "refused"): 1,
        ("api GET /partners", "refused"): 1,
    }
