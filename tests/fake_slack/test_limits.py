"""Slack's limits, judged at their edges and against slackblocks as the outside judge."""

from __future__ import annotations

from typing import Any

import pytest
import slackblocks as sb
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.fake_slack.validation.rules import check_message, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("b"), "action_id": "a", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> Json:
    options = [{"text": plain("o"), "value": str(n)} for n in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def asked(**more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "action_id": "t"}, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": list(blocks), **more}


def line_chart(points: int, series: int = 1, title: str = "t") -> Json:
    names = [str(n) for n in range(points)]
    data = [{"label": name, "value": 1} for name in names]
    rows = [{"name": f"s{n}", "data": data} for n in range(series)]
    chart = {"type": "line", "series": rows, "axis_config": {"categories": names}}
    return {"type": "data_visualization", "title": title, "chart": chart}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "c"}] * columns] * rows}


FINE = [
    [section("x" * 3000)],
    [section()] * 50,
    [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10}],
    [{"type": "header", "text": plain("x" * 150)}],
    [actions(*(button(action_id=str(n)) for n in range(25)))],
    [actions(button(text=plain("x" * 75), value="v" * 2000, action_id="a" * 255))],
    [{"type": "context", "elements": [plain("x")] * 10}],
    [section(accessory=select(100))],
    [section(block_id="b" * 255)],
    [table(100, 20)],
    [line_chart(20, 12, "t" * 50)] * 2,
]
WRONG = [
    ([section("x" * 3001)], "less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "more than 0 characters"),
    ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "section"}], "must define either `text` or `fields`"),
    ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10 items"),
    ([{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001"),
    ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "plain_text object"),
    ([actions(*(button(action_id=str(n)) for n in range(26)))], "no more than 25 items"),
    ([actions(button(text=plain("x" * 76)))], "less than 76"),
    ([actions(button(value="v" * 2001))], "less than 2001"),
    ([actions(button(action_id="a" * 256))], "less than 256"),
    ([actions(button(), button())], "`action_id` must be unique"),
    ([actions(button(style="loud"))], "must be one of"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items"),
    ([section(accessory=select(101))], "no more than 100 items"),
    ([section(accessory=select(0))], "at least 1"),
    ([section(accessory={**select(1), "placeholder": plain("x" * 151)})], "less than 151"),
    ([section(block_id="b"), section(block_id="b")], "`block_id` must be unique"),
    ([table(101, 1)], "no more than 100 items"),
    ([table(1, 21)], "no more than 20 items"),
    ([line_chart(21)], "no more than 20 items"),
    ([line_chart(1, 13)], "no more than 12 items"),
    ([line_chart(1, 1, "t" * 51)], "less than 51"),
    ([line_chart(1)] * 3, "no more than 2 data_visualization"),
    ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
]


@pytest.mark.parametrize("blocks", FINE)
def test_at_the_limit_is_fine(blocks: list[Json]) -> None:
    """Exactly the limit is allowed."""
    assert check_message("", blocks) is None


@pytest.mark.parametrize(("blocks", "words"), WRONG)
def test_beyond_the_limit_is_invalid_blocks(blocks: list[Json], words: str) -> None:
    """With what is wrong and where."""
    problem = check_message("text", blocks)
    assert problem is not None
    assert problem.error == "invalid_blocks"
    assert any(words in line for line in problem.messages), problem.messages


def test_texts() -> None:
    """No text, too much text."""
    assert check_message("", None) == check_message(" ", [])
    assert getattr(check_message("", None), "error", "") == "no_text"
    assert check_message("x" * 40_000, None) is None
    assert getattr(check_message("x" * 40_001, None), "error", "") == "msg_too_long"
    assert getattr(check_message("x", None, {"event_type": "e"}), "error", "") == "invalid_metadata_format"


@pytest.mark.parametrize(
    "view",
    [
        modal(asked(label=plain("x" * 2000), hint=plain("x" * 2000)), title=plain("x" * 24)),
        modal(*[section()] * 100, submit=plain("x" * 24), close=plain("x" * 24), private_metadata="x" * 3000),
        {"type": "home", "blocks": [asked()]},
    ],
)
def test_views_at_the_limit(view: Json) -> None:
    """Exactly the limit is allowed; a home with inputs needs no submit."""
    assert check_view(view) is None


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(*[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(title=plain("x" * 25)), "less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "/view/submit/text"),
        (modal(close=plain("x" * 25)), "/view/close/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(asked(), submit=None), "missing required field: submit"),
        (modal({**asked(), "label": None}), "missing required field: label"),
        (modal(asked(hint=plain("x" * 2001))), "/view/blocks/0/hint/text"),
        (modal({**asked(), "element": button()}), "unsupported type: button"),
        (modal(table(1, 1)), "unsupported type: table"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
    ],
)
def test_views_beyond_the_limit(view: Json, words: str) -> None:
    """A view is refused as invalid_arguments."""
    problem = check_view(view)
    assert problem is not None
    assert problem.error == "invalid_arguments"
    assert any(words in line for line in problem.messages), problem.messages


def outside_judge(build: Any) -> bool:
    try:
        build()
    except sb.errors.InvalidUsageError:
        return False
    return True


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([1, 149, 150, 151, 152]))
def test_headers_agree_with_slackblocks(length: int) -> None:
    """The outside judge draws the line at the same place."""
    ours = check_message("t", [{"type": "header", "text": plain("x" * length)}]) is None
    assert ours == outside_judge(lambda: sb.HeaderBlock("x" * length))


@pytest.mark.parametrize("length", [1, 2999, 3000, 3001])
def test_sections_agree_with_slackblocks(length: int) -> None:
    """The same for section texts."""
    assert (check_message("t", [section("x" * length)]) is None) == outside_judge(lambda: sb.SectionBlock("x" * length))


@pytest.mark.parametrize("count", [1, 10, 11])
def test_contexts_agree_with_slackblocks(count: int) -> None:
    """The same for context elements."""
    ours = check_message("t", [{"type": "context", "elements": [plain("x")] * count}]) is None
    assert ours == outside_judge(lambda: sb.ContextBlock([sb.Text("x") for _ in range(count)]))


@pytest.mark.parametrize("length", [1, 75, 76])
def test_buttons_agree_with_slackblocks(length: int) -> None:
    """The same for button labels."""
    ours = check_message("t", [actions(button(text=plain("x" * length)))]) is None
    assert ours == outside_judge(lambda: sb.Button("x" * length, action_id="a"))


def test_what_slackblocks_builds_is_fine() -> None:
    """Blocks as another library writes them pass."""
    blocks = [
        sb.HeaderBlock("Title"),
        sb.SectionBlock("*bold*", fields=[sb.Text("one"), sb.Text("two")]),
        sb.DividerBlock(),
        sb.ContextBlock([sb.Text("small")]),
        sb.ActionsBlock([sb.Button("Press", action_id="p")]),
        sb.TableBlock([[sb.RawText("a"), sb.RawText("b")]]),
    ]
    assert check_message("", [block._resolve() for block in blocks]) is None
