"""What a pass forgets, counts and says of a message to Slack."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.actions.activity.promises import mark_promise_kept
from bot.notifications.due_times import next_check_at
from bot.notifications.send import RunResult
from bot.process.log_config import configure_logging
from storage.db.engine import reading, writing
from storage.tables import SeenRequest
from storage.workspaces import seen_requests
from tests.cli.conftest import process_as_it_was
from tests.notifications.office import LEASE, MONDAY, Office, failing
from tests.notifications.test_due import TEAM

__all__ = ["process_as_it_was"]

DAY = timedelta(days=1)


def test_a_promise_that_was_kept_and_another_that_is_late_are_two_things_to_tell(office: Office) -> None:
    """Within a fortnight the second is new: the first was seen to be gone."""
    acme = office.partner("Acme Legal", cadence_days=400)
    step = office.promised(acme, "send the deck", date(2026, 11, 20))
    assert office.at(MONDAY) == RunResult(nudges=1)
    mark_promise_kept(office.engine, office.caller(), step)
    assert office.at(MONDAY + DAY) == RunResult()
    office.promised(acme, "send the contract", date(2026, 11, 24))
    assert office.at(MONDAY + 2 * DAY) == RunResult(nudges=1)
    assert (
        "send the contract" in office.nudges()[-1].visible_text
        or "send the contract" in office.nudges()[0].visible_text
    )


def test_nothing_is_unfolded_in_what_is_posted(office: Office) -> None:
    """Neither links nor media: a nudge is as long as what it says."""
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", since=date(2026, 8, 1))
    office.at(MONDAY)
    posted = office.slack.world.calls_to("chat.postMessage")
    assert len(posted) == 2
    for call in posted:
        assert (call.args["unfurl_links"], call.args["unfurl_media"]) in (
            (False, False),
            ("0", "0"),
            ("false", "false"),
        )


def test_requests_that_slack_no_longer_repeats_are_forgotten(office: Office) -> None:
    office.partner("Acme Legal")
    with writing(office.engine) as session:
        for days in (2, 4):
            seen_requests.claim_key(session, workspace_id=office.team.id, key=f"{days} days", now=MONDAY - days * DAY)
    office.at(MONDAY)
    with reading(office.engine) as session:
        assert list(session.exec(select(SeenRequest.key))) == ["2 days"]


def test_a_workspace_is_looked_at_when_its_day_begins() -> None:
    """Pauses end then."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert next_check_at(TEAM, [], noon, at_most=3 * DAY) == datetime(2026, 11, 24, tzinfo=UTC)


def test_passes_add_up() -> None:
    done = RunResult(1, 2, ("one",)) + RunResult(3, 4, ("two",), is_slack_slow=True)
    assert done == RunResult(4, 6, ("one", "two"), is_slack_slow=True)
    assert RunResult(digests=1) + RunResult() == RunResult() + RunResult(digests=1) == RunResult(digests=1)


def test_the_log_says_which_delivery_of_which_workspace_is_not_out(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.partner("Acme Legal")
    configure_logging(office.houses[0].settings.model_copy(update={"log_format": "json"}))
    with failing(office.slack, "chat.postMessage", "is_archived"):
        office.at(MONDAY)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [line for line in lines if "is not out" in line["message"]]
    assert (line["workspace"], line["delivery"]) == (office.team.id, office.delivery().id)


def test_a_nudge_that_went_out_mends_no_digest(office: Office) -> None:
    """Stewards go on hearing of it."""
    office.settle(digest_channel="CSHARED")
    office.partner("Acme Legal")
    done = office.at(MONDAY)
    assert done.problems == ("digest: the channel is shared with another organisation; choose an internal one",)
    office.partner("Béla Söhne")
    assert office.at(MONDAY + DAY).nudges == 1
    assert office.team.digest_problem is not None


def test_what_had_nothing_to_say_any_more_is_counted(office: Office) -> None:
    office.partner("Acme Legal")
    counted = office.houses[0].metrics.deliveries.labels("nudge", "nothing")
    office.slack.world.faults.add("chat.postMessage", "is_archived")
    office.at(MONDAY)
    office.touch("Acme Legal", MONDAY + LEASE)
    assert office.at(MONDAY + LEASE) == RunResult()
    assert office.nudges() == []
    assert counted._value.get() == 1


def test_workspaces_are_looked_at_again_at_different_times() -> None:
    """Between half of the time and all of it, so that thousands are not looked at at once."""
    now = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    at_most = timedelta(hours=1)
    waits = [next_check_at(replace(TEAM, id=id), [], now, at_most=at_most) - now for id in range(1, 61)]
    assert len(set(waits)) == 60
    assert at_most / 2 <= min(waits) < max(waits) < at_most
    assert next_check_at(replace(TEAM, id=10**9), [], now, at_most=at_most) - now < at_most
