"""The App Home: what needs something, the rest in short, and the next step of the first hour."""

from collections.abc import Sequence

from bot.actions.notifications.nudge import Nudge
from bot.actions.overview import PartnerListing
from bot.actions.portfolio.owners import Tended
from bot.actions.workspace.crm_connections import ConnectedCrm
from bot.actions.workspace.first_steps import FirstSteps
from bot.actions.workspace.meetings import CountedCalendar
from bot.actions.workspace.webhooks import WebhookInfo
from bot.formatting import count
from bot.forms.partner_fields import FormPage
from bot.messages.listing import partner_line
from bot.messages.notifications.nudge import closing_blocks, items_blocks
from bot.messages.workspace import crm, meetings, webhooks, welcome
from bot.scores.models import ScoredPartner
from bot.scores.record_status import ROLES_TEXT
from bot.slack.action_ids import EDIT_PARTNER, INTEGRATION_WROTE, OPEN_CARD, OPEN_FORM, TEAM_AT_A_GLANCE
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    and_more_block,
    bold,
    button,
    context,
    divider,
    escape,
    header,
    labelled,
    mention,
    section,
    with_distinct_labels,
)

MAX_ITEMS = 5
MAX_OTHERS = 10
MOST_PEOPLE = 20
MAX_PROGRAMS = 3


def unavailable_home(why: str) -> Block:
    """Build the Home for somebody who may not use Tend, or when it can't be loaded."""
    return {"type": "home", "blocks": [section(f":warning: {escape(why)}")]}


def home_view(
    due: Nudge,
    mine: PartnerListing,
    steps: FirstSteps,
    team: Sequence[Tended] = (),
    programs: Sequence[tuple[int, str, int]] = (),
    own: CountedCalendar | None = None,
    hooks: Sequence[WebhookInfo] = (),
    crms: Sequence[ConnectedCrm] = (),
) -> Block:
    """Build the Home view. `team` is shown to somebody who owns no partner.

    `programs` are the id and name of each of their own programs, and how much it recorded lately. `own` is their
    calendar, which is told of if it can't be read. `hooks` and `crms` are webhooks and CRMs that may need a steward.
    """
    blocks: list[Block] = [header("Your partners" if mine.scored else "The team's partners"), _record()]
    if not steps.partners:
        first = [section(welcome.WHAT_IT_IS), *welcome.steps(steps), context(welcome.NEXT)]
        return {"type": "home", "blocks": [header("Welcome to Tend"), *first, divider(), _record()]}
    if next_step := welcome.next_page_form(steps):
        blocks += [*next_step, divider()]
    blocks += meetings.problem_blocks(own)
    blocks += webhooks.problem_blocks(hooks)
    blocks += crm.problem_blocks(crms)
    blocks += _mine(due, mine) if mine.scored else [section("You don't own any partners yet. Here's the team:")]
    blocks += [] if mine.scored else people(team)
    blocks += [_recorded(*program) for program in programs[:MAX_PROGRAMS]]
    blocks.append(
        actions(
            button("All partners", f"{OPEN_FORM}:list", "/partner list"),
            button("Team", TEAM_AT_A_GLANCE, "team"),
        )
    )
    return {"type": "home", "blocks": with_distinct_labels(blocks)}


def _record() -> Block:
    return actions(
        button("Referral", f"{OPEN_FORM}:referral", "/referral", style="primary"),
        button("Event", f"{OPEN_FORM}:event", "/event"),
        button("Touch", f"{OPEN_FORM}:touch", "/touch"),
        button("Trust", f"{OPEN_FORM}:trust", "/trust"),
        button("Add a partner", f"{OPEN_FORM}:partner", "/partner add"),
    )


def _recorded(id: int, name: str, number: int) -> Block:
    text = f"{bold(name)} recorded {count(number, 'thing')} in the last seven days."
    return section(text, button("What it recorded", f"{INTEGRATION_WROTE}:{id}", str(id)))


def _mine(due: Nudge, mine: PartnerListing) -> list[Block]:
    blocks: list[Block] = []
    if not due.is_empty:
        blocks.append(section(f"*{count(len(due.items), 'partner')} to look after*"))
        blocks += items_blocks(due.urgent_items, MAX_ITEMS)
        blocks += closing_blocks(due)
        blocks.append(divider())
    blocks += question(mine.scored, due.day.isocalendar().week)
    acting = {item.scored.partner.id for item in due.urgent_items}
    others = [one for one in mine.scored if one.partner.id not in acting]
    blocks += [section(partner_line(one), _open(one)) for one in others[:MAX_OTHERS]]
    return [*blocks, *and_more_block(others, MAX_OTHERS, ": *All partners* shows them.")]


def _open(one: ScoredPartner) -> Block:
    return labelled(button("Open", OPEN_CARD, str(one.partner.id)), one.partner.name)


def question(mine: Sequence[ScoredPartner], week: int) -> list[Block]:
    """Ask for one thing that a record lacks, another one each week."""
    lacking = sorted((one for one in mine if one.missing_fields), key=lambda one: one.partner.id)
    if not lacking:
        return []
    one = lacking[week % len(lacking)]
    missing = one.missing_fields[week % len(one.missing_fields)]
    step = FormPage.TERMS if missing == ROLES_TEXT else FormPage.WHY
    asked = f":speech_balloon: This week's question about {bold(one.partner.name, 80)}: {missing}?"
    return [section(asked, button("Answer", f"{EDIT_PARTNER}:question", f"{one.partner.id}:{step}"))]


def people(team: Sequence[Tended]) -> list[Block]:
    """List who owns how many partners, a line for each, those with most to do first."""
    blocks = []
    for one in team[:MOST_PEOPLE]:
        who = mention(one.owner) if one.owner else "*No owner*"
        told = f"{who}: {count(one.partners, 'partner')}, {one.pressing or 'none'} to look after"
        worst = one.worst
        if worst is None:
            blocks.append(section(told))
        else:
            told += f" · longest quiet: {bold(worst.partner.name, 60)}, {count(worst.now.quiet_days, 'day')}"
            blocks.append(section(told, _open(worst)))
    return [*blocks, *and_more_block(team, MOST_PEOPLE, " people.")]


def at_a_glance(team: Sequence[Tended]) -> Message:
    """Build the same list as a message."""
    return Message("The team", [header("The team"), *people(team)])
