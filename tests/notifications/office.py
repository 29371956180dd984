"""A workspace with its stand-in, its database and a clock: what the tests of nudges and digests work in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from bot.actions.activity.record import record_request
from bot.actions.caller import Caller
from bot.actions.workspace.settings import change_settings
from bot.config import Settings
from bot.fake_slack import FakeSlack, Message
from bot.grammar import TouchRequest
from bot.notifications.claim import run_all
from bot.notifications.send import RunResult
from bot.services import Services
from bot.slack.manifest import build_manifest
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Kind
from storage.db.engine import make_engine, reading, writing
from storage.ledger import activities, trust_ratings
from storage.partners import names, partners, promises
from storage.tables import Delivery
from storage.workspaces import workspaces

COMPLETE = {
    "wiifm_us": "leads",
    "wiifm_them": "a share of the stage",
    "our_role": "we bring the room",
    "their_role": "they bring the guests",
    "fit": "a",
    "next_review_on": date(2035, 1, 1),
}
"""A record that nothing is missing of, and that is not to be reviewed: no signal comes from it."""

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Nine o'clock in London, on a day when owners are nudged and the digest is due."""

LEASE = timedelta(minutes=6)
"""A little longer than a claim is left alone."""


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """One made-up workspace and the Tend that serves it."""

    slack: FakeSlack
    clock: Clock
    url: str
    engine: Engine
    houses: list[Services] = field(default_factory=list)

    def services(self) -> Services:
        """A Tend with a connection to the database of its own, as another process would have it."""
        settings = Settings(
            slack_bot_token="xoxb-stand-in", slack_signing_secret="stand-in-secret", slack_api_url=self.slack.api_url
        )
        services = Services.build(settings, make_engine(self.url), self.clock)
        self.houses.append(services)
        return services

    def close(self) -> None:
        for services in self.houses:
            services.engine.dispose()
        self.engine.dispose()

    @property
    def team(self) -> Team:
        with reading(self.engine) as session:
            return Team.of(workspaces.list_workspaces(session)[0])

    def caller(self, user: str = "U1") -> Caller:
        return Caller(self.team, user, self.clock.now, is_steward=True)

    def settle(self, **values: str) -> None:
        """Change settings, the way `/tend settings` does."""
        change_settings(self.engine, self.caller(), values)

    def at(self, now: datetime, *, services: Services | None = None) -> RunResult:
        """One pass at an instant."""
        self.clock.now = now
        return run_all(services or self.houses[0], now)

    def partner(self, name: str, owner: str | None = "U1", *, since: date = date(2026, 10, 1), **fields: Any) -> int:
        """A partner's id, added on the day it began. Unless said otherwise it is quiet by `MONDAY` and nothing else."""
        with writing(self.engine) as session:
            made = partners.add(
                session,
                workspace_id=self.team.id,
                name=name,
                since_on=since,
                owner=owner,
                by="U1",
                now=min(self.clock.now, datetime(since.year, since.month, since.day, 12, tzinfo=UTC)),
                **(COMPLETE | fields),
            )
            return made.id or 0

    def did(self, partner_id: int, on: date, kind: str = "referral", direction: str = "in", **fields: Any) -> None:
        """Write a row of the ledger."""
        with writing(self.engine) as session:
            activities.record(
                session,
                workspace_id=self.team.id,
                partner_id=partner_id,
                kind=kind,
                direction=direction,
                occurred_on=on,
                by="U1",
                now=self.clock.now,
                **fields,
            )

    def rated(self, partner_id: int, level: int, on: date = date(2026, 1, 1)) -> None:
        with writing(self.engine) as session:
            trust_ratings.record_rating(
                session,
                workspace_id=self.team.id,
                partner_id=partner_id,
                side="ours",
                level=level,
                rated_on=on,
                rater="U1",
                by="U1",
                now=self.clock.now,
            )

    def promised(self, partner_id: int, what: str, due: date) -> int:
        with writing(self.engine) as session:
            step = promises.add(
                session,
                workspace_id=self.team.id,
                partner_id=partner_id,
                what=what,
                due_on=due,
                by="U1",
                now=self.clock.now,
            )
            return step.id or 0

    def touch(self, name: str, now: datetime | None = None, by: str = "U1") -> None:
        """Log a call of that instant's day, the way `/touch` does."""
        if now is not None:
            self.clock.now = now
        caller = self.caller(by)
        record_request(
            self.engine,
            caller,
            TouchRequest(
                partner=name,
                kind=Kind.MEETING,
                direction=Direction.JOINT,
                occurred_on=caller.today,
                note="talked",
                medium="call",
                step=None,
                step_due_on=None,
            ),
        )

    def delivery(self, kind: str = "nudge", recipient: str | None = None) -> Delivery:
        """The one delivery of a kind (and of a person)."""
        found = [row for row in self.all_deliveries() if row.kind == kind and recipient in (None, row.recipient)]
        assert len(found) == 1, found
        return found[0]

    def all_deliveries(self) -> list[Delivery]:
        with reading(self.engine) as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id).desc())))

    def nudges(self, user: str = "U1") -> list[Message]:
        return self.slack.dm(user)

    def digests(self, channel: str = "C1") -> list[Message]:
        return self.slack.channel(channel)

    def told(self, user: str = "U1") -> list[set[str]]:
        """Which of the workspace's partners each of a person's nudges names."""
        with reading(self.engine) as session:
            known = [name for name, _ in names.list_names(session, workspace_id=self.team.id)]
        return [{name for name in known if f"*{name}*" in message.visible_text} for message in self.nudges(user)]


def open_office(slack: FakeSlack, url: str) -> Office:
    """People, channels and settings that most tests want."""
    clock = Clock()
    slack.clock = clock
    world = slack.reset()
    slack.install(build_manifest())
    world.add_person("U1", "ana", real_name="Ana Lee", is_admin=True)
    world.add_person("U2", "ben", tz="America/New_York")
    world.add_person("U3", "cho", tz="Asia/Tokyo")
    world.add_person("UGUEST", "guest", is_restricted=True)
    world.add_person("UGONE", "gone", deleted=True)
    world.add_channel("C1", "partners", members=["U1"])
    world.add_channel("C2", "others", members=["U1"])
    world.add_channel("CSHARED", "with-acme", is_ext_shared=True, members=["U1"])
    world.add_channel("COLD", "old", is_archived=True, members=["U1"])
    world.add_channel("CFAR", "far", bot_is_member=False)
    office = Office(slack, clock, url, make_engine(url))
    office.services().workspaces.teams()[0]
    office.settle(timezone="Europe/London", holidays="none")
    return office


@contextmanager
def failing(slack: FakeSlack, method: str, kind: str, **how: Any) -> Iterator[None]:
    """All calls of a method fail while the block runs, unless `times` says how many."""
    slack.world.faults.add(method, kind, **({"times": None} | how))
    yield
    slack.world.faults.clear()
