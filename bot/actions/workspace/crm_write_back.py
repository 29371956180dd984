"""What Tend writes into a CRM: RVI, band, last touch and owner of each partner, in fields that a steward named."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import Engine

from bot.actions.workspace.crm_connections import DueCrm
from bot.scores import query
from scoring.rvi import Score
from scoring.vocabulary import Band, Status
from storage.db.engine import reading
from storage.ledger.source_keys import source_name
from storage.partners import external_ids
from storage.partners.snapshots import PartnerSnapshot
from storage.workspaces import members

HOLDS = {"rvi": "number", "band": "text", "last_touch": "day", "owner": "text"}
WORDS = {"band": tuple(band.value for band in Band)}
"""What a field with fixed options has to offer, by Tend's own field."""
WRITTEN = frozenset(Status) - {Status.ENDED}

Values = dict[str, dict[str, str]]


def values_to_write(engine: Engine, due: DueCrm, now: datetime) -> Values:
    """Return what each company's fields should hold, by its id and the CRM's field. An empty text empties a field.

    What is too early to say or not known is empty: no number is better than one that does not hold. Partners that have
    ended are left as they were.
    """
    fields = due.fields.named()
    with reading(engine) as session:
        scores = dict(
            (partner.id, (partner, score))
            for partner, score in query.load_scores_on(
                session, team=due.team, day=due.team.today(now), statuses=WRITTEN
            )
        )
        names = {one.user_id: one.name for one in members.list_members(session, workspace_id=due.team.id)}
        known = external_ids.list_ids(session, workspace_id=due.team.id)
    values: Values = {}
    for one in known:
        if one.source == source_name(due.system) and one.partner_id in scores:
            told = _values(*scores[one.partner_id], names)
            values[one.external_id] = {field: told[name] for name, field in fields.items()}
    return values


def _values(partner: PartnerSnapshot, score: Score, names: Mapping[str, str]) -> dict[str, str]:
    says = score.ours.rvi is not None and not score.provisional
    touched, owner = score.facts.last_touch_on, partner.owner or ""
    return {
        "rvi": str(score.ours.rvi) if says else "",
        "band": str(score.ours.band or "") if says else "",
        "last_touch": touched.isoformat() if touched else "",
        "owner": names.get(owner, owner),
    }


def changed_values(wanted: Values, current: Mapping[str, Mapping[str, str]], fields: Mapping[str, str]) -> Values:
    """Return what differs from what the CRM has, of the companies that exist there."""
    own = {field: name for name, field in fields.items()}
    changed: Values = {}
    for company_id, values in wanted.items():
        has = current.get(company_id)
        if has is None:
            continue
        news = {field: value for field, value in values.items() if not _same(own[field], value, has.get(field, ""))}
        if news:
            changed[company_id] = news
    return changed


def _same(name: str, ours: str, theirs: str) -> bool:
    """Return whether a field holds a value already, however the CRM writes it: 1.5 is 1.50."""
    if name == "last_touch":
        return ours == theirs[:10]
    if name == "rvi" and ours and theirs:
        try:
            return Decimal(ours) == Decimal(theirs)
        except InvalidOperation:
            return False
    return ours == theirs
