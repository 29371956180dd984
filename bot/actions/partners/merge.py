"""Two records that are one partner: what a merge would do, doing it, and taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import id_called, id_of, note_change, partner_of, score_of
from bot.actions.partners import merge_fields
from bot.errors import NotAllowed, NotFound
from scoring.rvi import Score
from storage.db.engine import reading, writing
from storage.name_key import name_key
from storage.partners import merges, names
from storage.tables import Partner
from storage.workspaces import workspaces

MAY = "merge partners"


@dataclass(frozen=True, slots=True)
class Named:
    """A partner by its id and name, with its score of today."""

    id: int
    name: str
    score: Score


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would do: how many rows of each table move, and the fields that are filled, by their labels.

    `since_on` is the day since which the other is a partner, where that becomes an earlier one.
    """

    one: Named
    into: Named
    rows: Mapping[str, int]
    filled: Sequence[str]
    since_on: date | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A merge that stands."""

    id: int
    name: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Together:
    """Both names are one partner's already, by these merges."""

    partner_id: int
    name: str
    merges: Sequence[Earlier]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was done, or undone: `before` and `after` are the other's score.

    `left` names the fields that stay with the other, as somebody changed them since; `already`: nothing was done now.
    """

    merge_id: int
    name: str
    into_id: int
    into: str
    before: Score
    after: Score
    left: Sequence[str] = ()
    already: bool = False


def plan(engine: Engine, caller: Caller, name: str, into: str) -> Plan | Together:
    """What it would do to merge a partner into another.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        NotFound: no partner goes by one of the names.
    """
    caller.must_be_steward(MAY)
    with reading(engine) as session:
        one, other = (partner_of(session, caller, id_called(session, caller, called)) for called in (name, into))
        if one.id == other.id:
            return _together(session, caller, one)
        filled = merge_fields.filled(one, other)
        return Plan(
            one=Named(id_of(one), one.name, score_of(session, caller, one)),
            into=Named(id_of(other), other.name, score_of(session, caller, other)),
            rows=merges.counts(session, workspace_id=caller.team.id, partner_id=id_of(one)),
            filled=merge_fields.labels(filled),
            since_on=one.since_on if one.since_on < other.since_on else None,
        )


def merge(engine: Engine, caller: Caller, partner_id: int, into_id: int) -> Merged:
    """Make one partner part of another, which keeps its own record and takes what it lacks.

    Raises:
        NotAllowed: the caller is neither admin nor steward, or one of the two was merged meanwhile.
        NotFound: one of them is none of this workspace.
    """
    caller.must_be_steward(MAY)
    with writing(engine) as session:
        caller.once(session)
        workspaces.hold_partners(session, workspace_id=caller.team.id)
        one, other = _both(session, caller, partner_id, into_id)
        if one.merged_into_id is not None or other.merged_into_id is not None or one.id == other.id:
            raise NotAllowed("One of the two was merged meanwhile. Look again: `/partner merge PARTNER into PARTNER`.")
        before = score_of(session, caller, other)
        filled = merge_fields.filled(one, other)
        old = {field: getattr(other, field) for field in filled} | {"since_on": other.since_on}
        new = {field: getattr(one, field) for field in filled} | {"since_on": min(one.since_on, other.since_on)}
        name = one.name
        row = merges.merge(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            into_id=into_id,
            before={field: merge_fields.plain(value) for field, value in old.items() if value != new[field]},
            by=caller.user_id,
            now=caller.now,
        )
        if row is None:
            raise NotAllowed(f"{name} was merged meanwhile.")
        note_change(session, caller, "partner", into_id, "merged in", None, name)
        merge_fields.set_fields(session, caller, other, old, new)
        return Merged(row.id or 0, name, into_id, other.name, before, score_of(session, caller, other))


def undo(engine: Engine, caller: Caller, merge_id: int) -> Merged:
    """Make two partners of one again. What was recorded of the one since stays with it.

    Raises:
        NotAllowed: the caller is neither admin nor steward, or what was done since stands in the way: that is named.
        NotFound: the merge is none of this workspace.
    """
    caller.must_be_steward(MAY)
    with writing(engine) as session:
        caller.once(session)
        workspaces.hold_partners(session, workspace_id=caller.team.id)
        row = merges.get(session, workspace_id=caller.team.id, merge_id=merge_id)
        if row is None:
            raise NotFound("That merge is not in this workspace.")
        one, other = _both(session, caller, row.partner_id, row.into_id)
        name, into_id = one.name, id_of(other)
        before = score_of(session, caller, other)
        if row.undone_at is None:
            _must_be_free(session, caller, one, other)
        if not merges.undo(session, workspace_id=caller.team.id, merge_id=merge_id, by=caller.user_id, now=caller.now):
            return Merged(merge_id, name, into_id, other.name, before, before, already=True)
        note_change(session, caller, "partner", into_id, "merge undone", name, None)
        left = merge_fields.put_back(session, caller, row, one, other)
        return Merged(merge_id, name, into_id, other.name, before, score_of(session, caller, other), left)


def _both(session: Session, caller: Caller, partner_id: int, into_id: int) -> tuple[Partner, Partner]:
    rows = merges.of_both(session, workspace_id=caller.team.id, partner_ids={partner_id, into_id})
    found = {row.id: row for row in rows}
    if partner_id not in found or into_id not in found:
        raise NotFound("That partner is not in this workspace.")
    return found[partner_id], found[into_id]


def _together(session: Session, caller: Caller, partner: Partner) -> Together:
    found = merges.standing(session, workspace_id=caller.team.id, into_id=id_of(partner))
    if not found:
        raise NotAllowed(f"Both are names of {partner.name}: there is nothing to merge.")
    earlier = [Earlier(row.id or 0, name, row.merged_by, caller.team.today(row.merged_at)) for row, name in found]
    return Together(id_of(partner), partner.name, earlier)


def _must_be_free(session: Session, caller: Caller, one: Partner, other: Partner) -> None:
    if other.merged_into_id is not None:
        now = partner_of(session, caller, other.merged_into_id)
        raise NotAllowed(
            f"{other.name} is itself part of {now.name} since. Undo that merge first: "
            f"`/partner merge {other.name} into {now.name}`."
        )
    taken = names.find(session, workspace_id=caller.team.id, spellings=[one.name])
    if taken is None:
        return
    holder = partner_of(session, caller, taken[1])
    if taken[1] != other.id or name_key(holder.name) == name_key(one.name):
        raise NotAllowed(f"{holder.name} goes by the name “{one.name}” now. Give it another one first.")
