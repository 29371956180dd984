"""Record and undo costs, with the return before and after."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, partner_id_by_name, require_can_undo, require_max_length
from bot.errors import FieldError, NotFound
from bot.grammar import CostRequest
from bot.grammar.days import is_in_reach
from bot.scores import query
from scoring.months import window_start
from scoring.rvi import Score
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import costs
from storage.tables import Cost


@dataclass(frozen=True, slots=True)
class CostEntry:
    """One cost for display: money in minor units, or minutes of our time."""

    id: int
    money: int | None
    minutes: int | None
    what: str
    spent_on: date

    @classmethod
    def of(cls, row: Cost) -> "CostEntry":
        assert row.id is not None  # stored
        return cls(row.id, row.money_minor, row.minutes, row.what, row.spent_on)


@dataclass(frozen=True, slots=True)
class PartnerReturn:
    """A partner's return as of a day. `unpriced` are minutes of the last twelve months without an hourly rate."""

    score: Score
    unpriced: int


@dataclass(frozen=True, slots=True)
class CostResult:
    """A cost that was recorded or undone. `was_undone` if it was undone before."""

    partner_id: int
    partner: str
    entry: CostEntry
    before: PartnerReturn
    after: PartnerReturn
    was_undone: bool = False


@retried
def record_cost(engine: Engine, caller: Caller, request: CostRequest) -> CostResult:
    """Record money or minutes that went into a partnership, today by default.

    An ended partnership can still cost something, as the last invoice comes after the end.

    Raises:
        FieldError: the cost, its purpose or its day is invalid.
    """
    what, spent_on = _validate(request, caller.today)
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner_id = partner_id_by_name(session, caller, request.partner or "")
        before = _load_return(session, caller, partner_id)
        row = costs.record(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            spent_on=spent_on,
            money_minor=request.money,
            minutes=request.minutes,
            what=what,
            by=caller.user_id,
            now=caller.now,
        )
        return _build_result(session, caller, row, before)


@retried
def undo_cost(engine: Engine, caller: Caller, cost_id: int) -> CostResult:
    """Void a cost. The row stays. Repeating this changes nothing.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    with writing(engine) as session:
        row = costs.get(session, workspace_id=caller.team.id, cost_id=cost_id)
        if row is None:
            raise NotFound("That cost is not in this workspace.")
        return void(session, caller, row)


def void(session: Session, caller: Caller, row: Cost) -> CostResult:
    """Do the same within a transaction.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    require_can_undo(caller, row.recorded_by)
    before = _load_return(session, caller, row.partner_id)
    already = row.voided_at is not None
    if not already:
        row.voided_at, row.voided_by = caller.now, caller.user_id
        session.add(row)
        session.flush()
    return _build_result(session, caller, row, before, already)


def _validate(request: CostRequest, today: date) -> tuple[str, date]:
    what = " ".join((request.what or "").split())
    if not request.partner:
        raise FieldError("partner", "Choose a partner.")
    if not request.money and not request.minutes:
        raise FieldError("cost", "Enter a cost greater than zero, like £200 or 2h.")
    if not what:
        raise FieldError("what", "Say what it was for.")
    require_max_length("what", what)
    spent_on = request.on or today
    if not is_in_reach(spent_on, today):
        raise FieldError("spent_on", "Choose a day between 1970 and two years ahead.")
    return what, spent_on


def _build_result(
    session: Session, caller: Caller, row: Cost, before: PartnerReturn, already: bool = False
) -> CostResult:
    after = before if already else _load_return(session, caller, row.partner_id)
    name = get_partner(session, caller, row.partner_id).name
    return CostResult(row.partner_id, name, CostEntry.of(row), before, after, already)


def _load_return(session: Session, caller: Caller, partner_id: int) -> PartnerReturn:
    team, today = caller.team, caller.today
    (scored,) = query.load_scored(session, team=team, day=today, partner_id=partner_id)
    if team.hourly_rate:
        return PartnerReturn(scored.now, 0)
    window = [(window_start(today), today)]
    spent = costs.totals_by_partner(session, workspace_id=team.id, windows=window, partner_ids=[partner_id]).get(
        partner_id
    )
    return PartnerReturn(scored.now, spent[0].minutes if spent else 0)
