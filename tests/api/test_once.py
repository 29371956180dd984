"""A request with an `Idempotency-Key` is done once."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from bot.notifications.claim import run_all
from bot.web.api import idempotency, routes
from bot.web.api.idempotency import LEASE_TIME
from storage.db.engine import OutcomeUnknown, writing
from storage.tables import Activity, IdempotencyKey, Partner
from storage.workspaces import idempotency_keys
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.listeners.office import Office
from tests.patience import PATIENCE

EVENT = {"partner": "Acme Legal", "kind": "event", "title": "Webinar"}
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def test_the_same_key_with_the_same_body_gives_the_same_answer(crm: Client, office: Office) -> None:
    """However its JSON is laid out, in quotes or without, and whatever became of the row since."""
    first = crm.post("activities", KEY, **EVENT)
    office.clock.forward(days=1)
    crm.delete("activities/1")
    again = crm.send("activities", b'{"title": "Webinar",  "kind": "event", "partner": "Acme Legal"}', f'"{KEY}"')
    assert (again.status, again.text) == (first.status, first.text) == (201, first.text)
    assert again.headers["location"] == "/api/v1/activities/1"
    assert len(office.rows(Activity)) == 1


def test_another_body_under_the_same_key_is_refused(crm: Client, office: Office) -> None:
    crm.post("activities", KEY, **EVENT)
    for path, body in (("activities", EVENT | {"title": "Fair"}), ("partners", {"name": "Zenith"})):
        said = crm.post(path, KEY, **body)
        assert (said.status, said.fields) == (422, [])
        assert "a different request" in said.body["detail"]
    assert len(office.rows(Activity)) == len(office.rows(Partner)) == 1


def test_each_program_has_keys_of_its_own(crm: Client, office: Office) -> None:
    crm.post("activities", KEY, **EVENT)
    assert Client(crm.port, token_for(office, "Form")).post("activities", KEY, **EVENT).body["id"] == 2


def test_a_request_that_was_refused_may_be_mended_under_its_key(crm: Client, office: Office) -> None:
    assert crm.post("activities", KEY, **(EVENT | {"partner": "Nobody"})).status == 422
    assert office.rows(IdempotencyKey) == []
    assert crm.post("activities", KEY, **EVENT).status == 201


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "é", "a\tb"])
def test_what_is_no_key_is_refused(crm: Client, office: Office, key: str) -> None:
    assert crm.post("activities", key, **EVENT).status == 400
    assert office.rows(Activity) == []


def test_while_the_first_is_under_way_the_second_is_told_so(
    crm: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And may try again soon; it then gets the first one's answer."""
    begun, go_on = threading.Event(), threading.Event()
    taken = idempotency._take_key

    def slowly(*given: object) -> object:
        turn = taken(*given)  # type: ignore[arg-type]
        if not begun.is_set():
            begun.set()
            assert go_on.wait(PATIENCE)
        return turn

    monkeypatch.setattr(idempotency, "_take_key", slowly)
    said = []
    first = threading.Thread(target=lambda: said.append(crm.post("activities", KEY, **EVENT)))
    first.start()
    assert begun.wait(PATIENCE)
    second = crm.post("activities", KEY, **EVENT)
    go_on.set()
    first.join(PATIENCE)
    assert (second.status, second.headers["retry-after"], said[0].status) == (409, "5", 201)
    assert crm.post("activities", KEY, **EVENT).text == said[0].text
    assert len(office.rows(Activity)) == 1


def _took(office: Office) -> None:
    """A process that took the key, and died."""
    with writing(office.engine) as session:
        idempotency_keys.take_key(
            session,
            workspace_id=office.workspace_id,
            integration_id=1,
            key=KEY,
            fingerprint=_mark(),
            now=office.clock(),
            lasts=LEASE_TIME,
        )


def _mark() -> str:
    (record,) = (one for one in routes.OPERATIONS if (one.method, one.path) == ("POST", "/activities"))
    assert record.body is not None
    return idempotency.fingerprint(record, record.body.model_validate(EVENT))


def test_after_a_crash_the_next_one_takes_the_key_over(crm: Client, office: Office) -> None:
    _took(office)
    assert crm.post("activities", KEY, **EVENT).status == 409
    office.clock.forward(seconds=61)
    assert crm.post("activities", KEY, **EVENT).status == 201
    assert len(office.rows(Activity)) == 1


def test_who_lost_the_key_meanwhile_records_nothing(
    crm: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it slept: the answer is kept in the transaction that records, or neither is."""
    taken = idempotency._take_key

    def asleep(*given: object) -> object:
        turn = taken(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(idempotency, "_take_key", taken)
        office.clock.forward(seconds=61)
        assert crm.post("activities", KEY, **EVENT).status == 201
        return turn

    monkeypatch.setattr(idempotency, "_take_key", asleep)
    assert crm.post("activities", KEY, **EVENT).status == 409
    assert len(office.rows(Activity)) == 1
    assert crm.post("activities", KEY, **EVENT).status == 201


def test_a_database_that_fails_keeps_nothing_and_says_so(
    crm: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = idempotency_keys.store_response

    def fails(*_given: object, **_named: object) -> bool:
        raise OperationalError("x", {}, Exception("gone"))

    monkeypatch.setattr(idempotency_keys, "store_response", fails)
    said = crm.post("activities", KEY, **EVENT)
    assert (said.status, said.headers["retry-after"]) == (503, "5")
    assert office.rows(Activity) == office.rows(IdempotencyKey) == []
    monkeypatch.setattr(idempotency_keys, "store_response", keep)
    assert crm.post("activities", KEY, **EVENT).status == 201


def test_a_commit_of_which_nobody_knows_keeps_the_key(
    crm: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says to look first; sent again it gets the answer that was kept after all."""
    keep = idempotency_keys.store_response

    def unknown(*given: object, **named: object) -> bool:
        keep(*given, **named)  # type: ignore[arg-type]
        given[0].commit()  # type: ignore[attr-defined]
        raise OutcomeUnknown

    monkeypatch.setattr(idempotency_keys, "store_response", unknown)
    said = crm.post("activities", KEY, **EVENT)
    assert said.status == 503
    assert "Check whether it was recorded" in said.body["detail"]
    monkeypatch.setattr(idempotency_keys, "store_response", keep)
    assert crm.post("activities", KEY, **EVENT).status == 201
    assert len(office.rows(Activity)) == 1


def test_answers_are_kept_for_three_days(crm: Client, office: Office) -> None:
    office.told("/tend settings nudge_hour 0", "U0STEVE")
    crm.post("activities", KEY, **EVENT)
    office.clock.forward(days=4)
    run_all(office.services, office.clock())
    assert office.rows(IdempotencyKey) == []
