"""A partner at a glance, and all the rest of its record."""

from bot.actions.overview import Card
from bot.actions.partner_values import Values
from bot.actions.partners.spellings import Spelling
from bot.formatting import (
    arrow,
    count,
    day_words,
    give_words,
    number_words,
    rvi_words,
    status_words,
    sum_words,
    usual_words,
)
from bot.forms.partner_fields import FIELDS, Step, of_step
from bot.messages.activity.undo import take_back
from bot.messages.common import add_words, log_touch, outcome_menu, theirs_words, what_words, work_out_terms
from bot.messages.economics.costs import roi_words
from bot.messages.economics.terms import terms_words
from bot.messages.forms import TITLES
from bot.messages.notifications.nudge import snooze_menu
from bot.messages.notifications.signals import sentences
from bot.messages.outlook import ahead_words
from bot.messages.partners.fit import fit_warnings
from bot.messages.partners.history import history_lines
from bot.messages.reviews.issues import matters_blocks
from bot.messages.reviews.trust_survey import on_card
from bot.scores.models import Promise, Scored
from bot.slack.action_ids import (
    EDIT_PARTNER,
    EXPLAIN_PARTNER,
    FORGET_SPELLING,
    MORE_OF_PARTNER,
    PROMISE_KEPT,
    RATE_TRUST,
    RESUME_PARTNER,
    RVI_OVER_TIME,
    VERB,
    WAKE_PARTNER,
)
from bot.slack.blocks import Block, Message, actions, brief, button, context, esc, header, mention, menu, section
from bot.workspace.team import Team
from scoring.balance import give_share
from scoring.explain import Change
from scoring.signals import Reason
from scoring.vocabulary import Kind, Side, Status

WIIFM = (("For us", "wiifm_us"), ("For them", "wiifm_them"), ("For their clients", "wiifm_clients"))
AT_FIRST_SIGHT = tuple(name for _, name in WIIFM)
MOST_ROWS = 3
MOST_SPELLINGS = 5
RESTING = (Status.PAUSED, Status.ENDED)


def card(found: Card) -> Message:
    """What matters today, at first sight; the rest is a click away."""
    one, today, currency = found.scored, found.scored.now.day, found.team.currency
    blocks: list[Block] = [header(one.partner.name), context(_who(found)), _numbers(found)]
    ahead = ahead_words(one.now, found.falls, found.known_until, one.signals)
    if ahead and one.partner.status != Status.ENDED:
        blocks.append(context(f":crystal_ball: {ahead}"))
    if one.signals:
        blocks.append(section("\n".join(f"• {text}" for text in sentences(one.signals, one, found.change))))
    if wiifm := _wiifm(found):
        blocks.append(section(wiifm))
    blocks += on_card(found.their_view, today, record_is_empty=not found.values["wiifm_them"])
    for promise in one.promises[:MOST_ROWS]:
        by = f" by {day_words(promise.due_on, today)}" if promise.due_on else ""
        link = found.step_links.get(promise.id)
        add = f" · {add_words(link)}" if link else ""
        blocks.append(section(f":handshake: Promised{by}: {brief(promise.what, 300)}{add}", done_button(promise)))
    for promise in one.promised_us[:MOST_ROWS]:
        blocks.append(section(f":handshake: {theirs_words(promise, today)}", done_button(promise)))
    for entry in found.open_referrals[:MOST_ROWS]:
        open_ = f":door: Open: {what_words(entry, one.partner.name, currency, today)}"
        blocks.append(section(open_, outcome_menu(entry.id, entry.outcome)))
    if found.planned:
        told = "\n".join(f"• {what_words(entry, one.partner.name, currency, today)}" for entry in found.planned)
        blocks.append(context(f"*Planned*\n{told}"))
    resting = one.partner.status in RESTING
    if not (one.promises or one.promised_us or found.open_referrals or found.planned or resting):
        blocks.append(context(":coffee: Nothing is open between you: a good moment to meet anyway."))
    if found.entries:
        rows = [f"• {what_words(entry, one.partner.name, currency, today)}" for entry in found.entries]
        blocks.append(context(f"*{_entries_title(found)}*\n" + "\n".join(rows)))
    blocks.append(_buttons(one))
    return Message(f"{esc(one.partner.name)}: {rvi_words(one.now)}", blocks)


def done_button(promise: Promise) -> Block:
    return button("Done", PROMISE_KEPT, str(promise.id))


def _entries_title(found: Card) -> str:
    """An attempt is no touch, and does not make the list one."""
    return "Lately" if any(entry.kind == Kind.ATTEMPT for entry in found.entries) else "Last touches"


def details(found: Card) -> Message:
    """All the rest of the record: every field that says something, step by step, and what changed lately."""
    one, team = found.scored, found.team
    blocks: list[Block] = [header(f"{one.partner.name}: the record")]
    if warnings := fit_warnings(found.values):
        blocks.append(section("\n".join(f":triangular_flag_on_post: {text}" for text in warnings)))
    blocks.append(section(f":moneybag: {terms_words(found.values, team)}"))
    for step in (Step.WHY, Step.TERMS, Step.MORE):
        told = _said(found.values, step, team)
        edit = button("Edit", f"{EDIT_PARTNER}:{step}", f"{one.partner.id}:{step}")
        blocks.append(section(f"*{TITLES[step]}*\n{told or '_Nothing said yet._'}", edit))
    blocks += [_spelling(each) for each in found.spellings[:MOST_SPELLINGS]]
    blocks += matters_blocks(found.matters, one.now.day)
    if found.history:
        blocks.append(context("*Lately changed*\n" + "\n".join(history_lines(found.history))))
    blocks.append(_more_buttons(str(one.partner.id)))
    return Message(f"{esc(one.partner.name)}: the record", blocks)


def _spelling(spelling: Spelling) -> Block:
    """How somebody typed the partner and then chose it, with the way to forget that."""
    told = f":pencil2: “{brief(spelling.text, 120)}” means it too, as {mention(spelling.by)} chose"
    return section(told, button("Forget", f"{FORGET_SPELLING}:{spelling.id}", str(spelling.id)))


def _said(values: Values, step: Step, team: Team) -> str:
    told = []
    for field in of_step(step):
        words = field.input.words(values[field.name], team)
        if words and field.name not in AT_FIRST_SIGHT:
            told.append(f"{field.label.rstrip('?')}: {brief(words, 300)}")
    return "\n".join(told)


def _more_buttons(id: str) -> Block:
    return actions(
        button("Explain the RVI", EXPLAIN_PARTNER, id),
        button("What if…", f"{VERB}:what-if", f"what-if:{id}"),
        button("Review", f"{VERB}:review", f"review:{id}"),
        work_out_terms(int(id)),
        button("Add a cost", f"{VERB}:cost", f"cost:{id}"),
        button("Add an issue", f"{VERB}:issue", f"issue:{id}"),
        button("Add an idea", f"{VERB}:idea", f"idea:{id}"),
        button("History", f"{VERB}:history", f"history:{id}"),
        take_back(int(id)),
    )


def _who(found: Card) -> str:
    one = found.scored
    status = status_words(one.partner.status, one.partner.paused_until_on, one.now.day)
    reason = f" ({brief(found.status_reason, 200)})" if found.status_reason else ""
    role = FIELDS["role"].input.words(one.partner.role, found.team)
    parts = [
        f"*{status}*{reason}" if status else "",
        brief(one.partner.vertical or "no vertical", 80),
        brief(one.partner.stakeholder or "", 40),
        role if one.partner.role != "partner" and role else "",
        f"tended by {mention(one.partner.owner)}",
        f"since {day_words(one.now.facts.start)} ({count(one.now.age_months, 'month')})",
        f"also {brief(', '.join(found.values['aliases']), 200)}" if found.values["aliases"] else "",
    ]
    return " · ".join(part for part in parts if part)


def _numbers(found: Card) -> Block:
    one = found.scored
    last = one.now.facts.last_touch_on
    touched = day_words(last, one.now.day) if last else "none yet"
    estimated = "\n_Their trust is estimated from ours._" if one.now.theirs.trust.estimated else ""
    fields = [
        f"*RVI* {number_words(one.now)}{_moved(found.change)}\n_{sum_words(one.now, Side.OURS)}_",
        f"*Seen from their side* {number_words(one.now, Side.THEIRS)}{_moved(found.theirs)}{estimated}",
        f"*Give and take*\n{give_words(give_share(one.now.facts.tally))}",
        f"*Return*\n{roi_words(one.now, found.team.currency)}",
        f"*Last touch*\n{touched} · {_cadence(one)}",
    ]
    return section("", fields=fields)


def _cadence(one: Scored) -> str:
    every = "" if one.keeps_rhythm else f"every {count(one.cadence_days, 'day')}"
    usual = f"usually {usual_words(one.rhythm)}" if one.rhythm else ""
    return " · ".join(part for part in (every, usual) if part)


def _wiifm(found: Card) -> str:
    asked = [(label, found.values[name]) for label, name in WIIFM]
    told = [f"*{label}*: {brief(text, 600)}" for label, text in asked if text]
    missing = [label.lower() for label, text in asked[:2] if not text]
    if missing and not found.scored.has(Reason.INCOMPLETE):  # which says so already
        told.append(f"_Not said yet what is in it {' and '.join(missing)}: choose Edit._")
    return "\n".join(told)


def _buttons(one: Scored) -> Block:
    id = str(one.partner.id)
    edit = menu("Edit", EDIT_PARTNER, [(title, f"{id}:{step}") for step, title in TITLES.items()])
    more = button("More", MORE_OF_PARTNER, id)
    if one.partner.status in RESTING:
        return actions(
            button("Resume", RESUME_PARTNER, id, style="primary"),
            edit,
            button("RVI over time", RVI_OVER_TIME, id),
            more,
        )
    return actions(
        log_touch(one.partner.id),
        button("Rate trust", RATE_TRUST, id),
        button("Ask for their view", f"{VERB}:ask", f"ask:{id}"),
        button("Wake it up", WAKE_PARTNER, id) if one.is_snoozed else snooze_menu(one.partner.id),
        edit,
        button("RVI over time", RVI_OVER_TIME, id),
        more,
    )


def _moved(change: Change) -> str:
    """How the RVI moved in a month; nothing where there was none to compare with."""
    return "" if change.effect is None else f"\n{arrow(change.effect)} in 30 days"
