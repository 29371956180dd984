"""What there is to talk about with a partner, as the record has it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_scored_partner, log_change, row_id
from bot.actions.partner_values import SaveResult
from bot.scores.models import ScoredPartner
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import occasions
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class Occasion:
    """An open lead, what is planned next, and the last row that says what it was about."""

    lead: Entry | None = None
    coming: Entry | None = None
    topic: Entry | None = None


NONE = Occasion()


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a short message to a partner is drafted from."""

    scored: ScoredPartner
    occasion: Occasion


def occasions_of(session: Session, *, team: Team, partner_ids: Collection[int], day: date) -> Mapping[int, Occasion]:
    """Return what there is to talk about with each of these partners on a day, by partner id."""
    if not partner_ids:
        return {}
    asked: dict[str, Any] = {"workspace_id": team.id, "partner_ids": partner_ids}
    leads = occasions.open_leads(session, **asked)
    coming = occasions.coming(session, **asked, after=day)
    topics = occasions.last_topics(session, **asked, until=day)
    return {id: Occasion(*(_entry(of.get(id)) for of in (leads, coming, topics))) for id in partner_ids}


def _entry(row: Activity | None) -> Entry | None:
    return Entry.of(row) if row else None


def check_in(engine: Engine, caller: Caller, partner_id: int) -> CheckIn:
    """Return what a message to a partner can speak of.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        scored = get_scored_partner(session, caller, partner_id)
        id = scored.partner.id
        found = occasions_of(session, team=caller.team, partner_ids=[id], day=caller.today)
        return CheckIn(scored, found[id])


@retried
def keep_as_it_is(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """Answer that a partner who was told of several times stays as it is: it is told again only once it is worse.

    Raises:
        NotFound: it is none of this workspace.
    """
    with writing(engine) as session:
        partner = get_partner(session, caller, partner_id)
        log_change(session, caller, "partner", row_id(partner), "kept", None, "as it is")
        return SaveResult(row_id(partner), partner.name)
