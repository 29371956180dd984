"""Say whether the alarms came true, and what became of the nudges."""

from collections.abc import Sequence

from bot.actions.portfolio.backtest import Proof
from bot.formatting import and_list, count, format_day
from bot.messages.notifications.proof import came_true, format_estimate, format_share
from bot.messages.notifications.signals import SHORT_LABELS
from bot.slack import action_ids
from bot.slack.blocks import Block, Message, actions, button, context, header, section
from scoring.backtest import Backtest, SignalProof, Standing
from scoring.nudge_effects import NudgeEffect
from scoring.signals import Reason

TITLE = "Do Tend's alarms come true?"
TOO_LITTLE = (
    "There is too little to say yet: it takes at least five partners with some months of contact on record, and "
    "90 days to see what came."
)
_BESIDE_DAYS = {
    Standing.SAME: "The same partners that counting days would pick.",
    Standing.BETTER: "Better than counting days.",
    Standing.UNCLEAR: "Too close to counting days to tell.",
    Standing.NO_BETTER: "No better than counting days.",
}
_NO_CAUSE = (
    "This is no proof that a nudge did it: whom Tend tells of is not chosen by lot. “Comparable” are partners with the "
    "same signal and about as many days without contact, of whom nobody was told for a month either way."
)


def proof_message(found: Proof) -> Message:
    """Build the page: each signal, what was tried, the nudges, and what stewards could switch off."""
    blocks: list[Block] = [header(TITLE), *_signal_blocks(found.backtest)]
    if found.trial is not None:
        tried = ", ".join(f"{key} = {value}" for key, value in found.tried.items())
        blocks += [section(f"*With {tried}*"), *_signal_blocks(found.trial)]
    blocks += _nudge_blocks(found)
    if useless := [one.reason for one in found.backtest.signals if one.is_useless and one.reason not in found.off]:
        blocks += _useless_blocks(useless, found.nudges is not None)
    if found.off:
        off = and_list([SHORT_LABELS[reason] for reason in Reason if reason in found.off], len(Reason))
        blocks.append(context(f"Switched off: {off}. `/tend settings signals_off none` brings all back."))
    return Message(TITLE, blocks)


def _signal_blocks(found: Backtest) -> list[Block]:
    if not found.has_enough or found.base_rate is None or found.since is None or found.until is None:
        return [section(TOO_LITTLE)]
    were = "was" if found.silent == 1 else "were"
    first = (
        f"Looking back at each month's end from {format_day(found.since)} to {format_day(found.until)}: "
        f"{count(found.cases, 'case')} of {count(found.partners, 'partner')} that had been spoken with in the last "
        f"half-year. {found.silent} of them {were} not spoken with in the next 90 days "
        f"({format_estimate(found.base_rate)})."
    )
    lines = [f"• {_signal_line(one, found)}" for one in found.signals if one.standing != Standing.TOO_FEW]
    few = [SHORT_LABELS[one.reason] for one in found.signals if one.standing == Standing.TOO_FEW]
    if few:
        lines.append(f"• Too few cases to say: {and_list(few, len(few))}.")
    return [section(first), section("\n".join(lines))]


def _signal_line(one: SignalProof, everyone: Backtest) -> str:
    parts = [f"*{SHORT_LABELS[one.reason].capitalize()}*: {came_true(one, everyone)}"]
    if one.days.precision and one.standing != Standing.SAME:
        parts.append(f"Counting the days since the last contact: {format_share(one.days.precision.value)}.")
    parts.append(_BESIDE_DAYS[one.standing])
    if one.warns_early:
        parts.append("But among partners just spoken with, it does tell which fall silent later.")
    if one.signal.recall:
        parts.append(f"It caught {format_share(one.signal.recall.value)} of the silences{_lead_text(one)}.")
    return " ".join(parts)


def _lead_text(one: SignalProof) -> str:
    lead = one.signal.lead_days
    if lead is None:
        return ""
    if lead.value <= 0:
        return ", usually after they had lasted 90 days"
    return f", usually {count(round(lead.value), 'day')} before they had lasted 90 days"


def _nudge_blocks(found: Proof) -> list[Block]:
    blocks: list[Block] = []
    for title, effects in (
        ("What became of all nudges of the last 12 months", found.nudges or ()),
        ("What became of your nudges of the last 12 months", found.own),
    ):
        if effects:
            blocks.append(section("\n".join([f"*{title}*", *(f"• {_effect_line(one)}" for one in effects)])))
    return [*blocks, context(_NO_CAUSE)] if blocks else []


def _effect_line(one: NudgeEffect) -> str:
    said = (
        f"*{SHORT_LABELS[one.reason].capitalize()}*: told {count(one.told, 'time')}, acted on within 7 days "
        f"{_part(one.acted, one.told)}, settled after 30 days {_part(one.recovered, one.told)}."
    )
    if one.like is None:
        return said
    like = one.like
    return (
        f"{said} Comparable partners nobody was told of: {format_share(like.others_acted)} and "
        f"{format_share(like.others_recovered)} ({count(like.others, 'case')})."
    )


def _part(number: int, whole: int) -> str:
    return f"{number} ({format_share(number / whole)})"


def own_nudges_block(effects: Sequence[NudgeEffect]) -> list[Block]:
    """Say in a line what became of somebody's own nudges; nothing without any."""
    told, acted, settled = (sum(getattr(one, name) for one in effects) for name in ("told", "acted", "recovered"))
    if not told:
        return []
    line = (
        f"Of {count(told, 'nudge')} to you in the last 12 months, {acted} were acted on within 7 days and {settled} "
        "were settled after 30 days."
    )
    return [context(line)]


def _useless_blocks(reasons: Sequence[Reason], may_switch: bool) -> list[Block]:
    names = and_list([f"*{SHORT_LABELS[reason]}*" for reason in reasons], len(reasons))
    them = "it" if len(reasons) == 1 else "them"
    if not may_switch:
        return [section(f"You may not need {names}: a steward can switch {them} off.")]
    buttons = [
        button(f"Switch off: {SHORT_LABELS[reason]}", f"{action_ids.SIGNAL_OFF}:{reason}", str(reason))
        for reason in reasons
    ]
    return [
        section(
            f"You may not need {names}: over enough cases, counting days does as well at telling who falls silent. "
            f"Switch {them} off?"
        ),
        actions(*buttons),
    ]


def switched_off_message(reason: Reason) -> Message:
    """Say that a signal is off, and how it comes back."""
    text = (
        f":white_check_mark: Nobody is told any more that a partner is *{SHORT_LABELS[reason]}*. "
        "`/tend settings signals_off none` brings all signals back."
    )
    return Message(text, [section(text)])
