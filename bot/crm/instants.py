"""Instants as CRMs write them: 2026-01-05T10:11:12.000Z or 2026-01-05T10:11:12.000+0000."""

import re
from datetime import UTC, datetime

_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")


def read_instant(text: str | None) -> datetime | None:
    """Read an instant; None if it is empty or none."""
    try:
        found = datetime.fromisoformat(_OFFSET.sub(r"\1:\2", text or ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
