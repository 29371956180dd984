"""Slack's chart blocks, with a text fallback for workspaces and modals that do not support them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from bot.slack.blocks import Block, Message, clip, escape, section

CHART_TYPE = "data_visualization"
MAX_TITLE = 50
MAX_AXIS_LABEL = 50
MAX_LABEL = 20
MAX_POINTS = 20
MAX_SERIES = 6


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
    return any(block["type"] == CHART_TYPE for block in message.blocks)


def without_charts(message: Message) -> Message:
    """Replace each chart in a message with a text table."""
    if not has_charts(message):
        return message
    return replace(
        message, blocks=[_as_text(block) if block["type"] == CHART_TYPE else block for block in message.blocks]
    )


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
