"""What is recorded reaches other programs: signed, in order, at least once, and nobody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from bot.importing.run import ImportOptions, run_import
from bot.webhooks.turn import LEASE, STEPS, TurnResult
from storage.db.engine import writing
from storage.tables import WebhookDelivery, WebhookEndpoint
from storage.webhooks import endpoints, outbox
from tests.calendars.servers import Roads, reply
from tests.listeners.office import ANA, BOB, STEVE, Office, labels
from tests.stored import stored
from tests.webhooks.endpoint import add, deliver, listed, sent, shown


@pytest.fixture
def roads(secured: Roads) -> Roads:
    secured.server.requests.clear()
    secured.server.paths.clear()
    secured.connected.clear()
    secured.server.answer = reply(status="204 No Content")
    return secured


def at_real_time(office: Office) -> None:
    """Signatures are checked by the machine's clock."""
    office.clock.now = datetime.now(UTC).replace(microsecond=0)


def forward(office: Office, **by: float) -> None:
    office.clock.now += timedelta(**by)


def home(office: Office, user: str) -> str:
    view = office.slack.open_home(user).view
    assert view is not None
    return str(view.blocks)


def test_what_is_recorded_edited_and_undone_is_told(office: Office, roads: Roads, acme: int) -> None:
    at_real_time(office)
    secret = add(office)
    told = office.told("/touch Acme Legal call Pricing")
    assert deliver(office, roads) == TurnResult(delivered=1)
    (event,) = sent(roads)
    assert Webhook(secret).verify(event.body, event.headers) == event.event
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(event.body.replace(b"Acme", b"Best"), event.headers)
    assert event.headers["content-type"] == "application/json"
    assert event.type == "activity.recorded"
    assert event.event["timestamp"] == office.clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert event.data["partner_id"] == acme
    assert (event.data["partner"], event.data["kind"], event.data["recorded_by"]) == ("Acme Legal", "meeting", ANA)
    office.press_label(told, "Undo")
    assert deliver(office, roads) == TurnResult(delivered=1)
    assert (sent(roads)[-1].type, sent(roads)[-1].data["voided"]) == ("activity.undone", True)
    assert sent(roads)[-1].data["id"] == event.data["id"]
    assert deliver(office, roads) == TurnResult()
    office.told("/referral Acme Legal Northwind met")
    office.told("/referral Acme Legal Northwind won 5k")
    deliver(office, roads)
    assert [one.type for one in sent(roads)[2:]] == ["activity.recorded", "activity.edited"]
    assert (sent(roads)[-1].data["outcome"], sent(roads)[-1].data["value"]) == ("won", "5000.00")
    assert len({one.headers["webhook-id"] for one in sent(roads)}) == 4


def test_nothing_secret_is_kept_or_shown(office: Office, roads: Roads, acme: int) -> None:
    secret = add(office)
    office.told("/touch Acme Legal call Northwind")
    deliver(office, roads)
    kept, seen = stored(office.engine), str(listed(office).blocks)
    for word in (secret, secret.removeprefix("whsec_"), "secret-4f1c"):
        assert word not in kept
        assert word not in seen
    (row,) = office.rows(WebhookDelivery)
    assert (row.state, row.body) == ("delivered", ""), "what was delivered is not kept twice"


def test_events_that_nobody_chose_go_nowhere(office: Office, roads: Roads, acme: int) -> None:
    office.told("/touch Acme Legal call before")
    add(office, events=("activity.undone",))
    office.told("/touch Acme Legal call after")
    assert office.rows(WebhookDelivery) == []
    assert deliver(office, roads) == TurnResult()


def test_what_was_not_committed_is_not_told(office: Office, roads: Roads, acme: int) -> None:
    """An event is part of the transaction that makes it."""
    add(office)
    office.told("/touch Nobody call Pricing")
    assert office.rows(WebhookDelivery) == []


def test_an_import_is_one_event(office: Office, roads: Roads, acme: int, tmp_path: Path) -> None:
    add(office)
    path = tmp_path / "rows.csv"
    path.write_text("partner,kind,occurred_on\n" + "Acme Legal,event,2026-11-01\n" * 20, encoding="utf-8")
    team = office.services.workspaces.teams()[0]
    for dry_run in (True, False):
        options = ImportOptions(kind="activities", by=ANA, now=office.clock(), dry_run=dry_run)
        run_import(office.engine, team=team, path=path, options=options)
    assert deliver(office, roads) == TurnResult(delivered=1)
    (event,) = sent(roads)
    assert (event.type, event.data["added"], event.data["kind"]) == ("import.finished", 20, "activities")


def test_only_stewards_see_webhooks(office: Office, roads: Roads) -> None:
    add(office)
    assert labels(listed(office)) == ["Pause", "Send a test event", "Delete", "New webhook"]
    assert "Webhooks" not in labels(office.told("/tend settings", ANA))


@pytest.mark.parametrize("url", ["http://x.example/a", "https://u:p@x.example/", "ftp://x.example", "x", "https://"])
def test_what_is_no_https_address_is_refused(office: Office, url: str) -> None:
    form = office.press_label(listed(office), "New webhook", STEVE).view
    assert form is not None
    seen = office.submit(form, STEVE, address=url, events=["band.changed"])
    assert "https://" in str(seen.errors["address"])
    assert office.rows(WebhookEndpoint) == []


def test_a_webhook_is_tested_paused_resumed_and_deleted(office: Office, roads: Roads, acme: int) -> None:
    add(office)
    said = shown(office.press_label(listed(office), "Send a test event", STEVE))
    assert "within seconds" in said.visible_text
    deliver(office, roads)
    assert [one.type for one in sent(roads)] == ["webhook.test"]
    assert "works" in listed(office).visible_text
    office.press_label(listed(office), "Pause", STEVE)
    office.told("/touch Acme Legal call Pricing")
    assert deliver(office, roads) == TurnResult()
    assert "1 waiting" in listed(office).visible_text
    office.press_label(listed(office), "Resume", STEVE)
    assert deliver(office, roads) == TurnResult(delivered=1)
    office.told("/touch Acme Legal mail Pricing")
    office.press_label(listed(office), "Delete", STEVE)
    assert office.rows(WebhookDelivery) == []
    assert office.row(WebhookEndpoint).sealed == ""
    office.told("/touch Acme Legal promo Pricing")
    assert deliver(office, roads) == TurnResult()
    assert labels(listed(office)) == ["New webhook"]


def test_what_fails_is_tried_again_later_each_time_and_then_given_up(office: Office, roads: Roads, acme: int) -> None:
    add(office)
    roads.server.answer = reply(status="500 Oops")
    office.told("/touch Acme Legal call Pricing")
    assert deliver(office, roads) == TurnResult(failed=1)
    assert "can't be reached: it answered HTTP 500" in listed(office).visible_text
    for step in STEPS:
        assert deliver(office, roads) == TurnResult(), "not before its time"
        forward(office, seconds=step.total_seconds())
        result = deliver(office, roads)
        assert result.failed == 1
    assert result == TurnResult(failed=1, dead=1)
    assert len(sent(roads)) == len(STEPS) + 1
    assert len({one.headers["webhook-id"] for one in sent(roads)}) == 1, "the same event each time"
    assert "1 not delivered" in home(office, STEVE)
    dead = shown(office.press_label(listed(office), "Not delivered", STEVE))
    assert "8 tries, at last it answered HTTP 500" in dead.visible_text
    roads.server.answer = reply()
    assert "1 event to" in shown(office.press_label(dead, "Send again", STEVE)).visible_text
    assert deliver(office, roads) == TurnResult(delivered=1)


def test_events_of_a_partner_stay_in_order_and_others_go_on(office: Office, roads: Roads, acme: int) -> None:
    office.partner("Best Tax")
    add(office)
    office.told("/touch Acme Legal call one")
    office.told("/touch Best Tax call two")
    office.told("/touch Acme Legal mail three")
    answers = iter([reply(status="500 Oops")])
    roads.server.answer = lambda client, request: next(answers, reply())(client, request)
    assert deliver(office, roads) == TurnResult(delivered=1, failed=1)
    assert [one.data["title"] for one in sent(roads)] == ["one", "two"]
    office.told("/touch Acme Legal promo four")
    assert deliver(office, roads) == TurnResult(), "what comes later waits too"
    forward(office, seconds=6)
    assert deliver(office, roads) == TurnResult(delivered=3)
    assert [one.data["title"] for one in sent(roads)] == ["one", "two", "one", "three", "four"]


def test_an_endpoint_that_is_down_is_not_asked_for_each_event(office: Office, roads: Roads) -> None:
    add(office)
    for number in range(6):
        office.partner(f"Partner {number}")
        office.told(f"/touch Partner {number} call Pricing")
    roads.server.answer = reply(status="503 Down")
    assert deliver(office, roads) == TurnResult(failed=3)
    assert [row.attempts for row in office.rows(WebhookDelivery)] == [1] * 6, "the others count it as a try"
    assert deliver(office, roads) == TurnResult()
    roads.server.answer = reply()
    forward(office, seconds=6)
    assert deliver(office, roads) == TurnResult(delivered=6)


def test_an_endpoint_that_is_gone_is_paused(office: Office, roads: Roads, acme: int) -> None:
    add(office)
    roads.server.answer = reply(status="410 Gone")
    office.told("/touch Acme Legal call Pricing")
    assert deliver(office, roads) == TurnResult(failed=1)
    assert "is paused: it said that it is gone (HTTP 410) · 1 waiting" in listed(office).visible_text
    forward(office, days=1)
    assert deliver(office, roads) == TurnResult()
    assert "is paused" in home(office, STEVE)
    assert "is paused" not in home(office, BOB)
    roads.server.answer = reply()
    office.press_label(listed(office), "Resume", STEVE)
    assert deliver(office, roads) == TurnResult(delivered=1)


def test_an_endpoint_gone_at_the_last_try_gets_the_event_once_resumed(office: Office, roads: Roads, acme: int) -> None:
    add(office)
    office.told("/touch Acme Legal call Pricing")
    with writing(office.engine) as session:
        session.exec(update(WebhookDelivery).values(attempts=len(STEPS)))
    roads.server.answer = reply(status="410 Gone")
    assert deliver(office, roads) == TurnResult(failed=1)
    roads.server.answer = reply()
    office.press_label(listed(office), "Resume", STEVE)
    assert deliver(office, roads) == TurnResult(delivered=1)


def test_who_dies_while_sending_leaves_it_to_another(office: Office, roads: Roads, acme: int) -> None:
    """It has the endpoint until its lease ends; then what it had is sent again."""
    add(office)
    office.told("/touch Acme Legal call Pricing")
    row = office.row(WebhookEndpoint)
    with writing(office.engine) as session:
        of = {"workspace_id": row.workspace_id, "endpoint_id": row.id or 0}
        assert endpoints.lease(session, **of, was=None, until=office.clock() + LEASE)
        assert not endpoints.lease(session, **of, was=None, until=office.clock() + LEASE), "only one has it"
    assert deliver(office, roads) == TurnResult()
    forward(office, seconds=LEASE.total_seconds())
    assert deliver(office, roads) == TurnResult(delivered=1)


def test_what_is_old_is_forgotten(office: Office, roads: Roads, acme: int) -> None:
    add(office)
    office.told("/touch Acme Legal call one")
    deliver(office, roads)
    roads.server.answer = reply(status="500 Oops")
    office.told("/touch Acme Legal call two")
    forward(office, days=4)
    deliver(office, roads)
    assert [row.state for row in office.rows(WebhookDelivery)] == ["pending"]
    office.press_label(listed(office), "Pause", STEVE)
    forward(office, days=30)
    deliver(office, roads)
    assert office.rows(WebhookDelivery) == []


def test_what_a_record_still_put_in_for_a_removed_endpoint_is_forgotten(
    office: Office, roads: Roads, acme: int
) -> None:
    """It had looked who listens before the endpoint was removed."""
    add(office)
    with writing(office.engine) as session:
        (endpoint,) = session.exec(select(WebhookEndpoint)).all()
        outbox.put(
            session,
            workspace_id=endpoint.workspace_id,
            endpoint_ids=[endpoint.id or 0],
            message_id="msg_1",
            event="activity.recorded",
            lane=acme,
            body="{}",
            now=office.clock(),
        )
        endpoint.removed_at = office.clock()
        session.add(endpoint)
    deliver(office, roads)
    assert office.rows(WebhookDelivery) == []
