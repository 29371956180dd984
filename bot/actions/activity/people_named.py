"""Who was spoken with, as what was typed names them."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.grammar.people import listed_names, people_in, share_given_name
from storage.contacts import persons, spoken_with
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class UnknownPerson:
    """A name that was typed and names nobody known at the partner. `is_shared` if several people go by it."""

    name: str
    is_shared: bool


def name_people(session: Session, caller: Caller, row: Activity, before: str = "") -> None:
    """Name the partner's people at an activity whom its words name. The words stay.

    `before` is what its words were: people whom only they named are no longer named.
    """
    text = words_of(row)
    if text == before:
        return
    of = {"workspace_id": caller.team.id, "partner_id": row.partner_id}
    known = _known(session, caller, row.partner_id)
    named = people_in(text, known)
    dropped = set(people_in(before, known)) - set(named)
    spoken_with.unname_persons(session, **of, activity_id=row.id or 0, person_ids=dropped)
    spoken_with.name_persons(session, **of, activity_id=row.id or 0, person_ids=named)


def words_of(row: Activity) -> str:
    """Return the words of an activity in which people are named."""
    return "\n".join(part for part in (row.title, row.note) if part)


def name_listed(session: Session, caller: Caller, row: Activity, typed: str | None) -> tuple[UnknownPerson, ...]:
    """Name the partner's people at an activity whom a list names, each by itself: `Jane, Sam (sales) and Bob`.

    Return the names in it that name nobody known there.
    """
    names = listed_names(typed or "")
    if not names:
        return ()
    known = _known(session, caller, row.partner_id)
    named = {name: people_in(name, known) for name in names}
    ids = [person_id for found in named.values() for person_id in found]
    of = {"workspace_id": caller.team.id, "partner_id": row.partner_id}
    spoken_with.name_persons(session, **of, activity_id=row.id or 0, person_ids=ids)
    everybody = list(known.values())
    return tuple(UnknownPerson(name, share_given_name(name, everybody)) for name, found in named.items() if not found)


def _known(session: Session, caller: Caller, partner_id: int) -> dict[int, str]:
    known = persons.list_persons(session, workspace_id=caller.team.id, partner_ids=[partner_id])
    return {person.id or 0: person.name for person in known}
