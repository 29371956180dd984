"""Request and response models. They validate requests and define the OpenAPI document.

Dates are ISO strings. Money is a decimal string in the workspace's currency; other decimals have two places.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.forms.partner_fields import MAX_NAME_LENGTH, MAX_TEXT_LENGTH
from bot.grammar.member_ids import MEMBER_ID
from bot.importing.cells import MAX_LINE_LENGTH, is_shortened
from scoring.vocabulary import Band, Direction, Kind, Outcome, Status

MAX_PAGE_SIZE = 200
DEFAULT_PAGE_SIZE = 50
MAX_CADENCE_DAYS = 730
MAX_MONTHS = 12
NO_NUL = r"^[^\x00]*$"
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _require_iso_day(value: Any) -> Any:
    """Accept an ISO date only, not a number or a time."""
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return value
    raise ValueError("a day is written like 2026-11-02")


def _require_visible(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


def _require_whole_id(text: str) -> str:
    if is_shortened(text):
        raise ValueError("it is an id that a spreadsheet has shortened; others look the same")
    return text


def _text_constraints(longest: int) -> Any:
    return StringConstraints(max_length=longest, pattern=NO_NUL)


Day = Annotated[date, BeforeValidator(_require_iso_day, json_schema_input_type=date)]
Name = Annotated[str, _text_constraints(MAX_NAME_LENGTH), Field(min_length=1), AfterValidator(_require_visible)]
Line = Annotated[str, _text_constraints(MAX_LINE_LENGTH)]
ExternalId = Annotated[
    str,
    _text_constraints(MAX_LINE_LENGTH),
    Field(min_length=1),
    AfterValidator(_require_visible),
    AfterValidator(_require_whole_id),
]
Text = Annotated[str, _text_constraints(MAX_TEXT_LENGTH)]
Money = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$")]
Member = Annotated[str, StringConstraints(pattern=f"^{MEMBER_ID}$", max_length=31)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Level = Annotated[int, Field(strict=True, ge=1, le=5)]


class Body(BaseModel):
    """A request body. Unknown fields are rejected, because they may be misspelled."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewActivity(Body):
    """An activity to record. `direction` is `in` (they for us), `out` or `joint`; a referral is `in` by
    default, anything else `joint`. Only referrals have an outcome and a value."""

    partner: Name = Field(description="The partner's name or an alias.")
    kind: Kind
    occurred_on: Day | None = Field(default=None, description="Defaults to today in the workspace's time zone.")
    direction: Direction | None = None
    count: Count = 1
    title: Line = Field(default="", description="The lead, the event, or what it was about.")
    outcome: Outcome | None = None
    outcome_on: Day | None = Field(
        default=None, description="The day of the outcome. Defaults to today for won, lost and declined."
    )
    value: Money | None = Field(default=None, description="In the workspace's currency, e.g. 5000.00.")
    external_id: ExternalId | None = Field(
        default=None,
        description="Your system's id for it, which belongs to your integration and to the kind of activity. The same "
        "id is not recorded twice; day, count, direction, outcome and value are corrected instead. A known id under "
        "another partner is refused.",
    )


class NewTrust(Body):
    """A trust rating: how far we trust them (`us`), or they us (`them`), from 1 to 5."""

    partner: Name
    level: Level
    side: Literal["us", "them"] = "us"
    rated_on: Day | None = Field(default=None, description="Defaults to today.")
    rater: Name | None = Field(default=None, description="Who rated; defaults to the integration.")
    note: Text = ""
    external_id: ExternalId | None = None


class NewPartner(Body):
    """A partner to add. If your integration added its `external_id` before, nothing is added or changed."""

    name: Name
    aliases: list[Name] = Field(default_factory=list, max_length=20)
    vertical: Name | None = None
    owner: Member | None = Field(default=None, description="The Slack user id of the partner's owner.")
    since_on: Day | None = Field(default=None, description="Defaults to today.")
    status: Literal["active", "prospect"] = "active"
    cadence_days: Annotated[int, Field(strict=True, ge=1, le=MAX_CADENCE_DAYS)] | None = None
    wiifm_us: Text | None = Field(default=None, description="What is in it for us.")
    wiifm_them: Text | None = Field(default=None, description="What is in it for them; more than pay.")
    external_id: ExternalId | None = None


class Query(BaseModel):
    """Query parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Query):
    """Paging: `cursor` is the `next` of the previous page."""

    limit: int = Field(default=DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE)
    cursor: Cursor | None = None


class ActivitiesQuery(Paged):
    """Filter activities by partner, or by days from `since` to `until`."""

    partner: Name | None = None
    since: Day | None = None
    until: Day | None = None


class PartnersQuery(Paged):
    """Filter partners by status; all by default."""

    status: Status | None = None


class ScoresQuery(Paged):
    """Scores as of a day, by default today, of one partner or all."""

    as_of: Day | None = None
    partner: Name | None = None


class ForecastQuery(ScoresQuery):
    """Forecast for the given number of months."""

    months: int = Field(default=MAX_MONTHS, ge=1, le=MAX_MONTHS)


class NoQuery(Query):
    """No query parameters."""


class Moved(BaseModel):
    """The partner's RVI before and after."""

    before: str | None
    after: str | None


class Activity(BaseModel):
    """An activity of the ledger. `recorded_by` is a member's Slack id, or `api:` and the name of an integration."""

    id: int
    partner_id: int
    partner: str
    kind: Kind
    direction: Direction
    occurred_on: date
    count: int
    title: str
    outcome: Outcome | None
    value: str | None
    recorded_by: str
    recorded_at: datetime
    external_id: str | None
    voided: bool


class RecordedActivity(Activity):
    """An activity and its effect on the RVI, which is null if it was recorded before."""

    rvi: Moved | None


class Rating(BaseModel):
    """A trust rating and its effect on the RVI."""

    id: int
    partner_id: int
    partner: str
    side: Literal["us", "them"]
    level: int
    rated_on: date
    rater: str
    note: str
    external_id: str | None
    rvi: Moved | None


class Partner(BaseModel):
    """A partner."""

    id: int
    name: str
    aliases: list[str]
    vertical: str | None
    owner: str | None
    status: Status
    since_on: date
    cadence_days: int | None
    wiifm_us: str | None
    wiifm_them: str | None
    external_id: str | None = Field(description="Its id in your system, else in the first system that named one.")


class Reverse(BaseModel):
    """The RVI with the roles reversed."""

    totals: dict[str, int]
    trust: str | None
    estimated: bool
    rvi: str | None
    band: Band | None
    literal_rvi: str | None


class Score(BaseModel):
    """A partner's numbers on a day: the same as `tend score --json`."""

    partner: str
    vertical: str | None
    owner: str | None
    status: Status
    as_of: date
    age_months: int
    months: int
    totals: dict[str, int]
    trust: str | None
    rvi: str | None
    band: Band | None
    provisional: bool
    literal_rvi: str | None
    reverse: Reverse
    give_share: str | None
    last_touch_on: date | None
    quiet_days: int
    value_won: str
    cost: str | None
    roi: str | None
    signals: list[str]


class ScoredPartner(Partner):
    """A partner with its score as of today."""

    score: Score


class Cause(BaseModel):
    """One cause of a change. The effects of all causes add up to the change."""

    what: str
    effect: str


class Change(BaseModel):
    """A day on which an RVI changes if nothing new is recorded: the same as `tend forecast --json`."""

    partner: str
    on: date
    rvi: str | None
    band: Band | None
    reverse_rvi: str | None
    reverse_band: Band | None
    causes: list[Cause]
    reverse_causes: list[Cause]


class ActivityPage(BaseModel):
    """Activities, last recorded first. `next` is the cursor of the next page, null on the last."""

    activities: list[Activity]
    next: str | None


class PartnerPage(BaseModel):
    """Partners, in the order they were added."""

    partners: list[Partner]
    next: str | None


class ScorePage(BaseModel):
    """Scores, in the order the partners were added."""

    scores: list[Score]
    next: str | None


class ForecastPage(BaseModel):
    """Future changes, partner by partner. `limit` counts partners."""

    changes: list[Change]
    next: str | None


class FieldProblem(BaseModel):
    """The error of one field."""

    field: str
    detail: str


class Problem(BaseModel):
    """An RFC 9457 problem document. `errors` names the invalid fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)
