"""Messages about the people at a partner."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.actions.contact_people import PersonView
from bot.actions.partners.people import PeopleList, PersonSaved, PersonValues
from bot.actions.partners.seen_addresses import AddressRefused
from bot.formatting import KIND_NAMES, format_day
from bot.forms.person_fields import PERSON_FIELDS
from bot.grammar.member_ids import is_member_id
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    and_more_block,
    bold,
    button,
    context,
    escape,
    escape_clip,
    header,
    mention,
    menu,
    section,
    with_distinct_labels,
)
from bot.workspace.team import Team

MOST_PEOPLE = 20
MAX_OFFERED = 5
SEEN_IN = {"mail": "mail", "calendar": "a calendar"}
EDIT, LEFT, ERASE = "edit", "left", "erase"
_CHANGES = (("Edit", EDIT), ("They left", LEFT), ("Delete…", ERASE))


def people_message(found: PeopleList, today: date) -> Message:
    """List the people at a partner, each with what can be changed."""
    title = f"{found.partner}: people"
    blocks: list[Block] = [header(title)]
    for person in found.people[:MOST_PEOPLE]:
        changes = [(label, f"{person.id}:{word}") for label, word in _CHANGES if word != LEFT or not person.left_on]
        change = menu("Change", f"{action_ids.CHANGE_PERSON}:{person.id}", changes)
        blocks.append(section(person_text(person, today), change))
    blocks += and_more_block(found.people, MOST_PEOPLE, "person")
    if not found.people:
        blocks.append(section("Nobody yet. Whom do you talk to there?"))
    blocks += _offered_blocks(found, today)
    told = []
    if found.our_sponsor:
        ours = mention(found.our_sponsor) if is_member_id(found.our_sponsor) else escape_clip(found.our_sponsor, 120)
        told.append(f"Our sponsor: {ours}")
    if found.domains:
        told.append(f"Mail domains: {', '.join(escape_clip(domain, 80) for domain in found.domains[:10])}")
    if told:
        blocks.append(context(" · ".join(told)))
    add = button("Add a person", action_ids.ADD_PERSON, str(found.partner_id), style="primary")
    blocks.append(actions(add, open_card_button(found.partner_id)))
    return Message(escape(title), with_distinct_labels(blocks))


def _offered_blocks(found: PeopleList, today: date) -> list[Block]:
    """Offer addresses that were seen and are nobody's yet, the latest first."""
    blocks: list[Block] = []
    for one in found.offered[:MAX_OFFERED]:
        seen = f"Seen in {SEEN_IN[one.seen_in]}, {format_day(one.seen_on, today)}"
        add = button("Add", f"{action_ids.ADD_SEEN_PERSON}:{one.id}", str(one.id))
        refuse = button("Not a contact", f"{action_ids.REFUSE_SEEN_PERSON}:{one.id}", str(one.id))
        blocks += [section(f"*New?* {escape_clip(one.address, 254)}\n{seen}"), actions(add, refuse)]
    blocks += and_more_block(found.offered, MAX_OFFERED, "address")
    if blocks:
        blocks.append(
            context("Only the partner's owner and stewards see these addresses. Unanswered ones are deleted.")
        )
    return blocks


def refused_message(done: AddressRefused) -> Message:
    """Say that an address is no contact, with *Undo*. The button has the address, which is stored no more."""
    who = f"{escape_clip(done.address, 254)} at {bold(done.partner)}"
    people = button("People", f"{action_ids.VERB}:people", f"people:{done.partner_id}")
    if done.undone:
        text = f":leftwards_arrow_with_hook: Undone: {who} is offered as a contact again."
        return Message(text, [section(text), actions(people)])
    text = f":white_check_mark: {who} is no contact. It is deleted here and not offered again."
    undo = button("Undo", action_ids.UNDO_REFUSAL, f"{done.id}:{done.address}")
    return Message(text, [section(text), actions(undo, people)])


def person_text(person: PersonView, today: date) -> str:
    """Say who somebody is and when they were last spoken with."""
    who = ", ".join(part for part in (bold(person.name), escape_clip(person.role or "", 120)) if part)
    reach = [f"<@{person.slack_id}>" if is_member_id(person.slack_id) else "", escape_clip(person.address or "", 254)]
    marks = [
        "their sponsor" if person.is_sponsor else "",
        f"left on {format_day(person.left_on, today)}" if person.left_on else "",
        "mail to them comes back" if person.bounced else "",
        "contact with them never counts by itself" if person.never_counts else "",
    ]
    lines = [
        who,
        " · ".join(part for part in (*reach, *marks) if part),
        f"Last spoke: {last_touch_words(person, today)}" if person.last_on else "No touch with them yet",
        f"_{escape_clip(person.notes, 300)}_" if person.notes else "",
    ]
    return "\n".join(line for line in lines if line)


def last_touch_words(person: PersonView, today: date) -> str:
    """Say when and how somebody was last spoken with: `12 Nov, by mail`."""
    if person.last_on is None or person.last_kind is None:
        return ""
    how = escape_clip(person.last_medium, 80) if person.last_medium else KIND_NAMES[person.last_kind][0]
    return f"{format_day(person.last_on, today)}, {how}"


def last_spoke_line(person: PersonView, today: date) -> str:
    """Say with whom we spoke last: `Last spoke: Jane Doe, 12 Nov, mail`."""
    return f"Last spoke: {escape_clip(person.name, 120)}, {last_touch_words(person, today)}"


def person_form(found: PersonValues, team: Team) -> Block:
    """Build the form of a person."""
    return _form(f"{callback_ids.PERSON_EDIT}:{found.person_id}", "Edit a person", "Save", found, team)


def new_person_form(
    partner_id: int, partner: str, team: Team, *, values: Mapping[str, Any] | None = None, activity_id: int = 0
) -> Block:
    """Build the form of a person who is new, filled with what is known; `activity_id` is where they were named."""
    found = PersonValues(0, partner_id, partner, values or {})
    at = f":{activity_id}" if activity_id else ""
    return _form(f"{callback_ids.PERSON_ADD}:{partner_id}{at}", "Add a person", "Add", found, team)


def _form(callback_id: str, title: str, submit: str, found: PersonValues, team: Team) -> Block:
    inputs = [
        input_block(
            field.name,
            field.label,
            field.input.element(found.values.get(field.name), team),
            not field.required,
            field.hint,
        )
        for field in PERSON_FIELDS.values()
    ]
    return build_form(callback_id, title, submit, [section(bold(found.partner)), *inputs])


def saved_message(done: PersonSaved) -> Message:
    """Say what became of a person, with *Undo*."""
    who = f"{escape_clip(done.name, 120)} of {bold(done.partner)}"
    undo: Block | None = None
    if done.erased:
        text = f":wastebasket: {who} is deleted, with their address, their notes and where they were named."
    elif done.undone:
        text = f":leftwards_arrow_with_hook: Undone: {who}."
    elif done.is_new:
        text = f":white_check_mark: Added {who}."
        undo = button("Undo", action_ids.UNDO_PERSON, str(done.person_id))
    elif not done.changed:
        text = f"{who} is unchanged."
    else:
        text = f":white_check_mark: Saved {who}: {', '.join(done.changed)}."
        if done.amendment_id:
            undo = button("Undo", action_ids.UNDO_PERSON_EDIT, str(done.amendment_id))
    people = button("People", f"{action_ids.VERB}:people", f"people:{done.partner_id}")
    return Message(text, [section(text), actions(*([undo] if undo else []), people)])


def erase_message(found: PersonSaved) -> Message:
    """Ask whether to delete a person for good."""
    text = (
        f"Delete {escape_clip(found.name, 120)} of {bold(found.partner)} for good? Their name, address, notes, history "
        "and where they were named go; what you did together and what they rated stays, without their name. Words "
        "that people typed stay as typed. This can't be undone."
    )
    erase = button("Delete for good", action_ids.ERASE_PERSON, str(found.person_id), style="danger")
    return Message(text, [section(text), actions(erase)])
