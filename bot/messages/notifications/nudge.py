"""Compose the nudge, the DM to an owner, and the same list on request."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.actions.notifications.nudge import Nudge, NudgeItem, WaitingReferral
from bot.actions.partner_values import SaveResult
from bot.formatting import count, format_band, format_day, list_first
from bot.forms.partner_fields import FormPage
from bot.messages.common import entry_text, log_touch_button, open_card_button, outcome_menu, workspace_note
from bot.messages.notifications.best_moves import best_moves_text
from bot.messages.notifications.signals import SHORT_LABELS, call_reason, fact
from bot.messages.reviews.referral_link import offer_blocks
from bot.messages.reviews.trust_survey import answer_block as answered
from bot.scores.record_status import ROLES_TEXT
from bot.slack import action_ids
from bot.slack.action_ids import EDIT_PARTNER
from bot.slack.blocks import (
    MAX_POSTED_TEXT,
    Block,
    Message,
    actions,
    bold,
    button,
    clip,
    escape,
    escape_clip,
    header,
    labelled,
    menu,
    posted_length,
    section,
    short,
    with_confirm,
)
from scoring.signals import Reason

SNOOZES = (("Snooze 3 days", 3), ("Snooze 1 week", 7), ("Snooze 2 weeks", 14), ("Snooze 30 days", 30))
SAID, TO_DO = "nudge:", "nudge-do:"
"""With what the ids of an item's two blocks begin; the partner's id follows."""
MAX_ITEMS = 15
MAX_SHOWN = 3
MAX_WAITING_LENGTH = 600  # beyond it only where many signs take up several
LONGEST_NAMED = 80
MAX_NAMED = 8
SHORTEST = 300  # of the first partner where all else is as long as can be
COUNT_LINE_LENGTH = 200  # what the line takes up that counts the others


def nudge_message(found: Nudge) -> Message:
    """Build the DM with everything a person should hear today, worst first."""
    if not found.urgent_items:
        titles = (
            (found.offers, "A partner referred somebody to you"),
            (found.answers, "A partner gave their view"),
            (found.waiting_referrals, "Any news on these introductions?"),
            (found.unowned, "Partners without an owner"),
            (found.digest_problem, "The digest could not be posted"),
            (found.items or found.untold, "A few details are missing"),
        )
        return Message(next(title for told, title in titles if told), closing_blocks(found))
    title = _title(found)
    names = list_first(
        [f"{escape(item.scored.partner.name)} ({SHORT_LABELS[item.signals[0].reason]})" for item in found.urgent_items],
        MAX_SHOWN,
        found.more,
    )
    first, *others = _surrounding_blocks(found, title)
    return Message(
        f"{title}: {names}",
        [first, *items_blocks(found.urgent_items, room=_room_left([first, *others]), more=found.more), *others],
    )


def fitting_items(found: Nudge) -> tuple[NudgeItem, ...]:
    """Return the items of a nudge for which its message has room."""
    if not found.urgent_items:
        return ()
    blocks = _surrounding_blocks(found, _title(found))
    return tuple(item for item, _ in _fitting(found.urgent_items, MAX_ITEMS, _room_left(blocks)))


def _title(found: Nudge) -> str:
    return f"{count(len(found.urgent_items) + found.more, 'partner')} to look after today"


def _surrounding_blocks(found: Nudge, title: str) -> list[Block]:
    return [header(title), *closing_blocks(found)]


def _room_left(around: list[Block]) -> int:
    return MAX_POSTED_TEXT - posted_length(around)


def closing_blocks(found: Nudge) -> list[Block]:
    """Build what comes after the partners themselves.

    These are whom partners referred, partners' answers, introductions to follow up, incomplete records, partners
    without an owner, and a digest that failed.
    """
    blocks: list[Block] = [block for one in found.offers for block in offer_blocks(one, found.day)]
    blocks += [answered(one, found.day) for one in found.answers]
    if found.waiting_referrals:
        blocks.append(section("*Any news on these introductions?*"))
        blocks += [_waiting_block(one, found) for one in found.waiting_referrals]
    if found.paperwork_items:
        names = format_names([item.scored.partner.name for item in found.paperwork_items])
        blocks.append(
            section(f":pencil: Some details are missing for {names}.", _complete_button(found.paperwork_items))
        )
    if found.untold:
        names = format_names([one.partner.name for one in found.untold])
        blocks.append(section(f":speech_balloon: When did you last speak with {names}? Log it with `/touch`."))
    if found.unowned:
        names = format_names([one.name for one in found.unowned])
        blocks.append(section(f":bust_in_silhouette: Without an owner: {names}. Choose one with `/partner edit`."))
    if found.digest_problem:
        blocks.append(section(_digest_problem_text(found)))
    return [*blocks, *workspace_note(found.team)]


def _complete_button(lacking: Sequence[NudgeItem]) -> Block:
    """Build the button that opens the form of what is missing, or a menu if several partners lack something."""
    told = [
        (one.partner.name, f"{one.partner.id}:{lacking_in(one.missing_fields)}")
        for one in (item.scored for item in lacking[:MAX_NAMED])
    ]
    if len(told) == 1:
        return button("Complete it", f"{EDIT_PARTNER}:missing", told[0][1])
    return menu("Complete…", f"{EDIT_PARTNER}:missing", told)


def _digest_problem_text(found: Nudge) -> str:
    return (
        f":warning: The digest could not be posted in <#{found.team.digest_channel}>: "
        f"{short(found.digest_problem or '', 300)}. I'll keep trying. "
        "`/tend settings digest_channel` picks another channel; `/tend digest` shows you the digest."
    )


def _waiting_block(one: WaitingReferral, found: Nudge) -> Block:
    told = entry_text(one.entry, one.partner, found.team.currency, found.day)
    return section(f":door: {clip(told, MAX_WAITING_LENGTH)}", outcome_menu(one.entry.id, one.entry.outcome))


def format_names(names: Sequence[str]) -> str:
    return list_first([f"*{short(name, LONGEST_NAMED)}*" for name in names], MAX_NAMED)


def items_blocks(
    found: tuple[NudgeItem, ...], most: int = MAX_ITEMS, *, room: int | None = None, more: int = 0
) -> list[Block]:
    """Build the items' blocks, with a line that counts those that did not fit.

    `room` is what they may take up in a message that is posted; `more` are not among them, but counted.
    """
    shown = _fitting(found, most, room)
    left = len(found) - len(shown) + more
    all_of_them = button("Show all", f"{action_ids.OPEN_FORM}:due", "/partner due")
    counted = [section(f"…and {count(left, 'more partner')}.", all_of_them)] if left else []
    return [*(block for _, made in shown for block in made), *counted]


def _fitting(found: tuple[NudgeItem, ...], most: int, room: int | None) -> list[tuple[NudgeItem, list[Block]]]:
    shown: list[tuple[NudgeItem, list[Block]]] = []
    for item in found[:most]:
        made = item_blocks(item)
        if room is not None:
            if room < posted_length(made) + COUNT_LINE_LENGTH and shown:
                break
            made = _cut(made, room - COUNT_LINE_LENGTH)
            room -= posted_length(made)
        shown.append((item, made))
    return shown


def _cut(made: list[Block], room: int) -> list[Block]:
    """Return one partner's blocks with the text cut to the room there is, but never below `SHORTEST`."""
    said, *others = made
    over = posted_length(made) - room
    if over <= 0:
        return made
    text = said["text"]["text"]
    return [section(clip(text, max(len(text) - over, SHORTEST))), *others]


def item_blocks(item: NudgeItem) -> list[Block]:
    """Build one partner's blocks: why, a reason to call, and buttons."""
    partner = item.scored.partner
    told = [f"{bold(partner.name)}  {format_band(item.scored.now)}", fact(item)]
    if why := call_reason(item):
        told.append(f":bulb: {why}")
    if item.meets_at is not None:
        day = _day_ahead(item.meets_at, item.scored.now.day)
        told.append(f":date: In your calendar: a meeting {day} at {item.meets_at:%H:%M}.")
    if item.asks:
        told.append(":question: I've mentioned this several times now. Pause it, end it or keep it as it is?")
    return [
        {**section("\n".join(told)), "block_id": f"{SAID}{partner.id}"},
        {**actions(*_buttons(item)), "block_id": f"{TO_DO}{partner.id}"},
    ]


def _day_ahead(at: datetime, today: date) -> str:
    days = (at.date() - today).days
    return {0: "today", 1: "tomorrow"}.get(days) or f"on {format_day(at.date(), today)}"


def _buttons(item: NudgeItem) -> list[Block]:
    """Build the buttons of one partner, those that fit the reason first."""
    partner, reasons = item.scored.partner, [signal.reason for signal in item.signals]
    id, made = str(partner.id), []
    if item.promise and Reason.PROMISE in reasons:
        made.append(labelled(button("Done", action_ids.PROMISE_KEPT, str(item.promise.id)), partner.name))
    if Reason.REVIEW in reasons:
        made.append(labelled(button("Prepare the review", action_ids.PREPARE_REVIEW, id), partner.name))
    made.append(labelled(log_touch_button(partner.id), partner.name))
    made.append(labelled(button("Copy a message", action_ids.CHECK_IN, id), partner.name))
    made.append(labelled(button("Brief", f"{action_ids.VERB}:brief", f"brief:{id}"), partner.name))
    if item.asks:
        made += [labelled(one, partner.name) for one in _ways_on(id, partner.name)]
    else:
        made.append(snooze_menu(partner.id))
    return [*made, labelled(open_card_button(partner.id), partner.name)]


def _ways_on(id: str, name: str) -> list[Block]:
    """Build the answers to *pause, end or keep?*"""
    pause = button("Pause", f"{action_ids.VERB}:pause", f"pause:{id}")
    end = button("End", f"{action_ids.VERB}:end", f"end:{id}")
    return [
        with_confirm(pause, "Pause it?", f"No nudges about {clip(name, 120)} until you resume it.", "Pause"),
        with_confirm(end, "End it?", f"{clip(name, 120)} keeps its record and history; stewards can resume it.", "End"),
        button("Keep", action_ids.KEEP_AS_IT_IS, id),
    ]


def snooze_menu(partner_id: int) -> Block:
    return menu("Snooze", action_ids.SNOOZE, [(text, f"{partner_id}:{days}") for text, days in SNOOZES])


def due_message(found: Nudge) -> Message:
    """Build the same list for somebody who asks for it, even if nothing is on it."""
    best = best_moves_text(found.best, found.team.currency)
    first = [section(best)] if best else []
    if not found.is_empty:
        told = nudge_message(found)
        return Message(told.text, [*first, *told.blocks])
    text = ":seedling: None of your partners needs you today."
    return Message(text, [section(text), *first])


def lacking_in(missing: tuple[str, ...]) -> FormPage:
    """Return the first page of the form that asks for something missing."""
    return FormPage.TERMS if missing == (ROLES_TEXT,) else FormPage.WHY


def promise_done(done: SaveResult, step_id: int) -> Message:
    """Say that a promise was kept, and offer to record the contact."""
    what = f"“{escape_clip(done.changed[0], 200)}” for {bold(done.name)}"
    text = f":white_check_mark: {what}: done. Did you speak to them as well?"
    value = f"{done.partner_id}:{step_id}"
    count_it = button("Count it as contact today", action_ids.COUNT_AS_CONTACT, value, style="primary")
    return Message(text, [section(text), actions(count_it, open_card_button(done.partner_id))])
