"""The weekly digest: once a week, late if need be, and never before the eyes of another organisation."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app import create_app
from bot.fake_slack import DispatchLink
from bot.notifications.send import Pass
from tests.notifications.office import LEASE, MONDAY, Office

DAY = timedelta(days=1)


@pytest.fixture
def quiet(office: Office) -> Office:
    """An office that has something for its digest, and nobody to nudge."""
    office.partner("Acme Legal", None)
    return office


def status(office: Office) -> str:
    """What `/tend status` says."""
    office.slack.link = DispatchLink(create_app(office.houses[0]))
    return office.slack.command("U1", "/tend", "status", channel="C1").ephemerals[0].words


def test_a_workspace_gets_one_digest_a_week(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    sent = [n for n in range(15) if quiet.at(MONDAY + n * DAY).digests]
    assert sent == [0, 7, 14]
    assert [row.period for row in quiet.all_deliveries()] == ["2026-W50", "2026-W49", "2026-W48"]


def test_it_is_not_posted_before_its_hour(quiet: Office) -> None:
    quiet.settle(digest_channel="C1", digest_day="wed", digest_hour="14")
    quiet.at(MONDAY)  # the one of the week before
    before = len(quiet.digests())
    assert quiet.at(datetime(2026, 11, 25, 13, 59, tzinfo=UTC)) == Pass()
    assert quiet.at(datetime(2026, 11, 25, 14, 0, tzinfo=UTC)) == Pass(digests=1)
    assert len(quiet.digests()) == before + 1


def test_moving_its_day_or_channel_posts_no_second_one_that_week(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    quiet.at(MONDAY)
    quiet.settle(digest_day="tue", digest_channel="C2")
    assert quiet.at(MONDAY + DAY) == Pass()
    assert quiet.at(MONDAY + 2 * DAY) == Pass()
    assert quiet.digests("C2") == []
    assert quiet.at(MONDAY + 8 * DAY) == Pass(digests=1)
    assert len(quiet.digests("C2")) == 1


def test_without_a_channel_nothing_is_posted(quiet: Office) -> None:
    assert quiet.at(MONDAY) == Pass()
    assert quiet.all_deliveries() == []


def test_without_news_nothing_is_posted_that_week(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", since=date(2026, 11, 20))
    assert office.at(MONDAY) == Pass()
    office.touch("Acme Legal", MONDAY + DAY)
    assert office.at(MONDAY + DAY) == Pass()
    assert office.digests() == []
    assert office.at(MONDAY + 7 * DAY) == Pass(digests=1)


def test_more_than_a_day_late_it_says_which_week_it_is_about(quiet: Office) -> None:
    quiet.settle(digest_channel="C1")
    quiet.at(MONDAY + timedelta(hours=24))
    quiet.at(MONDAY + 8 * DAY + timedelta(minutes=1))
    in_time, late = (message.words for message in quiet.digests())
    assert "sent late" not in in_time
    assert "week 49 of 2026, as of 30 Nov 2026, sent late" in late


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
    assert quiet.at(MONDAY + LEASE) == Pass(digests=1)
    assert len(quiet.digests("CSHARED")) == 1
    assert "could not be posted" not in status(quiet)


@pytest.mark.parametrize("wrong", ["CSHARED", "COLD", "CFAR", "CNOWHERE"])
def test_it_is_posted_once_another_channel_is_chosen(quiet: Office, wrong: str) -> None:
    quiet.settle(digest_channel=wrong)
    for n in range(5):  # by now it would be tried again only after an hour or more
        quiet.at(MONDAY + n * timedelta(hours=1))
    assert "could not be posted" in status(quiet)
    quiet.settle(digest_channel="C2")
    assert quiet.at(MONDAY + timedelta(hours=4, minutes=6)) == Pass(digests=1)
    assert len(quiet.digests("C2")) == 1
    assert quiet.digests(wrong) == []
    assert "could not be posted" not in status(quiet)


def test_a_digest_that_waits_is_dropped_when_the_team_wants_none_any_more(quiet: Office) -> None:
    quiet.settle(digest_channel="CSHARED")
    quiet.at(MONDAY)
    quiet.settle(digest_channel="none")
    assert quiet.at(MONDAY + LEASE) == Pass()
    assert quiet.delivery("digest").state in ("nothing", "failed")
    assert quiet.team.digest_problem is None


def test_owners_are_named_and_nobody_is_rung_in_front_of_everybody(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", "U2")
    office.at(MONDAY + timedelta(hours=6))
    assert "<@U2>" not in office.digests()[0].words
    assert "ben" in office.digests()[0].words
