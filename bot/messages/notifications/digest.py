"""The weekly post in the team's channel: a headline and five lines; a button holds the rest."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.actions.notifications.digest import Digest
from bot.formatting import count, format_day, format_money, format_percent, format_short_day, list_first
from bot.messages.notifications.best_moves import best_moves_text, move_text, reasons_text
from bot.messages.notifications.proof import digest_sentence
from bot.messages.notifications.signals import change_text, promise_text
from bot.scores.models import ScoredPartner
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    bullet_list,
    button,
    clip,
    context,
    escape_clip,
    header,
    mention,
    section,
)
from bot.slack.charts import line_chart
from scoring.balance import Lopsided
from scoring.explain import Change
from scoring.vocabulary import Band
from storage.partners.snapshots import PartnerSnapshot

MAX_ITEMS = 5
MAX_IN_FULL = 3


def digest_message(found: Digest, *, late: bool = False) -> Message:
    """Build what the team should hear of the week: a headline and at most five lines.

    `late`: it is posted more than a day after its hour.
    """
    title = _week_text(found)
    blocks: list[Block] = [header(title)]
    if late:
        blocks.append(context(f":hourglass: This is the digest for the {title[0].lower()}{title[1:]}, sent late."))
    told = [f"*{_producing_text(found)}*", _week(found), *_news(found)]
    blocks.append(section("\n".join(told)))
    if found.proof and (sentence := digest_sentence(found.proof)):
        blocks.append(context(sentence))
    opened = button("More", action_ids.DIGEST_MORE, f"{found.since.isoformat()}:{found.day.isoformat()}")
    first = [_of(one.scored.partner) for one in found.best[:1]]
    blocks.append(actions(*first, opened))
    return Message(f"{title}: {_producing_text(found)}", blocks)


def more(found: Digest) -> Message:
    """Build the rest of a digest: lists, the chart, concentration, thanks."""
    title = f"{_week_text(found)}: everything"
    blocks: list[Block] = [
        header(title),
        *(section(text) for text in _section_texts(found) if text),
        *_band_chart(found),
    ]
    if closing := _closing_lines(found):
        blocks.append(context(*closing))
    return Message(title, blocks if len(blocks) > 1 else [*blocks, section("That's everything for this week.")])


def whole(found: Digest) -> Message:
    """Build the whole digest, for whoever asks for it."""
    first, rest = digest_message(found), more(found).blocks[1:]
    return Message(first.text, [*(block for block in first.blocks if block["type"] != "actions"), *rest])


def _of(partner: PartnerSnapshot) -> Block:
    return button(f"Open {clip(partner.name, 60)}", action_ids.OPEN_CARD, str(partner.id), style="primary")


def _week(found: Digest) -> str:
    """Say what was won and referred. What was recorded late is beside it."""
    late = found.late
    if not (found.referrals_in or found.referrals_out or found.value_won):
        told = ["No referrals in the week"]
    else:
        won = f"{format_money(found.value_won, found.team.currency)} won" if found.value_won else ""
        told = [won, f"{count(found.referrals_in, 'referral')} in, {found.referrals_out} out"]
    before = late.referrals_in + late.referrals_out
    older = [f"{format_money(late.value_won, found.team.currency)} won"] if late.value_won else []
    older += [count(before, "referral")] if before else []
    if older:
        told.append(f"logged late for earlier weeks: {', '.join(older)}")
    return f":handshake: {' · '.join(part for part in told if part)}"


def _news(found: Digest) -> list[str]:
    """Build up to four lines: who weakened, who grew, what needs somebody and what still does, and one thing to do."""
    lines = [
        _movers(found, ":small_red_triangle_down: Weaker", found.weakened),
        _movers(found, ":chart_with_upwards_trend: Stronger", found.grew),
        " ".join(part for part in (_needs(found), _still(found)) if part),
        _one_thing(found),
    ]
    return [line for line in lines if line]


def _movers(found: Digest, title: str, movers: Sequence[tuple[ScoredPartner, Change]]) -> str:
    if not movers:
        return ""
    one, why = movers[0]
    others = [bold(other.partner.name, 60) for other, _ in movers[1:]]
    also = f" Also {list_first(others, 2)}." if others else ""
    return f"{title}: {_with_owner(found, one)}, {change_text(one, why)}{also}"


def _needs(found: Digest) -> str:
    """Count what waits for somebody, and name the worst; empty if nothing does."""
    new = len(found.quiet_partners) - found.still_quiet
    counted = [
        (len(found.overdue), "promise overdue", "promises overdue"),
        (found.introductions, "introduction awaiting news", "introductions awaiting news"),
        (len(found.falling), "about to weaken", "about to weaken"),
        (len(found.missed_outcomes), "outcome missed", "outcomes missed"),
        (new, "newly quiet", "newly quiet"),
        (len(found.unowned), "without an owner", "without an owner"),
        (len(found.sponsor_left), "whose sponsor left", "whose sponsors left"),
    ]
    told = [count(number, *words) for number, *words in counted if number]
    if not told:
        return ""
    return f":eyes: Needs attention: {', '.join(told)}{_worst(found)}."


def _worst(found: Digest) -> str:
    if found.overdue:
        return f". Most urgent: {_with_owner(found, found.overdue[0])}, {promise_text(found.overdue[0]).rstrip('.')}"
    if len(found.quiet_partners) > found.still_quiet:
        one = found.quiet_partners[0]
        return f". Quiet longest: {_with_owner(found, one)}, {count(one.now.quiet_days, 'day')}"
    if found.unowned:
        return f": {list_first([bold(name, 60) for name in found.unowned], 2)}"
    return ""


def _still(found: Digest) -> str:
    """Say in one line what earlier digests told and still holds."""
    told = [f"quiet: {found.still_quiet}"] if found.still_quiet else []
    told += [f"weaker or stronger: {found.moved_before}"] if found.moved_before else []
    return f":zzz: Still {', '.join(told)}." if told else ""


def _one_thing(found: Digest) -> str:
    if not found.best:
        return ""
    one = found.best[0]
    why = reasons_text(one, found.team.currency)
    return f":dart: One thing to do: {_with_owner(found, one.scored)}, {move_text(one)}, to {why}."


def no_news_message() -> Message:
    """Say that there is no news, when the digest is asked for."""
    text = ":seedling: A quiet week: no partner moved or went quiet, and no work with partners was logged."
    return Message(text, [section(text)])


def _week_text(found: Digest) -> str:
    """Return `Week of 23 Nov`, or the first and last day if they are not seven."""
    if found.until - found.since == timedelta(days=6):
        return f"Week of {format_short_day(found.since)}"
    return f"Days from {format_short_day(found.since)} to {format_short_day(found.until)}"


def _producing_text(found: Digest) -> str:
    change = found.producing - found.producing_before
    moved = f" ({'▲' if change > 0 else '▼'} {abs(change)} in 30 days)" if change else ""
    return f"{found.producing} of {count(found.active, 'partner')} producing{moved}"


def _section_texts(found: Digest) -> list[str]:
    """Return each section as text, empty where there is nothing to say: what moved in full, the rest in a line."""
    return [
        _full_list(
            found, ":small_red_triangle_down: Weakening", [(one, change_text(one, why)) for one, why in found.weakened]
        ),
        _one_line_list(
            ":zzz: Quiet",
            [f"{_with_owner(found, one)} {count(one.now.quiet_days, 'day')}" for one in found.quiet_partners],
            f", {found.still_quiet} reported before" if found.still_quiet else "",
        ),
        _one_line_list(":calendar: Overdue promises", [_with_owner(found, one) for one in found.overdue]),
        _one_line_list(
            ":scales: One-sided, we give", [_with_owner(found, one) for one in _takers(found, Lopsided.THEY_TAKE)]
        ),
        _one_line_list(
            ":scales: One-sided, they give", [_with_owner(found, one) for one in _takers(found, Lopsided.WE_TAKE)]
        ),
        _one_line_list(
            ":chart_with_downwards_trend: Will weaken within 30 days without new activity",
            [
                f"{_with_owner(found, one)} to {step.after.ours.band} on {format_day(step.on, found.day)}"
                for one, step in found.falling
            ],
        ),
        best_moves_text(found.best, found.team.currency, lambda one: _with_owner(found, one)),
        _full_list(
            found, ":chart_with_upwards_trend: Growing", [(one, change_text(one, why)) for one, why in found.grew]
        ),
        _one_line_list(":wave: Their sponsor left", [_with_owner(found, one) for one in found.sponsor_left]),
        _one_line_list(
            ":bust_in_silhouette: Hangs on one person",
            [
                f"{_with_owner(found, one)} on {escape_clip(one.people.only_person or '', 60)}"
                for one in found.one_person
            ],
        ),
        _one_line_list(":pencil: Reviews due", [_with_owner(found, one) for one in found.reviews]),
        _one_line_list(":dart: Outcomes missed", [_missed_text(one, found.day) for one in found.missed_outcomes]),
        _one_line_list(
            ":framed_picture: On paper only",
            [escape_clip(one.partner.name, 60) for one in found.on_paper],
            f" of {count(found.active, 'partner')}",
        ),
    ]


def _full_list(found: Digest, title: str, rows: Sequence[tuple[ScoredPartner, str]]) -> str:
    told = [f"{_with_owner(found, one)}: {text}" for one, text in rows]
    return bullet_list(f"{title} ({len(told)})", told, most=MAX_IN_FULL) if told else ""


def _one_line_list(title: str, rows: Sequence[str], of_them: str = "") -> str:
    """`*Quiet (4, 3 reported before)*: …`; `of_them` follows the count."""
    if not rows:
        return ""
    more = f" · and {len(rows) - MAX_ITEMS} more" if len(rows) > MAX_ITEMS else ""
    return f"*{title} ({len(rows)}{of_them})*: {' · '.join(rows[:MAX_ITEMS])}{more}"


def _takers(found: Digest, which: Lopsided) -> list[ScoredPartner]:
    return [one for one, way in found.lopsided if way == which]


def _missed_text(one: ScoredPartner, day: date) -> str:
    due = one.partner.outcome_due_on
    by = f" by {format_day(due, day)}" if due else ""
    return f"{bold(one.partner.name, 60)} {escape_clip(one.partner.outcome_target or '', 80)}{by}"


def _with_owner(found: Digest, one: ScoredPartner) -> str:
    """Return a partner with its owner: by name, since a mention here would notify them in front of everybody."""
    owner = found.names.get(one.partner.owner or "") or one.partner.owner or "nobody"
    left = ", has left" if one.partner.owner in found.left else ""
    return f"{bold(one.partner.name, 60)} ({escape_clip(owner, 30)}{left})"


def _band_chart(found: Digest) -> list[Block]:
    """Draw the portfolio by band, week by week. None if there is nothing to compare."""
    if not found.weeks:
        return []
    series = {str(band): [week.bands.get(band, 0) for week in found.weeks] for band in reversed(Band)}
    if any(week.unrated for week in found.weeks):
        series["no RVI"] = [week.unrated for week in found.weeks]
    points = [format_short_day(week.on) for week in found.weeks]
    return [
        line_chart(
            "Partners by band", points, series, x_label="At the end of", y_label="Partners, without provisional ones"
        )
    ]


def _closing_lines(found: Digest) -> list[str]:
    told = []
    if found.concentration and found.concentration.alarming:
        share, three = format_percent(found.concentration.top), format_percent(found.concentration.top_three)
        told.append(
            f":warning: {escape_clip(found.concentration.partner.name, 80)} brings {share} of the value won "
            f"in 12 months; the top three bring {three}."
        )
    if found.without_step:
        candidates = count(found.without_step, "partner")
        has = "has" if found.without_step == 1 else "have"
        told.append(f":sparkles: {candidates} could become trusted and {has} no next step: `/partner candidates`.")
    if found.unrated:
        told.append(
            f":grey_question: {count(found.unrated, 'partner')} without an RVI: nobody has rated trust (`/trust`)."
        )
    if found.unowned:
        unowned = list_first([escape_clip(name, 60) for name in found.unowned], MAX_ITEMS)
        told.append(f":bust_in_silhouette: Without an owner: {unowned}.")
    if found.logged:
        thanks = ", ".join(f"{mention(by)} {number}" for by, number in found.logged[:MAX_ITEMS])
        told.append(f":pray: Thanks for logging: {thanks}.")
    return told
