"""What comes late, or twice: nothing is recorded of which Slack has said that it failed, and nothing again."""

import pytest

import bot.app
from storage.db.deadline import TooLate, deadline
from storage.db.engine import writing
from storage.tables import Activity, Partner
from tests.listeners.office import ANA, Office, only_answer


def test_a_command_for_which_slack_takes_too_long_records_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says so, in time. It is recorded when it is typed again."""
    office.partner()
    monkeypatch.setattr(bot.app, "ANSWER_SECONDS", 0.2)
    office.slack.world.faults.add("users.info", "latency", seconds=1)
    before = office.records()
    assert "Nothing was recorded" in office.told("/touch Acme Legal call").visible_text
    assert office.records() == before
    monkeypatch.setattr(bot.app, "ANSWER_SECONDS", 60)
    office.told("/touch Acme Legal call")
    assert len(office.rows(Activity)) == 1


def test_what_takes_too_long_otherwise_is_not_recorded_either(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.partner()
    office.told("/tend")
    monkeypatch.setattr(bot.app, "ANSWER_SECONDS", 0.0)
    before = office.records()
    assert "took too long" in office.told("/touch Acme Legal call").visible_text
    assert "Nothing was recorded" in office.told("/touch Acme Legal call").visible_text
    assert office.records() == before


def test_a_form_that_is_late_stays_open_and_is_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.partner()
    form = office.asked("/touch")
    monkeypatch.setattr(bot.app, "ANSWER_SECONDS", 0.0)
    seen = office.submit(form, partner="Acme Legal")
    assert "took too long" in str(seen.errors)
    assert office.rows(Activity) == []
    monkeypatch.setattr(bot.app, "ANSWER_SECONDS", 60)
    office.submit(form, partner="Acme Legal")
    assert len(office.rows(Activity)) == 1


def test_a_button_has_its_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered at an address that lives for half an hour."""
    office.partner()
    answer = office.told("/touch Acme Legal call")
    monkeypatch.setattr(bot.app, "ANSWER_SECONDS", 0.0)
    office.press(answer, "undo_activity")
    assert office.row(Activity).voided_by == ANA


def test_nothing_is_committed_after_the_hour(office: Office) -> None:
    with deadline(60, answer_within=0), pytest.raises(TooLate), writing(office.engine) as session:
        session.add(
            Partner(workspace_id=1, name="x", since_on=office.clock().date(), created_at=office.clock(), created_by=ANA)
        )
    assert office.rows(Partner) == []


@pytest.mark.parametrize(
    "line",
    [
        "/touch Acme Legal call",
        "/trust Acme Legal 4",
        "/partner issue Acme Legal late",
        "/partner add Zenith",
        "/partner cost Acme Legal 2h lunch",
        "/partner pause Acme Legal",
    ],
)
def test_a_command_that_is_sent_again_is_done_once(office: Office, line: str) -> None:
    """Slack repeats none, but whoever got hold of a signed one could, for five minutes."""
    office.partner()
    office.told(line)
    before = office.records()
    shown = len(office.slack.ephemerals(ANA))
    assert office.again().status == 200
    assert office.records() == before
    assert len(office.slack.ephemerals(ANA)) == shown


def test_a_click_that_is_sent_again_is_done_once(office: Office) -> None:
    """Sent again, it would take back what was said since; who presses the same button again means it."""
    office.partner()
    answer = office.told("/referral from Acme Legal Northwind")
    office.press(answer, "outcome", value="1:met")
    click = office.heard.pairs[-1][0]
    office.press(answer, "outcome", value="1:lost")
    before = office.records()
    assert office.heard.send(click).status == 200
    assert office.records() == before
    office.press(answer, "outcome", value="1:met")
    assert office.row(Activity).outcome == "met"


def test_who_types_a_command_twice_means_it_twice(office: Office) -> None:
    office.partner()
    office.told("/touch Acme Legal call")
    office.told("/touch Acme Legal call")
    assert len(office.rows(Activity)) == 2
    assert only_answer(office.types("/partner list")) is not None
