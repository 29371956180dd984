"""The weekly digest: once a week, late if need be, and never before the eyes of another organisation."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.actions.partners import lifecycle
from bot.app import create_app
from bot.fake_slack import InProcessConnection
from bot.notifications.send import RunResult
from tests.notifications.office import LEASE, MONDAY, Office

DAY = timedelta(days=1)


@pytest.fixture
def quiet(office: Office) -> Office:
    """An office that has something for its digest, and nobody to nudge."""
    office.partner("Acme Legal", None)
    return office


def status(office: Office) -> str:
    """What `/tend status` says."""
    office.slack.link = InProcessConnection(create_app(office.houses[0]))
    return office.slack.command("U1", "/tend", "status", channel="C1").ephemerals[0].visible_text


def test_a_workspace_gets_one_digest_a_week(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    sent = [n for n in range(15) if quiet.at(MONDAY + n * DAY).digests]
    assert sent == [0, 7, 14]
    assert [row.period for row in quiet.all_deliveries()] == ["2026-12-07", "2026-11-30", "2026-11-23"]


def test_it_is_not_posted_before_its_hour(quiet: Office) -> None:
    quiet.settle(digest_channel="C1", digest_day="wed", digest_hour="14")
    assert quiet.at(MONDAY) == RunResult()  # none of the past
    assert quiet.at(datetime(2026, 11, 25, 13, 59, tzinfo=UTC)) == RunResult()
    assert quiet.at(datetime(2026, 11, 25, 14, 0, tzinfo=UTC)) == RunResult(digests=1)
    assert len(quiet.digests()) == 1


def test_moving_its_channel_posts_no_second_one_that_week(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    quiet.at(MONDAY)
    quiet.settle(digest_channel="C2")
    assert [n for n in range(1, 8) if quiet.at(MONDAY + n * DAY).digests] == [7]
    assert (len(quiet.digests("C1")), len(quiet.digests("C2"))) == (1, 1)


def test_moving_its_day_tells_each_day_once_and_none_of_the_past(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    quiet.at(MONDAY)
    quiet.clock.now = MONDAY + 2 * DAY
    quiet.settle(digest_day="tue")
    assert [n for n in range(2, 15) if quiet.at(MONDAY + n * DAY).digests] == [8]
    assert "Days from 23 Nov to 30 Nov" in quiet.digests()[-1].visible_text
    quiet.settle(digest_day="thu")
    assert [n for n in range(14, 25) if quiet.at(MONDAY + n * DAY).digests] == [17, 24]
    assert "Days from 1 Dec to 9 Dec" in quiet.digests()[2].visible_text
    assert "Week of 10 Dec" in quiet.digests()[3].visible_text


def test_what_is_won_after_the_hour_of_the_digest_is_in_the_next_one(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    made = quiet.partner("Bringer")
    quiet.at(MONDAY)
    quiet.clock.now = MONDAY + timedelta(hours=2, minutes=45)
    quiet.did(made, MONDAY.date(), outcome="won", value_minor=500_000)
    for n in range(1, 15):
        quiet.at(MONDAY + n * DAY)
    told = ["£5,000" in message.visible_text for message in quiet.digests()]
    assert told == [False, True, False]


def test_a_fall_is_told_once(office: Office) -> None:
    office.settle(digest_channel="C1")
    falling = office.partner("Falling", since=date(2024, 1, 1))
    office.rated(falling, 3)
    office.did(falling, date(2025, 11, 10), count=12)
    for n in range(0, 29, 7):
        office.did(falling, MONDAY.date() + (n - 3) * DAY, kind="meeting", direction="joint")
        office.at(MONDAY + n * DAY)
    assert ["Weaker: *Falling*" in message.visible_text for message in office.digests()] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_partners_without_an_owner_are_looked_at_too(office: Office) -> None:
    office.settle(digest_channel="C1")
    late = office.partner("Nobody's", None)
    office.promised(late, "send the deck", date(2026, 11, 20))
    office.at(MONDAY)
    words = office.digests()[0].visible_text
    assert (
        "Needs attention: 1 promise overdue, 1 newly quiet, 1 without an owner. Most urgent: *Nobody's* (nobody)"
        in words
    )


def test_an_ended_partner_shows_in_what_became_of_those_that_produce(office: Office) -> None:
    office.settle(digest_channel="C1")
    made = office.partner("Bringer")
    office.did(made, date(2026, 10, 5))
    office.partner("Other")
    office.clock.now = MONDAY - DAY
    lifecycle.end(office.engine, office.caller(), made, "moved away")
    office.at(MONDAY)
    assert "0 of 1 partner producing (▼ 1 in 30 days)" in office.digests()[0].visible_text


def test_without_a_channel_nothing_is_posted(quiet: Office) -> None:
    assert quiet.at(MONDAY) == RunResult()
    assert quiet.all_deliveries() == []


def test_without_news_nothing_is_posted_that_week(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", since=date(2026, 11, 20))
    assert office.at(MONDAY) == RunResult()
    office.touch("Acme Legal", MONDAY + DAY)
    assert office.at(MONDAY + DAY) == RunResult()
    assert office.digests() == []
    assert office.at(MONDAY + 7 * DAY) == RunResult(digests=1)


def test_more_than_a_day_late_it_says_which_week_it_is_about(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    quiet.at(MONDAY + timedelta(hours=24))
    quiet.at(MONDAY + 8 * DAY + timedelta(minutes=1))
    in_time, late = (message.visible_text for message in quiet.digests())
    assert "sent late" not in in_time
    assert "week of 23 Nov, sent late" in late


# -- shared channels


def test_it_is_never_posted_into_a_channel_shared_with_another_organisation(quiet: Office) -> None:
    quiet.settle(digest_channel="CSHARED")
    done = [quiet.at(MONDAY + n * timedelta(hours=7)) for n in range(24)]
    assert all(one.digests == 0 for one in done)
    assert quiet.digests("CSHARED") == []
    assert "shared with another organisation" in status(quiet)


def test_the_channel_is_asked_about_at_each_post_anew(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    quiet.at(MONDAY)
    quiet.slack.world.add_channel("C1", "partners", is_ext_shared=True, members=["U1"])
    done = quiet.at(MONDAY + 7 * DAY)
    assert (done.digests, len(quiet.digests())) == (0, 1)


def test_it_is_posted_once_the_channel_is_no_longer_shared(quiet: Office) -> None:
    quiet.settle(digest_channel="CSHARED")
    quiet.at(MONDAY)
    quiet.slack.world.add_channel("CSHARED", "with-acme", members=["U1"])
    assert quiet.at(MONDAY + LEASE) == RunResult(digests=1)
    assert len(quiet.digests("CSHARED")) == 1
    assert "could not be posted" not in status(quiet)


@pytest.mark.parametrize("wrong", ["CSHARED", "COLD", "CFAR", "CNOWHERE"])
def test_it_is_posted_once_another_channel_is_chosen(quiet: Office, wrong: str) -> None:
    quiet.settle(digest_channel=wrong)
    for n in range(5):  # by now it would be tried again only after an hour or more
        quiet.at(MONDAY + n * timedelta(hours=1))
    assert "could not be posted" in status(quiet)
    quiet.settle(digest_channel="C2")
    assert quiet.at(MONDAY + timedelta(hours=4, minutes=6)) == RunResult(digests=1)
    assert len(quiet.digests("C2")) == 1
    assert quiet.digests(wrong) == []
    assert "could not be posted" not in status(quiet)


def test_a_digest_that_waits_is_dropped_when_the_team_wants_none_any_more(quiet: Office) -> None:
    quiet.settle(digest_channel="CSHARED")
    quiet.at(MONDAY)
    quiet.settle(digest_channel="none")
    assert quiet.at(MONDAY + LEASE) == RunResult()
    assert quiet.delivery("digest").state in ("nothing", "failed")
    assert quiet.team.digest_problem is None


def test_owners_are_named_and_nobody_is_rung_in_front_of_everybody(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", "U2")
    office.at(MONDAY + timedelta(hours=6))
    assert "<@U2>" not in office.digests()[0].visible_text
    assert "ben" in office.digests()[0].visible_text


def test_it_is_a_headline_and_at_most_five_lines(office: Office) -> None:
    """With everything there is to say, too; what has been said before is one line the week after."""
    office.settle(digest_channel="C1")
    for n in range(7):
        office.partner(f"Quiet {n}", since=date(2026, 8, 1))
    falling = office.partner("Falling", since=date(2024, 1, 1))
    office.rated(falling, 3)
    office.did(falling, date(2025, 11, 10), count=12)
    growing = office.partner("Growing", since=date(2024, 1, 1))
    office.rated(growing, 3)
    office.did(growing, date(2026, 11, 18), count=12)
    late = office.partner("Waiting", None)
    office.promised(late, "send the deck", date(2026, 11, 20))
    won = office.partner("Bringer")
    office.clock.now = MONDAY - 5 * DAY
    office.did(won, date(2026, 11, 18), outcome="won", value_minor=500_000, title="Northwind")
    office.at(MONDAY)
    office.at(MONDAY + 7 * DAY)
    first, second = (message.visible_text for message in office.digests())
    assert first.startswith("Week of 16 Nov\n")
    assert "£5,000 won · 1 referral in, 0 out" in first
    assert "Still quiet: 8" in second
    assert "Weaker: *Falling*" in first
    assert "Stronger: *Growing*" in first
    for words in (first, second):
        assert len([line for line in words.splitlines() if line.startswith(":")]) <= 5


def test_more_holds_the_lists_of_the_very_week(office: Office) -> None:
    """A week later too, when they are still so."""
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", since=date(2026, 8, 1))
    office.at(MONDAY)
    office.slack.link = InProcessConnection(create_app(office.houses[0]), office.slack.keys.signing_secret)
    office.clock.now = MONDAY + 2 * DAY
    (answer,) = office.slack.click("U1", office.digests()[0], "digest_more").ephemerals
    assert "Week of 16 Nov: everything" in answer.visible_text
    assert "Quiet (1)*: *Acme Legal* (Ana Lee) 114 days" in answer.visible_text


def test_once_a_quarter_it_says_whether_the_alarms_came_true(office: Office) -> None:
    """In the first digest of the quarter; with too little to go by it says nothing."""
    for number in range(30):
        of = office.partner(f"Partner {number}", None, since=date(2024, 1, 1))
        for ago in range(80, 1000, 25 + number):
            if ago < 300 or ago > 500:
                office.clock.now = MONDAY - ago * DAY
                office.did(of, office.clock.now.date(), kind="meeting", direction="joint")
    office.clock.now = MONDAY - DAY
    office.settle(digest_channel="C1")
    told = []
    for week in range(8):
        office.at(MONDAY + 7 * week * DAY)
        told.append("Do Tend's alarms come true?" in office.digests()[-1].visible_text)
    assert told == [False] * 6 + [True, False]
    assert "Without the signal:" in office.digests()[6].visible_text
