"""Draw the portfolio as a PNG: trust against activity. Matplotlib is imported only to draw.

The picture brings its own background, so that it reads the same in Slack's light and dark themes. A dot's shape says
what it is marked as, its colour the band. Of the same numbers comes the same picture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.actions.portfolio.charts import PartnerDot, PortfolioChart
from bot.slack.blocks import clip
from scoring.portfolio import HIGH_TRUST, LOW_TRUST, Potential
from scoring.vocabulary import Band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

SIZE, DPI = (7.6, 5.9), 150
PAPER, INK, FAINT, GRID = "#ffffff", "#1d1c1d", "#5b5a5c", "#d9d9dc"
FONT = "DejaVu Sans"
MARKERS: dict[Potential, tuple[str, float, str]] = {
    Potential.COULD_BE: ("*", 230, "could become trusted"),
    Potential.AT_RISK: ("v", 110, "at risk"),
    Potential.TRUSTED: ("s", 62, "trusted"),
    Potential.REGULAR: ("o", 40, "regular"),
}
# The bands' own colours, as their signs in messages have them, each dark enough on white.
BAND_COLOURS: dict[Band | None, str] = {
    Band.WEAK: "#c2352b",
    Band.GOOD: "#b07d00",
    Band.GROWING: "#2f6fb5",
    Band.STRONG: "#1d7a50",
    None: "#757477",
}
MAX_LABELS = 18
LABEL_TRIES = {Potential.COULD_BE: 20, Potential.AT_RISK: 20, Potential.TRUSTED: 12, Potential.REGULAR: 12}
MAX_LABEL_LENGTH = 26
MIN_LABEL_GAP = 0.13
"""Distance between dots that would coincide, in levels of trust."""
# Offsets of a name from its dot, in points, best first. The farther ones get a line, except for regular partners, of
# whom there are too many.
NEAR_OFFSETS = ((9, 0), (-9, 0), (0, 11), (0, -11), (8, 10), (-8, 10), (8, -10), (-8, -10))
FAR_OFFSETS = ((0, 30), (30, 30), (-30, 30), (0, -30), (30, -30), (-30, -30), (0, 48), (48, 48), (-48, 48), (0, -48))


def draw_portfolio(found: PortfolioChart) -> tuple[bytes, int]:
    """Draw the picture. Return it with the number of labelled dots."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI, facecolor=PAPER)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.09, 0.115, 0.88, 0.715))
    _draw_frame(figure, axes, found)
    places = _place_dots(found.dots)
    for kind in reversed(MARKERS):
        _draw_markers(axes, kind, {dot: places[dot] for dot in found.dots if dot.promise == kind})
    _draw_legends(figure, axes, found)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    named = _draw_labels(axes, renderer, found, places)
    out = BytesIO()
    figure.savefig(out, format="png", facecolor=PAPER, metadata={"Software": None})
    return out.getvalue(), named


def _draw_frame(figure: Figure, axes: Axes, found: PortfolioChart) -> None:
    most = max([dot.activity for dot in found.dots], default=0)
    axes.set_xlim(-0.04 * max(most, 5), 1.12 * max(most, 5))
    axes.set_ylim(0.5, 5.6)
    axes.set_yticks(range(1, 6))
    axes.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    axes.set_facecolor(PAPER)
    axes.tick_params(colors=FAINT, labelsize=10, labelfontfamily=FONT)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(FAINT)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for level in (HIGH_TRUST, LOW_TRUST):
        axes.axhline(float(level), color=FAINT, linewidth=0.8, linestyle=(0, (5, 4)), alpha=0.7)
    axes.axvline(float(found.usual_activity), color=FAINT, linewidth=0.8, linestyle=(0, (5, 4)), alpha=0.7)
    say: dict[str, Any] = {"color": FAINT, "fontfamily": FONT, "fontsize": 10}
    axes.annotate(
        "usual activity",
        (float(found.usual_activity), 5.6),
        (4, -10),
        textcoords="offset points",
        **{**say, "fontsize": 9},
    )
    axes.set_xlabel("Activity: everything that counted in twelve months, in both directions", **say)
    axes.set_ylabel("Our trust, 1 to 5", **say)
    figure.text(0.09, 0.95, "Trust against activity", color=INK, fontfamily=FONT, fontsize=15, fontweight="bold")


def _place_dots(dots: Sequence[PartnerDot]) -> dict[PartnerDot, tuple[float, float]]:
    """Place each dot, spreading those that coincide above and below."""
    alike: dict[tuple[int, float], list[PartnerDot]] = defaultdict(list)
    for dot in dots:
        alike[dot.activity, round(float(dot.trust), 1)].append(dot)
    found = {}
    for group in alike.values():
        apart = min(MIN_LABEL_GAP, 0.8 / len(group))
        for place, dot in enumerate(group):
            found[dot] = (float(dot.activity), float(dot.trust) + apart * (place - (len(group) - 1) / 2))
    return found


def _draw_markers(axes: Axes, kind: Potential, places: Mapping[PartnerDot, tuple[float, float]]) -> None:
    shape, size, _ = MARKERS[kind]
    across, up = [place[0] for place in places.values()], [place[1] for place in places.values()]
    axes.scatter(
        across, up, s=size, marker=shape, color=[BAND_COLOURS[dot.band] for dot in places], edgecolors=PAPER,
        linewidths=0.8, zorder=3, clip_on=False,
    )  # fmt: skip


def _draw_legends(figure: Figure, axes: Axes, found: PortfolioChart) -> None:
    """Draw above the dots what the shapes mean, and above that what the colours mean."""
    from matplotlib.lines import Line2D

    def mark(shape: str, colour: str, size: float, name: str) -> Line2D:
        return Line2D([], [], linestyle="", marker=shape, color=colour, markersize=size**0.5, label=name)

    shapes = [
        mark(shape, FAINT, size, f"{name} ({len(found.dots_of_kind(kind))})")
        for kind, (shape, size, name) in MARKERS.items()
    ]
    bands = {dot.band for dot in found.dots}
    colours = [
        mark("o", colour, 50, str(band) if band else "too early to say")
        for band, colour in BAND_COLOURS.items()
        if band in bands
    ]
    look: dict[str, Any] = {"frameon": False, "labelcolor": INK, "handletextpad": 0.3, "columnspacing": 1.2}
    say = {"family": FONT, "size": 10}
    axes.legend(handles=shapes, loc="lower left", bbox_to_anchor=(-0.01, 1.005), ncols=len(shapes), prop=say, **look)
    if colours:
        figure.legend(
            handles=colours, loc="lower left", bbox_to_anchor=(0.072, 0.875), ncols=len(colours), prop=say, **look
        )


def _draw_labels(
    axes: Axes, renderer: Any, found: PortfolioChart, places: dict[PartnerDot, tuple[float, float]]
) -> int:
    """Label as many dots as have room, marked ones first."""
    from matplotlib.text import Text

    dots, taken = {dot: _label_box(axes, place) for dot, place in places.items()}, list[Any]()
    inside = axes.get_window_extent(renderer).padded(4)
    for dot in [dot for kind, most in LABEL_TRIES.items() for dot in found.dots_of_kind(kind)[:most]]:
        others = [box for one, box in dots.items() if one != dot]
        for offset in NEAR_OFFSETS if dot.promise == Potential.REGULAR else (*NEAR_OFFSETS, *FAR_OFFSETS):
            if len(taken) >= MAX_LABELS:
                return len(taken)
            text = _draw_label(axes, dot, places[dot], offset)
            text.update_positions(renderer)
            box = Text.get_window_extent(text, renderer)  # without the line
            # Any nearer to another dot, the name would seem to be that one's.
            clear = not box.padded(2 if offset in FAR_OFFSETS else 8).count_overlaps(others)
            fits = inside.x0 <= box.x0 and box.x1 <= inside.x1 + 20 and inside.y0 <= box.y0 and box.y1 <= inside.y1
            if clear and fits and not box.count_overlaps(taken):
                taken.append(box.padded(2))
                break
            text.remove()
    return len(taken)


def _draw_label(axes: Axes, dot: PartnerDot, place: tuple[float, float], offset: tuple[int, int]) -> Annotation:
    line = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.7, "shrinkB": 5} if offset in FAR_OFFSETS else None
    return axes.annotate(
        _label_text(dot.name), place, offset, textcoords="offset points", fontsize=9, color=INK, fontfamily=FONT,
        parse_math=False, va="center", ha="left" if offset[0] > 0 else "right" if offset[0] < 0 else "center", zorder=2,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.85}, arrowprops=line,
    )  # fmt: skip


def _label_box(axes: Axes, place: tuple[float, float]) -> Any:
    from matplotlib.transforms import Bbox

    across, up = axes.transData.transform(place)
    return Bbox.from_bounds(across - 7, up - 7, 14, 14)


def _label_text(name: str) -> str:
    """Make a name printable: one line, clipped, with a dot for each letter that the font lacks."""
    from matplotlib.font_manager import findfont, get_font

    known = get_font(findfont(FONT)).get_charmap()
    return "".join(letter if ord(letter) in known else "·" for letter in clip(" ".join(name.split()), MAX_LABEL_LENGTH))
