"""What the API tells: the same numbers as the cards and `tend score --json`."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import id_called, partner_of, scored_of
from bot.errors import NotFound
from bot.messages import as_json
from bot.scores import outlook
from bot.scores import query as scores
from bot.scores.query import Scored
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
from bot.web.api.types import Asked, Done, day, number, partner_id
from scoring.months import add_months
from storage import tables
from storage.ledger import activities as ledger
from storage.partners import names, partners, verticals

NO_ACTIVITY = "There is no such activity in this workspace."
NO_PARTNER = "There is no such partner in this workspace."
T = TypeVar("T")


def activities(session: Session, caller: Caller, asked: Asked[None, ActivitiesQuery]) -> Done:
    query = asked.query
    found = ledger.page(
        session,
        workspace_id=caller.team.id,
        limit=query.limit + 1,
        before_id=int(query.cursor) if query.cursor else None,
        partner_id=partner_id(session, caller, query.partner) if query.partner else None,
        since=query.since,
        until=query.until,
    )
    told = [serializers.activity(row, name, caller.team) for name, row in found[: query.limit]]
    return Done(200, ActivityPage(activities=told, next=str(told[-1].id) if len(found) > query.limit else None))


def activity(session: Session, caller: Caller, asked: Asked[None, NoQuery]) -> Done:
    id = number(asked.named)
    row = None if id is None else ledger.get(session, workspace_id=caller.team.id, activity_id=id)
    if row is None:
        raise NotFound(NO_ACTIVITY)
    return Done(200, serializers.activity(row, partner_of(session, caller, row.partner_id).name, caller.team))


def all_partners(session: Session, caller: Caller, asked: Asked[None, PartnersQuery]) -> Done:
    query, of = asked.query, {"workspace_id": caller.team.id}
    rows = partners.all_of(session, **of)
    wanted = [(row.id or 0, row) for row in rows if query.status in (None, row.status)]
    page, following = _page(wanted, query)
    lines = {one.id: one.name for one in verticals.all_of(session, **of)}
    named: dict[int, list[str]] = {}
    for name, id in names.all_of(session, **of):
        named.setdefault(id, []).append(name)
    told = [
        serializers.partner(
            row,
            lines.get(row.vertical_id),
            [name for name in named.get(row.id or 0, ()) if name != row.name],
        )
        for row in page
    ]
    return Done(200, PartnerPage(partners=told, next=following))


def one_partner(session: Session, caller: Caller, asked: Asked[None, NoQuery]) -> Done:
    """By its id, else by its name."""
    id = number(asked.named)
    row = None if id is None else partners.get(session, workspace_id=caller.team.id, partner_id=id)
    try:
        row = row or partner_of(session, caller, id_called(session, caller, asked.named))
    except NotFound:
        raise NotFound(NO_PARTNER) from None
    score = as_json.score(scored_of(session, caller, row.id or 0), caller.team.currency)
    return Done(200, ScoredPartner(**dict(whole_partner(session, row)), score=Score(**score)))


def whole_partner(session: Session, row: tables.Partner) -> Partner:
    """One partner with its vertical and its other names."""
    named = names.of_partner(session, workspace_id=row.workspace_id, partner_id=row.id or 0)
    aliases = [one.name for one in named if one.is_alias]
    return serializers.partner(row, verticals.name_of(session, partner=row), aliases)


def all_scores(session: Session, caller: Caller, asked: Asked[None, ScoresQuery]) -> Done:
    page, following = _scored(session, caller, asked.query)
    told = [Score(**as_json.score(one, caller.team.currency)) for one in page]
    return Done(200, ScorePage(scores=told, next=following))


def forecast(session: Session, caller: Caller, asked: Asked[None, ForecastQuery]) -> Done:
    page, following = _scored(session, caller, asked.query)
    until = add_months(day("as_of", asked.query.as_of, caller), asked.query.months)
    steps = outlook.forecast(session, team=caller.team, scored=page, until=until)
    rows: Iterable[dict[str, Any]] = (
        row for one, its in zip(page, steps, strict=True) for row in as_json.forecast(one, its)
    )
    return Done(200, ForecastPage(changes=[Change(**row) for row in rows], next=following))


def _scored(session: Session, caller: Caller, query: ScoresQuery) -> tuple[list[Scored], str | None]:
    of = partner_id(session, caller, query.partner) if query.partner else None
    as_of = day("as_of", query.as_of, caller)
    found = scores.read(session, team=caller.team, day=as_of, partner_id=of)
    return _page([(one.partner.id, one) for one in found], query)


def _page(found: Iterable[tuple[int, T]], query: Paged) -> tuple[list[T], str | None]:
    """Of what has ids, the page after the cursor, and the cursor of the next."""
    after = int(query.cursor) if query.cursor else 0
    left = sorted((pair for pair in found if pair[0] > after), key=lambda pair: pair[0])
    page = left[: query.limit]
    return [one for _, one in page], str(page[-1][0]) if len(left) > len(page) else None
