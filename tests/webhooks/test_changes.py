"""Bands, signals and reviews are told when they change: once, whoever looks, and not for what was so before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from bot.actions.notifications.changes import tell_changes
from bot.webhooks.events import JUDGING
from storage.tables import WebhookDelivery
from tests.calendars.servers import Roads, reply
from tests.listeners.office import ANA, NOW, TODAY, Office
from tests.webhooks.endpoint import add, deliver, sent


@pytest.fixture
def roads(secured: Roads) -> Roads:
    secured.server.requests.clear()
    secured.server.answer = reply()
    return secured


def look(office: Office) -> int:
    return tell_changes(office.engine, office.services.workspaces.teams()[0], office.clock())


def test_a_band_that_changed_is_told_once(office: Office, roads: Roads, acme: int) -> None:
    office.rate(acme, 3)
    office.activity(acme, occurred_on=TODAY - timedelta(days=1))
    assert look(office) == 0, "nobody listens"
    add(office, events=("band.changed",))
    assert look(office) == 0, "what was so before is no news"
    for number in range(3):
        office.told(f"/referral Acme Legal Northwind {number}")
    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(bool, pool.map(lambda _: look(office), range(2)))) == [False, True], "of two, one tells"
    assert look(office) == 0
    deliver(office, roads)
    (event,) = sent(roads)
    assert event.type == "band.changed"
    assert event.data == {
        "partner_id": acme,
        "partner": "Acme Legal",
        "owner": ANA,
        "as_of": "2026-11-23",
        "band": "good",
        "previous_band": "weak",
        "rvi": "1.00",
        "previous_rvi": "0.25",
    }


def test_a_record_has_the_workspace_looked_at_soon(office: Office, roads: Roads, acme: int) -> None:
    def is_wanted() -> bool:
        with office.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT look_at FROM workspace").scalar() is None

    def looked_at() -> None:
        with office.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE workspace SET look_at = '2026-11-23 11:00:00'")

    office.told("/touch Acme Legal call Pricing")  # whom Tend meets for the first time has a time zone
    looked_at()
    office.told("/touch Acme Legal call Pricing again")
    assert not is_wanted()
    add(office, events=JUDGING)
    for line in ("/touch Acme Legal call Pricing", "/trust Acme Legal 4"):
        looked_at()
        office.told(line)
        assert is_wanted(), line


def test_signals_and_reviews_are_told_when_they_come_and_when_they_get_worse(
    office: Office, roads: Roads, acme: int
) -> None:
    office.activity(acme, kind="meeting", direction="joint", occurred_on=TODAY)
    add(office, events=JUDGING)
    look(office)
    told = []
    for days in (29, 1, 1, 30, 30):
        office.clock.now += timedelta(days=days)
        look(office)
        roads.server.requests.clear()
        deliver(office, roads)
        told.append([(one.type, one.data.get("signal") or one.data["reviews"]) for one in sent(roads)])
    assert ("signal.new", "quiet") in told[1]
    assert told[2] == []
    assert ("signal.new", "quiet") in told[3], "it is worse: twice as long"
    assert ("review.due", ["quarterly"]) in told[4]
    assert not any(signal in ("review", "incomplete") for one in told for _, signal in one)


def test_what_comes_up_while_a_partner_is_snoozed_is_told_when_it_is_not(
    office: Office, roads: Roads, acme: int
) -> None:
    office.activity(acme, kind="meeting", direction="joint", occurred_on=TODAY)
    add(office, events=("signal.new",))
    look(office)
    with office.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE partner SET snoozed_until_on = '2027-01-10'")
    office.clock.now = NOW + timedelta(days=31)
    look(office)
    assert office.rows(WebhookDelivery) == []
    office.clock.now = NOW + timedelta(days=49)
    look(office)
    assert office.clock.now.date() > date(2027, 1, 10)
    assert "quiet" in str([row.body for row in office.rows(WebhookDelivery)])
