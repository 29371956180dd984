"""Nothing that judges a partner stands where the partner's people read it: asked at every post, not once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.notifications.send import RunResult
from tests.notifications.office import LEASE, MONDAY, Office, failing

DAY = timedelta(days=1)
POST = "chat.postMessage"
SHARED: dict[str, dict[str, Any]] = {
    "shared": {"is_ext_shared": True},
    "about to be shared": {"is_pending_ext_shared": True},
    "private and shared": {"is_ext_shared": True, "is_private": True},
    "private and about to be shared": {"is_pending_ext_shared": True, "is_private": True},
}
turned = pytest.mark.parametrize("how", SHARED.values(), ids=SHARED)


# One way of each kind at every run; all ways with each other where there is time.
@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["public", "private"])
def weekly(request: pytest.FixtureRequest, office: Office) -> Office:
    """An office with news for its digest, in a channel of our own."""
    office.slack.world.add_channel("C1", "partners", members=["U1"], is_private=request.param)
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", None, since=date(2026, 9, 1))
    return office


def turn(office: Office, **how: Any) -> None:
    office.slack.world.add_channel("C1", "partners", members=["U1"], **how)


@turned
def test_a_channel_that_was_shared_between_two_digests_gets_no_second_one(weekly: Office, how: dict[str, Any]) -> None:
    """And the one after it is posted again when it is our own once more."""
    assert weekly.at(MONDAY).digests == 1
    turn(weekly, **how)
    for hours in range(0, 48, 7):
        assert weekly.at(MONDAY + 7 * DAY + timedelta(hours=hours)).digests == 0
    assert len(weekly.digests()) == 1
    turn(weekly)
    assert weekly.at(MONDAY + 14 * DAY).digests == 1


@turned
def test_a_channel_that_is_shared_after_the_claim_gets_none(weekly: Office, how: dict[str, Any]) -> None:
    """What was said when it was claimed does not count at the post."""
    engine = weekly.houses[0].engine

    def claimed(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO delivery"):
            turn(weekly, **how)

    event.listen(engine, "after_cursor_execute", claimed)
    try:
        assert weekly.at(MONDAY).digests == 0
    finally:
        event.remove(engine, "after_cursor_execute", claimed)
    assert weekly.delivery("digest").state == "retry"
    assert weekly.digests() == []


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        pytest.param(SHARED[how], fault, id=f"{how}-{fault}", marks=() if how == "shared" else pytest.mark.slow)
        for how in SHARED
        for fault in ("503", "drop", "ratelimited")
    ],
)
def test_a_channel_that_is_shared_before_the_retry_gets_none(weekly: Office, how: dict[str, Any], fault: str) -> None:
    """However often it is tried again, by this process or another."""
    with failing(weekly.slack, POST, fault):
        assert weekly.at(MONDAY).digests == 0
    turn(weekly, **how)
    other = weekly.services()
    for n in range(1, 20):
        assert weekly.at(MONDAY + n * 4 * LEASE, services=other if n % 2 else None).digests == 0
    assert weekly.digests() == []


@turned
def test_one_that_got_there_before_the_channel_was_shared_is_not_posted_again(
    weekly: Office, how: dict[str, Any]
) -> None:
    """The answer was lost: the channel's history tells, and that is all."""
    weekly.slack.world.faults.add(POST, "drop", after_effect=True)
    weekly.at(MONDAY)
    turn(weekly, **how)
    for n in range(1, 9):
        weekly.at(MONDAY + n * LEASE)
    assert len(weekly.digests()) == 1


def test_where_slack_does_not_tell_whose_channel_it_is_nothing_is_posted(weekly: Office) -> None:
    """Until it does."""
    with failing(weekly.slack, "conversations.info", "internal_error"):
        assert weekly.at(MONDAY).digests == 0
        assert weekly.at(MONDAY + LEASE).digests == 0
    assert weekly.digests() == []
    assert weekly.at(MONDAY + 4 * LEASE) == RunResult(digests=1)


def test_each_digest_is_preceded_by_its_own_question(weekly: Office) -> None:
    """As many questions as posts, each right before its post."""
    for week in range(3):
        weekly.at(MONDAY + 7 * week * DAY)
    calls = [call.method for call in weekly.slack.world.calls if call.method in (POST, "conversations.info")]
    assert calls == ["conversations.info", POST] * 3


def test_an_owner_of_another_organisation_is_told_nothing(office: Office) -> None:
    """Not even of the partner that somebody gave into their hands."""
    office.slack.world.add_person("USTRANGER", "stranger", is_stranger=True)
    office.partner("Acme Legal", "USTRANGER")
    for hours in range(0, 30, 3):
        office.at(MONDAY + timedelta(hours=hours))
    assert office.nudges("USTRANGER") == []
