"""A partner's own door: a link by which a contact refers people to us, and the owner's yes or no."""

from datetime import timedelta

import pytest

from bot.actions.reviews.referral_offer import MAX_NOTE_LENGTH
from bot.config import Settings
from bot.notifications.claim import run_all
from bot.services import Services
from bot.signed_links import LINK_LIFETIME
from storage.tables import Activity, ActivityContact, AuditEntry, ContactPerson, OfferedReferral, ReferralLink
from tests.listeners.office import (
    ANA,
    BOB,
    NOW,
    STEVE,
    TEND_URL,
    TODAY,
    Office,
    first_values,
    labels,
    only_answer,
    replaced,
)
from tests.trust_survey.test_page import leaks_nothing
from tests.trust_survey.visiting import Visitor, asked, door, link_in, refers


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    """A partner of whom the record says a lot that they should not read."""
    made = office.partner("Acme Legal", vertical="solicitors", wiifm_us="Vexing", wiifm_them="Zanzibar")
    office.activity(made, title="Northwind", value_minor=791900, outcome="won")
    office.told("/trust Acme Legal 2 Grumbling")
    return made


@pytest.fixture(autouse=True)
def nothing_leaks(visitor: Visitor, acme: int) -> object:
    """On no page of any test here."""
    yield
    for seen in visitor.seen:
        leaks_nothing(seen)


def test_the_form_makes_a_link_that_only_its_writer_sees(office: Office, visitor: Visitor) -> None:
    form = office.asked("/partner ask Acme Legal")
    assert first_values(form)["purpose"] == "view"
    answer = only_answer(office.submit(form, contact="Jane Doe", purpose="referrals"))
    link, row = link_in(answer), office.row(ReferralLink)
    assert (row.contact, row.asked_by, row.asked_at, row.expires_at) == ("Jane Doe", ANA, NOW, NOW + LINK_LIFETIME)
    assert "valid until 23 Dec" in answer.visible_text
    assert labels(answer) == ["Withdraw link", "Open card"]
    assert link.startswith(f"{TEND_URL}/refer/")
    assert link.rpartition("/")[2] not in str(office.records())
    page = visitor.opens(link)
    assert (page.status, "Refer somebody to Stand-in" in page.words) == (200, True)
    assert "ana of Stand-in would be glad of an introduction from Acme Legal" in page.words


def test_what_comes_in_counts_for_nothing_until_the_owner_says_yes(office: Office, visitor: Visitor) -> None:
    thanks = refers(visitor, door(office), reach="jo@fabrikam.example", note="Needs a lawyer\r\nsoon")
    assert (thanks.status, "Thank you" in thanks.words) == (200, True)
    row = office.row(OfferedReferral)
    assert (row.name, row.reach, row.note) == ("Fabrikam", "jo@fabrikam.example", "Needs a lawyer\nsoon")
    assert (row.came_at, row.decided_at, row.activity_id) == (NOW, None, None)
    assert [one.title for one in office.rows(Activity)] == ["Northwind"]
    card = office.told("/partner show Acme Legal")
    assert "Jane Doe refers Fabrikam to you" in card.visible_text.replace("*", "")
    assert "jo@fabrikam.example" in card.visible_text


def test_the_yes_records_a_referral_of_the_day_it_came(office: Office, visitor: Visitor) -> None:
    refers(visitor, door(office), reach="jo@fabrikam.example", note="Needs a lawyer")
    office.clock.forward(days=4)
    card = office.told("/partner show Acme Legal")
    answer = only_answer(office.press_label(card, "Record it"))
    assert "Recorded" in answer.visible_text
    assert "Brought by Jane Doe" in answer.visible_text
    row = office.rows(Activity)[-1]
    assert (row.kind, row.direction, row.outcome, row.title) == ("referral", "in", "introduced", "Fabrikam")
    assert (row.occurred_on, row.recorded_by) == (TODAY, ANA)
    assert row.note == "Needs a lawyer\nContact: jo@fabrikam.example"
    jane = next(one for one in office.rows(ContactPerson) if one.name == "Jane Doe")
    assert [(one.activity_id, one.contact_person_id) for one in office.rows(ActivityContact)] == [(row.id, jane.id)]
    offer = office.row(OfferedReferral)
    assert (offer.activity_id, offer.decided_by) == (row.id, ANA)
    assert "Record it" not in labels(office.told("/partner show Acme Legal"))
    again = only_answer(office.press_label(card, "Record it"))
    assert "was already recorded" in again.visible_text
    assert "was already recorded" in only_answer(office.press_label(card, "Not for us")).visible_text
    assert len(office.rows(Activity)) == 2


def test_one_who_is_an_open_lead_already_is_no_second_one(office: Office, visitor: Visitor) -> None:
    office.told("/referral from Acme Legal Fabrikam")
    refers(visitor, door(office), note="Needs a lawyer")
    office.press_label(office.told("/partner show Acme Legal"), "Record it")
    _, row = office.rows(Activity)
    assert (row.title, row.note) == ("Fabrikam", "Needs a lawyer")
    assert office.row(OfferedReferral).activity_id == row.id


def test_the_no_stays_in_the_history(office: Office, visitor: Visitor) -> None:
    refers(visitor, door(office))
    card = office.told("/partner show Acme Legal")
    assert "is not for you" in only_answer(office.press_label(card, "Not for us")).visible_text
    offer = office.row(OfferedReferral)
    assert (offer.decided_by, offer.activity_id) == (ANA, None)
    assert len(office.rows(Activity)) == 1
    assert "their referral" in office.told("/partner history Acme Legal").visible_text
    assert "was already declined" in only_answer(office.press_label(card, "Record it")).visible_text


def test_who_does_not_tend_the_partner_neither_asks_nor_decides(office: Office, visitor: Visitor) -> None:
    refers(visitor, door(office))
    card = office.told("/partner show Acme Legal", BOB)
    for label in ("Record it", "Not for us", "Withdraw link"):
        assert "Only the partner's owner" in only_answer(office.press_label(card, label, BOB)).visible_text
    assert office.row(OfferedReferral).decided_at is None
    assert office.row(ReferralLink).withdrawn_at is None


def test_the_next_nudge_and_the_home_tell_of_it_and_no_message_of_its_own(office: Office, visitor: Visitor) -> None:
    office.told("/tend", ANA)
    refers(visitor, door(office))
    assert office.slack.dm(ANA) == []
    home = office.slack.open_home(ANA).view
    assert home is not None
    assert {"Record it", "Not for us"} <= set(labels(home))
    for _ in range(3):
        run_all(office.services, office.clock())
        office.clock.forward(days=1)
    (told,) = [one for one in office.slack.dm(ANA) if "Fabrikam" in one.visible_text]
    assert "Jane Doe refers Fabrikam to you" in told.visible_text.replace("*", "")
    assert [*office.slack.dm(BOB), *office.slack.dm(STEVE)] == []
    assert "Recorded" in only_answer(office.press_label(told, "Record it")).visible_text


def test_one_that_waits_is_told_again_after_a_while(office: Office, visitor: Visitor) -> None:
    office.told("/tend", ANA)
    refers(visitor, door(office))
    for _ in range(16):
        run_all(office.services, office.clock())
        office.clock.forward(days=1)
    assert sum("Fabrikam" in one.visible_text for one in office.slack.dm(ANA)) == 2


def test_the_longest_words_of_all_fit(office: Office, visitor: Visitor) -> None:
    """In a nudge that Slack takes, with all else that is long, on the Home and on the card."""
    name = "&" * 119
    for number in range(4):
        made = office.partner(f"{name}{number}", wiifm_us="&" * 1000, wiifm_them="&" * 1000)
        for _ in range(2):
            office.activity(made, title="&" * 1000, outcome="introduced", occurred_on=TODAY - timedelta(days=40))
        assert visitor.sends(asked(office, "&" * 119 + "J", f"{name}{number}"), 4, "&" * 1000).status == 200
        link = door(office, "&" * 119 + "J", f'"{name}{number}"')
        longest = {"reach": "&" * 120, "note": "&" * MAX_NOTE_LENGTH}
        assert refers(visitor, link, "&" * 119 + "F", **longest).status == 200
    office.told("/tend", ANA)
    run_all(office.services, office.clock())
    (dm,) = office.slack.dm(ANA)
    assert labels(dm).count("Record it") == 3
    assert "Record it" in labels(office.told(f'/partner show "{name}3"'))
    assert office.slack.open_home(ANA).ok
    assert "Recorded" in only_answer(office.press(dm, "accept_offer:1")).visible_text


def test_an_ended_partnership_gets_no_referral_recorded(office: Office, visitor: Visitor) -> None:
    refers(visitor, door(office))
    card = office.told("/partner show Acme Legal")
    office.told("/partner end Acme Legal no fit", STEVE)
    assert "has ended" in only_answer(office.press_label(card, "Record it")).visible_text
    assert "is not for you" in only_answer(office.press_label(card, "Not for us")).visible_text


@pytest.mark.parametrize("missing", ["tend_url", "slack_signing_secret"])
def test_without_an_address_there_is_no_link(office: Office, missing: str) -> None:
    form = office.asked("/partner ask Acme Legal")
    settings = Settings.model_validate(office.settings.model_dump() | {missing: None})
    assert Services(settings, office.engine, office.clock, office.services.workspaces).links() is None
    object.__setattr__(office.services, "settings", settings)
    done = office.submit(form, contact="Jane", purpose="referrals")
    assert "TEND_URL" in str(done.errors or done.visible_text)
    assert office.rows(ReferralLink) == []


def test_a_merge_takes_the_door_along_and_back(office: Office, visitor: Visitor) -> None:
    """The link leads to the partner that the other was merged into."""
    office.partner("Acme Law")
    link = door(office, partner="Acme Law")
    refers(visitor, link)
    plan = office.told("/partner merge Acme Law into Acme Legal", STEVE)
    merged = replaced(office.press_label(plan, "Merge", STEVE))
    assert "an introduction from Acme Legal" in visitor.opens(link).words
    refers(visitor, link, "Contoso")
    assert {one.partner_id for one in office.rows(OfferedReferral)} == {office.row(ReferralLink).partner_id}
    assert labels(office.told("/partner show Acme Legal")).count("Record it") == 2
    office.press_label(merged, "Undo the merge", STEVE)
    assert labels(office.told("/partner show Acme Law")).count("Record it") == 1


def test_an_erased_contact_is_named_nowhere_and_their_link_ends(office: Office, visitor: Visitor) -> None:
    link = door(office)
    refers(visitor, link)
    jane = next(one for one in office.rows(ContactPerson) if one.name == "Jane Doe")
    people = office.told("/partner people Acme Legal")
    asks = only_answer(office.press(people, f"change_person:{jane.id}", value=f"{jane.id}:erase"))
    office.press(asks, "erase_person")
    assert office.rows(ContactPerson) == []
    assert "Jane" not in str([office.rows(one) for one in (ReferralLink, OfferedReferral, AuditEntry)])
    assert visitor.opens(link).status == 410
    office.press_label(office.told("/partner show Acme Legal"), "Record it")
    assert office.rows(Activity)[-1].title == "Fabrikam"
