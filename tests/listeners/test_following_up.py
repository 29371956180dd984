"""What comes after the record: how a referral went on, what was promised, and being left alone for a while."""

from datetime import date

import pytest

from bot.fake_slack import Message
from bot.notifications.claim import run_all
from storage.tables import Activity, AuditEntry, NextStep, Partner
from tests.listeners.office import ADA, ANA, BOB, Office, first_values, labels, only_answer, replaced


def referral(office: Office) -> Message:
    office.partner()
    return office.told("/referral Acme Legal Northwind")


def offered(message: Message) -> list[str]:
    (menu,) = [one for block in message.blocks for one in block.get("elements", ()) if one["type"] == "static_select"]
    return [one["text"]["text"] for one in menu["options"]]


@pytest.mark.parametrize("outcome", ["met", "lost", "declined"])
def test_how_a_referral_went_on_is_chosen(office: Office, outcome: str) -> None:
    """From the confirmation, which stays for its Undo; the day is kept, and who said so."""
    answer = referral(office)
    office.clock.forward(days=3)
    shown = only_answer(office.press(answer, "outcome", value=f"1:{outcome}"))
    row = office.row(Activity)
    assert (row.outcome, row.outcome_on) == (outcome, date(2026, 11, 26))
    assert f"Noted (was introduced): referral from *Acme Legal* · Northwind · {outcome}" in shown.visible_text
    assert [(one.subject, one.field, one.old, one.new, one.changed_by) for one in office.rows(AuditEntry)] == [
        ("activity", "outcome", "introduced", outcome, ANA)
    ]


def test_a_slip_can_be_mended(office: Office) -> None:
    """Whatever was chosen, every other outcome stays on offer."""
    shown = only_answer(office.press(referral(office), "outcome", value="1:lost"))
    assert offered(shown) == ["Introduced", "Met", "Won", "Declined"]
    shown = only_answer(office.press(shown, "outcome", value="1:met"))
    assert offered(shown) == ["Introduced", "Won", "Lost", "Declined"]
    assert office.row(Activity).outcome == "met"


def test_won_asks_what_it_is_worth(office: Office) -> None:
    """Nothing is recorded before that is answered."""
    answer = referral(office)
    before = office.records()
    form = office.press(answer, "outcome", value="1:won").view
    assert form is not None
    assert "*Acme Legal*: Northwind" in form.visible_text
    assert office.records() == before
    seen = office.submit(form, value="£5,000")
    row = office.row(Activity)
    assert (row.outcome, row.value_minor) == ("won", 500_000)
    assert "Northwind · £5,000 · won" in only_answer(seen).visible_text
    assert "£5,000" in office.told("/partner show Acme Legal").visible_text


def test_the_question_shows_a_hard_name_as_typed(office: Office) -> None:
    """Slack reads nothing in it."""
    office.partner("<!here> & Co")
    answer = office.told('/referral "<!here> & Co" <!channel>')
    form = office.press(answer, "outcome", value="1:won").view
    assert form is not None
    assert "*&lt;!here&gt; &amp; Co*: &lt;!channel&gt;" in form.visible_text


def test_won_with_a_value_that_nobody_knows(office: Office) -> None:
    """Is won all the same."""
    form = office.press(referral(office), "outcome", value="1:won").view
    assert form is not None
    office.submit(form)
    assert (office.row(Activity).outcome, office.row(Activity).value_minor) == ("won", None)


def test_won_with_a_value_that_cannot_be_read(office: Office) -> None:
    """Is said on the field."""
    form = office.press(referral(office), "outcome", value="1:won").view
    assert form is not None
    assert list(office.submit(form, value="plenty").errors or {}) == ["value"]
    assert office.row(Activity).outcome == "introduced"


def test_won_with_a_known_value_asks_nothing(office: Office) -> None:
    """It was typed with the referral."""
    office.partner()
    answer = office.told("/referral Acme Legal Northwind 5k")
    only_answer(office.press(answer, "outcome", value="1:won"))
    assert office.row(Activity).outcome == "won"


def test_won_can_be_undone_and_edited(office: Office) -> None:
    """A slip in the menu is taken back with what it was worth."""
    answer, was = referral(office), office.row(Activity)
    form = office.press(answer, "outcome", value="1:won").view
    assert form is not None
    shown = only_answer(office.submit(form, value="5k"))
    assert labels(shown)[:3] == ["Undo", "Edit", "Open card"]
    edit = office.press_label(shown, "Edit").view
    assert edit is not None
    assert first_values(edit)["value"] == "5000"
    office.press_label(shown, "Undo")
    row = office.row(Activity)
    assert (row.outcome, row.outcome_on, row.value_minor) == ("introduced", was.outcome_on, None)


def test_a_referral_typed_as_won_can_be_given_its_value(office: Office) -> None:
    """One button asks for it."""
    office.partner()
    form = office.press_label(office.told("/referral Acme Legal Northwind won"), "What is it worth?").view
    assert form is not None
    office.submit(form, value="5k")
    assert office.row(Activity).value_minor == 500_000


def test_an_outcome_is_chosen_from_the_card_too(office: Office) -> None:
    """By anybody of the workspace; the card stays."""
    partner_id = office.partner()
    id = office.activity(partner_id, title="Northwind", outcome="introduced")
    card = office.told("/partner show Acme Legal", user=BOB)
    seen = office.press(card, "outcome", user=BOB, value=f"{id}:met")
    assert "Noted (was introduced)" in only_answer(seen).visible_text
    assert seen.updated == ()
    assert office.row(Activity).outcome == "met"


@pytest.mark.parametrize("value", ["999:met", "1:paid", "x:met", ":", "1", ""])
def test_a_forged_outcome_changes_nothing(office: Office, value: str) -> None:
    """Neither an outcome that there is not, nor a row that is none."""
    office.partner()
    answer = office.told("/referral Acme Legal Northwind won")
    before = office.records()
    seen = office.forge(answer, "outcome:worth", value)
    assert only_answer(seen).visible_text.startswith(":warning:")
    assert "reference" not in only_answer(seen).visible_text
    assert office.records() == before


def test_a_neighbours_referral_is_out_of_reach(office: Office) -> None:
    """Also for an admin."""
    office.partner()
    _, activity, _ = office.neighbour()
    answer = office.told("/referral Acme Legal Northwind won", user=ADA)
    before = office.records()
    for outcome in ("met", "won"):
        seen = office.forge(answer, "outcome:worth", f"{activity}:{outcome}", user=ADA)
        assert "no longer in the ledger" in only_answer(seen).visible_text
    assert office.records() == before


def test_what_was_undone_has_no_outcome(office: Office) -> None:
    """A menu that is still on screen elsewhere finds nothing."""
    answer = referral(office)
    card = office.told("/partner show Acme Legal")
    office.press(answer, "undo_activity")
    before = office.records()
    assert "no longer in the ledger" in only_answer(office.press(card, "outcome", value="1:met")).visible_text
    assert office.records() == before


def test_a_promise_is_marked_as_kept(office: Office) -> None:
    """Once; it leaves the card."""
    office.partner()
    office.told("/touch Acme Legal call next: send deck by friday")
    card = office.told("/partner show Acme Legal")
    assert "“send deck” for *Acme Legal*: done" in only_answer(office.press(card, "promise_kept")).visible_text
    done = office.row(NextStep).done_at
    assert done == office.clock.now
    office.clock.forward(hours=1)
    office.again()
    assert office.row(NextStep).done_at == done
    assert "Promised" not in office.told("/partner show Acme Legal").visible_text


def test_a_late_promise_is_due(office: Office) -> None:
    """With the day it was promised by, first in what to call about."""
    office.partner()
    office.told("/touch Acme Legal call next: send deck by friday")
    office.clock.forward(days=7)
    words = office.told("/partner due").visible_text
    assert "*Promise overdue*: “send deck” was due on 27 Nov, 3 days ago" in words


@pytest.mark.parametrize(
    ("days", "until"), [(3, date(2026, 11, 26)), (7, date(2026, 11, 30)), (30, date(2026, 12, 23))]
)
def test_a_partner_can_be_snoozed_and_woken(office: Office, days: int, until: date) -> None:
    """From the list of what is due; what it says stays on screen, and one click wakes it."""
    office.partner(since=date(2026, 1, 1))
    due = office.told("/partner due")
    answer = only_answer(office.press(due, "snooze", value=f"1:{days}"))
    assert office.row(Partner).snoozed_until_on == until
    assert f"is snoozed until {until.day} {until:%b} 2026" in answer.visible_text
    shown = replaced(office.press(answer, "wake_partner"))
    assert office.row(Partner).snoozed_until_on is None
    assert "is no longer snoozed" in shown.visible_text


@pytest.mark.parametrize("value", ["1:4000", "1:0", "1:-3", "1", "9:3", "x:3"])
def test_a_forged_snooze_changes_nothing(office: Office, value: str) -> None:
    """Only the spans that are offered, only partners of this workspace."""
    office.partner(since=date(2026, 1, 1))
    due = office.told("/partner due")
    before = office.records()
    # The menu's own options are what a person can choose; a forger writes what they like.
    blocks = [
        {**block, "elements": [_with_option(one, value) for one in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in due.blocks
    ]
    with office.slack.world.lock:
        found = office.slack.world.find(due.channel, due.ts)
        assert found is not None
        office.slack.world.change(found, blocks=blocks)
    assert "not" in only_answer(office.press(due, "snooze", value=value)).visible_text
    assert office.records() == before


def _with_option(element: dict[str, object], value: str) -> dict[str, object]:
    if element["type"] != "static_select":
        return element
    return {**element, "options": [{"text": {"type": "plain_text", "text": "Forged"}, "value": value}]}


@pytest.mark.parametrize("action", ["open_card", "log_touch"])
def test_a_neighbours_partner_is_out_of_reach(office: Office, action: str) -> None:
    """By whatever button."""
    office.partner(since=date(2026, 1, 1))
    theirs, _, _ = office.neighbour()
    seen = office.forge(office.told("/partner due"), action, str(theirs))
    assert "not in this workspace" in only_answer(seen).visible_text
    assert seen.view is None


def test_the_answer_to_a_press_leaves_a_list_as_it_is(office: Office) -> None:
    """A list has more than one thing to do on it."""
    office.partner(since=date(2026, 1, 1))
    due = office.told("/partner due")
    seen = office.press(due, "open_card")
    assert seen.updated == ()
    assert labels(only_answer(seen))[0] == "Log a touch"


def test_a_nudge_stays_when_its_buttons_are_pressed(office: Office) -> None:
    """It holds every partner of the day; what a press does is said beside it, only to its owner."""
    for name in ("Acme Legal", "Zenith"):
        office.partner(name, since=date(2026, 1, 1))
    run_all(office.services, office.clock.now)
    (message,) = office.slack.dm(ANA)
    form = office.slack.click(ANA, message, "log_touch", index=0).view
    assert form is not None
    assert "Recorded: meeting with *Acme Legal*" in only_answer(office.submit(form, note="Coffee")).visible_text
    seen = office.slack.click(ANA, message, "snooze", "1:7", index=0)
    assert "*Acme Legal* is snoozed until 30 Nov 2026" in only_answer(seen).visible_text
    seen = office.slack.click(ANA, message, "open_card", index=1)
    assert "Zenith" in only_answer(seen).visible_text
    assert office.slack.dm(ANA) == [message]
