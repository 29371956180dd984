"""The partner record: adding, changing, pausing, ending, snoozing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError, NotFound
from bot.messages.words import day_words
from scoring.words import Status
from storage import changes, notices, partners, promises
from storage.engine import writing
from storage.names import name_key
from storage.tables import Partner

LONGEST_NAME = 120
LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFields:
    """What a person says of a partner. Empty texts are kept as nothing."""

    name: str
    vertical: str | None = None
    owner: str | None = None
    since_on: date | None = None
    cadence_days: int | None = None
    aliases: Sequence[str] = ()
    wiifm_us: str | None = None
    wiifm_them: str | None = None
    wiifm_clients: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A partner as it stands after a change; `changed` names the fields that differ from before."""

    partner_id: int
    name: str
    changed: tuple[str, ...] = ()
    until: date | None = None


LABELS = {
    "name": "name",
    "vertical": "vertical",
    "owner": "owner",
    "since_on": "partner since",
    "cadence_days": "cadence in days",
    "aliases": "other names",
    "wiifm_us": "what's in it for us",
    "wiifm_them": "what's in it for them",
    "wiifm_clients": "what's in it for their clients",
}


def add_partner(engine: Engine, caller: Caller, fields: PartnerFields) -> Saved:
    """A new partner, owned by whoever adds it unless said otherwise.

    Raises:
        FieldError: a value can't be taken, or the name is another partner's.
    """
    fields = _checked(fields, caller)
    with writing(engine) as session:
        caller.once(session)
        try:
            partner = partners.add(
                session,
                workspace_id=caller.team.id,
                name=fields.name,
                since_on=fields.since_on or caller.today,
                aliases=fields.aliases,
                vertical=fields.vertical,
                owner=fields.owner or caller.user_id,
                cadence_days=fields.cadence_days,
                wiifm_us=fields.wiifm_us,
                wiifm_them=fields.wiifm_them,
                wiifm_clients=fields.wiifm_clients,
                by=caller.user_id,
                now=caller.now,
            )
        except partners.NameTaken as taken:
            raise _taken(session, caller, fields, taken) from None
        _note(session, caller, partner, "added", None, partner.name)
        return Saved(_id(partner), partner.name)


def edit_partner(engine: Engine, caller: Caller, partner_id: int, fields: PartnerFields) -> Saved:
    """Set a partner's record to these fields, and note each change with who made it.

    Raises:
        NotFound: it is none of this workspace.
        FieldError: a value can't be taken, or a name is another partner's.
    """
    fields = _checked(fields, caller)
    with writing(engine) as session:
        caller.once(session)
        partner = _get(session, caller, partner_id)
        old = fields_of(session, partner)
        fields = replace(fields, since_on=fields.since_on or old.since_on)
        changed = tuple(name for name in LABELS if getattr(old, name) != getattr(fields, name))
        try:
            partners.rename(session, partner=partner, name=fields.name)
            partners.set_aliases(session, partner=partner, aliases=fields.aliases)
        except partners.NameTaken as taken:
            raise _taken(session, caller, fields, taken) from None
        partner.vertical_id = partners.vertical_id(session, workspace_id=caller.team.id, name=fields.vertical)
        for name in ("owner", "since_on", "cadence_days", "wiifm_us", "wiifm_them", "wiifm_clients"):
            setattr(partner, name, getattr(fields, name))
        session.add(partner)
        for name in changed:
            _note(session, caller, partner, LABELS[name], _shown(getattr(old, name)), _shown(getattr(fields, name)))
        return Saved(partner_id, partner.name, tuple(LABELS[name] for name in changed))


def fields_of(session: Session, partner: Partner) -> PartnerFields:
    """A partner's record as a form shows it."""
    vertical = partners.vertical_name(session, partner=partner)
    names = partners.names_of(session, workspace_id=partner.workspace_id, partner_id=_id(partner))
    return PartnerFields(
        name=partner.name,
        vertical=vertical,
        owner=partner.owner,
        since_on=partner.since_on,
        cadence_days=partner.cadence_days,
        aliases=tuple(known.name for known in names if known.is_alias),
        wiifm_us=partner.wiifm_us,
        wiifm_them=partner.wiifm_them,
        wiifm_clients=partner.wiifm_clients,
    )


def pause(engine: Engine, caller: Caller, partner_id: int, until: date | None, reason: str | None) -> Saved:
    """Rest a partnership: it gives no signals until it is taken up again, by hand or on a day."""
    if until and until <= caller.today:
        raise FieldError("until", "A pause ends on a day to come.")
    return _status(engine, caller, partner_id, Status.PAUSED, reason, until)


def resume(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """Take a paused or ended partnership up again."""
    return _status(engine, caller, partner_id, Status.ACTIVE, None, None)


def end(engine: Engine, caller: Caller, partner_id: int, reason: str | None) -> Saved:
    """End a partnership; its record and history stay.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
    """
    caller.must_be_steward("end a partnership")
    return _status(engine, caller, partner_id, Status.ENDED, reason, None)


def _status(
    engine: Engine, caller: Caller, partner_id: int, status: Status, reason: str | None, until: date | None
) -> Saved:
    with writing(engine) as session:
        caller.once(session)
        partner = _get(session, caller, partner_id)
        if partner.status != status:
            _note(session, caller, partner, "status", partner.status, f"{status}: {reason}" if reason else status)
        partner.status, partner.status_reason, partner.paused_until_on = status, reason, until
        notices.forget(session, workspace_id=caller.team.id, partner_id=partner_id)
        session.add(partner)
        return Saved(partner_id, partner.name, (str(status),), until)


def snooze(engine: Engine, caller: Caller, partner_id: int, days: int) -> Saved:
    """Say nothing of one partner for some days; what is still true then is told as if it were new."""
    until = caller.today + timedelta(days=days)
    with writing(engine) as session:
        partner = _get(session, caller, partner_id)
        partner.snoozed_until_on = until
        notices.forget(session, workspace_id=caller.team.id, partner_id=partner_id)
        session.add(partner)
        _note(session, caller, partner, "snoozed until", None, day_words(until))
        return Saved(partner_id, partner.name, until=until)


def wake(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """End a snooze."""
    with writing(engine) as session:
        partner = _get(session, caller, partner_id)
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
        partner = _get(session, caller, step.partner_id)
        return Saved(_id(partner), partner.name, (step.what,))


def _checked(fields: PartnerFields, caller: Caller) -> PartnerFields:
    """The fields with white space folded.

    Raises:
        FieldError: a value can't be taken.
    """
    name = _folded(fields.name)
    if not name or not name_key(name):
        raise FieldError("name", "A partner needs a name.")
    aliases = tuple(alias for alias in map(_folded, fields.aliases) if alias and name_key(alias) != name_key(name))
    for spelling in (name, *aliases):
        if len(spelling) > LONGEST_NAME:
            raise FieldError("name", f"A name has at most {LONGEST_NAME} characters; this one has {len(spelling)}.")
    if fields.since_on and fields.since_on > caller.today + timedelta(days=731):
        raise FieldError("since_on", "That day is more than two years ahead.")
    for text in ("wiifm_us", "wiifm_them", "wiifm_clients"):
        if len(getattr(fields, text) or "") > LONGEST_TEXT:
            raise FieldError(text, f"Keep it under {LONGEST_TEXT:,} characters.")
    return replace(
        fields,
        name=name,
        aliases=tuple({name_key(alias): alias for alias in aliases}.values()),
        vertical=_folded(fields.vertical or "")[:LONGEST_NAME] or None,
        wiifm_us=(fields.wiifm_us or "").strip() or None,
        wiifm_them=(fields.wiifm_them or "").strip() or None,
        wiifm_clients=(fields.wiifm_clients or "").strip() or None,
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _shown(value: object) -> str | None:
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, tuple):
        return ", ".join(value) or None
    return None if value is None else str(value)


def _taken(session: Session, caller: Caller, fields: PartnerFields, taken: partners.NameTaken) -> FieldError:
    other = partners.get(session, workspace_id=caller.team.id, partner_id=taken.partner_id)
    whose = f", which is {other.name}" if other and other.name != taken.name else ""
    field = "name" if taken.name == fields.name else "aliases"
    return FieldError(field, f"There is a partner called “{taken.name}” already{whose}.")


def _get(session: Session, caller: Caller, partner_id: int) -> Partner:
    partner = partners.get(session, workspace_id=caller.team.id, partner_id=partner_id)
    if partner is None:
        raise NotFound("That partner is not in this workspace.")
    return partner


def _id(partner: Partner) -> int:
    assert partner.id is not None  # stored
    return partner.id


def _note(session: Session, caller: Caller, partner: Partner, field: str, old: str | None, new: str | None) -> None:
    changes.note(
        session,
        workspace_id=caller.team.id,
        subject="partner",
        subject_id=_id(partner),
        field=field,
        old=old,
        new=new,
        by=caller.user_id,
        now=caller.now,
    )
