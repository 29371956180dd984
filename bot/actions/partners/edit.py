"""Add and edit partner records, with a history of each change."""

from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import clean_name, get_partner, log_change, log_field_change, row_id
from bot.actions.owners import refresh_member, require_can_own
from bot.actions.partner_values import FieldValues, SaveResult, partner_values
from bot.actions.partners import domains, people
from bot.errors import FieldError, NameInUse
from bot.forms.partner_fields import FIELDS
from bot.grammar.days import last_day
from bot.grammar.member_ids import is_member_id
from bot.webhooks.activities import put_activity
from bot.webhooks.events import EventType
from scoring.motive import is_only_money
from scoring.vocabulary import Direction, Kind
from storage.db.engine import writing
from storage.db.locks import resolve_merged_id
from storage.db.retry import retried
from storage.ledger import activities
from storage.name_key import name_key
from storage.partners import names as partner_names
from storage.partners import partners, verticals
from storage.tables import Partner

MONEY_ONLY_ERROR = (
    "A commission, fee or percentage alone is no reason to be a partner. What else do they or their customers gain? "
    "E.g. a specialist they can send customers to."
)


# Fields that are not stored in a column of that name.
_NO_NAME = "A partner needs a name."
_SPECIAL_FIELDS = ("name", "aliases", "vertical", "our_sponsor", "their_sponsor", "domains")


@retried
def add_partner(engine: Engine, caller: Caller, values: FieldValues, last_spoke_on: date | None = None) -> SaveResult:
    """Add a partner, owned by whoever adds it unless `values` name another. `last_spoke_on` becomes its first touch.

    Raises:
        FieldError: a value is invalid, or the name is another partner's.
    """
    if last_spoke_on and last_spoke_on > caller.today:
        raise FieldError("last_spoke_on", "That day is in the future.")
    refresh_member(caller, values.get("owner"))
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = insert_partner(session, caller, {**values, "owner": values.get("owner") or caller.user_id})
        if last_spoke_on:
            spoke_on(session, caller, row_id(partner), last_spoke_on)
        return SaveResult(row_id(partner), partner.name)


def spoke_on(session: Session, caller: Caller, partner_id: int, day: date) -> None:
    """Record that somebody spoke with a new partner on a day, within a transaction."""
    row = activities.record(
        session,
        workspace_id=caller.team.id,
        partner_id=partner_id,
        kind=Kind.MEETING,
        direction=Direction.JOINT,
        occurred_on=day,
        title="Last spoke",
        by=caller.user_id,
        now=caller.now,
    )
    put_activity(session, caller.team, EventType.ACTIVITY_RECORDED, row, caller.now)


def insert_partner(session: Session, caller: Caller, values: FieldValues) -> Partner:
    """Insert a partner within a transaction. It has no owner by default.

    Raises:
        FieldError: a value is invalid, or the name is another partner's.
    """
    values = _validate({"name": "", **values}, caller.today)
    require_can_own(session, caller, values.get("owner"))
    own = {name: value for name, value in values.items() if name not in (*_SPECIAL_FIELDS, "since_on")}
    try:
        partner = partners.add(
            session,
            workspace_id=caller.team.id,
            name=values["name"],
            aliases=values.get("aliases", ()),
            vertical=values.get("vertical"),
            since_on=values.get("since_on") or caller.today,
            by=caller.user_id,
            now=caller.now,
            **own,
        )
    except partner_names.NameTaken as taken:
        raise _name_taken_error(session, caller, values, taken) from None
    log_change(session, caller, "partner", row_id(partner), "added", None, partner.name)
    for name in ("our_sponsor", "their_sponsor", "domains"):
        if values.get(name):
            _set_field(session, caller, partner, name, values[name])
    return partner


@retried
def edit_partner(engine: Engine, caller: Caller, partner_id: int, values: FieldValues) -> SaveResult:
    """Set fields of a partner's record and log each change.

    Raises:
        FieldError: a value is invalid, or a name is another partner's.
    """
    values = _validate(values, caller.today)
    refresh_member(caller, values.get("owner"))
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        old = partner_values(session, partner)
        values = {name: value for name, value in values.items() if name != "since_on" or value}
        if values.get("our_sponsor", "") is None and partner.our_sponsor_id is None:
            del values["our_sponsor"]  # a name that no member has, which the form could not show
        changed = [name for name in FIELDS if name in values and old[name] != values[name]]
        if "name" in changed and "aliases" in changed:  # the old name stays one, which the form did not show as such
            values["aliases"] = (*values["aliases"], old["name"])
        if "owner" in changed:
            require_can_own(session, caller, values["owner"])
        try:
            for name in sorted(changed, key=lambda name: name != "vertical"):  # as where a partner is added
                _set_field(session, caller, partner, name, values[name])
        except partner_names.NameTaken as taken:
            raise _name_taken_error(session, caller, values, taken) from None
        session.add(partner)
        for name in changed:
            log_field_change(session, caller, partner, FIELDS[name], old[name], values[name])
        return SaveResult(partner_id, partner.name, tuple(FIELDS[name].label for name in changed))


def _set_field(session: Session, caller: Caller, partner: Partner, name: str, value: Any) -> None:
    if name == "name":
        partner_names.rename(session, partner=partner, name=value)
    elif name == "aliases":
        partner_names.set_aliases(session, partner=partner, aliases=value)
    elif name == "vertical":
        partner.vertical_id = verticals.get_or_create(session, workspace_id=partner.workspace_id, name=value)
    elif name == "our_sponsor":
        partner.our_sponsor_id, partner.our_sponsor = (value, None) if is_member_id(value) else (None, value)
    elif name == "their_sponsor":
        people.name_sponsor(session, caller, row_id(partner), value)
    elif name == "domains":
        domains.set_domains(session, caller, row_id(partner), value)
    else:
        setattr(partner, name, value)


def _validate(values: FieldValues, today: date) -> dict[str, Any]:
    """Clean up the values and fill in required columns.

    Raises:
        FieldError: a value is invalid.
    """
    found = dict(values)
    if "name" in found:
        found["name"] = clean_name("name", found["name"], _NO_NAME)
    if "aliases" in found:
        aliases = {name_key(alias): clean_name("aliases", alias, _NO_NAME) for alias in found["aliases"]}
        aliases.pop(name_key(found.get("name", "")), None)
        found["aliases"] = tuple(aliases.values())
    if found.get("vertical"):
        found["vertical"] = " ".join(found["vertical"].split()) or None
    if found.get("since_on") and found["since_on"] > last_day(today):
        raise FieldError("since_on", "Choose a day within the next two years.")
    if is_only_money(found.get("wiifm_them") or ""):
        raise FieldError("wiifm_them", MONEY_ONLY_ERROR)
    for name, empty in (("role", "partner"), ("terms_answer", "not_asked")):
        if name in found:
            found[name] = found[name] or empty
    return found


def _name_taken_error(
    session: Session, caller: Caller, values: FieldValues, taken: partner_names.NameTaken
) -> FieldError:
    of = {"workspace_id": caller.team.id, "partner_id": taken.partner_id}
    other = partners.find_name_of(session, **of)
    field = "name" if taken.name == values.get("name") else "aliases"
    if other is None:
        return FieldError(field, f"There is already a partner called “{taken.name}”.")
    problem = f"There is already a partner called “{taken.name}”: {other}."
    if name_key(other) == name_key(taken.name):
        problem = f"{other} is already a partner."
    return NameInUse(field, problem, resolve_merged_id(session, **of), other)
