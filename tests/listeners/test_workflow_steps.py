"""Tend's steps in Workflow Builder: for whoever ran the workflow, once, and told to them alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.actions.caller import Caller
from bot.actions.partners import edit
from bot.fake_slack import FakeSlackError
from bot.fake_slack.state.steps import StepExecution
from bot.slack.manifest import build_manifest
from scoring.vocabulary import Direction, Kind
from storage.tables import Activity
from tests.listeners.office import ANA, BOB, GONE, GUEST, ROBOT, STRANGER, TODAY, Office

REFERRAL, TOUCH, NEEDS = "record_referral", "log_touch", "who_needs_us"
LEAD = {"partner": "acme legal", "lead": "Northwind Foods"}


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    id = office.partner("Acme Legal", owner=ANA, since=date(2025, 1, 1))
    office.told("/trust Acme Legal 3", ANA)
    return id


def told(office: Office, user: str = ANA) -> str:
    """The last message in somebody's DM."""
    return office.slack.dm(user)[-1].visible_text


def begun(office: Office, step: str = REFERRAL) -> StepExecution:
    return office.slack.new_execution(step)


def test_a_referral_is_recorded_by_whoever_ran_the_workflow(office: Office, acme: int) -> None:
    execution = office.slack.run_step(BOB, REFERRAL, **LEAD, value="5,000", day="2026-11-20")
    assert execution.outputs == {"partner": "Acme Legal"}
    row = office.row(Activity)
    assert (row.partner_id, row.kind, row.title, row.recorded_by) == (acme, Kind.REFERRAL, "Northwind Foods", BOB)
    assert (row.direction, row.value_minor, row.occurred_on) == (Direction.IN, 500_000, date(2026, 11, 20))
    assert "Northwind Foods" in told(office, BOB)
    assert "From a workflow that you ran." in told(office, BOB)
    assert office.slack.dm(ANA) == []


def test_a_referral_to_them_and_touches_of_each_kind(office: Office) -> None:
    office.slack.run_step(ANA, REFERRAL, **LEAD, direction="to")
    for kind in ("meeting", "call", "mail", "collaboration", "cross_promotion"):
        office.slack.run_step(ANA, TOUCH, partner="Acme Legal", note=f"A {kind} &amp; more", kind=kind)
    lead, *touches = office.rows(Activity)
    assert lead.direction == Direction.OUT
    assert [(row.kind, row.medium) for row in touches] == [
        ("meeting", "meeting"), ("meeting", "call"), ("meeting", "mail"), ("collaboration", None),
        ("cross_promotion", None),
    ]  # fmt: skip
    assert touches[1].title == "A call & more"
    assert {row.occurred_on for row in touches} == {TODAY}


def test_what_only_looks_like_an_entity_is_recorded_as_typed(office: Office) -> None:
    office.slack.run_step(ANA, TOUCH, partner="Acme Legal", note="Plan&notes of R&amp;D &lt;draft&gt;")
    assert office.row(Activity).title == "Plan&notes of R&D <draft>"


def test_it_can_be_undone_and_the_history_says_that_a_workflow_did_it(office: Office) -> None:
    office.slack.run_step(ANA, REFERRAL, **LEAD)
    more = office.press_label(office.told("/partner show Acme Legal"), "More").ephemerals[-1]
    seen = office.press_label(more, "History")
    assert "Northwind Foods: *Recorded*: by a workflow" in seen.visible_text
    undone = office.press_label(office.slack.dm(ANA)[-1], "Undo")
    assert "Undone" in undone.visible_text or "undone" in undone.visible_text
    assert office.row(Activity).voided_at is not None


def test_who_needs_whom_is_told_to_them_alone(office: Office) -> None:
    office.clock.now += timedelta(days=45)
    execution = office.slack.run_step(ANA, NEEDS)
    assert execution.outputs == {"partners": 1}
    assert "Acme Legal" in told(office)
    assert office.slack.run_step(BOB, NEEDS).outputs == {"partners": 0}
    assert "None of your partners needs you today" in told(office, BOB)


def test_only_members_run_them(office: Office) -> None:
    refusals = {
        GUEST: "Guests can't use Tend", STRANGER: "Only people from the organis", GONE: "deactivated", ROBOT: "Bots",
    }  # fmt: skip
    for user, words in refusals.items():
        for step, inputs in ((REFERRAL, LEAD), (TOUCH, {"partner": "Acme Legal", "note": "x"}), (NEEDS, {})):
            execution = office.slack.run_step(user, step, **inputs)
            assert execution.outputs is None
            assert words in (execution.error or "")
        assert office.slack.dm(user) == []
    assert office.rows(Activity) == []


WRONG = (
    ({"partner": "Acme Legl"}, "partner called “Acme Legl”. Did you mean Acme Legal?"),
    ({"partner": "Zenith"}, "There is no partner called “Zenith”. Add it in Slack first."),
    ({"partner": " "}, "Say which partner it is."),
    ({"lead": "  "}, "Say who was referred."),
    ({"value": "lots"}, "lots"),
    ({"day": "1066-10-14"}, "Choose a day between 1970 and two years ahead."),
    ({"lead": "x" * 4000}, "characters"),
)


def test_what_is_wrong_is_said_to_the_workflow(office: Office) -> None:
    for inputs, words in WRONG:
        error = office.slack.run_step(ANA, REFERRAL, **(LEAD | inputs)).error or ""
        assert words in error
        assert error.endswith("Nothing was recorded.")
    assert office.rows(Activity) == []
    assert office.slack.dm(ANA) == []


def test_without_a_person_nothing_is_done(office: Office) -> None:
    execution = begun(office)
    inner: dict[str, Any] = {
        "type": "function_executed", "function": {"callback_id": REFERRAL}, "inputs": {**LEAD, "person": "U0ANA"},
        "function_execution_id": execution.id, "bot_access_token": execution.token,
    }  # fmt: skip
    assert office.slack.event(inner).ok
    assert "Slack did not say who ran this workflow" in (execution.error or "")
    assert office.rows(Activity) == []


def test_a_step_that_is_not_ours_fails_in_words(office: Office) -> None:
    execution = begun(office)
    inner: dict[str, Any] = {
        "type": "function_executed", "function": {"callback_id": "else"}, "inputs": {"person": {"id": ANA}},
        "function_execution_id": execution.id, "bot_access_token": execution.token,
    }  # fmt: skip
    assert office.slack.event(inner).ok
    assert "has no such step" in (execution.error or "")


def test_an_event_that_comes_again_is_the_same_act(office: Office) -> None:
    """Slack repeats an event with its id; another event of the same execution is the same, too."""
    execution = begun(office)
    assert office.slack.execute(execution, ANA, event_id="Ev1", **LEAD).ok
    assert office.slack.execute(execution, ANA, event_id="Ev1", retry_num=1, **LEAD).status == 503
    office.clock.forward(minutes=1)
    assert office.slack.execute(execution, ANA, event_id="Ev1", retry_num=2, **LEAD).ok
    assert office.slack.execute(execution, ANA, event_id="Ev2", **LEAD).ok
    assert len(office.rows(Activity)) == len(office.slack.dm(ANA)) == 1
    assert execution.outputs == {"partner": "Acme Legal"}


@pytest.mark.parametrize(
    ("method", "after_effect"),
    [
        ("conversations.open", False),
        ("chat.postMessage", False),
        ("chat.postMessage", True),
        ("functions.completeSuccess", False),
        ("functions.completeSuccess", True),
    ],
)
def test_what_breaks_off_is_finished_when_slack_asks_again(office: Office, method: str, after_effect: bool) -> None:
    """Recorded once, told once, and ended, wherever the first try was cut off."""
    steps: list[tuple[str, dict[str, Any]]] = [
        (NEEDS, {}), (TOUCH, {"partner": "Acme Legal", "note": "Lunch"}), (REFERRAL, LEAD),
    ]  # fmt: skip
    for number, (step, inputs) in enumerate(steps):
        execution = begun(office, step)
        office.slack.world.faults.add(method, "drop", times=None, after_effect=after_effect)
        assert office.slack.execute(execution, ANA, event_id=step, **inputs).status == 503
        office.slack.world.faults.clear()
        office.clock.forward(minutes=1)
        assert office.slack.execute(execution, ANA, event_id=step, retry_num=2, **inputs).ok
        assert execution.outputs is not None
        assert len(office.slack.dm(ANA)) == number + 1
        assert len(office.rows(Activity)) == number
    if method == "conversations.open":
        assert "To undo it, write" in told(office)
        office.slack.direct_message(ANA, "undo")
        assert office.rows(Activity)[-1].voided_at is not None


def test_a_partner_that_was_renamed_meanwhile_was_recorded_all_the_same(office: Office, acme: int) -> None:
    execution = begun(office)
    office.slack.world.faults.add("conversations.open", "drop")
    assert office.slack.execute(execution, ANA, event_id="Ev1", **LEAD).status == 503
    (team,) = office.services.workspaces.teams()
    owner = Caller(team, ANA, office.clock())
    for values in ({"name": "Zenith"}, {"aliases": ()}):  # the old name stays until it is taken out
        edit.edit_partner(office.engine, owner, acme, values)
    office.clock.forward(minutes=1)
    assert office.slack.execute(execution, ANA, event_id="Ev1", retry_num=2, **LEAD).ok
    assert execution.outputs == {"partner": "acme legal"}
    assert len(office.rows(Activity)) == len(office.slack.dm(ANA)) == 1


def test_a_dm_that_can_not_be_opened_does_not_stop_the_workflow(office: Office) -> None:
    office.slack.world.faults.add("conversations.open", "cannot_dm_bot", times=None)
    assert office.slack.run_step(ANA, REFERRAL, **LEAD).outputs == {"partner": "Acme Legal"}
    assert len(office.rows(Activity)) == 1


def test_a_workspace_without_tend_is_told_so(office: Office) -> None:
    other = office.slack.neighbour("T0OTHER")
    other.install(build_manifest(steps=True))
    other.world.add_person(ANA, "ana")
    other.link = office.slack.link
    execution = other.run_step(ANA, REFERRAL, **LEAD)
    assert "not installed" in (execution.error or "")
    assert office.rows(Activity) == []


def test_the_manifest_has_them_only_when_asked_for(office: Office) -> None:
    plain, wanted = build_manifest(), build_manifest(steps=True)
    assert "functions" not in plain
    assert plain["settings"]["org_deploy_enabled"] is False
    assert set(wanted["functions"]) == {REFERRAL, TOUCH, NEEDS}
    for step in wanted["functions"].values():
        assert step["input_parameters"]["person"]["type"] == "slack#/types/user_context"
        assert step["input_parameters"]["person"]["is_required"]
    with pytest.raises(FakeSlackError, match="no step"):
        office.slack.run_step(ANA, "nothing")
    with pytest.raises(FakeSlackError, match="lead is required"):
        office.slack.run_step(ANA, REFERRAL, partner="Acme Legal")
