"""Contact that counts by itself, from whatever source: channels, mail, calendars.

Each source keeps the day, the side and the persons, and never a word of what was said.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session

from bot.workspace.team import Team
from scoring.vocabulary import Direction, Status
from storage.contacts import persons, spoken_with
from storage.contacts.addresses import AddressMatch
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import automatic, withdrawals
from storage.partners import partners


class Source(StrEnum):
    """Where contact was noticed, as the recorder of its rows."""

    CHANNEL = "channel"
    MAIL = "mail"
    CALENDAR = "calendar"


_MEDIA = {Source.CHANNEL: "shared channel", Source.MAIL: "mail", Source.CALENDAR: withdrawals.MEDIUM}


@retried
def record_automatic_contact(
    engine: Engine,
    team: Team,
    partner_id: int,
    day: date,
    source: Source,
    *,
    side: Direction,
    person_ids: Collection[int] = (),
    now: datetime,
) -> bool:
    """Record contact with a partner on a day, in a transaction of its own. Return True if it is news.

    `person_ids` are contact persons of the partner who took part; none where it is only known to be the partner.
    Contact with nobody but persons who never count, or had left, is none. The same may be said any number of times, by
    any number of processes: there is one touch a partner and day.
    """
    with writing(engine) as session:
        return put_automatic_contact(session, team, partner_id, day, source, side=side, person_ids=person_ids, now=now)


def put_automatic_contact(
    session: Session,
    team: Team,
    partner_id: int,
    day: date,
    source: Source,
    *,
    side: Direction,
    person_ids: Collection[int] = (),
    now: datetime,
) -> bool:
    """Do the same within a transaction."""
    partner = partners.get(session, workspace_id=team.id, partner_id=partner_id)  # may have been merged just now
    if partner is None or partner.id is None or partner.status == Status.ENDED:
        return False
    known = persons.list_persons(session, workspace_id=team.id, partner_ids=[partner.id])
    meant = [person for person in known if person.id in person_ids]
    counting = [
        person.id
        for person in meant
        if person.id is not None and not person.never_counts and (person.left_on is None or person.left_on > day)
    ]
    if meant and not counting:
        return False
    row_id, is_new = automatic.record_contact(
        session,
        workspace_id=team.id,
        partner_id=partner.id,
        day=day,
        source=source,
        medium=_MEDIA[source],
        side=side,
        now=now,
    )
    spoken_with.name_persons(
        session, workspace_id=team.id, partner_id=partner.id, activity_id=row_id, person_ids=counting
    )
    return is_new


def matched_partners(known: Mapping[str, AddressMatch], addresses: Iterable[str]) -> dict[int, list[int]]:
    """Return the partners of addresses, each with the persons among them."""
    found: dict[int, list[int]] = {}
    for address in addresses:
        match = known.get(address)
        if match is None or match.never_counts:
            continue
        for person in match.persons:
            found.setdefault(person.partner_id, []).append(person.id)
        if match.partner_id is not None and not match.persons:
            found.setdefault(match.partner_id, [])
    return found
