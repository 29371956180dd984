"""All partners by what they could become, what they bring, and what they take."""

from datetime import date, timedelta

import pytest

from storage.db.engine import writing
from storage.ledger import costs
from storage.tables import NextStep
from storage.workspaces import workspaces
from tests.actions.viewing import OLD, changes, joint, partner, pressed, won
from tests.listeners.office import ANA, TODAY, Office, first_values, labels, only_answer


def test_row_27_candidates_and_the_share_as_measured(office: Office) -> None:
    """High trust and little done: a next step is planned, and is a promise from then on."""
    close = office.partner("Close", since=OLD)
    could = office.partner("Could", since=OLD)
    risky = office.partner("Risky", since=OLD)
    for name in ("Usual", "Other"):
        joint(office, office.partner(name, since=OLD), 2)
    joint(office, close, 5)
    joint(office, risky, 4)
    joint(office, could, 1)
    for id, level in ((close, 5), (could, 4), (risky, 2)):
        office.rate(id, level)
    shown = office.told("/partner candidates")
    for part in (
        "Trusted partnerships: 1 of 5, 20%",
        "1 candidate, 1 without a next step",
        "*Could* · trust 4 · 1 activity\nNo next step",
        "1 at risk",
        "*Risky* · trust 2 · 4 activities",
        "Trusted: *Close*",
    ):
        assert part in shown.visible_text
    form = pressed(office, shown, "plan_step", str(could)).view
    said = only_answer(office.submit(form, what="Lunch with two customers", due_on=TODAY + timedelta(9)))
    assert "*Could* has a next step: Lunch with two customers by 2 Dec" in said.visible_text
    step = office.row(NextStep)
    assert (step.what, step.due_on, step.promised_by) == ("Lunch with two customers", date(2026, 12, 2), ANA)
    assert ("partner", "next step", "Lunch with two customers, by 2 Dec 2026") in changes(office)
    words = office.told("/partner candidates").visible_text
    assert "1 candidate, 0 without a next step" in words
    assert "Next: Lunch with two customers by 2 Dec" in words


@pytest.mark.parametrize("off", [-1, 732])
def test_a_step_is_planned_for_a_day_to_come(office: Office, off: int) -> None:
    could = office.partner("Could", since=OLD)
    office.rate(could, 5)
    form = office.press(office.told("/partner candidates"), "plan_step").view
    assert form is not None
    seen = office.submit(form, what="Lunch", due_on=TODAY + timedelta(off))
    assert seen.errors == {"due_on": "Choose a day from today up to two years ahead."}
    assert office.rows(NextStep) == []


def test_no_share_of_trusted_partners_is_assumed(office: Office) -> None:
    for place in range(4):
        office.rate(office.partner(f"P{place}", since=OLD), 3)
    assert "Trusted partnerships: 0 of 4, 0%" in office.told("/partner candidates").visible_text


def test_row_29_concentration_alarms_and_asks_for_a_plan(office: Office) -> None:
    big = office.partner("Big", since=OLD)
    won(office, big, 4000)
    for name, pounds in (("Mid", 3000), ("Low", 2000), ("Tiny", 1000)):
        won(office, office.partner(name, since=OLD), pounds)
    shown = office.told("/partner concentration")
    for part in (
        "The top partner brings 40% of the value won, the top three 90%",
        "1 at 40% or more* of £10,000 in 12 months",
        "*Big*: there is no plan yet",
        "*Mid* · 30% · £3,000",
    ):
        assert part in shown.visible_text
    form = office.press_label(shown, "Write the plan").view
    assert form is not None
    assert "*Big* now has a plan" in only_answer(office.submit(form, risk_plan="Two more by spring")).visible_text
    assert ("partner", "If we lost them?", "Two more by spring") in changes(office)
    shown = office.told("/partner concentration")
    assert "*Big*: Two more by spring" in shown.visible_text
    form = office.press_label(shown, "Change the plan").view
    assert form is not None
    assert first_values(form)["risk_plan"] == "Two more by spring"


def test_row_29_the_alarm_is_the_teams_own(office: Office) -> None:
    for name in ("A", "B"):
        won(office, office.partner(name, since=OLD), 1000)
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"concentration_percent": 51})
    shown = office.told("/partner concentration")
    assert "No partner brings 51% or more" in shown.visible_text
    assert "Write the plan" not in labels(shown)


def test_row_28_effort_against_value_and_the_regulars(office: Office) -> None:
    """Each is one click from what to do: a touch for who gets too little, a longer cadence for who gets too much."""
    over, under = office.partner("Over", since=OLD), office.partner("Under", since=OLD)
    regular = office.partner("Regular", since=OLD)
    joint(office, over, 9, kind="meeting")
    joint(office, under, 1, kind="meeting")
    won(office, under, 5000)
    office.activity(regular, kind="meeting", direction="in", occurred_on=TODAY - timedelta(45))
    shown = office.told("/partner served")
    for part in (
        "1 partner underserved, 1 overserved",
        "*Under* · 10% of the effort (1 h) · 100% of the value (£5,000)",
        "*Over* · 90% of the effort (9 h) · 0% of the value (£0)",
        "Effort: 1 hour for each touch in which we did something, plus the hours from `/partner cost`.",
        "3 regular partners*, 1 quiet",
    ):
        assert part in shown.visible_text
    form = office.press_label(shown, "Speak less often").view
    assert form is not None
    assert first_values(form)["cadence_days"] == "60"  # twice the 30 of now
    assert "*Over* now has a cadence of 60 days" in only_answer(office.submit(form)).visible_text
    assert partner(office, over).cadence_days == 60
    form = pressed(office, shown, "log_touch", str(under)).view
    assert first_values(form)["partner"] == "Under"


def test_row_28_hours_that_were_written_down_are_effort(office: Office) -> None:
    acme, bolt = office.partner("Acme", since=OLD), office.partner("Bolt", since=OLD)
    joint(office, acme, 1)
    won(office, bolt, 100)
    with writing(office.engine) as session:
        costs.record(
            session,
            workspace_id=office.workspace_id,
            partner_id=acme,
            spent_on=TODAY,
            minutes=90,
            what="prep",
            by=ANA,
            now=office.clock(),
        )
    assert "*Acme* · 100% of the effort (2.5 h)" in office.told("/partner served").visible_text


def test_row_17_a_quiet_regular_is_met_without_an_opportunity(office: Office) -> None:
    idle, open_ = office.partner("Idle", since=OLD), office.partner("Open", since=OLD)
    for id in (idle, open_):
        office.activity(id, kind="meeting", direction="joint", occurred_on=TODAY - timedelta(40))
    office.activity(open_, outcome="introduced", occurred_on=TODAY - timedelta(40))
    words = office.told("/partner served").visible_text
    assert "*Idle* · last touch 40 days ago, meant to be every 30 days · nothing open: meet anyway" in words
    assert "*Open* · last touch 40 days ago, meant to be every 30 days\n" in words
