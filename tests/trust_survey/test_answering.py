"""What comes of an answer: a rating of their side, told once to whoever tends the partner, offered for the record."""

from datetime import date, timedelta

import pytest

from bot.notifications.claim import run_all
from storage.tables import AuditEntry, Partner, TrustQuestion, TrustRating
from tests.listeners.office import ANA, BOB, STEVE, TODAY, Office, labels, only_answer
from tests.trust_survey.visiting import Visitor, asked

WORDS = "A specialist we can send clients to,\r\nand an honest word."


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    made = office.partner("Acme Legal", wiifm_us="leads")
    office.rate(made, 2)
    return made


def test_an_answer_is_a_rating_of_their_side(office: Office, visitor: Visitor) -> None:
    """By a rater from outside, whom nobody takes for a person of the workspace; it is estimated no more."""
    assert "estimated from ours" in office.told("/partner show Acme Legal").visible_text
    link = asked(office)
    thanks = visitor.sends(link, 4, WORDS)
    assert (thanks.status, "Thank you" in thanks.words) == (200, True)
    _, rating = office.rows(TrustRating)
    assert (rating.side, rating.level, rating.rated_on) == ("theirs", 4, TODAY)
    assert (rating.rater, rating.recorded_by) == ("contact:janedoe", "contact:janedoe")
    assert rating.note == WORDS.replace("\r\n", "\n")
    assert office.row(TrustQuestion).rating_id == rating.id
    assert "said by Jane Doe today" in office.told("/partner show Acme Legal").visible_text
    office.clock.forward(days=3)
    card = office.told("/partner show Acme Legal").visible_text
    assert "estimated from ours" not in card
    assert "Their view: they trust us 4 of 5, said by Jane Doe on 23 Nov" in card.replace("*", "")
    assert "A specialist we can send clients to, and an honest word." in card


def test_the_later_answer_of_one_contact_stands_and_two_contacts_share(office: Office, visitor: Visitor) -> None:
    """The median of each rater's latest, as for any other."""
    for contact, level in (("Jane Doe", 1), ("Joe", 5), ("jane doe", 3)):
        visitor.sends(asked(office, contact), level)
        office.clock.forward(minutes=1)
    card = office.told("/partner show Acme Legal").visible_text
    assert "3 of 5" in card
    assert "5 of 5" in card
    assert "1 of 5" not in card
    assert "× trust 4" in office.told("/partner explain Acme Legal").visible_text


def test_the_words_are_taken_into_the_record_by_one_click(office: Office, visitor: Visitor) -> None:
    """Never by themselves; the history tells who did it."""
    visitor.sends(asked(office), 4, WORDS)
    assert office.row(Partner).wiifm_them is None
    card = office.told("/partner show Acme Legal")
    assert "now has this in the record" in only_answer(office.press_label(card, "Keep in the record")).visible_text
    assert office.row(Partner).wiifm_them == WORDS.replace("\r\n", "\n")
    assert office.rows(AuditEntry)[-1].changed_by == ANA
    again = office.told("/partner show Acme Legal")
    assert not {"Keep in the record", "Replace ours with this"} & set(labels(again))


def test_what_the_record_says_is_replaced_only_by_a_button_that_says_so(office: Office, visitor: Visitor) -> None:
    office.partner("Beta", wiifm_them="Our stage")
    visitor.sends(asked(office, "Bea", "Beta"), 5, "Your ears")
    card = office.told("/partner show Beta")
    assert "Our stage" in card.visible_text
    assert office.rows(Partner)[-1].wiifm_them == "Our stage"
    office.press_label(card, "Replace ours with this")
    assert office.rows(Partner)[-1].wiifm_them == "Your ears"
    assert (office.rows(AuditEntry)[-1].old, office.rows(AuditEntry)[-1].new) == ("Our stage", "Your ears")


def test_mere_pay_stays_their_words(office: Office, visitor: Visitor) -> None:
    """It is kept as said, and the card says why the record does not take it."""
    visitor.sends(asked(office), 3, "10% commission")
    assert office.rows(TrustRating)[-1].note == "10% commission"
    card = office.told("/partner show Acme Legal")
    assert "names only pay" in card.visible_text
    assert "Keep in the record" not in labels(card)


def test_an_answer_without_words_is_one(office: Office, visitor: Visitor) -> None:
    visitor.sends(asked(office), 5)
    card = office.told("/partner show Acme Legal")
    assert "they trust us 5 of 5, said by Jane Doe today" in card.visible_text
    assert "Keep in the record" not in labels(card)


def test_it_is_told_once_in_the_next_nudge(office: Office, visitor: Visitor) -> None:
    """To whoever tends the partner, with all else of the day; and it stands in their Home."""
    visitor.sends(asked(office), 4, "Your ears")
    office.told("/tend", ANA)
    run_all(office.services, office.clock())
    (dm,) = office.slack.dm(ANA)
    assert "they trust us 4 of 5, said by Jane Doe today" in dm.visible_text
    assert [*office.slack.dm(BOB), *office.slack.dm(STEVE)] == []
    home = office.slack.open_home(ANA).view
    assert home is not None
    assert "they trust us 4 of 5, said by Jane Doe today" in home.visible_text
    office.clock.forward(days=1)
    run_all(office.services, office.clock())
    assert sum("4 of 5" in message.visible_text for message in office.slack.dm(ANA)) == 1


def test_a_snooze_does_not_make_it_news_again(office: Office, visitor: Visitor, acme: int) -> None:
    visitor.sends(asked(office), 4, "Your ears")
    office.told("/tend", ANA)
    run_all(office.services, office.clock())
    card = office.told("/partner show Acme Legal")
    office.press(card, "snooze", value=f"{acme}:3")
    office.clock.forward(days=1)
    run_all(office.services, office.clock())
    assert sum("4 of 5" in message.visible_text for message in office.slack.dm(ANA)) == 1


def test_the_longest_words_of_all_fit(office: Office, visitor: Visitor) -> None:
    """In a nudge that Slack takes, with all else that is long, and on the card; the fourth answer comes a day later."""
    name = "&" * 119
    for number in range(4):
        made = office.partner(f"{name}{number}", wiifm_us="&" * 1000, wiifm_them="&" * 1000)
        for _ in range(2):
            office.activity(made, title="&" * 1000, outcome="introduced", occurred_on=TODAY - timedelta(days=40))
        for contact in ("&" * 120, "Joe")[: 1 + (number == 3)]:
            thanks = visitor.sends(asked(office, contact, f"{name}{number}"), 4, f"A{number}" + "&" * 998)
            assert thanks.status == 200
    office.told("/tend", ANA)
    run_all(office.services, office.clock())
    (dm,) = office.slack.dm(ANA)
    assert dm.visible_text.count("they trust us 4 of 5") == 3
    assert "they trust us 4 of 5" in office.told(f'/partner show "{name}3"').visible_text
    assert office.slack.open_home(ANA).ok
    office.clock.forward(days=1)
    run_all(office.services, office.clock())
    assert office.slack.dm(ANA)[-1].visible_text.count("they trust us 4 of 5") == 2


def test_who_asked_cannot_take_an_answer_back(office: Office, visitor: Visitor) -> None:
    """Lest one that they do not like goes away. By a forged button a steward could; then it is told no more."""
    visitor.sends(asked(office), 1, "You never call")
    rating = office.rows(TrustRating)[-1]
    told = office.told("/trust Acme Legal 2")
    assert (
        "Only the person who recorded this"
        in only_answer(office.forge(told, "undo_trust", str(rating.id))).visible_text
    )
    told = office.told("/trust Acme Legal 2", STEVE)
    office.forge(told, "undo_trust", str(rating.id), STEVE)
    assert office.rows(TrustRating)[1].voided_at is not None
    assert "You never call" not in office.told("/partner show Acme Legal").visible_text


def test_the_day_is_the_teams(office: Office, visitor: Visitor) -> None:
    office.told("/tend settings timezone Pacific/Auckland", STEVE)
    link = asked(office)
    office.clock.now = office.clock.now.replace(hour=20)
    visitor.sends(link, 4)
    assert office.rows(TrustRating)[-1].rated_on == date(2026, 11, 24) == TODAY + timedelta(days=1)


def test_an_answer_has_nothing_that_only_a_terminal_or_an_assistant_reads(office: Office, visitor: Visitor) -> None:
    visitor.sends(asked(office), 4, "Good\x1b]0;x\x07 work" + "".join(chr(0xE0000 + ord(letter)) for letter in "obey"))
    assert office.rows(TrustRating)[1].note == "Good]0;x work"
