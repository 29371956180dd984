"""People at a partner as one text: `Jane Doe <jane@acme.example> (CFO) [sponsor] | Joe Ray [left 2026-01-31]`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_OWN_SIGNS = re.compile(r"[|<>()\[\]]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a partner, as a row names them. `is_sponsor` is None where the row does not say."""

    name: str
    address: str | None = None
    role: str | None = None
    is_sponsor: bool | None = None
    left_on: date | None = None


def write_contacts(people: Iterable[Contact]) -> str:
    """Return the cell from which these people are read."""
    return " | ".join(_written(person) for person in people)


def _written(person: Contact) -> str:
    parts = [
        plain(person.name),
        f"<{person.address}>" if person.address else "",
        f"({plain(person.role)})" if person.role else "",
        "[sponsor]" if person.is_sponsor else "",
        f"[left {person.left_on.isoformat()}]" if person.left_on else "",
    ]
    return " ".join(part for part in parts if part)


def plain(text: str) -> str:
    """Return a name without the signs that have a meaning in these cells."""
    return " ".join(_OWN_SIGNS.sub(" ", text).split())
