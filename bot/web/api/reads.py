"""What the API tells: the same numbers as the cards and `tend score --json`."""

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
from storage.partners import names, partners, verticals

NO_ACTIVITY = "There is no such activity in this workspace."
NO_PARTNER = "There is no such partner in this workspace."
T = TypeVar("T")


def list_activities(session: Session, caller: Caller, asked: ApiCall[None, ActivitiesQuery]) -> ApiResult:
    query = asked.query
    found = ledger.list_page(
        session,
        workspace_id=caller.team.id,
        limit=query.limit + 1,
        before_id=int(query.cursor) if query.cursor else None,
        partner_id=find_partner_id(session, caller, query.partner) if query.partner else None,
        since=query.since,
        until=query.until,
    )
    told = [serializers.activity_json(row, name, caller.team) for name, row in found[: query.limit]]
    return ApiResult(200, ActivityPage(activities=told, next=str(told[-1].id) if len(found) > query.limit else None))


def show_activity(session: Session, caller: Caller, asked: ApiCall[None, NoQuery]) -> ApiResult:
    id = parse_id(asked.named)
    row = None if id is None else ledger.get(session, workspace_id=caller.team.id, activity_id=id)
    if row is None:
        raise NotFound(NO_ACTIVITY)
    return ApiResult(
        200, serializers.activity_json(row, get_partner(session, caller, row.partner_id).name, caller.team)
    )


def list_partners(session: Session, caller: Caller, asked: ApiCall[None, PartnersQuery]) -> ApiResult:
    query, of = asked.query, {"workspace_id": caller.team.id}
    rows = partners.list_partners(session, **of)
    wanted = [(row.id or 0, row) for row in rows if query.status in (None, row.status)]
    page, following = _paginate(wanted, query)
    lines = {one.id: one.name for one in verticals.list_verticals(session, **of)}
    named: dict[int, list[str]] = {}
    for name, id in names.list_names(session, **of):
        named.setdefault(id, []).append(name)
    told = [
        serializers.partner_json(
            row,
            lines.get(row.vertical_id),
            [name for name in named.get(row.id or 0, ()) if name != row.name],
        )
        for row in page
    ]
    return ApiResult(200, PartnerPage(partners=told, next=following))


def show_partner(session: Session, caller: Caller, asked: ApiCall[None, NoQuery]) -> ApiResult:
    """By its id, else by its name."""
    id = parse_id(asked.named)
    row = None if id is None else partners.get(session, workspace_id=caller.team.id, partner_id=id)
    try:
        row = row or get_partner(session, caller, partner_id_by_name(session, caller, asked.named))
    except NotFound:
        raise NotFound(NO_PARTNER) from None
    score = as_json.score(get_scored_partner(session, caller, row.id or 0), caller.team.currency)
    return ApiResult(200, ScoredPartner(**dict(partner_with_names(session, row)), score=Score(**score)))


def partner_with_names(session: Session, row: tables.Partner) -> Partner:
    """One partner with its vertical and its other names."""
    named = names.partner_names(session, workspace_id=row.workspace_id, partner_id=row.id or 0)
    aliases = [one.name for one in named if one.is_alias]
    return serializers.partner_json(row, verticals.vertical_name(session, partner=row), aliases)


def list_scores(session: Session, caller: Caller, asked: ApiCall[None, ScoresQuery]) -> ApiResult:
    page, following = _load_page(session, caller, asked.query)
    told = [Score(**as_json.score(one, caller.team.currency)) for one in page]
    return ApiResult(200, ScorePage(scores=told, next=following))


def show_forecast(session: Session, caller: Caller, asked: ApiCall[None, ForecastQuery]) -> ApiResult:
    page, following = _load_page(session, caller, asked.query)
    until = add_months(day_or_today("as_of", asked.query.as_of, caller), asked.query.months)
    steps = outlook.forecast_partners(session, team=caller.team, scored=page, until=until)
    rows: Iterable[dict[str, Any]] = (
        row for one, its in zip(page, steps, strict=True) for row in as_json.forecast(one, its)
    )
    return ApiResult(200, ForecastPage(changes=[Change(**row) for row in rows], next=following))


def _load_page(session: Session, caller: Caller, query: ScoresQuery) -> tuple[list[Scored], str | None]:
    of = find_partner_id(session, caller, query.partner) if query.partner else None
    as_of = day_or_today("as_of", query.as_of, caller)
    found = scores.load_scored(session, team=caller.team, day=as_of, partner_id=of)
    return _paginate([(one.partner.id, one) for one in found], query)


def _paginate(found: Iterable[tuple[int, T]], query: Paged) -> tuple[list[T], str | None]:
    """Of what has ids, the page after the cursor, and the cursor of the next."""
    after = int(query.cursor) if query.cursor else 0
    left = sorted((pair for pair in found if pair[0] > after), key=lambda pair: pair[0])
    page = left[: query.limit]
    return [one for _, one in page], str(page[-1][0]) if len(left) > len(page) else None
