"""Charts as pictures: sound XML that tells its numbers in words, draws each once, and has round ticks."""

import math
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fake_slack.pages.charts import MAX_LABELS, MAX_TICKS, WIDTH, svg, ticks

NASTY = "<script>\"&'</script>"
PLOTS = ("line", "area", "bar")
MARKS = {"line": "circle", "area": "circle", "bar": "rect", "pie": "path"}


def plot(kind: str, series: dict[str, list[float]], **axis: Any) -> dict[str, Any]:
    """A block with one value a category: A, B, C …"""
    names = [f"N{number}" for number in range(len(next(iter(series.values()))))]
    data = [
        {"name": name, "data": [{"label": at, "value": value} for at, value in zip(names, values, strict=True)]}
        for name, values in series.items()
    ]
    chart = {"type": kind, "series": data, "axis_config": {"categories": names, **axis}}
    return {"type": "data_visualization", "title": "Won a month", "chart": chart}


def pie(segments: dict[str, float]) -> dict[str, Any]:
    parts = [{"label": label, "value": value} for label, value in segments.items()]
    return {"type": "data_visualization", "title": "Who brings it", "chart": {"type": "pie", "segments": parts}}


def drawn(block: dict[str, Any]) -> ElementTree.Element:
    """The picture, parsed; every number in it is one."""
    text = str(svg(block))
    assert "nan" not in text
    assert "inf" not in text
    return ElementTree.fromstring(text)


def marks(picture: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return picture.findall(MARKS[kind])


def number(mark: ElementTree.Element, name: str) -> float:
    return float(mark.attrib[name])


@pytest.mark.parametrize("kind", PLOTS)
def test_a_plot_says_what_it_shows(kind: str) -> None:
    """As an image with a name: the title, and each series with its first and last number."""
    picture = drawn(plot(kind, {"Ours": [1, 2, 3.5], "Theirs": [4, 0, 1200]}, x_label="Month", y_label="Pounds"))
    assert picture.tag == "svg"
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == "Won a month: Ours from 1 to 3.5; Theirs from 4 to 1200"
    words = [text.text for text in picture.findall("text")]
    assert {"Month", "Pounds", "N0", "N1", "N2"} <= set(words)
    assert len(marks(picture, kind)) == 6


def test_a_pie_says_what_it_shows() -> None:
    """Each part with its number."""
    picture = drawn(pie({"Acme": 51, "Others": 49.5}))
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == "Who brings it: Acme 51, Others 49.5"
    assert len(marks(picture, "pie")) == 2


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize(
    "values", [[0.0], [7.0], [0.0, 0.0, 0.0], [-3.0], [-5.0, -1.0], [-2.0, 0.0, 2.0], [1e-9, 1e12]]
)
def test_every_value_has_its_mark_within_the_picture(kind: str, values: list[float]) -> None:
    """One point, nothing but zeros, below zero, small beside large."""
    picture = drawn(plot(kind, {"Ours": values}))
    wide, high = map(float, picture.attrib["viewBox"].split()[2:])
    found = marks(picture, kind)
    assert len(found) == len(values)
    for mark in found:
        if kind == "bar":
            x, y = number(mark, "x"), number(mark, "y")
            assert number(mark, "width") > 0
            assert number(mark, "height") >= 0
            assert x + number(mark, "width") <= wide
            assert y + number(mark, "height") <= high
        else:
            x, y = number(mark, "cx"), number(mark, "cy")
        assert 0 <= x <= wide
        assert 0 <= y <= high


@pytest.mark.parametrize("kind", ["line", "area"])
def test_higher_values_stand_higher(kind: str) -> None:
    """In their order from left to right."""
    found = marks(drawn(plot(kind, {"Ours": [-4, -1, 0, 2, 9]})), kind)
    heights, places = [number(mark, "cy") for mark in found], [number(mark, "cx") for mark in found]
    assert heights == sorted(heights, reverse=True)
    assert places == sorted(places)
    assert len(set(heights)) == len(set(places)) == 5


def test_bars_begin_at_zero() -> None:
    """Upward those above it, downward those below; as high as they are far from it."""
    above, below, nothing = marks(drawn(plot("bar", {"Ours": [4, -2, 0]})), "bar")
    assert number(above, "y") + number(above, "height") == pytest.approx(number(below, "y"), abs=0.11)
    assert number(above, "height") == pytest.approx(2 * number(below, "height"), abs=0.21)
    assert number(nothing, "height") == 0


@pytest.mark.parametrize("segments", [{"All": 5}, {"A": 1, "B": 1}, {"A": 0.001, "B": 999}])
def test_every_segment_is_an_arc_that_is_there(segments: dict[str, float]) -> None:
    """Also one that goes all round; the large half is drawn as such."""
    found = marks(drawn(pie(segments)), "pie")
    assert len(found) == len(segments)
    for mark, value in zip(found, segments.values(), strict=True):
        x1, y1, large, x2, y2 = re.fullmatch(
            r"M\S+ L(\S+),(\S+) A\S+ 0 ([01]) 1 (\S+),(\S+) Z", mark.attrib["d"]
        ).groups()  # type: ignore[union-attr]
        share = value / sum(segments.values())
        assert large == str(int(share > 0.5))
        assert ((x1, y1) == (x2, y2)) <= (share < 0.01)


@pytest.mark.parametrize("kind", PLOTS)
def test_as_much_as_slack_takes_is_drawn(kind: str) -> None:
    """Twelve series of twenty points: each drawn, names thinned out with the last kept, nothing beyond the edges."""
    series = {f"S{n}": [math.sin(n + place) * 10 ** (n % 4) for place in range(20)] for n in range(12)}
    picture = drawn(plot(kind, series))
    found = marks(picture, kind)
    assert len(found) == 240
    assert len({mark.attrib["class"] for mark in found}) == 6  # colours come again
    names = [text.text for text in picture.findall("text") if (text.text or "").startswith("N")]
    assert len(names) <= MAX_LABELS
    assert names[-1] == "N19"
    assert len(picture.findall("polyline")) == (0 if kind == "bar" else 12)
    assert len(picture.findall("polygon")) == (12 if kind == "area" else 0)


@pytest.mark.parametrize("kind", ["line", "pie"])
def test_what_is_written_is_escaped(kind: str) -> None:
    """Titles, names, labels and axes; nothing of it becomes a tag or ends an attribute."""
    block = pie({NASTY: 1}) if kind == "pie" else plot("line", {NASTY: [1]}, x_label=NASTY, y_label=NASTY)
    block["title"] = NASTY
    block["chart"].get("axis_config", {"categories": []})["categories"][:] = [NASTY]
    picture = drawn(block)
    assert picture.attrib["aria-label"].startswith(f"{NASTY}: {NASTY}")
    assert {child.tag for child in picture.iter()} <= {"svg", "line", "text", "polyline", "circle", "path"}
    assert set(picture.attrib) == {"viewBox", "role", "aria-label"}
    if kind == "line":
        assert [text.text for text in picture.findall("text")].count(NASTY) == 3


values = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(low=values, high=values)
def test_ticks_are_round_few_and_cover_what_is_drawn(low: float, high: float) -> None:
    """From at most the lowest to at least the highest, a 1, 2 or 5 with zeros apart."""
    low, high = min(low, high, 0.0), max(low, high, 0.0)
    found = ticks(low, high)
    step = found[1] - found[0]
    assert 2 <= len(found) <= MAX_TICKS + 2
    assert found == sorted(set(found))
    slack = step * 1e-6
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    assert low - found[0] < step + slack
    assert found[-1] - high < step + slack or low == high
    assert 0.0 in found
    assert f"{step:.5e}"[:7] in ("1.00000", "2.00000", "5.00000")
    assert all(abs(one / step - round(one / step)) < 1e-6 for one in found)


def test_ticks_of_nothing() -> None:
    """Have a span all the same."""
    assert ticks(0, 0)[0] == 0
    assert ticks(0, 0)[-1] > 0
    assert ticks(0, 10) == [0, 2, 4, 6, 8, 10]
    assert ticks(-3, 7) == [-4, -2, 0, 2, 4, 6, 8]


def test_a_long_last_label_ends_at_the_edge() -> None:
    """Where it would be cut if it stood in the middle below its point."""
    block = plot("line", {"A": [1.0] * 15})
    block["chart"]["axis_config"]["categories"][-1] = "+ 12 months"
    drawn = str(svg(block))
    assert f'<text x="{WIDTH}" y="231" class="end">+ 12 months</text>' in drawn
    assert 'class="middle">N12</text>' in drawn
