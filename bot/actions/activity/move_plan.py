"""Move a plan to another day, or ask which one is meant."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from bot.actions.activity.amendments import amend
from bot.actions.activity.cancel_plan import adds_to_plan, plans_of
from bot.actions.activity.edit_entry import Edited
from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_partner_by_name, get_score, row_id
from bot.errors import TendError
from bot.grammar import TouchRequest
from scoring.vocabulary import Kind
from storage.tables import Activity, Partner


class PlanInDoubt(TendError):
    """Which of several plans is moved has to be asked."""

    def __init__(self, problem: str, plans: Sequence[Entry]) -> None:
        super().__init__(problem)
        self.plans = plans


def move_in(
    session: Session, caller: Caller, asked: TouchRequest, *, is_order: bool, plan_id: int | None = None
) -> Edited | None:
    """Move the one plan with a partner that fits to the day asked for, within a transaction.

    None where nothing is planned that could be meant and that was no order to move it: it is a new plan then.

    Raises:
        PlanInDoubt: several may be meant, or one that was told otherwise.
        TendError: nothing is planned that the caller may move.
    """
    partner = get_partner(session, caller, get_partner_by_name(session, caller, asked.partner or "").id)
    plans = [row for row in plans_of(session, caller, row_id(partner)) if _may_move(caller, partner, row)]
    if not is_order:
        plans = [row for row in plans if row.recorded_by == caller.user_id]
    chosen = [row for row in plans if row.id == plan_id]
    fitting = chosen or [row for row in plans if _fits(row, asked)]
    if plan_id == 0 or (not is_order and not fitting):
        return None
    if len(fitting) == 1:
        return _moved(session, caller, partner, fitting[0], asked)
    if not plans:
        raise TendError(f"Nothing is planned with {partner.name} that you could move.")
    raise PlanInDoubt(f"Which plan with {partner.name} do you mean?", [Entry.of(row) for row in fitting or plans])


def _may_move(caller: Caller, partner: Partner, row: Activity) -> bool:
    return caller.user_id in (row.recorded_by, partner.owner) or caller.may_as_steward()


def _fits(row: Activity, asked: TouchRequest) -> bool:
    """Return whether a plan is of the kind that was named, if one was."""
    if row.kind == Kind.EVENT:
        return False
    return not asked.medium or not row.medium or row.medium == asked.medium


def _moved(session: Session, caller: Caller, partner: Partner, row: Activity, asked: TouchRequest) -> Edited:
    before = get_score(session, caller, partner)
    new: dict[str, Any] = {"occurred_on": asked.occurred_on}
    if (note := (asked.note or "").strip()) and adds_to_plan(note, row, partner.name):
        new["title"] = "\n".join(part for part in (row.title, note) if part)
    done = amend(session, caller, row, new)
    session.flush()
    after = get_score(session, caller, partner)
    return Edited(row_id(partner), partner.name, Entry.of(row), done.changes, before, after, done.id)
