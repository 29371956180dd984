"""The partner record: adding, changing, pausing, ending, snoozing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.basics import FARTHEST_DAYS, id_of, note_change, partner_of
from bot.actions.caller import Caller
from bot.actions.tending import hear_of, must_be_able_to_tend
from bot.actions.their_view import ANSWERED
from bot.errors import FieldError, NotAllowed, NotFound
from bot.messages.words import day_words
from bot.partner_fields import FIELDS, LONGEST_NAME
from scoring.wiifm import is_only_money
from scoring.words import Status
from storage import changes, notices, partners, promises
from storage.engine import writing
from storage.names import name_key
from storage.tables import Change, Partner

ONLY_MONEY = (
    "A commission, fee or percentage alone is no reason to be a partner: what do they gain besides, for themselves or "
    "their clients? E.g. a specialist they can send clients to."
)

Values = Mapping[str, Any]
"""Some of the record's fields by their names, as `bot.partner_fields` lists them."""

# What stands elsewhere than in the partner's own column of that name.
_ELSEWHERE = ("name", "aliases", "vertical")


@dataclass(frozen=True, slots=True)
class Saved:
    """A partner as it stands after a change; `changed` names the fields that differ from before."""

    partner_id: int
    name: str
    changed: tuple[str, ...] = ()
    until: date | None = None
    status: str = ""


Condition = Callable[[Session], bool]
"""What a step rests on: asked in the step's own transaction."""


class Overtaken(Exception):
    """What a step was to rest on does not hold any more; nothing was changed."""


def add_partner(engine: Engine, caller: Caller, values: Values) -> Saved:
    """A new partner, owned by whoever adds it unless said otherwise.

    Raises:
        FieldError: a value can't be taken, or the name is another partner's.
    """
    hear_of(caller, values.get("owner"))
    with writing(engine) as session:
        caller.once(session)
        partner = added(session, caller, {**values, "owner": values.get("owner") or caller.user_id})
        return Saved(id_of(partner), partner.name)


def added(session: Session, caller: Caller, values: Values) -> Partner:
    """A new partner, within a transaction; nobody's unless the values name an owner.

    Raises:
        FieldError: a value can't be taken, or the name is another partner's.
    """
    values = checked({"name": "", **values}, caller.today)
    must_be_able_to_tend(session, caller, values.get("owner"))
    own = {name: value for name, value in values.items() if name not in (*_ELSEWHERE, "since_on")}
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
    except partners.NameTaken as taken:
        raise _taken(session, caller, values, taken) from None
    note_change(session, caller, "partner", id_of(partner), "added", None, partner.name)
    return partner


def edit_partner(engine: Engine, caller: Caller, partner_id: int, values: Values) -> Saved:
    """Set these fields of a partner's record, and note each change with who made it.

    Raises:
        NotFound: it is none of this workspace.
        FieldError: a value can't be taken, or a name is another partner's.
    """
    values = checked(values, caller.today)
    hear_of(caller, values.get("owner"))
    with writing(engine) as session:
        caller.once(session)
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        old = values_of(session, partner)
        values = {name: value for name, value in values.items() if name != "since_on" or value}
        changed = [name for name in FIELDS if name in values and old[name] != values[name]]
        if "owner" in changed:
            must_be_able_to_tend(session, caller, values["owner"])
        try:
            for name in changed:
                _set(session, partner, name, values[name])
        except partners.NameTaken as taken:
            raise _taken(session, caller, values, taken) from None
        session.add(partner)
        for name in changed:
            field = FIELDS[name]
            was, now = (field.input.words(value, caller.team) for value in (old[name], values[name]))
            note_change(session, caller, "partner", partner_id, field.label, was, now)
        return Saved(partner_id, partner.name, tuple(FIELDS[name].label for name in changed))


def _set(session: Session, partner: Partner, name: str, value: Any) -> None:
    if name == "name":
        partners.rename(session, partner=partner, name=value)
    elif name == "aliases":
        partners.set_aliases(session, partner=partner, aliases=value)
    elif name == "vertical":
        partner.vertical_id = partners.vertical_id(session, workspace_id=partner.workspace_id, name=value)
    else:
        setattr(partner, name, value)


def values_of(session: Session, partner: Partner) -> dict[str, Any]:
    """All fields of a partner's record."""
    names = partners.names_of(session, workspace_id=partner.workspace_id, partner_id=id_of(partner))
    elsewhere = {
        "name": partner.name,
        "aliases": tuple(known.name for known in names if known.is_alias),
        "vertical": partners.vertical_name(session, partner=partner),
    }
    return {name: elsewhere[name] if name in elsewhere else getattr(partner, name) for name in FIELDS}


def pause(
    engine: Engine,
    caller: Caller,
    partner_id: int,
    until: date | None,
    reason: str | None,
    only_if: Condition | None = None,
) -> Saved:
    """Rest a partnership: it gives no signals until it is taken up again, by hand or on a day.

    Raises:
        NotAllowed: it was ended, which a pause would overrule.
        Overtaken: `only_if` does not hold any more.
    """
    if until and until <= caller.today:
        raise FieldError("until", "A pause ends on a day to come.")
    with writing(engine) as session:
        partner = _begun(session, caller, partner_id, only_if)
        if partner.status == Status.ENDED:
            ended = _last_status(session, caller, partner)
            on = f" on {day_words(caller.team.today(ended.changed_at))}" if ended else ""
            raise NotAllowed(f"The partnership with {partner.name} was ended{on}; a steward can resume it.")
        return _become(session, caller, partner, Status.PAUSED, reason, until)


def resume(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """Take a paused or ended partnership up again: a prospect as a prospect. Of any other nothing is changed.

    Raises:
        NotAllowed: it was ended, and the caller is neither admin nor steward.
    """
    with writing(engine) as session:
        partner = _begun(session, caller, partner_id)
        if partner.status == Status.ENDED:
            caller.must_be_steward("take up a partnership that was ended")
        elif partner.status != Status.PAUSED:
            return Saved(id_of(partner), partner.name, status=partner.status)
        paused = _last_status(session, caller, partner) if partner.status == Status.PAUSED else None
        before = Status.PROSPECT if paused and paused.old == Status.PROSPECT else Status.ACTIVE
        return _become(session, caller, partner, before, None, None)


def end(engine: Engine, caller: Caller, partner_id: int, reason: str | None, only_if: Condition | None = None) -> Saved:
    """End a partnership; its record and history stay.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        Overtaken: `only_if` does not hold any more.
    """
    caller.must_be_steward("end a partnership")
    with writing(engine) as session:
        partner = _begun(session, caller, partner_id, only_if)
        return _become(session, caller, partner, Status.ENDED, reason, None)


def _begun(session: Session, caller: Caller, partner_id: int, only_if: Condition | None = None) -> Partner:
    caller.once(session)
    partner = partner_of(session, caller, partner_id)
    if only_if and not only_if(session):
        raise Overtaken(partner.name)
    return partner


def _last_status(session: Session, caller: Caller, partner: Partner) -> Change | None:
    """How the partner came to its status; None where that was never changed here."""
    past = changes.history(session, workspace_id=caller.team.id, subject="partner", subject_id=id_of(partner))
    last = next((one for one in past if one.field == "status"), None)
    return last if last and (last.new or "").partition(":")[0] == partner.status else None


def _become(
    session: Session, caller: Caller, partner: Partner, status: Status, reason: str | None, until: date | None
) -> Saved:
    partner_id = id_of(partner)
    if partner.status != status:
        now = f"{status}: {reason}" if reason else status
        note_change(session, caller, "partner", partner_id, "status", partner.status, now)
    partner.status, partner.status_reason, partner.paused_until_on = status, reason, until
    notices.forget(session, workspace_id=caller.team.id, partner_id=partner_id, but=ANSWERED)
    session.add(partner)
    return Saved(partner_id, partner.name, (str(status),), until, str(status))


def snooze(engine: Engine, caller: Caller, partner_id: int, days: int, only_if: Condition | None = None) -> Saved:
    """Say nothing of one partner for some days; what is still true then is told as if it were new.

    Raises:
        Overtaken: `only_if` does not hold any more.
    """
    until = caller.today + timedelta(days=days)
    with writing(engine) as session:
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        if only_if and not only_if(session):
            raise Overtaken(partner.name)
        old = partner.snoozed_until_on
        if old != until:
            was = day_words(old) if old and old > caller.today else None
            note_change(session, caller, "partner", partner_id, "snoozed until", was, day_words(until))
        partner.snoozed_until_on = until
        notices.forget(session, workspace_id=caller.team.id, partner_id=partner_id, but=ANSWERED)
        session.add(partner)
        return Saved(partner_id, partner.name, until=until)


def wake(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """End a snooze."""
    with writing(engine) as session:
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        if partner.snoozed_until_on is not None:
            was = day_words(partner.snoozed_until_on)
            note_change(session, caller, "partner", partner_id, "snoozed until", was, None)
        partner.snoozed_until_on = None
        session.add(partner)
        return Saved(partner_id, partner.name)


def keep_promise(engine: Engine, caller: Caller, step_id: int) -> Saved:
    """Mark a promise as kept.

    Raises:
        NotFound: it is none of this workspace.
    """
    with writing(engine) as session:
        step = promises.get(session, workspace_id=caller.team.id, step_id=step_id)
        if step is None or step.voided_at:
            raise NotFound("That promise is no longer in the record.")
        step.done_at = step.done_at or caller.now
        session.add(step)
        partner = partner_of(session, caller, step.partner_id)
        return Saved(id_of(partner), partner.name, (step.what,))


def checked(values: Values, today: date) -> dict[str, Any]:
    """The values with white space folded, and with what a column can't be without.

    Raises:
        FieldError: a value can't be taken.
    """
    found = dict(values)
    if "name" in found:
        found["name"] = _name("name", found["name"] or "")
    if "aliases" in found:
        aliases = {name_key(alias): _name("aliases", alias) for alias in found["aliases"]}
        aliases.pop(name_key(found.get("name", "")), None)
        found["aliases"] = tuple(aliases.values())
    if found.get("vertical"):
        found["vertical"] = _folded(found["vertical"]) or None
    if found.get("since_on") and found["since_on"] > today + timedelta(days=FARTHEST_DAYS):
        raise FieldError("since_on", "That day is more than two years ahead.")
    if is_only_money(found.get("wiifm_them") or ""):
        raise FieldError("wiifm_them", ONLY_MONEY)
    for name, empty in (("role", "partner"), ("terms_answer", "not_asked")):
        if name in found:
            found[name] = found[name] or empty
    return found


def _name(field: str, name: str) -> str:
    name = _folded(name)
    if not name_key(name):
        raise FieldError(field, "A partner needs a name.")
    if len(name) > LONGEST_NAME:
        raise FieldError(field, f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}.")
    return name


def _folded(text: str) -> str:
    return " ".join(text.split())


def _taken(session: Session, caller: Caller, values: Values, taken: partners.NameTaken) -> FieldError:
    other = partners.get(session, workspace_id=caller.team.id, partner_id=taken.partner_id)
    field = "name" if taken.name == values.get("name") else "aliases"
    if other and name_key(other.name) == name_key(taken.name):
        return FieldError(field, f"{other.name} is a partner already.")
    whose = f", which is {other.name}" if other else ""
    return FieldError(field, f"There is a partner called “{taken.name}” already{whose}.")
