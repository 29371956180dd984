"""Format numbers, days, money and scores for people."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision

from scoring.explain import Cause, CauseKind, Change, split_causes
from scoring.rhythm import MAX_DAYS, MIN_DAYS
from scoring.rvi import RviView, Score
from scoring.vocabulary import COUNTING_KINDS, Band, Direction, Kind, Side, Status

LOCALE = "en_GB"

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
    """`1 event`, `2 events`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def list_first(texts: Sequence[str], most: int, others: int = 0) -> str:
    """`Acme, Beta and 3 more`: count what doesn't fit, and `others`, instead of dropping them."""
    left = max(0, len(texts) - most) + others
    more = f" and {left} more" if left else ""
    return ", ".join(texts[:most]) + more


def count_of_kind(number: int, kind: Kind) -> str:
    return count(number, *KIND_NAMES[kind])


def format_day(day: date, today: date | None = None) -> str:
    """`2 Nov 2026`; without the year where it is that of `today`, and `today` or `yesterday` as such."""
    if today is not None:
        if day == today:
            return "today"
        if (today - day).days == 1:
            return "yesterday"
        if day.year == today.year:
            return format_date(day, "d MMM", locale=LOCALE)
    return format_date(day, "d MMM yyyy", locale=LOCALE)


def format_status(status: str, paused_until: date | None, today: date) -> str:
    """Format a status: `prospect`, `paused until 1 Feb`, or nothing for an active partner."""
    if status == Status.ACTIVE:
        return ""
    until = f" until {format_day(paused_until, today)}" if paused_until and status == Status.PAUSED else ""
    return f"{status}{until}"


def format_interval(rhythm: int) -> str:
    """Format how often you usually speak: `every 3 weeks`, `about every 3 weeks`, `about every 17 days`.

    At either end of the learnt range the true rhythm may lie beyond it.
    """
    weeks = _whole_weeks(rhythm)
    every = f"every {weeks} weeks" if weeks else f"every {count(rhythm, 'day')}"
    if rhythm == MIN_DAYS:
        return f"{every} or more often"
    if rhythm == MAX_DAYS:
        return f"{every} or less often"
    return every if weeks and weeks * 7 == rhythm else f"about {every}"


def format_rhythm(rhythm: int, quiet_days: int) -> str:
    """`you usually speak about every 3 weeks; it has been almost 5`, in weeks if the rhythm is."""
    usual = f"you usually speak {format_interval(rhythm)}"
    if not _whole_weeks(rhythm):
        return f"{usual}; it has been {quiet_days:,}"
    weeks, more = divmod(quiet_days, 7)
    if not weeks:
        return f"{usual}; it has been {count(quiet_days, 'day')}"
    passed = f"{weeks:,}" if not more else f"over {weeks:,}" if more <= 3 else f"almost {weeks + 1:,}"
    return f"{usual}; it has been {passed}"


def _whole_weeks(days: int) -> int | None:
    """Return the number of weeks, if these days are whole weeks within one day."""
    weeks = (days + 3) // 7
    return weeks if abs(days - weeks * 7) <= 1 else None


def format_short_day(day: date) -> str:
    """`2 Nov`: for an axis, where the year is clear from its neighbours."""
    return format_date(day, "d MMM", locale=LOCALE)


def format_month(day: date) -> str:
    """`Nov 2026`."""
    return format_date(day, "MMM yyyy", locale=LOCALE)


def format_money(minor: int, currency: str) -> str:
    """Format minor units as money, without decimals if they are zero."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    whole = amount == amount.to_integral_value()
    return format_currency(amount, currency, "¤#,##0" if whole else None, locale=LOCALE, currency_digits=not whole)


def money_digits(minor: int, currency: str) -> str:
    """Format minor units as digits that the money parser reads back: `5000`, `1234.50`."""
    places = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-places)
    return f"{amount:f}" if amount != amount.to_integral_value() else f"{amount.to_integral_value():f}"


def format_number(number: Fraction | Decimal) -> str:
    """Format trust and other short numbers: `3`, `2.5`."""
    return f"{float(number):g}"


def format_percent(share: Fraction) -> str:
    return f"{round(share * 100):,}%"


def format_band(view: RviView) -> str:
    """Format the band: `● good`, or what is missing."""
    return f"{BAND_SIGNS[view.band]} {view.band}" if view.band else "no RVI yet: rate trust first"


def format_rvi(view: RviView) -> str:
    """`1.25 good`."""
    return f"{view.rvi} {view.band}" if view.rvi is not None else "no RVI yet"


def format_change(change_: Decimal) -> str:
    """Format a change as an arrow with the amount."""
    if change_ == 0:
        return "→ no change"
    return f"{'▲' if change_ > 0 else '▼'} {abs(change_)}"


def format_sum(score: Score, side: Side) -> str:
    """Show how the RVI adds up: `3 referrals + 2 events = 5, over 12 months, × trust 3 = 1.25`."""
    view = score.view(side)
    parts = [count_of_kind(view.totals[kind], kind) for kind in COUNTING_KINDS if view.totals[kind]]
    total = " + ".join(parts) + (f" = {view.total}" if len(parts) > 1 else "") if parts else "nothing that counts = 0"
    over = f"{total}, over {count(score.months, 'month')}"
    if view.trust.level is None:
        return f"{over}; nobody has rated trust yet"
    marks = [word for word, on in (("estimated", view.trust.estimated), ("stale", view.trust.stale)) if on]
    return (
        f"{over}, × trust {format_number(view.trust.level)}{' (' + ', '.join(marks) + ')' if marks else ''} = "
        f"{view.rvi}"
    )


def format_effect(effect: Decimal) -> str:
    return f"{'+' if effect > 0 else '−' if effect < 0 else '±'}{abs(effect)}"


def format_cause(cause: Cause) -> str:
    """Format a cause with its effect: `2 events now over 12 months old (−0.50)`."""
    return f"{describe_cause(cause)} ({format_effect(cause.effect)})"


def describe_cause(cause: Cause) -> str:
    """Describe what moved the number: `2 events now over 12 months old`."""
    if cause.kind is not None:
        if cause.reason == CauseKind.NEW:
            return f"{cause.number:,} new {KIND_NAMES[cause.kind][cause.number != 1]}"
        what = count_of_kind(cause.number, cause.kind)
        return f"{what} {'undone' if cause.reason == CauseKind.VOIDED else 'now over 12 months old'}"
    assert cause.old is not None and cause.new is not None  # months and trust go from one to another
    old, new = format_number(cause.old), format_number(cause.new)
    if cause.reason == CauseKind.AGE:
        return f"averaged over {new} months instead of {old}"
    return f"trust {old} → {new}"


def format_main_causes(change: Change, in_words: Callable[[Cause], str] = format_cause, most: int = 2) -> str:
    """Name the main causes: `trust 3 → 4 (+0.50), 2 new events (+0.40) and 2 more (−0.30)`."""
    named, rest = split_causes(change, most)
    told = ", ".join(in_words(cause) for cause in named)
    return (
        f"{told} and {len(rest)} more ({format_effect(sum((cause.effect for cause in rest), Decimal()))})"
        if rest
        else told
    )


def format_give_share(share: Fraction | None) -> str:
    """Say how one-way activities split: `we gave 33%, they gave 67%`."""
    if share is None:
        return "nothing one-way in 12 months"
    ours = round(share * 100)
    return f"we gave {ours}%, they gave {100 - ours}%"


DIRECTION_TEXTS = {Direction.IN: "from", Direction.OUT: "to", Direction.JOINT: "with"}
