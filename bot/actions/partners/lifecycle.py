"""How a partnership stands: taken in, paused, ended, taken up again; and for some days nothing is said of it."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, log_change, row_id
from bot.actions.partner_values import SaveResult
from bot.actions.reviews.trust_survey import ANSWERED_PREFIX
from bot.errors import FieldError, NotAllowed
from bot.formatting import format_day
from scoring.vocabulary import Status
from storage.db.engine import writing
from storage.notifications import told_signals
from storage.partners import audit_log
from storage.tables import AuditEntry, Partner

Condition = Callable[[Session], bool]
"""What a step rests on: asked in the step's own transaction."""


class ConditionFailed(Exception):
    """What a step was to rest on does not hold any more; nothing was changed."""


def activate(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """Make a prospect an active partner, from today on.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: it is no prospect (any more).
    """
    with writing(engine) as session:
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        if partner.status != Status.PROSPECT:
            raise NotAllowed(f"{partner.name} is no prospect any more: it is {partner.status}.")
        log_change(session, caller, "partner", partner_id, "status", partner.status, Status.ACTIVE)
        partner.status = Status.ACTIVE
        # A partnership begins when they say yes; as a prospect they were nobody's paper partner.
        if partner.since_on != caller.today:
            was, now = format_day(partner.since_on), format_day(caller.today)
            log_change(session, caller, "partner", partner_id, "Partner since", was, now)
            partner.since_on = caller.today
        session.add(partner)
        return SaveResult(partner_id, partner.name)


def pause(
    engine: Engine,
    caller: Caller,
    partner_id: int,
    until: date | None,
    reason: str | None,
    only_if: Condition | None = None,
) -> SaveResult:
    """Rest a partnership: it gives no signals until it is taken up again, by hand or on a day.

    Raises:
        NotAllowed: it was ended, which a pause would overrule.
        Overtaken: `only_if` does not hold any more.
    """
    if until and until <= caller.today:
        raise FieldError("until", "A pause ends on a day to come.")
    with writing(engine) as session:
        partner = _load_partner(session, caller, partner_id, only_if)
        if partner.status == Status.ENDED:
            ended = _last_status_change(session, caller, partner)
            on = f" on {format_day(caller.team.today(ended.changed_at))}" if ended else ""
            raise NotAllowed(f"The partnership with {partner.name} was ended{on}; a steward can resume it.")
        return _set_status(session, caller, partner, Status.PAUSED, reason, until)


def resume(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """Take a paused or ended partnership up again: a prospect as a prospect. Of any other nothing is changed.

    Raises:
        NotAllowed: it was ended, and the caller is neither admin nor steward.
    """
    with writing(engine) as session:
        partner = _load_partner(session, caller, partner_id)
        if partner.status == Status.ENDED:
            caller.require_steward("take up a partnership that was ended")
        elif partner.status != Status.PAUSED:
            return SaveResult(row_id(partner), partner.name, status=partner.status)
        paused = _last_status_change(session, caller, partner) if partner.status == Status.PAUSED else None
        before = Status.PROSPECT if paused and paused.old == Status.PROSPECT else Status.ACTIVE
        return _set_status(session, caller, partner, before, None, None)


def end(
    engine: Engine, caller: Caller, partner_id: int, reason: str | None, only_if: Condition | None = None
) -> SaveResult:
    """End a partnership; its record and history stay.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        Overtaken: `only_if` does not hold any more.
    """
    caller.require_steward("end a partnership")
    with writing(engine) as session:
        partner = _load_partner(session, caller, partner_id, only_if)
        return _set_status(session, caller, partner, Status.ENDED, reason, None)


def _load_partner(session: Session, caller: Caller, partner_id: int, only_if: Condition | None = None) -> Partner:
    caller.claim_request_key(session)
    partner = get_partner(session, caller, partner_id)
    if only_if and not only_if(session):
        raise ConditionFailed(partner.name)
    return partner


def _last_status_change(session: Session, caller: Caller, partner: Partner) -> AuditEntry | None:
    """How the partner came to its status; None where that was never changed here."""
    past = audit_log.list_changes(session, workspace_id=caller.team.id, subject="partner", subject_id=row_id(partner))
    last = next((one for one in past if one.field == "status"), None)
    return last if last and (last.new or "").partition(":")[0] == partner.status else None


def _set_status(
    session: Session, caller: Caller, partner: Partner, status: Status, reason: str | None, until: date | None
) -> SaveResult:
    partner_id = row_id(partner)
    if partner.status != status:
        now = f"{status}: {reason}" if reason else status
        log_change(session, caller, "partner", partner_id, "status", partner.status, now)
    partner.status, partner.status_reason, partner.paused_until_on = status, reason, until
    told_signals.delete_told(session, workspace_id=caller.team.id, partner_id=partner_id, but=ANSWERED_PREFIX)
    session.add(partner)
    return SaveResult(partner_id, partner.name, (str(status),), until, str(status))


def snooze(engine: Engine, caller: Caller, partner_id: int, days: int, only_if: Condition | None = None) -> SaveResult:
    """Say nothing of one partner for some days; what is still true then is told as if it were new.

    Raises:
        Overtaken: `only_if` does not hold any more.
    """
    until = caller.today + timedelta(days=days)
    with writing(engine) as session:
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        if only_if and not only_if(session):
            raise ConditionFailed(partner.name)
        old = partner.snoozed_until_on
        if old != until:
            was = format_day(old) if old and old > caller.today else None
            log_change(session, caller, "partner", partner_id, "snoozed until", was, format_day(until))
        partner.snoozed_until_on = until
        told_signals.delete_told(session, workspace_id=caller.team.id, partner_id=partner_id, but=ANSWERED_PREFIX)
        session.add(partner)
        return SaveResult(partner_id, partner.name, until=until)


def wake(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """End a snooze."""
    with writing(engine) as session:
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        if partner.snoozed_until_on is not None:
            was = format_day(partner.snoozed_until_on)
            log_change(session, caller, "partner", partner_id, "snoozed until", was, None)
        partner.snoozed_until_on = None
        session.add(partner)
        return SaveResult(partner_id, partner.name)
