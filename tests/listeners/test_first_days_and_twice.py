"""Promises for today, and forms that come twice, or without what they ask for."""

from dataclasses import replace

from storage.tables import ChannelLink, NextStep
from tests.listeners.office import ANA, TODAY, Office, only_answer
from tests.listeners.test_channels import SHARED


def test_a_step_may_be_planned_for_today_and_is_planned_once(office: Office) -> None:
    """Slack sends a form again when it heard no answer."""
    office.rate(office.partner("Could"), 5)
    form = office.press(office.told("/partner candidates"), "plan_step").view
    assert form is not None
    told = only_answer(office.submit(form, what="Lunch", due_on=TODAY))
    assert "has a next step: Lunch by today" in told.visible_text
    office.again()
    step = office.row(NextStep)
    assert (step.what, step.due_on) == ("Lunch", TODAY)


def test_a_touch_may_promise_something_for_its_own_day(office: Office) -> None:
    office.partner()
    office.told("/touch Acme Legal call about rates on 2026-11-20 next: send the deck by 2026-11-20")
    office.told("/touch Acme Legal call next: send it again by today")
    assert [step.due_on.isoformat() for step in office.rows(NextStep) if step.due_on] == ["2026-11-20", "2026-11-23"]


def test_an_unknown_partner_is_not_told_as_a_missing_verb(office: Office) -> None:
    office.partner()
    for line in ("/touch Nobody call hello", "/event Nobody Fair", "/referral Nobody Northwind", "/trust Nobody 4"):
        assert "What to do goes first" not in office.told(line).visible_text
    assert "What to do goes first" in office.told("/partner Nobody explain").visible_text


def test_a_link_without_a_channel_is_asked_for_one(office: Office) -> None:
    """Slack's client does not send it; who sends it all the same links nothing."""
    office.slack.world.add_channel(SHARED, "acme-shared", is_ext_shared=True, members=[ANA])
    office.partner()
    form = office.asked(f"/partner link Acme Legal <#{SHARED}|x>")
    office.submit(form)
    delivery, _ = office.heard.pairs[-1]
    view = dict(delivery.payload["view"])
    view["state"] = {"values": {}}
    before = len(office.rows(ChannelLink))
    answer = office.heard.send(replace(delivery, payload={**delivery.payload, "view": view}))
    assert answer.body == {"response_action": "errors", "errors": {"channel": "Choose a channel."}}
    assert len(office.rows(ChannelLink)) == before
