"""The page behind a link: one question, and nothing of ours whatever becomes of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.actions.reviews import trust_survey_answer
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.signed_links import LINK_LIFETIME
from storage.db.engine import OutcomeUnknown, writing
from storage.tables import TrustQuestion, TrustRating
from storage.workspaces import workspaces
from tests.listeners.office import ANA, NOW, STEVE, TEND_URL, TODAY, Office, only_answer
from tests.trust_survey.visiting import Seen, Visitor, asked

LEDGER = ("Northwind", "7919", "Vexing", "Grumbling", "Tiresome", "Zanzibar", "solicitors", "Bob Sponsor", "Weary")
"""Words that stand in the record alone, each in another place of it."""


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    """A partner of whom the record says a lot that they should not read."""
    made = office.partner(
        "Acme Legal", vertical="solicitors", wiifm_us="Vexing", wiifm_them="Zanzibar", boundary="Tiresome",
        aliases=["Weary"],
    )  # fmt: skip
    office.person(made, "Bob Sponsor", is_sponsor=True, role="Sulky", address="peevish@acme.example")
    office.activity(made, title="Northwind", value_minor=791900, outcome="won")
    office.told("/trust Acme Legal 2 Grumbling")
    return made


def leaks_nothing(seen: Seen) -> None:
    """No word of the record, no number of ours, no id, no scale of the RVI, and nothing that a browser would keep."""
    for word in (
        *LEDGER,
        ANA,
        STEVE,
        "T0TEND",
        "RVI",
        "weak",
        "growing",
        "provisional",
        "estimated",
        "Jane",
        "Traceback",
    ):
        assert word not in seen.html, word
    headers = seen.headers
    assert "set-cookie" not in headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    nonce = re.findall(r'<style nonce="([\w-]+)">', seen.html)
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'nonce-{nonce[0]}'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert not re.search(r"<script|<img|<link|https?:|//|\sstyle=|\son\w+=", seen.html)
    assert '<meta name="robots" content="noindex, nofollow">' in seen.html


@pytest.fixture(autouse=True)
def nothing_leaks(visitor: Visitor, acme: int) -> object:
    """On no page of any test here."""
    yield
    for seen in visitor.seen:
        leaks_nothing(seen)


def test_who_asks_and_who_answered_are_shown_by_their_names(office: Office, visitor: Visitor) -> None:
    """Neither a handle on the page for outsiders, nor what their ratings are recorded under where we read."""
    office.slack.world.add_person(ANA, "ana", real_name="Ana Ruiz")
    office.clock.forward(hours=13)  # longer than what Slack said of somebody is kept
    link = asked(office)
    assert "Ana Ruiz of Stand-in has one question for you" in visitor.opens(link).words
    visitor.sends(link, 4, "They know our trade")
    card = office.told("/partner history Acme Legal")
    records = only_answer(office.press(card, "take_back"))
    assert "by Jane Doe of Acme Legal" in records.visible_text
    for line in ("/partner show Acme Legal", "/partner review Acme Legal", "/partner explain Acme Legal",
                 "/partner history Acme Legal", "/tend digest", "/partner review all"):  # fmt: skip
        assert "contact:" not in office.told(line).visible_text
    assert "contact:" not in records.visible_text


def test_it_asks_one_question_in_the_names_of_those_concerned(office: Office, visitor: Visitor) -> None:
    page = visitor.opens(asked(office))
    assert page.status == 200
    assert page.words.startswith("Stand-in would like Acme Legal’s view ana of Stand-in has one question for you.")
    assert "How much do you trust us?" in page.words
    assert "What’s in it for you?" in page.words
    assert len(re.findall(r'type="radio"', page.html)) == 5
    assert "checked" not in page.html  # no answer is put into their mouth


def test_looking_takes_nothing_from_the_link(office: Office, visitor: Visitor) -> None:
    """Mail and chat programs look before people do."""
    link = asked(office)
    before = office.records()
    for method in ("GET", "HEAD", "GET"):
        assert visitor.opens(link, method).status == 200
        if method == "HEAD":
            visitor.seen.pop()  # it has no text to look at
    assert office.records() == before
    assert "Thank you" in visitor.sends(link, 4).words


def test_names_are_shown_as_the_text_they_are(office: Office, visitor: Visitor) -> None:
    office.partner("<b>R&D</b> {{ 7*7 }} {title}")
    page = visitor.opens(asked(office, "Jo", '"<b>R&D</b> {{ 7*7 }} {title}"'))
    assert "&lt;b&gt;R&amp;D&lt;/b&gt; {{ 7*7 }} {title}" in page.html


@pytest.mark.parametrize("level", [None, "", "0", "6", "-1", "4.0", " 4", "\uff14", "five", "1" * 5000])
def test_without_a_level_the_form_comes_back_with_what_was_typed(
    office: Office, visitor: Visitor, level: object
) -> None:
    link = asked(office)
    page = visitor.sends(link, level, 'Your "ears" <3')
    assert (page.status, page.has_question) == (422, True)
    assert "Please choose one of the five levels." in page.words
    assert "Your &#34;ears&#34; &lt;3</textarea>" in page.html
    assert 'aria-describedby="level-wrong"' in page.html
    assert office.row(TrustQuestion).answered_at is None
    assert "Thank you" in visitor.sends(link, 4).words


def test_too_much_text_comes_back_with_what_was_typed(office: Office, visitor: Visitor) -> None:
    link = asked(office)
    page = visitor.sends(link, 2, "é" * (MAX_TEXT_LENGTH + 1))
    assert (page.status, "That is 1,001 characters" in page.words) == (422, True)
    assert "é" * (MAX_TEXT_LENGTH + 1) in page.html
    assert re.search(r'value="2"[^>]* checked', page.html)
    assert 'aria-invalid="true"' in page.html
    assert "Thank you" in visitor.sends(link, 2, "é\r\n" * 333).words


def test_a_body_of_any_size_or_shape_breaks_nothing(office: Office, visitor: Visitor) -> None:
    link = asked(office)
    assert visitor.posts(link, "level=4&words=" + "x" * 100_000).status == 413
    for body in (b"", b"\xff\xfe\x00", b"level", b"&" * 50, b"level=%", b"{", b"level=4%00", b"a=1&" * 1000):
        assert visitor.posts(link, body).status == 422, body
    assert [one for one in office.rows(TrustRating) if one.side == "theirs"] == []


def test_what_no_database_takes_is_left_out(office: Office, visitor: Visitor) -> None:
    assert visitor.posts(asked(office), b"level=4&words=a%00b%ff%ed%a0%80").status == 200
    assert office.rows(TrustRating)[-1].note.startswith("ab")


def test_the_second_answer_is_told_that_there_was_one(office: Office, visitor: Visitor) -> None:
    """Whoever sends it; also a page that was still open, and one that is only looked at."""
    link = asked(office)
    visitor.sends(link, 4)
    for page in (visitor.sends(link, 1, "No"), visitor.opens(link), visitor.sends(link)):
        assert (page.status, page.has_question) == (410, False)
        assert "Already answered" in page.words
        assert "Ask ana of Stand-in for a new link" in page.words
    assert [one.level for one in office.rows(TrustRating) if one.side == "theirs"] == [4]


def test_a_link_is_good_for_thirty_days_to_the_second(office: Office, visitor: Visitor) -> None:
    link = asked(office)
    office.clock.now = NOW + LINK_LIFETIME - timedelta(seconds=1)
    assert visitor.opens(link).has_question
    office.clock.now = NOW + LINK_LIFETIME
    for page in (visitor.opens(link), visitor.sends(link, 4)):
        assert (page.status, page.has_question) == (410, False)
        assert "expired" in page.words
        assert "Ask ana of Stand-in for a new one" in page.words
    assert office.row(TrustQuestion).answered_at is None


def test_an_ended_partnership_takes_its_links_along(office: Office, visitor: Visitor) -> None:
    link = asked(office)
    office.told("/partner end Acme Legal no fit", STEVE)
    for page in (visitor.opens(link), visitor.sends(link, 4)):
        assert (page.status, page.has_question, "no fit" in page.html) == (410, False, False)


def test_a_workspace_that_left_takes_its_links_along(office: Office, visitor: Visitor) -> None:
    """They are as unknown as one that we never made."""
    link = asked(office)
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"uninstalled_at": NOW})
    assert same(visitor.opens(link)) == same(visitor.opens(f"{TEND_URL}/their-view/nothing"))
    assert visitor.sends(link, 4).status == 404


def same(seen: Seen) -> tuple[int, str]:
    """A page but for what is drawn by lot."""
    return seen.status, seen.words


def test_a_purged_question_is_as_unknown_as_a_forged_one(office: Office, visitor: Visitor) -> None:
    link = asked(office)
    with writing(office.engine) as session:
        session.exec(TrustQuestion.__table__.delete())  # type: ignore[attr-defined]
    for page in (visitor.opens(link), visitor.sends(link, 4, "x")):
        assert same(page) == same(visitor.opens(f"{TEND_URL}/their-view/" + "A" * 160))
        assert page.status == 404
        assert "Ask the person who sent it to you" in page.words


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (lambda: OperationalError("SELECT secret", {}, Exception("at db.internal")), "Your link still works"),
        (OutcomeUnknown, "Open the link again"),
    ],
)
def test_records_out_of_reach_are_said_kindly(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, raised: Callable[[], Exception], said: str
) -> None:
    link = asked(office)

    def fail(*_: object) -> None:
        raise raised()

    for name, ask in (("find_invitation", visitor.opens), ("record_answer", lambda link: visitor.sends(link, 4))):
        with monkeypatch.context() as broken:
            broken.setattr(trust_survey_answer, name, fail)
            page = ask(link)
        assert (page.status, said in page.words, "internal" in page.html) == (503, True, False)
    assert "Thank you" in visitor.sends(link, 4).words


def test_told_to_stop_it_begins_nothing(office: Office, visitor: Visitor) -> None:
    link = asked(office)
    office.services.in_flight.finish(0)
    assert visitor.sends(link, 4).status == 503
    assert office.row(TrustQuestion).answered_at is None


def test_nothing_that_was_said_is_logged(office: Office, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """Of what Tend itself says in a log; `tend web` keeps none of the addresses that were asked for."""
    caplog.set_level("DEBUG")
    link = asked(office)
    visitor.opens(link)
    visitor.sends(link, 9, "Whispered")
    visitor.sends(link, 4, "Whispered")
    told = "\n".join(
        one.getMessage() for one in caplog.records if one.name.startswith(("bot", "storage", "sqlalchemy"))
    )
    assert "a trust survey was answered" in told
    for secret in ("Whispered", link.rpartition("/")[2], "Jane"):
        assert secret not in told


def test_the_day_of_the_rating_is_shown_nowhere_outside(office: Office, visitor: Visitor) -> None:
    thanks = visitor.sends(asked(office), 4)
    assert str(TODAY) not in thanks.html
    assert thanks.words == "Thank you Your answer has gone to Stand-in. You can close this page."
