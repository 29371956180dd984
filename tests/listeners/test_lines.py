"""Typed lines through the whole of Tend: asked, answered, mended and told further, each exactly once."""

from datetime import date
from typing import Any

import pytest

from bot.fake_slack import Message
from storage.tables import Activity, AuditEntry, NextStep, Partner, PartnerSpelling, TrustRating
from tests.listeners.office import ANA, BOB, ROOM, TODAY, Office, first_values, labels, only_answer, replaced

FIX = "Fix it in the form"


def standing(office: Office) -> list[Activity]:
    return [row for row in office.rows(Activity) if row.voided_at is None]


def written(office: Office, text: str) -> Message:
    """Write to Tend in the DM, and return its answer."""
    office.slack.direct_message(ANA, text)
    return [message for message in office.slack.dm(ANA) if message.by_bot][-1]


def once(office: Office, message: Message, label: str) -> Message:
    """Press a button, and have Slack send the very same again: nothing more is recorded."""
    seen = office.press_label(message, label)
    before = office.records()
    office.again()
    assert office.records() == before
    shown = (*seen.updated, *seen.ephemerals)
    assert len(shown) == 1
    return shown[0]


@pytest.fixture
def acme(office: Office) -> int:
    return office.partner()


def test_news_that_does_not_say_which_way_finds_the_lead_that_we_sent(office: Office, acme: int) -> None:
    office.told("/referral to Acme Legal Bluebell Bakery £4k")
    answer = office.told("/referral Acme Legal Bluebell Bakery won £6k")
    assert "Updated" in answer.visible_text
    (row,) = standing(office)
    assert (row.direction, row.value_minor, row.outcome) == ("out", 600_000, "won")
    office.told("/referral from Acme Legal Bluebell Bakery")  # which says that it is one of theirs
    assert sorted(row.direction for row in standing(office)) == ["in", "out"]


def test_an_open_lead_is_brought_up_to_date_or_is_another_one(office: Office, acme: int) -> None:
    office.told("/referral from Acme Legal Bluebell Bakery £4k")
    answer = office.told("/referral from Acme Legal bluebell bakery ltd won £6k")
    assert "value £4,000 → £6,000" in answer.visible_text
    (row,) = standing(office)
    assert (row.value_minor, row.outcome) == (600_000, "won")
    shown = once(office, answer, "It is another lead")
    assert "bluebell bakery ltd" in shown.visible_text
    assert sorted((one.value_minor, one.outcome) for one in standing(office)) == [
        (400_000, "introduced"),
        (600_000, "won"),
    ]


def test_what_brought_a_lead_up_to_date_is_taken_back(office: Office, acme: int) -> None:
    office.told("/referral from Acme Legal Bluebell £4k")
    answer = office.told("/referral from Acme Legal Bluebell won")
    assert "Undone" in replaced(office.press_label(answer, "Undo")).visible_text
    (row,) = standing(office)
    assert row.outcome == "introduced"


def test_a_plain_list_is_asked_about_and_answered_once(office: Office, acme: int) -> None:
    answer = office.told("/referral from Acme Legal Violet Hats, Indigo Bags and Magenta Maps")
    assert standing(office) == []
    shown = once(office, answer, "Record 3 leads")
    assert "Indigo Bags" in shown.visible_text
    assert [row.title for row in standing(office)] == ["Violet Hats", "Indigo Bags", "Magenta Maps"]


def test_a_plan_is_moved_and_never_told_twice(office: Office, acme: int) -> None:
    office.told("/touch Acme Legal call booked for tomorrow")
    answer = written(office, "move the Acme Legal call to 3 October")
    (row,) = standing(office)
    assert row.occurred_on > TODAY
    assert "Changed" in answer.visible_text
    before = row.occurred_on
    once(office, answer, "Undo")
    (row,) = standing(office)
    assert row.occurred_on != before


def test_news_in_place_of_a_leads_name_is_asked_about(office: Office, acme: int) -> None:
    office.told("/referral from Acme Legal Wharfside Hotel £4k")
    answer = office.told("/referral Acme Legal wharfside keep dodging my emails")
    assert len(standing(office)) == 1
    once(office, answer, "It is “Wharfside Hotel”")
    (row,) = standing(office)
    assert (row.title, row.note) == ("Wharfside Hotel", "wharfside keep dodging my emails")


def test_which_of_two_plans_is_moved_is_asked(office: Office, acme: int) -> None:
    office.told("/touch Acme Legal call booked for tomorrow")
    office.told("/touch Acme Legal pricing call booked for tomorrow")
    answer = written(office, "push the Acme Legal call to next friday")
    assert len({row.occurred_on for row in standing(office)}) == 1
    once(office, answer, next(label for label in labels(answer) if label.startswith("pricing")))
    assert len({row.occurred_on for row in standing(office)}) == 2
    assert len(standing(office)) == 2


def test_without_a_plan_there_is_nothing_to_move(office: Office, acme: int) -> None:
    answer = written(office, "move the Acme Legal call to next friday")
    assert "Nothing is planned with Acme Legal" in answer.visible_text
    assert not standing(office)


def test_what_one_promised_is_listed_and_closed(office: Office, acme: int) -> None:
    assert "nothing is due" in written(office, "what do I owe people?").visible_text
    office.told("/touch Acme Legal call, I'll send the rate card by friday")
    answer = written(office, "my promises")
    assert "send the rate card" in answer.visible_text
    office.press_label(answer, "Done")
    assert office.rows(NextStep)[0].done_at is not None


def test_two_partners_of_a_referral_are_asked_about(office: Office, acme: int) -> None:
    nova = office.partner("Nova")
    answer = office.told("/referral from Acme Legal and Nova Sycamore Prints 5k")
    once(office, answer, "Both")
    assert {row.partner_id for row in standing(office)} == {acme, nova}


def test_a_spelling_is_learnt_and_forgotten(office: Office, acme: int) -> None:
    once(office, office.told("/touch Akme Legl call"), "Acme Legal")
    assert office.row(PartnerSpelling).spelling == "Akme Legl"
    assert "you typed “Akme Legl”" in office.told("/touch Akme Legl lunch").visible_text
    record = only_answer(office.press(office.told("/partner show Acme Legal"), "more_of_partner"))
    assert "Akme Legl" in record.visible_text
    assert "Forgotten" in only_answer(office.press_label(record, "Forget")).visible_text
    assert office.rows(PartnerSpelling) == []
    assert "No partner is called" in office.told("/touch Akme Legl lunch").visible_text


def test_a_day_in_a_sentence_is_offered(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal call, they said on tuesday they might move")
    assert office.row(Activity).occurred_on == TODAY
    assert "“tuesday” looks like a day" in answer.visible_text
    (label,) = [label for label in labels(answer) if label.startswith("It was on")]
    assert "Changed" in once(office, answer, label).visible_text
    assert office.row(Activity).occurred_on == date(2026, 11, 17)


def test_a_promise_that_stayed_in_the_text_is_made_one(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal call. Jo to send the list by 27 Nov")
    assert "looks like a promise" in answer.visible_text
    once(office, answer, "Make it a promise")
    assert office.row(NextStep).due_on == date(2026, 11, 27)


def test_what_was_promised_and_done_is_offered_to_be_closed(office: Office, acme: int) -> None:
    office.told("/touch Acme Legal call next: send the deck by friday")
    answer = office.told("/touch Acme Legal sent the deck")
    assert "“send the deck”. Is that done?" in answer.visible_text
    office.press_label(answer, "Done")
    assert office.row(NextStep).done_at is not None


def test_they_promised_is_theirs(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal call, they will send the contract by friday")
    assert "They promised by 27 Nov" in answer.visible_text
    assert office.row(NextStep).side == "them"


def test_a_refusal_opens_the_form_filled_with_what_was_understood(office: Office, acme: int) -> None:
    answer = office.told("/referral from Acme Legal Heather Inns £5k-£8k won, I'll call them by friday")
    assert "> /referral from Acme Legal Heather Inns £5k-£8k won" in answer.visible_text
    form = office.press_label(answer, FIX).view
    assert form is not None
    found = first_values(form)
    assert (found["partner"], found["lead"], found["outcome"]) == ("Acme Legal", "Heather Inns", "won")
    office.submit(form, value="6k")
    assert (office.row(Activity).value_minor, office.row(Activity).outcome) == (600_000, "won")
    assert office.row(NextStep).due_on == date(2026, 11, 27)


@pytest.mark.parametrize(
    "line",
    [
        "/referral from Acme Legal Northwind £1,234.50 met on 2 Nov strategic",
        "/touch Acme Legal coffee with Jo\nTalked about pricing\nand  hiring",
        "/event Acme Legal Webinar on pricing",
        "/touch Acme Legal tried to call, no answer",
    ],
)
def test_edit_saved_unchanged_changes_nothing(office: Office, acme: int, line: str) -> None:
    form = office.press_label(office.told(line), "Edit").view
    assert form is not None
    before = [row.model_dump() for row in office.rows(Activity)]
    seen = office.submit(form)
    assert "Nothing was changed" in only_answer(seen).visible_text
    assert [row.model_dump() for row in office.rows(Activity)] == before


def test_edit_tells_the_history_who_changed_what(office: Office, acme: int) -> None:
    form = office.press_label(office.told("/referral from Acme Legal Northwind 5k"), "Edit").view
    assert form is not None
    shown = only_answer(office.submit(form, value="7k", title="Northwind Ltd"))
    assert "value £5,000 → £7,000" in shown.visible_text
    assert {(row.field, row.changed_by) for row in office.rows(AuditEntry) if row.subject == "activity"} == {
        ("value", ANA),
        ("lead", ANA),
    }
    assert "Undone" in replaced(office.press_label(shown, "Undo")).visible_text
    assert office.row(Activity).title == "Northwind"


def test_a_rating_is_mended(office: Office, acme: int) -> None:
    form = office.press_label(office.told("/trust Acme Legal 4 kept their word"), "Edit").view
    assert form is not None
    office.submit(form, level=2)
    assert (office.row(TrustRating).level, office.row(TrustRating).note) == (2, "kept their word")


def test_several_lines_are_several_records_and_one_unknown_is_asked_about(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal call\n/event Acme Legal Fair\n/touch Zanzibar Freight lunch")
    assert [row.kind for row in standing(office)] == ["meeting", "event"]
    assert "Zanzibar Freight" in answer.visible_text
    once(office, answer, "Add “Zanzibar Freight”")
    assert [row.medium for row in standing(office)] == ["call", None, "lunch"]


def test_a_cancelled_event_voids_its_plan(office: Office, acme: int) -> None:
    office.told("/event Acme Legal Gin tasting on 2026-12-10")
    answer = office.told("/event Acme Legal Gin tasting cancelled")
    assert "Cancelled" in answer.visible_text
    assert standing(office) == []
    assert "Undone" in replaced(office.press_label(answer, "Undo")).visible_text
    assert len(standing(office)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Acme Legal", "Acme Legal"),
        ("how is acme doing?", "Acme Legal"),
        ("thanks!", "Any time"),
        ("good morning", "Who needs me?"),
        ("who is quiet?", "partner"),
    ],
)
def test_plain_words_are_answered(office: Office, acme: int, text: str, said: str) -> None:
    before = [rows for name, rows in office.records().items() if name != "seen_request"]
    office.slack.direct_message(ANA, text)
    office.slack.mention(ANA, ROOM, text)
    assert said in [message.visible_text for message in office.slack.dm(ANA) if message.by_bot][-1]
    assert said in office.slack.ephemerals(ANA)[-1].visible_text
    assert [rows for name, rows in office.records().items() if name != "seen_request"] == before


def test_undo_takes_back_ones_own_last_record(office: Office, acme: int) -> None:
    office.told("/touch Acme Legal call")
    office.told("/touch Acme Legal lunch", user=BOB)
    office.slack.direct_message(ANA, "undo")
    assert [row.medium for row in standing(office)] == ["lunch"]


@pytest.mark.parametrize("more", [{"subtype": "file_share"}, {"subtype": "thread_broadcast", "thread_ts": "1.0"}, {}])
def test_a_message_in_the_dm_is_understood_however_it_comes(office: Office, acme: int, more: dict[str, Any]) -> None:
    dm = office.slack.world.open_dm(ANA).id
    event = {"type": "message", "channel_type": "im", "user": ANA, "channel": dm, "ts": "1.1", **more}
    for retry in (None, 1):
        office.slack.event({**event, "text": "touch\u00a0Acme Legal\u00a0call"}, event_id="Ev1", retry_num=retry)
    assert [row.medium for row in standing(office)] == ["call"]


def test_a_colon_after_our_name_is_no_word(office: Office, acme: int) -> None:
    office.slack.mention(ANA, ROOM, ": touch Acme Legal call")
    assert [row.medium for row in standing(office)] == ["call"]


def test_the_shortcut_takes_the_day_and_the_partner_of_the_message(office: Office, acme: int) -> None:
    message = office.slack.say(BOB, ROOM, "Great lunch with Acme Legal")
    office.clock.forward(days=3)
    form = office.slack.message_shortcut(ANA, "log_message", message).view
    assert form is not None
    found = first_values(form)
    assert (found["partner"], found["occurred_on"]) == ("Acme Legal", "2026-11-23")


def test_a_long_line_is_never_lost(office: Office, acme: int) -> None:
    note = "words " * 450
    form = office.types(f"/referral from Acme Legal Heather Inns £5k-£8k {note}").view
    assert form is not None
    found = first_values(form)
    assert (found["partner"], found["lead"].split(" words")[0]) == ("Acme Legal", "Heather Inns")
    assert office.rows(Activity) == []


def test_a_long_line_in_the_dm_offers_the_form_with_what_was_understood(office: Office, acme: int) -> None:
    """No button takes the line itself, so it takes what was understood."""
    note = "they want to hear of it again soon " * 70
    office.slack.direct_message(ANA, f"referral from Acme Legal Heather Inns £5k-£8k met {note}")
    answer = [message for message in office.slack.dm(ANA) if message.by_bot][-1]
    assert labels(answer) == [FIX]
    form = office.press_label(answer, FIX).view
    assert form is not None
    found = first_values(form)
    assert (found["partner"], found["outcome"]) == ("Acme Legal", "met")
    assert found["lead"].startswith("Heather Inns")
    office.submit(form, value="6k", lead="Heather Inns")
    assert (office.row(Activity).value_minor, office.row(Activity).title) == (600_000, "Heather Inns")


def test_a_known_name_that_is_added_again_is_opened(office: Office, acme: int) -> None:
    answer = office.told("/partner add acme legal")
    assert "already a partner" in answer.visible_text
    assert "Acme Legal" in only_answer(office.press_label(answer, "Open Acme Legal")).visible_text
    assert len(office.rows(Partner)) == 1


@pytest.mark.parametrize("words", ["got the green light", "fell over", "walked away", "paid up"])
def test_what_sounds_like_an_outcome_is_named_and_used_by_one_press(office: Office, acme: int, words: str) -> None:
    answer = office.told(f"/referral from Acme Legal Northwind {words}")
    assert (office.row(Activity).title, office.row(Activity).note) == ("Northwind", words)
    assert office.row(Activity).outcome == "introduced"
    assert f"I kept “{words}” as a note. Does that mean it is won, or lost?" in answer.visible_text
    once(office, answer, "It is lost")
    assert office.row(Activity).outcome == "lost"


def test_other_words_of_a_referral_are_named_too(office: Office, acme: int) -> None:
    assert "I kept “(ex VAT)” as a note." in office.told("/referral from Acme Legal Northwind 5k (ex VAT)").visible_text
    answer = office.told("/referral from Acme Legal Contoso 5k won, lovely people")
    assert "as a note" not in answer.visible_text


def test_a_partner_that_is_only_mentioned_is_told(office: Office, acme: int) -> None:
    assert "the only partner you mention" in office.told("/touch zeta call about acme legal").visible_text
    assert "the only partner" not in office.told("/touch call with acme legal").visible_text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Monday.com", "touch monday.com call about renewals"),
        ("Kestrel.io", "touch Lunch with Kestrel.io, they sent a list"),
        ("O'Malley & Sons", 'touch O\'Malley & Sons call -- about "the big day"'),
        ("Harrow & Vale", "touch coffee w/ harrow & vale"),
    ],
)
@pytest.mark.parametrize("on_phone", [False, True])
def test_a_line_is_read_as_slack_sends_it(office: Office, name: str, typed: str, on_phone: bool) -> None:
    """Linked, escaped, and with a phone's quotes and dashes."""
    partner_id = office.partner(name)
    office.slack.world.add_person(ANA, "ana", smart_punctuation=on_phone)
    office.slack.direct_message(ANA, typed)
    office.types(f"/{typed} again")
    assert [row.partner_id for row in office.rows(Activity)] == [partner_id] * 2
    assert not any("http" in row.title or "&amp;" in row.title for row in office.rows(Activity))


def test_a_phones_quotes_and_dash_stay_in_the_note(office: Office, acme: int) -> None:
    office.slack.world.add_person(ANA, "ana", smart_punctuation=True)
    office.types("/touch Acme Legal call about O'Malley's \"big\" day -- see acme.com")
    assert office.row(Activity).title == "about O’Malley’s “big” day — see acme.com"
