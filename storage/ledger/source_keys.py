"""By what a row of the ledger is known: its id in the system it came from, or its content.

An id belongs to its source and to the kind of row, so that the ids of two systems never meet. Ids stored before
sources were kept have none: the first system that names one for the same partner takes it over.
"""

from functools import lru_cache
from urllib.parse import quote, unquote

RATING = "trust"
"""The kind of row of a trust rating."""

_SOURCED, _UNSOURCED = "id:", "x:"


def source_name(source: str) -> str:
    """Return the form in which spellings of one source are equal."""
    return " ".join(source.split()).casefold()


def row_kind(kind: str) -> str:
    """Return the kind of row that an activity's ids are counted in: a referral may become a strategic one."""
    return "referral" if kind.endswith("referral") else kind


def external_key(source: str, kind: str, external_id: str) -> str:
    """Return the source key of an id: `id:hubspot:referral:7101`."""
    return _prefix(source, kind) + external_id


@lru_cache(maxsize=256)
def _prefix(source: str, kind: str) -> str:
    return f"{_SOURCED}{quote(source_name(source), safe='')}:{row_kind(kind)}:"


def unsourced_key(external_id: str) -> str:
    """Return the source key that an id had before sources were kept."""
    return _UNSOURCED + external_id


def external_id_of(key: str | None) -> str | None:
    """Return the id in a source key; None for a row known by its content."""
    if key and key.startswith(_UNSOURCED):
        return key.removeprefix(_UNSOURCED)
    return key.split(":", 3)[3] if key and key.startswith(_SOURCED) else None


def source_of(key: str | None) -> str | None:
    """Return the source in a source key; None where it is not known."""
    return unquote(key.split(":", 2)[1]) if key and key.startswith(_SOURCED) else None
