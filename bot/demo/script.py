"""Run a scripted tour: replay typed lines in the demo workspace and print what each person sees.

Each line is one command; docs/run/demo.md lists them. Scripts serve tests and bug reports: with `at INSTANT` on the
first line, a script prints the same text on any day.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.demo.time_machine import MAX_TRAVEL
from bot.demo.transcript import Transcript
from bot.demo.workspace import DemoWorkspace
from bot.errors import ConfigurationError
from bot.fake_slack import FakeSlackError, Message, Person, UserResult, View, WorkspaceState
from bot.fake_slack.state.blocks import elements, options_of
from bot.fake_slack.state.models import Channel, Json
from bot.fake_slack.user.find_element import element_label
from bot.fake_slack.user.form_input import chosen_state

QUIET_SECONDS = 0.15
MAX_WAIT_SECONDS = 5.0
_LENGTH = re.compile(r"(\d{1,3}) (hour|day|week)s?")
_YEARS = range(2000, 2100)
FORMS = {
    "at": "at 2026-11-25T14:00Z (on top)",
    "as": "as PERSON",
    "in": "in #CHANNEL, in dm or in home",
    "say": "say TEXT",
    "press": "press BUTTON",
    "choose": "choose MENU: OPTION",
    "fill": "fill FIELD: VALUE",
    "submit": "submit",
    "close": "close",
    "wait": "wait 2 weeks, or wait for nudge",
}


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A line of a script: its 1-based number, its first word and the rest."""

    number: int
    word: str
    rest: str


def read_script(text: str) -> tuple[datetime | None, list[ScriptLine]]:
    """Return a script's start time, if given, and its lines. Raise ConfigurationError naming an invalid line."""
    begin: datetime | None = None
    lines: list[ScriptLine] = []
    for number, raw in enumerate(text.splitlines(), 1):
        stripped = raw.strip()
        if not stripped or stripped.startswith("#"):
            continue
        word, _, rest = stripped.partition(" ")
        if stripped.startswith("/"):
            word, rest = "/", stripped
        if word == "at" and begin is None and not lines:
            begin = _parse_instant(number, rest)
        elif word == "/" or (word in FORMS and word != "at"):
            lines.append(ScriptLine(number, word, rest.strip()))
        else:
            raise ConfigurationError(
                f"line {number}: “{word}” is not a known command; use one of: /COMMAND, {_list_forms()}."
            )
    return begin, lines


def _list_forms() -> str:
    return "; ".join(FORMS.values())


def _parse_instant(number: int, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"line {number}: “{text}” is not a date and time; write it like 2026-11-25T14:00Z."
        ) from None
    if instant.year not in _YEARS:
        raise ConfigurationError(f"line {number}: “{text}” is too far away; choose a year from 2000 to 2099.")
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def run_script(lines: Sequence[ScriptLine], workspace: DemoWorkspace, say: Callable[[str], None]) -> None:
    """Run each line and print what it shows to whom. Raise ConfigurationError naming a line that can't be done."""
    player = _Player(workspace, say)
    for line in lines:
        try:
            player.do(line)
        except FakeSlackError as error:
            raise ConfigurationError(f"line {line.number}: {str(error).removesuffix('.')}.") from None


@dataclass(slots=True)
class _Player:
    workspace: DemoWorkspace
    say: Callable[[str], None]
    me: Person = field(init=False)
    place: str = field(init=False)
    at_home: bool = False
    told: Transcript = field(init=False)
    typed: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.me = next(person for person in self.world.people.values() if not person.is_bot)
        self.place = self.world.open_dm(self.me.id).id
        self.told = Transcript(self.world)

    @property
    def world(self) -> WorkspaceState:
        return self.workspace.slack.world

    def do(self, line: ScriptLine) -> None:
        """Run one line and print everything that becomes visible."""
        start = len(self.world.journal)
        typed_line = line.rest if line.word == "/" else f"{line.word} {line.rest}".strip()
        self.say(f"{self.me.real_name}, {'Home' if self.at_home else self.told.where(self.place)}> {typed_line}")
        seen = _COMMANDS[line.word](self, line.rest)
        self._settle()
        stack = self.world.stacks.get(self.me.id)
        changes = self.told.shown(self.world.journal[start:])
        for text in [*changes, *(self.told.answered(seen, stack[-1] if stack else None) if seen else [])]:
            self.say(text)

    # -- commands

    def command(self, text: str) -> UserResult:
        name, _, rest = text.partition(" ")
        at = self.place if self.place in self.world.channels else None
        return self.workspace.slack.command(self.me.id, name, rest.strip(), channel=at)

    def become(self, name: str) -> None:
        self.me, self.at_home = self._person(name), False
        if self.me.id not in self.world.channels[self.place].members:
            self.place = self.world.open_dm(self.me.id).id

    def go(self, name: str) -> UserResult | None:
        self.at_home = name == "home"
        if name in ("dm", "home"):
            self.place = self.world.open_dm(self.me.id).id
            return self.workspace.slack.open_home(self.me.id) if name == "home" else None
        channel = self._channel(name)
        if self.me.id not in channel.members:
            raise FakeSlackError(f"{self.me.real_name} is not in #{channel.name}")
        self.place = channel.id
        return None

    def talk(self, text: str) -> UserResult | None:
        if not self.place.startswith("C"):
            return self.workspace.slack.direct_message(self.me.id, text)
        self.workspace.slack.say(self.me.id, self.place, text)
        return None

    def press(self, name: str) -> UserResult:
        where = self._holding(lambda element: element["type"] == "button" and element_label(element) == name, name)
        values, self.typed = self.typed, {}
        return self.workspace.slack.click(self.me.id, where, text=name, index=0, values=values)

    def choose(self, rest: str) -> UserResult:
        menu, option = _split_pair(rest, FORMS["choose"])
        where = self._holding(lambda element: element_label(element) == menu and bool(options_of(element)), menu)
        return self.workspace.slack.click(self.me.id, where, text=menu, index=0, value=option)

    def fill(self, rest: str) -> None:
        name, value = _split_pair(rest, FORMS["fill"])
        for block in self._form().blocks:
            if block["type"] == "input" and block["label"]["text"] == name:
                self.typed[block["block_id"]] = self._value(block["element"], value)
                return
        names = ", ".join(block["label"]["text"] for block in self._form().blocks if block["type"] == "input")
        raise FakeSlackError(f"the form has no field “{name}”; its fields: {names}")

    def submit(self, _rest: str) -> UserResult:
        values, self.typed = self.typed, {}
        return self.workspace.slack.submit(self.me.id, self._form(), values)

    def close(self, _rest: str) -> UserResult:
        self.typed = {}
        return self.workspace.slack.close(self.me.id, self._form())

    def wait(self, rest: str) -> None:
        now = self.workspace.clock()
        if rest == "for nudge":
            self.workspace.travel.go(now + MAX_TRAVEL, self.me.id)
        elif length := _LENGTH.fullmatch(rest):
            self.workspace.travel.go(now + int(length[1]) * timedelta(**{f"{length[2]}s": 1}))
        else:
            raise FakeSlackError(f"“{rest}” is not a valid wait; write {FORMS['wait']}")
        self.say(f"  it is {self.workspace.clock():%A %Y-%m-%d %H:%M} UTC")

    # -- lookups

    def _person(self, name: str) -> Person:
        people = [person for person in self.world.people.values() if not person.is_bot and not person.deleted]
        for person in people:
            if name.casefold() in (person.id.casefold(), person.name.casefold(), person.real_name.casefold()):
                return person
        raise FakeSlackError(f"nobody here is called “{name}”; people: {', '.join(person.name for person in people)}")

    def _channel(self, name: str) -> Channel:
        channels = [channel for channel in self.world.channels.values() if not channel.is_im]
        for channel in channels:
            if channel.name == name.removeprefix("#"):
                return channel
        raise FakeSlackError(
            f"there is no channel “{name}”; channels: {', '.join(f'#{channel.name}' for channel in channels)}"
        )

    def _form(self) -> View:
        stack = self.world.stacks.get(self.me.id)
        if not stack:
            raise FakeSlackError("no form is open")
        return stack[-1]

    def _value(self, element: Json, text: str) -> Any:
        """Convert typed text to a field's value. People and channels go by name; commas separate several."""
        kind = element["type"]
        many = kind.startswith("multi_") or kind == "checkboxes"
        values = [self._named(kind, name.strip()) for name in (text.split(",") if many else [text]) if name.strip()]
        value = values if many else values[0] if values else None
        if not kind.endswith("external_select"):
            chosen_state(element, value)  # raises for an unknown option
        return value

    def _named(self, kind: str, name: str) -> str:
        if "users" in kind:
            return self._person(name).id
        return self._channel(name).id if "conversations" in kind or "channels" in kind else name

    def _holding(self, fits: Callable[[Json], bool], name: str) -> Message | View:
        """Return the open form, else the Home if it is shown, else the newest message with a matching element."""
        if self.world.stacks.get(self.me.id):
            return self._form()
        dm, home = self.world.open_dm(self.me.id).id, self.world.homes.get(self.me.id)
        messages = [*self.world.ephemerals(self.me.id), *self.world.messages(self.place), *self.world.messages(dm)]
        newest = sorted(messages, key=lambda message: float(message.ts), reverse=True)
        candidates: list[Message | View] = [home] if self.at_home and home else [*newest]
        for candidate in candidates:
            if any(fits(element) for _, element in elements(candidate.blocks)):
                return candidate
        raise FakeSlackError(f"nothing here is called “{name}”")

    # -- results

    def _settle(self) -> None:
        """Wait until nothing more changes, because the bot may continue after its response."""
        end = time.monotonic() + MAX_WAIT_SECONDS
        count = -1
        while count != len(self.world.journal) + len(self.world.calls) and time.monotonic() < end:
            count = len(self.world.journal) + len(self.world.calls)
            time.sleep(QUIET_SECONDS)


_COMMANDS: dict[str, Callable[[_Player, str], UserResult | None]] = {
    "/": _Player.command,
    "as": _Player.become,
    "in": _Player.go,
    "say": _Player.talk,
    "press": _Player.press,
    "choose": _Player.choose,
    "fill": _Player.fill,
    "submit": _Player.submit,
    "close": _Player.close,
    "wait": _Player.wait,
}


def _split_pair(rest: str, form: str) -> tuple[str, str]:
    name, colon, value = f"{rest} ".partition(": ")
    if not colon:
        raise FakeSlackError(f"“{rest}” needs a colon; write {form}")
    return name.strip(), value.strip()
