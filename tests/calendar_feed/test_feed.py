"""A person's private calendar: what stands in it, and who may read it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.config import Settings
from bot.services import Services
from storage.db.engine import writing
from storage.partners import partners
from storage.tables import CalendarFeed
from storage.workspaces import calendar_feeds, workspaces
from tests.calendar_feed.conftest import Fetch
from tests.listeners.office import ANA, BOB, NOW, TEND_URL, TODAY, Office, labels, replaced

LINK = re.compile(rf"{TEND_URL}/calendar/[\w-]{{43}}\.ics")


def link_of(office: Office, user: str = ANA) -> str:
    (link,) = LINK.findall(office.told("/tend calendar", user).visible_text)
    return str(link)


def test_it_holds_reviews_boundaries_promises_and_days_to_speak(office: Office, fetch: Fetch) -> None:
    """Of one's own partners, and nothing that judges them."""
    acme = office.partner(
        "Acme, Legal; & Söhne", boundary_review_on=date(2027, 2, 1), next_review_on=date(2026, 12, 31)
    )
    office.rate(acme, 5)
    for back in (350, 340, 330):
        office.activity(acme, count=5, occurred_on=TODAY - timedelta(days=back))
    office.told('/touch "Acme, Legal; & Söhne" call next: send the deck, signed by 2 Dec')
    office.told('/touch "Acme, Legal; & Söhne" call next: some day')
    office.partner("Bobs Ltd", owner=BOB)
    office.partner("Resting Ltd", status="paused")
    got = fetch(link_of(office))
    assert got.days == [
        (date(2026, 12, 2), "send the deck, signed (Acme, Legal; & Söhne)"),
        (date(2026, 12, 18), "Speak with Acme, Legal; & Söhne"),
        (date(2026, 12, 31), "Review with Acme, Legal; & Söhne"),
        (date(2027, 2, 1), "Review the boundary with Acme, Legal; & Söhne"),
    ]
    for word in ("RVI", "weak", "trust", "strong", "6.25", ANA):
        assert word not in got.text, word


def test_it_is_what_calendar_programs_expect(office: Office, fetch: Fetch) -> None:
    office.partner("Acme Legal")
    got = fetch(link_of(office))
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    assert got.headers["cache-control"] == "private, max-age=3600"
    assert got.headers["referrer-policy"] == "no-referrer"
    assert got.text.startswith("BEGIN:VCALENDAR\r\n")
    calendar = got.calendar
    assert (calendar["version"], calendar["calscale"], calendar["x-wr-calname"]) == ("2.0", "GREGORIAN", "Partners")
    (event,) = calendar.events
    assert datetime(2026, 11, 23, tzinfo=UTC) == event.DTSTAMP
    assert str(event["uid"]) == "review-1.1@tend.example.com"
    assert str(event["transp"]) == "TRANSPARENT"


def test_an_event_keeps_its_name_when_it_moves(office: Office, fetch: Fetch) -> None:
    """So that a calendar moves it, and shows it once."""
    acme = office.partner("Acme Legal", next_review_on=date(2026, 12, 1))
    link = link_of(office)
    first = fetch(link)
    with writing(office.engine) as session:
        row = partners.get(session, workspace_id=office.workspace_id, partner_id=acme)
        assert row
        row.next_review_on = date(2027, 3, 1)
    office.clock.forward(days=1)
    second = fetch(link)
    assert first.uids == second.uids
    assert [day for day, _ in second.days] == [date(2027, 3, 1)]


def test_what_did_not_change_is_not_sent_again(office: Office, fetch: Fetch) -> None:
    acme = office.partner("Acme Legal")
    link = link_of(office)
    tag = fetch(link).headers["etag"]
    office.clock.forward(hours=3)
    for asked in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = fetch(link, If_None_Match=asked)
        assert (again.status, again.text, again.headers["etag"]) == (304, "", tag)
    assert fetch(link, If_None_Match='"x"').status == 200
    assert fetch(link, "HEAD").headers["etag"] == tag
    office.told("/touch Acme Legal call next: send it by friday")
    assert fetch(link, If_None_Match=tag).status == 200
    assert acme


@pytest.mark.parametrize(
    ("zone", "now", "begins"),
    [
        ("Pacific/Auckland", datetime(2026, 12, 31, 12, 0, tzinfo=UTC), datetime(2026, 12, 31, 11, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2027, 1, 1, 7, 0, tzinfo=UTC), datetime(2026, 12, 31, 8, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 12, 31, 18, 20, tzinfo=UTC), datetime(2026, 12, 31, 18, 15, tzinfo=UTC)),
    ],
)
def test_days_are_the_workspace_s_own_over_the_turn_of_the_year(
    office: Office, fetch: Fetch, zone: str, now: datetime, begins: datetime
) -> None:
    """Whole days without a zone: whoever looks at them, wherever, sees the same day."""
    office.told(f"/tend settings timezone {zone}", "U0STEVE")
    office.slack.world.add_person(ANA, "ana", tz=zone)  # "tomorrow" counts from her own day
    office.clock.now = now
    with writing(office.engine) as session:
        today = now.astimezone(office.services.workspaces.teams()[0].zone).date()
        assert workspaces.get(session, workspace_id=office.workspace_id).timezone == zone
    office.partner("Acme Legal", next_review_on=date(2027, 3, 1))
    office.told("/touch Acme Legal call next: send it by tomorrow")
    got = fetch(link_of(office))
    assert got.days[0] == (today + timedelta(days=1), "send it (Acme Legal)")
    assert begins == got.calendar.events[0].DTSTAMP


def test_the_address_is_shown_once_and_kept_nowhere(office: Office, fetch: Fetch) -> None:
    link = link_of(office)
    assert link.rpartition("/")[2].removesuffix(".ics") not in str(office.records())
    again = office.told("/tend calendar")
    assert LINK.findall(again.visible_text) == []
    assert "since today" in again.visible_text
    assert labels(again) == ["Make a new address", "Switch it off", "Count my meetings"]
    assert fetch(link).status == 200


def test_a_new_address_ends_the_old_one(office: Office, fetch: Fetch) -> None:
    old = link_of(office)
    moved = replaced(office.press_label(office.told("/tend calendar"), "Make a new address"))
    (new,) = LINK.findall(moved.visible_text)
    assert (fetch(old).status, fetch(new).status) == (404, 200)
    assert len(office.rows(CalendarFeed)) == 1


def test_switched_off_it_is_gone(office: Office, fetch: Fetch) -> None:
    link = link_of(office)
    shown = office.told("/tend calendar")
    assert "switched off" in replaced(office.press_label(shown, "Switch it off")).visible_text
    assert fetch(link).status == 404
    assert office.rows(CalendarFeed) == []
    assert link_of(office) != link


def test_who_left_has_no_calendar_any_more(office: Office, fetch: Fetch) -> None:
    """Nor a guest. Where Slack does not answer, what it last said holds."""
    link = link_of(office)
    office.clock.forward(hours=13)
    office.slack.world.faults.add("users.info", "500", times=None)
    assert fetch(link).status == 200
    office.slack.world.faults.clear()
    people = office.slack.world.people
    for change, status in (({"deleted": True}, 404), ({"deleted": False}, 200), ({"is_restricted": True}, 404)):
        people[ANA] = replace(people[ANA], **change)
        office.clock.forward(hours=13)
        assert fetch(link).status == status


def test_a_workspace_that_left_has_no_calendars(office: Office, fetch: Fetch) -> None:
    link = link_of(office)
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"uninstalled_at": NOW})
    assert fetch(link).status == 404


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 9_000, "%00", "%C3%A9", ".", "a/b"])
def test_addresses_that_are_none_of_ours(office: Office, fetch: Fetch, token: str) -> None:
    link_of(office)
    for path in ("/calendar/", "/calendar/step/"):
        assert fetch(f"{path}{token}.ics").status == 404


@pytest.mark.parametrize("missing", ["tend_url", "slack_signing_secret"])
def test_without_an_address_it_says_what_the_operator_must_set(office: Office, missing: str) -> None:
    settings = Settings.model_validate(office.settings.model_dump() | {missing: None})
    services = Services(settings, office.engine, office.clock, office.services.workspaces)
    object.__setattr__(office.services, "settings", services.settings)
    answer = office.told("/tend calendar")
    assert "TEND_URL" in answer.visible_text
    assert office.rows(CalendarFeed) == []
    office.partner("Acme Legal")
    assert "Add to calendar" not in office.told("/touch Acme Legal call next: send it by friday").visible_text


def test_without_the_database_it_says_to_try_again(
    office: Office, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(office)

    def away(*_given: object, **_named: object) -> None:
        raise OperationalError("x", {}, Exception("gone"))

    monkeypatch.setattr(calendar_feeds, "find_by_token", away)
    got = fetch(link)
    assert (got.status, got.headers["retry-after"]) == (503, "60")


def test_a_calendar_without_days_is_one_all_the_same(office: Office, fetch: Fetch) -> None:
    """It has a component, as every calendar must; programs refuse to subscribe to another."""
    got = fetch(link_of(office, BOB))
    assert got.days == []
    assert [one.name for one in got.calendar.subcomponents] == ["VTIMEZONE"]


def test_whoever_left_a_moment_ago_has_no_calendar(office: Office, fetch: Fetch) -> None:
    link = link_of(office)
    assert fetch(link).status == 200
    office.slack.world.add_person(ANA, "ana", deleted=True)
    office.clock.forward(minutes=5)
    assert fetch(link).status == 404
