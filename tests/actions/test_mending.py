"""Rows, ratings and promises mended by a form, plans cancelled, and the last record taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import last_record
from bot.actions.activity import amendments, cancel_plan, edit_entry, edit_values, promises, record
from bot.actions.activity.edit_entry import EntryValues
from bot.actions.activity.fulfilment import fulfils
from bot.actions.caller import DuplicateRequest
from bot.actions.economics import costs
from bot.actions.overview import partner_card
from bot.errors import FieldError, NotAllowed, NotFound
from bot.grammar import CostRequest, EventRequest, Promised, TouchRequest, TrustRequest
from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side
from storage.tables import Activity, Amendment, AuditEntry, Cost, NextStep, TrustRating
from tests.actions.test_again import LEAD, again, caller, told
from tests.listeners.office import ANA, BOB, STEVE, TODAY, Office


def opened(office: Office, user: str = ANA) -> edit_entry.EntryToEdit:
    return edit_entry.entry_to_edit(office.engine, caller(office, user), office.rows(Activity)[0].id or 0)


def saved(
    office: Office, form: edit_entry.EntryToEdit, values: EntryValues, user: str = ANA, key: str | None = None
) -> edit_entry.Edited:
    return edit_entry.edit_entry(office.engine, caller(office, user, key), form.id, form.version, values)


def test_what_the_form_shows_saved_unchanged_changes_nothing(office: Office) -> None:
    office.partner()
    told(office, replace(LEAD, note="one\ntwo"))
    before = office.records()
    form = opened(office)
    assert saved(office, form, form.values).changes == ()
    assert office.records() == before


def test_every_field_can_be_mended_and_taken_back(office: Office) -> None:
    office.rate(office.partner(), 3)
    other = office.partner("Other Ltd")
    office.rate(other, 3)
    told(office, replace(LEAD, promises=(Promised(what="send the deck"),)))
    row, form = office.row(Activity), opened(office)
    new = EntryValues(
        partner_id=other,
        kind=Kind.STRATEGIC_REFERRAL,
        direction=Direction.OUT,
        title="Bluebell  Garage",
        note="the second shop",
        medium="mail",
        value=1,
        outcome=Outcome.WON,
        occurred_on=TODAY - timedelta(2),
        count=2,
    )
    done = saved(office, form, new)
    mended = office.row(Activity)
    assert (mended.partner_id, mended.kind, mended.direction, mended.title) == (
        other,
        "strategic_referral",
        "out",
        "Bluebell Garage",
    )
    assert (mended.outcome, mended.outcome_on, mended.count, mended.note) == ("won", TODAY, 2, "the second shop")
    assert office.row(NextStep).partner_id == other
    assert (done.partner, done.before.theirs.total, done.after.theirs.total) == ("Other Ltd", 0, 2)
    history = office.told("/partner history Acme Legal").visible_text
    assert "of Other Ltd" in history
    assert f"<@{ANA}>" in office.told("/partner history Other Ltd").visible_text
    assert done.update_id
    amendments.undo_update(office.engine, caller(office), done.update_id)
    assert office.row(Activity) == row
    assert office.row(NextStep).partner_id == row.partner_id


def test_a_form_that_was_opened_before_a_change_is_refused(office: Office) -> None:
    office.partner()
    told(office)
    form = opened(office)
    told(office, again(value=1), BOB)
    before = office.records()
    with pytest.raises(NotAllowed, match="after you opened the form"):
        saved(office, form, replace(form.values, title="X"))
    assert office.records() == before


def test_a_form_sent_twice_is_saved_once(office: Office) -> None:
    office.partner()
    told(office)
    form = opened(office)
    saved(office, form, replace(form.values, title="X"), key="k")
    with pytest.raises(DuplicateRequest):
        saved(office, form, replace(form.values, title="X"), key="k")
    assert len(office.rows(Amendment)) == 1


def test_others_may_not_mend_and_stewards_may(office: Office) -> None:
    office.partner()
    told(office)
    form = opened(office)
    with pytest.raises(NotAllowed):
        opened(office, BOB)
    with pytest.raises(NotAllowed):
        saved(office, form, replace(form.values, title="X"), BOB)
    assert saved(office, form, replace(form.values, title="X"), STEVE).changes
    assert {one.changed_by for one in office.rows(AuditEntry)} == {STEVE}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"direction": Direction.JOINT}, "direction"),
        ({"kind": Kind.EVENT, "outcome": None}, "value"),
        ({"kind": Kind.EVENT, "value": None}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"count": 0}, "count"),
        ({"occurred_on": TODAY + timedelta(800)}, "occurred_on"),
    ],
)
def test_what_makes_no_sense_is_refused(office: Office, wrong: dict[str, object], field: str) -> None:
    office.partner()
    told(office)
    form = opened(office)
    before = office.records()
    with pytest.raises(FieldError) as refused:
        saved(office, form, replace(form.values, **wrong))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert office.records() == before


def test_a_row_of_another_workspace_is_not_there(office: Office) -> None:
    _, theirs, rating = office.neighbour()
    with pytest.raises(NotFound):
        edit_entry.entry_to_edit(office.engine, caller(office), theirs)
    with pytest.raises(NotFound):
        edit_values.rating_to_edit(office.engine, caller(office), rating)


def test_a_rating_is_mended(office: Office) -> None:
    office.partner()
    done = record.record_request(office.engine, caller(office), TrustRequest(partner="Acme Legal", level=5))
    form = edit_values.rating_to_edit(office.engine, caller(office), done.entry.id)
    unchanged = edit_values.edit_rating(office.engine, caller(office), form.id, form.version, form.values)
    assert unchanged.changes == ()
    new = replace(form.values, level=2, side=Side.THEIRS, note="as they said")
    edited = edit_values.edit_rating(office.engine, caller(office), form.id, form.version, new)
    row = office.row(TrustRating)
    assert (row.level, row.side, row.note) == (2, "theirs", "as they said")
    assert "5 → 2" in office.told("/partner history Acme Legal").visible_text
    assert edited.update_id
    amendments.undo_update(office.engine, caller(office), edited.update_id)
    assert office.row(TrustRating).level == 5


def test_a_promise_is_mended_until_it_is_kept(office: Office) -> None:
    acme = office.partner()
    promises.add_promise(office.engine, caller(office), acme, "send the deck", None, Promiser.THEM)
    id = office.row(NextStep).id or 0
    form = edit_values.promise_to_edit(office.engine, caller(office), id)
    new = replace(form.values, what="send the list", due_on=TODAY, side=Promiser.US)
    edit_values.edit_promise(office.engine, caller(office), id, form.version, new)
    row = office.row(NextStep)
    assert (row.what, row.due_on, row.side) == ("send the list", TODAY, "us")
    promises.mark_promise_kept(office.engine, caller(office), id)
    with pytest.raises(NotFound):
        edit_values.promise_to_edit(office.engine, caller(office), id)


def test_only_what_we_promised_falls_due_and_theirs_is_shown(office: Office) -> None:
    acme = office.partner(wiifm_us="x", wiifm_them="y", our_role="a", their_role="b", fit="a")
    promises.add_promise(office.engine, caller(office), acme, "the list of guests", TODAY, Promiser.THEM)
    office.clock.forward(days=1)
    shown = partner_card(office.engine, caller(office), acme)
    assert [one.text for one in shown.scored.promised_us] == ["the list of guests"]
    assert shown.scored.promises == ()
    assert "promise" not in {str(one.reason) for one in shown.scored.signals}
    assert (
        "They promised by yesterday: the list of guests · late" in office.told("/partner show Acme Legal").visible_text
    )


def test_the_last_record_of_any_kind_is_taken_back(office: Office) -> None:
    """From the latest to the first, and then nothing more."""
    acme = office.partner()
    for act in (
        lambda: told(office),
        lambda: record.record_request(office.engine, caller(office), TrustRequest(partner="Acme Legal", level=3)),
        lambda: promises.add_promise(office.engine, caller(office), acme, "send the deck", None),
        lambda: costs.record_cost(
            office.engine, caller(office), CostRequest(partner="Acme Legal", minutes=30, what="lunch")
        ),
        lambda: told(office, again(value=1)),
        lambda: told(office, again(lead="Theirs"), BOB),
    ):
        office.clock.forward(minutes=1)
        act()
    undone = [last_record.undo_last(office.engine, caller(office)) for _ in range(6)]
    assert undone[-1] is None
    kinds = [type(one.what).__name__ if one and one.what else type(one.done).__name__ for one in undone if one]
    assert kinds == ["PutBack", "CostResult", "Promise", "RatingEntry", "Entry"]
    assert [(row.title, row.value_minor, row.voided_by) for row in office.rows(Activity)] == [
        ("Bluebell Bakery", 400000, ANA),
        ("Theirs", None, None),
    ]
    assert office.row(TrustRating).voided_by == office.row(Cost).voided_by == ANA
    assert office.row(NextStep).voided_at


def test_what_is_older_than_a_day_is_not_that(office: Office) -> None:
    office.partner()
    told(office)
    office.clock.forward(hours=25)
    assert last_record.last_record(office.engine, caller(office)) is None
    assert last_record.undo_last(office.engine, caller(office)) is None


def planned(office: Office, title: str, days: int = 5) -> None:
    day = TODAY + timedelta(days)
    record.record_request(
        office.engine, caller(office), EventRequest(partner="Acme Legal", title=title, occurred_on=day)
    )


def test_a_cancelled_plan_is_voided_and_comes_back(office: Office) -> None:
    office.partner()
    day = TODAY + timedelta(5)
    made = (Promised(what="book the room"),)
    record.record_request(
        office.engine,
        caller(office),
        EventRequest(partner="Acme Legal", title="Webinar", occurred_on=day, promises=made),
    )
    before = office.row(Activity)
    done = cancel_plan.cancel_planned(office.engine, caller(office), "Acme Legal", "webinar cancelled")
    assert done.voided
    assert office.row(Activity).voided_by == ANA
    assert office.row(NextStep).voided_at
    assert done.update_id
    amendments.undo_update(office.engine, caller(office), done.update_id)
    assert office.row(Activity) == before
    assert office.row(NextStep).voided_at is None


def test_several_plans_are_asked_about_and_none_is_said(office: Office) -> None:
    office.partner()
    planned(office, "Tax webinar")
    planned(office, "Law webinar", 6)
    both = cancel_plan.cancel_planned(office.engine, caller(office), "Acme Legal", "the webinar")
    assert (both.voided, len(both.plans), both.matched) == (None, 2, True)
    none = cancel_plan.cancel_planned(office.engine, caller(office), "Acme Legal", "breakfast")
    assert (none.voided, len(none.plans), none.matched) == (None, 2, False)
    one = cancel_plan.cancel_planned(office.engine, caller(office), "Acme Legal", day=TODAY + timedelta(6))
    assert one.voided
    assert one.voided.title == "Law webinar"
    with pytest.raises(NotAllowed):
        cancel_plan.cancel_plan(office.engine, caller(office, BOB), both.plans[0].id)


def test_what_was_logged_today_took_place(office: Office) -> None:
    office.partner()
    record.record_request(
        office.engine, caller(office), TouchRequest(partner="Acme Legal", note="call", occurred_on=TODAY)
    )
    done = cancel_plan.cancel_planned(office.engine, caller(office), "Acme Legal", "call")
    assert (done.voided, done.plans) == (None, [])


@pytest.mark.parametrize(
    ("note", "promise", "side", "kept"),
    [
        ("sent the deck", "send the deck", Promiser.US, True),
        ("Sent them the deck today", "send the deck", Promiser.US, True),
        ("introduced them to Northwind", "introduce them to Northwind", Promiser.US, True),
        ("emailed the proposals", "email the proposal", Promiser.US, True),
        ("sent deck to Jane", "the deck", Promiser.US, True),
        ("they sent the list", "send the list", Promiser.THEM, True),
        ("will send the deck", "send the deck", Promiser.US, False),
        ("haven’t sent the deck", "send the deck", Promiser.US, False),
        ("sent the contract", "send the deck", Promiser.US, False),
        ("sent the deck", "send the deck and pricing", Promiser.US, False),
        ("call about the deck", "send the deck", Promiser.US, False),
        ("meeting about the deck, talked", "deck", Promiser.US, False),
        ("sent the list", "send the list", Promiser.THEM, False),
        ("they sent the list", "send the list", Promiser.US, False),
        ("sent", "send", Promiser.US, False),
        ("", "send the deck", Promiser.US, False),
    ],
)
def test_a_note_that_tells_of_a_promise_kept(note: str, promise: str, side: Promiser, kept: bool) -> None:
    assert fulfils(note, promise, side) is kept


def test_promises_that_a_note_fulfils_are_found(office: Office) -> None:
    acme = office.partner()
    promises.add_promise(office.engine, caller(office), acme, "send the deck", None)
    promises.add_promise(office.engine, caller(office), acme, "call Jane", None)
    found = promises.fulfilled(office.engine, caller(office), acme, "Sent the deck")
    assert [one.text for one in found] == ["send the deck"]
