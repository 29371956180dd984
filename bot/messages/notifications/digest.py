"""The weekly post in the team's channel: a headline and five lines; a button holds the rest."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.actions.notifications.digest import Digest
from bot.formatting import count, day_words, first_few, money, percent, short_day
from bot.messages.notifications.best_moves import best_moves_text, do_words, reasons
from bot.messages.notifications.signals import change_words, promise_words
from bot.scores.models import Scored
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    brief,
    button,
    clip,
    context,
    header,
    lines,
    mention,
    section,
)
from bot.slack.charts import line_chart
from scoring.balance import Lopsided
from scoring.explain import Change
from scoring.vocabulary import Band
from storage.partners.snapshots import Standing

MOST = 5
MOST_IN_FULL = 3


def digest(found: Digest, *, late: bool = False) -> Message:
    """What the team should hear of the week: a headline and at most five lines. `late`: posted more than a day after
    its hour."""
    title = _span(found)
    blocks: list[Block] = [header(title)]
    if late:
        blocks.append(context(f":hourglass: This is the digest of the {title[0].lower()}{title[1:]}, sent late."))
    told = [f"*{_producing(found)}*", *(line for line in (_week(found), *_news(found)) if line)]
    blocks.append(section("\n".join(told)))
    opened = button("More", action_ids.DIGEST_MORE, f"{found.since.isoformat()}:{found.day.isoformat()}")
    first = [_of(one.scored.partner) for one in found.best[:1]]
    blocks.append(actions(*first, opened))
    return Message(f"{title}: {_producing(found)}", blocks)


def more(found: Digest) -> Message:
    """All the rest of a digest: lists, the chart, concentration, thanks."""
    title = f"{_span(found)}: all of it"
    blocks: list[Block] = [header(title), *(section(text) for text in _lists(found) if text), *_picture(found)]
    if closing := _closing(found):
        blocks.append(context(*closing))
    return Message(title, blocks if len(blocks) > 1 else [*blocks, section("There is no more to say.")])


def whole(found: Digest) -> Message:
    """The digest with all of it, for whoever asks."""
    first, rest = digest(found), more(found).blocks[1:]
    return Message(first.text, [*(block for block in first.blocks if block["type"] != "actions"), *rest])


def _of(partner: Standing) -> Block:
    return button(f"Open {clip(partner.name, 60)}", action_ids.OPEN_CARD, str(partner.id), style="primary")


def _week(found: Digest) -> str:
    """What was won and referred; what was written down late stands beside it."""
    late = found.late
    if not (found.referrals_in or found.referrals_out or found.value_won):
        told = ["No referrals in the week"]
    else:
        won = f"{money(found.value_won, found.team.currency)} won" if found.value_won else ""
        told = [won, f"{count(found.referrals_in, 'referral')} in, {found.referrals_out} out"]
    before = late.referrals_in + late.referrals_out
    older = [f"{money(late.value_won, found.team.currency)} won"] if late.value_won else []
    older += [count(before, "referral")] if before else []
    if older:
        told.append(f"recorded late for earlier weeks: {', '.join(older)}")
    return f":handshake: {' · '.join(part for part in told if part)}"


def _news(found: Digest) -> list[str]:
    """Who moved, what needs somebody, what has not changed, and one thing to do; empty where there is none of it."""
    moved = [
        _movers(found, ":small_red_triangle_down: Weaker", found.weakened),
        _movers(found, ":chart_with_upwards_trend: Stronger", found.grew),
    ]
    return ["\n".join(line for line in moved if line), _needs(found), _still(found), _one_thing(found)]


def _movers(found: Digest, title: str, movers: Sequence[tuple[Scored, Change]]) -> str:
    if not movers:
        return ""
    one, why = movers[0]
    others = [bold(other.partner.name, 60) for other, _ in movers[1:]]
    also = f" Also {first_few(others, 2)}." if others else ""
    return f"{title}: {_owned(found, one)}, {change_words(one, why)}{also}"


def _needs(found: Digest) -> str:
    """What waits for somebody, by number, with the worst by name."""
    new = len(found.quiet) - found.still_quiet
    counted = [
        (len(found.overdue), "promise late", "promises late"),
        (found.introductions, "introduction without news", "introductions without news"),
        (len(found.falling), "about to weaken", "about to weaken"),
        (len(found.missed), "outcome missed", "outcomes missed"),
        (new, "newly quiet", "newly quiet"),
        (len(found.unowned), "without an owner", "without an owner"),
    ]
    told = [count(number, *words) for number, *words in counted if number]
    if not told:
        return ""
    return f":eyes: Needs somebody: {', '.join(told)}{_worst(found)}."


def _worst(found: Digest) -> str:
    if found.overdue:
        return f". First: {_owned(found, found.overdue[0])}, {promise_words(found.overdue[0]).rstrip('.')}"
    if len(found.quiet) > found.still_quiet:
        one = found.quiet[0]
        return f". Longest: {_owned(found, one)}, {count(one.now.quiet_days, 'day')}"
    if found.unowned:
        return f": {first_few([bold(name, 60) for name in found.unowned], 2)}"
    return ""


def _still(found: Digest) -> str:
    """What the digests before told, in one line."""
    told = [f"quiet: {found.still_quiet}"] if found.still_quiet else []
    told += [f"moved before: {found.moved_before}"] if found.moved_before else []
    return f":zzz: Still {', '.join(told)}" if told else ""


def _one_thing(found: Digest) -> str:
    if not found.best:
        return ""
    one = found.best[0]
    why = reasons(one, found.team.currency)
    return f":dart: One thing to do: {_owned(found, one.scored)}, {do_words(one)}, which {why}."


def nothing() -> Message:
    """When the digest is asked for in a week without news."""
    text = ":seedling: Nothing to report this week: no partner moved, fell quiet or was worked with."
    return Message(text, [section(text)])


def _span(found: Digest) -> str:
    """The days it tells of: `Week of 23 Nov`, or from which to which where they are no seven."""
    if found.until - found.since == timedelta(days=6):
        return f"Week of {short_day(found.since)}"
    return f"Days from {short_day(found.since)} to {short_day(found.until)}"


def _producing(found: Digest) -> str:
    change = found.producing - found.producing_before
    moved = f" ({'▲' if change > 0 else '▼'} {abs(change)} in 30 days)" if change else ""
    return f"{found.producing} of {count(found.active, 'partner')} producing{moved}"


def _lists(found: Digest) -> list[str]:
    """Each part as text, empty where there is nothing to say; what moved in full, the rest in a line."""
    return [
        _in_full(
            found, ":small_red_triangle_down: Weakening", [(one, change_words(one, why)) for one, why in found.weakened]
        ),
        _in_a_line(_quiet(found), [f"{_owned(found, one)} {count(one.now.quiet_days, 'day')}" for one in found.quiet]),
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


def _quiet(found: Digest) -> str:
    return f":zzz: Quiet, {found.still_quiet} of them still" if found.still_quiet else ":zzz: Quiet"


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
