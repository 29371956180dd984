"""Fields that a merge copies from one partner's record to another's, and clears on undo."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import log_change, row_id
from bot.formatting import format_day
from bot.forms.partner_fields import FIELDS
from bot.forms.terms_fields import TERMS_FIELDS
from storage.tables import Partner, PartnerMerge, Vertical

_SINGLE_FIELDS = (
    "vertical_id", "owner", "cadence_days", "wiifm_us", "wiifm_them", "wiifm_clients", "stakeholder",
    "customer_benefit", "fit", "other_industry", "overlap", "customers_we_can", "customers_they_can", "other_partners",
    "our_role", "their_role", "openness", "risk_plan", "next_review_on",
)  # fmt: skip
# Fields that are copied together: half of each side's terms would be neither's.
_FIELD_GROUPS = (
    ("terms", "terms_answer", *TERMS_FIELDS),
    ("outcome_target", "outcome_due_on", "outcome_met_on"),
    ("our_sponsor", "our_sponsor_id"),
    ("boundary", "boundary_link", "boundary_review_on"),
)
_GROUPS = (*((name,) for name in _SINGLE_FIELDS), *_FIELD_GROUPS)
_EMPTY_VALUES = (None, "", "not_asked")
_FIELDS = {**FIELDS, **TERMS_FIELDS, "vertical_id": FIELDS["vertical"]}
_LABELS = {name: field.label for name, field in _FIELDS.items()} | {
    "next_review_on": "Next review",
    "outcome_met_on": "Outcome met on",
}


def fields_to_fill(partner: Partner, other: Partner) -> list[str]:
    """List the fields that `other` lacks and `one` has."""
    lacking = (group for group in _GROUPS if all(getattr(other, name) in _EMPTY_VALUES for name in group))
    return [name for group in lacking for name in group if getattr(partner, name) not in _EMPTY_VALUES]


def field_labels(names: Iterable[str]) -> list[str]:
    """Return the labels of the fields that people see."""
    return [_LABELS[name] for name in names if name in _LABELS]


def clear_filled_fields(
    session: Session, caller: Caller, row: PartnerMerge, partner: Partner, other: Partner
) -> list[str]:
    """Clear the fields that the merge filled. Return the labels of those changed since, which stay."""
    was: dict[str, Any] = json.loads(row.before)
    if "since_on" in was:
        was["since_on"] = date.fromisoformat(was["since_on"])
    same = {name: value for name, value in was.items() if getattr(other, name) == getattr(partner, name)}
    set_fields(session, caller, other, {name: getattr(other, name) for name in same}, same)
    return field_labels(name for name in was if name not in same)


def set_fields(
    session: Session, caller: Caller, partner: Partner, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    """Set the fields that differ and log each visible change."""
    for name, value in new.items():
        if value == old[name]:
            continue
        setattr(partner, name, value)
        if name in _LABELS:
            was, now = (_display_value(session, caller, name, one) for one in (old[name], value))
            log_change(session, caller, "partner", row_id(partner), _LABELS[name], was, now)
    session.add(partner)
    session.flush()


def _display_value(session: Session, caller: Caller, name: str, value: Any) -> str | None:
    if value in _EMPTY_VALUES:
        return None
    if name == "vertical_id":
        return session.get_one(Vertical, value).name
    field = _FIELDS.get(name)
    return field.input.words(value, caller.team) if field else format_day(value)
