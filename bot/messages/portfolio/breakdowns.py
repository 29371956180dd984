"""Show candidates, concentration and effort, each on one screen with the next action on a button."""

from collections.abc import Sequence

from bot.actions.portfolio.views import Candidates, ConcentrationReport, Contributor, EffortBalance
from bot.formatting import count, format_day, format_last_touch, format_money, format_number, format_percent
from bot.messages.common import open_card_button
from bot.scores.models import ScoredPartner
from bot.scores.portfolio import PartnerEffort
from bot.slack import action_ids
from bot.slack.action_ids import LOG_TOUCH
from bot.slack.blocks import (
    Block,
    Message,
    and_more_block,
    bold,
    button,
    context,
    escape_clip,
    header,
    more_line,
    section,
)
from scoring.portfolio import MINUTES_PER_TOUCH, count_activity

MAX_WITH_BUTTON = 8
MAX_SERVED = 5
MAX_CONTRIBUTORS = 10
MAX_TRUSTED = 15
MAX_NAME_LENGTH = 80


def candidates_message(found: Candidates) -> Message:
    """Show who could become a trusted partner, who is at risk and who is trusted already."""
    if found.share is None:
        return _no_partners_message()
    potentials = found.potentials
    title = f"Trusted partnerships: {len(potentials.trusted)} of {found.active}, {format_percent(found.share)}"
    blocks: list[Block] = [header(title)]
    if potentials.could_be:
        number = f"{count(len(potentials.could_be), 'candidate')}, {len(potentials.stuck)} without a next step"
        blocks.append(section(f":seedling: *{number}*: high trust, little activity"))
        blocks += _candidate_blocks(potentials.could_be)
    if potentials.at_risk:
        blocks.append(
            section(f":warning: *{len(potentials.at_risk)} at risk*: lots of activity, low trust. Talk to them.")
        )
        blocks += _candidate_blocks(potentials.at_risk)
    if potentials.trusted:
        names = ", ".join(bold(one.partner.name, MAX_NAME_LENGTH) for one in potentials.trusted[:MAX_TRUSTED])
        blocks.append(
            section(" ".join([f":large_green_circle: Trusted: {names}", *more_line(potentials.trusted, MAX_TRUSTED)]))
        )
    blocks.append(context("Trusted: trust of 4 or more, and at least the median activity of the last 12 months."))
    return Message(title, blocks)


def _candidate_blocks(found: Sequence[ScoredPartner]) -> list[Block]:
    blocks = [_candidate_block(one) for one in found[:MAX_WITH_BUTTON]]
    return blocks + and_more_block(found, MAX_WITH_BUTTON, " partners")


def _candidate_block(one: ScoredPartner) -> Block:
    level = one.now.ours.trust.level
    trust = f"trust {format_number(level)}" if level is not None else "no rating"
    first = f"{bold(one.partner.name)} · {trust} · {count(count_activity(one.now), 'activity', 'activities')}"
    plan = button("Plan a step", action_ids.PLAN_STEP, str(one.partner.id))
    if not one.promises:
        return section(f"{first}\nNo next step", plan)
    step = one.promises[0]
    by = f" by {format_day(step.due_on, one.now.day)}" if step.due_on else ""
    return section(f"{first}\nNext: {escape_clip(step.text, 200)}{by}", open_card_button(one.partner.id))


def concentration_message(found: ConcentrationReport, currency: str) -> Message:
    """Show each partner's share of the value won, the alarm, and the plan for losing them."""
    concentration = found.concentration
    if concentration is None:
        text = "Nothing was won in the last 12 months. Mark a referral as won on the partner's card, with its value."
        return Message(text, [section(text)])
    title = (
        f"The top partner brings {format_percent(concentration.top)} of the value won, the top three "
        f"{format_percent(concentration.top_three)}"
    )
    alarming = [one for one in found.contributors if one.alarming]
    sign = ":rotating_light:" if alarming else ":white_check_mark:"
    says = f"{len(alarming)} at {found.percent}% or more" if alarming else f"No partner brings {found.percent}% or more"
    blocks: list[Block] = [
        header(title),
        section(f"{sign} *{says}* of {format_money(found.value_won, currency)} in 12 months"),
    ]
    blocks += [_at_risk_block(one) for one in alarming[:MAX_WITH_BUTTON]]
    blocks += and_more_block(alarming, MAX_WITH_BUTTON, " partners")
    rows = [f"• {_contributor_line(one, currency)}" for one in found.contributors[:MAX_CONTRIBUTORS]]
    blocks.append(section("\n".join([*rows, *more_line(found.contributors, MAX_CONTRIBUTORS)])))
    return Message(title, blocks)


def _contributor_line(one: Contributor, currency: str) -> str:
    return (
        f"{bold(one.partner.name, MAX_NAME_LENGTH)} · {format_percent(one.share)} · "
        f"{format_money(one.value_won, currency)}"
    )


def _at_risk_block(one: Contributor) -> Block:
    name, plan = bold(one.partner.name), one.partner.risk_plan
    text = f"{name}: {escape_clip(plan, 600)}" if plan else f"{name}: there is no plan yet for losing them"
    style = None if plan else "primary"
    return section(
        text, button("Change the plan" if plan else "Write the plan", action_ids.RISK_PLAN, str(one.partner.id), style)
    )


def balance_message(found: EffortBalance, currency: str) -> Message:
    """Show who gets more of our time than they bring in, who less, and the quiet regular partners."""
    if not found.active:
        return _no_partners_message()
    efforts = found.efforts
    title = f"{count(len(efforts.under), 'partner')} underserved, {len(efforts.over)} overserved"
    blocks: list[Block] = [header(title)]
    if not efforts.comparable:
        blocks.append(section("Nothing to compare: there was no effort, or no value won, in the last 12 months."))
    if efforts.under:
        blocks.append(section("*Underserved*: they bring in more than we put in"))
    blocks += [_effort_block(one, currency, _touch_block(one.scored)) for one in efforts.under[:MAX_SERVED]]
    blocks += and_more_block(efforts.under, MAX_SERVED, " partners")
    if efforts.over:
        blocks.append(section("*Overserved*: we put in more than they bring in"))
    for one in efforts.over[:MAX_SERVED]:
        less = button("Speak less often", action_ids.SPEAK_LESS, str(one.scored.partner.id))
        blocks.append(_effort_block(one, currency, less))
    blocks += and_more_block(efforts.over, MAX_SERVED, " partners")
    blocks += _regular_blocks(found)
    hours = MINUTES_PER_TOUCH // 60
    blocks.append(
        context(
            f"Effort: {count(hours, 'hour')} for each touch in which we did something, plus the hours from "
            "`/partner cost`. Value: what was won. Both over 12 months, flagged when one share is twice the other."
        )
    )
    return Message(title, blocks)


def _effort_block(one: PartnerEffort, currency: str, press: Block) -> Block:
    facts = one.scored.now.facts
    hours = f"{round(one.effort / 60, 1):g}"
    parts = [
        bold(one.scored.partner.name),
        f"{format_percent(one.effort_share)} of the effort ({hours} h)",
        f"{format_percent(one.value_share)} of the value ({format_money(facts.value_won, currency)})",
    ]
    return section(" · ".join(parts), press)


def _regular_blocks(found: EffortBalance) -> list[Block]:
    quiet = f"{len(found.quiet)} quiet" if found.quiet else "none of them quiet"
    says = "keep in touch with them even when nothing is open." if found.regular else ""
    blocks = [section(f"*{count(found.regular, 'regular partner')}*, {quiet}: {says}")] if found.regular else []
    for one in found.quiet[:MAX_SERVED]:
        idle = " · nothing open: meet anyway" if one.partner.id in found.idle else ""
        last, every = format_last_touch(one.now.quiet_days), count(one.cadence_days, "day")
        text = f"{bold(one.partner.name)} · {last}, meant to be every {every}{idle}"
        blocks.append(section(text, _touch_block(one)))
    return blocks + and_more_block(found.quiet, MAX_SERVED, " quiet ones")


def _touch_block(one: ScoredPartner) -> Block:
    return button("Log a touch", LOG_TOUCH, str(one.partner.id))


def _no_partners_message() -> Message:
    text = "There are no active partners yet. Add one with `/partner add`."
    return Message(text, [section(text)])
