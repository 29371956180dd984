"""Preview, do and undo the merge of two records of one partner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score, log_change, partner_id_by_name, row_id
from bot.actions.partners import merge_fields
from bot.errors import NotAllowed, NotFound
from scoring.rvi import Score
from scoring.vocabulary import Status
from storage.db.engine import reading, writing
from storage.db.json_values import plain
from storage.db.locks import take_turn
from storage.db.retry import retried
from storage.ledger import automatic
from storage.name_key import name_key
from storage.partners import merges, names, partners
from storage.tables import Partner

MERGE_ACTION = "merge partners"


@dataclass(frozen=True, slots=True)
class PartnerSummary:
    """A partner's id, name and score of today."""

    id: int
    name: str
    score: Score


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do: rows to move by table, and labels of the fields to fill.

    `since_on` is the target's new start day, if it becomes earlier; `status` the target's, if the source has another.
    """

    source: PartnerSummary
    target: PartnerSummary
    rows: Mapping[str, int]
    filled: Sequence[str]
    since_on: date | None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class EarlierMerge:
    """A merge that was not undone."""

    id: int
    name: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class AlreadyMerged:
    """Both names already belong to one partner, by these merges."""

    partner_id: int
    name: str
    merges: Sequence[EarlierMerge]


@dataclass(frozen=True, slots=True)
class MergeResult:
    """A merge that was done or undone. `before` and `after` are the target's score.

    `kept_fields` names the fields that stay as they are because somebody changed them since. `was_undone` if it was
    undone before.
    """

    merge_id: int
    name: str
    into_id: int
    into: str
    before: Score
    after: Score
    kept_fields: Sequence[str] = ()
    was_undone: bool = False


def plan_merge(engine: Engine, caller: Caller, name: str, into: str) -> MergePlan | AlreadyMerged:
    """Preview merging a partner into another.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MERGE_ACTION)
    with reading(engine) as session:
        one, other = (
            get_partner(session, caller, partner_id_by_name(session, caller, called)) for called in (name, into)
        )
        return _plan(session, caller, one, other)


def plan_merge_of(engine: Engine, caller: Caller, partner_id: int, into_id: int) -> MergePlan | AlreadyMerged:
    """Preview merging a partner into another, both by id. Raises as `plan_merge`."""
    caller.require_steward(MERGE_ACTION)
    with reading(engine) as session:
        return _plan(session, caller, get_partner(session, caller, partner_id), get_partner(session, caller, into_id))


def _plan(session: Session, caller: Caller, one: Partner, other: Partner) -> MergePlan | AlreadyMerged:
    if one.id == other.id:
        return _already_merged(session, caller, one)
    _require_not_ending(one, other)
    filled = merge_fields.fields_to_fill(one, other)
    return MergePlan(
        source=PartnerSummary(row_id(one), one.name, get_score(session, caller, one)),
        target=PartnerSummary(row_id(other), other.name, get_score(session, caller, other)),
        rows=merges.count_rows(session, workspace_id=caller.team.id, partner_id=row_id(one)),
        filled=merge_fields.field_labels(filled),
        since_on=one.since_on if one.since_on < other.since_on else None,
        status=Status(other.status) if one.status != other.status else None,
    )


@retried
def merge(engine: Engine, caller: Caller, partner_id: int, into_id: int) -> MergeResult:
    """Merge a partner into another, which keeps its record and fills in what it lacks.

    Raises:
        NotAllowed: the caller is not a steward, or one of the two was merged meanwhile.
    """
    caller.require_steward(MERGE_ACTION)
    with writing(engine) as session:
        caller.claim_request_key(session)
        take_turn(session, workspace_id=caller.team.id)
        one, other = _load_both(session, caller, partner_id, into_id)
        if one.merged_into_id is not None or other.merged_into_id is not None or one.id == other.id:
            raise NotAllowed(
                "One of the two has just been merged. Preview it again with `/partner merge PARTNER into PARTNER`."
            )
        _require_not_ending(one, other)
        before = get_score(session, caller, other)
        filled = merge_fields.fields_to_fill(one, other)
        old = {field: getattr(other, field) for field in filled} | {"since_on": other.since_on}
        new = {field: getattr(one, field) for field in filled} | {"since_on": min(one.since_on, other.since_on)}
        name = one.name
        row = merges.merge(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            into_id=into_id,
            before={field: plain(value) for field, value in old.items() if value != new[field]},
            by=caller.user_id,
            now=caller.now,
        )
        if row is None:
            raise NotAllowed(f"{name} has just been merged.")
        log_change(session, caller, "partner", into_id, "merged in", None, name)
        merge_fields.set_fields(session, caller, other, old, new)
        automatic.settle(session, workspace_id=caller.team.id, now=caller.now, partner_ids=[into_id])
        return MergeResult(row.id or 0, name, into_id, other.name, before, get_score(session, caller, other))


@retried
def undo(engine: Engine, caller: Caller, merge_id: int) -> MergeResult:
    """Undo a merge. What was recorded since stays with the target.

    Raises:
        NotAllowed: the caller is not a steward, or a later change prevents it.
    """
    caller.require_steward(MERGE_ACTION)
    with writing(engine) as session:
        caller.claim_request_key(session)
        take_turn(session, workspace_id=caller.team.id)
        row = merges.get(session, workspace_id=caller.team.id, merge_id=merge_id)
        if row is None:
            raise NotFound("That merge is not in this workspace.")
        one, other = _load_both(session, caller, row.partner_id, row.into_id)
        name, into_id = one.name, row_id(other)
        before = get_score(session, caller, other)
        if row.undone_at is None:
            _require_mergeable(session, caller, one, other)
        if not merges.undo(session, workspace_id=caller.team.id, merge_id=merge_id, by=caller.user_id, now=caller.now):
            return MergeResult(merge_id, name, into_id, other.name, before, before, was_undone=True)
        log_change(session, caller, "partner", into_id, "merge undone", name, None)
        both = [row.partner_id, row.into_id]
        automatic.settle(session, workspace_id=caller.team.id, now=caller.now, partner_ids=both)
        left = merge_fields.clear_filled_fields(session, caller, row, one, other)
        return MergeResult(merge_id, name, into_id, other.name, before, get_score(session, caller, other), left)


def _require_not_ending(one: Partner, other: Partner) -> None:
    """Refuse a merge by which a partnership would end that nobody ended."""
    if other.status == Status.ENDED and one.status != Status.ENDED:
        raise NotAllowed(
            f"The partnership with {other.name} has ended, and {one.name} would end with it. Resume {other.name} "
            f"first, or merge {other.name} into {one.name}."
        )


def _load_both(session: Session, caller: Caller, partner_id: int, into_id: int) -> tuple[Partner, Partner]:
    rows = merges.lock_both(session, workspace_id=caller.team.id, partner_ids={partner_id, into_id})
    found = {row.id: row for row in rows}
    if partner_id not in found or into_id not in found:
        raise NotFound("That partner is not in this workspace.")
    return found[partner_id], found[into_id]


def _already_merged(session: Session, caller: Caller, partner: Partner) -> AlreadyMerged:
    found = merges.active_merges(session, workspace_id=caller.team.id, into_id=row_id(partner))
    if not found:
        raise NotAllowed(f"Both are names of {partner.name}, so there is nothing to merge.")
    earlier = [EarlierMerge(row.id or 0, name, row.merged_by, caller.team.today(row.merged_at)) for row, name in found]
    return AlreadyMerged(row_id(partner), partner.name, earlier)


def _require_mergeable(session: Session, caller: Caller, partner: Partner, other: Partner) -> None:
    if other.merged_into_id is not None:
        now = partners.find_name_of(session, workspace_id=caller.team.id, partner_id=other.merged_into_id)
        raise NotAllowed(
            f"{other.name} has since been merged into {now}. Undo that merge first: "
            f"`/partner merge {other.name} into {now}`."
        )
    taken = names.find_name(session, workspace_id=caller.team.id, spellings=[partner.name])
    if taken is None:
        return
    holder = partners.find_name_of(session, workspace_id=caller.team.id, partner_id=taken[1]) or ""
    if taken[1] != other.id or name_key(holder) == name_key(partner.name):
        raise NotAllowed(f"{holder} now uses the name “{partner.name}”. Rename it first.")
