"""Measure and add verticals, and set their cadence."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import clean_name, list_active_partners, log_change
from bot.errors import FieldError, NotFound
from bot.formatting import count
from bot.scores.models import ScoredPartner
from scoring import portfolio
from scoring.roi import return_on_investment
from scoring.rounding import round_half_up
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.name_key import name_key
from storage.partners import verticals
from storage.tables import Vertical


@dataclass(frozen=True, slots=True)
class VerticalSummary:
    """A vertical's active partners and their results of twelve months, money in minor units.

    `id` and `name` are None for the partners without one. `cost` sums the known costs of `costed` partners.
    """

    id: int | None
    name: str | None
    cadence_days: int | None
    partners: int = 0
    producing: int = 0
    median_rvi: Decimal | None = None
    value_won: int = 0
    cost: int | None = None
    costed: int = 0

    @property
    def roi(self) -> Fraction | None:
        return return_on_investment(self.value_won, self.cost)


@dataclass(frozen=True, slots=True)
class VerticalReport:
    """Verticals with active partners, most valuable first, and the empty ones.

    `outside` and `inside` count the active partners outside and in our industry, `unknown_industry` the rest.
    """

    occupied: tuple[VerticalSummary, ...]
    empty: tuple[VerticalSummary, ...]
    outside: int
    inside: int
    unknown_industry: int


def measure_verticals(engine: Engine, caller: Caller) -> VerticalReport:
    """Measure every vertical over its active partners."""
    with reading(engine) as session:
        active = list_active_partners(session, caller)
        known = {one.name: one for one in verticals.list_verticals(session, workspace_id=caller.team.id)}
        of: dict[str | None, list[ScoredPartner]] = defaultdict(list)
        for one in active:
            of[one.partner.vertical].append(one)
        held = [_summarize(known.get(name or ""), found) for name, found in of.items()]
        empty = [_summarize(row, []) for name, row in known.items() if name not in of]
    said = [one.partner.other_industry for one in active]
    return VerticalReport(
        occupied=tuple(sorted(held, key=lambda one: (-one.value_won, -one.partners, one.name or ""))),
        empty=tuple(sorted(empty, key=lambda one: (one.name or "").casefold())),
        outside=said.count(True),
        inside=said.count(False),
        unknown_industry=said.count(None),
    )


def _summarize(row: Vertical | None, found: Sequence[ScoredPartner]) -> VerticalSummary:
    middle = portfolio.median_rvi([scored.now for scored in found])
    spent = [scored.now.facts.cost for scored in found if scored.now.facts.cost is not None]
    return VerticalSummary(
        id=row.id if row else None,
        name=row.name if row else None,
        cadence_days=row.cadence_days if row else None,
        partners=len(found),
        producing=sum(portfolio.is_producing(scored.now) for scored in found),
        median_rvi=None if middle is None else round_half_up(middle),
        value_won=sum(scored.now.facts.value_won for scored in found),
        cost=sum(spent) if spent else None,
        costed=len(spent),
    )


@retried
def create_vertical(engine: Engine, caller: Caller, name: str) -> tuple[int, str]:
    """Add an empty vertical and return its id and name.

    Raises:
        FieldError: the name is empty, too long or taken.
    """
    name = clean_name("name", name, "A vertical needs a name.")
    with writing(engine) as session:
        caller.claim_request_key(session)
        for known in verticals.list_verticals(session, workspace_id=caller.team.id):
            if known.key == name_key(name):
                raise FieldError("name", f"There is already a vertical called “{known.name}”.")
        made = verticals.get_or_create(session, workspace_id=caller.team.id, name=name)
        assert made is not None  # it has a name
        log_change(session, caller, "vertical", made, "added", None, name)
        return made, name


def get_vertical(engine: Engine, caller: Caller, vertical_id: int) -> tuple[str, int | None]:
    """Return a vertical's name and its own cadence in days."""
    with reading(engine) as session:
        row = _load_vertical(session, caller, vertical_id)
        return row.name, row.cadence_days


@retried
def set_cadence(engine: Engine, caller: Caller, vertical_id: int, days: int | None) -> str:
    """Set the cadence for a vertical's partners without their own, and return its name."""
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _load_vertical(session, caller, vertical_id)
        if row.cadence_days != days:
            was, now = (None if one is None else count(one, "day") for one in (row.cadence_days, days))
            log_change(session, caller, "vertical", vertical_id, "cadence", was, now)
            row.cadence_days = days
            session.add(row)
        return row.name


def _load_vertical(session: Session, caller: Caller, vertical_id: int) -> Vertical:
    row = verticals.get(session, workspace_id=caller.team.id, vertical_id=vertical_id)
    if row is None:
        raise NotFound("That vertical is not in this workspace.")
    return row
