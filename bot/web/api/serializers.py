"""Serialize rows for the API."""

from collections.abc import Sequence

from bot.actions.caller import Caller
from bot.formatting import exact_money
from bot.web.api.models import Activity, Moved, Partner, Rating
from bot.workspace.team import Team
from scoring.rvi import Score
from scoring.vocabulary import Direction, Kind, Outcome, Side, Status
from storage import tables
from storage.ledger.source_keys import external_id_of


def activity_json(row: tables.Activity, partner: str, team: Team) -> Activity:
    return Activity(
        id=row.id or 0,
        partner_id=row.partner_id,
        partner=partner,
        kind=Kind(row.kind),
        direction=Direction(row.direction),
        occurred_on=row.occurred_on,
        count=row.count,
        title=row.title,
        outcome=Outcome(row.outcome) if row.outcome else None,
        value=None if row.value_minor is None else exact_money(row.value_minor, team.currency),
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        external_id=external_id_of(row.source_key),
        voided=row.voided_at is not None,
    )


def rating_json(row: tables.TrustRating, partner: str, rvi: Moved | None) -> Rating:
    return Rating(
        id=row.id or 0,
        partner_id=row.partner_id,
        partner=partner,
        side="us" if row.side == Side.OURS else "them",
        level=row.level,
        rated_on=row.rated_on,
        rater=row.rater,
        note=row.note,
        external_id=external_id_of(row.source_key),
        rvi=rvi,
    )


def partner_json(row: tables.Partner, vertical: str | None, aliases: Sequence[str], external_id: str | None) -> Partner:
    return Partner(
        id=row.id or 0,
        name=row.name,
        aliases=list(aliases),
        vertical=vertical,
        owner=row.owner,
        status=Status(row.status),
        since_on=row.since_on,
        cadence_days=row.cadence_days,
        wiifm_us=row.wiifm_us,
        wiifm_them=row.wiifm_them,
        external_id=external_id,
    )


def rvi_change(caller: Caller, before: Score, after: Score) -> Moved | None:
    """Return the RVI before and after, as texts; None for a caller who may not know it."""
    if not caller.sees_scores:
        return None
    old, new = before.ours.rvi, after.ours.rvi
    return Moved(before=None if old is None else str(old), after=None if new is None else str(new))
