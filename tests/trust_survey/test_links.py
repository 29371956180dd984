"""Links: nobody makes one up, one link has one spelling, and each is of one Tend and one purpose."""

import string
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.config import Settings
from bot.signed_links import EMPTY_TICKET, SignedLinks, SurveyTicket, new_secret
from storage.tables import TrustQuestion
from tests.authority.test_table import ask
from tests.examples import UNHURRIED, examples
from tests.listeners.office import NOW, TEND_URL, Office
from tests.trust_survey.visiting import QUESTION, Visitor, asked

TICKET = SurveyTicket(7, 11, new_secret())
LETTERS = string.ascii_letters + string.digits + "-_"


def links(secret: str = "stand-in-secret", url: str = TEND_URL) -> SignedLinks:
    found = SignedLinks.of(Settings.model_validate({"slack_signing_secret": secret, "tend_url": url}))
    assert found is not None
    return found


def token(made: str) -> str:
    return made.rpartition("/")[2]


def test_a_link_says_what_went_into_it() -> None:
    """For as long as its question stands: how long it is good is written there alone."""
    made = links().make(TICKET, NOW)
    assert made.startswith(f"{TEND_URL}/their-view/")
    assert links().read(token(made)) == TICKET
    assert links().read(token(links().make(TICKET, NOW - timedelta(days=4000)))) == TICKET


def test_a_link_shows_nothing_of_what_is_in_it() -> None:
    """No id, no random part; two of the same question are different."""
    made = token(links().make(TICKET, NOW))
    assert set(made) <= set(LETTERS)
    assert TICKET.secret not in made
    assert made != token(links().make(TICKET, NOW))
    assert len(made) < 200


def test_a_new_signing_secret_ends_all_links() -> None:
    assert links("another").read(token(links().make(TICKET, NOW))) == EMPTY_TICKET


def test_the_secret_itself_or_another_purpose_is_no_key() -> None:
    other = Fernet(Fernet.generate_key()).encrypt(f"7.11.{TICKET.secret}".encode()).decode().rstrip("=")
    assert links().read(other) == EMPTY_TICKET


@pytest.mark.parametrize("told", ["", "7.11", "7.11.short", "7.11." + "x" * 23, "-7.11." + "x" * 22, "7.11.x.y", "é"])
def test_what_is_locked_but_no_ticket_is_nobodys(told: str) -> None:
    made = links()
    assert made.read(made._lock.encrypt(told.encode()).decode().rstrip("=")) == EMPTY_TICKET


@given(st.one_of(st.text(max_size=500), st.text(LETTERS, min_size=90, max_size=400)))
def test_any_text_is_nobodys(text: str) -> None:
    assert links().read(text) == EMPTY_TICKET


MADE = token(links().make(TICKET, NOW))
places = st.integers(0, len(MADE) - 1)
signs = st.characters(codec="utf-8")


@st.composite
def mangled(draw: st.DrawFn, made: str = MADE) -> str:
    """A link after one or a few accidents, or with a few letters of somebody's choice."""
    text = made
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = draw(
            st.sampled_from(
                [
                    text[:at],
                    text[at:],
                    text[:at] + draw(st.one_of(st.sampled_from(LETTERS + "=%/.+ \n"), signs)) + text[at + 1 :],
                    text[:at] + draw(signs) + text[at:],
                    text[:at] + text[at + 1 :],
                    text.swapcase(),
                    text + "=",
                    text * 2,
                ]
            )
        )
    return text


@given(mangled())
def test_a_mangled_link_is_nobodys(text: str) -> None:
    """Also one that differs in bits that say nothing."""
    assert links().read(text) == (TICKET if text == MADE else EMPTY_TICKET)


def test_the_last_letter_counts() -> None:
    """Base64 has bits to spare there."""
    assert [letter for letter in LETTERS if links().read(MADE[:-1] + letter) != EMPTY_TICKET] == [MADE[-1]]


@settings(max_examples=examples(150), suppress_health_check=UNHURRIED)
@given(data=st.data())
def test_any_address_is_answered_by_a_page_and_records_nothing(office: Office, data: st.DataObject) -> None:
    """A mangled link, a body of any kind: never an error of ours, and never a leak."""
    if not office.rows(TrustQuestion):
        office.partner("Acme Legal")
        office.link = asked(office)  # type: ignore[attr-defined]
    made = token(office.link)  # type: ignore[attr-defined]
    text = data.draw(mangled(made))
    if text == made or "/" in text or not text:
        return
    path = f"/their-view/{text}"
    for method, body in (("GET", b""), ("POST", data.draw(st.binary(max_size=200))), ("POST", b"level=4")):
        desk = type("Desk", (), {"office": office})()
        status, page = ask(desk, method, path, {}, body)
        assert status in (404, 422, 410)
        assert QUESTION not in page
        assert "Acme" not in page
    assert office.row(TrustQuestion).answered_at is None


def test_a_link_of_another_question_with_ones_own_random_part_is_unknown(office: Office, visitor: Visitor) -> None:
    """What only somebody with the key could make; the two belong together all the same."""
    office.partner("Acme Legal")
    asked(office)
    made = office.services.links()
    assert made is not None
    row = office.row(TrustQuestion)
    for workspace, question in ((row.workspace_id, row.id), (row.workspace_id, 999), (999, row.id), (10**17, 10**17)):
        forged = made.make(SurveyTicket(workspace, question or 0, new_secret()), NOW)
        assert visitor.opens(forged).status == visitor.sends(forged, 4).status == 404


@pytest.mark.parametrize(
    "url",
    [
        "tend.example.com", "http://tend.example.com", "ftp://tend.example.com", "https://", "https://x y.com",
        "https://tend.example.com?a=b", "https://tend.example.com#a", "https://me:secret@tend.example.com",
        "https://tend.example.com:port", "javascript:alert(1)", "https://[::1",
    ],
)  # fmt: skip
def test_an_address_that_people_outside_cannot_open_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="should be the https address"):
        Settings.model_validate({"tend_url": url})


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://tend.example.com/", "https://tend.example.com"),
        ("https://example.com:8443/tend", "https://example.com:8443/tend"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ],
)
def test_an_address_is_kept_without_what_ends_it(url: str, kept: str) -> None:
    assert Settings.model_validate({"tend_url": url}).tend_url == kept
