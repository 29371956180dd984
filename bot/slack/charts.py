"""Slack's own charts, and the same numbers as text for where a workspace, or a window, does not take them."""

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
    """Lines over the same points, at most 6 over 20; a series is a name of up to 20 characters with its values."""
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
    """The message with each chart's numbers as text in its place."""
    if not has_charts(message):
        return message
    return replace(
        message, blocks=[_as_text(block) if block["type"] == CHART_TYPE else block for block in message.blocks]
    )


def _as_text(block: Block) -> Block:
    """A chart as a table of fixed width: one line a point, one column a series."""
    axis, series = block["chart"]["axis_config"], block["chart"]["series"]
    columns = [["", *axis["categories"]]]
    columns += [[one["name"], *(_format_number(point["value"]) for point in one["data"])] for one in series]
    widths = [max(len(cell) for cell in column) for column in columns]
    rows = zip_longest(*columns, fillvalue="")
    table = "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return section(
        f"*{escape(block['title'])}* ({escape(axis['x_label'])}; {escape(axis['y_label'])})\n```{escape(table)}```"
    )


def _format_number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
