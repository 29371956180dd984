"""What the API records, by the same hands as the commands: the same checks, and the same rows."""

from sqlmodel import Session

from bot.actions.activity import outcomes, record, undo
from bot.actions.caller import Caller
from bot.actions.common import must_go_on, partner_of, score_of
from bot.actions.partners import edit
from bot.errors import FieldError, NotFound
from bot.web.api import serializers
from bot.web.api.models import NewActivity, NewPartner, NewTrust, NoQuery, RecordedActivity
from bot.web.api.reads import NO_ACTIVITY, whole_partner
from bot.web.api.types import Asked, Done, day, minor, number, partner_id
from scoring.vocabulary import REFERRAL_KINDS, Direction, Outcome, Side
from storage.ledger import activities, trust_ratings
from storage.partners import partners
from storage.tables import Activity

SIDES = {"us": Side.OURS, "them": Side.THEIRS}


def record_activity(session: Session, caller: Caller, asked: Asked[NewActivity, NoQuery]) -> Done:
    """Write an activity, or follow how far one that is known has come."""
    body = asked.body
    direction, value = _direction(body), minor("value", body.value, caller.team.currency)
    occurred_on = day("occurred_on", body.occurred_on, caller)
    key = serializers.source_key(body.external_id)
    if key and (known := activities.of_source(session, workspace_id=caller.team.id, source_key=key)):
        return _followed(session, caller, known, body, value)
    partner_id(session, caller, body.partner)
    partner, before = record.begin(session, caller, body.partner)
    row = record.write(
        session,
        caller,
        partner,
        kind=body.kind,
        direction=direction,
        occurred_on=occurred_on,
        count=body.count,
        title=record.one_line("title", body.title),
        outcome=body.outcome or (Outcome.INTRODUCED if body.kind in REFERRAL_KINDS else None),
        value_minor=value,
        source_key=key,
    )
    done = record.recorded(session, caller, partner, before, row)
    told = serializers.activity(row, partner.name, caller.team)
    return Done(201, RecordedActivity(**dict(told), rvi=serializers.moved(done.before, done.after)))


def void_activity(session: Session, caller: Caller, asked: Asked[None, NoQuery]) -> Done:
    """Take back what this integration recorded; once more does no harm."""
    id = number(asked.named)
    row = None if id is None else activities.get(session, workspace_id=caller.team.id, activity_id=id)
    if row is None:
        raise NotFound(NO_ACTIVITY)
    undo.void(session, caller, row)
    return Done(204, None)


def record_trust(session: Session, caller: Caller, asked: Asked[NewTrust, NoQuery]) -> Done:
    """Write a trust rating, unless it is known."""
    body = asked.body
    rated_on, key = day("rated_on", body.rated_on, caller), serializers.source_key(body.external_id)
    if key and (known := trust_ratings.of_source(session, workspace_id=caller.team.id, source_key=key)):
        return Done(200, serializers.rating(known, partner_of(session, caller, known.partner_id).name, None))
    partner_id(session, caller, body.partner)
    partner, before = record.begin(session, caller, body.partner)
    row = trust_ratings.rate(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        side=SIDES[body.side],
        level=body.level,
        rated_on=rated_on,
        rater=record.one_line("rater", body.rater) or caller.user_id,
        note=record.one_line("note", body.note),
        source_key=key,
        by=caller.user_id,
        now=caller.now,
    )
    after = score_of(session, caller, partner)
    return Done(201, serializers.rating(row, partner.name, serializers.moved(before, after)))


def add_partner(session: Session, caller: Caller, asked: Asked[NewPartner, NoQuery]) -> Done:
    """Add a partner, unless it is known."""
    body = asked.body
    if body.external_id:
        known = partners.of_external_id(session, workspace_id=caller.team.id, external_id=body.external_id)
        if known is not None:
            return Done(200, whole_partner(session, known))
    since_on = day("since_on", body.since_on, caller)
    values = {name: value for name, value in dict(body).items() if value is not None}
    added = edit.added(session, caller, values | {"since_on": since_on})
    return Done(201, whole_partner(session, added))


def _direction(body: NewActivity) -> Direction:
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


def _followed(session: Session, caller: Caller, row: Activity, body: NewActivity, value: int | None) -> Done:
    """A row that is known: what was taken back stays so, and only referrals have anything that moves on."""
    partner = partner_of(session, caller, row.partner_id)
    if row.voided_at is None and row.kind in REFERRAL_KINDS and body.kind in REFERRAL_KINDS:
        must_go_on(partner)
        outcomes.move_on(session, caller, row, body.outcome, value)
    return Done(200, RecordedActivity(**dict(serializers.activity(row, partner.name, caller.team)), rvi=None))
