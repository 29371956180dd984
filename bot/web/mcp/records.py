"""The tools that record: with an integration's rights, once for each `request_id`, marked as recorded by it."""

from datetime import date
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import Field
from sqlmodel import Session

from bot.actions.activity import promises
from bot.actions.caller import Caller
from bot.formatting import format_day
from bot.grammar import Promised
from bot.web.api import models as api
from bot.web.api import writes
from bot.web.api.routes import OPERATION_OF
from bot.web.api.types import ApiCall, ApiResult, Operation
from bot.web.mcp import models
from bot.web.mcp.turn import Assistants, checked
from scoring.vocabulary import Direction, Kind, Outcome

Ctx = Context[Assistants, Any]
PartnerArg = Annotated[str, Field(description="The partner's name or an alias. It has to be known.")]
DayArg = Annotated[date | None, Field(description="The day it happened; default: today.")]
RequestId = Annotated[
    str | None,
    Field(description="Any unique text, such as a UUID. Calling again with the same one records nothing twice."),
]
TouchKind = Literal["meeting", "collaboration", "cross_promotion"]


def record_referral(
    ctx: Ctx,
    partner: PartnerArg,
    lead: Annotated[str, Field(description="Whom it is about, e.g. a company.")],
    direction: Annotated[Literal["in", "out"], Field(description="in: they sent it to us; out: we to them.")] = "in",
    value: Annotated[str | None, Field(description="In the workspace's currency, e.g. 5000.00.")] = None,
    outcome: Outcome | None = None,
    strategic: bool = False,
    occurred_on: DayArg = None,
    request_id: RequestId = None,
) -> api.RecordedActivity:
    """Record a lead that a partner sent us, or that we sent them."""
    kind = Kind.STRATEGIC_REFERRAL if strategic else Kind.REFERRAL
    return _record(
        ctx, "record_referral", request_id, partner=partner, kind=kind, title=lead, direction=direction, value=value,
        outcome=outcome, occurred_on=_day(occurred_on),
    )  # fmt: skip


def record_event(
    ctx: Ctx,
    partner: PartnerArg,
    title: str,
    direction: Annotated[Direction, Field(description="joint: run together.")] = Direction.JOINT,
    occurred_on: DayArg = None,
    request_id: RequestId = None,
) -> api.RecordedActivity:
    """Record an event run with a partner."""
    return _record(
        ctx, "record_event", request_id, partner=partner, kind=Kind.EVENT, title=title, direction=direction,
        occurred_on=_day(occurred_on),
    )  # fmt: skip


def log_touch(
    ctx: Ctx,
    partner: PartnerArg,
    note: str,
    kind: Annotated[TouchKind, Field(description="meeting: also calls, coffees and mails.")] = "meeting",
    occurred_on: DayArg = None,
    request_id: RequestId = None,
) -> api.RecordedActivity:
    """Log a call, meeting, mail, collaboration or cross-promotion with a partner. It happened: plans are no touch."""
    return _record(
        ctx, "log_touch", request_id, partner=partner, kind=kind, title=note, occurred_on=_day(occurred_on)
    )  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _record(ctx: Ctx, tool: str, request_id: str | None, **values: Any) -> api.RecordedActivity:
    with ctx.request_context.lifespan_context.turn(ctx, tool) as turn:
        body = checked(api.NewActivity, **values)
        recorded: api.RecordedActivity = turn.record(
            OPERATION_OF[writes.record_activity], ApiCall(body, api.NoQuery()), request_id
        )
        return recorded


def rate_trust(
    ctx: Ctx,
    partner: PartnerArg,
    level: Annotated[int, Field(ge=1, le=5)],
    side: Annotated[Literal["us", "them"], Field(description="us: how far we trust them; them: they us.")] = "us",
    rater: Annotated[str | None, Field(description="Who rated, if not this program; no member of the team.")] = None,
    note: str = "",
    rated_on: DayArg = None,
    request_id: RequestId = None,
) -> api.Rating:
    """Record a trust rating from 1 (weak) to 5 (strongest)."""
    with ctx.request_context.lifespan_context.turn(ctx, "rate_trust") as turn:
        body = checked(
            api.NewTrust, partner=partner, level=level, side=side, rater=rater, note=note, rated_on=_day(rated_on)
        )
        rating: api.Rating = turn.record(OPERATION_OF[writes.record_trust], ApiCall(body, api.NoQuery()), request_id)
        return rating


def add_promise(
    ctx: Ctx,
    partner: PartnerArg,
    what: Annotated[str, Field(min_length=1, max_length=300)],
    due_on: Annotated[date | None, Field(description="The day it is due.")] = None,
    side: Annotated[Literal["us", "them"], Field(description="us: we promised it; them: they did.")] = "us",
    request_id: RequestId = None,
) -> models.Done:
    """Note what we promised a partner, or they us. Ours is reminded of once it is late."""
    with ctx.request_context.lifespan_context.turn(ctx, "add_promise") as turn:
        body = checked(models.NewPromise, partner=partner, what=what, due_on=due_on, side=side)
        noted: models.Done = turn.record(ADD_PROMISE, ApiCall(body, api.NoQuery()), request_id)
        return noted


def _add_promise(session: Session, caller: Caller, call: ApiCall[models.NewPromise, api.NoQuery]) -> ApiResult:
    body = call.body
    promises.check_due_day(caller, body.due_on)
    made = Promised(what=body.what, due_on=body.due_on, side=body.side)
    done = promises.put_promise(session, caller, body.partner, made)
    by = f", by {format_day(body.due_on, caller.today)}" if body.due_on else ""
    text = f"Promise noted: {done.promise.text}{by}."
    return ApiResult(201, models.Done(partner=done.partner, text=text, promise_id=done.promise.id))


ADD_PROMISE = Operation("POST", "mcp:add_promise", "Note a promise", _add_promise, gives=models.Done)
"""It is no operation of the API, but done once for each `request_id` like one."""


def mark_promise_kept(
    ctx: Ctx, promise_id: Annotated[int, Field(description="From add_promise or show_partner.", ge=1, lt=2**53)]
) -> models.Done:
    """Mark a promise as kept. Repeating it has no effect. Not for a token that only records: it knows of no promise."""
    with ctx.request_context.lifespan_context.turn(ctx, "mark_promise_kept", needs_scores=True) as turn:
        done = promises.mark_promise_kept(turn.engine, turn.caller, promise_id)
        return models.Done(partner=done.name, text=f"Kept: {', '.join(done.changed)}.")


def undo(
    ctx: Ctx, activity_id: Annotated[int, Field(description="The id that recording it returned.", ge=1, lt=2**53)]
) -> models.Said:
    """Undo an activity that this program recorded. The row stays, voided. Repeating it has no effect."""
    with ctx.request_context.lifespan_context.turn(ctx, "undo") as turn:
        turn.record(OPERATION_OF[writes.void_activity], ApiCall(None, api.NoQuery(), named=str(activity_id)), None)
        return models.Said(text=f"Undone: activity {activity_id}.")


RECORDS = (record_referral, record_event, log_touch, rate_trust, add_promise, mark_promise_kept, undo)
