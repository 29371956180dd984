"""The DM to an owner, and the same list on request."""

from collections.abc import Sequence

from bot.actions.notifications.nudge import Item, Nudge, Waiting
from bot.actions.partner_values import Saved
from bot.formatting import band_words, count, first_few
from bot.forms.partner_fields import Step
from bot.messages.common import log_touch, open_card, outcome_menu, what_words
from bot.messages.notifications.best_moves import best_moves_text
from bot.messages.notifications.signals import SHORT, fact, reason_to_call
from bot.messages.reviews.trust_survey import news as answered
from bot.scores.record_status import ROLES
from bot.slack import action_ids
from bot.slack.action_ids import EDIT_PARTNER
from bot.slack.blocks import (
    BUTTON_TEXT,
    POSTED_TEXT,
    Block,
    Message,
    actions,
    bold,
    brief,
    button,
    clip,
    confirmed,
    esc,
    header,
    menu,
    posted_length,
    section,
)
from scoring.signals import Reason

SNOOZES = (("Snooze 3 days", 3), ("Snooze 1 week", 7), ("Snooze 2 weeks", 14), ("Snooze 30 days", 30))
SAID, TO_DO = "nudge:", "nudge-do:"
"""With what the ids of an item's two blocks begin; the partner's id follows."""
MOST_ITEMS = 15
MOST_ALOUD = 3
LONGEST_WAITING = 1_500  # only where most of it are signs that take up several
MOST_NAMED = 8
COUNTED = 200  # what the line takes up that counts the others


def nudge(found: Nudge) -> Message:
    """Everything a person should hear today, worst first, in one message."""
    if not found.pressing:
        titles = (
            (found.answers, "A partner gave their view"),
            (found.waiting, "Introductions waiting for news"),
            (found.unowned, "Partners that nobody tends"),
            (found.digest_problem, "The digest could not be posted"),
            (found.items or found.untold, "What your records lack"),
        )
        return Message(next(title for told, title in titles if told), rest(found))
    title = _title(found)
    names = first_few(
        [f"{esc(item.scored.partner.name)} ({SHORT[item.signals[0].reason]})" for item in found.pressing],
        MOST_ALOUD,
        found.more,
    )
    first, *others = _around(found, title)
    return Message(
        f"{title}: {names}", [first, *items(found.pressing, room=_room([first, *others]), more=found.more), *others]
    )


def fitting(found: Nudge) -> tuple[Item, ...]:
    """The items of a nudge that its message has room for."""
    if not found.pressing:
        return ()
    blocks = _around(found, _title(found))
    return tuple(item for item, _ in _fitting(found.pressing, MOST_ITEMS, _room(blocks)))


def _title(found: Nudge) -> str:
    return f"{count(len(found.pressing) + found.more, 'partner')} to look after today"


def _around(found: Nudge, title: str) -> list[Block]:
    return [header(title), *rest(found)]


def _room(around: list[Block]) -> int:
    return POSTED_TEXT - posted_length(around)


def rest(found: Nudge) -> list[Block]:
    """What comes after the partners themselves: what partners said, introductions to follow up, records to complete,
    nobody's partners."""
    blocks: list[Block] = [answered(one, found.day) for one in found.answers]
    if found.waiting:
        blocks.append(section("*Introductions waiting for news*"))
        blocks += [_waiting(one, found) for one in found.waiting]
    if found.paperwork:
        names = named([item.scored.partner.name for item in found.paperwork])
        blocks.append(section(f":pencil: The record says too little of {names}.", _complete(found.paperwork)))
    if found.untold:
        names = named([one.partner.name for one in found.untold])
        blocks.append(section(f":speech_balloon: When did you last speak with {names}? `/touch` tells Tend."))
    if found.unowned:
        names = named([one.name for one in found.unowned])
        blocks.append(section(f":bust_in_silhouette: Nobody tends {names}. `/partner edit` gives them an owner."))
    if found.digest_problem:
        blocks.append(section(_undigested(found)))
    return blocks


def _complete(lacking: Sequence[Item]) -> Block:
    """Opens the form of what is missing: of the only one, or of one to choose among those that are named."""
    told = [
        (one.partner.name, f"{one.partner.id}:{lacking_in(one.missing)}")
        for one in (item.scored for item in lacking[:MOST_NAMED])
    ]
    if len(told) == 1:
        return button("Complete it", f"{EDIT_PARTNER}:missing", told[0][1])
    return menu("Complete…", f"{EDIT_PARTNER}:missing", told)


def _undigested(found: Nudge) -> str:
    return (
        f":warning: The digest could not be posted in <#{found.team.digest_channel}>: "
        f"{brief(found.digest_problem or '', 300)}. It is tried again by itself; "
        "`/tend settings digest_channel` chooses another channel, `/tend digest` shows what it would say."
    )


def _waiting(one: Waiting, found: Nudge) -> Block:
    told = what_words(one.entry, one.partner, found.team.currency, found.day)
    return section(f":door: {clip(told, LONGEST_WAITING)}", outcome_menu(one.entry.id, one.entry.outcome))


def named(names: Sequence[str]) -> str:
    return first_few([bold(name, 80) for name in names], MOST_NAMED)


def items(found: tuple[Item, ...], most: int = MOST_ITEMS, *, room: int | None = None, more: int = 0) -> list[Block]:
    """The items as blocks, with a line that counts those that did not fit.

    `room` is what they may take up in a message that is posted; `more` are not among them, but counted.
    """
    shown = _fitting(found, most, room)
    left = len(found) - len(shown) + more
    all_of_them = button("Show all", f"{action_ids.OPEN_FORM}:due", "/partner due")
    counted = [section(f"and {count(left, 'more partner')}.", all_of_them)] if left else []
    return [*(block for _, made in shown for block in made), *counted]


def _fitting(found: tuple[Item, ...], most: int, room: int | None) -> list[tuple[Item, list[Block]]]:
    shown: list[tuple[Item, list[Block]]] = []
    for item in found[:most]:
        made = item_blocks(item)
        room = None if room is None else room - posted_length(made)
        if room is not None and room < COUNTED and shown:
            break
        shown.append((item, made))
    return shown


def item_blocks(item: Item) -> list[Block]:
    """One partner: why, a reason to call, and what one click can do."""
    partner = item.scored.partner
    told = [f"{bold(partner.name)}  {band_words(item.scored.now)}", fact(item)]
    if why := reason_to_call(item):
        told.append(f":bulb: A reason to call: {why}")
    if item.asks:
        told.append(":question: I have said this several times now. Pause it, end it, or keep it as it is?")
    return [
        {**section("\n".join(told)), "block_id": f"{SAID}{partner.id}"},
        {**actions(*_buttons(item)), "block_id": f"{TO_DO}{partner.id}"},
    ]


def _buttons(item: Item) -> list[Block]:
    """What one click can do: what fits the reason first."""
    partner, reasons = item.scored.partner, [signal.reason for signal in item.signals]
    id, made = str(partner.id), []
    if item.promise and Reason.PROMISE in reasons:
        made.append(_of(partner.name, button("Done", action_ids.PROMISE_KEPT, str(item.promise.id))))
    if Reason.REVIEW in reasons:
        made.append(_of(partner.name, button("Prepare the review", action_ids.PREPARE_REVIEW, id)))
    made.append(_of(partner.name, log_touch(partner.id)))
    made.append(_of(partner.name, button("Copy a message", action_ids.CHECK_IN, id)))
    if item.asks:
        made += [_of(partner.name, one) for one in _ways_on(id, partner.name)]
    else:
        made.append(snooze_menu(partner.id))
    return [*made, _of(partner.name, open_card(partner.id))]


def _ways_on(id: str, name: str) -> list[Block]:
    """The answers to *pause, end or keep?*"""
    pause = button("Pause", f"{action_ids.VERB}:pause", f"pause:{id}")
    end = button("End", f"{action_ids.VERB}:end", f"end:{id}")
    return [
        confirmed(pause, "Pause it?", f"Nothing is said of {clip(name, 120)} until you resume it.", "Pause"),
        confirmed(end, "End it?", f"{clip(name, 120)} keeps its record and history; stewards can resume it.", "End"),
        button("Keep", action_ids.KEEP_AS_IT_IS, id),
    ]


def _of(name: str, element: Block) -> Block:
    """A button that reads like others in the same message, with the partner's name for screen readers."""
    return {**element, "accessibility_label": clip(f"{element['text']['text']}: {name}", BUTTON_TEXT)}


def snooze_menu(partner_id: int) -> Block:
    return menu("Snooze", action_ids.SNOOZE, [(text, f"{partner_id}:{days}") for text, days in SNOOZES])


def due(found: Nudge) -> Message:
    """The same list when somebody asks for it, also when there is nothing on it."""
    best = best_moves_text(found.best, found.team.currency)
    first = [section(best)] if best else []
    if not found.is_empty:
        told = nudge(found)
        return Message(told.text, [*first, *told.blocks])
    text = ":seedling: None of your partners needs you today."
    return Message(text, [section(text), *first])


def lacking_in(missing: tuple[str, ...]) -> Step:
    """The first step of the form that asks for something of what is missing."""
    return Step.TERMS if missing == (ROLES,) else Step.WHY


def promise_done(done: Saved, step_id: int) -> Message:
    """A promise was kept, which often was contact too."""
    text = f":white_check_mark: “{brief(done.changed[0], 200)}” for {bold(done.name)}: done. Was it contact as well?"
    value = f"{done.partner_id}:{step_id}"
    count_it = button("Count it as contact today", action_ids.COUNT_AS_CONTACT, value, style="primary")
    return Message(text, [section(text), actions(count_it, open_card(done.partner_id))])
