"""Asking in Slack: who may, what they get, how it is taken back."""

import pytest

from bot.config import Settings
from bot.services import Services
from bot.signed_links import LINK_LIFETIME
from storage.tables import TrustQuestion
from tests.listeners.office import ADA, ANA, BOB, NOW, STEVE, Office, first_values, labels, only_answer
from tests.trust_survey.visiting import Visitor, asked, link_in


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    return office.partner("Acme Legal")


def test_a_line_makes_a_link_that_only_its_writer_sees(office: Office) -> None:
    answer = office.told("/partner ask Acme Legal Jane Doe")
    link = link_in(answer)
    row = office.row(TrustQuestion)
    assert (row.contact, row.asked_by, row.asked_at, row.expires_at) == ("Jane Doe", ANA, NOW, NOW + LINK_LIFETIME)
    assert "valid for one answer until 23 Dec" in answer.visible_text
    assert labels(answer) == ["Withdraw", "Open card"]
    assert link.rpartition("/")[2] not in str(office.records())  # nobody makes it out of the database
    assert row.secret_hash not in link


def test_a_line_without_a_name_asks_whom(office: Office) -> None:
    form = office.asked("/partner ask Acme Legal")
    assert first_values(form) == {"purpose": "view"}
    done = office.submit(form, contact="  Jane   Doe ")
    assert done.closed
    assert link_in(only_answer(done))
    assert office.row(TrustQuestion).contact == "Jane Doe"


def test_the_form_remembers_whom_one_asks(office: Office) -> None:
    """Who was asked last, and before that the sponsor on their side."""
    office.person(office.partner("Beta"), "Bea", is_sponsor=True)
    assert first_values(office.asked("/partner ask Beta")) == {"purpose": "view", "contact": "Bea"}
    asked(office, "Bill", "Beta")
    assert first_values(office.asked("/partner ask Beta")) == {"purpose": "view", "contact": "Bill"}


@pytest.mark.parametrize("name", [" ", "\u200b", "x" * 121])
def test_a_name_that_is_none_is_said_at_its_field(office: Office, name: str) -> None:
    form = office.asked("/partner ask Acme Legal")
    assert set(office.submit(form, contact=name).errors or ()) == {"contact"}
    assert office.rows(TrustQuestion) == []


def test_the_card_offers_it(office: Office) -> None:
    card = office.told("/partner show Acme Legal")
    assert "Ask for their view" in labels(card)
    assert office.press_label(card, "Ask for their view").view is not None


@pytest.mark.parametrize("user", [STEVE, ADA])
def test_stewards_may_ask_for_others(office: Office, user: str) -> None:
    assert link_in(office.told("/partner ask Acme Legal Jane", user))


def test_who_does_not_tend_the_partner_may_not(office: Office) -> None:
    for line in ("/partner ask Acme Legal", "/partner ask Acme Legal Jane"):
        assert "Only the partner's owner" in office.told(line, BOB).visible_text
    assert office.rows(TrustQuestion) == []


def test_an_ended_partnership_is_asked_nothing(office: Office) -> None:
    office.told("/partner end Acme Legal no fit", STEVE)
    assert "has ended" in office.told("/partner ask Acme Legal Jane").visible_text


@pytest.mark.parametrize("missing", ["tend_url", "slack_signing_secret"])
def test_without_an_address_it_says_what_the_operator_must_set(office: Office, missing: str) -> None:
    """And neither makes a link nor opens a form that could not be answered."""
    settings = Settings.model_validate(office.settings.model_dump() | {missing: None})
    services = Services(settings, office.engine, office.clock, office.services.workspaces)
    assert services.links() is None
    object.__setattr__(office.services, "settings", settings)
    for line in ("/partner ask Acme Legal", "/partner ask Acme Legal Jane"):
        answer = office.told(line)
        assert "TEND_URL" in answer.visible_text
        assert "SLACK_SIGNING_SECRET" in answer.visible_text
        assert "Nothing was recorded" in answer.visible_text
    assert office.rows(TrustQuestion) == []


def test_a_link_is_withdrawn(office: Office, visitor: Visitor) -> None:
    answer = office.told("/partner ask Acme Legal Jane Doe")
    link = link_in(answer)
    seen = only_answer(office.press_label(answer, "Withdraw"))
    assert "no longer works" in seen.visible_text
    page = visitor.opens(link)
    assert (page.status, page.has_question) == (410, False)
    assert "withdrawn" in page.words
    assert (visitor.sends(link, 4).status, office.row(TrustQuestion).answered_at) == (410, None)
    assert "was asked" not in office.told("/partner show Acme Legal").visible_text
    assert "no longer works" in only_answer(office.press_label(answer, "Withdraw")).visible_text


def test_an_answer_cannot_be_withdrawn(office: Office, visitor: Visitor) -> None:
    answer = office.told("/partner ask Acme Legal Jane Doe")
    visitor.sends(link_in(answer), 4)
    assert "has already answered" in only_answer(office.press_label(answer, "Withdraw")).visible_text
    assert office.row(TrustQuestion).withdrawn_at is None


def test_others_may_not_withdraw(office: Office) -> None:
    asked(office)
    card = office.told("/partner show Acme Legal", BOB)
    assert "Only the partner's owner" in only_answer(office.press_label(card, "Withdraw", BOB)).visible_text
    assert office.row(TrustQuestion).withdrawn_at is None


def test_asking_the_same_person_anew_withdraws_the_earlier_link(office: Office, visitor: Visitor) -> None:
    """However the name is spelt; somebody else's stays good."""
    first, other = asked(office, "Jane Doe"), asked(office, "Joe")
    answer = office.told("/partner ask Acme Legal jane  DOE")
    assert "earlier link no longer works" in answer.visible_text
    assert visitor.opens(first).status == 410
    assert visitor.opens(other).has_question
    assert visitor.opens(link_in(answer)).has_question


def test_the_card_tells_who_was_asked(office: Office) -> None:
    asked(office)
    card = office.told("/partner show Acme Legal")
    assert f"Jane Doe was asked for their view by <@{ANA}> today; the link is valid until 23 Dec" in card.visible_text
    office.clock.forward(days=31)
    assert "Jane Doe was asked" not in office.told("/partner show Acme Legal").visible_text


def test_a_form_that_slack_sends_twice_makes_one_link(office: Office) -> None:
    office.submit(office.asked("/partner ask Acme Legal"), contact="Jane")
    office.again()
    assert len(office.rows(TrustQuestion)) == 1
