"""Show charts, with text that says what they show."""

from collections.abc import Sequence

from bot.actions.portfolio.charts import PartnerDot, PortfolioChart, ScoreHistory
from bot.formatting import count, format_day, format_month, format_number
from bot.scores.trends import MONTHS_AHEAD, MONTHS_BACK, TrendPoint
from bot.slack.action_ids import RATE_TRUST
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    bullet_list,
    button,
    clip,
    context,
    escape,
    escape_clip,
    header,
    section,
)
from bot.slack.charts import line_chart
from scoring.months import add_months
from scoring.portfolio import Potential
from scoring.vocabulary import Side

SERIES = {Side.OURS: "Ours", Side.THEIRS: "Theirs"}
BANDS = "Under 1 weak · 1 to 2 good · up to 3 growing · from 3 strong."


def history_message(found: ScoreHistory) -> Message:
    """Build the chart of a partner's RVIs over time, with the forecast marked."""
    one = found.scored
    sides = [side for side in Side if one.now.view(side).rvi is not None]
    if not sides:
        text = f"{bold(one.partner.name)} has no RVI yet, so there is nothing to draw: rate trust first."
        return Message(text, [section(text), actions(button("Rate trust", RATE_TRUST, str(one.partner.id)))])
    title = f"{one.partner.name}: the RVI over time"
    chart = line_chart(
        "Both RVIs" if len(sides) > 1 else f"The RVI, {SERIES[sides[0]].lower()}",
        [_point_label(point) for point in found.points],
        {SERIES[side]: [float(point.score.view(side).rvi or 0) for point in found.points] for side in sides},
        x_label="Every second month; + marks the forecast",
        y_label="RVI",
    )
    blocks: list[Block] = [
        header(title),
        chart,
        section(_forecast_text(found.points, sides)),
        context(*_notes(found, sides)),
    ]
    return Message(f"{escape(title)}. {_forecast_text(found.points, sides)}", blocks)


def _point_label(point: TrendPoint) -> str:
    """Return `Nov 2025`, `today`, or `+ 2 months` for what is forecast."""
    if point.months == 0:
        return "today"
    return f"+ {count(point.months, 'month')}" if point.months > 0 else format_month(point.on)


def _forecast_text(points: Sequence[TrendPoint], sides: Sequence[Side]) -> str:
    """Return `With no new activity, ours goes from 1.25 today to 0.50 by 23 Nov 2027.`"""
    today, last = next(point for point in points if point.months == 0), points[-1]
    told = []
    for side in sides:
        now, then = today.score.view(side).rvi, last.score.view(side).rvi
        moves = f"stays at {now}" if now == then else f"goes from {now} today to {then}"
        told.append(f"{SERIES[side].lower()} {moves}")
    return f"With no new activity, {' and '.join(told)} by {format_day(last.on)}."


def _notes(found: ScoreHistory, sides: Sequence[Side]) -> list[str]:
    """List what to know when reading the chart."""
    first, one = found.points[0], found.scored
    provisional = [point.on for point in found.points if point.score.provisional and point.months <= 0]
    missing = [SERIES[side] for side in Side if side not in sides]
    return [
        BANDS,
        f"RVI: Relationship Value Index. The forecast for {MONTHS_AHEAD} months counts only what is logged today.",
        f"It starts in {format_month(first.on)}, the first month with an RVI."
        if first.on > add_months(one.now.day, -MONTHS_BACK)
        else "",
        f"Too early to say until {format_day(provisional[-1])}." if provisional else "",
        f"{missing[0]} is left out: nobody has rated that side." if missing else "",
    ]


MAX_ALT_LENGTH = 1_000
MAX_LISTED = 10
KINDS = {
    Potential.COULD_BE: "could become trusted (stars)",
    Potential.AT_RISK: "at risk (triangles)",
    Potential.TRUSTED: "trusted (squares)",
    Potential.REGULAR: "regular (dots)",
}


def no_chart_message() -> Message:
    """Say that no active partner has a rating."""
    text = "No active partner has a trust rating yet, so there is nothing to draw. Rate one with `/trust`."
    return Message(text, [section(text)])


def drawing_message() -> Message:
    """Confirm the press before the picture is drawn."""
    text = ":art: The picture will arrive in your DM with Tend in a moment. Only you can see it."
    return Message(text, [section(text)])


def chart_comment(found: PortfolioChart, named: int) -> str:
    """Write the comment above the picture."""
    unnamed = len(found.dots) - named
    told = [
        f"*Trust against activity*, {format_day(found.day)}: {_counts_text(found)}.",
        f"{count(unnamed, 'dot')} unlabelled for lack of space." if unnamed else "",
        f"Not drawn: {count(found.unrated, 'partner')} without a trust rating." if found.unrated else "",
        "`/partner candidates` and `/partner review all` show the same in words.",
    ]
    return " ".join(text for text in told if text)


def chart_alt_text(found: PortfolioChart) -> str:
    """Describe the picture in plain text for people who can't see it."""
    told = [
        f"Partners by activity in twelve months and our trust from 1 to 5, {format_day(found.day)}: "
        f"{_counts_text(found)}."
    ]
    for kind in (Potential.COULD_BE, Potential.AT_RISK, Potential.TRUSTED):
        if dots := found.dots_of_kind(kind):
            names = ", ".join(f"{clip(dot.name, 40)} (activity {dot.activity})" for dot in dots[:MAX_LISTED])
            more = f" and {len(dots) - MAX_LISTED} more" if len(dots) > MAX_LISTED else ""
            told.append(f"{KINDS[kind].capitalize()}: {names}{more}.")
    return clip(" ".join(told), MAX_ALT_LENGTH)


def numbers_message(found: PortfolioChart, why: str) -> Message:
    """Show the numbers without the picture, and say why there is none."""
    title = f"Trust against activity, {format_day(found.day)}"
    blocks: list[Block] = [
        section(f":warning: The picture could not be sent: {escape(why)}. Here are its numbers."),
        header(title),
        section(f"{_counts_text(found).capitalize()}. The median activity is {format_number(found.usual_activity)}."),
    ]
    for kind in KINDS:
        if dots := found.dots_of_kind(kind):
            told = [_dot_text(dot) for dot in dots]
            blocks.append(section(bullet_list(KINDS[kind].partition(" (")[0].capitalize(), told, most=MAX_LISTED)))
    return Message(title, blocks)


def _counts_text(found: PortfolioChart) -> str:
    """Return `12 partners: 2 could become trusted (stars), 1 at risk (triangles) …`."""
    told = [f"{len(found.dots_of_kind(kind))} {words}" for kind, words in KINDS.items() if found.dots_of_kind(kind)]
    return f"{count(len(found.dots), 'partner')}: {', '.join(told)}"


def _dot_text(dot: PartnerDot) -> str:
    return f"{escape_clip(dot.name, 80)}: activity {dot.activity}, trust {format_number(dot.trust)}"
