"""Format numbers, dates, money and scores for people to read."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision

from scoring.explain import Cause, CauseKind, Change, split_causes
from scoring.rhythm import MAX_DAYS, MIN_DAYS
from scoring.rvi import Score
from scoring.vocabulary import COUNTING_KINDS, REFERRAL_KINDS, Band, Direction, Kind, Side, Status

LOCALE = "en_GB"
MIN_REFERRALS = 3
"""Fewer referrals of which none was won say nothing yet."""

KIND_NAMES = {
    Kind.REFERRAL: ("referral", "referrals"),
    Kind.STRATEGIC_REFERRAL: ("strategic referral", "strategic referrals"),
    Kind.COLLABORATION: ("collaboration", "collaborations"),
    Kind.EVENT: ("event", "events"),
    Kind.CROSS_PROMOTION: ("cross-promotion", "cross-promotions"),
    Kind.MEETING: ("meeting", "meetings"),
    Kind.ATTEMPT: ("attempt", "attempts"),
}
BAND_SIGNS = {
    Band.WEAK: ":red_circle:",
    Band.GOOD: ":large_yellow_circle:",
    Band.GROWING: ":large_blue_circle:",
    Band.STRONG: ":large_green_circle:",
}


def count(number: int, one: str, many: str | None = None) -> str:
    """Format a number with its noun: `1 event`, `2 events`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def list_first(texts: Sequence[str], most: int, others: int = 0) -> str:
    """Join the first texts and count the rest: `Acme, Beta and 3 more`. `others` are added to the count."""
    left = max(0, len(texts) - most) + others
    more = f" and {left} more" if left else ""
    return ", ".join(texts[:most]) + more


def and_list(texts: Sequence[str], most: int) -> str:
    """Join texts as a sentence does: `Ana, Bob and Cy`, or `Ana, Bob and 3 more`."""
    if len(texts) > most or len(texts) < 2:
        return list_first(texts, most)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def count_of_kind(number: int, kind: Kind) -> str:
    return count(number, *KIND_NAMES[kind])


def format_day(day: date, today: date | None = None) -> str:
    """Format a day: `2 Nov 2026`, without the year if it is that of `today`, or `today` or `yesterday`."""
    if today is not None:
        if day == today:
            return "today"
        if (today - day).days == 1:
            return "yesterday"
        if day.year == today.year:
            return format_date(day, "d MMM", locale=LOCALE)
    return format_date(day, "d MMM yyyy", locale=LOCALE)


def format_status(status: str, paused_until: date | None, today: date) -> str:
    """Format a partner's status: `prospect`, `paused until 1 Feb`, or empty for an active partner."""
    if status == Status.ACTIVE:
        return ""
    until = f" until {format_day(paused_until, today)}" if paused_until and status == Status.PAUSED else ""
    return f"{status}{until}"


def format_interval(rhythm: int) -> str:
    """Format a contact rhythm: `every 3 weeks`, `about every 3 weeks`, `about every 17 days`.

    MIN_DAYS and MAX_DAYS limit the estimate, so these two are given as `at least` and `at most`.
    """
    weeks = _whole_weeks(rhythm)
    every = f"every {weeks} weeks" if weeks else f"every {count(rhythm, 'day')}"
    if rhythm == MIN_DAYS:
        return f"{every} or more often"
    if rhythm == MAX_DAYS:
        return f"{every} or less often"
    return every if weeks and weeks * 7 == rhythm else f"about {every}"


def format_rhythm(rhythm: int, quiet_days: int) -> str:
    """Compare the silence with the usual rhythm: `you usually speak about every 3 weeks; it has been almost 5`."""
    usual = f"you usually speak {format_interval(rhythm)}"
    if not _whole_weeks(rhythm):
        return f"{usual}; it has been {quiet_days:,}"
    weeks, more = divmod(quiet_days, 7)
    if not weeks:
        return f"{usual}; it has been {count(quiet_days, 'day')}"
    passed = f"{weeks:,}" if not more else f"over {weeks:,}" if more <= 3 else f"almost {weeks + 1:,}"
    return f"{usual}; it has been {passed}"


def _whole_weeks(days: int) -> int | None:
    """Return the number of weeks, give or take one day, or None."""
    weeks = (days + 3) // 7
    return weeks if abs(days - weeks * 7) <= 1 else None


def format_short_day(day: date) -> str:
    """Format a day without its year, for chart axes: `2 Nov`."""
    return format_date(day, "d MMM", locale=LOCALE)


def format_month(day: date) -> str:
    """Format a month: `Nov 2026`."""
    return format_date(day, "MMM yyyy", locale=LOCALE)


def format_money(minor: int, currency: str) -> str:
    """Format minor units as money, without decimals if they are zero."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    whole = amount == amount.to_integral_value()
    return format_currency(amount, currency, "¤#,##0" if whole else None, locale=LOCALE, currency_digits=not whole)


def money_digits(minor: int, currency: str) -> str:
    """Format minor units as digits that the money parser reads: `5000`, `1234.50`."""
    places = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-places)
    return f"{amount:f}" if amount != amount.to_integral_value() else f"{amount.to_integral_value():f}"


def exact_money(minor: int, currency: str) -> str:
    """Format minor units as an exact decimal of the currency, with two places or as many as it has: `5000.00`."""
    places = get_currency_precision(currency)
    return str(Decimal(minor).scaleb(-places).quantize(Decimal(1).scaleb(-max(places, 2))))


def format_number(number: Fraction | Decimal) -> str:
    """Format a short number such as trust: `3`, `2.5`."""
    return f"{float(number):g}"


def format_percent(share: Fraction) -> str:
    return f"{round(share * 100):,}%"


def early_words(score: Score) -> str:
    """Return what stands in place of a band in a partner's first months: `too early to say, until 27 Feb`."""
    return f"too early to say, until {format_day(score.speaks_on, score.day)}"


def format_band(score: Score, side: Side = Side.OURS) -> str:
    """Return `● good`, or that there is no RVI yet, or that it is too early to say."""
    view = score.view(side)
    if view.band is None:
        return "no RVI yet: rate trust first"
    return early_words(score) if score.provisional else f"{BAND_SIGNS[view.band]} {view.band}"


def format_rvi(score: Score, side: Side = Side.OURS) -> str:
    """Return `1.25 good`, or `1.25, too early to say, until 27 Feb`."""
    view = score.view(side)
    if view.rvi is None:
        return "no RVI yet"
    return f"{view.rvi}, {early_words(score)}" if score.provisional else f"{view.rvi} {view.band}"


def number_words(score: Score, side: Side = Side.OURS) -> str:
    """Return an RVI as a headline: `*1.25* ● good`, or `*1.25*, too early to say, until 27 Feb`."""
    view = score.view(side)
    if view.rvi is None:
        return format_band(score, side)
    return f"*{view.rvi}*{',' if score.provisional else ''} {format_band(score, side)}"


def format_last_touch(days: int) -> str:
    """`last touch 21 days ago`, `last touch today`."""
    return f"last touch {count(days, 'day')} ago" if days else "last touch today"


def format_change(change_: Decimal) -> str:
    """Format a change as an arrow and an amount: `▲ 0.25`."""
    if change_ == 0:
        return "→ no change"
    return f"{'▲' if change_ > 0 else '▼'} {abs(change_)}"


def format_sum(score: Score, side: Side) -> str:
    """Format the RVI calculation: `3 referrals + 2 events = 5, over 12 months, × trust 3 = 1.25`."""
    view = score.view(side)
    parts = [count_of_kind(view.totals[kind], kind) for kind in COUNTING_KINDS if view.totals[kind]]
    total = " + ".join(parts) + (f" = {view.total}" if len(parts) > 1 else "") if parts else "nothing that counts = 0"
    over = f"{total}, over {count(score.months, 'month')}"
    if view.trust.level is None:
        return f"{over}; nobody has rated trust yet"
    raters = view.trust.raters
    flags = [f"median of {raters} raters"] if raters > 1 else []
    flags += [word for word, on in (("estimated", view.trust.estimated), ("stale", view.trust.stale)) if on]
    return (
        f"{over}, × trust {format_number(view.trust.level)}{' (' + ', '.join(flags) + ')' if flags else ''} = "
        f"{view.rvi}"
    )


def format_none_won(score: Score) -> str:
    """Format that referrals came to nothing so far, `12 referrals, none won`, or return an empty text."""
    referrals = score.facts.tally.of(REFERRAL_KINDS, Direction.IN)
    return f"{referrals} referrals, none won" if referrals >= MIN_REFERRALS and not score.facts.wins else ""


def format_effect(effect: Decimal) -> str:
    return f"{'+' if effect > 0 else '−' if effect < 0 else '±'}{abs(effect)}"


def format_cause(cause: Cause) -> str:
    """Format a cause with its effect: `2 events turned 12 months old (−0.50)`."""
    return f"{describe_cause(cause)} ({format_effect(cause.effect)})"


def describe_cause(cause: Cause) -> str:
    """Format a cause without its effect: `2 events turned 12 months old`."""
    if cause.kind is not None:
        if cause.reason == CauseKind.NEW:
            return f"{cause.number:,} new {KIND_NAMES[cause.kind][cause.number != 1]}"
        text = count_of_kind(cause.number, cause.kind)
        return f"{text} {'undone' if cause.reason == CauseKind.VOIDED else 'turned 12 months old'}"
    assert cause.old is not None and cause.new is not None  # months and trust have both values
    old, new = format_number(cause.old), format_number(cause.new)
    if cause.reason == CauseKind.AGE:
        return f"averaged over {new} months instead of {old}"
    return f"trust {old} → {new}"


def format_main_causes(change: Change, in_words: Callable[[Cause], str] = format_cause, most: int = 2) -> str:
    """Format the largest causes: `trust 3 → 4 (+0.50), 2 new events (+0.40) and 2 more (−0.30)`."""
    main, rest = split_causes(change, most)
    text = ", ".join(in_words(cause) for cause in main)
    return (
        f"{text} and {len(rest)} more ({format_effect(sum((cause.effect for cause in rest), Decimal()))})"
        if rest
        else text
    )


def format_give_share(share: Fraction | None) -> str:
    """Say how one-way activities split: `we gave 33%, they gave 67%`."""
    if share is None:
        return "nothing one-sided in 12 months"
    ours = round(share * 100)
    return f"we gave {ours}%, they gave {100 - ours}%"


DIRECTION_TEXTS = {Direction.IN: "from", Direction.OUT: "to", Direction.JOINT: "with"}
