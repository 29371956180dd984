"""Parsed requests as frozen values. Missing parts are None; the caller then opens a form with the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scoring.vocabulary import Band, Direction, Kind, Outcome, Promiser, Side, Status


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The context in which text is parsed.

    `known` receives spellings of a name, longest first. It returns the first that names a partner, as it was given, or
    None. It ignores case, accents and spaces.
    """

    today: date
    currency: str  # the workspace's ISO code: "GBP"
    known: Callable[[Sequence[str]], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promise by us or by them, with its due day if given."""

    what: str
    due_on: date | None = None
    side: Promiser = Promiser.US


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRequest:
    """One lead or several. `value` is in minor units of the workspace's currency."""

    partner: str | None
    direction: Direction = Direction.IN
    lead: str | None = None
    value: int | None = None
    outcome: Outcome = Outcome.INTRODUCED
    occurred_on: date
    strategic: bool = False
    count: int = 1
    note: str | None = None
    promises: tuple[Promised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRequest:
    """An event run with a partner."""

    partner: str | None
    title: str | None = None
    occurred_on: date
    direction: Direction = Direction.JOINT
    note: str | None = None
    promises: tuple[Promised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchRequest:
    """Any other activity, and promises made in it. `medium` is the word typed: "call", "coffee", "newsletter".

    `step` is one promise of ours; `promises` are further ones, of either side.
    """

    partner: str | None
    kind: Kind = Kind.MEETING
    direction: Direction = Direction.JOINT
    note: str | None = None
    occurred_on: date
    step: str | None = None
    step_due_on: date | None = None
    medium: str | None = None
    promises: tuple[Promised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRequest:
    """A trust rating, 1 (weak) to 5 (strongest): ours in them, or theirs in us."""

    partner: str | None
    level: int | None = None
    side: Side = Side.OURS
    note: str | None = None


TERMS_WORD = "terms"
"""The subjects of a what-if besides the RVI."""


class PartnerVerb(StrEnum):
    """The verbs of `/partner`."""

    ADD = "add"
    SHOW = "show"
    LIST = "list"
    EDIT = "edit"
    DUE = "due"
    EXPLAIN = "explain"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    COST = "cost"
    REVIEW = "review"
    WHAT_IF = "what-if"
    ISSUE = "issue"
    IDEA = "idea"
    ASK = "ask"
    HISTORY = "history"
    PRUNE = "prune"
    VERTICALS = "verticals"
    STAKEHOLDERS = "stakeholders"
    CANDIDATES = "candidates"
    CONCENTRATION = "concentration"
    SERVED = "served"
    LINK = "link"
    UNLINK = "unlink"
    MERGE = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRequest:
    """A request to `/partner`. `verb` is None for empty text.

    `partner` is the name typed: a new one for `add`, None for `list`, else a known one. Used by: `vertical`, `owner` (a
    user's id) add and list · `since` add and explain · `until` pause · `reason` pause and end · `status` list · `money`
    (minor units) or `minutes`, `what` and `on` cost · `what` issue, idea and ask (the contact) · `everyone` review ·
    `what` (`TERMS_WORD`) or `band` and `until` (the target day) what-if · `channel` (its id) link and unlink · `into`,
    a known name, merge · `owner`, `status`, `band`, `is_quiet`, `is_mine` and `everyone` (ended ones too) list ·
    `owner` or `partner` due.
    """

    verb: PartnerVerb | None
    partner: str | None = None
    vertical: str | None = None
    owner: str | None = None
    since: date | None = None
    until: date | None = None
    reason: str | None = None
    status: Status | None = None
    money: int | None = None
    minutes: int | None = None
    what: str | None = None
    on: date | None = None
    everyone: bool = False
    band: Band | None = None
    channel: str | None = None
    into: str | None = None
    is_quiet: bool = False
    is_mine: bool = False


class TendVerb(StrEnum):
    """The verbs of `/tend`."""

    HELP = "help"
    SETTINGS = "settings"
    DIGEST = "digest"
    STATUS = "status"
    CALENDAR = "calendar"
    EXPORT = "export"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class TendRequest:
    """A request to `/tend`. `key` is the setting or help topic; `value` is the setting's new value.

    For an export, `user` is a person's id or `key` a partner's name; without both it exports everything.
    """

    verb: TendVerb = TendVerb.HELP
    key: str | None = None
    value: str | None = None
    user: str | None = None
