"""Long, wide and strange texts: all that is shown stays within what Slack takes (the judge sees to it)."""

from datetime import date

import pytest

from bot.fake_slack import View
from storage.tables import Activity, Partner
from tests.listeners.office import ADA, ANA, Office, labels, only_answer, replaced

LONG = {
    "letters": "Wörd " * 400,
    "ampersands": "&<>" * 400,
    "emoji": "👩‍👩‍👧🦄" * 300,
    "right to left": "שלום עולם " * 200,
    "one word": "x" * 2_000,
    "quotes": "\"'“”" * 400,
}
YEAR_AGO = date(2025, 1, 1)


def cut(text: str, length: int) -> str:
    return " ".join(text[:length].split())


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_texts_are_shown_everywhere(office: Office, text: str) -> None:
    """Names of 120 characters, notes of 1,000, in every message and form there is."""
    name = cut(text, 120)
    note = cut(text, 1_000)
    form = office.asked("/partner add")
    long = dict.fromkeys(("wiifm_us", "wiifm_them", "wiifm_clients", "customer_benefit", "boundary"), note)
    short = dict.fromkeys(("outcome_target", "our_role", "their_role"), cut(text, 300))
    aliases = f"{cut(text, 119)}a\n{cut(text, 119)}b"
    office.fill(form, name=name, vertical=name, aliases=aliases, since_on=YEAR_AGO, **long, **short)
    partner_id = office.row(Partner).id
    assert partner_id is not None
    office.rate(partner_id, 2)
    for _ in range(6):
        office.activity(partner_id, title=note, outcome="met", value_minor=10**14)
    office.submit(_form(office, "log_touch"), note=note, step=note, step_due_on="2026-11-24")
    assert len(office.rows(Activity)) == 7
    office.submit(_form(office, "rate_trust"), level=1, note=note)
    *_, touch, trust = office.slack.dm(ANA)
    assert "Recorded: " in touch.visible_text
    card = only_answer(office.press(trust, "open_card"))
    record = only_answer(office.press(card, "more_of_partner"))
    only_answer(office.press(record, "explain_partner"))
    seen = office.slack.click(ANA, card, "outcome", "Won", index=0)
    assert seen.ok
    only_answer(office.press(card, "promise_kept"))
    assert "Undone" in only_answer(office.press(trust, "undo_trust")).visible_text
    office.clock.forward(days=40)
    for line in ("/partner list", "/partner due", "/tend digest", "/tend status"):
        office.told(line)
    office.slack.open_home(ANA)
    office.submit(_form(office, "edit_partner"), vertical="short")
    assert "was saved: Vertical" in office.slack.dm(ANA)[-1].visible_text


def _form(office: Office, action: str) -> View:
    home = office.slack.open_home(ANA).view
    assert home is not None
    card = office.slack.click(ANA, home, "open_card").view
    assert card is not None
    view = office.press(card, action, value="Who they are" if action == "edit_partner" else None).view
    assert view is not None
    return view


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_texts_can_be_typed(office: Office, text: str) -> None:
    """Up to what a line may hold; beyond it that is said."""
    office.partner()
    line = f"/touch Acme Legal call {text}"
    before = office.records()
    answer = office.told(line[:1_000])
    assert (
        "Recorded" in answer.visible_text
        or "never closed" in answer.visible_text
        or "characters" in answer.visible_text
    )
    assert (office.records() != before) == ("Recorded:" in answer.visible_text)
    office.types(line[:5_000])
    office.types(f"/event {text}"[:1_400])
    office.told(f"/partner {text}"[:1_400])
    office.told(f"/partner end Acme Legal {text}"[:1_400], user=ADA)
    office.told(f"/tend settings timezone {text}"[:1_400], user=ADA)
    office.told("/partner show Acme Legal")


def test_a_long_unknown_name_is_not_offered_to_be_added(office: Office) -> None:
    """No partner may have it; what is close to it is still offered."""
    answer = office.told('/trust "' + "Acme Legal and so on " * 10 + '" 4')
    assert "No partner is called" in answer.visible_text
    assert all(len(label) <= 75 for label in labels(answer))


def test_a_long_line_goes_into_its_button_whole(office: Office) -> None:
    """Nothing of the note is lost on the way."""
    office.partner()
    answer = office.told("/touch Akme Legl call " + "&a" * 280)
    replaced(office.press(answer, "answer_line:0"))
    assert office.row(Activity).title == "&a" * 280


def test_many_of_everything_fit_into_one_card(office: Office) -> None:
    """Some are shown; the card stays a card."""
    partner_id = office.partner()
    for number in range(12):
        office.activity(partner_id, title=f"Lead {number}", outcome="introduced")
        office.told(f"/touch Acme Legal call next: step {number} by friday")
    card = office.told("/partner show Acme Legal")
    assert len(card.blocks) < 20
