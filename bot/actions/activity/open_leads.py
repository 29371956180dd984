"""Update an open lead that is reported again, instead of counting it twice."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from bot.actions.activity.amendments import Updated, amend
from bot.actions.activity.lead_names import begins_lead, goes_on_from, lead_key
from bot.actions.caller import Caller
from bot.grammar import ReferralRequest
from scoring.vocabulary import OPEN_OUTCOMES, Direction, Kind, Outcome
from storage.ledger import activities
from storage.ledger.activities import Lead
from storage.tables import Activity


def find(session: Session, caller: Caller, partner_id: int, request: ReferralRequest) -> Activity | None:
    """Find the row that a referral reports again: an open one, or an identical closed one.

    A lead reported as open after it was won, lost or declined is a new one. So is one with another count. Where no
    direction was said, one that we sent them is found too.
    """
    match = find_match(load(session, caller, partner_id, request), request)
    return get(session, caller, match) if match else None


def load(session: Session, caller: Caller, partner_id: int, request: ReferralRequest) -> list[Lead]:
    """Return the partner's leads that a referral may be about, last recorded first, each direction for itself."""
    outcomes = {*OPEN_OUTCOMES, request.outcome}
    found = activities.leads(session, workspace_id=caller.team.id, partner_id=partner_id, outcomes=outcomes)
    directions = [request.direction] if request.is_direction_said else [request.direction, Direction.OUT]
    return [
        lead
        for way in dict.fromkeys(directions)
        for lead in found
        if (lead.direction, lead.count) == (way, request.count)
    ]


def get(session: Session, caller: Caller, lead: Lead) -> Activity | None:
    """Return the row of a lead, locked in a write transaction."""
    return activities.get(session, workspace_id=caller.team.id, activity_id=lead.id)


def find_match(leads: Sequence[Lead], request: ReferralRequest) -> Lead | None:
    """Return the lead that a referral reports again."""
    key = lead_key(request.lead or "")
    named = [lead for lead in leads if lead_key(lead.title) == key] if key else []
    # Of each direction the open ones first.
    named.sort(key=lambda lead: (lead.direction != request.direction, lead.outcome not in OPEN_OUTCOMES))
    return next((lead for lead in named if lead.outcome in OPEN_OUTCOMES or _is_same(lead, request)), None)


def _is_same(lead: Lead, request: ReferralRequest) -> bool:
    """Return whether a closed lead was reported twice, or its value came later: the same outcome on the same day."""
    return lead.outcome_on == request.occurred_on and (
        lead.value_minor is None or request.value in (None, lead.value_minor)
    )


def begun(leads: Sequence[Lead], request: ReferralRequest) -> list[Lead]:
    """Return the open leads whose longer names begin as this one, where none is called just so."""
    typed = request.lead or ""
    return [lead for lead in leads if lead.outcome in OPEN_OUTCOMES and begins_lead(typed, lead.title)]


def told_of(leads: Sequence[Lead], request: ReferralRequest) -> list[Lead]:
    """Return the open leads with a beginning of whose names the text begins that would be a new lead's name."""
    if request.value is not None or request.is_direction_said:
        return []
    typed = request.lead or ""
    return [lead for lead in leads if lead.outcome in OPEN_OUTCOMES and goes_on_from(typed, lead.title)]


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
