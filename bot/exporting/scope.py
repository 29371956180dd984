"""The scope of an export: everything, one partner or one person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OF_PERSON = {
    "activity_contact": ("contact_person_id", "contact_person", ("name", "address", "slack_id")),
    "offered_referral": ("link_id", "referral_link", ("contact",)),
}
"""Tables whose rows say by an id alone whom they are about: the column, its table, and where that says who it is."""


@dataclass(frozen=True, slots=True)
class ExportScope:
    """Everything, unless limited to one partner or one person. A person is a user id, or a name as people write it."""

    partner_id: int | None = None
    person: str | None = None

    @property
    def everything(self) -> bool:
        return self.partner_id is None and self.person is None

    def includes(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row mentions the person, in a column of its own or in text."""
        if self.person is None:
            return True
        return any(isinstance(value, str) and self._names(value) for value in row.values())

    def is_of_person(self, row: Mapping[str, Any], columns: Iterable[str]) -> bool:
        """Return whether one of these columns is about the person."""
        return self.person is not None and any(self._names(row[name]) for name in columns if row[name])

    def _names(self, text: str) -> bool:
        name = self.person or ""
        # A cheap check first: most rows mention nobody.
        return name.casefold() in text.casefold() and bool(re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text))
