"""The four commands that record: what was done, what is confirmed, and what is not understood."""

from datetime import date
from typing import Any

import pytest

from bot.scores import query
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.tables import Activity, NextStep, TrustRating
from storage.workspaces import workspaces
from tests.listeners.office import ANA, BOB, ROOM, TODAY, Office, first_values, labels, only_answer

YESTERDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "stored"),
    [
        ("/referral Acme Legal Northwind", {"kind": "referral", "direction": "in", "outcome": "introduced"}),
        ("/referral from acme legal Northwind 5k won", {"direction": "in", "value_minor": 500_000, "outcome": "won"}),
        ('/referral to "Acme Legal" Northwind Ltd £5,000 met', {"direction": "out", "title": "Northwind Ltd"}),
        ("/referral Acme Legal Bo Ek strategic", {"kind": "strategic_referral", "title": "Bo Ek"}),
        ("/referral Acme Legal Northwind on yesterday", {"occurred_on": YESTERDAY}),
        ("/event Acme Legal Webinar on pricing on 2 Nov", {"kind": "event", "title": "Webinar on pricing"}),
        ("/event from Acme Legal Their breakfast", {"kind": "event", "direction": "in"}),
        ("/touch Acme Legal coffee talked shop", {"kind": "meeting", "medium": "coffee", "title": "talked shop"}),
        ("/touch Acme Legal call", {"kind": "meeting", "medium": "call", "title": ""}),
        ("/touch to Acme Legal newsletter our issue 3", {"kind": "cross_promotion", "direction": "out"}),
        ("/touch Acme Legal article on tax", {"kind": "collaboration", "direction": "joint"}),
    ],
)
def test_a_line_becomes_one_row_of_the_ledger(office: Office, line: str, stored: dict[str, Any]) -> None:
    """By whoever typed it, of today unless a day was said, and confirmed with a way back."""
    partner_id = office.partner()
    answer = office.told(line)
    row = office.row(Activity)
    expected = {"partner_id": partner_id, "occurred_on": TODAY, "recorded_by": ANA, "voided_at": None} | stored
    if "2 Nov" in line:
        expected["occurred_on"] = date(2026, 11, 2)
    assert {name: getattr(row, name) for name in expected} == expected
    assert answer.visible_text.startswith(":white_check_mark: Recorded: ")
    assert "*Acme Legal*" in answer.visible_text or "*acme legal*" in answer.visible_text
    assert labels(answer)[:3] == ["Undo", "Edit", "Open card"]


@pytest.mark.parametrize(
    ("line", "side", "level", "note"),
    [
        ("/trust Acme Legal 4", "ours", 4, ""),
        ("/trust Acme Legal 2 them they wait and see", "theirs", 2, "they wait and see"),
        ("/trust Acme Legal us 5 kept their word", "ours", 5, "kept their word"),
    ],
)
def test_trust_is_rated_as_of_today(office: Office, line: str, side: str, level: int, note: str) -> None:
    """On the side that was named, ours if none was."""
    office.partner()
    answer = office.told(line)
    row = office.row(TrustRating)
    assert (row.side, row.level, row.note, row.rater, row.rated_on) == (side, level, note, ANA, TODAY)
    assert f"is {level} of 5" in answer.visible_text


def test_the_rvi_is_shown_before_and_after(office: Office) -> None:
    """Three referrals in twelve months at trust 3 are 0.75; the fourth makes it good."""
    partner_id = office.partner()
    office.rate(partner_id, 3)
    for _ in range(3):
        office.activity(partner_id)
    answer = office.told("/referral Acme Legal Northwind")
    assert "RVI 0.75 weak → *1.00* :large_yellow_circle: good" in answer.visible_text


def test_both_sides_are_shown_where_both_moved(office: Office) -> None:
    """An event done together counts for us and for them."""
    partner_id = office.partner()
    office.rate(partner_id, 3)
    office.rate(partner_id, 2, side="theirs")
    answer = office.told("/event Acme Legal Webinar")
    assert "RVI 0.00 weak → *0.25*" in answer.visible_text
    assert "seen from their side 0.00 → 0.17" in answer.visible_text


def test_what_does_not_count_leaves_the_rvi(office: Office) -> None:
    """A coffee keeps a partnership alive, but is no value."""
    office.rate(office.partner(), 3)
    assert "RVI stays 0.00 weak" in office.told("/touch Acme Legal coffee").visible_text


def test_without_trust_there_is_no_rvi(office: Office) -> None:
    """And how to get one is said."""
    office.partner()
    assert "No RVI yet" in office.told("/event Acme Legal Webinar").visible_text
    assert "RVI none → *3.00*" not in office.told("/trust Acme Legal 3").visible_text


def test_a_promise_is_kept_with_its_day(office: Office) -> None:
    """`next:` makes a next step of the row it was said in."""
    office.partner()
    answer = office.told("/touch Acme Legal call about tax next: send the deck by friday")
    step = office.row(NextStep)
    assert (step.what, step.due_on, step.activity_id) == ("send the deck", date(2026, 11, 27), office.row(Activity).id)
    assert "Promised: send the deck by 27 Nov" in answer.visible_text


def test_a_day_to_come_is_a_plan(office: Office) -> None:
    """It is recorded, does not count yet, and that is said."""
    office.rate(office.partner(), 3)
    answer = office.told("/event Acme Legal Fair on 2026-12-10")
    assert "RVI stays 0.00 weak" in answer.visible_text
    assert "in the future" in answer.visible_text


def test_an_open_referral_can_be_followed_up_at_once(office: Office) -> None:
    """The outcome has a menu; a won one without a value asks what it is worth."""
    office.partner()
    assert labels(office.told("/referral Acme Legal Northwind")) == ["Undo", "Edit", "Open card", "Update outcome…"]
    assert labels(office.told("/referral Acme Legal Contoso won")) == ["Undo", "Edit", "Open card", "What is it worth?"]
    assert labels(office.told("/referral Acme Legal Fabrikam 5k won")) == ["Undo", "Edit", "Open card"]


def test_a_paused_partnership_takes_records_and_stays_paused(office: Office) -> None:
    """Writing down what happened is no reason to start the nudges again."""
    office.partner(status="paused")
    assert "stays paused" in office.told("/touch Acme Legal call").visible_text


def test_an_ended_partnership_takes_no_records(office: Office) -> None:
    """The way back to it is named."""
    office.partner(status="ended")
    before = office.records()
    answer = office.told("/touch Acme Legal call")
    assert "has ended" in answer.visible_text
    assert "/partner resume" in answer.visible_text
    assert office.records() == before


@pytest.mark.parametrize("command", ["/referral", "/event", "/touch", "/trust", "/partner add"])
def test_without_text_a_form_opens(office: Office, command: str) -> None:
    """Empty but for what is true of most."""
    before = office.records()
    form = office.asked(command)
    assert first_values(form).get("partner") is None
    assert first_values(form).get("occurred_on", "2026-11-23") == "2026-11-23"
    assert office.records() == before


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        ("/referral Acme Legal", {"partner": "Acme Legal", "direction": "in", "outcome": "introduced"}),
        ("/referral to Acme Legal", {"partner": "Acme Legal", "direction": "out"}),
        ("/referral to", {"direction": "out", "strategic": "plain"}),
        (
            "/referral Acme Legal 5k won on yesterday strategic",
            {"value": "£5,000", "outcome": "won", "occurred_on": "2026-11-22", "strategic": "strategic"},
        ),
        ("/event Acme Legal on 2 Nov", {"partner": "Acme Legal", "occurred_on": "2026-11-02", "direction": "joint"}),
        ("/event from Acme Legal", {"direction": "in"}),
        ("/touch Acme Legal on yesterday", {"partner": "Acme Legal", "occurred_on": "2026-11-22", "kind": "meeting"}),
        ("/trust Acme Legal", {"partner": "Acme Legal", "side": "ours"}),
        ("/trust Acme Legal them", {"partner": "Acme Legal", "side": "theirs"}),
    ],
)
def test_what_is_not_enough_opens_the_form_with_what_was_understood(
    office: Office, line: str, understood: dict[str, str]
) -> None:
    """Nobody types twice."""
    office.partner()
    before = office.records()
    found = first_values(office.asked(line))
    assert {name: found.get(name) for name in understood} == understood
    assert office.records() == before


def test_a_form_filled_by_a_line_can_be_sent_as_it_opened(office: Office) -> None:
    """What the line had is what is recorded; only the rest was asked for."""
    office.partner()
    form = office.asked("/referral to Acme Legal 5k won on yesterday")
    seen = office.submit(form, lead="Northwind")
    row = office.row(Activity)
    assert (row.direction, row.value_minor, row.outcome, row.occurred_on) == ("out", 500_000, "won", YESTERDAY)
    assert "Recorded: referral to *Acme Legal* · Northwind · £5,000 · won · yesterday" in only_answer(seen).visible_text


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("/trust Acme Legal 9", "“9”"),
        ("/trust Acme Legal high", "a number from 1 (weak) to 5"),
        ("/referral Acme Legal Northwind on 31 Feb", "There is no 31 Feb"),
        ("/event Acme Legal Webinar on 2026-13-01", "There is no 2026-13-01"),
        ('/event "" Webinar', "which partner you mean"),
        ("/touch Acme Legal " + "x" * 1_500, "1,500 characters"),
        ("/event Acme Legal " + "x" * 1_001, "1,001 characters"),
    ],
)
def test_a_refusal_repeats_the_line_and_has_the_form_to_mend_it(office: Office, line: str, word: str) -> None:
    """Only to the person who typed it, and nothing is recorded."""
    office.partner()
    before = office.records()
    answer = office.told(line)
    assert word in answer.visible_text
    assert "Nothing was recorded" in answer.visible_text
    assert f"> {line}" in answer.visible_text
    assert labels(answer)[-1] == "Fix it in the form"
    assert office.records() == before
    assert office.slack.channel(ROOM) == []
    assert office.slack.ephemerals(BOB) == []


def test_a_command_tells_only_who_typed_it(office: Office) -> None:
    """Nothing is posted to the channel or to anybody's DM."""
    office.partner()
    office.told("/trust Acme Legal 4")
    assert office.slack.channel(ROOM) == []
    assert office.slack.ephemerals(BOB) == []
    assert [call.method for call in office.slack.world.calls if call.method.startswith("chat.")] == []


def test_the_typists_day_is_today(office: Office) -> None:
    """Late in the evening in London it is tomorrow in Auckland, where Ana is."""
    office.slack.world.add_person(ANA, "ana", tz="Pacific/Auckland")
    office.clock.forward(hours=13)
    office.partner()
    office.told("/touch Acme Legal call")
    assert office.row(Activity).occurred_on == date(2026, 11, 24)


@pytest.mark.parametrize("on", ["today", "1 Dec 2025", "23 Nov 2025", "2 Nov 2024"])
def test_what_is_said_of_the_rvi_is_what_is_then_counted(office: Office, on: str) -> None:
    """The confirmation works it out; whoever asks afterwards gets it out of the ledger: the same."""
    partner_id = office.partner(since=date(2026, 5, 1))
    office.rate(partner_id, 3)
    office.activity(partner_id, kind="event", direction="joint", occurred_on=date(2026, 6, 1), count=2)
    said = office.told(f"/referral from Acme Legal Northwind won 5k on {on}").visible_text
    with reading(office.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=office.workspace_id))
        (now,) = query.partner_scores(session, team=team, partner_id=partner_id, days=[TODAY])
    assert f"{now.ours.band}" in said
    assert f"→ *{now.ours.rvi}*" in said or f"stays {now.ours.rvi}" in said
