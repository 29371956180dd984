"""A workspace with one of everything, put back as it was after each thing that somebody tried."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.fake_slack import FakeSlack, Message, View
from bot.fake_slack.state.blocks import elements
from bot.fake_slack.state.models import Json, VisibleChange
from bot.fake_slack.transport.link import BotRequest, BotResponse
from bot.fake_slack.user import keyboard, payloads
from bot.fake_slack.user.form_input import chosen_state, holds_state, initial_state
from storage.db.engine import make_engine, writing
from storage.workspaces import workspaces
from tests.authority.seeding import neighbour, seed
from tests.listeners.judge import judge_answer, judge_call, judge_shown
from tests.listeners.office import ADA, ANA, BOB, ROOM, STEVE, Clock, Office

VISITOR = "U0VISITOR"
TEAM_CHANNEL = "C0TEAM"
"""A channel that the digest may move to; until then it goes to the room."""
READS = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""How statements begin that change nothing."""


@dataclass
class Tried:
    """What came of one thing: the answer, what became visible, and all the words in both."""

    answer: BotResponse
    shown: list[VisibleChange] = field(default_factory=list)
    told: str = ""  # to a workflow

    @property
    def modal(self) -> View | None:
        """The form that opened, or took another's place."""
        found = [one.item for one in self.shown if one.kind == "view" and isinstance(one.item, View)]
        return found[-1] if found else None

    @property
    def words(self) -> str:
        told = [self.told] if self.told else []
        return "\n".join([*(one.item.visible_text for one in self.shown), _words(self.answer.body), *told])


def _words(node: Any) -> str:
    if isinstance(node, dict):
        return "\n".join(_words(part) for part in node.values())
    if isinstance(node, list):
        return "\n".join(_words(part) for part in node)
    return node if isinstance(node, str) else ""


class Desk:
    """One stand-in, one app and one database for all that is tried here."""

    def __init__(self, slack: FakeSlack, folder: Path, template: Path) -> None:
        self.path, self._kept = folder / "desk.db", folder / "kept.db"
        shutil.copy(template, self.path)
        self.engine = make_engine(f"sqlite:///{self.path}")
        event.listen(self.engine, "connect", _without_waiting)
        event.listen(self.engine, "before_cursor_execute", self._noticed)
        self._wrote = True
        slack.clock = clock = Clock()
        slack.reset()
        self.office = Office(slack, self.engine, clock)
        self.slack, self.world = slack, slack.world
        self.world.rates = None
        self.world.add_person(VISITOR, "visitor", team_id="T0OTHER")
        self.world.add_channel(TEAM_CHANNEL, "team", members=[ADA, ANA])
        self.ids = seed(self.engine, self.office.workspace_id, ANA, clock())
        self.theirs = neighbour(self.engine, ANA, clock(), self.ids)
        with writing(self.engine) as session:
            workspaces.set_fields(session, workspace_id=self.office.workspace_id, fields={"digest_channel": ROOM})
        for who in (ANA, BOB, ADA, STEVE):
            self.office.told("/tend", who)
        self.engine.dispose()
        shutil.copy(self.path, self._kept)
        self.before = self.office.records()
        self._as_it_was = {name: dict(getattr(self.world, name)) for name in ("people", "channels")}

    def _noticed(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self._wrote = self._wrote or not statement.startswith(READS)

    def put_back(self) -> None:
        """The database, if anything was written, and the workspace as they were seeded."""
        if self._wrote:
            # Through SQLite, as what goes on after an answer may be reading it.
            with closing(sqlite3.connect(self._kept)) as kept, closing(sqlite3.connect(self.path)) as desk:
                kept.backup(desk)
            self._wrote = False
        with self.world.lock:
            for name, kept in self._as_it_was.items():
                getattr(self.world, name).clear()
                getattr(self.world, name).update(kept)
            for pile in (self.world.journal, self.world.calls, self.world.stacks, self.world.typed, self.world.homes):
                pile.clear()
            for pile in (self.world._messages, self.world._ephemerals, self.world.triggers, self.world.response_urls):
                pile.clear()
        self.office.heard.pairs.clear()

    # -- trying

    def send(self, delivery: BotRequest) -> Tried:
        """Signed, to the app; whatever it answers and shows is judged."""
        mark, calls = len(self.world.journal), len(self.world.calls)
        tried = Tried(self.office.heard.link.send(delivery))
        tried.shown = self.world.journal[mark:]
        if tried.answer.status == 200:
            judge_answer(delivery, tried.answer)
        for change in tried.shown:
            judge_shown(change.item, self.world.people)
        for call in self.world.calls[calls:]:
            judge_call(call)
        return tried

    def types(self, user: str, line: str) -> Tried:
        """A line as Slack's client sends it: with & < > escaped."""
        name, _, text = line.partition(" ")
        return self.command(user, name, keyboard.as_command_text(self.world, text))

    def command(self, user: str, name: str, text: str) -> Tried:
        """The very text that arrives."""
        url = self._url(user)
        person, channel = self.world.people[user], self.world.channel(ROOM)
        return self.send(BotRequest("slash_commands", payloads.command(self.world, person, channel, name, text, url)))

    def press(self, user: str, action_id: str, value: str, state: Json | None = None) -> Tried:
        """A button on a message that only this person sees, with whatever value."""
        button = {"type": "button", "action_id": action_id, "value": value, "text": {"type": "plain_text", "text": "x"}}
        with self.world.lock:
            on = self.world.post(ROOM, "x", [{"type": "actions", "elements": [button]}], only_for=user)
            self.world.journal.pop()
        action = {**button, "block_id": "b", "action_ts": self.world.next_ts()}
        body = payloads.message_action(self.world, self.world.people[user], on, action, self._url(user, on))
        return self.interact(body | ({"state": {"values": state}} if state else {}))

    def submit(self, user: str, body: Json, values: Mapping[str, Json]) -> Tried:
        """A form of that body, with that state."""
        view = {
            "id": self.world.fresh_id("V"),
            "hash": self.world.fresh_id("h"),
            "team_id": self.world.team_id,
            "app_installed_team_id": self.world.team_id,
            "private_metadata": "",
            **body,
            "state": {"values": dict(values)},
        }
        person = self.world.people[user]
        return self.interact(payloads.interaction(self.world, person, "view_submission", view=view, response_urls=[]))

    def suggest(self, user: str, action_id: str, typed: str) -> Tried:
        person = self.world.people[user]
        asked = {"action_id": action_id, "block_id": action_id, "value": typed, "container": {"type": "view"}}
        return self.interact(payloads.interaction(self.world, person, "block_suggestion", **asked))

    def shortcut(self, user: str, callback_id: str, text: str = "Saw them at lunch") -> Tried:
        person, channel = self.world.people[user], self.world.channel(ROOM)
        message = {"type": "message", "user": BOB, "ts": self.world.next_ts(), "text": text}
        body = payloads.interaction(self.world, person, "message_action", callback_id=callback_id, message=message)
        body |= {"trigger_id": self.world.new_trigger(user, ROOM), "response_url": self._url(user)}
        return self.interact(body | {"channel": payloads.channel_of(channel), "message_ts": message["ts"]})

    def global_shortcut(self, user: str, callback_id: str) -> Tried:
        person, trigger = self.world.people[user], self.world.new_trigger(user)
        return self.interact(
            payloads.interaction(self.world, person, "shortcut", callback_id=callback_id, trigger_id=trigger)
        )

    def happens(self, user: str, inner: Json) -> Tried:
        """An event of the Events API, out of the person's own workspace."""
        body = payloads.event(self.world, {"user": user, **inner}, self.world.fresh_id("Ev"))
        person = self.world.people[user]
        theirs = {} if person.is_stranger else {"team_id": person.team_id}
        return self.send(BotRequest("events_api", body | theirs))

    def run_step(self, user: str, callback_id: str, inputs: Json) -> Tried:
        """A workflow with a step of ours, started by this person."""
        execution = self.slack.new_execution(callback_id)
        inner: Json = {
            "type": "function_executed",
            "function": {"callback_id": callback_id},
            "inputs": {**inputs, "person": {"id": user, "secret": "x"}},
            "function_execution_id": execution.id,
            "bot_access_token": execution.token,
        }
        tried = self.send(BotRequest("events_api", payloads.event(self.world, inner, self.world.fresh_id("Ev"))))
        tried.told = execution.error or ""
        return tried

    def interact(self, body: Json) -> Tried:
        return self.send(BotRequest("interactive", body))

    def _url(self, user: str, on: Message | None = None) -> str:
        return f"{self.slack.base_url}response/{self.world.new_response_url(user, ROOM, on)}"

    def changed(self) -> list[str]:
        """The tables that are not as they were seeded."""
        if not self._wrote:
            return []
        now = self.office.records()
        return [name for name, rows in now.items() if rows != self.before[name]]


def filled(blocks: list[Json], values: Mapping[str, Any]) -> dict[str, Json]:
    """The state of a form in which somebody filled in these fields, by block and action."""
    state: dict[str, Json] = {}
    for block, element in elements(blocks):
        if holds_state(element):
            name = block["block_id"]
            value = values.get(name)
            if element["type"] == "external_select" and value is not None:
                value = {"text": {"type": "plain_text", "text": value}, "value": value}
            told = chosen_state(element, value) if name in values else initial_state(element)
            state.setdefault(name, {})[element["action_id"]] = told
    return state


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
