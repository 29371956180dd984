"""Parsed requests as frozen values. Missing parts are None; the caller then opens a form with the rest.

Those of `/partner` are in `partner_requests`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side


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
    """One lead or several. `value` is in minor units of the workspace's currency. Where `is_direction_said` is false,
    `direction` is the usual one, and an open lead of either direction may be meant.
    """

    partner: str | None
    direction: Direction = Direction.IN
    is_direction_said: bool = True
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

    `people` names whom it was with, as typed. `step` is one promise of ours; `promises` are further ones, of either
    side.
    """

    partner: str | None
    kind: Kind = Kind.MEETING
    direction: Direction = Direction.JOINT
    note: str | None = None
    people: str | None = None
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


class TendVerb(StrEnum):
    """The verbs of `/tend`."""

    HELP = "help"
    SETTINGS = "settings"
    DIGEST = "digest"
    STATUS = "status"
    CALENDAR = "calendar"
    MAIL = "mail"
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
