"""Record, amend and query activities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.db import statements
from storage.db.bulk import insert_many, update_many
from storage.db.locks import get_of_partner
from storage.tables import Activity, Partner

API_PREFIX = "api:"
"""Prefix of the recorder of rows from the API. No user id begins so."""
COUNTING_KINDS = ("referral", "strategic_referral", "collaboration", "event", "cross_promotion")
ATTEMPT = "attempt"
"""The kind of an activity that is not contact: nobody was reached."""
TOUCHES = (*COUNTING_KINDS, "meeting")
"""The kinds that count as contact."""
REFERRALS = ("referral", "strategic_referral")
AUTOMATIC = ("channel", "mail", "calendar")
"""The recorders of contact that counts by itself: nobody did. No user id is one of these."""
ABSORBED = "absorbed"
"""Who voided automatic contact on a day of which another row tells: nobody took it back."""


def record(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    kind: str,
    direction: str,
    occurred_on: date,
    by: str,
    now: datetime,
    count: int = 1,
    title: str = "",
    note: str | None = None,
    medium: str | None = None,
    outcome: str | None = None,
    outcome_on: date | None = None,
    value_minor: int | None = None,
    source_key: str | None = None,
    batch_id: int | None = None,
) -> Activity:
    """Record one activity. The day of an outcome is by default that of the activity."""
    row = Activity(
        workspace_id=workspace_id,
        partner_id=partner_id,
        kind=kind,
        direction=direction,
        occurred_on=occurred_on,
        count=count,
        title=title,
        note=note,
        medium=medium,
        outcome=outcome,
        outcome_on=(outcome_on or occurred_on) if outcome else None,
        value_minor=value_minor,
        source_key=source_key,
        batch_id=batch_id,
        recorded_at=now,
        recorded_by=by,
    )
    return statements.insert_row(session, row)


def get(session: Session, *, workspace_id: int, activity_id: int, also: Collection[int] = ()) -> Activity | None:
    """Return an activity, voided ones included. `also` are other partners that the transaction needs."""
    query = select(Activity).where(Activity.workspace_id == workspace_id, Activity.id == activity_id)
    return get_of_partner(session, query, lambda row: (row.partner_id, *also))


def _not_voided(workspace_id: int, partner_id: int) -> SelectOfScalar[Activity]:
    """Select a partner's activities that are not voided."""
    return select(Activity).where(
        Activity.workspace_id == workspace_id,
        Activity.partner_id == partner_id,
        col(Activity.voided_at).is_(None),
    )


def recent(session: Session, *, workspace_id: int, partner_id: int, until: date, limit: int) -> Sequence[Activity]:
    """Return a partner's latest activities up to `until`, newest first."""
    return session.exec(
        _not_voided(workspace_id, partner_id)
        .where(col(Activity.occurred_on) <= until)
        .order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc())
        .limit(limit)
    ).all()


def planned(session: Session, *, workspace_id: int, partner_id: int, after: date, limit: int) -> Sequence[Activity]:
    """Return a partner's next activities after that day, soonest first. Attempts are never planned."""
    return session.exec(
        _not_voided(workspace_id, partner_id)
        .where(col(Activity.occurred_on) > after, col(Activity.kind) != ATTEMPT)
        .order_by(col(Activity.occurred_on), col(Activity.id))
        .limit(limit)
    ).all()


def recently_recorded(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[Activity]:
    """Return a partner's activities of any day, last recorded first."""
    return session.exec(
        _not_voided(workspace_id, partner_id)
        .order_by(col(Activity.recorded_at).desc(), col(Activity.id).desc())
        .limit(limit)
    ).all()


def list_page(
    session: Session,
    *,
    workspace_id: int,
    limit: int,
    before_id: int | None = None,
    partner_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Sequence[tuple[str, Activity]]:
    """Return one page of all activities with their partners' names, last recorded first. `before_id` is the last id of
    the previous page.
    """
    query = (
        select(Partner.name, Activity)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(Activity.workspace_id)) & (col(Partner.id) == Activity.partner_id),
        )
        .where(Activity.workspace_id == workspace_id, col(Activity.voided_at).is_(None))
    )
    if before_id is not None:
        query = query.where(col(Activity.id) < before_id)
    if partner_id is not None:
        query = query.where(Activity.partner_id == partner_id)
    if since is not None:
        query = query.where(col(Activity.occurred_on) >= since)
    if until is not None:
        query = query.where(col(Activity.occurred_on) <= until)
    return [(name, row) for name, row in session.exec(query.order_by(col(Activity.id).desc()).limit(limit))]


def get_by_source_key(session: Session, *, workspace_id: int, source_key: str) -> Activity | None:
    """Return the activity with that source key, voided ones included."""
    return get_of_partner(
        session, select(Activity).where(Activity.workspace_id == workspace_id, Activity.source_key == source_key)
    )


def open_referrals(session: Session, *, workspace_id: int, partner_id: int, limit: int) -> Sequence[Activity]:
    """Return the referrals that are neither won, lost nor declined, newest first."""
    return session.exec(
        _not_voided(workspace_id, partner_id)
        .where(col(Activity.outcome).in_(("introduced", "met")))
        .order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class Lead:
    """A referral, as far as it tells which lead it is about."""

    id: int
    title: str
    count: int
    direction: str
    outcome: str
    outcome_on: date
    value_minor: int | None


_ROW = statements.table_of(Activity).c
_LEADS = (
    select_columns(*(_ROW[each.name] for each in fields(Lead)))
    .where(
        _ROW.workspace_id == bindparam("workspace"),
        _ROW.partner_id == bindparam("partner"),
        _ROW.voided_at.is_(None),
        _ROW.outcome.in_(bindparam("outcomes", expanding=True)),
    )
    .order_by(_ROW.recorded_at.desc(), _ROW.id.desc())
)


def leads(session: Session, *, workspace_id: int, partner_id: int, outcomes: Collection[str]) -> list[Lead]:
    """Return a partner's referrals with these outcomes, last recorded first."""
    values = {"workspace": workspace_id, "partner": partner_id, "outcomes": list(outcomes)}
    return [Lead(*row) for row in statements.execute(session, _LEADS, values)]


def waiting_referrals(
    session: Session, *, workspace_id: int, owner: str | None, before: date, day: date
) -> Sequence[tuple[str, Activity]]:
    """Open referrals of an owner's active partners (None: of all) without news since that day, the oldest first.

    Each comes as (partner, row).

    Covers active partners only, without those snoozed on `day`.
    """
    query = (
        select(Partner.name, Activity)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(Activity.workspace_id)) & (col(Partner.id) == Activity.partner_id),
        )
        .where(
            Activity.workspace_id == workspace_id,
            Partner.workspace_id == workspace_id,
            Partner.status == "active",
            col(Activity.voided_at).is_(None),
            col(Activity.outcome).in_(("introduced", "met")),
            col(Activity.outcome_on) <= before,
        )
        .order_by(col(Activity.outcome_on), col(Activity.id))
    )
    if owner is not None:
        query = query.where(Partner.owner == owner)
    until = col(Partner.snoozed_until_on)
    query = query.where(until.is_(None) | (until <= day))
    return [(name, row) for name, row in session.exec(query)]


def record_many(
    session: Session,
    *,
    workspace_id: int,
    columns: Mapping[str, Sequence[Any]],
    batch_id: int,
    by: str,
    now: datetime,
) -> None:
    """Insert the rows of an import, given as columns, without the columns that all rows share."""
    same = {"workspace_id": workspace_id, "batch_id": batch_id, "recorded_by": by, "recorded_at": now}
    insert_many(session, Activity, columns=columns, same=same)


def partners_with_rows(session: Session, *, workspace_id: int) -> set[int]:
    """Return the ids of the partners of whom anything was ever recorded."""
    return set(session.exec(select(Activity.partner_id).where(Activity.workspace_id == workspace_id).distinct()))


def update_activities(session: Session, *, workspace_id: int, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Update activities that are known to exist: new column values by row id."""
    update_many(session, statements.table_of(Activity), workspace_id=workspace_id, rows=rows.items())
