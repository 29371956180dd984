"""What the tools return beside the API's own models. `text` says it as people read it in Slack."""

from datetime import date

from pydantic import BaseModel, Field

from bot.web.api.models import Activity, Body, Change, Line, Name, Score, ScoredPartner
from scoring.vocabulary import Promiser


class Reason(BaseModel):
    """A partner that needs somebody: why, and what one could call about."""

    partner: str
    signals: list[str]
    why: list[str]
    reason_to_call: str | None = None


class WaitingReferral(BaseModel):
    """An introduction of which nobody has told what came of it."""

    partner: str
    lead: str
    since: date


class Needs(BaseModel):
    """Who needs an owner today, worst first."""

    owner: str = Field(description="A Slack user id.")
    owner_name: str | None = None
    items: list[Reason]
    waiting: list[WaitingReferral]


class NeedsList(BaseModel):
    """Who needs whom today. Owners whom nobody needs are left out."""

    as_of: date
    owners: list[Needs]


class PromiseInfo(BaseModel):
    """An open promise. `side` is `us` for what we promised them, `them` for what they promised us."""

    id: int
    partner: str
    what: str
    side: str
    due_on: date | None


class Card(BaseModel):
    """A partner with its score, open promises and latest activities."""

    partner: ScoredPartner
    promises: list[PromiseInfo]
    activities: list[Activity]
    text: str


class Explained(BaseModel):
    """How a score adds up, and what moved it."""

    score: Score
    text: str


class Forecast(BaseModel):
    """The days on which the RVI changes if nothing new is recorded."""

    changes: list[Change]
    text: str


class Said(BaseModel):
    """An answer in words."""

    partner: str | None = None
    text: str


class NewPromise(Body):
    """A promise to note."""

    partner: Name
    what: Line = Field(min_length=1, max_length=300)
    due_on: date | None = None
    side: Promiser = Promiser.US


class Done(BaseModel):
    """What was done. `promise_id` is that of a promise that was noted."""

    partner: str
    text: str
    promise_id: int | None = None


class PartnerName(BaseModel):
    """A partner without anything that judges it."""

    id: int
    name: str
    status: str
    vertical: str | None
    owner: str | None


class PartnerNames(BaseModel):
    """Partners by name."""

    partners: list[PartnerName]
