"""Dump all rows of a workspace, and load them into another database, whatever the tables.

Rows are dicts of plain JSON values by column; days and instants are ISO strings. Ids are translated on loading, and
tokens are created again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, and_, func, insert, or_, select
from sqlalchemy import Date as DateType
from sqlmodel import Session, SQLModel, col, update
from sqlmodel import select as select_rows

from storage.contacts.addresses import address_key, name_and_address
from storage.db.engine import for_update
from storage.name_key import TWIN, name_key, twin_key
from storage.tables import AuditEntry, ContactPerson, Partner, PartnerExternalId, Workspace
from storage.tables.enums import AMENDED

CHUNK_SIZE = 1_000  # rows in memory at a time
EXCLUDED_TABLES = frozenset(
    {
        "seen_request",
        "kept_answer",
        "integration",
        "calendar_feed",
        "calendar_source",
        "calendar_meeting",
        "crm_connection",
        "mail_address",
        "mail_receipt",
        "staged_import",
        "remembered_columns",
        "webhook_endpoint",
        "webhook_delivery",
        "webhook_watch",
    }
)
"""Tables that only matter to the process that wrote them, or that grant access to this database: API tokens, calendar
and mail addresses, webhooks and connections to CRMs are created or given again elsewhere. Staged files are not imported
yet.
"""
TABLES_WITHOUT_IDS = frozenset({"journal"})
"""Columns that refer to rows by ids of this database: an import can only be undone where it was made."""
SECRET_COLUMNS = frozenset({"secret_hash", "token"})
"""Columns that grant access, or must be unique across databases. They are not dumped, and are created again."""
NAMED_BY = {"partner_name": "name", "partner_spelling": "spelling", "vertical": "name"}
"""Tables with keys of names, and the column of the name: an older version may have made the keys in another way."""
NON_SETTING_COLUMNS = frozenset(
    {
        "id", "team_id", "name", "bot_user_id", "created_at", "digest_problem", "uninstalled_at", "look_at",
        "stale_from", "stale_until", "enterprise_id", "granted_at",
    }
)  # fmt: skip
CONTACT, _OLD_CONTACT = "contact", "channel"
"""Beginning of the source keys of automatic contact, now and in older versions."""
_OPEN_DELIVERIES = ("claimed", "retry")


def workspace_tables() -> list[Table]:
    """Return the tables that belong to a workspace, in the order of their references."""
    tables = [
        table
        for table in SQLModel.metadata.sorted_tables
        if "workspace_id" in table.c and table.name not in EXCLUDED_TABLES and table.name != "workspace"
    ]
    # An audit entry may refer to a row of any table, without a foreign key. So may a merge, also to audit entries.
    last = ("amendment", "change", "partner_merge")
    return sorted(tables, key=lambda table: last.index(table.name) if table.name in last else -1)


def read_settings(session: Session, *, workspace_id: int) -> dict[str, Any]:
    """Return the workspace's settings by column."""
    workspace = session.get_one(Workspace, workspace_id)
    return {
        name: _to_json_value(getattr(workspace, name))
        for name in Workspace.model_fields
        if name not in NON_SETTING_COLUMNS
    }


def store_settings(session: Session, *, workspace_id: int, values: Mapping[str, Any]) -> None:
    """Store settings from `read_settings`. Skip those that this version does not know.

    The workspace row stays locked until the transaction ends.
    """
    columns: Any = SQLModel.metadata.tables["workspace"]
    query = for_update(session, select_rows(Workspace).where(Workspace.id == workspace_id))
    workspace = session.exec(query).one()
    for name, value in values.items():
        if name in columns.c and name not in NON_SETTING_COLUMNS:
            setattr(workspace, name, _from_json_value(columns.c[name], value))
    session.add(workspace)


def count_rows(session: Session, *, workspace_id: int, table: Table, partner_id: int | None = None) -> int:
    """Count the rows that `read_rows` returns."""
    condition = _row_filter(table, workspace_id, partner_id)
    return int(session.execute(select(func.count()).select_from(table).where(condition)).scalar_one())


def read_rows(
    session: Session, *, workspace_id: int, table: Table, partner_id: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a table's rows by id, few in memory at a time, optionally of one partner only."""
    query = select(table).where(_row_filter(table, workspace_id, partner_id)).order_by(table.c.id)
    for row in session.execute(query.execution_options(yield_per=CHUNK_SIZE)).mappings():
        yield {
            name: _to_json_value(value)
            for name, value in row.items()
            if name not in ("workspace_id", *SECRET_COLUMNS, *TABLES_WITHOUT_IDS)
        }


def _row_filter(table: Table, workspace_id: int, partner_id: int | None) -> ColumnElement[bool]:
    condition = table.c.workspace_id == workspace_id
    if partner_id is None:
        return condition
    if table.name == "partner":
        return and_(condition, or_(table.c.id == partner_id, table.c.merged_into_id == partner_id))
    if table.name == "partner_merge":
        return and_(condition, or_(table.c.partner_id == partner_id, table.c.into_id == partner_id))
    if table.name == "partner_external_id":
        return and_(condition, table.c.partner_id.in_(_it_and_merged(workspace_id, partner_id)))
    if table.name == "change":
        return and_(
            condition,
            or_(
                and_(
                    col(AuditEntry.subject) == "partner",
                    col(AuditEntry.subject_id).in_(_it_and_merged(workspace_id, partner_id)),
                ),
                *(
                    and_(
                        col(AuditEntry.subject) == subject,
                        col(AuditEntry.subject_id).in_(_ids_of(subject, workspace_id, partner_id)),
                    )
                    for subject in AMENDED
                ),
            ),
        )
    return and_(condition, table.c.partner_id == partner_id if "partner_id" in table.c else table.c.id.is_(None))


def _it_and_merged(workspace_id: int, partner_id: int) -> Any:
    return select(col(Partner.id)).where(
        col(Partner.workspace_id) == workspace_id,
        or_(col(Partner.id) == partner_id, col(Partner.merged_into_id) == partner_id),
    )


def _ids_of(name: str, workspace_id: int, partner_id: int) -> Any:
    columns = SQLModel.metadata.tables[name].c
    return select(columns.id).where(columns.workspace_id == workspace_id, columns.partner_id == partner_id)


def has_records(session: Session, *, workspace_id: int) -> bool:
    """Return whether the workspace contains records, with which loaded rows would mix."""
    partner: Any = SQLModel.metadata.tables["partner"]
    return (
        session.execute(select(partner.c.id).where(partner.c.workspace_id == workspace_id).limit(1)).first() is not None
    )


@dataclass(slots=True)
class Loader:
    """Load rows into an empty workspace. Translating ids takes about a hundred bytes of memory per row."""

    session: Session
    workspace_id: int
    ids: dict[str, dict[int, int]] = field(default_factory=dict)
    _merged: dict[int, int] = field(default_factory=dict)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[tuple[str, str]] = field(default_factory=set)

    def put(self, table: Table, found: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows of a table, after all rows of the tables that they refer to.

        Raises:
            KeyError: a row has no id, or refers to a row that was not loaded before.
        """
        new_ids = self.ids.setdefault(table.name, {})
        existing_ids = self._there(table) if not new_ids else {}
        new_rows: list[dict[str, Any]] = []
        olds: list[int] = []
        for row in found:
            values = self._translated(table, row)
            same = next((existing_ids[key] for key in _unique_keys(table, values) if key in existing_ids), None)
            if same is not None:
                new_ids[int(row["id"])] = same
                continue
            new_rows.append(values)
            olds.append(int(row["id"]))
        if not new_rows:
            return
        query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        new_ids.update(zip(olds, self.session.scalars(query, new_rows), strict=True))
        if table.name == "partner":
            self._put_ids(found)
            self._add_sponsors(found)

    def _put_ids(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Insert the ids in other systems that partners had in their own row in older versions."""
        ids = [
            {
                "workspace_id": self.workspace_id,
                "partner_id": self.ids["partner"][int(row["id"])],
                "source": row.get("external_source"),
                "external_id": row["external_id"],
            }
            for row in found
            if row.get("external_id")
        ]
        if ids:
            self.session.execute(insert(PartnerExternalId), ids)

    def finish(self) -> None:
        """Set, after all rows, which partner was merged into which, since either may come first.

        Raises:
            KeyError: a partner was merged into one that was not loaded.
        """
        new_ids = self.ids.get("partner", {})
        for old, into in self._merged.items():
            row = update(Partner).where(col(Partner.id) == new_ids[old], col(Partner.workspace_id) == self.workspace_id)
            self.session.execute(row.values(merged_into_id=new_ids[into]))

    def _add_sponsors(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Add the partners' sponsors as contact persons, where an older version kept them as a text."""
        for row in found:
            if not (text := (row.get("their_sponsor") or "").strip()):
                continue
            name, address = name_and_address(text)
            self.session.add(
                ContactPerson(
                    workspace_id=self.workspace_id,
                    partner_id=self.ids["partner"][int(row["id"])],
                    name=name,
                    address=address,
                    address_key=address_key(address) if address else None,
                    is_sponsor=True,
                    created_at=datetime.fromisoformat(row["created_at"]),
                    created_by=row["created_by"],
                )
            )

    def _there(self, table: Table) -> dict[tuple[Any, ...], int]:
        """Return the ids of existing rows by unique key, such as people that Slack already returned."""
        rows = self.session.execute(select(table).where(table.c.workspace_id == self.workspace_id)).mappings()
        return {key: row["id"] for row in rows for key in _unique_keys(table, row)}

    def _translated(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in table.c:
            if column.name == "id" or (column.name not in row and column.name not in (*SECRET_COLUMNS, "workspace_id")):
                continue
            if column.name == "workspace_id":
                values[column.name] = self.workspace_id
            elif column.name in SECRET_COLUMNS:
                values[column.name] = uuid4().hex
            else:
                values[column.name] = self._value(table, column, row)
        if table.name == "activity" and (key := row.get("source_key")):
            values["source_key"] = self._contact_key(key)
        if table.name in NAMED_BY:
            values["key"] = self._key(table.name, row["key"], row[NAMED_BY[table.name]])
        if table.name == "partner" and row.get("merged_into_id") is not None:
            self._merged[int(row["id"])] = int(row["merged_into_id"])
        if table.name == "delivery" and values["state"] in _OPEN_DELIVERIES:
            # What was in progress elsewhere is not continued here.
            values |= {"state": "failed", "problem": "was in progress during the export"}
        return values

    def _value(self, table: Table, column: Column[Any], row: Mapping[str, Any]) -> Any:
        value = row.get(column.name)
        if value is None or column.name == "merged_into_id":
            return None
        if table.name == "partner_merge" and column.name == "moved":
            return json.dumps({name: self._moved(name, moved) for name, moved in json.loads(value).items()})
        if table.name == "amendment" and column.name in ("before", "after"):
            return json.dumps({name: self._amended(name, moved) for name, moved in json.loads(value).items()})
        if table.name in ("change", "amendment") and column.name == "subject_id":
            return self.workspace_id if row["subject"] == "settings" else self.ids[row["subject"]][int(value)]
        target = next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), None)
        return self.ids[target][int(value)] if target else _from_json_value(column, value)

    def _key(self, table: str, key: str, name: str) -> str:
        """Return a name's key as this version makes it. A partner whose name another has keeps its exact spelling."""
        new = key if key.startswith(TWIN) else name_key(name)
        if (table, new) in self._taken:
            new = twin_key(name) if table == "partner_name" else key
        self._taken.add((table, new))
        self._keys[table, key] = new
        return new

    def _contact_key(self, source_key: str) -> str:
        """Return the key of automatic contact with a partner, whose id is in it, as it is here; any other as it is."""
        kind, _, rest = source_key.partition(":")
        old, _, day = rest.partition(":")
        if kind not in (CONTACT, _OLD_CONTACT) or not old.isdigit():
            return source_key
        new = self.ids["partner"].get(int(old))
        return f"{CONTACT}:{new}:{day}" if new is not None else source_key

    def _amended(self, name: str, value: Any) -> Any:
        # A row that was moved to another partner may be deleted by now.
        return self.ids["partner"].get(value) if name == "partner_id" else value

    def _moved(self, name: str, keys: Sequence[Any]) -> Sequence[Any]:
        # Only rows that can be created again have a key other than their id; an import's were rolled back since.
        if name == "partner_name":
            return [self._keys.get((name, key), key) for key in keys]
        new_ids = self.ids.get("contact_person" if name == "sponsor" else name, {})
        return [
            new_ids[key] if isinstance(key, int) else key for key in keys if not isinstance(key, int) or key in new_ids
        ]


def _unique_keys(table: Table, row: Mapping[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Return the columns that must be unique within a workspace."""
    for constraint in table.constraints:
        names = [column.name for column in constraint.columns] if isinstance(constraint, UniqueConstraint) else []
        if "workspace_id" in names and "id" not in names and all(row[name] is not None for name in names):
            yield (*names, *(row[name] for name in names))


def _to_json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _from_json_value(column: Column[Any], value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(column.type, DateType):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if column.name.endswith("_at") else value
