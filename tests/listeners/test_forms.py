"""Forms: filled in, sent, sent twice, refused on the field; and the places they open from."""

from datetime import date
from typing import Any

import pytest

from bot.fake_slack import View
from storage.tables import Activity, NextStep, Partner, SeenRequest, TrustRating
from tests.listeners.office import ANA, BOB, ROOM, TODAY, Office, first_values, only_answer

FILLED: dict[str, dict[str, Any]] = {
    "/referral": {"partner": "Acme Legal", "direction": "in", "lead": "Northwind", "value": "5k", "outcome": "met"},
    "/event": {"partner": "Acme Legal", "title": "Webinar", "direction": "joint"},
    "/touch": {"partner": "Acme Legal", "kind": "collaboration", "note": "An article", "direction": "out"},
    "/trust": {"partner": "Acme Legal", "side": "theirs", "level": 4, "note": "They said so"},
}


@pytest.mark.parametrize("command", FILLED)
def test_a_form_records_and_says_so_where_it_was_opened(office: Office, command: str) -> None:
    """Only to the person who sent it; the form closes."""
    office.partner()
    seen = office.submit(office.asked(command), **FILLED[command])
    assert seen.closed
    answer = only_answer(seen)
    assert "Recorded: " in answer.visible_text
    assert answer.channel == ROOM
    assert len(office.rows(Activity) + office.rows(TrustRating)) == 1
    assert office.slack.channel(ROOM) == office.slack.dm(ANA) == []


def test_every_field_is_kept(office: Office) -> None:
    """As it was chosen."""
    office.partner()
    office.submit(
        office.asked("/referral"),
        partner="Acme Legal", direction="out", lead="Northwind & Sons", value="£1,234.50", outcome="won",
        occurred_on="2026-11-02", strategic="strategic",
    )  # fmt: skip
    row = office.row(Activity)
    assert (row.kind, row.direction, row.title) == ("strategic_referral", "out", "Northwind & Sons")
    assert (row.value_minor, row.outcome, row.occurred_on) == (123_450, "won", date(2026, 11, 2))
    office.submit(
        office.asked("/touch"),
        partner="Acme Legal", kind="meeting", note="Lunch", direction="joint", occurred_on="2026-11-20",
        step="Send the deck", step_due_on="2026-12-01",
    )  # fmt: skip
    step = office.row(NextStep)
    assert (step.what, step.due_on, step.promised_by) == ("Send the deck", date(2026, 12, 1), ANA)


def test_a_partner_is_added_in_one_short_form_and_the_rest_said_later(office: Office) -> None:
    """Each part of the record has a form of its own, behind *Edit*."""
    seen = office.submit(
        office.asked("/partner add"), name="Zenith", vertical="bakers", owner=BOB, since_on="2026-10-01"
    )
    assert seen.closed
    office.submit(
        edit(office, "why"),
        wiifm_us="Bread", wiifm_them="A\nB", wiifm_clients="Cake", fit=["a", "c"], overlap="some", boundary="Cakes",
        boundary_review_on="2027-01-01",
    )  # fmt: skip
    office.submit(edit(office, "terms"), terms="retainer", terms_retainer_minor="£500", terms_answer="willing")
    row = office.row(Partner)
    assert (row.name, row.owner, row.since_on) == ("Zenith", BOB, date(2026, 10, 1))
    assert (row.wiifm_us, row.wiifm_them, row.wiifm_clients) == ("Bread", "A\nB", "Cake")
    assert (row.fit, row.overlap, row.boundary_review_on) == ("a c", "some", date(2027, 1, 1))
    assert (row.terms, row.terms_retainer_minor, row.terms_answer) == ("retainer", 50_000, "willing")


def edit(office: Office, step: str) -> View:
    """The form of one part of Zenith's record."""
    view = office.press(office.told("/partner show Zenith"), "edit_partner", value=f"1:{step}").view
    assert view is not None
    return view


@pytest.mark.parametrize("text", ["10% commission", "A fee of £500"])
def test_money_alone_is_nothing_for_them(office: Office, text: str) -> None:
    """It is refused on the field, with the reason; what was said before stays."""
    office.submit(office.asked("/partner add"), name="Zenith")
    seen = office.submit(edit(office, "why"), wiifm_them=text)
    assert "alone is no reason to be a partner" in (seen.errors or {})["wiifm_them"]
    assert office.row(Partner).wiifm_them is None


@pytest.mark.parametrize("command", [*FILLED, "/partner add"])
def test_a_form_that_slack_sends_again_records_once(office: Office, command: str) -> None:
    """The same view's id is the same form; the second is only closed."""
    office.partner()
    office.submit(office.asked(command), **FILLED.get(command, {"name": "Zenith"}))
    before = office.records()
    shown = len(office.slack.world.journal)
    answer = office.again()
    assert (answer.status, answer.body) == (200, "")
    assert office.records() == before
    assert len(office.slack.world.journal) == shown
    assert len(office.rows(SeenRequest)) == 1


def test_two_forms_of_the_same_words_are_two_records(office: Office) -> None:
    """Two webinars in a day are no repetition."""
    office.partner()
    for _ in range(2):
        office.submit(office.asked("/event"), **FILLED["/event"])
    assert len(office.rows(Activity)) == 2


@pytest.mark.parametrize(
    ("command", "values", "field", "said"),
    [
        ("/referral", {"value": "lots"}, "value", "lots"),
        ("/referral", {"value": "-5"}, "value", "-5"),
        ("/referral", {"lead": "   "}, "lead", "Say who was referred."),
        ("/event", {"title": " "}, "title", "Say what it was."),
        ("/event", {"occurred_on": "1926-11-23"}, "occurred_on", "years"),
        ("/event", {"occurred_on": "2126-11-23"}, "occurred_on", "years"),
        ("/touch", {"step_due_on": "2026-12-01"}, "step", "Say what you promised"),
    ],
)
def test_what_a_field_cannot_take_is_said_on_it(
    office: Office, command: str, values: dict[str, str], field: str, said: str
) -> None:
    """The form stays open, nothing is recorded, and mended it goes in."""
    office.partner()
    form = office.asked(command)
    before = office.records()
    seen = office.submit(form, **{**FILLED[command], **values})
    assert list(seen.errors or {}) == [field]
    assert said in (seen.errors or {})[field]
    assert seen.ephemerals == seen.messages == ()
    assert office.records() == before
    mended = {**FILLED[command], "occurred_on": TODAY} if command != "/trust" else FILLED[command]
    more = {"step_due_on": None} if command == "/touch" else {}
    assert office.submit(form, **mended, **more).closed
    assert len(office.rows(Activity)) == 1


@pytest.mark.parametrize("command", FILLED)
def test_a_partner_that_ended_meanwhile_is_said_on_the_form(office: Office, command: str) -> None:
    """It was chosen while it was still there."""
    office.partner()
    form = office.asked(f"{command} Acme Legal")
    office.told("/partner end Acme Legal", user="U0ADA")
    before = office.records()
    values = {key: value for key, value in FILLED[command].items() if key != "partner"}
    seen = office.submit(form, **values)
    assert "has ended" in (seen.errors or {})["partner"]
    assert office.records() == before


def test_a_partner_that_is_renamed_meanwhile_is_found_by_the_name_that_was_chosen(office: Office) -> None:
    """It keeps its old name as an alias."""
    acme = office.partner()
    form = office.asked("/event Acme Legal")
    office.submit(office.asked("/partner edit Acme Legal", user=BOB), user=BOB, name="Beta Law")
    assert "*Beta Law*" in only_answer(office.submit(form, title="Webinar")).visible_text
    assert office.row(Activity).partner_id == acme


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", ["Acme", "Béla", "Zenith Acme"]), ("ac", ["Acme", "Zenith Acme"]), ("BELA", ["Béla"]), ("q", [])],
)
def test_the_menu_of_partners_fills_as_one_types(office: Office, typed: str, offered: list[str]) -> None:
    """Names that begin so first; without regard to case and accents; ended ones are not in it."""
    for name in ("Zenith Acme", "Béla", "Acme"):
        office.partner(name)
    office.partner("Ended", status="ended")
    seen = office.slack.suggest(ANA, office.asked("/event"), "partner", typed)
    assert [one["text"]["text"] for one in seen.options] == offered


def test_the_menu_holds_what_slack_shows_at_most(office: Office) -> None:
    """A hundred; the rest is found by typing."""
    for number in range(120):
        office.partner(f"Partner {number:03}")
    form = office.asked("/event")
    assert len(office.slack.suggest(ANA, form, "partner", "").options) == 100
    assert [one["value"] for one in office.slack.suggest(ANA, form, "partner", "119").options] == ["Partner 119"]


def test_a_form_that_stayed_open_answers_in_the_dm(office: Office) -> None:
    """A command's own address dies after half an hour."""
    office.partner()
    form = office.asked("/event")
    office.clock.forward(minutes=31)
    seen = office.submit(form, **FILLED["/event"])
    assert seen.closed
    assert seen.ephemerals == ()
    assert "Recorded: event" in office.slack.dm(ANA)[0].visible_text
    assert office.slack.channel(ROOM) == []


@pytest.mark.parametrize(
    ("label", "callback"),
    [
        ("Referral", "referral"),
        ("Event", "event"),
        ("Touch", "touch"),
        ("Trust", "trust"),
        ("Add a partner", "partner_add"),
    ],
)
def test_the_home_opens_each_form(office: Office, label: str, callback: str) -> None:
    """There is no channel to answer in, so the answer goes to the DM."""
    office.partner()
    home = office.slack.open_home(ANA).view
    assert home is not None
    form = office.press_label(home, label).view
    assert form is not None
    assert form.callback_id == callback
    values = FILLED.get(f"/{callback}", {"name": "Zenith"})
    office.fill(form, **values)
    assert office.slack.dm(ANA)[0].visible_text.startswith(":white_check_mark:")


@pytest.mark.parametrize(
    ("action", "callback", "understood"),
    [
        ("log_touch", "touch", {"partner": "Acme Legal", "occurred_on": "2026-11-23"}),
        ("rate_trust", "trust", {"partner": "Acme Legal"}),
        ("edit_partner", "partner_edit", {"name": "Acme Legal"}),
    ],
)
def test_a_card_opens_the_forms_of_its_partner(
    office: Office, action: str, callback: str, understood: dict[str, str]
) -> None:
    """In a message, and in the window that the Home opens it in."""
    office.partner(since=TODAY)
    for form in _from_card(office, action):
        assert form.callback_id.partition(":")[0] == callback
        found = first_values(form)
        assert {key: found.get(key) for key in understood} == understood
    seen = office.submit(form, **({"level": 3} if callback == "trust" else {}))
    assert seen.closed


def _from_card(office: Office, action: str) -> list[View]:
    step = "Who they are" if action == "edit_partner" else None
    in_message = office.press(office.told("/partner show Acme Legal"), action, value=step).view
    home = office.slack.open_home(ANA).view
    assert home is not None
    window = office.press(home, "open_card").view
    assert window is not None
    assert window.title == "Tend"
    in_window = office.press(window, action, value=step).view
    assert in_message is not None
    assert in_window is not None
    return [in_message, in_window]


def test_a_message_can_be_logged_for_a_partner(office: Office) -> None:
    """The shortcut's form opens with what the message says, as people read it."""
    office.partner()
    message = office.slack.say(BOB, ROOM, f"<@{ANA}|ana> saw Tom & Co, <https://example.com|here>\n> great")
    form = office.slack.message_shortcut(ANA, "log_message", message).view
    assert form is not None
    assert first_values(form)["note"] == "@ana saw Tom & Co, here (https://example.com)\n> great"
    seen = office.submit(form, partner="Acme Legal")
    assert "Recorded: meeting with *Acme Legal* · @ana saw Tom &amp; Co" in only_answer(seen).visible_text
    assert office.row(Activity).title == "@ana saw Tom & Co, here (https://example.com)\n> great"
    assert office.slack.channel(ROOM) == [message]


@pytest.mark.parametrize("text", ["", "x" * 5_000, "&amp;" * 1_500])
def test_any_message_can_be_logged(office: Office, text: str) -> None:
    """One without words opens the form without a note, a long one is cut to what a note holds."""
    office.partner()
    form = office.slack.message_shortcut(ANA, "log_message", office.slack.say(BOB, ROOM, text)).view
    assert form is not None
    assert len(first_values(form).get("note", "")) <= 1_000
    assert office.submit(form, partner="Acme Legal").closed
