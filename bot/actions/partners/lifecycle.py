"""Change a partner's status: activate, pause, resume, end; and snooze or wake its nudges."""

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
from storage.db.retry import retried
from storage.notifications import told_signals
from storage.partners import audit_log
from storage.tables import AuditEntry, Partner

Condition = Callable[[Session], bool]
"""A precondition that is checked in the change's own transaction."""


class ConditionFailed(Exception):
    """The precondition no longer holds. Nothing was changed."""


@retried
def activate(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """Make a prospect an active partner, from today on.

    Raises:
        NotAllowed: it is not a prospect.
    """
    with writing(engine) as session:
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        if partner.status != Status.PROSPECT:
            raise NotAllowed(f"{partner.name} is no longer a prospect: it is {partner.status}.")
        log_change(session, caller, "partner", partner_id, "status", partner.status, Status.ACTIVE)
        partner.status = Status.ACTIVE
        # A partnership begins when they say yes, so time as a prospect does not count as on paper only.
        if partner.since_on != caller.today:
            was, now = format_day(partner.since_on), format_day(caller.today)
            log_change(session, caller, "partner", partner_id, "Partner since", was, now)
            partner.since_on = caller.today
        session.add(partner)
        return SaveResult(partner_id, partner.name)


@retried
def pause(
    engine: Engine,
    caller: Caller,
    partner_id: int,
    until: date | None,
    reason: str | None,
    only_if: Condition | None = None,
) -> SaveResult:
    """Pause a partnership: no signals until it is resumed, by hand or on the day `until`.

    Raises:
        NotAllowed: it has ended.
        ConditionFailed: `only_if` no longer holds.
    """
    if until and until <= caller.today:
        raise FieldError("until", "Choose a future date for the end of the pause.")
    with writing(engine) as session:
        partner = _load_partner(session, caller, partner_id, only_if)
        if partner.status == Status.ENDED:
            ended = _last_status_change(session, caller, partner)
            on = f" on {format_day(caller.team.today(ended.changed_at))}" if ended else ""
            raise NotAllowed(f"The partnership with {partner.name} ended{on}. A steward can resume it.")
        return _set_status(session, caller, partner, Status.PAUSED, reason, until)


@retried
def resume(engine: Engine, caller: Caller, partner_id: int) -> SaveResult:
    """Resume a paused or ended partnership, a prospect as a prospect. Any other is left as it is.

    Raises:
        NotAllowed: it was ended, and the caller is not a steward.
    """
    with writing(engine) as session:
        partner = _load_partner(session, caller, partner_id)
        if partner.status == Status.ENDED:
            caller.require_steward("resume a partnership that has ended")
        elif partner.status != Status.PAUSED:
            return SaveResult(row_id(partner), partner.name, status=partner.status)
        paused = _last_status_change(session, caller, partner) if partner.status == Status.PAUSED else None
        before = Status.PROSPECT if paused and paused.old == Status.PROSPECT else Status.ACTIVE
        return _set_status(session, caller, partner, before, None, None)


@retried
def end(
    engine: Engine, caller: Caller, partner_id: int, reason: str | None, only_if: Condition | None = None
) -> SaveResult:
    """End a partnership; its record and history stay.

    Raises:
        NotAllowed: the caller is not a steward.
        ConditionFailed: `only_if` no longer holds.
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
    """Find the change that led to the partner's status, or None if it never changed."""
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


@retried
def snooze(engine: Engine, caller: Caller, partner_id: int, days: int, only_if: Condition | None = None) -> SaveResult:
    """Snooze a partner's nudges for some days. Signals still true afterwards count as new.

    Raises:
        ConditionFailed: `only_if` no longer holds.
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


@retried
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
