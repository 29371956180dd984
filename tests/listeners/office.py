"""A team at work: the stand-in for Slack, Tend behind it, and short ways to act and to look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from slack_bolt import App
from sqlalchemy import Engine, text
from sqlmodel import SQLModel, select

from bot.app import create_app
from bot.config import Settings
from bot.fake_slack import FakeSlack, InProcessConnection, Message, View
from bot.fake_slack.transport.link import BotConnection, BotRequest, BotResponse
from bot.fake_slack.user.result import UserResult
from bot.services import Services
from bot.slack.manifest import build_manifest
from storage.contacts import persons
from storage.db.engine import reading, writing
from storage.ledger import activities, trust_ratings
from storage.partners import partners
from storage.workspaces import workspaces

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
TOKEN_KEY = "dGVuZCdzIHRlc3Qga2V5OiBub3RoaW5nIHNlY3JldCE="
TEAM = "T0TEND"
ROOM = "C0ROOM"
TEND_URL = "https://tend.example.com"

ANA, BOB = "U0ANA", "U0BOB"  # members
ADA, STEVE = "U0ADA", "U0STEVE"  # the workspace's admin, the named steward
GUEST, LONE_GUEST, ROBOT, STRANGER, GONE = "U0GUEST", "U0LONE", "U0ROBOT", "U0STRANGER", "U0GONE"

# Who Slack told us of is kept as soon as they ask, whatever becomes of it.
NOT_RECORDS = ("person",)

Row = TypeVar("Row", bound=SQLModel)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Heard:
    """A link that keeps what went to Tend and what came back."""

    link: BotConnection
    pairs: list[tuple[BotRequest, BotResponse]] = field(default_factory=list)

    def send(self, delivery: BotRequest) -> BotResponse:
        answer = self.link.send(delivery)
        self.pairs.append((delivery, answer))
        return answer


class Office:
    """One workspace with its people. Texts are typed as in Slack: the command first."""

    def __init__(self, slack: FakeSlack, engine: Engine, clock: Clock) -> None:
        self.slack, self.engine, self.clock = slack, engine, clock
        self._serve()
        slack.install(build_manifest(prompts=True, steps=True))
        self.workspace_id = self.services.workspaces.teams()[0].id
        self._people()
        with writing(engine) as session:
            workspaces.set_fields(session, workspace_id=self.workspace_id, fields={"stewards": STEVE})

    def _serve(self) -> None:
        slack = self.slack
        self.settings = Settings(
            slack_bot_token=slack.keys.bot_token,
            slack_signing_secret=slack.keys.signing_secret,
            slack_api_url=slack.api_url,
            tend_url=TEND_URL,
            tend_mail_host="tend.example.com",
            tend_token_key=TOKEN_KEY,
        )
        self.services = Services.build(self.settings, self.engine, self.clock)
        self.app: App = create_app(self.services)
        link = InProcessConnection(self.app, slack.keys.signing_secret)
        self.heard = Heard(link)
        slack.link = self.heard

    def move_to(self, engine: Engine) -> None:
        """From now on Tend works on another address of the same database."""
        self.engine = engine
        self._serve()

    def _people(self) -> None:
        world = self.slack.world
        world.add_person(ANA, "ana")
        world.add_person(BOB, "bob")
        world.add_person(ADA, "ada", is_admin=True)
        world.add_person(STEVE, "steve")
        world.add_person(GUEST, "guest", is_restricted=True)
        world.add_person(LONE_GUEST, "lone", is_restricted=True, is_ultra_restricted=True)
        world.add_person(ROBOT, "robot", is_bot=True)
        world.add_person(STRANGER, "stranger", is_stranger=True)
        world.add_person(GONE, "gone", deleted=True)
        world.add_channel(ROOM, "room", members=list(world.people))

    # -- acting

    def types(self, line: str, user: str = ANA) -> UserResult:
        """Type a whole line into the channel."""
        command, _, rest = line.partition(" ")
        return self.slack.command(user, command, rest, channel=ROOM)

    def told(self, line: str, user: str = ANA) -> Message:
        """The one answer to a line, which only the person who typed it sees."""
        seen = self.types(line, user)
        assert seen.ok, seen
        assert seen.view is None
        return only_answer(seen)

    def asked(self, line: str, user: str = ANA) -> View:
        """The form that a line opens, and nothing else."""
        seen = self.types(line, user)
        assert seen.ok, seen
        assert seen.ephemerals == seen.messages == ()
        assert seen.view is not None
        return seen.view

    def press(self, where: Message | View, action: str, user: str = ANA, value: Any = None) -> UserResult:
        """Press a button by its action id, or choose in a menu."""
        return self.slack.click(user, where, action, value)

    def press_label(self, where: Message | View, label: str, user: str = ANA) -> UserResult:
        """Press a button by what stands on it."""
        return self.slack.click(user, where, text=label)

    def forge(self, where: Message, action: str, value: str, user: str = ANA) -> UserResult:
        """Press a button whose value was changed on the way."""
        forged = [self._with_value(block, action, value) for block in where.blocks]
        with self.slack.world.lock:
            found = self.slack.world.find(where.channel, where.ts)
            assert found is not None
            self.slack.world.change(found, blocks=forged)
        return self.press(where, action, user)

    @staticmethod
    def _with_value(block: Mapping[str, Any], action: str, value: str) -> dict[str, Any]:
        elements = [
            {**one, "value": value} if one.get("action_id") == action else one for one in block.get("elements", ())
        ]
        return {**block, "elements": elements} if elements else dict(block)

    def submit(self, view: View, user: str = ANA, **values: Any) -> UserResult:
        """Fill a form in and send it."""
        return self.slack.submit(user, view, values)

    def fill(self, form: View, user: str = ANA, **values: Any) -> UserResult:
        """Go through the steps of a form, giving each the fields that it has."""
        while True:
            fields = {block["block_id"] for block in form.blocks}
            seen = self.submit(form, user, **{name: value for name, value in values.items() if name in fields})
            if seen.closed or seen.errors or seen.view is None:
                return seen
            form = seen.view

    def again(self) -> BotResponse:
        """Send the last request once more, as Slack does when it heard no answer."""
        delivery, _ = self.heard.pairs[-1]
        return self.heard.send(delivery)

    # -- what is there beforehand

    def partner(self, name: str = "Acme Legal", *, since: date = date(2025, 1, 1), **fields: Any) -> int:
        """The id of a partner that was added when it began, and is reviewed in a quarter; Ana tends it unless said."""
        fields = {"owner": ANA, "next_review_on": self.clock().date() + timedelta(days=91)} | fields
        with writing(self.engine) as session:
            made = partners.add(
                session,
                workspace_id=self.workspace_id,
                name=name,
                since_on=since,
                by=ANA,
                now=min(self.clock(), datetime(since.year, since.month, since.day, 12, tzinfo=UTC)),
                **fields,
            )
            return made.id or 0

    def person(self, partner_id: int, name: str = "Jane Doe", **fields: Any) -> int:
        """The id of somebody at a partner."""
        with writing(self.engine) as session:
            of = {"workspace_id": self.workspace_id, "partner_id": partner_id, "by": ANA, "now": self.clock()}
            return persons.add(session, **of, name=name, **fields).id or 0

    def activity(self, partner_id: int, **fields: Any) -> int:
        """An activity's id; a referral to us of today unless said otherwise."""
        fields = {"kind": "referral", "direction": "in", "occurred_on": TODAY} | fields
        with writing(self.engine) as session:
            row = activities.record(
                session, workspace_id=self.workspace_id, partner_id=partner_id, by=ANA, now=self.clock(), **fields
            )
            return row.id or 0

    def rate(self, partner_id: int, level: int, *, side: str = "ours", on: date = TODAY) -> int:
        """A trust rating's id."""
        with writing(self.engine) as session:
            row = trust_ratings.record_rating(
                session,
                workspace_id=self.workspace_id,
                partner_id=partner_id,
                side=side,
                level=level,
                rated_on=on,
                rater=ANA,
                note="",
                by=ANA,
                now=self.clock(),
            )
            return row.id or 0

    def neighbour(self) -> tuple[int, int, int]:
        """Another workspace in the same database: ids of a partner, an activity and a rating there."""
        with writing(self.engine) as session:
            other = workspaces.connect(session, team_id="T0OTHER", name="Elsewhere", now=self.clock()).id
            assert other is not None
        ours, self.workspace_id = self.workspace_id, other
        try:
            partner_id = self.partner("Neighbour Ltd")
            return partner_id, self.activity(partner_id, outcome="met", title="Theirs"), self.rate(partner_id, 4)
        finally:
            self.workspace_id = ours

    # -- looking

    def rows(self, table: type[Row]) -> list[Row]:
        """All rows of a table, oldest first."""
        with reading(self.engine) as session:
            found = list(session.exec(select(table).order_by(text("id"))))
            session.expunge_all()
            return found

    def row(self, table: type[Row]) -> Row:
        """The only row of a table."""
        (found,) = self.rows(table)
        return found

    def records(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the database holds, as it holds it, but for what Slack says of people."""
        found = {}
        with self.engine.connect() as connection:
            cursor = connection.connection.cursor()  # the driver's own: there are many tables to ask
            for name in (table.name for table in SQLModel.metadata.sorted_tables if table.name not in NOT_RECORDS):
                cursor.execute(f'SELECT * FROM "{name}" ORDER BY id')
                found[name] = cursor.fetchall()
            cursor.close()
        return found


def only_answer(seen: UserResult) -> Message:
    """The one message that was shown, to one person."""
    assert seen.messages == ()
    (answer,) = seen.ephemerals
    return answer


def replaced(seen: UserResult) -> Message:
    """The message that took the place of the one whose button was pressed."""
    assert seen.ok, seen
    assert seen.messages == seen.ephemerals == ()
    (message,) = seen.updated
    return message


def labels(where: Message | View) -> list[str]:
    """What stands on the buttons and menus, in order."""
    from bot.fake_slack.state.blocks import elements
    from bot.fake_slack.user.find_element import element_label

    return [element_label(one) for _, one in elements(where.blocks)]


def first_values(view: View) -> dict[str, Any]:
    """What stands in a form's fields when it opens; empty ones are left out."""
    from bot.fake_slack.state.blocks import elements
    from bot.fake_slack.user.form_input import initial_state, value_of

    found = {}
    for block, one in elements(view.blocks):
        value = value_of(initial_state(one))
        if value:
            found[block["block_id"]] = value["value"] if isinstance(value, dict) else value
    return found
