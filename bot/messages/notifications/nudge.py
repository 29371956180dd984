"""The DM to an owner, and the same list on request."""

from collections.abc import Sequence

from bot.actions.notifications.nudge import Item, Nudge, Waiting
from bot.formatting import band_words, count, first_few
from bot.messages.activity.confirm import EDIT, log_touch, open_card, outcome_menu, what_words
from bot.messages.notifications.best_moves import best_moves_text
from bot.messages.notifications.signals import SHORT, reason_to_call, sentences
from bot.messages.reviews.trust_survey import news as answered
from bot.scores.record_status import lacking_in
from bot.slack.blocks import (
    POSTED_TEXT,
    Block,
    Message,
    actions,
    bold,
    brief,
    button,
    clip,
    context,
    esc,
    header,
    menu,
    posted_length,
    section,
)

SNOOZE = "snooze"
SNOOZES = (("Snooze 3 days", 3), ("Snooze 1 week", 7), ("Snooze 2 weeks", 14), ("Snooze 30 days", 30))
MOST_ITEMS = 15
MOST_ALOUD = 3
LONGEST_WAITING = 1_500  # only where most of it are signs that take up several
MOST_NAMED = 8
COUNTED = 200  # what the line takes up that counts the others


def nudge(found: Nudge) -> Message:
    """Everything a person should hear today, worst first, in one message."""
    if not found.items:
        titles = (
            (found.answers, "A partner gave their view"),
            (found.waiting, "Introductions waiting for news"),
            (found.unowned, "Partners that nobody tends"),
            (found.digest_problem, "The digest could not be posted"),
        )
        return Message(next(title for told, title in titles if told), rest(found))
    title = _title(found)
    names = first_few(
        [f"{esc(item.scored.partner.name)} ({SHORT[item.signals[0].reason]})" for item in found.items], MOST_ALOUD
    )
    first, *others = _around(found, title)
    return Message(f"{title}: {names}", [first, *items(found.pressing, room=_room([first, *others])), *others])


def fitting(found: Nudge) -> tuple[Item, ...]:
    """The items of a nudge that its message has room for."""
    if not found.items:
        return ()
    blocks = _around(found, _title(found))
    return tuple(item for item, _ in _fitting(found.pressing, MOST_ITEMS, _room(blocks)))


def _title(found: Nudge) -> str:
    return f"{count(len(found.items), 'partner')} to look after today"


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
        return button("Complete it", f"{EDIT}:missing", told[0][1])
    return menu("Complete…", f"{EDIT}:missing", told)


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


def items(found: tuple[Item, ...], most: int = MOST_ITEMS, *, room: int | None = None) -> list[Block]:
    """The items as blocks, with a line that counts those that did not fit.

    `room` is what they may take up in a message that is posted.
    """
    shown = _fitting(found, most, room)
    left = len(found) - len(shown)
    more = [context(f"and {count(left, 'more partner')}: see `/partner list`.")] if left else []
    return [*(block for _, made in shown for block in made), *more]


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
    told = [f"{bold(partner.name)}  {band_words(item.scored.now.ours)}"]
    told += [f"• {text}" for text in sentences(item.signals, item.scored, item.cause)]
    told.append(f":bulb: A reason to call: {reason_to_call(item)}")
    return [
        section("\n".join(told)),
        actions(
            log_touch(partner.id),
            snooze_menu(partner.id),
            open_card(partner.id),
        ),
    ]


def snooze_menu(partner_id: int) -> Block:
    return menu("Snooze", SNOOZE, [(text, f"{partner_id}:{days}") for text, days in SNOOZES])


def due(found: Nudge) -> Message:
    """The same list when somebody asks for it, also when there is nothing on it."""
    best = best_moves_text(found.best, found.team.currency)
    first = [section(best)] if best else []
    if not found.is_empty:
        told = nudge(found)
        return Message(told.text, [*first, *told.blocks])
    text = ":seedling: None of your partners needs you today."
    return Message(text, [section(text), *first])
