"""Show a partner's card and its full record."""

from bot.actions.contact_people import last_spoken_with
from bot.actions.overview import Card
from bot.actions.partner_values import FieldValues
from bot.actions.partners.spellings import Spelling
from bot.formatting import (
    count,
    format_change,
    format_day,
    format_give_share,
    format_interval,
    format_none_won,
    format_rvi,
    format_status,
    format_sum,
    number_words,
)
from bot.forms.partner_fields import FIELDS, FormPage, page_fields
from bot.grammar.member_ids import is_member_id
from bot.messages.activity.undo import undo_list_button
from bot.messages.common import (
    add_to_calendar_link,
    entry_text,
    log_touch_button,
    outcome_menu,
    terms_button,
    theirs_words,
)
from bot.messages.economics.costs import describe_roi
from bot.messages.economics.terms import terms_text
from bot.messages.forms import PAGE_TITLES
from bot.messages.notifications.nudge import snooze_menu
from bot.messages.notifications.signals import signal_sentences
from bot.messages.outlook import outlook_text
from bot.messages.partners.fit import fit_warnings
from bot.messages.partners.history import history_lines
from bot.messages.partners.people import last_spoke_line
from bot.messages.reviews import referral_link
from bot.messages.reviews.issues import issue_blocks
from bot.messages.reviews.trust_survey import card_blocks
from bot.scores.models import Promise, ScoredPartner
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
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    escape_clip,
    header,
    mention,
    menu,
    section,
)
from bot.workspace.team import Team
from scoring.balance import give_share
from scoring.explain import Change
from scoring.signals import Reason
from scoring.vocabulary import Kind, Side, Status

WIIFM = (("For us", "wiifm_us"), ("For them", "wiifm_them"), ("For their customers", "wiifm_clients"))
SHOWN_FIRST = tuple(name for _, name in WIIFM)
MAX_ROWS = 3
MOST_SPELLINGS = 5
INACTIVE_STATUSES = (Status.PAUSED, Status.ENDED)


def card_message(found: Card) -> Message:
    """Build the card: what matters today, with the rest a click away."""
    one, today, currency = found.scored, found.scored.now.day, found.team.currency
    blocks: list[Block] = [header(one.partner.name), context(_owner_line(found)), _numbers_block(found)]
    ahead = outlook_text(one.now, found.falls, found.known_until, one.signals)
    if ahead and one.partner.status != Status.ENDED:
        blocks.append(context(f":crystal_ball: {ahead}"))
    if one.signals:
        blocks.append(section("\n".join(f"• {text}" for text in signal_sentences(one.signals, one, found.change))))
    if wiifm := _wiifm_text(found):
        blocks.append(section(wiifm))
    blocks += referral_link.card_blocks(found.referral_links, today)
    blocks += card_blocks(found.trust_survey, today, record_is_empty=not found.values["wiifm_them"])
    for promise in one.promises[:MAX_ROWS]:
        by = f" by {format_day(promise.due_on, today)}" if promise.due_on else ""
        link = found.step_links.get(promise.id)
        add = f" · {add_to_calendar_link(link)}" if link else ""
        blocks.append(section(f":handshake: Promised{by}: {escape_clip(promise.text, 300)}{add}", done_button(promise)))
    for promise in one.promised_us[:MAX_ROWS]:
        blocks.append(section(f":handshake: {theirs_words(promise, today)}", done_button(promise)))
    for entry in found.open_referrals[:MAX_ROWS]:
        open_ = f":door: Open: {entry_text(entry, one.partner.name, currency, today)}"
        blocks.append(section(open_, outcome_menu(entry.id, entry.outcome)))
    if found.planned:
        told = "\n".join(f"• {entry_text(entry, one.partner.name, currency, today)}" for entry in found.planned)
        blocks.append(context(f"*Planned*\n{told}"))
    resting = one.partner.status in INACTIVE_STATUSES
    if not (one.promises or one.promised_us or found.open_referrals or found.planned or resting):
        blocks.append(context(":coffee: Nothing is open between you: a good time to catch up anyway."))
    if found.entries:
        rows = [f"• {entry_text(entry, one.partner.name, currency, today)}" for entry in found.entries]
        blocks.append(context(f"*{_entries_title(found)}*\n" + "\n".join(rows)))
    if spoken := last_spoken_with(found.people):
        blocks.append(context(f":bust_in_silhouette: {last_spoke_line(spoken, today)}"))
    if found.offered:
        new = count(len(found.offered), "address", "addresses")
        people = button("People", f"{VERB}:people", f"people:{one.partner.id}")
        blocks.append(section(f":wave: Seen in mail or calendars: {new} there that you may want to add.", people))
    blocks.append(_buttons(one))
    return Message(f"{escape(one.partner.name)}: {format_rvi(one.now)}", blocks)


def done_button(promise: Promise) -> Block:
    return button("Done", PROMISE_KEPT, str(promise.id))


def _entries_title(found: Card) -> str:
    """Return the title of the list. An attempt is not a touch, so a list with one can't be called touches."""
    return "Recently" if any(entry.kind == Kind.ATTEMPT for entry in found.entries) else "Last touches"


def details_message(found: Card) -> Message:
    """Build the full record: every field that is filled in, and recent changes."""
    one, team = found.scored, found.team
    blocks: list[Block] = [header(f"{one.partner.name}: the record")]
    if warnings := fit_warnings(found.values):
        blocks.append(section("\n".join(f":triangular_flag_on_post: {text}" for text in warnings)))
    blocks.append(section(f":moneybag: {terms_text(found.values, team)}"))
    for step in (FormPage.WHY, FormPage.TERMS, FormPage.MORE):
        told = _filled_fields_text(found.values, step, team)
        edit = button("Edit", f"{EDIT_PARTNER}:{step}", f"{one.partner.id}:{step}")
        blocks.append(section(f"*{PAGE_TITLES[step]}*\n{told or '_Nothing here yet._'}", edit))
    blocks += [_spelling(each) for each in found.spellings[:MOST_SPELLINGS]]
    blocks += issue_blocks(found.issues, one.now.day)
    if found.history:
        blocks.append(context("*Recent changes*\n" + "\n".join(history_lines(found.history))))
    blocks.append(_more_buttons(str(one.partner.id)))
    return Message(f"{escape(one.partner.name)}: the record", blocks)


def _spelling(spelling: Spelling) -> Block:
    """Show how somebody typed the partner and then chose it, with a button to forget that."""
    told = f":pencil2: “{escape_clip(spelling.text, 120)}” also means this partner, as {mention(spelling.by)} chose"
    return section(told, button("Forget", f"{FORGET_SPELLING}:{spelling.id}", str(spelling.id)))


def _filled_fields_text(values: FieldValues, step: FormPage, team: Team) -> str:
    told = []
    for field in page_fields(step):
        words = field.input.words(values[field.name], team)
        if words and field.name not in SHOWN_FIRST:
            shown = mention(words) if is_member_id(words) else escape_clip(words, 300)
            told.append(f"{field.label.rstrip('?')}: {shown}")
    return "\n".join(told)


def _more_buttons(id: str) -> Block:
    return actions(
        button("Explain the RVI", EXPLAIN_PARTNER, id),
        button("What if…", f"{VERB}:what-if", f"what-if:{id}"),
        button("Review", f"{VERB}:review", f"review:{id}"),
        terms_button(int(id)),
        button("Add a cost", f"{VERB}:cost", f"cost:{id}"),
        button("Add an issue", f"{VERB}:issue", f"issue:{id}"),
        button("Add an idea", f"{VERB}:idea", f"idea:{id}"),
        button("People", f"{VERB}:people", f"people:{id}"),
        button("Brief", f"{VERB}:brief", f"brief:{id}"),
        button("History", f"{VERB}:history", f"history:{id}"),
        undo_list_button(int(id)),
    )


def _owner_line(found: Card) -> str:
    one = found.scored
    status = format_status(one.partner.status, one.partner.paused_until_on, one.now.day)
    reason = f" ({escape_clip(found.status_reason, 200)})" if found.status_reason else ""
    role = FIELDS["role"].input.words(one.partner.role, found.team)
    parts = [
        f"*{status}*{reason}" if status else "",
        escape_clip(one.partner.vertical or "no vertical", 80),
        escape_clip(one.partner.stakeholder or "", 40),
        role if one.partner.role != "partner" and role else "",
        f"owner {mention(one.partner.owner)}",
        f"since {format_day(one.now.facts.start)} ({count(one.now.age_months, 'month')})",
        f"also known as {escape_clip(', '.join(found.values['aliases']), 200)}" if found.values["aliases"] else "",
    ]
    return " · ".join(part for part in parts if part)


def _numbers_block(found: Card) -> Block:
    one = found.scored
    last = one.now.facts.last_touch_on
    touched = format_day(last, one.now.day) if last else "none yet"
    estimated = "\n_Their trust is estimated from ours._" if one.now.theirs.trust.estimated else ""
    none_won = f"\n_{words}_" if (words := format_none_won(one.now)) else ""
    ours = f"{number_words(one.now)}{_change_text(found.change)}\n_{format_sum(one.now, Side.OURS)}_{none_won}"
    fields = [
        f"*Relationship Value Index (RVI)* {ours}",
        f"*Seen from their side* {number_words(one.now, Side.THEIRS)}{_change_text(found.reverse_change)}{estimated}",
        f"*Give and take*\n{format_give_share(give_share(one.now.facts.tally))}",
        f"*Return*\n{describe_roi(one.now, found.team.currency)}",
        f"*Last touch*\n{touched} · {_cadence_text(one)}",
    ]
    return section("", fields=fields)


def _cadence_text(one: ScoredPartner) -> str:
    every = "" if one.keeps_rhythm else f"every {count(one.cadence_days, 'day')}"
    usual = f"usually {format_interval(one.rhythm)}" if one.rhythm else ""
    return " · ".join(part for part in (every, usual) if part)


def _wiifm_text(found: Card) -> str:
    asked = [(label, found.values[name]) for label, name in WIIFM]
    told = [f"*{label}*: {escape_clip(text, 600)}" for label, text in asked if text]
    missing = [label.lower() for label, text in asked[:2] if not text]
    if missing and not found.scored.has(Reason.INCOMPLETE):  # which says so already
        told.append(f"_Still missing: what's in it {' and '.join(missing)}. Choose Edit._")
    return "\n".join(told)


def _buttons(one: ScoredPartner) -> Block:
    id = str(one.partner.id)
    edit = menu("Edit", EDIT_PARTNER, [(title, f"{id}:{step}") for step, title in PAGE_TITLES.items()])
    more = button("More", MORE_OF_PARTNER, id)
    if one.partner.status in INACTIVE_STATUSES:
        return actions(
            button("Resume", RESUME_PARTNER, id, style="primary"),
            edit,
            button("RVI over time", RVI_OVER_TIME, id),
            more,
        )
    return actions(
        log_touch_button(one.partner.id),
        button("Rate trust", RATE_TRUST, id),
        button("Ask for their view", f"{VERB}:ask", f"ask:{id}"),
        button("Wake it up", WAKE_PARTNER, id) if one.is_snoozed else snooze_menu(one.partner.id),
        edit,
        button("RVI over time", RVI_OVER_TIME, id),
        more,
    )


def _change_text(change: Change) -> str:
    """Say how the RVI moved in a month, or nothing if there was none to compare with."""
    return "" if change.effect is None else f"\n{format_change(change.effect)} in 30 days"
