"""The people at a partner as they are shown, whoever shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.workspace.team import Team
from scoring.vocabulary import Kind
from storage.contacts import persons, seen_addresses, spoken_with
from storage.contacts.addresses import find_by_addresses
from storage.tables import ContactPerson, Partner


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody at a partner, with the last touch: its day, row, kind and medium. `bounced`: mail to them came back."""

    id: int
    name: str
    role: str | None
    address: str | None
    slack_id: str | None
    notes: str | None
    left_on: date | None
    is_sponsor: bool
    never_counts: bool
    bounced: bool
    last_on: date | None = None
    last_id: int = 0
    last_kind: Kind | None = None
    last_medium: str | None = None


@dataclass(frozen=True, slots=True)
class OfferedAddress:
    """An address at a partner's domain that is nobody's, offered as a person there.

    `seen_in` is where it was seen last: mail or calendar.
    """

    id: int
    address: str
    seen_on: date
    seen_in: str


def view_offered(session: Session, caller: Caller, partner: Partner) -> list[OfferedAddress]:
    """Return the addresses that are offered at a partner to its owner and stewards, the latest seen first.

    Not what somebody has by now, nor what is at a domain that is the partner's no more.
    """
    if partner.owner != caller.user_id and not caller.is_steward:
        return []
    of = {"workspace_id": caller.team.id}
    rows = seen_addresses.list_offered(session, **of, partner_id=partner.id or 0)
    known = find_by_addresses(session, **of, addresses=[row.address or "" for row in rows])
    return [
        OfferedAddress(row.id or 0, row.address, row.seen_on, row.seen_in)
        for row in rows
        if row.address and (match := known.get(row.address)) and match.is_unknown and match.partner_id == partner.id
    ]


def view_people(session: Session, team: Team, partner_id: int, day: date) -> list[PersonView]:
    """Return the people at a partner: the sponsor first, those who left last."""
    of: Any = {"workspace_id": team.id, "partner_ids": [partner_id]}
    last = spoken_with.last_touches(session, **of, until=day)
    return [_view(row, last.get(row.id or 0)) for row in persons.list_persons(session, **of)]


def last_spoken_with(people: Sequence[PersonView]) -> PersonView | None:
    """Return the person with the newest touch."""
    spoken = [person for person in people if person.last_on is not None]
    return max(spoken, key=lambda person: (person.last_on or date.min, person.last_id), default=None)


def _view(row: ContactPerson, last: spoken_with.LastTouch | None) -> PersonView:
    return PersonView(
        id=row.id or 0,
        name=row.name,
        role=row.role,
        address=row.address,
        slack_id=row.slack_id,
        notes=row.notes,
        left_on=row.left_on,
        is_sponsor=row.is_sponsor,
        never_counts=row.never_counts,
        bounced=row.bounced_at is not None,
        last_on=last.day if last else None,
        last_id=last.activity_id if last else 0,
        last_kind=Kind(last.kind) if last else None,
        last_medium=last.medium if last else None,
    )
