"""Slack's native chart and table blocks, with a text fallback for workspaces and modals that do not support them.

Their shapes are those of Slack's reference of `data_visualization` and `data_table`. A chart takes no colours: Slack
chooses them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from bot.slack.blocks import Block, Message, clip, escape, section

CHART_TYPE = "data_visualization"
TABLE_TYPE = "data_table"
MAX_TITLE = 50
MAX_AXIS_LABEL = 50
MAX_LABEL = 20
MAX_POINTS = 20
MAX_SERIES = 6
MAX_ROWS = 100  # and the header above them
MAX_COLUMNS = 20
MAX_CELL = 100
MAX_TABLE_TEXT = 10_000  # of all cells of a message
ROWS_ON_A_PAGE = 10
Cell = str | int | Decimal | None


class DataTable(dict[str, Any]):
    """A table as Slack takes it, and the blocks that stand in its place where it is refused."""

    def __init__(self, block: Block, instead: Sequence[Block]) -> None:
        super().__init__(block)
        self.instead = tuple(instead)


def data_table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, instead: Sequence[Block]
) -> Block:
    """Build a table whose first column names its rows. Numbers sort as numbers; the rows that don't fit are left out.

    `instead` says the same as text.
    """
    body, room = [[_cell(name) for name in columns]], MAX_TABLE_TEXT - sum(map(len, columns))
    for row in rows[:MAX_ROWS]:
        cells = [_cell(cell) for cell in row]
        room -= sum(len(cell["text"]) for cell in cells)
        if room < 0:
            break
        body.append(cells)
    block = {
        "type": TABLE_TYPE,
        "caption": caption,
        "row_header_column_index": 0,
        "page_size": ROWS_ON_A_PAGE,
        "rows": body,
    }
    return DataTable(block, instead)


def _cell(value: Cell) -> Block:
    if value is None or value == "":
        return {"type": "raw_text", "text": "–"}
    if isinstance(value, str):
        return {"type": "raw_text", "text": clip(value, MAX_CELL)}
    return {"type": "raw_number", "value": float(value) if isinstance(value, Decimal) else value, "text": str(value)}


def line_chart(
    title: str, points: Sequence[str], series: Mapping[str, Sequence[float]], *, x_label: str, y_label: str
) -> Block:
    """Build a line chart of up to 6 series over 20 points. Names are cut to 20 characters."""
    names = [clip(point, MAX_LABEL) for point in points][:MAX_POINTS]
    return {
        "type": CHART_TYPE,
        "title": clip(title, MAX_TITLE),
        "chart": {
            "type": "line",
            "series": [
                {
                    "name": clip(name, MAX_LABEL),
                    "data": [{"label": label, "value": value} for label, value in zip(names, values, strict=False)],
                }
                for name, values in list(series.items())[:MAX_SERIES]
            ],
            "axis_config": {
                "categories": names,
                "x_label": clip(x_label, MAX_AXIS_LABEL),
                "y_label": clip(y_label, MAX_AXIS_LABEL),
            },
        },
    }


def has_charts(message: Message) -> bool:
    """Return whether a message has a chart or a table of Slack's own."""
    return any(block["type"] in (CHART_TYPE, TABLE_TYPE) for block in message.blocks)


def without_charts(message: Message) -> Message:
    """Replace each chart and table in a message with text."""
    if not has_charts(message):
        return message
    return replace(message, blocks=[made for block in message.blocks for made in _plainly(block)])


def _plainly(block: Block) -> Sequence[Block]:
    if isinstance(block, DataTable):
        return block.instead
    return [_as_text(block)] if block["type"] == CHART_TYPE else [block]


def _as_text(block: Block) -> Block:
    """Format a chart as a fixed-width table with a row for each point and a column for each series."""
    axis, series = block["chart"]["axis_config"], block["chart"]["series"]
    columns = [["", *axis["categories"]]]
    columns += [[line["name"], *(_format_number(point["value"]) for point in line["data"])] for line in series]
    widths = [max(len(cell) for cell in column) for column in columns]
    rows = zip_longest(*columns, fillvalue="")
    table = "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return section(
        f"*{escape(block['title'])}* ({escape(axis['x_label'])}; {escape(axis['y_label'])})\n```{escape(table)}```"
    )


def _format_number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
