"""What a typed line means, as frozen values. What was not said is None; nothing here knows Slack or a database."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.grammar.lines.names import Names
from bot.grammar.lines.split import has_words
from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a line is read against: the typist's own day, the workspace's names, money and order of day and month."""

    today: date
    names: Names
    currency: str = "GBP"
    day_first: bool = True  # 3/4 is the third of April


class Command(StrEnum):
    """What a line records."""

    REFERRAL = "referral"
    EVENT = "event"
    TOUCH = "touch"
    TRUST = "trust"


class How(StrEnum):
    """How a partner was found in what was typed."""

    EXACT = "exact"
    BEGINNING = "beginning"  # "acme" for Acme Legal
    LEARNED = "learned"  # a spelling that somebody chose before
    MENTIONED = "mentioned"  # as what was spoken of, and no other name stands in the line
    CHOSEN = "chosen"  # among what was asked
    NEW = "new"  # to be added first


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A partner and the words that named it. `id` is None for one that is to be added."""

    id: int | None
    name: str
    typed: str
    how: How


class Certainty(StrEnum):
    """How the day of a record is known."""

    STATED = "stated"
    ASSUMED = "assumed"  # nothing was said: today
    VAGUE = "vague"  # the middle of what was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What one side will do for the other, and by which day if one was named."""

    by: Promiser
    what: str
    due_on: date | None = None


class Unread(StrEnum):
    """What a part of the kept text looks like."""

    DAY = "day"
    AMOUNT = "amount"
    PROMISE = "promise"
    OUTCOME = "outcome"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Words that stayed in the text though they look like more, and what they would be if used."""

    kind: Unread
    text: str
    day: date | None = None
    amount: int | None = None  # minor units
    promise: Promise | None = None
    outcome: Outcome | None = None
    partner: Found | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing to be recorded, for each of its partners.

    `title` is the lead, the title or the note; `note` what was said of a lead besides its name. `outcome` is None where
    none was said: a new referral is then introduced, one that is open keeps what it has. `kind` is None for a rating,
    and for promises that were made without any contact.
    """

    command: Command
    kind: Kind | None = None
    partners: tuple[Found, ...] = ()
    direction: Direction = Direction.JOINT
    is_direction_said: bool = True
    title: str = ""
    note: str = ""
    medium: str | None = None
    outcome: Outcome | None = None
    value: int | None = None  # minor units
    count: int = 1
    occurred_on: date
    certainty: Certainty = Certainty.ASSUMED
    day_words: str = ""  # the day as typed
    is_plan: bool = False
    is_cancelled: bool = False  # what was planned will not be, or was not
    is_move: bool = False  # what is planned is put to this day
    is_order: bool = False  # to move it, and to do nothing else
    level: int | None = None
    side: Side = Side.OURS
    promises: tuple[Promise, ...] = ()
    unread: tuple[Leftover, ...] = ()
    lead_id: int | None = None  # the open lead that is meant, as answered; 0 for a new one
    plan_id: int | None = None  # the plan that is moved, as answered; 0 for a new one

    @property
    def is_attempt(self) -> bool:
        """Whether nobody was reached."""
        return self.kind == Kind.ATTEMPT

    @property
    def is_promise(self) -> bool:
        """Whether only promises were made, and no contact is told of."""
        return self.command is Command.TOUCH and self.kind is None and bool(self.promises)

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which nothing can be recorded."""
        needed: dict[str, object] = {"partner": self.partners}
        match self.command:
            case Command.REFERRAL:
                needed["lead"] = has_words(self.title) or self.count > 1
            case Command.EVENT:
                needed["title"] = has_words(self.title)
            case Command.TOUCH:
                needed["note"] = (
                    has_words(self.title) or self.medium or self.promises or self.is_attempt or self.is_order
                )
            case Command.TRUST:
                needed["level"] = self.level
        return tuple(name for name, given in needed.items() if not given)

    @property
    def text(self) -> str:
        """The title with what else was said of it."""
        return f"{self.title}{LEAD_END}{self.note}" if self.title and self.note else self.title or self.note


LEAD_END = " — "
"""Stands between a lead's name and what else was said of it, where both are kept in one text."""


class Ask(StrEnum):
    """What cannot be known from the line."""

    PARTNER = "partner"  # which one is meant, or a new one
    BOTH = "both"  # two in a referral
    LEADS = "leads"  # one name with commas, or several
    DAY = "day"
    KIND = "kind"  # an event or a touch; a referral or a touch
    AMOUNT = "amount"
    OUTCOME = "outcome"
    CANCELLED = "cancelled"  # which plan is void


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer: read the line again with it as `answers[question.key]`."""

    key: str
    label: str
    partner: Found | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to be asked before anything of this entry is recorded. `text` are the words in question."""

    key: str
    ask: Ask
    problem: str
    text: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One typed line with its further lines: what it records, and what must be asked or told before.

    `words` holds each word with the field that it went into: `text` is the kept text, `glue` leads to a field and says
    nothing. With a `problem` or `questions` nothing may be recorded yet; `records` then hold what was understood, for
    the form.
    """

    typed: str
    command: Command
    records: tuple[Record, ...] = ()
    questions: tuple[Question, ...] = ()
    problem: str = ""
    words: tuple[tuple[str, str], ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether everything can be recorded as it is."""
        return bool(self.records) and not self.questions and not self.problem


class Intent(StrEnum):
    """What somebody wants who wrote plain words."""

    RECORD = "record"
    CARD = "card"
    QUIET = "quiet"
    WEAK = "weak"
    DUE = "due"
    MINE = "mine"  # who needs me
    PROMISES = "promises"  # what I promised
    UNDO = "undo"
    THANKS = "thanks"
    HELP = "help"
    COMMAND = "command"  # `/partner …` or `/tend …`, which have readers of their own
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All that one message or command says. `rest` is the text behind a command of another reader."""

    typed: str
    intent: Intent
    entries: tuple[Entry, ...] = field(default=())
    partners: tuple[Found, ...] = ()
    command: str = ""
    rest: str = ""
