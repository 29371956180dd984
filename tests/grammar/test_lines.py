"""What people type, line by line, and what a sensible person would expect of it: `lines.jsonl`.

Whenever somebody's line is understood wrongly it is added there. A line of the file holds `typed`; the `records` that
are made at once, each with what is said of it (`day` counts from the office's today); what is asked instead (`asks`,
and which partners it `offers`); whether a `problem` is told; or the `intent` of plain words and the `partners` meant.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.grammar.lines.names import KnownName, NameKind, Names
from bot.grammar.lines.values import How, Promiser
from tests.grammar.lines_office import CONTEXT, NAMES, TODAY, day, lines, read_typed, told


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["typed"][:60])
def test_a_line_means_what_it_says(line: dict[str, Any]) -> None:
    read = read_typed(line["typed"])
    assert str(read.intent) == line.get("intent", "record")
    assert [partner.name for partner in read.partners] == line.get("partners", [])
    ready = [record for entry in read.entries if entry.is_ready for record in entry.records]
    assert [told(record) for record in ready] == line.get("records", [])
    questions = [question for entry in read.entries for question in entry.questions]
    assert [str(question.ask) for question in questions] == line.get("asks", [])
    offered = [option.label for each in questions if each.ask == "partner" for option in each.options]
    assert offered == line.get("offers", [])
    assert any(entry.problem for entry in read.entries) == line.get("problem", False)


def test_an_answer_records_exactly_what_was_chosen() -> None:
    typed = "/touch Blue Herron call"
    (question,) = read_typed(typed).entries[0].questions
    chosen = next(option for option in question.options if option.label == "Blue Heron")
    (entry,) = read_typed(typed, answers={question.key: chosen.key}).entries
    assert entry.is_ready
    assert told(entry.records[0]) == {"kind": "meeting", "with": "Blue Heron", "medium": "call"}
    assert entry.records[0].partners[0].how is How.CHOSEN
    assert chosen.partner is not None
    assert chosen.partner.typed == "Blue Herron"


def test_what_was_chosen_is_known_from_then_on() -> None:
    names = Names((*NAMES.all, KnownName("Blue Herron", 7, "Blue Heron", NameKind.SPELLING)))
    (entry,) = read_typed("/touch blue herron lunch", replace(CONTEXT, names=names)).entries
    assert entry.records[0].partners[0].how is How.LEARNED
    assert told(entry.records[0]) == {"kind": "meeting", "with": "Blue Heron", "medium": "lunch"}


def test_a_new_partner_is_taken_with_the_words_of_its_name() -> None:
    (question,) = read_typed("/touch Zaphod Consulting lunch").entries[0].questions
    answers = {question.key: question.options[-1].key}
    (entry,) = read_typed("/touch Zaphod Consulting lunch", answers=answers).entries
    assert entry.is_ready
    assert (entry.records[0].partners[0].name, entry.records[0].partners[0].how) == ("Zaphod Consulting", How.NEW)
    assert entry.records[0].partners[0].id is None


@pytest.mark.parametrize(
    ("typed", "answers", "titles"),
    [
        (
            "/referral from Pine Rao Dental, Kemp Foods and Ash Group",
            {"0.leads": "all"},
            ["Rao Dental", "Kemp Foods", "Ash Group"],
        ),
        (
            "/referral from Pine Rao Dental, Kemp Foods and Ash Group",
            {"0.leads": "one"},
            ["Rao Dental, Kemp Foods and Ash Group"],
        ),
        ("/referral from Pine Rao Dental £5k-£8k", {"0.amount": "none"}, ["Rao Dental"]),
        ("/referral from Pine Rao Dental Won", {"0.outcome": "outcome"}, ["Rao Dental"]),
        ("/referral from Pine Rao Dental Won", {"0.outcome": "name"}, ["Rao Dental Won"]),
        ("/referral from Pine and Hollis Rao Dental", {"0.partner": "all"}, ["Rao Dental"]),
    ],
)
def test_answers_about_leads(typed: str, answers: dict[str, str], titles: list[str]) -> None:
    (entry,) = read_typed(typed, answers=answers).entries
    assert entry.is_ready
    assert [record.title for record in entry.records] == titles


def test_the_button_says_what_is_left_out() -> None:
    (question,) = read_typed("/referral from Pine Rao Dental £5k-£8k").entries[0].questions
    assert [option.label for option in question.options] == ["Record it without the amount"]


def test_a_new_partner_that_sent_a_lead_is_told_from_it() -> None:
    typed = "/referral New partner Blackwood Law sent us Bramble Foods"
    (question,) = read_typed(typed).entries[0].questions
    (entry,) = read_typed(typed, answers={question.key: question.options[0].key}).entries
    assert entry.is_ready
    assert told(entry.records[0]) == {
        "kind": "referral",
        "with": "Blackwood Law",
        "direction": "in",
        "title": "Bramble Foods",
    }


def test_both_partners_of_a_referral_when_so_answered() -> None:
    (entry,) = read_typed("/referral from Pine and Hollis Rao Dental", answers={"0.partner": "all"}).entries
    assert [partner.name for partner in entry.records[0].partners] == ["Pine", "Hollis"]


@pytest.mark.parametrize(("kind", "recorded"), [("event", "event"), ("touch", "meeting")])
def test_what_sounds_like_an_event_is_what_one_says_it_is(kind: str, recorded: str) -> None:
    (entry,) = read_typed("/touch Pine webinar yesterday", answers={"0.kind": kind}).entries
    assert entry.is_ready
    assert (entry.records[0].kind, entry.records[0].occurred_on) == (recorded, day(-1))


def test_the_day_is_the_one_that_was_chosen() -> None:
    typed = "/touch Pine call about the launch on 14 february"
    (question,) = read_typed(typed).entries[0].questions
    assert [option.label for option in question.options][-1] == "Today"
    (entry,) = read_typed(typed, answers={question.key: TODAY.isoformat()}).entries
    assert entry.is_ready
    assert entry.records[0].occurred_on == TODAY


def test_days_are_read_in_the_country_order() -> None:
    american = replace(CONTEXT, day_first=False)
    assert read_typed("/touch Pine call 11/10", american).entries[0].records[0].occurred_on == date(2026, 11, 10)
    assert read_typed("/touch Pine call 10/11").entries[0].records[0].occurred_on == date(2026, 11, 10)


def test_money_is_the_workspaces_own() -> None:
    dollars = replace(CONTEXT, currency="USD")
    assert read_typed("/referral from Pine Rao Dental $5k", dollars).entries[0].records[0].value == 5_000_00
    assert read_typed("/referral from Pine Rao Dental £5k", dollars).entries[0].questions[0].ask == "amount"


def test_more_lines_than_are_taken_at_once_are_told() -> None:
    entries = read_typed("\n".join(f"/touch Pine call about item {number}" for number in range(25))).entries
    assert len(entries) == 21
    assert all(entry.is_ready for entry in entries[:20])
    assert "20 records" in entries[20].problem


def test_a_leftover_carries_what_it_would_be() -> None:
    (record,) = read_typed("/touch Pine call, Jane will send the list by Friday").entries[0].records
    (leftover,) = record.unread
    assert leftover.promise is not None
    assert (leftover.promise.by, leftover.promise.what, leftover.promise.due_on) == (
        Promiser.THEM,
        "send the list",
        day(2),
    )
