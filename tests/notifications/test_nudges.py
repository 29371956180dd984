"""What a pass sends to owners: one message a local day, worst first, and nothing whose cause is gone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.actions.notifications import nudge as nudging
from bot.actions.partners import lifecycle
from bot.notifications.send import RunResult
from storage.db.engine import reading
from storage.notifications import told_signals
from tests.notifications.office import MONDAY, Office

DAY = timedelta(days=1)


def test_an_owner_gets_one_message_a_day_that_holds_everything(office: Office) -> None:
    office.partner("Acme Legal")
    office.partner("Béla Söhne")
    assert office.at(MONDAY) == RunResult(nudges=1)
    assert office.told() == [{"Acme Legal", "Béla Söhne"}]


def test_the_worst_comes_first(office: Office) -> None:
    """What we owe, then quiet, the longer the earlier, and only then what weakens: docs/proof.md says why."""
    office.partner("Quiet a little", since=date(2026, 10, 20))
    office.partner("Quiet for long", since=date(2026, 9, 1))
    falling = office.partner("Falling", since=date(2024, 1, 1))
    office.rated(falling, 3)
    office.did(falling, date(2025, 11, 10), count=12)
    office.did(falling, date(2026, 11, 20), kind="meeting", direction="joint")
    late = office.partner("Waiting", since=date(2026, 11, 1))
    office.promised(late, "send the deck", date(2026, 11, 20))
    paper = office.partner("Logo", since=date(2026, 1, 1), cadence_days=400)
    assert paper
    office.at(MONDAY)
    words = office.nudges()[0].visible_text
    assert office.told() == [{"Quiet a little", "Quiet for long", "Waiting"}]
    order = sorted(("Quiet a little", "Quiet for long", "Waiting"), key=words.index)
    assert order == ["Waiting", "Quiet for long", "Quiet a little"]
    assert "and 2 more partners" in words
    assert "Falling" not in words


def test_a_second_pass_at_the_same_time_changes_nothing(office: Office) -> None:
    office.partner("Acme Legal")
    office.at(MONDAY)
    assert office.at(MONDAY) == RunResult()
    assert office.at(MONDAY + timedelta(minutes=1)) == RunResult()
    assert len(office.nudges()) == 1


def test_with_nothing_to_say_nothing_is_posted_and_it_is_not_computed_again_that_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.partner("Acme Legal", since=date(2026, 11, 20))
    assert office.at(MONDAY) == RunResult()
    assert office.nudges() == []
    asked = []
    find = nudging.build_nudge

    def counted(session: Session, *, day: date, **how: Any) -> nudging.Nudge:
        asked.append(day)
        return find(session, day=day, **how)

    monkeypatch.setattr(nudging, "build_nudge", counted)
    office.at(MONDAY + timedelta(minutes=1))
    office.at(MONDAY + timedelta(hours=8))
    assert asked == []
    office.at(MONDAY + DAY)
    assert asked == [date(2026, 11, 24)]


def test_owners_are_told_at_nine_where_they_are(office: Office) -> None:
    for user in ("U1", "U2", "U3"):
        office.partner(f"Of {user}", user)
    sent: dict[str, list[datetime]] = {"U1": [], "U2": [], "U3": []}
    instant = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
    while instant < datetime(2026, 11, 23, 23, tzinfo=UTC):
        office.at(instant)
        for user, at in sent.items():
            if len(office.nudges(user)) > len(at):
                at.append(instant)
        instant += timedelta(minutes=30)
    assert sent == {
        "U1": [datetime(2026, 11, 23, 9, tzinfo=UTC)],
        "U2": [datetime(2026, 11, 23, 14, tzinfo=UTC)],
        "U3": [datetime(2026, 11, 23, 0, tzinfo=UTC)],
    }


def test_a_touch_logged_on_the_teams_new_day_counts_where_the_owners_day_is_still_the_old(office: Office) -> None:
    """For a team in Tokyo, nine o'clock in New York is eleven at night: days are the team's, hours the owner's."""
    office.settle(timezone="Asia/Tokyo", nudge_hour="11")
    office.partner("Acme Legal", "U2")
    office.touch("Acme Legal", datetime(2026, 11, 23, 15, 30, tzinfo=UTC))  # Tuesday there, Monday 10:30 here
    office.at(datetime(2026, 11, 23, 16, tzinfo=UTC))
    assert office.nudges("U2") == []


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("2026-11-23T08:59", 0),
        ("2026-11-23T09:00", 1),
        ("2026-11-23T19:59", 1),
        ("2026-11-23T20:00", 0),
        ("2026-11-24T03:00", 0),
        ("2026-11-21T12:00", 0),
        ("2026-11-22T12:00", 0),
        ("2026-11-25T12:00", 0),
    ],
)
def test_after_downtime_too_it_waits_for_a_working_day_and_its_hours(office: Office, when: str, told: int) -> None:
    office.settle(holidays="2026-11-25")
    office.partner("Acme Legal")
    office.at(datetime.fromisoformat(when).replace(tzinfo=UTC))
    assert len(office.nudges()) == told


def test_after_three_weeks_away_there_is_one_nudge_and_one_digest(office: Office) -> None:
    office.clock.now = datetime(2026, 11, 1, tzinfo=UTC)
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", since=date(2026, 8, 1))
    assert office.at(datetime(2026, 11, 2, 9, tzinfo=UTC)) == RunResult(nudges=1, digests=1)
    back = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert office.at(back) == RunResult(nudges=1, digests=1)
    assert office.at(back + timedelta(minutes=1)) == RunResult()
    assert [len(office.nudges()), len(office.digests())] == [2, 2]
    assert "This is the digest for the days from 2 Nov to 22 Nov, sent late" in office.digests()[1].visible_text


# -- who is told


def test_whoever_left_or_is_no_full_member_is_told_nothing(office: Office) -> None:
    office.slack.world.add_person("USTRANGE", "eve", is_stranger=True)
    office.slack.world.add_person("UBOT", "robot", is_bot=True)
    for user in ("UGONE", "UGUEST", "USTRANGE", "UBOT", "UNOBODY"):
        office.partner(f"Of {user}", user)
    assert office.at(MONDAY) == RunResult()
    assert office.slack.world.calls_to("chat.postMessage") == []


def test_partners_of_owners_who_left_are_told_to_stewards_and_in_the_digest(office: Office) -> None:
    office.settle(digest_channel="C1", stewards="U1")
    office.partner("Orphan", "UGONE")
    office.partner("Unknown", "UNOBODY")
    office.partner("Free", None)
    assert office.at(MONDAY) == RunResult(nudges=1, digests=1)
    assert "Without an owner: *Free*, *Orphan*, *Unknown*." in office.nudges()[0].visible_text
    digest = office.digests()[0].visible_text
    assert "3 without an owner. Quiet longest: *Free* (nobody)" in digest
    assert office.at(MONDAY + DAY) == RunResult()
    assert office.at(MONDAY + 14 * DAY) == RunResult(nudges=1, digests=1)


@pytest.mark.parametrize("rest", ["paused", "ended"])
def test_paused_and_ended_partners_are_silent(office: Office, rest: str) -> None:
    office.settle(digest_channel="C1", stewards="U1")
    partner_id = office.partner("Acme Legal")
    if rest == "paused":
        lifecycle.pause(office.engine, office.caller(), partner_id, None, "renovating")
    else:
        lifecycle.end(office.engine, office.caller(), partner_id, "done")
    assert office.at(MONDAY) == RunResult()


def test_a_pause_until_a_day_ends_on_that_day(office: Office) -> None:
    partner_id = office.partner("Acme Legal")
    lifecycle.pause(office.engine, office.caller(), partner_id, date(2026, 11, 25), None)
    assert [office.at(MONDAY + n * DAY).nudges for n in range(3)] == [0, 0, 1]


def test_one_person_that_slack_does_not_tell_of_keeps_nobody_else_waiting(office: Office) -> None:
    for user in ("U1", "U2"):
        office.partner(f"Of {user}", user)
    office.slack.world.faults.add("users.info", "internal_error")
    done = office.at(MONDAY + timedelta(hours=6))
    assert (done.nudges, len(done.problems)) == (1, 1)
    assert office.at(MONDAY + timedelta(hours=6, minutes=1)) == RunResult(nudges=1)


# -- what is told again, and what not


def test_a_signal_is_repeated_only_after_14_days_or_when_it_is_worse(office: Office) -> None:
    """Quiet since 1 October with a cadence of 30 days: at 60 and 90 days it is worse."""
    office.partner("Acme Legal")
    told = [n for n in range(52) if office.at(MONDAY + n * DAY).nudges]
    assert [MONDAY.date() + n * DAY for n in told] == [
        date(2026, 11, 23),
        date(2026, 11, 30),  # 60 days
        date(2026, 12, 14),
        date(2026, 12, 30),  # 90 days
        date(2027, 1, 13),
    ]
    assert "Still quiet* (mentioned on 30 Dec 2026)" in office.nudges()[-1].visible_text


def test_a_new_signal_of_a_known_partner_is_told_alone(office: Office) -> None:
    partner_id = office.partner("Acme Legal")
    office.at(MONDAY)
    office.promised(partner_id, "send the deck", date(2026, 11, 23))
    office.at(MONDAY + DAY)
    words = office.nudges()[1].visible_text
    assert "send the deck" in words
    assert "no contact for" not in words


def test_snoozing_one_partner_moves_nothing_else(office: Office) -> None:
    first = office.partner("Acme Legal")
    office.partner("Béla Söhne")
    office.at(MONDAY)
    lifecycle.snooze(office.engine, office.caller(), first, 7)
    told = {n: office.told()[-1] for n in range(1, 22) if office.at(MONDAY + n * DAY).nudges}
    assert told == {7: {"Acme Legal", "Béla Söhne"}, 21: {"Acme Legal", "Béla Söhne"}}


def test_after_a_snooze_it_is_told_as_if_it_were_new(office: Office) -> None:
    partner_id = office.partner("Acme Legal", cadence_days=50)
    office.at(MONDAY)
    lifecycle.snooze(office.engine, office.caller(), partner_id, 3)
    assert [office.at(MONDAY + n * DAY).nudges for n in range(1, 5)] == [0, 0, 1, 0]


def test_what_was_touched_since_is_not_told(office: Office) -> None:
    office.partner("Acme Legal")
    office.touch("Acme Legal", MONDAY - timedelta(minutes=1))
    assert office.at(MONDAY) == RunResult()


def test_a_cause_that_went_and_came_again_is_new(office: Office) -> None:
    office.partner("Acme Legal", cadence_days=3)
    office.at(MONDAY)
    office.touch("Acme Legal", MONDAY + timedelta(hours=1))
    assert [office.at(MONDAY + n * DAY).nudges for n in range(1, 5)] == [0, 0, 1, 0]


# -- many


def test_of_more_than_three_the_others_are_counted_and_come_in_the_weeks_after(office: Office) -> None:
    for n in range(8):
        office.partner(f"Partner {n:02}", cadence_days=50)
    told = [n for n in range(21) if office.at(MONDAY + n * DAY).nudges]
    assert told == [0, 7, 14]
    assert "and 5 more partners" in office.nudges()[0].visible_text
    first, second, third = office.told()
    assert (len(first), len(second)) == (3, 3)
    assert first | second | third >= {f"Partner {n:02}" for n in range(8)}


def introduced(office: Office, partner_id: int, number: int, on: date = date(2026, 10, 1)) -> None:
    for place in range(number):
        office.did(partner_id, on, title=f"Lead {place}", outcome="introduced")


def test_introductions_that_were_told_make_room_for_the_others(office: Office) -> None:
    """Five at a time: the others are told with the next message, and those told wait their two weeks."""
    introduced(office, office.partner("Alpha", cadence_days=400), 7)
    told = [n for n in range(14) if office.at(MONDAY + n * DAY).nudges]
    assert told == [0, 7]
    first, second = (
        {place for place in range(7) if f"· Lead {place} ·" in message.visible_text} for message in office.nudges()
    )
    assert len(first) == 5
    assert first | second == set(range(7))
    assert not first & second


def test_a_snoozed_partner_is_silent_about_its_introductions_too(office: Office) -> None:
    snoozed = office.partner("Alpha", snoozed_until_on=date(2026, 12, 24))
    introduced(office, snoozed, 1)
    office.at(MONDAY)
    assert office.nudges() == []


def incomplete(office: Office, name: str, **fields: str | None) -> int:
    """A partner of whom nothing is to be said but that its record lacks something."""
    return office.partner(name, cadence_days=400, **({"wiifm_us": None} | fields))


def test_an_incomplete_record_is_completed_by_a_button(office: Office) -> None:
    """It opens the form that asks for what is missing."""
    partner_id = incomplete(office, "Acme Legal")
    assert office.at(MONDAY) == RunResult()  # no reason for a message
    office.partner("Béla")
    office.at(MONDAY + DAY)
    (nudge,) = office.nudges()
    assert "Some details are missing for *Acme Legal*." in nudge.visible_text
    office.promised(partner_id, "send the deck", MONDAY.date() + 2 * DAY)
    office.at(MONDAY + 3 * DAY)
    assert "Some details are missing" not in office.nudges()[1].visible_text  # only with the first of a month
    (button,) = [block["accessory"] for block in nudge.blocks if "accessory" in block]
    assert (button["text"]["text"], button["value"]) == ("Complete it", f"{partner_id}:why")


def test_of_several_incomplete_records_one_is_chosen(office: Office) -> None:
    """Those that are named are in the menu, each with the step of the form that it needs; the others are counted."""
    roles = incomplete(office, "Aardvark", wiifm_us="leads", our_role=None)
    for number in range(11):
        incomplete(office, f"Partner {number:02}")
    office.partner("Béla")
    office.at(MONDAY)
    (nudge,) = office.nudges()
    (menu,) = [block["accessory"] for block in nudge.blocks if "accessory" in block]
    assert menu["placeholder"]["text"] == "Complete…"
    names = [one["text"]["text"] for one in menu["options"]]
    assert len(names) == 8
    assert all(f"*{name}*" in nudge.visible_text for name in names)
    assert dict(zip(names, (one["value"] for one in menu["options"]), strict=True))["Aardvark"] == f"{roles}:terms"


def test_what_a_nudge_told_is_kept_for_good(office: Office) -> None:
    """Also once its cause is gone; not what was only counted, nor what nobody was sent."""
    for number in range(5):
        office.partner(f"Partner {number}")
    office.at(MONDAY)
    with reading(office.engine) as session:
        kept = told_signals.list_nudged(session, workspace_id=office.team.id, since=date(2026, 1, 1))
    assert [(one.signal, one.told_to, one.told_on) for one in kept] == [("quiet", "U1", MONDAY.date())] * 3
    office.did(kept[0].partner_id, MONDAY.date(), kind="meeting", direction="joint")
    office.at(MONDAY + DAY)
    with reading(office.engine) as session:
        still = told_signals.list_nudged(session, workspace_id=office.team.id, since=date(2026, 1, 1), told_to="U1")
    assert {one.id for one in kept} <= {one.id for one in still}


def test_of_a_signal_that_is_switched_off_nobody_is_told(office: Office) -> None:
    office.partner("Acme Legal")
    office.settle(signals_off="quiet")
    assert office.at(MONDAY) == RunResult()
    office.settle(signals_off="none")
    office.at(MONDAY + DAY)
    assert office.told() == [{"Acme Legal"}]
