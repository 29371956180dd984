"""When Slack or the network fails: nothing is lost that is still true, and nothing is sent twice."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlmodel import col, update

from bot.actions.partners.lifecycle import pause, snooze
from bot.notifications import compose, send
from bot.notifications.send import RunResult
from bot.slack.client import make_client
from bot.slack.messaging import FINAL_ERRORS
from storage.db.engine import writing
from storage.tables import Delivery
from tests.notifications.office import LEASE, MONDAY, Office, failing

DAY = timedelta(days=1)
POST = "chat.postMessage"


@pytest.fixture
def quiet(office: Office) -> Office:
    """An office with one nudge due, and no digest."""
    office.partner("Acme Legal")
    return office


@pytest.fixture(params=["nudge", "digest"])
def due(request: pytest.FixtureRequest, office: Office) -> tuple[Office, str, str]:
    """An office with one nudge or one digest due: with its kind, and where it will stand."""
    kind = str(request.param)
    if kind == "nudge":
        office.partner("Acme Legal")
    else:
        office.settle(digest_channel="C1")
        office.partner("Acme Legal", None)
    return office, kind, "D1" if kind == "nudge" else "C1"


def standing(office: Office, channel: str) -> int:
    return len(office.slack.channel(channel))


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", ["drop", "500", "503"])
def test_whether_or_not_it_was_posted_when_the_answer_is_lost_it_stands_there_once(
    due: tuple[Office, str, str], fault: str, after_effect: bool
) -> None:
    office, kind, channel = due
    office.slack.world.faults.add(POST, fault, after_effect=after_effect)
    first = office.at(MONDAY)
    assert (first.nudges + first.digests, len(first.problems)) == (0, 1)
    assert standing(office, channel) == after_effect
    row = office.delivery(kind)
    assert (row.state, bool(row.problem)) == ("retry", True)
    assert office.at(MONDAY + timedelta(minutes=1)) == RunResult()
    again = office.at(MONDAY + LEASE)
    assert (again.nudges + again.digests, again.problems) == (1, ())
    assert standing(office, channel) == 1
    row = office.delivery(kind)
    assert (row.state, row.problem, row.message_ts) == ("sent", None, office.slack.channel(channel)[0].ts)
    for n in range(2, 6):
        assert office.at(MONDAY + n * LEASE) == RunResult()
    assert standing(office, channel) == 1


def test_it_is_found_again_among_many_messages(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", None)
    office.slack.world.faults.add(POST, "drop", after_effect=True)
    office.at(MONDAY)
    for n in range(230):
        office.slack.say("U1", "C1", f"chatter {n}")
    assert office.at(MONDAY + LEASE).digests == 1
    assert sum(message.by_bot for message in office.digests()) == 1


def test_it_is_found_again_where_our_clock_runs_ahead_of_slacks(quiet: Office) -> None:
    """`tend tick --now` may be told any instant; what Slack stamps is Slack's."""
    quiet.slack.world.clock = lambda: datetime.now(UTC)
    instant = datetime.now(UTC).replace(hour=9, minute=0) + timedelta(days=28)
    instant -= timedelta(days=instant.weekday())
    quiet.slack.world.faults.add(POST, "drop", after_effect=True)
    quiet.at(instant)
    assert quiet.at(instant + LEASE).nudges == 1
    assert len(quiet.nudges()) == 1


def test_when_slack_asks_to_wait_the_same_pass_waits(quiet: Office) -> None:
    quiet.slack.world.faults.add(POST, "429", retry_after=0)
    assert quiet.at(MONDAY) == RunResult(nudges=1)
    assert len(quiet.nudges()) == 1


def test_when_slack_keeps_asking_to_wait_it_goes_later(quiet: Office) -> None:
    with failing(quiet.slack, POST, "429", retry_after=0):
        assert quiet.at(MONDAY).problems
    assert quiet.delivery().state == "retry"
    assert quiet.at(MONDAY + LEASE) == RunResult(nudges=1)
    assert len(quiet.nudges()) == 1


MENDABLE = (
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "invalid_auth",
    "token_revoked",
    "account_inactive",
    "missing_scope",
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "rate_limited",
    "message_limit_exceeded",
    "team_added_to_org",
    "org_login_required",
    "team_access_not_granted",
    "restricted_action_read_only_channel",
    "posting_to_general_channel_denied",
    "accesslimited",
    "a_word_that_slack_thinks_of_next_year",
)
FINAL = ("user_disabled", "cannot_dm_bot", "no_text")


@pytest.mark.parametrize("word", MENDABLE)
def test_what_somebody_can_mend_is_tried_again(due: tuple[Office, str, str], word: str) -> None:
    office, kind, channel = due
    office.slack.world.faults.add(POST, word)
    assert len(office.at(MONDAY).problems) == 1
    row = office.delivery(kind)
    assert (row.state, bool(row.problem)) == ("retry", True)
    assert (office.team.digest_problem is not None) == (kind == "digest")
    office.at(MONDAY + LEASE)
    assert (office.delivery(kind).state, standing(office, channel)) == ("sent", 1)
    assert office.team.digest_problem is None


@pytest.mark.parametrize("word", FINAL)
def test_what_nobody_can_mend_is_given_up_and_said(due: tuple[Office, str, str], word: str) -> None:
    office, kind, channel = due
    office.slack.world.faults.add(POST, word)
    problems = office.at(MONDAY).problems
    assert word in problems[0]
    row = office.delivery(kind)
    assert (row.state, row.problem) == ("failed", f"Slack refused it: {word}")
    assert office.at(MONDAY + LEASE) == RunResult()
    assert standing(office, channel) == 0


def test_what_a_given_up_nudge_would_have_told_is_told_the_next_day(quiet: Office) -> None:
    quiet.slack.world.faults.add(POST, "no_text")
    quiet.at(MONDAY)
    assert quiet.at(MONDAY + DAY) == RunResult(nudges=1)
    assert quiet.told() == [{"Acme Legal"}]


def test_an_owner_whose_account_was_closed_gets_none_and_keeps_nobody_waiting(office: Office) -> None:
    office.partner("Of ana")
    office.partner("Of ben", "U2")
    office.at(MONDAY - timedelta(hours=1))  # both are known as members now
    office.slack.world.add_person("U1", "ana", deleted=True)
    done = office.at(MONDAY + timedelta(hours=5))
    assert done.nudges == 1
    assert office.delivery("nudge", "U1").state != "sent"
    assert office.nudges("U2")


def test_a_wrong_token_stops_the_pass(quiet: Office) -> None:
    services = quiet.services()
    services.workspaces.only_client = make_client("xoxb-wrong", quiet.slack.api_url)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        quiet.at(MONDAY, services=services)
    assert quiet.all_deliveries() == []


def test_it_waits_longer_each_time_but_never_more_than_six_hours(quiet: Office) -> None:
    quiet.settle(quiet_hour="24")
    tries = []
    with failing(quiet.slack, "conversations.open", "drop"):
        for n in range(0, 15 * 60, 10):
            instant = MONDAY + timedelta(minutes=n)
            before = quiet.all_deliveries()[0].attempts if quiet.all_deliveries() else 0
            quiet.at(instant)
            if quiet.delivery().attempts > before:
                tries.append(n)
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert gaps[:6] == sorted(gaps[:6])
    assert gaps[0] <= 10
    assert 300 <= gaps[-1] <= 370


def test_what_cannot_be_told_is_not_asked_for_ever(quiet: Office) -> None:
    """A Slack that does not say for weeks whether a nudge went out: others hear all the while; then it is given up."""
    quiet.settle(quiet_hour="24")
    with failing(quiet.slack, POST, "drop"):
        quiet.at(MONDAY)
    quiet.partner("Of ben", "U2")
    tried = {"attempts": 2_000, "claimed_at": MONDAY, "state": "retry"}
    with writing(quiet.engine) as session:
        session.exec(update(Delivery).where(col(Delivery.recipient) == "U1").values(**tried))
    with failing(quiet.slack, "conversations.history", "missing_scope"):
        for days in range(1, 10):
            quiet.at(MONDAY + timedelta(days=days, hours=5))  # when both have come to work
    assert quiet.nudges("U2")
    first = min(quiet.all_deliveries(), key=lambda row: row.period)
    assert (first.recipient, first.state) == ("U1", "failed")


# -- crashes


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("when", ["before it is posted", "after it is posted"])
def test_a_crash_between_claim_and_mark_leaves_one_message(
    due: tuple[Office, str, str], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, kind, channel = due
    post = send.post_message

    def killed(*args: Any) -> None:
        if when == "after it is posted":
            post(*args)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(send, "post_message", killed)
        with pytest.raises(Killed):
            office.at(MONDAY)
    assert office.delivery(kind).state == "claimed"
    other = office.services()
    assert office.at(MONDAY + timedelta(minutes=4), services=other) == RunResult()
    done = office.at(MONDAY + LEASE, services=other)
    assert done.nudges + done.digests == 1
    assert standing(office, channel) == 1
    assert office.at(MONDAY + 3 * LEASE, services=other) == RunResult()


def test_a_claim_taken_over_is_not_settled_by_the_one_who_lost_it(
    quiet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept through its lease posts nothing twice, and marks nothing that is not its own."""
    other, find = quiet.services(), send.open_dm

    def slow(*args: Any) -> str:
        monkeypatch.setattr(send, "open_dm", find)
        assert quiet.at(MONDAY + LEASE, services=other) == RunResult(nudges=1)
        raise TimeoutError

    monkeypatch.setattr(send, "open_dm", slow)
    quiet.at(MONDAY)
    assert (quiet.delivery().state, quiet.delivery().attempts) == ("sent", 2)
    assert len(quiet.nudges()) == 1


# -- what is found anew before it is tried again


def test_what_was_touched_before_it_is_tried_again_is_not_sent(quiet: Office) -> None:
    with failing(quiet.slack, POST, "drop"):
        quiet.at(MONDAY)
    quiet.touch("Acme Legal", MONDAY + timedelta(minutes=2))
    assert quiet.at(MONDAY + LEASE) == RunResult()
    assert (quiet.nudges(), quiet.delivery().state) == ([], "nothing")


def test_of_two_partners_only_the_one_that_still_needs_it_is_told(quiet: Office) -> None:
    quiet.partner("Béla Söhne")
    with failing(quiet.slack, POST, "503"):
        quiet.at(MONDAY)
    quiet.touch("Acme Legal", MONDAY + timedelta(minutes=2))
    assert quiet.at(MONDAY + LEASE) == RunResult(nudges=1)
    assert quiet.told() == [{"Béla Söhne"}]


def test_a_partner_that_was_paused_or_snoozed_since_is_not_told(quiet: Office) -> None:
    snoozed, paused = quiet.partner("Snoozed"), quiet.partner("Paused")
    with failing(quiet.slack, POST, "503"):
        quiet.at(MONDAY)
    snooze(quiet.engine, quiet.caller(), snoozed, 3)
    pause(quiet.engine, quiet.caller(), paused, None, None)
    quiet.at(MONDAY + LEASE)
    assert quiet.told() == [{"Acme Legal"}]


def test_what_a_retry_told_is_not_told_again_the_next_day(quiet: Office) -> None:
    with failing(quiet.slack, POST, "503"):
        quiet.at(MONDAY)
    assert quiet.at(MONDAY + LEASE) == RunResult(nudges=1)
    assert quiet.at(MONDAY + DAY) == RunResult()


# -- when its time has passed


def test_a_nudge_is_not_tried_again_in_quiet_hours(quiet: Office) -> None:
    evening = datetime(2026, 11, 23, 19, 58, tzinfo=UTC)
    with failing(quiet.slack, POST, "503"):
        quiet.at(evening)
    for n in range(1, 12 * 4):
        assert quiet.at(evening + n * timedelta(minutes=15)).nudges == 0
    assert quiet.nudges() == []


def test_a_nudge_is_not_tried_again_on_a_day_off(quiet: Office) -> None:
    quiet.partner("Béla Söhne")
    friday = datetime(2026, 11, 27, 19, 30, tzinfo=UTC)
    with failing(quiet.slack, POST, "503"):
        quiet.at(friday)
    for n in range(1, 60):
        quiet.at(friday + n * timedelta(hours=1))
    assert quiet.nudges() == []
    assert quiet.at(datetime(2026, 11, 30, 9, tzinfo=UTC)) == RunResult(nudges=1)


def test_a_nudge_whose_day_has_passed_gives_way_to_the_next_days(quiet: Office) -> None:
    """Tend was away from Monday to Wednesday: one message tells all, not one for each day."""
    with failing(quiet.slack, POST, "503"):
        quiet.at(MONDAY)
    assert quiet.at(MONDAY + DAY) == RunResult(nudges=1)
    assert quiet.at(MONDAY + DAY + LEASE) == RunResult()
    assert quiet.told() == [{"Acme Legal"}]
    assert {row.period: row.state for row in quiet.all_deliveries()} == {"2026-11-23": "failed", "2026-11-24": "sent"}


def test_a_nudge_that_was_posted_without_an_answer_is_not_told_again_the_next_day(quiet: Office) -> None:
    quiet.slack.world.faults.add(POST, "drop", after_effect=True)
    quiet.at(MONDAY)
    assert quiet.at(MONDAY + DAY).problems == ()
    assert len(quiet.nudges()) == 1
    assert {row.period: row.state for row in quiet.all_deliveries()}["2026-11-23"] == "sent"


def test_a_digest_whose_week_has_passed_gives_way_to_the_next(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", None)
    with failing(office.slack, POST, "503"):
        office.at(MONDAY)
    assert office.at(MONDAY + 7 * DAY) == RunResult(digests=1)
    assert len(office.digests()) == 1
    assert {row.period: row.state for row in office.all_deliveries()} == {"2026-11-23": "failed", "2026-11-30": "sent"}


def test_a_digest_that_is_tried_again_the_next_day_says_that_it_is_late(office: Office) -> None:
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", None)
    with failing(office.slack, POST, "503"):
        office.at(MONDAY)
    assert office.at(MONDAY + 2 * DAY) == RunResult(digests=1)
    assert "sent late" in office.digests()[0].visible_text


def test_one_owner_in_trouble_keeps_neither_the_others_nor_the_digest_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even if what goes wrong is ours."""
    office.settle(digest_channel="C1")
    office.partner("Of ana", since=date(2026, 9, 1))
    office.partner("Of ben", "U2")
    message = compose.nudge_message

    def broken(found: Any) -> Any:
        if found.owner == "U1":
            raise ZeroDivisionError
        return message(found)

    with monkeypatch.context() as patched:
        patched.setattr(compose, "nudge_message", broken)
        done = office.at(MONDAY + timedelta(hours=6))
    assert (done.nudges, done.digests, len(done.problems)) == (1, 1, 1)
    assert office.at(MONDAY + timedelta(hours=6, minutes=1)) == RunResult(nudges=1)


@pytest.mark.parametrize(
    "code", sorted(FINAL_ERRORS - {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
)
def test_a_refusal_that_stays_is_final(quiet: Office, code: str) -> None:
    quiet.slack.world.faults.add(POST, code)
    quiet.at(MONDAY)
    assert quiet.delivery("nudge").state == "failed"
