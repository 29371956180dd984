"""A partner's own door: a link by which a contact refers people to us, and the owner's yes or no."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine

from bot.actions.reviews.invitations import LinkState
from bot.actions.reviews.referral_offer import MAX_NOTE_LENGTH, MAX_OFFERS, MAX_OFFERS_AN_HOUR, OfferForm, record_offer
from bot.config import Settings
from bot.notifications.claim import run_all
from bot.services import Services
from bot.signed_links import LINK_LIFETIME, ReferralTicket, hash_secret, new_secret
from storage.db.engine import reading, writing
from storage.partners import referral_links
from storage.tables import Activity, ActivityContact, AuditEntry, ContactPerson, OfferedReferral, ReferralLink
from storage.workspaces import workspaces
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
from tests.patience import PATIENCE
from tests.storage.making import partner
from tests.trust_survey.test_page import leaks_nothing
from tests.trust_survey.visiting import Seen, Visitor, asked, link_in

SECRET = "0123456789abcdefABCDEF"


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    """A partner of whom the record says a lot that they should not read."""
    made = office.partner("Acme Legal", vertical="solicitors", wiifm_us="Vexing", wiifm_them="Zanzibar")
    office.activity(made, title="Northwind", value_minor=791900, outcome="won")
    office.told("/trust Acme Legal 2 Grumbling")
    return made


def door(office: Office, contact: str = "Jane Doe", partner: str = "Acme Legal", user: str = ANA) -> str:
    """A link for somebody at a partner."""
    form = office.asked(f"/partner ask {partner}", user)
    return link_in(only_answer(office.submit(form, contact=contact, purpose="referrals")))


def refers(visitor: Visitor, link: str, name: str = "Fabrikam", key: str | None = None, **fields: str) -> Seen:
    """The page's form, filled in and sent."""
    form = key or form_key(visitor.opens(link))
    return visitor.posts(link, urlencode({"form": form, "name": name, **fields}))


def form_key(page: Seen) -> str:
    return re.findall(r'name="form" value="([\w-]{22})"', page.html)[0]


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


def test_the_two_kinds_of_links_are_no_keys_to_each_other(office: Office, visitor: Visitor) -> None:
    survey, referral = asked(office), door(office)
    tokens = [link.rpartition("/")[2] for link in (survey, referral)]
    assert visitor.opens(f"{TEND_URL}/refer/{tokens[0]}").status == 404
    assert visitor.opens(f"{TEND_URL}/their-view/{tokens[1]}").status == 404


def test_looking_records_nothing(office: Office, visitor: Visitor) -> None:
    link = door(office)
    before = office.records()
    assert [visitor.opens(link).status for _ in range(3)] == [200] * 3
    assert office.records() == before


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


def test_a_form_that_is_sent_twice_counts_once(office: Office, visitor: Visitor) -> None:
    link = door(office)
    key = form_key(visitor.opens(link))
    for _ in range(2):
        assert "Thank you" in refers(visitor, link, key=key).words
    assert len(office.rows(OfferedReferral)) == 1
    refers(visitor, link, "Contoso")
    assert len(office.rows(OfferedReferral)) == 2


def test_five_come_in_an_hour_and_twenty_in_all(office: Office, visitor: Visitor) -> None:
    link = door(office)
    for number in range(MAX_OFFERS_AN_HOUR):
        assert refers(visitor, link, f"Firm {number}").status == 200
    key = form_key(visitor.opens(link))
    page = refers(visitor, link, "Patience Ltd", key, note="Kept as typed")
    assert (page.status, "Kept as typed" in page.html, form_key(page)) == (429, True, key)
    assert len(office.rows(OfferedReferral)) == MAX_OFFERS_AN_HOUR
    office.clock.forward(hours=1)
    assert refers(visitor, link, "Patience Ltd", key).status == 200
    for number in range(MAX_OFFERS_AN_HOUR + 1, MAX_OFFERS):
        office.clock.forward(hours=1)
        last = form_key(visitor.opens(link))
        assert refers(visitor, link, f"Firm {number}", last).status == 200
    assert len(office.rows(OfferedReferral)) == MAX_OFFERS
    assert "Thank you" in refers(visitor, link, key=last).words  # the last one, sent again
    for page in (visitor.opens(link), refers(visitor, link, key=new_secret())):
        assert (page.status, "used up" in page.words) == (410, True)
    assert len(office.rows(OfferedReferral)) == MAX_OFFERS


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Please say whom you have in mind"),
        ({"name": "\u200b"}, "Please say whom you have in mind"),
        ({"name": "x" * 121}, "up to 120 characters"),
        ({"name": "Jo", "reach": "x" * 121}, "That is 121 characters"),
        ({"name": "Jo", "note": "é" * (MAX_NOTE_LENGTH + 1)}, "That is 701 characters"),
        ({"name": "Jo", "form": "made-up"}, "send it again"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    office: Office, visitor: Visitor, fields: dict[str, str], words: str
) -> None:
    link = door(office)
    key = form_key(visitor.opens(link))
    page = visitor.posts(link, urlencode({"form": key, "note": 'Your "ears" <3'} | fields))
    assert (page.status, words in page.words) == (422, True)
    assert "note" in fields or "Your &#34;ears&#34; &lt;3</textarea>" in page.html
    assert office.rows(OfferedReferral) == []
    assert "Thank you" in refers(visitor, link, key=form_key(page)).words


def test_a_body_of_any_size_or_shape_breaks_nothing(office: Office, visitor: Visitor) -> None:
    link = door(office)
    assert visitor.posts(link, "name=a&note=" + "x" * 100_000).status == 413
    for body in (b"", b"\xff\xfe\x00", b"name", b"&" * 50, b"name=%", b"{", b"name=a%00", b"a=1&" * 1000):
        assert visitor.posts(link, body).status == 422, body
    assert office.rows(OfferedReferral) == []
    assert visitor.posts(link, b"form=" + b"x" * 22 + b"&name=a%00b%ff&note=%ed%a0%80").status == 200


def test_a_link_that_is_over_takes_nothing(office: Office, visitor: Visitor) -> None:
    """Expired, withdrawn, replaced, of an ended partner; what came before still waits."""
    answer = only_answer(
        office.submit(office.asked("/partner ask Acme Legal"), contact="Jane Doe", purpose="referrals")
    )
    link = link_in(answer)
    refers(visitor, link)

    def is_over(words: str, link: str = link) -> None:
        for page in (visitor.opens(link), refers(visitor, link, "Late Ltd", new_secret())):
            assert (page.status, words in page.words) == (410, True)
        assert [one.name for one in office.rows(OfferedReferral)] == ["Fabrikam"]

    assert "no longer works" in only_answer(office.press_label(answer, "Withdraw link")).visible_text
    is_over("withdrawn")
    assert "Record it" in labels(office.told("/partner show Acme Legal"))
    second, other = door(office), door(office, "Joe")
    third = door(office, "jane  DOE")
    is_over("withdrawn", second)
    assert visitor.opens(other).status == visitor.opens(third).status == 200
    office.clock.now = NOW + LINK_LIFETIME
    is_over("expired", third)
    fourth = door(office)
    office.told("/partner end Acme Legal no fit", STEVE)
    is_over("withdrawn", fourth)


def test_an_ended_partnership_gets_no_referral_recorded(office: Office, visitor: Visitor) -> None:
    refers(visitor, door(office))
    card = office.told("/partner show Acme Legal")
    office.told("/partner end Acme Legal no fit", STEVE)
    assert "has ended" in only_answer(office.press_label(card, "Record it")).visible_text
    assert "is not for you" in only_answer(office.press_label(card, "Not for us")).visible_text


def test_a_workspace_that_left_takes_its_links_along(office: Office, visitor: Visitor) -> None:
    link = door(office)
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"uninstalled_at": NOW})
    assert visitor.opens(link).status == refers(visitor, link, key=new_secret()).status == 404


def test_a_link_of_another_row_with_ones_own_random_part_is_unknown(office: Office, visitor: Visitor) -> None:
    door(office)
    made = office.services.links()
    assert made is not None
    row = office.row(ReferralLink)
    for workspace, link in ((row.workspace_id, row.id), (row.workspace_id, 999), (999, row.id)):
        forged = made.make_referral(ReferralTicket(workspace, link or 0, new_secret()), NOW)
        assert visitor.opens(forged).status == refers(visitor, forged, key=new_secret()).status == 404


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


def test_nothing_that_was_said_is_logged(office: Office, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    link = door(office)
    refers(visitor, link, "Whispered", note="Murmured")
    told = "\n".join(
        one.getMessage() for one in caplog.records if one.name.startswith(("bot", "storage", "sqlalchemy"))
    )
    assert "somebody was referred by a private link" in told
    for secret in ("Whispered", "Murmured", link.rpartition("/")[2], "Jane"):
        assert secret not in told


# -- at the same moment, on every database there is


@pytest.fixture
def ticket(engine: Engine) -> ReferralTicket:
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0OURS", name="Ours", now=NOW).id or 0
        row = referral_links.create_link(
            session, workspace_id=ours, partner_id=partner(session, ours), contact="Jane", by="U1", now=NOW,
            secret_hash=hash_secret(SECRET), expires_at=NOW + LINK_LIFETIME,
        )  # fmt: skip
        return ReferralTicket(ours, row.id or 0, SECRET)


@pytest.mark.parametrize(("same_form", "kept"), [(True, 1), (False, MAX_OFFERS_AN_HOUR)])
def test_a_crowd_at_once_is_held_to_the_limits(
    engine: Engine, ticket: ReferralTicket, same_form: bool, kept: int
) -> None:
    crowd = MAX_OFFERS_AN_HOUR + 3
    ready = Barrier(crowd)

    def send(number: int) -> LinkState:
        ready.wait(PATIENCE)
        key = f"{0 if same_form else number:022}"
        return record_offer(engine, ticket, NOW + timedelta(minutes=1), OfferForm(key, f"Firm {number}")).state

    with ThreadPoolExecutor(crowd) as pool:
        states = list(pool.map(send, range(crowd)))
    assert states.count(LinkState.OPEN) == (crowd if same_form else kept)
    with reading(engine) as session:
        of = {"workspace_id": ticket.workspace_id, "link_id": ticket.link_id}
        assert referral_links.count_offers(session, **of) == kept
