"""Read operations. They return the same numbers as the cards and `tend score --json`."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_scored_partner, partner_id_by_name
from bot.errors import NotFound
from bot.messages import as_json
from bot.scores import outlook
from bot.scores import query as scores
from bot.scores.models import ScoredPartner as Scored
from bot.web.api import serializers
from bot.web.api.known_rows import source_of
from bot.web.api.models import (
    ActivitiesQuery,
    ActivityPage,
    Change,
    ForecastPage,
    ForecastQuery,
    NoQuery,
    Paged,
    Partner,
    PartnerPage,
    PartnersQuery,
    Score,
    ScoredPartner,
    ScorePage,
    ScoresQuery,
)
from bot.web.api.types import ApiCall, ApiResult, day_or_today, find_partner_id, parse_id
from scoring.months import add_months
from storage import tables
from storage.ledger import activities as ledger
from storage.partners import external_ids, names, partners, verticals

NO_ACTIVITY = "There is no such activity in this workspace."
NO_PARTNER = "There is no such partner in this workspace."
T = TypeVar("T")


def list_activities(session: Session, caller: Caller, call: ApiCall[None, ActivitiesQuery]) -> ApiResult:
    query = call.query
    rows = ledger.list_page(
        session,
        workspace_id=caller.team.id,
        limit=query.limit + 1,
        before_id=int(query.cursor) if query.cursor else None,
        partner_id=find_partner_id(session, caller, query.partner) if query.partner else None,
        since=query.since,
        until=query.until,
    )
    page = [serializers.activity_json(row, name, caller.team) for name, row in rows[: query.limit]]
    return ApiResult(200, ActivityPage(activities=page, next=str(page[-1].id) if len(rows) > query.limit else None))


def show_activity(session: Session, caller: Caller, call: ApiCall[None, NoQuery]) -> ApiResult:
    id = parse_id(call.named)
    row = None if id is None else ledger.get(session, workspace_id=caller.team.id, activity_id=id)
    if row is None:
        raise NotFound(NO_ACTIVITY)
    return ApiResult(
        200, serializers.activity_json(row, get_partner(session, caller, row.partner_id).name, caller.team)
    )


def list_partners(session: Session, caller: Caller, call: ApiCall[None, PartnersQuery]) -> ApiResult:
    query, scope = call.query, {"workspace_id": caller.team.id}
    rows = partners.list_partners(session, **scope)
    matching = [(row.id or 0, row) for row in rows if query.status in (None, row.status)]
    page, following = _paginate(matching, query)
    vertical_names = {vertical.id: vertical.name for vertical in verticals.list_verticals(session, **scope)}
    names_by_id: dict[int, list[str]] = {}
    for name, id in names.list_names(session, **scope):
        names_by_id.setdefault(id, []).append(name)
    ids = _ids_by_partner(session, caller)
    page_json = [
        serializers.partner_json(
            row,
            vertical_names.get(row.vertical_id),
            [name for name in names_by_id.get(row.id or 0, ()) if name != row.name],
            ids.get(row.id or 0),
        )
        for row in page
    ]
    return ApiResult(200, PartnerPage(partners=page_json, next=following))


def show_partner(session: Session, caller: Caller, call: ApiCall[None, NoQuery]) -> ApiResult:
    """Show a partner, found by id or by name, with its score."""
    row = find_partner(session, caller, call.named)
    scored = get_scored_partner(session, caller, row.id or 0)
    return ApiResult(200, with_score(partner_with_names(session, caller, row), scored, caller))


def find_partner(session: Session, caller: Caller, named: str) -> tables.Partner:
    """Find a partner by id or by name."""
    id = parse_id(named)
    row = None if id is None else partners.get(session, workspace_id=caller.team.id, partner_id=id)
    try:
        return row or get_partner(session, caller, partner_id_by_name(session, caller, named))
    except NotFound:
        raise NotFound(NO_PARTNER) from None


def with_score(partner: Partner, scored: Scored, caller: Caller) -> ScoredPartner:
    """Add a score that was computed to a serialized partner."""
    return ScoredPartner(**dict(partner), score=Score(**as_json.score(scored, caller.team.currency)))


def _ids_by_partner(session: Session, caller: Caller) -> dict[int, str]:
    """Return each partner's id in the integration's system, else the first that it has in any."""
    own, ids = source_of(caller), external_ids.list_ids(session, workspace_id=caller.team.id)
    first_last = sorted(reversed(ids), key=lambda known: known.source == own)
    return {known.partner_id: known.external_id for known in first_last}


def partner_with_names(session: Session, caller: Caller, row: tables.Partner) -> Partner:
    """Serialize a partner with its vertical and aliases."""
    name_rows = names.partner_names(session, workspace_id=row.workspace_id, partner_id=row.id or 0)
    aliases = [name_row.name for name_row in name_rows if name_row.is_alias]
    ids = _ids_by_partner(session, caller)
    return serializers.partner_json(row, verticals.vertical_name(session, partner=row), aliases, ids.get(row.id or 0))


def list_scores(session: Session, caller: Caller, call: ApiCall[None, ScoresQuery]) -> ApiResult:
    page, following = _load_page(session, caller, call.query)
    page_scores = [Score(**as_json.score(partner, caller.team.currency)) for partner in page]
    return ApiResult(200, ScorePage(scores=page_scores, next=following))


def show_forecast(session: Session, caller: Caller, call: ApiCall[None, ForecastQuery]) -> ApiResult:
    page, following = _load_page(session, caller, call.query)
    until = add_months(day_or_today("as_of", call.query.as_of, caller), call.query.months)
    steps = outlook.forecast_partners(session, team=caller.team, scored=page, until=until)
    rows: Iterable[dict[str, Any]] = (
        row
        for partner, partner_steps in zip(page, steps, strict=True)
        for row in as_json.forecast(partner, partner_steps)
    )
    return ApiResult(200, ForecastPage(changes=[Change(**row) for row in rows], next=following))


def _load_page(session: Session, caller: Caller, query: ScoresQuery) -> tuple[list[Scored], str | None]:
    partner_id = find_partner_id(session, caller, query.partner) if query.partner else None
    as_of = day_or_today("as_of", query.as_of, caller)
    scored = scores.load_scored(session, team=caller.team, day=as_of, partner_id=partner_id)
    return _paginate([(partner.partner.id, partner) for partner in scored], query)


def _paginate(pairs: Iterable[tuple[int, T]], query: Paged) -> tuple[list[T], str | None]:
    """Return the page after the cursor, and the next cursor."""
    after = int(query.cursor) if query.cursor else 0
    remaining = sorted((pair for pair in pairs if pair[0] > after), key=lambda pair: pair[0])
    page = remaining[: query.limit]
    return [item for _, item in page], str(page[-1][0]) if len(remaining) > len(page) else None
