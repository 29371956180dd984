"""Merge one partner into another, and undo it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, tuple_
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select, update

from storage.db.engine import for_update
from storage.name_key import name_key, twin_key
from storage.tables import AuditEntry, ContactPerson, Partner, PartnerMerge, PartnerName, SignalNotice

NAMES, NOTICES, CHANGES = "partner_name", "signal_notice", "change"
SPONSOR = "sponsor"
"""Under which a merge notes the contact person who gave way to the other partner's sponsor."""
TABLES_BY_ID = (
    "activity", "trust_rating", "trust_question", "channel_link", "next_step", "cost", "matter", "review", "amendment",
    "partner_spelling", "contact_person", "activity_contact", "partner_domain", "calendar_meeting", "referral_link",
    "offered_referral", "seen_address",
)  # fmt: skip
"""Tables with rows of one partner. Ids are never reused, not even after a deletion."""
LOG = "nudged_signal"
"""Moved like those, and not counted: it tells what Tend did."""
OWN_FIELDS = ("status",)
"""What is noted of these stays with the merged partner: read with the other's, it would be that one's own past."""
_MAX_IDS = 5_000  # both databases limit the number of values in a statement


def lock_both(session: Session, *, workspace_id: int, partner_ids: Collection[int]) -> list[Partner]:
    """Return these partners, merged or not, locked against changes and merges until the transaction ends."""
    # Not `locks.lock_partners`, which follows merges.
    rows = select(Partner).where(Partner.workspace_id == workspace_id, col(Partner.id).in_(partner_ids))
    return list(session.exec(for_update(session, rows.order_by(col(Partner.id)))))


def count_rows(session: Session, *, workspace_id: int, partner_id: int) -> dict[str, int]:
    """Count the rows of each table that a merge would move, without names, notices and audit entries."""
    counts = {}
    for name in TABLES_BY_ID:
        table = _table(name)
        condition = and_(table.c.workspace_id == workspace_id, table.c.partner_id == partner_id)
        counts[name] = int(
            session.execute(select_columns(func.count()).select_from(table).where(condition)).scalar_one()
        )
    return counts


def merge(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    into_id: int,
    before: Mapping[str, Any],
    by: str,
    now: datetime,
) -> PartnerMerge | None:
    """Move everything of a partner to another. Return None if it was merged already; nothing is changed then.

    `before` holds the plain values of the other partner's fields that the merge fills. A notice stays if the other's
    owner was told of the same signal.
    """
    won = session.exec(
        update(Partner)
        .where(
            col(Partner.workspace_id) == workspace_id,
            col(Partner.id) == partner_id,
            col(Partner.merged_into_id).is_(None),
        )
        .values(merged_into_id=into_id)
    )
    if not won.rowcount:
        return None
    scope: dict[str, Any] = {"workspace_id": workspace_id, "partner_id": partner_id}
    moved_keys: dict[str, Any] = {SPONSOR: _yield_sponsor(session, **scope, into_id=into_id)}
    for name in (*TABLES_BY_ID, LOG, CHANGES):
        moved_keys[name] = list(
            session.scalars(select_columns(_table(name).c.id).where(_partner_filter(name, **scope)))
        )
        _move_ids(session, name, moved_keys[name], **scope, into_id=into_id)
    moved_keys[NAMES] = _move_names(session, **scope, into_id=into_id)
    moved_keys[NOTICES] = _move_notices(session, **scope, into_id=into_id)
    row = PartnerMerge(
        **scope, into_id=into_id, moved=json.dumps(moved_keys), before=json.dumps(before), merged_at=now, merged_by=by
    )
    session.add(row)
    session.flush()
    session.expire_all()
    return row


def get(session: Session, *, workspace_id: int, merge_id: int) -> PartnerMerge | None:
    """Return a merge, undone ones included."""
    query = select(PartnerMerge).where(PartnerMerge.workspace_id == workspace_id, PartnerMerge.id == merge_id)
    return session.exec(query).one_or_none()


def active_merges(session: Session, *, workspace_id: int, into_id: int) -> Sequence[tuple[PartnerMerge, str]]:
    """Return the merges into a partner that were not undone, latest first, each with the other's name."""
    return [
        (merge, name)
        for merge, name in session.exec(
            select(PartnerMerge, Partner.name)
            .join(
                Partner,
                and_(
                    col(Partner.workspace_id) == col(PartnerMerge.workspace_id),
                    col(Partner.id) == col(PartnerMerge.partner_id),
                ),
            )
            .where(
                PartnerMerge.workspace_id == workspace_id,
                PartnerMerge.into_id == into_id,
                col(PartnerMerge.undone_at).is_(None),
            )
            .order_by(col(PartnerMerge.id).desc())
        )
    ]


def undo(session: Session, *, workspace_id: int, merge_id: int, by: str, now: datetime) -> bool:
    """Move everything back. Return False if the merge was undone already; nothing is changed then.

    What was added to the other partner since stays there. The caller restores the other's fields.
    """
    won = session.exec(
        update(PartnerMerge)
        .where(
            col(PartnerMerge.workspace_id) == workspace_id,
            col(PartnerMerge.id) == merge_id,
            col(PartnerMerge.undone_at).is_(None),
        )
        .values(undone_at=now, undone_by=by)
    )
    row = get(session, workspace_id=workspace_id, merge_id=merge_id)
    if not won.rowcount or row is None:
        return False
    moved_keys: dict[str, Any] = json.loads(row.moved)
    back = {"workspace_id": workspace_id, "partner_id": row.into_id, "into_id": row.partner_id}
    for name in (*TABLES_BY_ID, LOG, CHANGES):
        _move_ids(session, name, moved_keys.get(name, ()), **back)  # a table may be newer than the merge
    sponsors = col(ContactPerson.id).in_(moved_keys.get(SPONSOR, ()))
    session.execute(
        update(ContactPerson).where(sponsors, _of(row.workspace_id, row.partner_id)).values(is_sponsor=True)
    )
    _restore_names(session, row, moved_keys[NAMES])
    notice_key = tuple_(col(SignalNotice.signal), col(SignalNotice.told_to))
    for chunk in _in_chunks(moved_keys[NOTICES]):
        condition = and_(
            _partner_filter(NOTICES, workspace_id, row.into_id), notice_key.in_([tuple(key) for key in chunk])
        )
        session.execute(update(SignalNotice).where(condition).values(partner_id=row.partner_id))
    condition = and_(col(Partner.workspace_id) == workspace_id, col(Partner.id) == row.partner_id)
    session.execute(update(Partner).where(condition).values(merged_into_id=None))
    session.expire_all()
    return True


def _of(workspace_id: int, partner_id: int) -> ColumnElement[bool]:
    return and_(col(ContactPerson.workspace_id) == workspace_id, col(ContactPerson.partner_id) == partner_id)


def _yield_sponsor(session: Session, *, workspace_id: int, partner_id: int, into_id: int) -> list[int]:
    """Let the other partner's sponsor stand where both have one. Return who gave way."""
    standing = and_(col(ContactPerson.is_sponsor), col(ContactPerson.voided_at).is_(None))
    theirs = select(ContactPerson.id).where(_of(workspace_id, into_id), standing)
    if session.exec(theirs).first() is None:
        return []
    mine = and_(_of(workspace_id, partner_id), standing)
    ids = list(session.scalars(select_columns(col(ContactPerson.id)).where(mine)))
    session.execute(update(ContactPerson).where(mine).values(is_sponsor=False))
    return [person_id for person_id in ids if person_id is not None]


def _move_ids(
    session: Session, name: str, ids: Sequence[int], *, workspace_id: int, partner_id: int, into_id: int
) -> None:
    table = _table(name)
    for chunk in _in_chunks(ids):
        condition = and_(_partner_filter(name, workspace_id, partner_id), table.c.id.in_(chunk))
        column = "subject_id" if name == CHANGES else "partner_id"
        session.execute(table.update().where(condition).values({column: into_id}))


def _move_names(session: Session, *, workspace_id: int, partner_id: int, into_id: int) -> list[str]:
    condition = _partner_filter(NAMES, workspace_id, partner_id)
    keys = list(session.scalars(select_columns(col(PartnerName.key)).where(condition)))
    session.execute(update(PartnerName).where(condition).values(partner_id=into_id, is_alias=True))
    return keys


def _restore_names(session: Session, row: PartnerMerge, keys: Sequence[str]) -> None:
    """Give a partner its names again. Names removed from the other since stay removed, except the official one."""
    condition = _partner_filter(NAMES, row.workspace_id, row.into_id)
    for chunk in _in_chunks(keys):
        is_alias = and_(condition, col(PartnerName.key).in_(chunk), col(PartnerName.is_alias))
        session.execute(update(PartnerName).where(is_alias).values(partner_id=row.partner_id))
    name = session.exec(select(Partner.name).where(Partner.id == row.partner_id)).one()
    official = and_(
        _partner_filter(NAMES, row.workspace_id, row.partner_id),
        col(PartnerName.key).in_((name_key(name), twin_key(name))),
    )
    if not session.execute(update(PartnerName).where(official).values(is_alias=False)).rowcount:  # type: ignore[attr-defined]
        session.add(
            PartnerName(workspace_id=row.workspace_id, partner_id=row.partner_id, key=name_key(name), name=name)
        )
        session.flush()


def _move_notices(session: Session, *, workspace_id: int, partner_id: int, into_id: int) -> list[tuple[str, str]]:
    key_columns = (col(SignalNotice.signal), col(SignalNotice.told_to))
    theirs = set(session.execute(select_columns(*key_columns).where(_partner_filter(NOTICES, workspace_id, into_id))))
    condition = _partner_filter(NOTICES, workspace_id, partner_id)
    moved_keys = [key for key in session.execute(select_columns(*key_columns).where(condition)) if key not in theirs]
    for signal, told_to in moved_keys:
        which = and_(condition, key_columns[0] == signal, key_columns[1] == told_to)
        session.execute(update(SignalNotice).where(which).values(partner_id=into_id))
    return [(signal, told_to) for signal, told_to in moved_keys]


def _partner_filter(name: str, workspace_id: int, partner_id: int) -> ColumnElement[bool]:
    table = _table(name)
    if name == CHANGES:
        of_it = and_(
            col(AuditEntry.subject) == "partner",
            col(AuditEntry.subject_id) == partner_id,
            col(AuditEntry.field).not_in(OWN_FIELDS),
        )
        return and_(table.c.workspace_id == workspace_id, of_it)
    return and_(table.c.workspace_id == workspace_id, table.c.partner_id == partner_id)


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def _in_chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(keys), _MAX_IDS):
        yield keys[begin : begin + _MAX_IDS]
