"""The people at a partner: who they are, who backs the partnership, who left, and whom to forget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import (
    clean_name,
    get_partner,
    log_change,
    require_can_undo,
    require_owner_or_steward,
    row_id,
)
from bot.actions.contact_people import OfferedAddress, PersonView, view_offered, view_people
from bot.errors import FieldError, NotAllowed, NotFound
from bot.forms.person_fields import PERSON_FIELDS
from storage.contacts import addresses, persons, seen_addresses, spoken_with
from storage.contacts.addresses import address_key, name_and_address
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import activities, amendments
from storage.name_key import name_key
from storage.notifications import told_signals
from storage.tables import ContactPerson

ERASE_ACTION = "delete a person"
_NO_NAME = "A person needs a name."
_NOT_HERE = "That person is not in this workspace."


@dataclass(frozen=True, slots=True)
class PeopleList:
    """The people at a partner, its domains, and who backs it on our side: a member's id or a name.

    `offered` are addresses that may be a person's there, for the partner's owner and stewards only.
    """

    partner_id: int
    partner: str
    people: Sequence[PersonView]
    domains: Sequence[str]
    our_sponsor: str | None
    offered: Sequence[OfferedAddress] = ()


@dataclass(frozen=True, slots=True)
class PersonValues:
    """A person's fields for their form, by name."""

    person_id: int
    partner_id: int
    partner: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PersonSaved:
    """A person after a change. `changed` lists the labels of fields that differ; `amendment_id` undoes an edit.

    `is_new` if they were just added. `undone` if this was an undo, `erased` if they are deleted.
    """

    person_id: int
    partner_id: int
    partner: str
    name: str
    changed: tuple[str, ...] = ()
    amendment_id: int | None = None
    is_new: bool = False
    undone: bool = False
    erased: bool = False


def list_people(engine: Engine, caller: Caller, partner_id: int) -> PeopleList:
    """List the people at a partner, each with the last touch."""
    with reading(engine) as session:
        partner = get_partner(session, caller, partner_id)
        of = {"workspace_id": caller.team.id, "partner_id": row_id(partner)}
        return PeopleList(
            row_id(partner),
            partner.name,
            view_people(session, caller.team, row_id(partner), caller.today),
            addresses.domains_of(session, **of),
            partner.our_sponsor_id or partner.our_sponsor,
            view_offered(session, caller, partner),
        )


def prepare_person(engine: Engine, caller: Caller, person_id: int) -> PersonValues:
    """Load a person's fields for their form."""
    with reading(engine) as session:
        row = _person(session, caller, person_id)
        partner = get_partner(session, caller, row.partner_id)
        return PersonValues(
            person_id, row_id(partner), partner.name, {name: getattr(row, name) for name in PERSON_FIELDS}
        )


@retried
def add_person(
    engine: Engine, caller: Caller, partner_id: int, values: Mapping[str, Any], *, activity_id: int = 0
) -> PersonSaved:
    """Add a person to a partner. `activity_id` is an activity there that named them before they were known, if any.

    Raises:
        FieldError: a value is invalid, or somebody there has that name or address.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)
        row = insert_person(session, caller, row_id(partner), values)
        _name_at(session, caller, row, activity_id)
        return PersonSaved(row.id or 0, row_id(partner), partner.name, row.name, is_new=True)


def _name_at(session: Session, caller: Caller, person: ContactPerson, activity_id: int) -> None:
    """Name a new person at the activity that was with them, unless it was undone or is another partner's by now."""
    of: Any = {"workspace_id": caller.team.id, "activity_id": activity_id}
    activity = activities.get(session, **of) if activity_id else None
    if activity is not None and activity.voided_at is None and activity.partner_id == person.partner_id:
        spoken_with.name_persons(session, **of, partner_id=person.partner_id, person_ids=[person.id or 0])


def insert_person(session: Session, caller: Caller, partner_id: int, values: Mapping[str, Any]) -> ContactPerson:
    """Add a person within a transaction. Raises as `add_person`."""
    values = _validate(session, caller, partner_id, {"name": None, **values}, None)
    is_sponsor = values.pop("is_sponsor", False)
    values.pop("address_key", None)  # made of the address
    row = persons.add(
        session, workspace_id=caller.team.id, partner_id=partner_id, by=caller.user_id, now=caller.now, **values
    )
    if is_sponsor:
        persons.set_sponsor(session, workspace_id=caller.team.id, partner_id=partner_id, person_id=row.id)
    log_change(session, caller, persons.SUBJECT, row.id or 0, "added", None, row.name)
    return row


@retried
def edit_person(engine: Engine, caller: Caller, person_id: int, values: Mapping[str, Any]) -> PersonSaved:
    """Change fields of a person, with a note of each and a way back.

    Raises:
        FieldError: a value is invalid, or somebody else there has that name or address.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _person(session, caller, person_id)
        partner = get_partner(session, caller, row.partner_id)
        new = _validate(session, caller, row.partner_id, values, row)
        changed = {name: value for name, value in new.items() if getattr(row, name) != value}
        if not changed:
            return PersonSaved(person_id, row_id(partner), partner.name, row.name)
        kept = amendments.note(
            session,
            workspace_id=caller.team.id,
            partner_id=row.partner_id,
            subject=persons.SUBJECT,
            subject_id=person_id,
            before={name: getattr(row, name) for name in changed},
            after=changed,
            by=caller.user_id,
            now=caller.now,
        )
        labels = _set(session, caller, row, changed)
        return PersonSaved(person_id, row_id(partner), partner.name, row.name, labels, kept.id)


@retried
def undo_person(engine: Engine, caller: Caller, person_id: int) -> PersonSaved:
    """Take back that a person was added. The row stays, voided.

    Raises:
        NotAllowed: somebody else added them.
    """
    with writing(engine) as session:
        row = persons.get(session, workspace_id=caller.team.id, person_id=person_id)
        if row is None:
            raise NotFound(_NOT_HERE)
        require_can_undo(caller, row.created_by)
        partner = get_partner(session, caller, row.partner_id)
        if row.voided_at is None:
            row.voided_at, row.voided_by, row.is_sponsor = caller.now, caller.user_id, False
            session.add(row)
            log_change(session, caller, persons.SUBJECT, person_id, "added", row.name, None)
        return PersonSaved(person_id, row_id(partner), partner.name, row.name, undone=True)


@retried
def undo_person_edit(engine: Engine, caller: Caller, amendment_id: int) -> PersonSaved:
    """Undo an edit of a person.

    Raises:
        NotAllowed: it is somebody else's, or the person was changed or taken back since.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        kept = amendments.get(session, workspace_id=caller.team.id, amendment_id=amendment_id)
        if kept is None or kept.subject != persons.SUBJECT:
            raise NotFound("That change is not in this workspace.")
        require_can_undo(caller, kept.amended_by)
        row = _person(session, caller, kept.subject_id)
        partner = get_partner(session, caller, row.partner_id)
        labels: tuple[str, ...] = ()
        if kept.undone_at is None:
            after = amendments.columns(kept.subject, kept.after)
            if any(getattr(row, name) != value for name, value in after.items()):
                raise NotAllowed("Someone has changed this person again since, so they stay as they are.")
            labels = _set(session, caller, row, amendments.columns(kept.subject, kept.before))
            kept.undone_at, kept.undone_by = caller.now, caller.user_id
            session.add(kept)
        return PersonSaved(row.id or 0, row_id(partner), partner.name, row.name, labels, undone=True)


@retried
def erase_person(engine: Engine, caller: Caller, person_id: int) -> PersonSaved:
    """Delete a person with all that names them, for good. What was done with them stays, without their name.

    A hash of their address is kept, so that they are not offered as a new person when they write again.

    Raises:
        NotAllowed: the caller is neither the partner's owner nor a steward.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = persons.get(session, workspace_id=caller.team.id, person_id=person_id)
        if row is None:
            raise NotFound(_NOT_HERE)
        partner = require_owner_or_steward(session, caller, row.partner_id, ERASE_ACTION)
        name = row.name
        if row.address_key:
            seen_addresses.refuse_address(
                session,
                workspace_id=caller.team.id,
                partner_id=row_id(partner),
                address=row.address_key,
                seen_on=caller.today,
                by=caller.user_id,
                now=caller.now,
            )
        persons.erase(session, workspace_id=caller.team.id, person_id=person_id)
        log_change(session, caller, "partner", row_id(partner), "a person", "deleted on request", None)
        return PersonSaved(person_id, row_id(partner), partner.name, name, erased=True)


def require_can_erase(engine: Engine, caller: Caller, person_id: int) -> PersonSaved:
    """Load a person whom the caller may delete, to ask whether to. Raises as `erase_person`."""
    with reading(engine) as session:
        row = _person(session, caller, person_id)
        partner = require_owner_or_steward(session, caller, row.partner_id, ERASE_ACTION)
        return PersonSaved(person_id, row_id(partner), partner.name, row.name)


def name_sponsor(session: Session, caller: Caller, partner_id: int, text: str | None) -> None:
    """Make somebody at a partner its sponsor, adding them if nobody there has that name; None: nobody is.

    Raises:
        FieldError: the name is no name.
    """
    of = {"workspace_id": caller.team.id, "partner_id": partner_id}
    if not text:
        persons.set_sponsor(session, **of, person_id=None)
        return
    name, address = name_and_address(text)
    name = clean_name("their_sponsor", name, _NO_NAME)
    known = persons.find_by_name(session, **of, name=name)
    if not known:
        known = [persons.add(session, **of, name=name, address=address, by=caller.user_id, now=caller.now)]
    persons.set_sponsor(session, **of, person_id=known[0].id)


def _person(session: Session, caller: Caller, person_id: int) -> ContactPerson:
    row = persons.get(session, workspace_id=caller.team.id, person_id=person_id)
    if row is None or row.voided_at is not None:
        raise NotFound(_NOT_HERE)
    return row


def _validate(
    session: Session, caller: Caller, partner_id: int, values: Mapping[str, Any], row: ContactPerson | None
) -> dict[str, Any]:
    """Clean up the values. Nobody else at the partner has the same name or address."""
    found = dict(values)
    if "name" in found:
        found["name"] = clean_name("name", found["name"], _NO_NAME)
    if "address" in found:
        found["address_key"] = address_key(found["address"]) if found["address"] else None
        if found["address"] and found["address_key"] is None:
            raise FieldError("address", f"“{found['address'][:80]}” is not a mail address.")
    if found.get("left_on") and found["left_on"] > caller.today:
        raise FieldError("left_on", "That day is still to come.")
    if found.get("left_on") and "is_sponsor" not in found and row is None:
        found["is_sponsor"] = False
    for other in persons.list_persons(session, workspace_id=caller.team.id, partner_ids=[partner_id]):
        if row is not None and other.id == row.id:
            continue
        if "name" in found and name_key(other.name) == name_key(found["name"]):
            raise FieldError("name", f"{other.name} is already a person there.")
        if found.get("address_key") and other.address_key == found["address_key"]:
            raise FieldError("address", f"That is {other.name}'s address.")
    return found


def _set(session: Session, caller: Caller, row: ContactPerson, new: Mapping[str, Any]) -> tuple[str, ...]:
    """Write the changed columns and log each change. Return the fields' labels."""
    old = {name: getattr(row, name) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    if "address_key" in new:
        row.bounced_at = None
    session.add(row)
    session.flush()
    if "is_sponsor" in new:
        sponsor = row.id if row.is_sponsor else None
        if sponsor is not None:
            persons.set_sponsor(session, workspace_id=caller.team.id, partner_id=row.partner_id, person_id=sponsor)
    if {"left_on", "is_sponsor", "address_key"} & set(new):
        told_signals.delete_told(
            session, workspace_id=caller.team.id, partner_id=row.partner_id, signals=["sponsor_left"]
        )
    shown = [name for name in PERSON_FIELDS if name in new]
    for name in shown:
        words = (PERSON_FIELDS[name].input.words(value, caller.team) for value in (old[name], new[name]))
        log_change(session, caller, persons.SUBJECT, row.id or 0, PERSON_FIELDS[name].label, *words)
    return tuple(PERSON_FIELDS[name].label for name in shown)
