"""Who was spoken with at an activity, and when with each person last."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select, update

from storage.db.bulk import insert_many
from storage.db.upsert import insert_into
from storage.tables import Activity, ActivityContact, ContactPerson

ABSORBED = "absorbed"
"""Who voided automatic contact on a day of which another row tells: nobody took it back."""


@dataclass(frozen=True, slots=True)
class LastTouch:
    """The last touch with a person: its day, and what it was."""

    person_id: int
    activity_id: int
    day: date
    kind: str
    medium: str | None


def counts() -> ColumnElement[bool]:
    """Return the condition that an activity happened: it stands, or the row of its day that was typed stands for it."""
    return or_(col(Activity.voided_at).is_(None), col(Activity.voided_by) == ABSORBED)


def name_persons(
    session: Session, *, workspace_id: int, partner_id: int, activity_id: int, person_ids: Iterable[int]
) -> None:
    """Name contact persons of the partner at an activity, besides those that are named already."""
    rows = [
        {
            **{"workspace_id": workspace_id, "partner_id": partner_id},
            **{"activity_id": activity_id, "contact_person_id": person_id},
        }
        for person_id in dict.fromkeys(person_ids)
    ]
    if rows:
        session.flush()
        insert = insert_into(session, ActivityContact).values(rows)
        session.execute(insert.on_conflict_do_nothing(index_elements=["activity_id", "contact_person_id"]))


def unname_persons(
    session: Session, *, workspace_id: int, partner_id: int, activity_id: int, person_ids: Collection[int]
) -> None:
    """Name these contact persons of the partner at an activity no longer."""
    if person_ids:
        session.exec(
            delete(ActivityContact).where(
                col(ActivityContact.workspace_id) == workspace_id,
                col(ActivityContact.partner_id) == partner_id,
                col(ActivityContact.activity_id) == activity_id,
                col(ActivityContact.contact_person_id).in_(list(person_ids)),
            )
        )


def name_many(
    session: Session, *, workspace_id: int, columns: Mapping[str, Sequence[int]], batch_id: int | None
) -> None:
    """Name the contact persons of an import at its activities, given as columns."""
    insert_many(session, ActivityContact, columns=columns, same={"workspace_id": workspace_id, "batch_id": batch_id})


def set_persons(
    session: Session, *, workspace_id: int, partner_id: int, activity_id: int, person_ids: Collection[int]
) -> None:
    """Name exactly these contact persons of the partner at an activity."""
    session.exec(
        delete(ActivityContact).where(
            col(ActivityContact.workspace_id) == workspace_id,
            col(ActivityContact.activity_id) == activity_id,
            col(ActivityContact.contact_person_id).not_in(list(person_ids)),
        )
    )
    name_persons(
        session, workspace_id=workspace_id, partner_id=partner_id, activity_id=activity_id, person_ids=person_ids
    )


def persons_at(
    session: Session, *, workspace_id: int, activity_ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Return the persons named at activities by activity: id and name, by name."""
    query = (
        select(ActivityContact.activity_id, ContactPerson.id, ContactPerson.name)
        .join(ContactPerson, col(ContactPerson.id) == col(ActivityContact.contact_person_id))
        .where(
            ActivityContact.workspace_id == workspace_id,
            ContactPerson.workspace_id == workspace_id,
            col(ActivityContact.activity_id).in_(activity_ids),
            col(ContactPerson.voided_at).is_(None),
        )
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for activity_id, person_id, name in session.exec(query):
        found.setdefault(activity_id, []).append((person_id or 0, name))
    return {one: sorted(named, key=lambda pair: pair[1].casefold()) for one, named in found.items()}


def last_touches(
    session: Session, *, workspace_id: int, partner_ids: Collection[int] | None = None, until: date
) -> dict[int, LastTouch]:
    """Return the last touch with each person up to a day, by person."""
    query = (
        select_columns(
            col(ActivityContact.contact_person_id),
            col(Activity.id),
            col(Activity.occurred_on),
            col(Activity.kind),
            col(Activity.medium),
        )
        .join(Activity, col(Activity.id) == col(ActivityContact.activity_id))
        .where(
            col(ActivityContact.workspace_id) == workspace_id,
            col(Activity.workspace_id) == workspace_id,
            col(Activity.occurred_on) <= until,
            col(Activity.kind) != "attempt",
            counts(),
        )
        .order_by(col(Activity.occurred_on), col(Activity.id))
    )
    if partner_ids is not None:
        query = query.where(col(ActivityContact.partner_id).in_(partner_ids))
    rows = session.execute(query)
    return {person_id: LastTouch(person_id, *touch) for person_id, *touch in rows}


def persons_by_touch(
    session: Session, *, workspace_id: int, after: date, until: date, partner_ids: Collection[int] | None = None
) -> dict[int, list[frozenset[int]]]:
    """Return, by partner, who was named at each touch in `(after, until]`; a touch of nobody known has an empty set.

    The rows of one day are one touch. Partners at whose touches nobody was named are left out.
    """
    query = (
        select_columns(col(Activity.partner_id), col(Activity.occurred_on), col(ActivityContact.contact_person_id))
        .join(ActivityContact, col(ActivityContact.activity_id) == col(Activity.id), isouter=True)
        .where(
            col(Activity.workspace_id) == workspace_id,
            col(Activity.occurred_on) > after,
            col(Activity.occurred_on) <= until,
            col(Activity.kind) != "attempt",
            counts(),
            col(Activity.partner_id).in_(
                select(ContactPerson.partner_id).where(
                    ContactPerson.workspace_id == workspace_id, col(ContactPerson.voided_at).is_(None)
                )
            ),
        )
    )
    if partner_ids is not None:
        query = query.where(col(Activity.partner_id).in_(partner_ids))
    days: dict[int, dict[date, set[int]]] = {}
    for partner_id, day, person_id in session.execute(query):
        named = days.setdefault(partner_id, {}).setdefault(day, set())
        if person_id is not None:
            named.add(person_id)
    return {
        partner_id: [frozenset(named) for named in by_day.values()]
        for partner_id, by_day in days.items()
        if any(by_day.values())
    }


def move_with(session: Session, *, workspace_id: int, activity_id: int) -> None:
    """Drop the persons of an activity that is now of another partner, where they do not work."""
    session.exec(
        delete(ActivityContact).where(
            col(ActivityContact.workspace_id) == workspace_id, col(ActivityContact.activity_id) == activity_id
        )
    )


def follow_person(session: Session, *, workspace_id: int, person_id: int, into_id: int) -> None:
    """Name another person of the same partner wherever one was named: they are the same."""
    mine = (col(ActivityContact.workspace_id) == workspace_id) & (col(ActivityContact.contact_person_id) == person_id)
    both = select(ActivityContact.activity_id).where(
        ActivityContact.workspace_id == workspace_id, ActivityContact.contact_person_id == into_id
    )
    session.exec(delete(ActivityContact).where(mine, col(ActivityContact.activity_id).in_(both)))
    session.exec(update(ActivityContact).where(mine).values(contact_person_id=into_id))
