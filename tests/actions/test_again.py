"""A lead that is told again: one row, brought up to date; or another lead, once somebody says so."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions.activity import amendments, another_lead, batch, outcomes, record, undo
from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller, DuplicateRequest
from bot.errors import NotAllowed, NotFound
from bot.grammar import EventRequest, Promised, ReferralRequest, TouchRequest, TrustRequest
from scoring.vocabulary import Direction, Kind, Outcome, Promiser
from storage.tables import Activity, Amendment, AuditEntry, NextStep
from tests.listeners.office import ANA, BOB, STEVE, TODAY, Office

LEAD = ReferralRequest(partner="Acme Legal", lead="Bluebell Bakery", value=400000, occurred_on=TODAY)


def caller(office: Office, user: str = ANA, key: str | None = None, **fields: Any) -> Caller:
    """Somebody of the office, at its clock."""
    team = office.services.workspaces.teams()[0]
    return Caller(team=team, user_id=user, now=office.clock(), is_steward=user == STEVE, request_key=key, **fields)


def told(
    office: Office, request: ReferralRequest = LEAD, user: str = ANA, key: str | None = None
) -> record.RecordResult:
    return record.record_request(office.engine, caller(office, user, key), request)


def again(**fields: Any) -> ReferralRequest:
    """The same lead, told otherwise."""
    same = {"partner": "acme legal", "lead": "bluebell bakery ltd", "occurred_on": TODAY}
    return ReferralRequest(**(same | fields))


def test_an_open_lead_is_brought_up_to_date_and_counted_once(office: Office) -> None:
    office.rate(office.partner(), 3)
    first = told(office)
    office.clock.forward(days=1)
    done = told(office, again(value=600000, outcome=Outcome.WON, occurred_on=TODAY + timedelta(1)), BOB)
    row = office.row(Activity)
    assert (row.value_minor, row.outcome, row.outcome_on) == (600000, "won", TODAY + timedelta(1))
    assert (row.title, row.occurred_on, row.recorded_by) == ("Bluebell Bakery", TODAY, ANA)
    assert done.updated
    assert [(one.field, one.old, one.new) for one in done.updated.changes] == [
        ("value", "£4,000", "£6,000"),
        ("outcome", "introduced", "won"),
    ]
    assert done.before.ours.rvi == done.after.ours.rvi == first.after.ours.rvi
    assert {(one.field, one.changed_by) for one in office.rows(AuditEntry)} == {("value", BOB), ("outcome", BOB)}


def test_when_an_outcome_was_told_goes_with_it_and_back(office: Office) -> None:
    """By it a digest knows what is new; nobody is told of it as of a change."""
    office.partner()
    told(office, again(outcome=Outcome.MET))
    outcomes.set_outcome(office.engine, caller(office), office.row(Activity).id or 0, Outcome.INTRODUCED)
    before = office.row(Activity)
    assert before.outcome_at == office.clock()
    office.clock.forward(days=1)
    done = told(office, again(outcome=Outcome.WON, occurred_on=TODAY + timedelta(1)))
    assert done.updated
    assert [one.field for one in done.updated.changes] == ["outcome"]
    assert office.row(Activity).outcome_at == office.clock()
    office.clock.forward(days=1)
    amendments.undo_update(office.engine, caller(office), done.updated.id)
    assert office.row(Activity) == before


def test_the_same_line_twice_is_one_lead_and_nothing_changed(office: Office) -> None:
    office.partner()
    told(office)
    done = told(office)
    assert done.updated
    assert done.updated.changes == ()
    assert len(office.rows(Activity)) == 1
    assert office.rows(AuditEntry) == []


def test_the_same_won_line_twice_is_one_lead_too(office: Office) -> None:
    office.partner()
    won = again(value=500, outcome=Outcome.WON)
    told(office, won)
    assert told(office, won).updated
    assert len(office.rows(Activity)) == 1


def test_what_a_won_lead_is_worth_may_come_after(office: Office) -> None:
    office.partner()
    told(office, again(outcome=Outcome.WON))
    done = told(office, again(value=500, outcome=Outcome.WON))
    assert done.updated
    assert [(one.field, one.new) for one in done.updated.changes] == [("value", "£5")]
    assert told(office, again(value=600, outcome=Outcome.WON)).updated is None


@pytest.mark.parametrize("closed", [Outcome.WON, Outcome.LOST, Outcome.DECLINED])
def test_a_closed_lead_that_is_told_as_open_is_another(office: Office, closed: Outcome) -> None:
    office.partner()
    told(office, again(outcome=closed))
    assert told(office).updated is None
    assert len(office.rows(Activity)) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"direction": Direction.OUT},
        {"lead": "Bluebell Garage"},
        {"lead": None},
        {"count": 2},
        {"partner": "Other Ltd"},
    ],
)
def test_what_is_another_lead_is_counted(office: Office, other: dict[str, Any]) -> None:
    office.partner()
    office.partner("Other Ltd")
    told(office)
    assert told(office, again(**other)).updated is None
    assert len(office.rows(Activity)) == 2


def test_introduced_moves_no_lead_back_and_strategic_stays(office: Office) -> None:
    office.partner()
    told(office, again(outcome=Outcome.MET, strategic=True))
    done = told(office, again(note="They call on Monday"))
    row = office.row(Activity)
    assert (row.outcome, row.kind, row.note) == ("met", "strategic_referral", "They call on Monday")
    assert done.updated
    assert [one.field for one in done.updated.changes] == ["note"]


def test_undo_puts_back_exactly_what_it_was(office: Office) -> None:
    office.partner()
    told(office)
    before = office.row(Activity)
    done = told(office, again(value=1, outcome=Outcome.LOST, strategic=True, note="gone"))
    assert done.updated
    back = amendments.undo_update(office.engine, caller(office), done.updated.id)
    assert office.row(Activity) == before
    assert {(one.field, one.new) for one in back.changes} >= {("value", "£4,000"), ("outcome", "introduced")}
    assert amendments.undo_update(office.engine, caller(office), done.updated.id).already


def test_undo_refuses_once_somebody_changed_it_again(office: Office) -> None:
    office.partner()
    told(office)
    done = told(office, again(outcome=Outcome.MET))
    assert done.updated
    outcomes.set_outcome(office.engine, caller(office, BOB), done.entry.id, Outcome.WON)
    before = office.records()
    with pytest.raises(NotAllowed, match="changed it again since"):
        amendments.undo_update(office.engine, caller(office), done.updated.id)
    assert office.records() == before


def test_only_who_updated_it_or_a_steward_undoes_it(office: Office) -> None:
    office.partner()
    told(office)
    done = told(office, again(outcome=Outcome.MET))
    assert done.updated
    with pytest.raises(NotAllowed):
        amendments.undo_update(office.engine, caller(office, BOB), done.updated.id)
    assert not amendments.undo_update(office.engine, caller(office, STEVE), done.updated.id).already


def test_nobody_undoes_what_was_voided_or_what_is_elsewhere(office: Office) -> None:
    office.partner()
    told(office)
    done = told(office, again(outcome=Outcome.MET))
    assert done.updated
    undo.undo_activity(office.engine, caller(office), done.entry.id)
    with pytest.raises(NotAllowed, match="undone since"):
        amendments.undo_update(office.engine, caller(office), done.updated.id)
    with pytest.raises(NotFound):
        amendments.undo_update(office.engine, caller(office), 999)


def test_it_is_another_lead_exactly_once(office: Office) -> None:
    office.partner()
    told(office)
    before = office.row(Activity)
    done = told(office, again(value=9, outcome=Outcome.WON, note="the second shop"))
    assert done.updated
    other = another_lead.record_as_another(office.engine, caller(office), done.updated.id)
    first, second = office.rows(Activity)
    assert first == before
    assert (second.title, second.value_minor, second.outcome, second.note) == (
        "bluebell bakery ltd",
        9,
        "won",
        "the second shop",
    )
    assert (other.entry.id, other.is_duplicate, other.updated) == (second.id, False, None)
    twice = another_lead.record_as_another(office.engine, caller(office), done.updated.id)
    assert (twice.entry.id, twice.is_duplicate) == (second.id, True)
    assert len(office.rows(Activity)) == 2


def test_a_request_that_comes_twice_updates_once(office: Office) -> None:
    office.partner()
    told(office)
    told(office, again(outcome=Outcome.MET), key="k")
    with pytest.raises(DuplicateRequest):
        told(office, again(outcome=Outcome.MET), key="k")
    assert len(office.rows(Amendment)) == 1


def test_several_records_are_all_or_none(office: Office) -> None:
    office.rate(office.partner(), 3)
    office.partner("Other Ltd")
    lines = [
        ReferralRequest(partner="Acme Legal", lead="A", count=2, occurred_on=TODAY),
        EventRequest(partner="Other Ltd", title="Breakfast", occurred_on=TODAY),
        TouchRequest(partner="Acme Legal", note="call", occurred_on=TODAY),
        TrustRequest(partner="Other Ltd", level=4),
    ]
    with pytest.raises(NotFound):
        batch.record_several(office.engine, caller(office), [*lines, TrustRequest(partner="Nobody", level=1)])
    assert office.rows(Activity) == []
    done = batch.record_several(office.engine, caller(office, key="k"), lines)
    assert [one.partner for one in done] == ["Acme Legal", "Other Ltd", "Acme Legal", "Other Ltd"]
    assert done[0].after == done[2].before
    assert [(row.kind, row.count) for row in office.rows(Activity)] == [("referral", 2), ("event", 1), ("meeting", 1)]
    with pytest.raises(DuplicateRequest):
        batch.record_several(office.engine, caller(office, key="k"), lines)
    assert len(office.rows(Activity)) == 3


def test_several_promises_of_both_sides_with_one_touch(office: Office) -> None:
    office.partner()
    made = (
        Promised(what="send the deck", due_on=TODAY),
        Promised(what="the list of guests", side=Promiser.THEM),
        Promised(what="call Jane"),
    )
    done = record.record_request(
        office.engine,
        caller(office),
        TouchRequest(partner="Acme Legal", note="call", occurred_on=TODAY + timedelta(3), promises=made),
    )
    assert [(row.what, row.side, row.due_on) for row in office.rows(NextStep)] == [
        ("send the deck", "us", TODAY),
        ("the list of guests", "them", None),
        ("call Jane", "us", None),
    ]
    assert (done.step, len(done.promises)) == ("send the deck", 3)


def test_an_attempt_is_kept_and_moves_nothing(office: Office) -> None:
    office.rate(office.partner(), 3)
    done = record.record_request(
        office.engine,
        caller(office),
        TouchRequest(partner="Acme Legal", kind=Kind.ATTEMPT, note="no answer", medium="call", occurred_on=TODAY),
    )
    assert done.before == done.after
    assert isinstance(done.entry, Entry)
    assert done.after.facts.last_touch_on is None
    card = office.told("/partner show Acme Legal").visible_text
    assert "Tried to reach *Acme Legal*: call · no answer · today" in card
    assert "Last touches" not in card


def test_a_lead_typed_twice_through_slack_is_one_row(office: Office) -> None:
    office.partner()
    office.told("/referral from Acme Legal Bluebell Bakery £4k")
    answer = office.told("/referral from Acme Legal Bluebell Bakery £6k won")
    assert "Updated" in answer.visible_text
    assert "£4,000 → £6,000" in answer.visible_text
    row = office.row(Activity)
    assert (row.value_minor, row.outcome) == (600000, "won")
    assert "nothing changed" in office.told("/referral from Acme Legal Bluebell Bakery £6k won").visible_text
    assert len(office.rows(Activity)) == 1
