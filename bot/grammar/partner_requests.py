"""Parsed requests to `/partner`: one frozen value for each verb. `partner` is the name typed, None if there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from scoring.vocabulary import Band, Status


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
    PEOPLE = "people"
    BRIEF = "brief"
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
class AddRequest:
    """`owner` is a user's id."""

    verb: ClassVar = PartnerVerb.ADD
    partner: str | None = None
    vertical: str | None = None
    owner: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRequest:
    verb: ClassVar = PartnerVerb.SHOW
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """Filters, all of which have to match. `everyone`: ended ones too. `owner` is a user's id."""

    verb: ClassVar = PartnerVerb.LIST
    vertical: str | None = None
    owner: str | None = None
    is_mine: bool = False
    status: Status | None = None
    everyone: bool = False
    band: Band | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest:
    verb: ClassVar = PartnerVerb.EDIT
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRequest:
    """A partner, or a user's id. Neither means the person who asks."""

    verb: ClassVar = PartnerVerb.DUE
    partner: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest:
    verb: ClassVar = PartnerVerb.EXPLAIN
    partner: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRequest:
    verb: ClassVar = PartnerVerb.PAUSE
    partner: str | None = None
    until: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequest:
    verb: ClassVar = PartnerVerb.RESUME
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRequest:
    verb: ClassVar = PartnerVerb.END
    partner: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRequest:
    """`money` in minor units, or `minutes`."""

    verb: ClassVar = PartnerVerb.COST
    partner: str | None = None
    money: int | None = None
    minutes: int | None = None
    what: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """One partner; or `everyone`, the quarterly review; or neither, which reviews are due."""

    verb: ClassVar = PartnerVerb.REVIEW
    partner: str | None = None
    everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRequest:
    """`until` is the target day."""

    verb: ClassVar = PartnerVerb.WHAT_IF
    partner: str | None = None
    band: Band | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsRequest:
    """`what-if terms`."""

    verb: ClassVar = PartnerVerb.WHAT_IF
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRequest:
    verb: ClassVar = PartnerVerb.ISSUE
    partner: str | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaRequest:
    verb: ClassVar = PartnerVerb.IDEA
    partner: str | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequest:
    """A trust survey. `contact` is the person at the partner."""

    verb: ClassVar = PartnerVerb.ASK
    partner: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRequest:
    verb: ClassVar = PartnerVerb.HISTORY
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRequest:
    """The people at a partner."""

    verb: ClassVar = PartnerVerb.PEOPLE
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRequest:
    """What to know before one speaks with a partner."""

    verb: ClassVar = PartnerVerb.BRIEF
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """`channel` is its id."""

    verb: ClassVar = PartnerVerb.LINK
    partner: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkRequest:
    """`channel` is its id; None means all of the partner's."""

    verb: ClassVar = PartnerVerb.UNLINK
    partner: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequest:
    """`into` is the name of the partner that stays."""

    verb: ClassVar = PartnerVerb.MERGE
    partner: str | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """A view of all partners: `prune`, `verticals`, …"""

    verb: PartnerVerb


PartnerRequest = (
    AddRequest
    | ShowRequest
    | ListRequest
    | EditRequest
    | DueRequest
    | ExplainRequest
    | PauseRequest
    | ResumeRequest
    | EndRequest
    | CostRequest
    | ReviewRequest
    | WhatIfRequest
    | TermsRequest
    | IssueRequest
    | IdeaRequest
    | AskRequest
    | HistoryRequest
    | PeopleRequest
    | BriefRequest
    | LinkRequest
    | UnlinkRequest
    | MergeRequest
    | ViewRequest
)

# Views of all partners, which take no further words.
VIEW_VERBS = (
    PartnerVerb.PRUNE,
    PartnerVerb.VERTICALS,
    PartnerVerb.STAKEHOLDERS,
    PartnerVerb.CANDIDATES,
    PartnerVerb.CONCENTRATION,
    PartnerVerb.SERVED,
)
_OF_ONE_PARTNER: Mapping[PartnerVerb, Callable[..., PartnerRequest]] = {
    PartnerVerb.ADD: AddRequest,
    PartnerVerb.SHOW: ShowRequest,
    PartnerVerb.EDIT: EditRequest,
    PartnerVerb.DUE: DueRequest,
    PartnerVerb.EXPLAIN: ExplainRequest,
    PartnerVerb.PAUSE: PauseRequest,
    PartnerVerb.RESUME: ResumeRequest,
    PartnerVerb.END: EndRequest,
    PartnerVerb.COST: CostRequest,
    PartnerVerb.REVIEW: ReviewRequest,
    PartnerVerb.WHAT_IF: WhatIfRequest,
    PartnerVerb.ISSUE: IssueRequest,
    PartnerVerb.IDEA: IdeaRequest,
    PartnerVerb.ASK: AskRequest,
    PartnerVerb.HISTORY: HistoryRequest,
    PartnerVerb.PEOPLE: PeopleRequest,
    PartnerVerb.BRIEF: BriefRequest,
    PartnerVerb.LINK: LinkRequest,
    PartnerVerb.UNLINK: UnlinkRequest,
    PartnerVerb.MERGE: MergeRequest,
}


def bare_request(verb: PartnerVerb, partner: str | None = None) -> PartnerRequest:
    """Return a verb's request with nothing but the partner, where the verb takes one."""
    if verb in VIEW_VERBS:
        return ViewRequest(verb)
    return ListRequest() if verb is PartnerVerb.LIST else _OF_ONE_PARTNER[verb](partner=partner)
