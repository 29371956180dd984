"""The page behind a link to refer people: what it takes, how often, and when it is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine

from bot.actions.reviews.invitations import LinkState
from bot.actions.reviews.referral_offer import MAX_NOTE_LENGTH, MAX_OFFERS, MAX_OFFERS_AN_HOUR, OfferForm, record_offer
from bot.signed_links import LINK_LIFETIME, ReferralTicket, hash_secret, new_secret
from storage.db.engine import reading, writing
from storage.partners import referral_links
from storage.tables import OfferedReferral, ReferralLink
from storage.workspaces import workspaces
from tests.listeners.office import (
    NOW,
    STEVE,
    TEND_URL,
    Office,
    labels,
    only_answer,
)
from tests.patience import PATIENCE
from tests.storage.making import partner
from tests.trust_survey.test_page import leaks_nothing
from tests.trust_survey.visiting import Visitor, asked, door, form_key, link_in, refers

SECRET = "0123456789abcdefABCDEF"


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
