"""Draw Slack's `data_visualization` block as SVG: line, area, bar and pie charts, coloured by the page's CSS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

Json = dict[str, Any]

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 28, 46
LETTER = 7  # pixels, of a label of 12 px
MAX_TICKS = 5
MAX_LABELS = 8
COLOURS = 6


def svg(block: Json) -> Markup:
    """Draw a valid chart block."""
    chart = block["chart"]
    inside = _pie(chart) if chart["type"] == "pie" else _plot(chart)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, summary(block), inside
    )


def summary(block: Json) -> str:
    """Describe a chart for screen readers."""
    chart = block["chart"]
    if chart["type"] == "pie":
        text = ", ".join(f"{part['label']} {part['value']:g}" for part in chart["segments"])
    else:
        text = "; ".join(
            f"{series['name']} from {series['data'][0]['value']:g} to {series['data'][-1]['value']:g}"
            for series in chart["series"]
        )
    return f"{block['title']}: {text}"


def ticks(low: float, high: float) -> list[float]:
    """Return a few round numbers that cover `low` to `high`."""
    high = high if high > low else low + 1
    span = high - low
    step = 10 ** math.floor(math.log10(span / MAX_TICKS))
    step = next(step * by for by in (1, 2, 5, 10) if span / (step * by) <= MAX_TICKS)
    first = math.floor(low / step)
    return [round(n * step, 10) for n in range(first, math.ceil(high / step) + 1)]


def _plot(chart: Json) -> Markup:
    series = chart["series"]
    names = chart["axis_config"]["categories"]
    values = [point["value"] for line in series for point in line["data"]]
    marks = ticks(min(0.0, *values), max(0.0, *values))
    low, high = marks[0], marks[-1]
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return round(TOP + height * (1 - (value - low) / (high - low)), 1)

    def x(place: float) -> float:
        return round(LEFT + width * (place + 0.5) / len(names), 1)

    out = [_grid(marks, y), _names(names, x), _axes(chart["axis_config"])]
    for number, line in enumerate(series):
        points = [(x(place), y(point["value"])) for place, point in enumerate(line["data"])]
        if chart["type"] == "bar":
            out.append(_bars(number, len(series), points, y(0), width / len(names)))
        else:
            out.append(_line(number, points, y(low) if chart["type"] == "area" else None))
    return Markup("").join(out)


def _grid(marks: Sequence[float], y: Any) -> Markup:
    line = Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" class="end">{}</text>')
    return Markup("").join(
        line.format(LEFT, WIDTH - RIGHT, y(mark), y(mark), LEFT - 6, y(mark) + 4, f"{mark:,g}") for mark in marks
    )


def _names(names: Sequence[str], x: Any) -> Markup:
    """Draw as many axis names as fit, always including the last."""
    each = math.ceil(len(names) / MAX_LABELS)
    shown = [(place, name) for place, name in enumerate(names) if (len(names) - 1 - place) % each == 0]
    text = Markup('<text x="{}" y="{}" class="{}">{}</text>')
    return Markup("").join(text.format(*_place(x(place), str(name)), name) for place, name in shown)


def _place(x: float, name: str) -> tuple[float, int, str]:
    """Where a label stands below its point: in the middle, or ending at the edge where it would be cut there."""
    y = HEIGHT - BOTTOM + 17
    return (WIDTH, y, "end") if x + len(name) * LETTER / 2 > WIDTH else (x, y, "middle")


def _axes(axis: Json) -> Markup:
    out = Markup("")
    if axis.get("x_label"):
        out += Markup('<text x="{}" y="{}" class="middle label">{}</text>').format(
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, axis["x_label"]
        )
    if axis.get("y_label"):
        out += Markup('<text x="0" y="13" class="label">{}</text>').format(axis["y_label"])
    return out


def _line(number: int, points: Sequence[tuple[float, float]], floor: float | None) -> Markup:
    path = " ".join(f"{x},{y}" for x, y in points)
    out = Markup("")
    if floor is not None:
        out += Markup('<polygon class="area s{}" points="{},{} {} {},{}"/>').format(
            number % COLOURS, points[0][0], floor, path, points[-1][0], floor
        )
    out += Markup('<polyline class="line s{}" points="{}"/>').format(number % COLOURS, path)
    dot = Markup('<circle class="dot s{}" cx="{}" cy="{}" r="3"/>')
    return out + Markup("").join(dot.format(number % COLOURS, x, y) for x, y in points)


def _bars(number: int, of: int, points: Sequence[tuple[float, float]], zero: float, room: float) -> Markup:
    wide = round(room * 0.7 / of, 1)
    bar = Markup('<rect class="bar s{}" x="{}" y="{}" width="{}" height="{}"/>')
    return Markup("").join(
        bar.format(
            number % COLOURS, round(x - room * 0.35 + number * wide, 1), min(y, zero), wide, round(abs(zero - y), 1)
        )
        for x, y in points
    )


def _pie(chart: Json) -> Markup:
    parts = [part["value"] for part in chart["segments"]]
    ends = [2 * math.pi * sum(parts[:n]) / sum(parts) for n in range(len(parts) + 1)]
    middle_x, middle_y, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 14
    slice_ = Markup('<path class="bar s{}" d="{}"/>')
    out = Markup("")
    for number, (a, b) in enumerate(pairwise(ends)):
        b = min(b, a + 2 * math.pi - 1e-3)  # a full circle would start and end at the same point and draw nothing
        (ax, ay), (bx, by) = ((middle_x + radius * math.sin(t), middle_y - radius * math.cos(t)) for t in (a, b))
        large = int(b - a > math.pi)
        path = f"M{middle_x},{middle_y} L{ax:.2f},{ay:.2f} A{radius},{radius} 0 {large} 1 {bx:.2f},{by:.2f} Z"
        out += slice_.format(number % COLOURS, path)
    return out
