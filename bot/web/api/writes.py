"""Write operations. They use the same actions as the Slack commands, with the same checks."""

import re
from datetime import date

from sqlmodel import Session

from bot.actions.activity import record, undo
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score
from bot.actions.owners import RATER_PREFIX
from bot.actions.partners import edit
from bot.errors import FieldError, NotAllowed, NotFound
from bot.importing.activities import CLOSED
from bot.web.api import known_rows, serializers
from bot.web.api.models import NewActivity, NewPartner, NewTrust, NoQuery, Rating, RecordedActivity
from bot.web.api.reads import NO_ACTIVITY, partner_with_names
from bot.web.api.types import ApiCall, ApiResult, day_or_today, find_partner_id, parse_id, to_minor_units
from scoring.vocabulary import REFERRAL_KINDS, Direction, Outcome, Side
from storage.ledger import activities, trust_ratings
from storage.ledger.activities import API_PREFIX
from storage.ledger.source_keys import RATING
from storage.partners import external_ids
from storage.tables import Activity
from storage.workspaces import members

_MEMBER_ID = re.compile(r"[UW](?=[A-Z0-9]*[0-9])[A-Z0-9]{3,}")
SIDES = {"us": Side.OURS, "them": Side.THEIRS}


def record_activity(session: Session, caller: Caller, call: ApiCall[NewActivity, NoQuery]) -> ApiResult:
    """Record an activity, or update the outcome of one recorded before."""
    body = call.body
    direction, value = _read_direction(body), to_minor_units("value", body.value, caller.team.currency)
    occurred_on = day_or_today("occurred_on", body.occurred_on, caller)
    partner_id = find_partner_id(session, caller, body.partner)
    if (existing := known_rows.find_activity(session, caller, body, partner_id)) is not None:
        _check_days(body, body.occurred_on or existing.occurred_on)
        return _update_known(session, caller, existing, body, value)
    _check_days(body, occurred_on)
    outcome = body.outcome or (Outcome.INTRODUCED if body.kind in REFERRAL_KINDS else None)
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
        outcome=outcome,
        outcome_on=body.outcome_on or (max(caller.today, occurred_on) if outcome in CLOSED else None),
        value_minor=value,
        source_key=known_rows.key_of(caller, body.kind, body.external_id),
    )
    result = record.build_result(session, caller, partner, before, row)
    activity = serializers.activity_json(row, partner.name, caller.team)
    return ApiResult(
        201, RecordedActivity(**dict(activity), rvi=serializers.rvi_change(caller, result.before, result.after))
    )


def void_activity(session: Session, caller: Caller, call: ApiCall[None, NoQuery]) -> ApiResult:
    """Undo an activity that this integration recorded. Repeating it has no effect."""
    id = parse_id(call.named)
    row = None if id is None else activities.get(session, workspace_id=caller.team.id, activity_id=id)
    if row is None:
        raise NotFound(NO_ACTIVITY)
    if undo.void_activity(session, caller, row).changes:
        raise NotAllowed("People have changed it since; one of them has to undo it in Slack.")
    return ApiResult(204, None)


def record_trust(session: Session, caller: Caller, call: ApiCall[NewTrust, NoQuery]) -> ApiResult:
    """Record a trust rating, unless its external id was recorded before."""
    body = call.body
    rated_on = day_or_today("rated_on", body.rated_on, caller)
    partner_id = find_partner_id(session, caller, body.partner)
    if (existing := known_rows.find_rating(session, caller, body.external_id, partner_id)) is not None:
        known = serializers.rating_json(existing, get_partner(session, caller, existing.partner_id).name, None)
        return ApiResult(200, known if caller.sees_scores else _as_sent(known, body, rated_on, caller))
    partner, before = record.load_partner_and_score(session, caller, body.partner)
    row = trust_ratings.record_rating(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        side=SIDES[body.side],
        level=body.level,
        rated_on=rated_on,
        rater=_read_rater(session, caller, body.rater),
        note=record.clean_line("note", body.note),
        source_key=known_rows.key_of(caller, RATING, body.external_id),
        by=caller.user_id,
        now=caller.now,
    )
    after = get_score(session, caller, partner)
    return ApiResult(201, serializers.rating_json(row, partner.name, serializers.rvi_change(caller, before, after)))


def _as_sent(known: Rating, body: NewTrust, rated_on: date, caller: Caller) -> Rating:
    """Return a known rating as it was sent now. Whoever may not read ratings could ask for it by guessing its id."""
    sent = {"side": body.side, "level": body.level, "rated_on": rated_on, "note": body.note}
    return known.model_copy(update={**sent, "rater": body.rater or caller.user_id})


def _read_rater(session: Session, caller: Caller, given: str | None) -> str:
    """Return who rated, by default the integration. Raise FieldError for one whom it can't speak for: a later rating
    takes the place of an earlier one by the same rater.
    """
    rater = record.clean_line("rater", given)
    known = members.find_member(session, workspace_id=caller.team.id, user_id=rater) if rater else None
    if known is not None or _MEMBER_ID.fullmatch(rater):
        raise FieldError("rater", "An integration can't rate for a member of the workspace; they do that in Slack.")
    if rater.casefold().startswith((RATER_PREFIX, API_PREFIX)) and rater != caller.user_id:
        raise FieldError("rater", f"A rater's name can't begin with {rater.partition(':')[0]}:.")
    return rater or caller.user_id


def add_partner(session: Session, caller: Caller, call: ApiCall[NewPartner, NoQuery]) -> ApiResult:
    """Add a partner, unless its external id was added before."""
    body = call.body
    if (existing := known_rows.find_partner(session, caller, body)) is not None:
        return ApiResult(200, partner_with_names(session, caller, existing))
    since_on = day_or_today("since_on", body.since_on, caller)
    values = {name: value for name, value in dict(body).items() if value is not None}
    external_id = values.pop("external_id", None)
    added = edit.insert_partner(session, caller, values | {"since_on": since_on})
    if external_id:
        ids = [(added.id or 0, known_rows.source_of(caller), external_id)]
        external_ids.add_many(session, workspace_id=caller.team.id, ids=ids)
    return ApiResult(201, partner_with_names(session, caller, added))


def _read_direction(body: NewActivity) -> Direction:
    """Return the direction, or raise FieldError. The rules are the same as for imports."""
    is_referral = body.kind in REFERRAL_KINDS
    direction = body.direction or (Direction.IN if is_referral else Direction.JOINT)
    if is_referral and direction == Direction.JOINT:
        raise FieldError("direction", "A referral must be in or out, not joint.")
    for field, given in (("outcome", body.outcome), ("value", body.value)):
        if given is not None and not is_referral:
            raise FieldError(field, f"Only referrals have a{'n' if field == 'outcome' else ''} {field}.")
    return direction


def _check_days(body: NewActivity, occurred_on: date) -> None:
    """Raise FieldError for a day of an outcome that there is none of, or that is before the referral."""
    if body.outcome_on is not None and body.outcome is None:
        raise FieldError("outcome_on", "There is no outcome on that day.")
    if body.outcome_on is not None and body.outcome_on < occurred_on:
        raise FieldError("outcome_on", "That day is before the referral.")


def _update_known(session: Session, caller: Caller, row: Activity, body: NewActivity, value: int | None) -> ApiResult:
    """Correct a known row, and return it."""
    partner = get_partner(session, caller, row.partner_id)
    known_rows.correct(session, caller, row, body, value)
    return ApiResult(200, RecordedActivity(**dict(serializers.activity_json(row, partner.name, caller.team)), rvi=None))
