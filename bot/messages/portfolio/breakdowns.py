"""Candidates, concentration and effort: each view on one screen, with the next action on a button."""

from collections.abc import Sequence

from bot.actions.portfolio.views import Balance, Bringer, Candidates, Concentrated, Effort
from bot.formatting import count, day_words, money, percent, plain_number
from bot.messages.activity.confirm import LOG_TOUCH, open_card
from bot.scores.query import Scored
from bot.slack.blocks import Block, Message, and_more, and_more_block, bold, brief, button, context, header, section
from scoring.portfolio import MINUTES_A_TOUCH, activity

PLAN_STEP = "plan_step"
RISK_PLAN = "risk_plan"
SPEAK_LESS = "speak_less"

MOST_WITH_BUTTON = 8
MOST_SERVED = 5
MOST_BRINGERS = 10
MOST_TRUSTED = 15
NAME = 80


def candidates(found: Candidates) -> Message:
    """Who could become a trusted partner, who is at risk, and who is one."""
    if found.share is None:
        return _nobody()
    title = f"Trusted partnerships: {len(found.trusted)} of {found.active}, {percent(found.share)}"
    blocks: list[Block] = [header(title)]
    if found.could_be:
        number = f"{count(len(found.could_be), 'candidate')}, {found.without_step} without a next step"
        blocks.append(section(f":seedling: *{number}*: trust is high, and little is done"))
        blocks += _with_steps(found.could_be)
    if found.at_risk:
        blocks.append(section(f":warning: *{len(found.at_risk)} at risk*: much is done, and trust is low. Talk."))
        blocks += _with_steps(found.at_risk)
    if found.trusted:
        names = ", ".join(bold(one.partner.name, NAME) for one in found.trusted[:MOST_TRUSTED])
        blocks.append(
            section(" ".join([f":large_green_circle: Trusted: {names}", *and_more(found.trusted, MOST_TRUSTED)]))
        )
    blocks.append(
        context(
            "Measured: trust of 4 or more, and at least as much done in 12 months as with the partner in the middle."
        )
    )
    return Message(title, blocks)


def _with_steps(found: Sequence[Scored]) -> list[Block]:
    blocks = [_candidate(one) for one in found[:MOST_WITH_BUTTON]]
    return blocks + and_more_block(found, MOST_WITH_BUTTON, " partners")


def _candidate(one: Scored) -> Block:
    level = one.now.ours.trust.level
    trust = f"trust {plain_number(level)}" if level is not None else "no rating"
    first = f"{bold(one.partner.name)} · {trust} · {count(activity(one.now), 'activity', 'activities')}"
    plan = button("Plan a step", PLAN_STEP, str(one.partner.id))
    if not one.promises:
        return section(f"{first}\nNo next step", plan)
    step = one.promises[0]
    by = f" by {day_words(step.due_on, one.now.day)}" if step.due_on else ""
    return section(f"{first}\nNext: {brief(step.what, 200)}{by}", open_card(one.partner.id))


def concentration(found: Concentrated, currency: str) -> Message:
    """Whose value won is how large a share, the alarm, and what we would do without them."""
    if found.top is None or found.top_three is None:
        text = "Nothing was won in 12 months, so there are no shares. The card marks a referral as won, with its value."
        return Message(text, [section(text)])
    title = f"The top partner brings {percent(found.top)} of the value won, the top three {percent(found.top_three)}"
    alarming = [one for one in found.bringers if one.alarming]
    sign = ":rotating_light:" if alarming else ":white_check_mark:"
    says = f"{len(alarming)} at {found.percent} % or more" if alarming else f"Nobody brings {found.percent} % or more"
    blocks: list[Block] = [
        header(title),
        section(f"{sign} *{says}* of {money(found.value_won, currency)} in 12 months"),
    ]
    blocks += [_at_risk(one) for one in alarming[:MOST_WITH_BUTTON]]
    blocks += and_more_block(alarming, MOST_WITH_BUTTON, " partners")
    rows = [f"• {_bringer(one, currency)}" for one in found.bringers[:MOST_BRINGERS]]
    blocks.append(section("\n".join([*rows, *and_more(found.bringers, MOST_BRINGERS)])))
    return Message(title, blocks)


def _bringer(one: Bringer, currency: str) -> str:
    return f"{bold(one.partner.name, NAME)} · {percent(one.share)} · {money(one.value_won, currency)}"


def _at_risk(one: Bringer) -> Block:
    name, plan = bold(one.partner.name), one.partner.risk_plan
    text = f"{name}: {brief(plan, 600)}" if plan else f"{name}: nobody has written what we would do without them"
    style = None if plan else "primary"
    return section(text, button("Change the plan" if plan else "Write the plan", RISK_PLAN, str(one.partner.id), style))


def served(found: Balance, currency: str) -> Message:
    """Who gets more of us than it brings and who less; and regular partners that are not to be forgotten."""
    if not found.active:
        return _nobody()
    title = f"{count(len(found.under), 'partner')} under-served, {len(found.over)} over-served"
    blocks: list[Block] = [header(title)]
    if not found.comparable:
        blocks.append(section("Without effort or without value won in 12 months there is nothing to compare."))
    if found.under:
        blocks.append(section("*Under-served*: bring more than they get"))
    blocks += [_effort(one, currency, _touch(one.scored)) for one in found.under[:MOST_SERVED]]
    blocks += and_more_block(found.under, MOST_SERVED, " partners")
    if found.over:
        blocks.append(section("*Over-served*: get more than they bring"))
    for one in found.over[:MOST_SERVED]:
        less = button("Speak less often", SPEAK_LESS, str(one.scored.partner.id))
        blocks.append(_effort(one, currency, less))
    blocks += and_more_block(found.over, MOST_SERVED, " partners")
    blocks += _regulars(found)
    hours = MINUTES_A_TOUCH // 60
    blocks.append(
        context(
            f"Effort: {count(hours, 'hour')} for each touch in which we did something, and the hours of "
            "`/partner cost`. Value: what was won. In 12 months; out of proportion from twice the share on."
        )
    )
    return Message(title, blocks)


def _effort(one: Effort, currency: str, press: Block) -> Block:
    facts = one.scored.now.facts
    hours = f"{round(one.effort / 60, 1):g}"
    parts = [
        bold(one.scored.partner.name),
        f"{percent(one.effort_share)} of the effort ({hours} h)",
        f"{percent(one.value_share)} of the value ({money(facts.value_won, currency)})",
    ]
    return section(" · ".join(parts), press)


def _regulars(found: Balance) -> list[Block]:
    quiet = f"{len(found.quiet)} quiet" if found.quiet else "none of them quiet"
    says = "each has a cadence too. Nothing needs to be open: meet anyway." if found.regular else ""
    blocks = [section(f"*{count(found.regular, 'regular partner')}*, {quiet}: {says}")] if found.regular else []
    for one in found.quiet[:MOST_SERVED]:
        idle = " · nothing is open: meet anyway" if one.partner.id in found.idle else ""
        days, every = count(one.now.quiet_days, "day"), count(one.cadence_days, "day")
        text = f"{bold(one.partner.name)} · {days} without a word, every {every}{idle}"
        blocks.append(section(text, _touch(one)))
    return blocks + and_more_block(found.quiet, MOST_SERVED, " quiet ones")


def _touch(one: Scored) -> Block:
    return button("Log a touch", LOG_TOUCH, str(one.partner.id))


def _nobody() -> Message:
    text = "There are no active partners yet. Add one with `/partner add`."
    return Message(text, [section(text)])
