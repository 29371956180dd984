"""Bringing files in as a steward does: the form, then the message in the DM and its buttons."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.fake_slack import Message, View
from bot.fake_slack.user.result import UserResult
from tests.listeners.office import STEVE, Office, labels
from tests.patience import until

LEFT = ("import_batch", "remembered_columns", "seen_request", "staged_import")
"""What an import leaves behind when it is taken back: that there was one, and how its columns were read."""


@dataclass
class Desk:
    """Steve is a steward."""

    office: Office

    def form(self, user: str = STEVE) -> View:
        return self.office.asked("/tend import", user)

    def give(self, text: str | bytes, name: str = "deals.csv", **fields: Any) -> Message:
        """Upload a file into the form; what then stands in the DM."""
        data = text.encode() if isinstance(text, str) else text
        file = self.office.slack.upload(STEVE, name, data)
        seen = self.office.submit(self.form(), STEVE, file=[file], **fields)
        assert seen.closed, seen
        return self.settled()

    def press(self, label: str) -> UserResult:
        """Press a button on the message; *Import* is the one that says how many rows."""
        message = self.message()
        if label == "Import":
            label = next((one for one in labels(message) if one.startswith("Import ")), label)
        return self.office.press_label(message, label, STEVE)

    def presses(self, label: str) -> Message:
        """Press, wait, and look at the message again."""
        assert self.press(label).ok
        return self.settled()

    def answers(self, label: str, **fields: Any) -> Message:
        """Fill in the form behind a button."""
        form = self.press(label).view
        assert form
        assert self.office.submit(form, STEVE, **fields).closed
        return self.settled()

    def message(self) -> Message:
        """The newest message with buttons."""
        found = [one for one in self.office.slack.dm(STEVE) if not one.only_for and one.blocks and not one.files]
        return found[-1]

    def settled(self) -> Message:
        """The message, when nothing is worked on any more."""
        until(lambda: not self.office.services.in_flight._count)
        return self.message()

    def kept(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the database holds, but for what an import leaves behind."""
        return {name: rows for name, rows in self.office.records().items() if name not in LEFT}


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)
