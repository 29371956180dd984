"""One nudge or one digest that is due, and ways to see what a fault of Slack's makes of it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.app import create_app
from bot.fake_slack import InProcessConnection, Message
from bot.notifications.send import RunResult
from bot.slack.client import make_client
from bot.slack.workspaces import SingleWorkspace
from storage.tables import Delivery
from tests.notifications.office import MONDAY, Office

DAY = timedelta(days=1)
POST = "chat.postMessage"
STEWARD = "U9"


@dataclass(frozen=True)
class Due:
    """An office with one delivery due at `MONDAY`, a quiet partner in it, and a steward who has no partners."""

    office: Office
    kind: str

    @classmethod
    def of(cls, office: Office, kind: str) -> "Due":
        office.slack.world.add_person(STEWARD, "eve")
        office.settle(stewards=STEWARD)
        office.partner("Acme Legal", "U1" if kind == "nudge" else STEWARD, since=MONDAY.date() - 33 * DAY)
        if kind == "digest":
            office.at(MONDAY - timedelta(days=3))  # the steward has heard of the partner by now
            office.settle(digest_channel="C1")
        office.at(MONDAY - timedelta(minutes=1))  # everybody is known by now, and last week's digest is out
        office.slack.world.calls.clear()
        return cls(office, kind)

    @property
    def place(self) -> str:
        """Where it will stand."""
        return self.office.slack.world.open_dm("U1").id if self.kind == "nudge" else "C1"

    @property
    def row(self) -> Delivery:
        return next(row for row in self.office.all_deliveries() if row.kind == self.kind and row.recipient != STEWARD)

    def fault(self, kind: str, after_effect: bool = False, method: str = POST, **how: Any) -> None:
        """The next post there fails, or (`times=None`) each."""
        self.office.slack.world.faults.add(method, kind, **{"times": 1, "where": {"channel": self.place}} | how,
                                           after_effect=after_effect)  # fmt: skip

    def well(self) -> None:
        self.office.slack.world.faults.clear()

    def at(self, after: timedelta = timedelta()) -> RunResult:
        """A pass so long after it fell due."""
        return self.office.at(MONDAY + after)

    def there(self) -> list[Message]:
        """The messages of this week that tell of it."""
        start = MONDAY.timestamp()
        return [one for one in self.office.slack.channel(self.place) if float(one.ts) >= start and one.by_bot]

    def posts(self) -> int:
        """How often it was tried to post there."""
        return sum(call.args["channel"] == self.place for call in self.office.slack.world.calls_to(POST))

    # -- who is told

    def status(self) -> str:
        """What `/tend status` says to anybody."""
        link = self.office.slack.link
        self.office.slack.link = InProcessConnection(create_app(self.office.houses[0]))
        seen = self.office.slack.command("U1", "/tend", "status", channel="C2")
        self.office.slack.link = link
        return seen.ephemerals[0].visible_text

    def steward_is_told(self, *words: str) -> bool:
        """Whether the steward's DM of the next day has these words."""
        self.at(DAY)
        last = self.office.nudges(STEWARD)[-1:]
        return (
            bool(last)
            and float(last[0].ts) >= MONDAY.timestamp()
            and all(word in last[0].visible_text for word in words)
        )

    # -- the network

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Nobody listens at Slack's address."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        workspaces = self.office.houses[0].workspaces
        assert isinstance(workspaces, SingleWorkspace)
        known, workspaces.only_client = workspaces.only_client, make_client("xoxb-s", f"http://127.0.0.1:{port}/api/")
        try:
            yield
        finally:
            workspaces.only_client = known

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """We wait only a moment for Slack's answer."""
        workspaces = self.office.houses[0].workspaces
        assert isinstance(workspaces, SingleWorkspace)
        known, workspaces.only_client.timeout = workspaces.only_client.timeout, 0.2  # type: ignore[assignment]
        try:
            yield
        finally:
            workspaces.only_client.timeout = known
