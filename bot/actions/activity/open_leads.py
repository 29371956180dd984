"""Update an open lead that is reported again, instead of counting it twice."""

from typing import Any

from sqlmodel import Session

from bot.actions.activity.amendments import Updated, amend
from bot.actions.activity.lead_names import begins_lead, goes_on_from, lead_key
from bot.actions.caller import Caller
from bot.grammar import ReferralRequest
from scoring.vocabulary import OPEN_OUTCOMES, Direction, Kind, Outcome
from storage.ledger import activities
from storage.tables import Activity


def find(session: Session, caller: Caller, partner_id: int, request: ReferralRequest) -> Activity | None:
    """Find the row that a referral reports again: an open one, or an identical closed one.

    A lead reported as open after it was won, lost or declined is a new one. So is one with another count. Where no
    direction was said, one that we sent them is found too.
    """
    if not lead_key(request.lead or ""):
        return None
    found = (_find(session, caller, partner_id, request, direction) for direction in _directions(request))
    return next((row for row in found if row), None)


def begun(session: Session, caller: Caller, partner_id: int, request: ReferralRequest) -> list[Activity]:
    """Return the open leads whose longer names begin as this one, where none is called just so."""
    if not lead_key(request.lead or "") or find(session, caller, partner_id, request):
        return []
    of: dict[str, Any] = {"workspace_id": caller.team.id, "partner_id": partner_id, "outcomes": OPEN_OUTCOMES}
    rows = (row for direction in _directions(request) for row in activities.leads(session, direction=direction, **of))
    return [row for row in rows if row.count == request.count and begins_lead(request.lead or "", row.title)]


def told_of(session: Session, caller: Caller, partner_id: int, request: ReferralRequest) -> list[Activity]:
    """Return the open leads with a beginning of whose names the text begins that would be a new lead's name."""
    lead = request.lead or ""
    if request.value is not None or request.is_direction_said or find(session, caller, partner_id, request):
        return []
    of: dict[str, Any] = {"workspace_id": caller.team.id, "partner_id": partner_id, "outcomes": OPEN_OUTCOMES}
    rows = (row for direction in _directions(request) for row in activities.leads(session, direction=direction, **of))
    return [row for row in rows if row.count == request.count and goes_on_from(lead, row.title)]


def _directions(request: ReferralRequest) -> list[Direction]:
    return [request.direction] if request.is_direction_said else [request.direction, Direction.OUT]


def _find(
    session: Session, caller: Caller, partner_id: int, request: ReferralRequest, direction: Direction
) -> Activity | None:
    key = lead_key(request.lead or "")
    of: dict[str, Any] = {"workspace_id": caller.team.id, "partner_id": partner_id, "direction": direction}
    for row in activities.leads(session, **of, outcomes=OPEN_OUTCOMES):
        if lead_key(row.title) == key and row.count == request.count:
            return row
    if request.outcome in OPEN_OUTCOMES:
        return None
    for row in activities.leads(session, **of, outcomes=[request.outcome]):
        # Same outcome on the same day: reported twice, or the value came later.
        same = row.outcome_on == request.occurred_on and (
            row.value_minor is None or request.value in (None, row.value_minor)
        )
        if same and lead_key(row.title) == key and row.count == request.count:
            return row
    return None


def bring_up_to_date(session: Session, caller: Caller, row: Activity, request: ReferralRequest) -> Updated:
    """Update the row with what the referral adds. What it leaves out stays."""
    new: dict[str, Any] = {}
    if request.value is not None:
        new["value_minor"] = request.value
    if request.outcome != Outcome.INTRODUCED and request.outcome != row.outcome:
        # *Introduced* is the default, so it never moves a lead back from *met*.
        new |= {"outcome": str(request.outcome), "outcome_on": max(request.occurred_on, row.occurred_on)}
    if request.strategic:
        new["kind"] = str(Kind.STRATEGIC_REFERRAL)
    if note := (request.note or "").strip():
        new["note"] = _with(row.note, note)
    return amend(session, caller, row, new, asked=_plain(request))


def _with(old: str | None, note: str) -> str:
    """Append a note unless it is there already."""
    if not old or note in old.splitlines():
        return old or note
    return f"{old}\n{note}"


def _plain(request: ReferralRequest) -> dict[str, Any]:
    """Store what was typed, so that it can become a row of its own later."""
    return {
        "direction": str(request.direction),
        "lead": request.lead,
        "value": request.value,
        "outcome": str(request.outcome),
        "occurred_on": request.occurred_on,
        "strategic": request.strategic,
        "count": request.count,
        "note": request.note,
    }
