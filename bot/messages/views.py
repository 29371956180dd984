"""All partners from one side, each view on one screen with the next action on a button."""

from collections.abc import Sequence
from fractions import Fraction

from bot.actions.views import (
    Balance,
    Bringer,
    Candidates,
    Concentrated,
    Effort,
    Stakeholders,
    Verticals,
    VerticalSum,
)
from bot.messages.blocks import Block, Message, actions, brief, button, context, header, menu, section
from bot.messages.confirm import OPEN_CARD
from bot.messages.nudge import LOG_TOUCH
from bot.messages.words import count, day_words, money, percent, plain_number
from bot.scores import Scored
from scoring.portfolio import MINUTES_A_TOUCH, activity
from scoring.words import Status
from storage.partners import Standing

ADD_TO_VERTICAL = "add_to_vertical"
NAME_VERTICAL = "name_vertical"
VERTICAL_CADENCE = "vertical_cadence"
ADD_PROSPECT = "add_prospect"
TAKE_IN = "take_in"
PLAN_STEP = "plan_step"
RISK_PLAN = "risk_plan"
SPEAK_LESS = "speak_less"

MOST_VERTICALS = 15
MOST_WITH_BUTTON = 8
MOST_NAMED = 5
MOST_SERVED = 5
MOST_BRINGERS = 10
MENU_OPTIONS = 100
NAME = 80


def verticals(found: Verticals, currency: str) -> Message:
    """Each vertical measured, those with nobody in them, and how far we look outside our own industry."""
    title = f"{count(len(found.held), 'vertical')} with partners, {len(found.empty)} with nobody"
    blocks: list[Block] = [header(title)]
    if found.held:
        rows = [f"• {_vertical(one, currency)}" for one in found.held[:MOST_VERTICALS]]
        blocks.append(section("\n".join([*rows, *_more(found.held, MOST_VERTICALS)])))
    for one in found.empty[:MOST_WITH_BUTTON]:
        add = button("Add a partner", ADD_TO_VERTICAL, str(one.id))
        blocks.append(section(f"*{brief(one.name or '', NAME)}*: nobody yet", add))
    blocks += _rest(found.empty, MOST_WITH_BUTTON, "with nobody")
    if found.held:
        blocks.append(context(_industry(found), "In 12 months, of active partners. ROI: (won − cost) / cost."))
    named = [(one.name, str(one.id)) for one in (*found.held, *found.empty) if one.name][:MENU_OPTIONS]
    choices = [button("Name a vertical", NAME_VERTICAL)]
    blocks.append(actions(*choices, *([menu("Set a cadence for…", VERTICAL_CADENCE, named)] if named else [])))
    return Message(title, blocks)


def _vertical(one: VerticalSum, currency: str) -> str:
    known = f" (cost known of {one.costed})" if 0 < one.costed < one.partners else ""
    parts = [
        f"*{brief(one.name, NAME)}*" if one.name else "_no vertical_",
        f"{count(one.partners, 'partner')}, {one.producing} producing",
        f"median RVI {'–' if one.median_rvi is None else one.median_rvi}",
        f"{money(one.value_won, currency)} won",
        f"ROI {'–' if one.roi is None else percent(one.roi)}{known}",
        f"every {count(one.cadence_days, 'day')}" if one.cadence_days else "",
    ]
    return " · ".join(part for part in parts if part)


def _industry(found: Verticals) -> str:
    said = found.outside + found.inside
    if not said:
        return "Of no partner it is said whether they are outside our own industry: Open card ▸ Edit."
    of = f"{found.outside} of {said} partners are outside our own industry: {percent(Fraction(found.outside, said))}"
    return f"{of} ({found.unsaid} not said)" if found.unsaid else of


def vertical_named(vertical_id: int, name: str) -> Message:
    """A vertical was named; it wants somebody in it."""
    text = f":white_check_mark: *{brief(name, 120)}* is one of our verticals. Nobody is in it yet."
    return Message(text, [section(text), actions(button("Add a partner", ADD_TO_VERTICAL, str(vertical_id)))])


def cadence_set(name: str, days: int | None) -> Message:
    every = f"every {count(days, 'day')}" if days else "as usual"
    text = f":white_check_mark: We speak with *{brief(name, 120)}* {every}, but for those with a cadence of their own."
    return Message(text, [section(text)])


def stakeholders(found: Stakeholders) -> Message:
    """The eight kinds of people with a stake in our business, and who of them is or could be a partner."""
    empty = [kind for kind, of in found.kinds if not of]
    title = f"{len(empty)} of {count(len(found.kinds), 'kind')} of stakeholders have no candidate"
    blocks: list[Block] = [header(title)]
    for kind, of in found.kinds:
        told = ", ".join(_stakeholder(one) for one in of[:MOST_NAMED]) or "nobody yet"
        more = f" and {len(of) - MOST_NAMED} more" if len(of) > MOST_NAMED else ""
        text = f"*{kind.capitalize()}*: {told}{more}"
        blocks.append(section(text, button("Add a prospect", ADD_PROSPECT, kind)))
    if found.prospects:
        blocks.append(section(f"*{count(len(found.prospects), 'prospect')}*"))
    for one in found.prospects[:MOST_WITH_BUTTON]:
        text = f"{brief(one.name, 120)} · {brief(one.stakeholder or 'no stakeholder', 40)}"
        blocks.append(section(text, button("They are in", TAKE_IN, str(one.id))))
    blocks += _rest(found.prospects, MOST_WITH_BUTTON, "prospects: `/partner list prospect`")
    return Message(title, blocks)


def _stakeholder(one: Standing) -> str:
    word = {"introducer": "introducer", "both": "partner and introducer"}.get(one.role, "partner")
    if one.status != Status.ACTIVE:
        word = f"{one.status}, {word}" if one.role != "partner" else one.status
    return f"{brief(one.name, NAME)} ({word})"


def candidates(found: Candidates) -> Message:
    """Who could become a trusted partner, who is at risk, and who is one."""
    if found.share is None:
        return _nobody()
    title = f"{len(found.trusted)} of {found.active} are trusted partnerships: {percent(found.share)}"
    blocks: list[Block] = [header(title)]
    if found.could_be:
        number = f"{len(found.could_be)} could become one, {found.without_step} without a next step"
        blocks.append(section(f":seedling: *{number}*: trust is high, and little is done"))
        blocks += _with_steps(found.could_be)
    if found.at_risk:
        blocks.append(section(f":warning: *{len(found.at_risk)} at risk*: much is done, and trust is low. Talk."))
        blocks += _with_steps(found.at_risk)
    if found.trusted:
        names = ", ".join(f"*{brief(one.partner.name, NAME)}*" for one in found.trusted[:MOST_VERTICALS])
        more = " ".join(_more(found.trusted, MOST_VERTICALS))
        blocks.append(section(f":large_green_circle: Trusted: {names} {more}".rstrip()))
    blocks.append(
        context("Measured: trust of 4 or more, and at least as much done in 12 months as with the partner in the middle.")
    )
    return Message(title, blocks)


def _with_steps(found: Sequence[Scored]) -> list[Block]:
    blocks = [_candidate(one) for one in found[:MOST_WITH_BUTTON]]
    return blocks + _rest(found, MOST_WITH_BUTTON, "partners")


def _candidate(one: Scored) -> Block:
    level = one.now.ours.trust.level
    trust = f"trust {plain_number(level)}" if level is not None else "no rating"
    first = f"*{brief(one.partner.name, 120)}* · {trust} · {count(activity(one.now), 'activity', 'activities')}"
    plan = button("Plan a step", PLAN_STEP, str(one.partner.id))
    if not one.promises:
        return section(f"{first}\nNo next step", plan)
    step = one.promises[0]
    by = f" by {day_words(step.due_on, one.now.day)}" if step.due_on else ""
    return section(f"{first}\nNext: {brief(step.what, 200)}{by}", button("Open card", OPEN_CARD, str(one.partner.id)))


def concentration(found: Concentrated, currency: str) -> Message:
    """Whose value won is how large a share, the alarm, and what we would do without them."""
    if found.top is None or found.top_three is None:
        text = "Nothing was won in 12 months, so nothing hangs on anybody. A won referral is worth its value here."
        return Message(text, [section(text)])
    title = f"The top partner brings {percent(found.top)} of the value won, the top three {percent(found.top_three)}"
    alarming = [one for one in found.bringers if one.alarming]
    sign = ":rotating_light:" if alarming else ":white_check_mark:"
    says = f"{len(alarming)} at {found.percent} % or more" if alarming else f"Nobody brings {found.percent} % or more"
    blocks: list[Block] = [header(title), section(f"{sign} *{says}* of {money(found.value_won, currency)} in 12 months")]
    blocks += [_at_risk(one) for one in alarming[:MOST_WITH_BUTTON]]
    blocks += _rest(alarming, MOST_WITH_BUTTON, "partners")
    rows = [f"• {_bringer(one, currency)}" for one in found.bringers[:MOST_BRINGERS]]
    blocks.append(section("\n".join([*rows, *_more(found.bringers, MOST_BRINGERS)])))
    return Message(title, blocks)


def _bringer(one: Bringer, currency: str) -> str:
    return f"*{brief(one.partner.name, NAME)}* · {percent(one.share)} · {money(one.value_won, currency)}"


def _at_risk(one: Bringer) -> Block:
    name, plan = f"*{brief(one.partner.name, 120)}*", one.partner.risk_plan
    text = f"{name}: {brief(plan, 600)}" if plan else f"{name}: nobody has written what we would do without them"
    style = None if plan else "primary"
    return section(text, button("Change the plan" if plan else "Write the plan", RISK_PLAN, str(one.partner.id), style))


def served(found: Balance, currency: str) -> Message:
    """Who gets more of us than it brings and who less; and regular partners that are not to be forgotten."""
    title = f"{count(len(found.under), 'partner')} under-served, {len(found.over)} over-served"
    blocks: list[Block] = [header(title)]
    if not found.comparable:
        blocks.append(section("Without effort or without value won in 12 months there is nothing to compare."))
    for words, side in (("*Under-served*: bring more than they get", found.under),):
        blocks += [section(words)] if side else []
        blocks += [_effort(one, currency, _touch(one.scored)) for one in side[:MOST_SERVED]]
        blocks += _rest(side, MOST_SERVED, "partners")
    if found.over:
        blocks.append(section("*Over-served*: get more than they bring"))
    for one in found.over[:MOST_SERVED]:
        less = button("Speak less often", SPEAK_LESS, str(one.scored.partner.id))
        blocks.append(_effort(one, currency, less))
    blocks += _rest(found.over, MOST_SERVED, "partners")
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
    won = money(one.scored.now.facts.value_won, currency)
    return section(
        f"*{brief(one.scored.partner.name, 120)}* · {percent(one.effort_share)} of the effort "
        f"({plain_number(Fraction(one.effort, 60).limit_denominator(10))} h) · {percent(one.value_share)} of the value ({won})",
        press,
    )


def _regulars(found: Balance) -> list[Block]:
    quiet = f"{len(found.quiet)} quiet" if found.quiet else "none of them quiet"
    says = "each has a cadence too. Nothing needs to be open: meet anyway." if found.regular else ""
    blocks = [section(f"*{count(found.regular, 'regular partner')}*, {quiet}: {says}")] if found.regular else []
    for one in found.quiet[:MOST_SERVED]:
        idle = " · nothing is open: meet anyway" if one.partner.id in found.idle else ""
        days, every = count(one.now.quiet_days, "day"), count(one.cadence_days, "day")
        text = f"*{brief(one.partner.name, 120)}* · {days} without a word, every {every}{idle}"
        blocks.append(section(text, _touch(one)))
    return blocks + _rest(found.quiet, MOST_SERVED, "quiet ones")


def _touch(one: Scored) -> Block:
    return button("Log a touch", LOG_TOUCH, str(one.partner.id))


def _nobody() -> Message:
    text = "There are no active partners yet. Add one with `/partner add`."
    return Message(text, [section(text)])


def _more(found: Sequence[object], most: int) -> list[str]:
    return [f"_and {len(found) - most} more_"] if len(found) > most else []


def _rest(found: Sequence[object], most: int, what: str) -> list[Block]:
    return [context(f"and {len(found) - most} more {what}")] if len(found) > most else []
