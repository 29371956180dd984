"""Lists as Slack's own table where the workspace takes it, and as the same text elsewhere."""

from datetime import timedelta
from typing import Any

import pytest

from bot.fake_slack import Message
from bot.slack.charts import MAX_ROWS, MAX_TABLE_TEXT, TABLE_TYPE, data_table
from tests.listeners.office import ADA, ANA, BOB, TODAY, Office, only_answer


def table(message: Message) -> dict[str, Any] | None:
    return next((block for block in message.blocks if block["type"] == TABLE_TYPE), None)


def texts(found: dict[str, Any]) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in found["rows"]]


@pytest.fixture
def filled(office: Office) -> Office:
    acme = office.partner("Acme Legal", since=TODAY - timedelta(days=400))
    office.rate(acme, 3)
    office.activity(acme)
    office.partner("<Zenith> & Co", since=TODAY - timedelta(days=400))
    return office


@pytest.mark.parametrize("line", ["/partner list", "/partner", f"/partner due <@{ANA}>"])
def test_a_list_is_a_table_with_numbers_that_sort(filled: Office, line: str) -> None:
    found = table(filled.told(line, BOB if "due" in line else ANA))
    assert found is not None
    head, *rows = texts(found)
    assert head == ["Partner", "RVI", "Band", "Theirs", "Days quiet", "Why act"]
    assert {row[0] for row in rows} == {"Acme Legal", "<Zenith> & Co"}
    acme = next(row for row in found["rows"] if row[0]["text"] == "Acme Legal")
    assert [cell["type"] for cell in acme[:5]] == ["raw_text", "raw_number", "raw_text", "raw_number", "raw_number"]
    assert (acme[1]["value"], acme[1]["text"], acme[2]["text"]) == (0.25, "0.25", "weak")


@pytest.mark.parametrize("place", ["command", "dm", "mention"])
def test_a_workspace_without_tables_gets_the_same_as_text(filled: Office, place: str) -> None:
    filled.slack.world.refuse_blocks.add(TABLE_TYPE)
    if place == "command":
        message = filled.told("/partner list")
    elif place == "dm":
        filled.slack.direct_message(ANA, "partner list")
        message = filled.slack.dm(ANA)[-1]
    else:
        message = only_answer(filled.slack.mention(ANA, "C0ROOM", "partner list"))
    assert table(message) is None
    assert "*Acme Legal* · 0.25" in message.visible_text
    assert "*&lt;Zenith&gt; &amp; Co* · no RVI yet" in message.visible_text


def test_over_the_home_a_list_stays_text(filled: Office) -> None:
    home = filled.slack.open_home(ANA).view
    assert home is not None
    shown = filled.press_label(home, "All partners").view
    assert shown is not None
    assert "*Acme Legal* · 0.25" in shown.visible_text


def test_a_long_list_keeps_within_the_table_and_counts_the_rest(office: Office) -> None:
    for number in range(MAX_ROWS + 3):
        office.partner(f"{'Long name ' * 6}{number:03}", owner=ADA)
    message = office.told("/partner list")
    found = table(message)
    assert found is not None
    shown = len(found["rows"]) - 1
    assert sum(len(text) for row in texts(found) for text in row) <= MAX_TABLE_TEXT
    assert f"and {MAX_ROWS + 3 - shown} more" in message.visible_text


def test_rows_that_do_not_fit_are_left_out_whole() -> None:
    found = data_table("Many", ("A", "B"), [("x" * 90, 1)] * 200, instead=[])
    assert len(found["rows"]) == MAX_ROWS + 1
    found = data_table("Long", tuple("ABCDE"), [("x" * 100,) * 5] * 100, instead=[])
    assert len(found["rows"]) == 1 + (MAX_TABLE_TEXT - 5) // 500


def test_a_tables_caption_is_plain_text(filled: Office) -> None:
    """Slack shows no mention in it."""
    found = table(filled.told(f"/partner list <@{ANA}>"))
    assert found is not None
    assert found["caption"] == "2 partners"
