"""The first hour of a workspace: which of its first steps are done, and the partners named in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import row_id
from bot.actions.partners.edit import insert_partner, spoke_on
from bot.errors import FieldError
from bot.grammar.named import read_named
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.name_key import name_key
from storage.partners import partners, snapshots
from storage.workspaces import settings_changes

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """How far a workspace has come. `zone` is that of whoever looks, where Slack knows it."""

    team: Team
    partners: int
    colleagues: int
    zone_chosen: bool
    zone: str
    may_set_up: bool

    @property
    def is_placed(self) -> bool:
        """Whether time zone and digest channel are chosen."""
        return self.zone_chosen and bool(self.team.digest_channel)


def first_steps(engine: Engine, caller: Caller, zone: str | None = None) -> FirstSteps:
    """Load how far the workspace is set up. `zone` is the caller's own time zone, if known."""
    if zone is None:
        asked = caller.fetch_member(caller.user_id)
        zone = asked.zone.key if asked else caller.team.zone.key
    with reading(engine) as session:
        return steps_of(session, caller, zone)


def steps_of(session: Session, caller: Caller, zone: str) -> FirstSteps:
    """Do the same within a transaction. `zone` is the caller's own."""
    found = snapshots.list_snapshots(session, workspace_id=caller.team.id)
    chosen = settings_changes.was_set(session, workspace_id=caller.team.id, key="timezone")
    return FirstSteps(
        team=caller.team,
        partners=len(found),
        colleagues=len({partner.owner for partner in found} - {caller.user_id, None}),
        zone_chosen=chosen or caller.team.zone.key != "UTC",
        zone=zone,
        may_set_up=caller.is_steward,
    )


@dataclass(frozen=True, slots=True)
class NamedPartners:
    """The partners that were added, those that were there already, and the day on which one last spoke with them.

    `days` holds those that stood behind a name.
    """

    added: tuple[str, ...]
    known: tuple[str, ...]
    last_spoke_on: date | None
    days: Mapping[str, date] = field(default_factory=dict)


@retried
def name_partners(engine: Engine, caller: Caller, text: str, last_spoke_on: date | None) -> NamedPartners:
    """Add partners by their names, one on each line, all or none; `last_spoke_on` becomes a touch with each.

    A day behind a name, as in `Acme Legal, yesterday`, goes before it.

    Raises:
        FieldError: a name or the day can't be taken.
    """
    lines = [read_named(line, caller.today) for line in text.splitlines()]
    by_key: dict[str, str] = {}
    days: dict[str, date] = {}
    for line in (one for one in lines if one.name):
        name = by_key.setdefault(name_key(line.name), line.name)
        if line.last_spoke_on:
            days[name] = max(line.last_spoke_on, days.get(name, line.last_spoke_on))
    wanted = list(by_key.values())
    if not wanted:
        raise FieldError("names", "Write at least one name.")
    if len(wanted) > MOST_AT_ONCE:
        raise FieldError("names", f"These are {len(wanted)} names. Add up to {MOST_AT_ONCE} here, or import a file.")
    if last_spoke_on and last_spoke_on > caller.today:
        raise FieldError("last_spoke_on", "That day is in the future.")
    with writing(engine) as session:
        caller.claim_request_key(session)
        partners.lock_named(session, workspace_id=caller.team.id, spellings=wanted)
        known = [one for one in wanted if snapshots.get_by_name(session, workspace_id=caller.team.id, name=one)]
        new = [one for one in wanted if one not in known]
        for name in new:
            _add(session, caller, name, days.get(name, last_spoke_on))
        told = {name: day for name, day in days.items() if name in new}
        return NamedPartners(tuple(new), tuple(known), last_spoke_on, told)


def _add(session: Session, caller: Caller, name: str, last_spoke_on: date | None) -> None:
    try:
        made = insert_partner(session, caller, {"name": name, "owner": caller.user_id})
    except FieldError as error:
        raise FieldError("names", f"{name}: {error}") from None
    if last_spoke_on:
        spoke_on(session, caller, row_id(made), last_spoke_on)
