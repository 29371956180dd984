"""Meetings of a person's own calendar become touches: of their day, with their persons, once, and nothing else."""

import logging
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot.actions.automatic_contact import Source, put_automatic_contact
from bot.actions.meeting_briefs import next_meetings
from bot.calendars.apart import read_apart
from bot.calendars.events import Window, read_calendar
from bot.calendars.fetch import CalendarError, Problem
from bot.notifications.calendars import CalendarRound
from bot.notifications.memberships import ask_memberships
from bot.services import Services
from bot.slack.token_store import TokenCipher
from scoring.vocabulary import Direction
from storage.contacts import addresses, spoken_with
from storage.db.engine import reading, writing
from storage.tables import Activity, ActivityContact, CalendarMeeting, CalendarSource, ContactPerson, SeenAddress
from storage.workspaces import members, workspaces
from tests.calendars.feeds import GOOGLE, JANE, calendar, event
from tests.calendars.servers import NAME, Roads, reply
from tests.calendars.test_events import WINDOW
from tests.listeners.office import ANA, BOB, NOW, Office, replaced
from tests.stored import stored

URL = f"https://{NAME}/ana/private-4f1c.ics"
FRIDAY = date(2026, 11, 20)
SECRETS = ("Pricing", "Room of secrets", "private-4f1c", NAME, "unknown@elsewhere.example", "fairweather", "one@x")


@pytest.fixture
def roads(secured: Roads) -> Roads:
    secured.server.requests.clear()
    secured.connected.clear()
    shows(secured, GOOGLE)
    return secured


def shows(roads: Roads, raw: bytes, **headers: str) -> None:
    roads.server.answer = reply(raw, **headers)


def connect(office: Office, user: str = ANA, url: str = URL) -> None:
    form = office.press(office.told("/tend calendar", user), "count_meetings", user).view
    assert form is not None
    seen = office.submit(form, user, address=url, own="ana@fairweather.example")
    assert seen.ok, seen
    assert not seen.errors


def a_round(office: Office, roads: Roads) -> CalendarRound:
    return CalendarRound(office.services, roads.network(), lambda raw, window, own: read_calendar(raw, window, own))


def run(office: Office, roads: Roads) -> int:
    return a_round(office, roads).run(office.clock())


def an_hour_later(office: Office, roads: Roads, raw: bytes | None = None, hours: int = 1) -> int:
    if raw is not None:
        shows(roads, raw)
    office.clock.forward(hours=hours, minutes=1)  # type: ignore[attr-defined]
    return run(office, roads)


def touches(office: Office) -> list[date]:
    return sorted(row.occurred_on for row in office.rows(Activity) if row.voided_at is None)


def test_a_meeting_counts_as_contact_of_its_day_once(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    assert run(office, roads) == 1
    (row,) = office.rows(Activity)
    assert (row.partner_id, row.kind, row.occurred_on, row.direction) == (acme, "meeting", FRIDAY, "joint")
    (named,), (jane,) = office.rows(ActivityContact), office.rows(ContactPerson)
    assert (named.activity_id, named.contact_person_id) == (row.id, jane.id)
    assert run(office, roads) == 0, "it is not due again before an hour has passed"
    assert len(roads.server.requests) == 1
    assert an_hour_later(office, roads) == 0
    assert len(roads.server.requests) == 2
    assert touches(office) == [FRIDAY]


def test_nothing_of_a_calendar_is_kept(
    office: Office, roads: Roads, acme: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shows(roads, calendar(event(people=(JANE, "unknown@elsewhere.example"))))
    connect(office)
    assert run(office, roads) == 1
    roads.server.answer = reply(status="404 Not Found")
    an_hour_later(office, roads)
    kept = stored(office.engine)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("bot", "storage")))
    for secret in SECRETS:
        assert secret not in kept, secret
        assert secret not in ours, secret
    assert JANE not in ours
    assert "can't be read: gone" in ours


def test_the_address_is_shown_to_nobody(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    run(office, roads)
    shown = office.told("/tend calendar")
    assert "I last read your calendar today at 10:00" in shown.visible_text
    assert NAME not in str(shown.blocks)
    form = office.press_label(shown, "Change the calendar").view
    assert form is not None
    assert NAME not in str(form.blocks)
    assert "Meetings that count without typing" in office.told("/tend calendar", BOB).visible_text


def test_a_meeting_counts_when_it_has_ended(office: Office, roads: Roads, acme: int) -> None:
    """Also if its calendar does not change meanwhile."""
    shows(roads, calendar(event("soon", "20261123T113000Z", "20261123T120000Z")), ETag='"v1"')
    connect(office)
    assert run(office, roads) == 0
    assert touches(office) == []
    with reading(office.engine) as session:
        team = office.services.workspaces.teams()[0]
        met = next_meetings(session, team, ANA, NOW.date())
        assert next_meetings(session, team, BOB, NOW.date()) == {}
    assert met == {acme: datetime(2026, 11, 23, 11, 30, tzinfo=UTC)}
    roads.server.answer = reply(status="304 Not Modified")
    assert an_hour_later(office, roads) == 0
    assert b'If-None-Match: "v1"' in roads.server.requests[-1]
    shows(roads, calendar(event("soon", "20261123T113000Z", "20261123T120000Z")), ETag='"v1"')
    assert an_hour_later(office, roads) == 1
    assert b"If-None-Match" not in roads.server.requests[-1], "there is something to count"
    assert touches(office) == [NOW.date()]


def test_a_meeting_that_is_moved_moves_its_touch(office: Office, roads: Roads, acme: int) -> None:
    shows(roads, calendar(event("a"), event("old", "20261101T090000Z", "20261101T100000Z")))
    connect(office)
    run(office, roads)
    moved = calendar(
        event("a", "20261121T100000Z", "20261121T110000Z"), event("old", "20261101T090000Z", "20261101T100000Z")
    )
    assert an_hour_later(office, roads, moved) == 1
    assert touches(office) == [date(2026, 11, 21)]
    back = calendar(event("a"), event("old", "20261101T090000Z", "20261101T100000Z"))
    assert an_hour_later(office, roads, back) == 1
    assert touches(office) == [FRIDAY]


OLD = event("old", "20261101T090000Z", "20261101T100000Z")


@pytest.mark.parametrize(
    "later",
    [calendar(OLD), calendar(event("a", "20261120T100000Z", "20261120T110000Z", "STATUS:CANCELLED"), OLD),
     calendar(event("a", people=()), OLD)],
    ids=["deleted", "cancelled", "without them"],
)  # fmt: skip
def test_a_meeting_that_is_gone_takes_its_touch_along(office: Office, roads: Roads, acme: int, later: bytes) -> None:
    shows(roads, calendar(event("a"), OLD))
    connect(office)
    run(office, roads)
    an_hour_later(office, roads, later)
    assert touches(office) == []
    assert office.rows(CalendarMeeting) == []


@pytest.mark.parametrize(
    "later",
    [calendar(event("b", "20261122T100000Z", "20261122T110000Z")), b"<html>Sign in</html>", GOOGLE[:400], calendar()],
    ids=["goes back to Sunday only", "no calendar", "half", "empty"],
)
def test_a_calendar_that_says_less_takes_nothing_back(office: Office, roads: Roads, acme: int, later: bytes) -> None:
    connect(office)
    run(office, roads)
    an_hour_later(office, roads, later)
    assert FRIDAY in touches(office)


def test_what_else_stands_behind_a_touch_keeps_it(office: Office, roads: Roads, acme: int) -> None:
    """Another meeting of the day, another person's calendar, a channel, or an edit."""
    two = calendar(event("a"), event("b", "20261120T150000Z", "20261120T160000Z"), OLD)
    shows(roads, two)
    connect(office)
    connect(office, BOB)
    run(office, roads)
    assert touches(office) == [FRIDAY]
    an_hour_later(office, roads, calendar(event("b", "20261120T150000Z", "20261120T160000Z"), OLD))
    assert touches(office) == [FRIDAY]
    office.press(office.told("/tend calendar", BOB), "stop_meetings", BOB)
    with writing(office.engine) as session:
        team = office.services.workspaces.teams()[0]
        put_automatic_contact(session, team, acme, FRIDAY, Source.CHANNEL, side=Direction.IN, now=NOW)
    an_hour_later(office, roads, calendar(OLD))
    assert touches(office) == [FRIDAY]
    assert office.row(Activity).medium == "calendar meeting, shared channel"


def test_what_somebody_typed_of_the_day_stands_for_it(office: Office, roads: Roads, acme: int) -> None:
    """The meeting is the same touch with fewer words, whether it is moved away meanwhile or not."""
    shows(roads, calendar(event("a"), OLD))
    connect(office)
    run(office, roads)
    typed = office.told("/touch Acme Legal call on 2026-11-20")
    assert touches(office) == [FRIDAY]
    an_hour_later(office, roads, calendar(OLD))
    assert touches(office) == [FRIDAY]
    office.press(typed, "undo_activity")
    assert touches(office) == []
    an_hour_later(office, roads, calendar(event("a"), OLD))
    assert touches(office) == [FRIDAY]


def test_what_somebody_undid_stays_undone(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    run(office, roads)
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE activity SET voided_at = '2026-11-23 10:00:00', voided_by = :by"), {"by": ANA})
    an_hour_later(office, roads)
    assert touches(office) == []


def test_a_series_counts_each_day(office: Office, roads: Roads, acme: int) -> None:
    daily = event("s", "20261101T090000Z", "20261101T093000Z", "RRULE:FREQ=DAILY", "EXDATE:20261121T090000Z")
    shows(roads, calendar(daily))
    connect(office)
    assert run(office, roads) == 6
    assert [day.day for day in touches(office)] == [17, 18, 19, 20, 22, 23]


def test_the_day_is_the_teams(office: Office, roads: Roads, acme: int) -> None:
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"timezone": "Pacific/Auckland"})
    shows(roads, calendar(event("a", "20261120T130000Z", "20261120T140000Z")))
    connect(office)
    run(office, roads)
    assert touches(office) == [date(2026, 11, 21)]


def test_a_domain_is_enough(office: Office, roads: Roads) -> None:
    office.partner("Acme Legal")
    with writing(office.engine) as session:
        (partner_id,) = session.execute(text("SELECT id FROM partner")).scalars()
        addresses.add_domain(
            session, workspace_id=office.workspace_id, partner_id=partner_id, domain="acme.example", by=ANA, now=NOW
        )
    connect(office)
    assert run(office, roads) == 1
    assert office.rows(ActivityContact) == []


def test_two_workers_read_at_once(office: Office, roads: Roads, acme: int) -> None:
    for user in (ANA, BOB):
        connect(office, user)
    gate = threading.Barrier(4)
    news: list[int] = []

    def work() -> None:
        gate.wait()
        news.append(run(office, roads))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(news) == 1
    assert touches(office) == [FRIDAY]
    assert len(roads.server.requests) == 2, "one for each calendar"
    assert len(office.rows(CalendarMeeting)) == 2


def test_a_worker_that_died_is_replaced(office: Office, roads: Roads, acme: int) -> None:
    connect(office)

    def dies(_raw: bytes, _window: Window, _own: list[str]) -> None:
        raise MemoryError

    assert replace(a_round(office, roads), read=dies).run(office.clock()) == 0  # type: ignore[arg-type]
    assert run(office, roads) == 0
    office.clock.forward(minutes=11)  # type: ignore[attr-defined]
    assert run(office, roads) == 1


def test_an_address_that_changes_while_it_is_read_wins(office: Office, roads: Roads, acme: int) -> None:
    connect(office)

    def changes(raw: bytes, window: Window, own: list[str]) -> object:
        connect(office, url=f"https://{NAME}/another.ics")
        return read_calendar(raw, window, own)

    office.clock.forward(seconds=1)  # type: ignore[attr-defined]
    assert replace(a_round(office, roads), read=changes).run(office.clock()) == 0  # type: ignore[arg-type]
    assert touches(office) == []
    assert run(office, roads) == 1
    assert b"/another.ics" in roads.server.requests[-1]


def test_failures_are_told_where_one_looks_and_tried_less_often(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    roads.server.answer = reply(status="500 Oops")
    run(office, roads)
    assert ":warning:" not in office.told("/tend calendar").visible_text, "it may be back in an hour"
    an_hour_later(office, roads)
    an_hour_later(office, roads)
    assert len(roads.server.requests) == 2, "two hours after the second failure"
    an_hour_later(office, roads)
    assert (
        "I can't read your own calendar: its server answers with an error."
        in office.told("/tend calendar").visible_text
    )
    assert "Your meetings don't count" in str(office.slack.open_home(ANA))
    assert "Your meetings don't count" not in str(office.slack.open_home(BOB))
    assert office.slack.dm(ANA) == []
    assert an_hour_later(office, roads, GOOGLE, hours=4) == 1
    assert ":warning:" not in office.told("/tend calendar").visible_text


def test_switched_off_it_is_forgotten(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    run(office, roads)
    gone = replaced(office.press(office.told("/tend calendar"), "stop_meetings")).visible_text
    assert "the address of your calendar is deleted" in gone
    assert office.rows(CalendarSource) == office.rows(CalendarMeeting) == []
    assert touches(office) == [FRIDAY]


def test_whoever_leaves_takes_it_along(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    run(office, roads)
    with writing(office.engine) as session:
        members.save_member(
            session,
            workspace_id=office.workspace_id,
            user_id=ANA,
            name="ana",
            timezone=None,
            standing="gone",
            is_admin=False,
            now=NOW,
        )
    assert office.rows(CalendarSource) == office.rows(CalendarMeeting) == []


def test_whether_somebody_is_still_a_member_is_asked_twice_a_day(office: Office, roads: Roads, acme: int) -> None:
    """Also if Slack sends no word of it."""
    connect(office, BOB)
    office.slack.world.people[BOB] = replace(office.slack.world.people[BOB], is_restricted=True)
    office.clock.forward(hours=13)  # type: ignore[attr-defined]
    ask_memberships(office.services)
    assert run(office, roads) == 0
    assert office.rows(CalendarSource) == []
    assert roads.server.requests == []


def test_a_workspace_that_uninstalls_takes_all_along(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"uninstalled_at": NOW})
    assert run(office, roads) == 0
    assert office.rows(CalendarSource) == []
    assert roads.server.requests == []


def test_without_a_key_it_says_who_can_help(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Services, "cipher", lambda _self: None)
    (answer,) = office.press(office.told("/tend calendar"), "count_meetings").ephemerals
    assert "Whoever runs it sets TEND_TOKEN_KEY" in answer.visible_text
    assert office.rows(CalendarSource) == []


def test_a_key_that_was_changed_is_told(
    office: Office, roads: Roads, acme: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(office)
    monkeypatch.setattr(Services, "cipher", lambda _self: None)
    run(office, roads)
    assert "Give me the address again" in office.told("/tend calendar").visible_text


def test_a_new_key_takes_the_addresses_over() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = TokenCipher(old).encrypt(URL)
    renewed = TokenCipher(f"{new},{old}").renew(sealed)
    assert TokenCipher(new).decrypt(renewed) == URL
    assert TokenCipher(new).renew(sealed) == sealed, "what can't be read stays as it is"


def test_what_is_no_address_is_refused_in_the_form(office: Office) -> None:
    form = office.press(office.told("/tend calendar"), "count_meetings").view
    assert form is not None
    assert "https://" in office.submit(form, address="http://10.0.0.1/x.ics").errors["address"]
    assert "mail address" in office.submit(form, address=URL, own="Ana").errors["own"]
    assert office.rows(CalendarSource) == []


def test_in_a_process_of_its_own_it_is_read_the_same() -> None:
    assert read_apart(GOOGLE, WINDOW) == read_calendar(GOOGLE, WINDOW)


@pytest.mark.parametrize("raw", [b"<html></html>", b""])
def test_in_a_process_of_its_own_it_is_refused_the_same(raw: bytes) -> None:
    with pytest.raises(CalendarError) as caught:
        read_apart(raw, WINDOW)
    assert caught.value.problem == Problem.NO_CALENDAR


def test_rules_that_never_happen_end_with_their_process() -> None:
    never = [
        event(f"u{number}", "19700101T100000Z", "19700101T110000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
        for number in range(500)
    ]
    with pytest.raises(CalendarError) as caught:
        read_apart(calendar(*never), WINDOW, timeout=2)
    assert caught.value.problem == Problem.TOO_COMPLEX


def test_people_named_are_those_of_the_calendar(office: Office, roads: Roads, acme: int) -> None:
    office.person(acme, "Joe", address="joe@acme.example")
    shows(roads, calendar(event("a", "20261120T100000Z", "20261120T110000Z",
                                "ATTENDEE;PARTSTAT=DECLINED:mailto:joe@acme.example")))  # fmt: skip
    connect(office)
    run(office, roads)
    with reading(office.engine) as session:
        of = {"workspace_id": office.workspace_id, "activity_ids": [office.row(Activity).id or 0]}
        (named,) = spoken_with.persons_at(session, **of).values()
    assert [name for _, name in named] == ["Jane Doe"]
    assert timedelta(0) < office.clock() - office.row(CalendarMeeting).ends_at


def test_an_unknown_person_of_a_meeting_is_offered_once_it_was(office: Office, roads: Roads, acme: int) -> None:
    """Only at the partner's own domain, and never by the title or the place of the meeting."""
    with writing(office.engine) as session:
        of = {"workspace_id": office.workspace_id, "partner_id": acme}
        addresses.add_domain(session, **of, domain="acme.example", by=ANA, now=NOW)
    people = (JANE, "carl.roe@acme.example", "room@acme.example", "x@gmail.com", "unknown@elsewhere.example")
    ahead = event("ahead", "20261124T100000Z", "20261124T110000Z", people=("dan@acme.example",))
    shows(roads, calendar(event(people=people), ahead))
    connect(office)
    assert run(office, roads) == 1
    listed = office.told("/partner people Acme Legal", ANA).visible_text
    assert "carl.roe@acme.example\nSeen in a calendar, 20 Nov" in listed
    kept = stored(office.engine)
    for secret in (*SECRETS, "room@", "gmail.com", "dan@"):
        assert secret not in kept, secret
    assert an_hour_later(office, roads) == 0
    assert len(office.rows(SeenAddress)) == 1
