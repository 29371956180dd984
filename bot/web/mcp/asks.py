"""The tools that ask. They return the same numbers and words as Slack, the API and `tend score --json`."""

from datetime import date
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field
from sqlmodel import Session

from bot.actions import overview
from bot.actions.caller import Caller
from bot.actions.common import partner_id_by_name
from bot.actions.economics.what_if import evaluate_what_if
from bot.actions.notifications.nudge import build_nudge
from bot.actions.reviews.brief import build_brief
from bot.formatting import count, format_day
from bot.messages import as_json
from bot.messages import card as cards
from bot.messages.economics.what_if import what_if_message
from bot.messages.notifications import digest as digest_words
from bot.messages.partner_brief import brief_blocks
from bot.messages.partners.explain import explanation_message
from bot.messages.plain_text import plain
from bot.messages.reviews import brief as review_words
from bot.slack.blocks import Message
from bot.slack.charts import without_charts
from bot.web.api import models as api
from bot.web.api import reads
from bot.web.api.types import ApiCall
from bot.web.mcp import models
from bot.web.mcp.turn import Assistants, Turn, checked
from scoring.vocabulary import Band, Status
from storage.db.engine import reading
from storage.partners import partners

Ctx = Context[Assistants, Any]
PartnerArg = Annotated[str, Field(description="The partner's name or an alias.")]
EVERYBODY = "everybody"
MAX_ACTIVITIES = 10
MAX_PARTNERS = 200


def who_needs_me(
    ctx: Ctx,
    owner: Annotated[
        str | None,
        Field(description="A Slack user id, or `everybody`. Defaults to whoever made this token."),
    ] = None,
) -> models.NeedsList:
    """List the partners that need a call, a promise kept or a review today, worst first, with a reason to call."""
    with ctx.request_context.lifespan_context.turn(ctx, "who_needs_me", needs_scores=True) as turn:
        caller = turn.caller
        with reading(turn.engine) as session:
            owners = _owners(session, turn, owner)
            found = [
                build_nudge(session, team=caller.team, owner=one, day=caller.today, everything=True) for one in owners
            ]
        return models.NeedsList(
            as_of=caller.today, owners=_needs([as_json.nudge(one) for one in found if not one.is_empty], turn)
        )


def _needs(found: list[as_json.Json], turn: Turn) -> list[models.Needs]:
    names = turn.names({one["owner"] for one in found})
    return [
        models.Needs(
            owner=one["owner"],
            owner_name=names.get(one["owner"]),
            items=[_reason(item) for item in one["items"]],
            waiting=[models.WaitingReferral(**row) for row in one["waiting"]],
        )
        for one in found
    ]


def _reason(item: as_json.Json) -> models.Reason:
    call = item["reason_to_call"]
    why = [plain(one) for one in item["why"]]
    return models.Reason(**(item | {"why": why, "reason_to_call": plain(call) if call else None}))


def _owners(session: Session, turn: Turn, owner: str | None) -> list[str]:
    if owner == EVERYBODY:
        return sorted(partners.list_owners(session, workspace_id=turn.client.team.id))
    return [owner or turn.client.created_by]


def list_partners(
    ctx: Ctx, status: Annotated[Status | None, Field(description="Defaults to all.")] = None
) -> models.PartnerNames:
    """List the partners by name, with owner, status and line of business, in the order they were added."""
    with ctx.request_context.lifespan_context.turn(ctx, "list_partners") as turn:
        page = turn.read(reads.list_partners, ApiCall(None, api.PartnersQuery(limit=MAX_PARTNERS, status=status)))
        names = [
            models.PartnerName(id=one.id, name=one.name, status=one.status, vertical=one.vertical, owner=one.owner)
            for one in page.partners
        ]
        return models.PartnerNames(partners=names)


def show_partner(ctx: Ctx, partner: PartnerArg) -> models.Card:
    """Show a partner's card: score from both sides, open promises with their ids, and the latest activities."""
    with ctx.request_context.lifespan_context.turn(ctx, "show_partner", needs_scores=True) as turn:
        return card_of(turn, partner)


def card_of(turn: Turn, partner: str) -> models.Card:
    """Load a partner's card."""
    caller, engine = turn.caller, turn.engine
    with reading(engine) as session:
        found = reads.partner_with_names(session, caller, reads.find_partner(session, caller, partner))
    card = overview.partner_card(engine, caller, found.id)
    scored = reads.with_score(found, card.scored, caller)  # computed once, for both
    last = turn.read(
        reads.list_activities, ApiCall(None, api.ActivitiesQuery(partner=scored.name, limit=MAX_ACTIVITIES))
    )
    promises = [
        models.PromiseInfo(id=one.id, partner=scored.name, what=one.text, side=str(one.side), due_on=one.due_on)
        for one in card.scored.promises
    ]
    text = turn.text(cards.card_message(card))
    return models.Card(partner=scored, promises=promises, activities=last.activities, text=text)


def explain_score(
    ctx: Ctx,
    partner: PartnerArg,
    since: Annotated[date | None, Field(description="What moved it since this day; default: 30 days ago.")] = None,
) -> models.Explained:
    """Explain how a partner's RVI adds up, from both sides, and what moved it. The effects add up exactly."""
    with ctx.request_context.lifespan_context.turn(ctx, "explain_score", needs_scores=True) as turn:
        caller = turn.caller
        found = overview.explain_rvi(turn.engine, caller, _id(turn, caller, partner), since)
        score = api.Score(**as_json.score(found.scored, caller.team.currency))
        return models.Explained(score=score, text=turn.text(explanation_message(found)))


def forecast(
    ctx: Ctx, partner: PartnerArg, months: Annotated[int, Field(ge=1, le=api.MAX_MONTHS)] = api.MAX_MONTHS
) -> models.Forecast:
    """List each coming day on which a partner's RVI changes if nothing new is recorded, and why. These are facts."""
    with ctx.request_context.lifespan_context.turn(ctx, "forecast", needs_scores=True) as turn:
        query = checked(api.ForecastQuery, partner=partner, months=months)
        page = turn.read(reads.show_forecast, ApiCall(None, query))
        lines = [_forecast_line(change, turn.caller.today) for change in page.changes]
        return models.Forecast(
            changes=page.changes, text="\n".join(lines) or f"No change within {count(months, 'month')}."
        )


def _forecast_line(change: api.Change, today: date) -> str:
    """Return `3 Mar 2027: 0.50 weak (1 event turned 12 months old −0.25), theirs 0.75 weak`."""
    causes = " · ".join(f"{one.what} {one.effect.replace('-', '−')}" for one in change.causes)
    why = f" ({causes})" if causes else ""
    ours, theirs = _number(change.rvi, change.band), _number(change.reverse_rvi, change.reverse_band)
    return f"{format_day(change.on, today)}: {ours}{why}, theirs {theirs}"


def _number(rvi: str | None, band: Band | None) -> str:
    return f"{rvi} {band or ''}".strip() if rvi else "–"


def what_if(
    ctx: Ctx,
    partner: PartnerArg,
    band: Annotated[Band | None, Field(description="The band to reach.")] = None,
    by: Annotated[date | None, Field(description="The day to reach it; default: today.")] = None,
) -> models.Said:
    """Say what one more activity or point of trust would do, and the fewest that hold or reach a band."""
    with ctx.request_context.lifespan_context.turn(ctx, "what_if", needs_scores=True) as turn:
        caller = turn.caller
        found = evaluate_what_if(turn.engine, caller, _id(turn, caller, partner), band, by)
        return models.Said(partner=found.scored.partner.name, text=turn.text(what_if_message(found)))


def brief(ctx: Ctx, partner: PartnerArg) -> models.Said:
    """Say what to know before one speaks with a partner: last talk, promises both ways, open leads, what to offer."""
    with ctx.request_context.lifespan_context.turn(ctx, "brief", needs_scores=True) as turn:
        card, occasion = overview.partner_brief(turn.engine, turn.caller, _id(turn, turn.caller, partner))
        return models.Said(partner=card.scored.partner.name, text=turn.text(Message("", brief_blocks(card, occasion))))


def review(ctx: Ctx, partner: PartnerArg) -> models.Said:
    """Prepare a review: what changed since the last one and why, what each side gets, promises and issues."""
    with ctx.request_context.lifespan_context.turn(ctx, "review", needs_scores=True) as turn:
        caller = turn.caller
        found = build_brief(turn.engine, caller, _id(turn, caller, partner))
        text = turn.text(review_words.brief_message(found, caller.team.currency))
        return models.Said(partner=found.scored.partner.name, text=text)


def weekly_digest(ctx: Ctx) -> models.Said:
    """Show the team's digest as of today: what was won, who grew or weakened, and what needs somebody."""
    with ctx.request_context.lifespan_context.turn(ctx, "weekly_digest", needs_scores=True) as turn:
        week = overview.team_digest(turn.engine, turn.caller)
        if not week.has_news:
            return models.Said(text=turn.text(digest_words.no_news_message()))
        parts = (digest_words.digest_message(week), digest_words.more(week))
        return models.Said(text="\n\n".join(turn.text(without_charts(part)) for part in parts))


def _id(turn: Turn, caller: Caller, partner: str) -> int:
    with reading(turn.engine) as session:
        return partner_id_by_name(session, caller, partner)


ASKS = (who_needs_me, list_partners, show_partner, explain_score, forecast, what_if, brief, review, weekly_digest)
