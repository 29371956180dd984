"""The weekly post in the team's channel: one screen, most important first."""

from collections.abc import Sequence
from datetime import date

from bot.actions.notifications.digest import Digest
from bot.formatting import count, day_words, first_few, money, percent, short_day
from bot.messages.notifications.best_moves import best_moves_text
from bot.messages.notifications.signals import change_words
from bot.scores.query import Scored
from bot.slack.blocks import Block, Message, bold, brief, context, header, lines, mention, section
from bot.slack.charts import line_chart
from scoring.balance import Lopsided
from scoring.vocabulary import Band

MOST = 5
MOST_IN_FULL = 3


def digest(found: Digest, *, late: bool = False) -> Message:
    """What the team should hear of the week. `late`: it is posted more than a day after its hour."""
    week = found.day.isocalendar().week
    title = f"Partnerships, week {week}"
    blocks: list[Block] = [header(title)]
    if late:
        blocks.append(context(f":hourglass: This is the digest of {_span(found.day)}, sent late."))
    blocks.append(section(_headline(found)))
    blocks += [section(text) for text in _lists(found) if text]
    blocks += _picture(found)
    if closing := _closing(found):
        blocks.append(context(*closing))
    return Message(f"{title}: {_producing(found)}", blocks)


def nothing() -> Message:
    """When the digest is asked for in a week without news."""
    text = ":seedling: Nothing to report this week: no partner moved, fell quiet or was worked with."
    return Message(text, [section(text)])


def _span(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"week {week} of {year}, as of {day_words(day)}"


def _producing(found: Digest) -> str:
    change = found.producing - found.producing_before
    moved = f" ({'▲' if change > 0 else '▼'} {abs(change)} in 30 days)" if change else ""
    return f"{found.producing} of {count(found.active, 'partner')} producing{moved}"


def _headline(found: Digest) -> str:
    won = f", {money(found.value_won, found.team.currency)} won" if found.value_won else ""
    week = f"{count(found.referrals_in, 'referral')} in, {found.referrals_out} out{won}"
    return f"*{_producing(found)}*\nIn the last seven days: {week}."


def _lists(found: Digest) -> list[str]:
    """Each part as text, empty where there is nothing to say; what moved in full, the rest in a line."""
    return [
        _in_full(
            found, ":small_red_triangle_down: Weakening", [(one, change_words(one, why)) for one, why in found.weakened]
        ),
        _in_a_line(":zzz: Quiet", [f"{_owned(found, one)} {count(one.now.quiet_days, 'day')}" for one in found.quiet]),
        _in_a_line(":calendar: Promises past their day", [_owned(found, one) for one in found.overdue]),
        _in_a_line(":scales: One-sided, we give", [_owned(found, one) for one in _taking(found, Lopsided.THEY_TAKE)]),
        _in_a_line(":scales: One-sided, they give", [_owned(found, one) for one in _taking(found, Lopsided.WE_TAKE)]),
        _in_a_line(
            ":chart_with_downwards_trend: Will fall within 30 days with nothing new",
            [
                f"{_owned(found, one)} to {step.after.ours.band} on {day_words(step.on, found.day)}"
                for one, step in found.falling
            ],
        ),
        best_moves_text(found.best, found.team.currency, lambda one: _owned(found, one)),
        _in_full(
            found, ":chart_with_upwards_trend: Growing", [(one, change_words(one, why)) for one, why in found.grew]
        ),
        _in_a_line(":pencil: Reviews due", [_owned(found, one) for one in found.reviews]),
        _in_a_line(":dart: Outcomes missed", [_missed(one, found.day) for one in found.missed]),
        _in_a_line(
            f":framed_picture: Logos among {count(found.active, 'partner')}",
            [brief(one.partner.name, 60) for one in found.paper],
        ),
    ]


def _in_full(found: Digest, title: str, rows: Sequence[tuple[Scored, str]]) -> str:
    told = [f"{_owned(found, one)}: {text}" for one, text in rows]
    return lines(f"{title} ({len(told)})", told, most=MOST_IN_FULL) if told else ""


def _in_a_line(title: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    more = f" · and {len(rows) - MOST} more" if len(rows) > MOST else ""
    return f"*{title} ({len(rows)})*: {' · '.join(rows[:MOST])}{more}"


def _taking(found: Digest, which: Lopsided) -> list[Scored]:
    return [one for one, way in found.lopsided if way == which]


def _missed(one: Scored, day: date) -> str:
    due = one.partner.outcome_due_on
    by = f" by {day_words(due, day)}" if due else ""
    return f"{bold(one.partner.name, 60)} {brief(one.partner.outcome_target or '', 80)}{by}"


def _owned(found: Digest, one: Scored) -> str:
    """A partner with who tends it: by name, since a mention here would ring them in front of everybody."""
    owner = found.names.get(one.partner.owner or "") or one.partner.owner or "nobody"
    left = ", no member any more" if one.partner.owner in found.left else ""
    return f"{bold(one.partner.name, 60)} ({brief(owner, 30)}{left})"


def _picture(found: Digest) -> list[Block]:
    """The portfolio by band, week by week; none where there is nothing to compare."""
    if not found.weeks:
        return []
    series = {str(band): [week.bands.get(band, 0) for week in found.weeks] for band in reversed(Band)}
    if any(week.unrated for week in found.weeks):
        series["no RVI"] = [week.unrated for week in found.weeks]
    points = [short_day(week.on) for week in found.weeks]
    return [
        line_chart(
            "Partners by band", points, series, x_label="At the end of", y_label="Partners, provisional ones left out"
        )
    ]


def _closing(found: Digest) -> list[str]:
    told = []
    if found.concentration and found.concentration.alarming:
        share, three = percent(found.concentration.top), percent(found.concentration.top_three)
        told.append(
            f":warning: {brief(found.concentration.partner, 80)} brings {share} of the value won in 12 months; "
            f"the top three bring {three}."
        )
    if found.stepless:
        candidates = count(found.stepless, "partner")
        has = "has" if found.stepless == 1 else "have"
        told.append(f":sparkles: {candidates} could become trusted and {has} no next step: `/partner candidates`.")
    if found.unrated:
        told.append(
            f":grey_question: {count(found.unrated, 'partner')} without an RVI: nobody has rated trust (`/trust`)."
        )
    if found.unowned:
        unowned = first_few([brief(name, 60) for name in found.unowned], MOST)
        told.append(f":bust_in_silhouette: Nobody tends {unowned}.")
    if found.logged:
        thanks = ", ".join(f"{mention(by)} {number}" for by, number in found.logged[:MOST])
        told.append(f":pray: Thanks for logging: {thanks}.")
    return told
