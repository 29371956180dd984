"""What a deal would pay: the calculator, its chart, and keeping the figures in the record."""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from bot.fake_slack.state.models import Message
from bot.messages.economics.terms import format_odds, terms_text
from bot.scores import query
from bot.slack.charts import CHART_TYPE
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.tables import AuditEntry, Partner
from storage.workspaces import workspaces
from tests.listeners.judge import judge_answer, judge_call, judge_shown
from tests.listeners.office import ADA, ANA, TODAY, Office, first_values, labels, only_answer

Json = dict[str, Any]

FLAG = ":triangular_flag_on_post: unwilling to work on outcomes"
SHARED = {
    "terms_hours": "40",
    "terms_rate_minor": "£80",
    "terms_retainer_minor": "£200",
    "terms_months": "6",
    "terms_share": "25",
    "terms_worth_minor": "20k",
}
EMPTY = dict.fromkeys((*SHARED, "terms_fee_minor"), "")


@pytest.fixture(autouse=True)
def judged(office: Office) -> Iterator[None]:
    """As for all that is shown; a refusal that a test ordered is none of ours."""
    yield
    world = office.slack.world
    for change in world.journal:
        judge_shown(change.item, world.people)
    for call in world.calls:
        if call.answer.get("error") != "invalid_blocks":
            judge_call(call)
    for delivery, answer in office.heard.pairs:
        judge_answer(delivery, answer)


def charts(message: Message) -> list[Json]:
    return [block for block in message.blocks if block["type"] == CHART_TYPE]


def figures(partner: Partner) -> dict[str, int | None]:
    return {name: getattr(partner, name) for name in EMPTY}


def worked_out(office: Office, line: str = "/partner what-if terms Acme Legal", **values: str) -> Message:
    seen = office.submit(office.asked(line), **(EMPTY | SHARED | values))
    assert seen.ok, seen
    return only_answer(seen)


def team_of(office: Office) -> Team:
    with reading(office.engine) as session:
        return Team.of(workspaces.get(session, workspace_id=office.workspace_id))


def test_row_10_a_low_retainer_with_a_success_fee_is_kept_with_its_amounts(office: Office) -> None:
    """Worked out in the form, kept by a press, in the history field by field, and from then on in what they cost."""
    partner_id = office.partner()
    office.activity(partner_id, outcome="won", value_minor=1_000_000)
    answer = worked_out(office)
    assert office.rows(AuditEntry) == []
    assert office.row(Partner).terms is None
    seen = office.press(answer, "keep_terms")
    assert only_answer(seen).visible_text.startswith(":white_check_mark: The terms with *Acme Legal* are saved: ")
    kept = office.row(Partner)
    assert kept.terms == "retainer_and_success"
    assert figures(kept) == {
        "terms_hours": 40,
        "terms_rate_minor": 8_000,
        "terms_retainer_minor": 20_000,
        "terms_months": 6,
        "terms_fee_minor": None,
        "terms_share": 2_500,
        "terms_worth_minor": 2_000_000,
    }
    noted = {change.field: (change.old, change.new, change.changed_by) for change in office.rows(AuditEntry)}
    assert noted["How are they paid?"] == (None, "Retainer and success fee", ANA)
    assert noted["Retainer a month"] == (None, "£200", ANA)
    assert noted["Success fee or commission, in %"] == (None, "25%", ANA)
    assert noted["Hours the work takes"] == (None, "40 hours", ANA)
    assert len(noted) == 7
    with reading(office.engine) as session:
        (found,) = query.load_scored(session, team=team_of(office), day=TODAY)
    assert found.now.facts.cost == 12 * 20_000 + 250_000


def test_row_11_their_answer_is_a_red_flag_and_no_block(office: Office) -> None:
    """Said in the record's form; shown on the card and beside the calculator, which keeps on working."""
    partner_id = office.partner()
    card = office.told("/partner show Acme Legal")
    for answer, words in (
        ("not_asked", "not asked yet whether they would work on outcomes"),
        ("willing", ":white_check_mark: willing to work on outcomes"),
        ("unwilling", FLAG),
    ):
        form = office.press(card, "edit_partner", value=f"{partner_id}:terms").view
        assert form is not None
        office.submit(form, terms_answer=answer)
        assert office.row(Partner).terms_answer == answer
        assert words in only_answer(office.press(card, "more_of_partner")).visible_text
        assert words[1:] in worked_out(office).visible_text
    message = worked_out(office)
    assert FLAG in message.visible_text
    only_answer(office.press(message, "keep_terms"))
    assert office.row(Partner).terms == "retainer_and_success"
    details = only_answer(office.press(card, "more_of_partner"))
    assert f"Retainer £200 a month and 25% of what is won · {FLAG}" in details.visible_text


def test_row_12_both_sides_know_what_success_and_failure_pay(office: Office) -> None:
    """By the hour, on failure, on success, where both are equal, how many times the hours; and our own margin."""
    office.partner()
    message = worked_out(office)
    for words in (
        "They earn at their hourly rate\n*£3,200*",
        "They earn if it fails\n*£1,200*",
        "They earn if it succeeds\n*£6,200* (1.9 times their hourly rate)",
        "Matches their hourly rate\nfrom a *40%* chance of success",
        "We keep if it succeeds\n*£13,800* (69% of its worth)",
        "We lose if it fails\n*£1,200*",
    ):
        assert words in message.visible_text
    assert message.text == ("They need to win 2 in 5 to match their hourly rate; a win pays them 1.9 times that.")
    (chart,) = charts(message)
    lines = {one["name"]: [point["value"] for point in one["data"]] for one in chart["chart"]["series"]}
    assert chart["chart"]["axis_config"]["categories"] == [f"{tens}%" for tens in range(0, 101, 10)]
    assert lines["They"] == [1_200 + 500 * tenth for tenth in range(11)]
    assert lines["We"] == [-1_200 + 1_500 * tenth for tenth in range(11)]
    assert lines["They, hourly"] == [3_200] * 11


@pytest.mark.parametrize(
    ("values", "judgement", "even"),
    [
        ({"terms_share": "", "terms_fee_minor": "1999"}, "They never earn more than their hourly rate", "*never*"),
        ({"terms_share": "", "terms_fee_minor": "2000"}, "They never earn more than their hourly rate", "*100%*"),
        ({"terms_share": "", "terms_fee_minor": "£25,000"}, "Nothing is left for us", "*8%*"),
        ({"terms_worth_minor": "0"}, "Nothing is left for us", "*never*"),
        ({"terms_retainer_minor": "600"}, "They earn their hourly rate even if it fails", "at *any*"),
        ({"terms_retainer_minor": "", "terms_share": ""}, "A win pays them nothing extra", "at *any*"),
        ({"terms_retainer_minor": "", "terms_share": "100"}, "Nothing is left for us", "*16%*"),
        ({"terms_rate_minor": "0"}, "They earn their hourly rate even if it fails", "at *any*"),
    ],
)
def test_row_12_a_deal_without_a_reason_is_called_so(
    office: Office, values: dict[str, str], judgement: str, even: str
) -> None:
    """One sentence in plain words, and still the figures and the chart."""
    office.partner()
    message = worked_out(office, **values)
    assert message.text.startswith(judgement)
    assert even in message.visible_text.split("Matches their hourly rate\n")[1].splitlines()[0]
    assert len(charts(message)) == 1


def test_without_a_partner_there_is_nothing_to_keep(office: Office) -> None:
    """The figures can be tried all the same, again and again."""
    assert first_values(office.asked("/partner what-if terms")) == {}
    message = worked_out(office, "/partner what-if terms")
    assert labels(message) == ["Try other figures"]
    assert "What the terms would pay" in message.visible_text
    again = office.press(message, "try_other_terms").view
    assert again is not None
    assert first_values(again)["terms_worth_minor"] == "20000"
    assert FLAG not in message.visible_text


def test_the_form_begins_with_what_the_record_says(office: Office) -> None:
    """And what is tried changes nothing in it until it is kept."""
    office.partner(terms="retainer", terms_retainer_minor=50_000, terms_share=750, terms_hours=12)
    view = office.asked("/partner what-if terms Acme Legal")
    assert first_values(view) == {"terms_retainer_minor": "500", "terms_share": "7.5%", "terms_hours": "12"}
    message = worked_out(office, terms_share="30")
    again = office.press(message, "try_other_terms").view
    assert again is not None
    assert first_values(again)["terms_share"] == "30%"
    assert office.row(Partner).terms_share == 750
    assert labels(message) == ["Save these terms", "Try other figures", "Open card"]


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"terms_hours": "forty"}, "terms_hours", "a whole number from 1 to 100,000"),
        ({"terms_hours": "0"}, "terms_hours", "a whole number from 1 to 100,000"),
        ({"terms_rate_minor": "$80"}, "terms_rate_minor", "keeps this workspace's money in GBP"),
        ({"terms_months": ""}, "terms_months", "number of months"),
        ({"terms_months": "121"}, "terms_months", "a whole number from 1 to 120"),
        ({"terms_share": "120"}, "terms_share", "is not a percentage"),
        ({"terms_worth_minor": "a lot"}, "terms_worth_minor", "I could not read the amount"),
    ],
)
def test_what_cannot_be_taken_comes_back_on_its_field(
    office: Office, values: dict[str, str], field: str, problem: str
) -> None:
    office.partner()
    view = office.asked("/partner what-if terms Acme Legal")
    seen = office.submit(view, **(EMPTY | SHARED | values))
    assert seen.errors is not None
    assert list(seen.errors) == [field]
    assert problem in seen.errors[field]


def test_keeping_the_same_terms_again_changes_nothing(office: Office) -> None:
    """Whoever presses, and however often."""
    office.partner()
    message = worked_out(office)
    office.press(message, "keep_terms")
    noted = office.rows(AuditEntry)
    again = only_answer(office.press(message, "keep_terms"))
    assert "The terms with *Acme Legal* are unchanged." in again.visible_text
    assert office.rows(AuditEntry) == noted


def test_a_commission_stays_one(office: Office) -> None:
    """A share alone would be a success fee; where it was called a commission, it is still called so."""
    office.partner(terms="commission")
    office.press(worked_out(office, terms_retainer_minor="", terms_months=""), "keep_terms")
    assert office.row(Partner).terms == "commission"


@pytest.mark.parametrize("address", ["there", "gone"])
def test_a_workspace_without_charts_gets_the_numbers_as_text(office: Office, address: str) -> None:
    """Refused where the command was typed, or in the DM that stands in for it: once more, in words."""
    office.partner()
    view = office.asked("/partner what-if terms Acme Legal")
    if address == "gone":
        office.clock.forward(minutes=31)
    office.slack.world.faults.add("chat.postMessage" if address == "gone" else "response_url", "invalid_blocks")
    seen = office.submit(view, **(EMPTY | SHARED))
    (message,) = (*seen.ephemerals, *seen.messages)
    assert charts(message) == []
    assert "*What each side can expect to earn* (Chance of success; Expected, in GBP)" in message.visible_text
    table = [line.split() for line in message.visible_text.split("```")[1].splitlines()]
    assert table[1:4] == [
        ["0%", "1,200", "-1,200", "3,200"],
        ["10%", "1,700", "300", "3,200"],
        ["20%", "2,200", "1,800", "3,200"],
    ]
    assert len(table) == 12
    assert "Save these terms" in labels(message)


def test_a_late_answer_comes_with_its_chart_in_the_dm(office: Office) -> None:
    """The command's address is gone after half an hour; the form is not."""
    office.partner()
    view = office.asked("/partner what-if terms Acme Legal")
    office.clock.forward(minutes=31)
    seen = office.submit(view, **(EMPTY | SHARED))
    (message,) = seen.messages
    assert message.channel.startswith("D")
    assert len(charts(message)) == 1


@pytest.mark.parametrize(
    "value",
    [
        "1",
        "1:",
        "x:40,8000,,,,,1",
        "1:40,8000,,,,,1,1",
        "1:40,8000,,,,-1,1",
        "1:40,8000,,,,10001,1",
        "1:100001,8,,,,,1",
    ],
)
@pytest.mark.parametrize("action", ["keep_terms", "try_other_terms"])
def test_a_changed_button_does_nothing(office: Office, action: str, value: str) -> None:
    """What came back is checked as if it had been typed."""
    office.partner()
    message = worked_out(office)
    seen = office.forge(message, action, value)
    assert seen.view is None
    assert "does not belong to this workspace" in only_answer(seen).visible_text
    assert office.row(Partner).terms is None


def test_another_workspaces_partner_stays_out_of_reach(office: Office) -> None:
    """Neither its figures are shown nor can they be set."""
    other, _, _ = office.neighbour()
    office.partner()
    message = worked_out(office)
    for action in ("keep_terms", "try_other_terms"):
        seen = office.forge(message, action, f"{other}:40,8000,,,,,1")
        assert "not in this workspace" in only_answer(seen).visible_text
        assert seen.view is None
        message = worked_out(office)
    assert all(partner.terms is None for partner in office.rows(Partner))


def test_yen_have_no_pence(office: Office) -> None:
    """The chart and the fields are in the workspace's own money."""
    office.told("/tend settings currency JPY", ADA)
    office.partner()
    message = worked_out(office, terms_rate_minor="¥8,000", terms_retainer_minor="20000", terms_worth_minor="2m")
    assert "They earn at their hourly rate\n*JP¥320,000*" in message.visible_text
    (chart,) = charts(message)
    assert chart["chart"]["axis_config"]["y_label"] == "Expected, in JPY"
    assert chart["chart"]["series"][0]["data"][0]["value"] == 120_000


def test_names_that_people_typed_ring_nobody(office: Office) -> None:
    office.partner("A & <!here>")
    message = worked_out(office, "/partner what-if terms A & <!here>")
    seen = office.press(message, "keep_terms")
    assert "*A &amp; &lt;!here&gt;*" in only_answer(seen).text
    assert json.dumps(message.blocks).count("<!here>") == 1  # the header, where Slack reads no marks


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "No terms yet"),
        ({"terms": "none"}, "No money changes hands"),
        ({"terms": "hourly"}, "By the hour"),
        ({"terms": "hourly", "terms_rate_minor": 8_000}, "By the hour, £80"),
        ({"terms": "retainer"}, "Retainer, without an amount yet"),
        ({"terms": "retainer", "terms_retainer_minor": 50_000, "terms_fee_minor": 1}, "Retainer £500 a month"),
        (
            {"terms": "retainer_and_success", "terms_retainer_minor": 50_000, "terms_share": 1_000},
            "Retainer £500 a month and 10% of what is won",
        ),
        (
            {
                "terms": "retainer_and_success",
                "terms_retainer_minor": 50_000,
                "terms_months": 6,
                "terms_fee_minor": 200,
            },
            "Retainer £500 a month for 6 months and £2 for each success",
        ),
        ({"terms": "success_only", "terms_fee_minor": 200_000}, "Success fee only: £2,000 for each success"),
        ({"terms": "commission", "terms_share": 750}, "Commission: 7.5% of what is won"),
    ],
)
def test_terms_in_words(office: Office, values: dict[str, Any], words: str) -> None:
    assert terms_text(values, team_of(office)).split(" · ")[0] == words


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (Fraction(2, 5), "2 in 5"),
        (Fraction(1, 3), "1 in 3"),
        (Fraction(333, 1_000), "about 1 in 3"),
        (Fraction(1, 40), "about 1 in 40"),
        (Fraction(99, 100), "nearly every time"),
    ],
)
def test_a_chance_is_told_as_people_bet(chance: Fraction, words: str) -> None:
    assert format_odds(chance) == words
