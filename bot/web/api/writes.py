"""What the API records, by the same hands as the commands: the same checks, and the same rows."""

from sqlmodel import Session

from bot.actions.activity import outcomes, record, undo
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score, require_not_ended
from bot.actions.partners import edit
from bot.errors import FieldError, NotFound
from bot.web.api import serializers
from bot.web.api.models import NewActivity, NewPartner, NewTrust, NoQuery, RecordedActivity
from bot.web.api.reads import NO_ACTIVITY, partner_with_names
from bot.web.api.types import ApiCall, ApiResult, day_or_today, find_partner_id, parse_id, to_minor_units
from scoring.vocabulary import REFERRAL_KINDS, Direction, Outcome, Side
from storage.ledger import activities, trust_ratings
from storage.partners import partners
from storage.tables import Activity

SIDES = {"us": Side.OURS, "them": Side.THEIRS}


def record_activity(session: Session, caller: Caller, asked: ApiCall[NewActivity, NoQuery]) -> ApiResult:
    """Write an activity, or follow how far one that is known has come."""
    body = asked.body
    direction, value = _read_direction(body), to_minor_units("value", body.value, caller.team.currency)
    occurred_on = day_or_today("occurred_on", body.occurred_on, caller)
    key = serializers.source_key(body.external_id)
    if key and (known := activities.get_by_source_key(session, workspace_id=caller.team.id, source_key=key)):
        return _update_known(session, caller, known, body, value)
    find_partner_id(session, caller, body.partner)
    partner, before = record.load_partner_and_score(session, caller, body.partner)
    row = record.insert_activity(
        session,
        caller,
        partner,
        kind=body.kind,
        direction=direction,
        occurred_on=occurred_on,
        count=body.count,
        title=record.clean_line("title", body.title),
        outcome=body.outcome or (Outcome.INTRODUCED if body.kind in REFERRAL_KINDS else None),
        value_minor=value,
        source_key=key,
    )
    done = record.build_result(session, caller, partner, before, row)
    told = serializers.activity_json(row, partner.name, caller.team)
    return ApiResult(201, RecordedActivity(**dict(told), rvi=serializers.rvi_change(done.before, done.after)))


def void_activity(session: Session, caller: Caller, asked: ApiCall[None, NoQuery]) -> ApiResult:
    """Take back what this integration recorded; once more does no harm."""
    id = parse_id(asked.named)
    row = None if id is None else activities.get(session, workspace_id=caller.team.id, activity_id=id)
    if row is None:
        raise NotFound(NO_ACTIVITY)
    undo.void_activity(session, caller, row)
    return ApiResult(204, None)


def record_trust(session: Session, caller: Caller, asked: ApiCall[NewTrust, NoQuery]) -> ApiResult:
    """Write a trust rating, unless it is known."""
    body = asked.body
    rated_on, key = day_or_today("rated_on", body.rated_on, caller), serializers.source_key(body.external_id)
    if key and (known := trust_ratings.get_by_source_key(session, workspace_id=caller.team.id, source_key=key)):
        return ApiResult(200, serializers.rating_json(known, get_partner(session, caller, known.partner_id).name, None))
    find_partner_id(session, caller, body.partner)
    partner, before = record.load_partner_and_score(session, caller, body.partner)
    row = trust_ratings.record_rating(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        side=SIDES[body.side],
        level=body.level,
        rated_on=rated_on,
        rater=record.clean_line("rater", body.rater) or caller.user_id,
        note=record.clean_line("note", body.note),
        source_key=key,
        by=caller.user_id,
        now=caller.now,
    )
    after = get_score(session, caller, partner)
    return ApiResult(201, serializers.rating_json(row, partner.name, serializers.rvi_change(before, after)))


def add_partner(session: Session, caller: Caller, asked: ApiCall[NewPartner, NoQuery]) -> ApiResult:
    """Add a partner, unless it is known."""
    body = asked.body
    if body.external_id:
        known = partners.get_by_external_id(session, workspace_id=caller.team.id, external_id=body.external_id)
        if known is not None:
            return ApiResult(200, partner_with_names(session, known))
    since_on = day_or_today("since_on", body.since_on, caller)
    values = {name: value for name, value in dict(body).items() if value is not None}
    added = edit.insert_partner(session, caller, values | {"since_on": since_on})
    return ApiResult(201, partner_with_names(session, added))


def _read_direction(body: NewActivity) -> Direction:
    """Which way it went; the same rules as an import's.

    Raises:
        FieldError: it can't have gone that way, or has what only referrals have.
    """
    is_referral = body.kind in REFERRAL_KINDS
    direction = body.direction or (Direction.IN if is_referral else Direction.JOINT)
    if is_referral and direction == Direction.JOINT:
        raise FieldError("direction", "A referral is in or out, never joint.")
    for field, given in (("outcome", body.outcome), ("value", body.value)):
        if given is not None and not is_referral:
            raise FieldError(field, f"Only referrals have a{'n' if field == 'outcome' else ''} {field}.")
    return direction


def _update_known(session: Session, caller: Caller, row: Activity, body: NewActivity, value: int | None) -> ApiResult:
    """A row that is known: what was taken back stays so, and only referrals have anything that moves on."""
    partner = get_partner(session, caller, row.partner_id)
    if row.voided_at is None and row.kind in REFERRAL_KINDS and body.kind in REFERRAL_KINDS:
        require_not_ended(partner)
        outcomes.update_outcome(session, caller, row, body.outcome, value)
    return ApiResult(200, RecordedActivity(**dict(serializers.activity_json(row, partner.name, caller.team)), rvi=None))
