"""`/event` and `/touch`, typed."""

from datetime import date
from typing import Any

import pytest

from bot.grammar import CommandContext, UnknownPartner, UsageError, read_event, read_touch
from scoring.vocabulary import Direction, Kind


@pytest.mark.parametrize(
    ("text", "title", "day"),
    [
        ("", None, "2026-11-18"),
        ("Acme", None, "2026-11-18"),
        ("Acme on friday", None, "2026-11-13"),
        ("Acme Webinar on pricing", "Webinar on pricing", "2026-11-18"),
        ("Acme Webinar on pricing on 2 Nov", "Webinar on pricing", "2026-11-02"),
        ("Acme Workshop on 5 habits of founders", "Workshop on 5 habits of founders", "2026-11-18"),
        ("Acme Workshop on 5 habits on 5 Nov", "Workshop on 5 habits", "2026-11-05"),
        ("Acme Talk on next steps", "Talk on next steps", "2026-11-18"),
        ("Acme Breakfast on 2026-12-01", "Breakfast", "2026-12-01"),
        ('Acme "Panel on Sunday trading"', "Panel on Sunday trading", "2026-11-18"),
        ("Acme Lights on", "Lights on", "2026-11-18"),
        ("Acme Webinar on pricing yesterday", "Webinar on pricing", "2026-11-17"),
        ("Acme Webinar on pricing next friday", "Webinar on pricing", "2026-11-20"),
        ("Acme Breakfast the day before yesterday", "Breakfast", "2026-11-16"),
        ("Acme Agencies of tomorrow", "Agencies of tomorrow", "2026-11-18"),
        ("Acme Yesterday", "Yesterday", "2026-11-18"),
        ("Acme on on friday", "on", "2026-11-13"),
        ("Acme Webinar 2 Nov", "Webinar", "2026-11-02"),
        ("Acme Webinar 2026-11-02", "Webinar", "2026-11-02"),
        ("Acme Webinar Mon 2nd of November", "Webinar", "2026-11-02"),
        ("Acme Webinar 3 days ago", "Webinar", "2026-11-15"),
        ("Acme Webinar two weeks ago.", "Webinar", "2026-11-04"),
        ("Acme Webinar last week", "Webinar", "2026-11-11"),
        ("Acme Webinar in two weeks", "Webinar", "2026-12-02"),
        ("Acme Rules as of 2 Nov", "Rules as of 2 Nov", "2026-11-18"),
        ('Acme "Webinar 2 Nov"', "Webinar 2 Nov", "2026-11-18"),
        ("Acme Webinar on 2 Nov with 20 guests", "Webinar with 20 guests", "2026-11-02"),
        ("Acme Breakfast on friday at 8", "Breakfast at 8", "2026-11-13"),
        ("Acme yesterday Breakfast", "Breakfast", "2026-11-17"),
        ("Acme yesterday", None, "2026-11-17"),
        ("Acme 2 Nov", None, "2026-11-02"),
        ("Acme Breakfast on 12 Dec 2025", "Breakfast", "2025-12-12"),
    ],
)
def test_an_event_is_understood(text: str, title: str | None, day: str, reading: CommandContext) -> None:
    """`on` makes a day only of what is one."""
    event = read_event(text, reading)
    assert (event.title, event.occurred_on) == (title, date.fromisoformat(day))
    assert event.direction is Direction.JOINT


@pytest.mark.parametrize("phrase", ["5", "fridya", "Sunday trading", "31 Feb", "next wek", "fridya at 3pm"])
def test_a_day_that_cannot_be_read_is_no_part_of_a_title(phrase: str, reading: CommandContext) -> None:
    """What looks like a day must be one."""
    with pytest.raises(UsageError) as caught:
        read_event(f"Acme Webinar on {phrase}", reading)
    assert caught.value.word == phrase
    assert caught.value.form.startswith("/event ")


@pytest.mark.parametrize("text", ["Acme Breakfast on 12 December", "Acme Breakfast 12 Dec"])
def test_a_day_that_is_soon_or_nearly_a_year_ago_wants_its_year(text: str, reading: CommandContext) -> None:
    """It may be a plan, or an event told late: a wrong guess would move the score."""
    with pytest.raises(UsageError, match="could be 2025-12-12 or 2026-12-12; please write it with its year"):
        read_event(text, reading)


def test_an_event_may_be_for_one_side(reading: CommandContext) -> None:
    """`from` says that they ran it for us, `to` that we did for them, `with` what is meant anyway."""
    assert read_event("from Acme Breakfast", reading).direction is Direction.IN
    assert read_event("to Acme Breakfast", reading).direction is Direction.OUT
    event = read_event("with Acme Breakfast", reading)
    assert (event.partner, event.direction, event.title) == ("Acme", Direction.JOINT, "Breakfast")


def test_a_touch_is_had_with_somebody(reading: CommandContext) -> None:
    touch = read_touch("with Acme coffee about pricing", reading)
    assert (touch.partner, touch.direction, touch.note) == ("Acme", Direction.JOINT, "about pricing")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"partner": None, "kind": Kind.MEETING}),
        ("Acme", {"partner": "Acme", "note": None, "medium": None}),
        ("Acme Coffee", {"kind": Kind.MEETING, "medium": "coffee", "note": None}),
        ("Acme coffee talked yesterday", {"note": "talked", "day": "2026-11-17"}),
        ("Acme coffee same as yesterday", {"note": "same as yesterday", "day": "2026-11-18"}),
        ("Acme call x next: call back tomorrow", {"step": "call back", "due": "2026-11-19"}),
        ("Acme talked", {"kind": Kind.MEETING, "medium": None, "note": "talked"}),
        ("Acme collab guest post", {"kind": Kind.COLLABORATION, "medium": "collab", "note": "guest post"}),
        ("to Acme newsletter", {"kind": Kind.CROSS_PROMOTION, "direction": Direction.OUT}),
        ("Acme cross-promo on monday", {"kind": Kind.CROSS_PROMOTION, "day": "2026-11-16", "note": None}),
        ('Acme call said "hi there" twice', {"note": 'said "hi there" twice'}),
        ("Acme call about next steps", {"note": "about next steps", "step": None}),
        (
            "Acme call hi on 2 Nov next: send deck by friday",
            {"note": "hi", "day": "2026-11-02", "step": "send deck", "due": "2026-11-20"},
        ),
        ("Acme NEXT:send deck", {"note": None, "step": "send deck", "due": None}),
        ("Acme next: <@U1|ana> calls by 2 Nov", {"step": "@ana calls", "due": "2027-11-02"}),
        ("Acme next: call them on friday", {"step": "call them", "due": "2026-11-20"}),
        ("Acme next: stand by them", {"step": "stand by them", "due": None}),
        ("Acme demo &lt;3", {"medium": "demo", "note": "<3"}),
        ("Acme call, about x", {"medium": "call", "note": "about x"}),
        ("Acme called about x", {"medium": "call", "note": "about x"}),
        ("Acme met Jane", {"medium": "meeting", "note": "Jane"}),
        ("Acme yesterday call", {"medium": "call", "note": None, "day": "2026-11-17"}),
        ("Acme call on monday with Jane", {"medium": "call", "note": "with Jane", "day": "2026-11-16"}),
        ("Acme call a week ago", {"medium": "call", "note": None, "day": "2026-11-11"}),
        ("Acme call next: send deck friday", {"step": "send deck", "due": "2026-11-20"}),
        ("Acme call next: send deck in 2 weeks", {"step": "send deck", "due": "2026-12-02"}),
        ("Acme call next: send deck by 2 Dec", {"step": "send deck", "due": "2026-12-02"}),
        ("Acme call next: plan Black Friday", {"step": "plan Black Friday", "due": None}),
    ],
)
def test_a_touch_is_understood(text: str, expected: dict[str, Any], reading: CommandContext) -> None:
    """The word after the name tells the kind, `next:` what was promised and by when."""
    touch = read_touch(text, reading)
    names = {"day": "occurred_on", "due": "step_due_on"}
    for part, value in expected.items():
        found = getattr(touch, names.get(part, part))
        assert (found.isoformat() if isinstance(found, date) else found) == value


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Acme call next:", "next:"),
        ("Acme call next: by friday", "next:"),
        ("Acme call next: send deck by fridya", "fridya"),
        ("Acme call hi on 31 Feb next: x", "31 Feb"),
    ],
)
def test_an_unreadable_promise_is_refused(text: str, word: str, reading: CommandContext) -> None:
    """A promise has a step, and its day can be read."""
    with pytest.raises(UsageError) as caught:
        read_touch(text, reading)
    assert (caught.value.word, caught.value.form[:7]) == (word, "/touch ")


def test_an_unknown_name_ends_before_the_kind(reading: CommandContext) -> None:
    """The best guess is what stands before a word like `call`."""
    with pytest.raises(UnknownPartner) as caught:
        read_touch("Zed and Sons call about x", reading)
    assert [each.name for each in caught.value.splits][:2] == ["Zed and Sons", "Zed"]
    assert caught.value.splits[0].after == " call about x"
