"""Load what signals need to know of the people at partners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.workspace.team import Team
from scoring.months import add_months
from scoring.people import LOOKED_BACK_MONTHS, Sponsor, only_person
from storage.contacts import persons, spoken_with


@dataclass(frozen=True, slots=True)
class PeopleFacts:
    """A partner's sponsor who can no longer be reached, and the one person with whom all touches of half a year were,
    by name.
    """

    gone_sponsor: Sponsor | None = None
    only_person: str | None = None


NOBODY = PeopleFacts()


def load_people(session: Session, *, team: Team, day: date, only: Collection[int] | None) -> dict[int, PeopleFacts]:
    """Return what is known of the people at partners on a day, by partner; those without persons are left out."""
    of_each: dict[int, list[str]] = {}
    gone: dict[int, Sponsor] = {}
    names: dict[int, str] = {}
    for row in persons.list_persons(session, workspace_id=team.id, partner_ids=only):
        names[row.id or 0] = row.name
        of_each.setdefault(row.partner_id, []).append(row.name)
        if row.is_sponsor:
            sponsor = Sponsor(row.name, row.left_on, team.today(row.bounced_at) if row.bounced_at else None)
            if sponsor.gone_on(day):
                gone[row.partner_id] = sponsor
    if not names:
        return {}
    since = add_months(day, -LOOKED_BACK_MONTHS)
    touches = spoken_with.persons_by_touch(
        session, workspace_id=team.id, after=since, until=day, partner_ids=list(of_each)
    )
    alone = {of: names.get(person) for of, each in touches.items() if (person := only_person(each)) is not None}
    return {of: PeopleFacts(gone.get(of), alone.get(of)) for of in gone.keys() | alone.keys()}
