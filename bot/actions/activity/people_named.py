"""Who was spoken with, as what was typed names them."""

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.grammar.people import people_in
from storage.contacts import persons, spoken_with
from storage.tables import Activity


def name_people(session: Session, caller: Caller, row: Activity) -> tuple[int, ...]:
    """Name the partner's people at an activity that its words name. The words stay. Return their ids."""
    of = {"workspace_id": caller.team.id, "partner_id": row.partner_id}
    text = "\n".join(part for part in (row.title, row.note) if part)
    if not text:
        return ()
    known = persons.list_persons(session, workspace_id=caller.team.id, partner_ids=[row.partner_id])
    named = people_in(text, {person.id or 0: person.name for person in known})
    spoken_with.name_persons(session, **of, activity_id=row.id or 0, person_ids=named)
    return named
