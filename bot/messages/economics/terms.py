"""Show how a partner is paid and what a deal would pay both sides."""

import math
from fractions import Fraction

from bot.actions.economics.terms import PROBABILITIES, TermsDraft, TermsResult
from bot.actions.partner_values import FieldValues, SaveResult
from bot.formatting import count, format_money, format_number, format_percent, money_digits
from bot.forms.inputs import Percent
from bot.forms.partner_fields import TERMS_OPTIONS
from bot.forms.terms_fields import TERMS_FIELDS
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, bold, button, context, header, section
from bot.slack.charts import line_chart
from bot.workspace.team import Team
from scoring.terms import Answer, DealOutlook, Terms, Verdict

ANSWER_TEXTS = {
    Answer.WILLING: ":white_check_mark: willing to work on outcomes",
    Answer.UNWILLING: ":triangular_flag_on_post: unwilling to work on outcomes",
    Answer.NOT_ASKED: "not asked yet whether they would work on outcomes",
}


def terms_text(values: FieldValues, team: Team) -> str:
    """Return `Retainer £500 a month and 10% of what is won · :triangular_flag_on_post: unwilling to work on outcomes`.

    `values` are a partner's record. An unwilling answer is a flag and blocks nothing.
    """
    answer = ANSWER_TEXTS[Answer(values.get("terms_answer") or Answer.NOT_ASKED)]
    kind = Terms(values["terms"]) if values.get("terms") else None
    return f"{_pay_text(kind, values, team)} · {answer}"


def _pay_text(kind: Terms | None, values: FieldValues, team: Team) -> str:
    if kind is None:
        return "No terms yet"
    name = next(text for text, stored in TERMS_OPTIONS if stored == kind)
    if kind == Terms.HOURLY:
        rate = values.get("terms_rate_minor")
        return f"{name}, {format_money(rate, team.currency)}" if rate else name
    if kind == Terms.NONE:
        return name
    retainer, fee, share = (values.get(f"terms_{part}") for part in ("retainer_minor", "fee_minor", "share"))
    parts = []
    if retainer and kind in (Terms.RETAINER, Terms.RETAINER_AND_SUCCESS):
        months = values.get("terms_months")
        parts.append(
            f"{format_money(retainer, team.currency)} a month" + (f" for {count(months, 'month')}" if months else "")
        )
    if fee and kind != Terms.RETAINER:
        parts.append(f"{format_money(fee, team.currency)} for each success")
    if share and kind != Terms.RETAINER:
        parts.append(f"{Percent().words(share, team)} of what is won")
    if not parts:
        return f"{name}, without an amount yet"
    told = " and ".join(parts)
    return f"Retainer {told}" if " a month" in parts[0] else f"{name}: {told}"


def terms_form(found: TermsDraft, team: Team) -> Block:
    """Build the form for a deal's figures, filled from the record."""
    blocks = [
        input_block(
            field.name,
            field.label,
            field.input.element(found.figures.get(field.name), team),
            not field.required,
            field.hint,
        )
        for field in TERMS_FIELDS.values()
    ]
    if found.partner:
        blocks.insert(0, section(f"{bold(found.partner)}: what would it pay? Nothing is saved yet."))
    callback_id = callback_ids.TERMS if found.partner_id is None else f"{callback_ids.TERMS}:{found.partner_id}"
    return build_form(callback_id, "What would it pay?", "Calculate", blocks)


def terms_message(done: TermsResult, team: Team, carried: str) -> Message:
    """Show the verdict, the figures, the chart and what to do next. `carried` holds the figures."""
    found, partner = done.outlook, done.draft.partner
    judged, answer = verdict_text(done), ANSWER_TEXTS[done.answer]
    blocks: list[Block] = [
        header(f"Terms with {partner}" if partner else "What the terms would pay"),
        section(f"*{judged}*" + (f"\n{answer[:1].upper()}{answer[1:]}" if partner else "")),
        section("", fields=_figures(found, team)),
        _chart(done, team),
        context(_assumptions_text(done, team)),
    ]
    buttons = [button("Try other figures", action_ids.TRY_OTHER_TERMS, carried)]
    if done.draft.partner_id is not None:
        keep = button("Save these terms", action_ids.KEEP_TERMS, carried, style="primary")
        buttons = [keep, *buttons, open_card_button(done.draft.partner_id)]
    return Message(judged, [*blocks, actions(*buttons)])


def verdict_text(done: TermsResult) -> str:
    """Say in one sentence whether the deal makes sense for both sides."""
    found = done.outlook
    if done.verdict == Verdict.NOTHING_LEFT:
        return "Nothing is left for us: a win would cost us everything it is worth."
    if done.verdict == Verdict.NO_REASON:
        return "They never earn more than their hourly rate, so they have no reason to take the risk."
    if done.verdict == Verdict.PAID_ANYWAY:
        return "A win pays them nothing extra: they are paid for activity, and the risk is ours."
    if done.verdict == Verdict.ALL_OUR_RISK:
        return "They earn their hourly rate even if it fails: all the risk is ours."
    assert found.break_even is not None and found.upside is not None  # shared: they earn more than by the hour
    return (
        f"They need to win {format_odds(found.break_even)} to match their hourly rate; "
        f"a win pays them {format_multiple(found.upside)} that."
    )


def format_odds(chance: Fraction) -> str:
    """Format a chance between 0 and 1 as odds: `2 in 5`, `about 1 in 3`, `1 in 40`."""
    near = chance.limit_denominator(10)
    if near == 0:
        return f"about 1 in {math.floor(1 / chance + Fraction(1, 2)):,}"
    if near == 1:
        return "nearly every time"
    return f"{'' if near == chance else 'about '}{near.numerator} in {near.denominator}"


def format_multiple(upside: Fraction) -> str:
    """Format a multiple with one decimal: `2.5 times`."""
    return f"{format_number(Fraction(math.floor(upside * 10 + Fraction(1, 2)), 10))} times"


def _figures(found: DealOutlook, team: Team) -> list[str]:
    def amount(minor: int) -> str:
        return f"*{format_money(minor, team.currency)}*"

    even = "*never*" if found.break_even is None else "at *any* chance of success"
    if found.break_even:
        even = f"from a *{format_percent(found.break_even)}* chance of success"
    kept = "" if found.margin_share is None else f" ({format_percent(found.margin_share)} of its worth)"
    upside = "" if found.upside is None else f" ({format_multiple(found.upside)} their hourly rate)"
    return [
        f"They earn at their hourly rate\n{amount(found.by_the_hour)}",
        f"Matches their hourly rate\n{even}",
        f"They earn if it fails\n{amount(found.on_failure)}",
        f"They earn if it succeeds\n{amount(found.on_success)}{upside}",
        f"We lose if it fails\n{amount(found.loss)}",
        f"We keep if it succeeds\n{amount(found.margin)}{kept}",
    ]


def _chart(done: TermsResult, team: Team) -> Block:
    """Build the chart of both sides' expected earnings by chance of success, beside the hourly rate."""

    def major(minor: Fraction | int) -> float:
        return float(money_digits(round(minor), team.currency))

    return line_chart(
        "What each side can expect to earn",
        [format_percent(chance) for chance in PROBABILITIES],
        {
            "They": [major(theirs) for theirs, _ in done.curve],
            "We": [major(ours) for _, ours in done.curve],
            "They, hourly": [major(done.outlook.by_the_hour)] * len(PROBABILITIES),
        },
        x_label="Chance of success",
        y_label=f"Expected, in {team.currency}",
    )


def _assumptions_text(done: TermsResult, team: Team) -> str:
    """Repeat the inputs, so that the message can be read on its own."""
    figures, currency = done.draft.figures, team.currency
    return (
        f"{_pay_text(done.kind, figures, team)} · {count(figures['terms_hours'], 'hour')} at "
        f"{format_money(figures['terms_rate_minor'], currency)} · a success is worth "
        f"{format_money(figures['terms_worth_minor'], currency)} to us"
    )


def kept_message(done: SaveResult) -> Message:
    """Confirm that the figures were saved."""
    name = bold(done.name)
    changed = ", ".join(label.rstrip("?") for label in done.changed)
    what = f"The terms with {name} are saved: {changed}." if changed else f"The terms with {name} are unchanged."
    text = f":white_check_mark: {what}"
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])
