"""Contact that counts by itself, from whatever source: channels, mail, calendars.

Each source keeps the day, the side and the persons, and never a word of what was said. An unknown address is kept only
where it is at a domain that the team named as a partner's and looks like one person's: it is offered as a person there.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session

from bot.webhooks.activities import put_activity
from bot.webhooks.events import EventType
from bot.workspace.retention import ADDRESS_RETENTION
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Status
from storage.contacts import persons, seen_addresses, spoken_with
from storage.contacts.addresses import AddressMatch
from storage.contacts.mailboxes import is_personal
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import activities, automatic, withdrawals
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
    if is_new:
        _put_event(session, team, row_id, now)
    return is_new


def note_unknown(
    session: Session,
    team: Team,
    partner_id: int,
    known: Mapping[str, AddressMatch],
    addresses: Iterable[str],
    day: date,
    source: Source,
    *,
    now: datetime,
) -> None:
    """Offer the addresses among these as persons that are at the partner's domain and nobody's, within a transaction.

    Neither roles nor machines, nor what was seen too long ago to be kept.
    """
    matches = [match for address in addresses if (match := known.get(address)) is not None]
    unknown = {
        match.address
        for match in matches
        if match.is_unknown and match.partner_id == partner_id and is_personal(match.address)
    }
    if not unknown or day < (now - ADDRESS_RETENTION).date():
        return
    partner = partners.get(session, workspace_id=team.id, partner_id=partner_id)  # may have been merged just now
    if partner is not None and partner.id is not None and partner.status != Status.ENDED:
        of = {"workspace_id": team.id, "partner_id": partner.id}
        seen_addresses.note(session, **of, addresses=unknown, seen_on=day, seen_in=source)


def _put_event(session: Session, team: Team, row_id: int, now: datetime) -> None:
    """Tell of contact that is new, or that was noticed in another way too; not where a typed row tells of the day."""
    row = activities.get(session, workspace_id=team.id, activity_id=row_id)
    if row is not None and row.voided_at is None:
        event = EventType.ACTIVITY_RECORDED if row.recorded_at == now else EventType.ACTIVITY_EDITED
        put_activity(session, team, event, row, now)


def matched_partners(known: Mapping[str, AddressMatch], addresses: Iterable[str]) -> dict[int, list[int]]:
    """Return the partners of addresses, each with the persons among them."""
    found: dict[int, list[int]] = {}
    for address in addresses:
        match = known.get(address)
        if match is None or match.never_counts:
            continue
        for person in match.persons:
            found.setdefault(person.partner_id, []).append(person.id)
        if match.partner_id is not None and match.is_unknown:
            found.setdefault(match.partner_id, [])
    return found
