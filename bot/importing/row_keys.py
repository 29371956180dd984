"""By what the rows of a file are known: their id and its source, else their content and place among equal rows."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from bot.grammar.errors import quote
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.report import RejectedRow
from bot.importing.table import Table
from storage.imports import batches
from storage.imports.batches import ImportedActivity
from storage.ledger.edits import Edit, edits_by_activity
from storage.ledger.source_keys import external_key, unsourced_key
from storage.name_key import name_key
from storage.tables import Activity, TrustRating

_WHOLE, _UNREAD = "h:", "h?:"
"""Prefixes of the keys of a row's content; the second of one with a cell that could not be read."""

_as_text = json.JSONEncoder(default=str, ensure_ascii=False).encode


class LedgerRow(Protocol):
    """A checked row of either kind. `place` is its index in the file's table."""

    @property
    def place(self) -> int: ...

    @property
    def partner(self) -> str: ...

    @property
    def external_id(self) -> str | None: ...

    def content(self) -> tuple[Any, ...]:
        """Return what identifies the row apart from its partner. The values do not depend on who imports."""
        ...


R = TypeVar("R", bound=LedgerRow)


class RowKeys:
    """The keys of a file's rows, and what the ledger has under them.

    `stored`: the ledger's rows by key, of those that may be corrected. `given`: the keys, old and new, of rows that are
    known by a new one from now on, by row id. `settled`: keys of rows about which nothing is left to do.
    """

    def __init__(self, session: Session, job: ImportContext, table: type[Activity] | type[TrustRating]) -> None:
        self._session, self._job, self._model = session, job, table
        self.stored: dict[str, ImportedActivity] = {}
        self.given: dict[int, tuple[str, str]] = {}
        self.settled: set[str] = set()
        self._taken: set[str] = set()
        self._older: dict[str, str] = {}

    def rows_by_key(self, rows: Sequence[R], settled: ImportOutcome) -> dict[str, R]:
        """Return the rows by source key, and look them up in the ledger."""
        keyed: dict[str, R] = {}
        places: Counter[str] = Counter()
        key_of, old_key_of = lru_cache(None)(name_key), lru_cache(None)(_old_name_key)
        for row in rows:
            if row.external_id is not None:
                self._put_by_id(keyed, row, settled, key_of)
                continue
            prefix = _UNREAD if getattr(row, "lost", ()) and "?" in row.content() else _WHOLE
            digest = prefix + _digest(key_of(row.partner), row.content())
            places[digest] += 1
            key = f"{digest}:{places[digest]}"
            keyed[key] = row
            if old_key_of(row.partner) != key_of(row.partner):
                old = prefix + _digest(old_key_of(row.partner), row.content())
                places[old] += 1
                self._older[key] = f"{old}:{places[old]}"
        self._look_up(keyed, key_of)
        return keyed

    @cached_property
    def edits(self) -> dict[int, dict[str, Edit]]:
        """What people edited of the ledger's rows, by row id and column."""
        return edits_by_activity(self._session, workspace_id=self._job.workspace_id)

    def is_known(self, key: str) -> bool:
        """Return whether a row was imported before."""
        return key in self._taken or self._older.get(key) in self._taken

    def give_keys(self, session: Session, job: ImportContext) -> None:
        """Store the new keys of rows that had another one."""
        for row_id, (old, new) in self.given.items():
            job.journal.cells("activity", row_id, {"source_key": old}, {"source_key": new})
        new_keys = {row_id: new for row_id, (_, new) in self.given.items()}
        batches.set_source_keys(session, workspace_id=job.workspace_id, keys=new_keys)

    def _put_by_id(self, keyed: dict[str, R], row: R, settled: ImportOutcome, key_of: Any) -> None:
        source = getattr(row, "id_source", None) or self._job.source
        earlier = keyed.setdefault(external_key(source, getattr(row, "kind", "trust"), row.external_id or ""), row)
        if earlier is row:
            return
        if earlier.content() == row.content() and key_of(earlier.partner) == key_of(row.partner):
            settled.known += 1  # duplicates, as joins in exports produce
        else:
            settled.bad.append(_duplicate_row(self._job.table, row, earlier))

    def _look_up(self, keyed: dict[str, R], key_of: Any) -> None:
        of = {"workspace_id": self._job.workspace_id}
        by_content = [key for key in keyed if key.startswith((_WHOLE, _UNREAD))]
        candidates = [*by_content, *self._older.values()]
        self._taken = batches.taken_keys(self._session, **of, table=self._model, keys=candidates)
        if self._model is not Activity:
            return
        ids = [key for key, row in keyed.items() if row.external_id is not None]
        ids += [unsourced_key(row.external_id) for row in keyed.values() if row.external_id is not None]
        mended = self._find_mended(keyed, [key for key in by_content if key.startswith(_WHOLE)], key_of)
        self.stored = batches.imported_activities(self._session, **of, keys=[*ids, *mended.values()])
        for key, old in mended.items():
            if old in self.stored:
                self.stored[key] = self.stored[old]
                self.given[self.stored[old].id] = (old, key)

    def _find_mended(self, keyed: dict[str, R], keys: Sequence[str], key_of: Any) -> dict[str, str]:
        """Return the rows that were imported with a cell that could not be read: their key, and the stored one."""
        unread = batches.keys_like(self._session, workspace_id=self._job.workspace_id, prefix=_UNREAD)
        left = {key.rsplit(":", 1)[0]: key for key in sorted(unread, reverse=True)}
        found: dict[str, str] = {}
        for key in keys if left else ():
            if self.is_known(key):
                continue
            row: Any = keyed[key]
            contents: Iterator[tuple[Any, ...]] = row.unread_contents()
            for content in contents:
                if stored := left.pop(_UNREAD + _digest(key_of(row.partner), content), None):
                    found[key] = stored
                    break
        return found


def _digest(partner: str, content: tuple[Any, ...]) -> str:
    return hashlib.sha256(_as_text((partner, *content)).encode()).hexdigest()


def _old_name_key(name: str) -> str:
    """Return the key that a name had in the content of rows before apostrophes, dashes and `&` were folded."""
    if name.isascii() and "&" not in name and "`" not in name:
        return name_key(name)
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().replace("\u0131", "i"))
    hidden = ("Cf", "Cc", "Zs", "Zl", "Zp")
    return "".join(
        letter
        for letter in letters
        if (unicodedata.combining(letter) == 0 or letter in "\u3099\u309a")
        and unicodedata.category(letter) not in hidden
    )


def _duplicate_row(table: Table, row: LedgerRow, earlier: LedgerRow) -> RejectedRow:
    line = table.row(earlier.place).line
    reason = f"the external id {quote(row.external_id or '')} is already used in line {line}"
    return table.row(row.place).refused("external_id", reason, "an external id that another row uses").row
