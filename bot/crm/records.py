"""What a CRM tells and takes, whichever it is, and what can be wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class System(StrEnum):
    """A CRM that can be read. The value is also the source that its ids belong to."""

    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"

    @property
    def label(self) -> str:
        return "HubSpot" if self is System.HUBSPOT else "Salesforce"


class Problem(StrEnum):
    """Why a CRM could not be read or written."""

    TOKEN = "token"  # it does not let us in
    SCOPE = "scope"  # it lets us in, and something is not allowed
    LIMIT = "limit"  # no more requests for now
    HOST = "host"  # it can't be reached
    BUSY = "busy"  # it has trouble of its own
    REFUSED = "refused"  # it does not take what we ask
    ANSWER = "answer"  # its answer can't be read
    KEY = "key"  # what is stored can't be decrypted
    CLIENT = "client"  # its client is not installed


class CrmError(Exception):
    """A CRM can't be read or written. `detail` is what it said, in short; `wait` in how many seconds to try again."""

    def __init__(self, problem: Problem, detail: str = "", wait: float | None = None) -> None:
        super().__init__(problem.value)
        self.problem, self.detail, self.wait = problem, " ".join(detail.split())[:200], wait


@dataclass(frozen=True, slots=True)
class Company:
    """A company. `owner` is a name, a mail address or both; `is_partner` says whether it is marked as one there."""

    id: str
    name: str
    industry: str = ""
    created_at: datetime | None = None
    owner: str = ""
    domain: str = ""
    is_partner: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at companies."""

    id: str
    name: str
    address: str
    role: str
    company_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal with companies, the main one first. `closed_on` may be expected; `probability` is that of its stage."""

    id: str
    title: str
    company_ids: tuple[str, ...]
    created_at: datetime | None
    closed_on: datetime | date | None
    amount: str
    currency: str
    stage: str
    is_closed: bool
    is_won: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the CRM did not take, and what it said."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartnerMark:
    """Which companies are partners: those with one of the values in a field. Without a field, all or none."""

    field: str = ""
    values: tuple[str, ...] = ()
    everyone: bool = False

    def fits(self, value: str | None) -> bool:
        """Return whether a company with that value is marked. A field may hold several values, split by `;`."""
        if not self.field:
            return self.everyone
        wanted = {word.casefold() for word in self.values}
        return any(part.strip().casefold() in wanted for part in (value or "").split(";"))


@dataclass(frozen=True, slots=True)
class Access:
    """How to call: `alive` is called before each request, and raises when there is no reason to go on."""

    sleep: Callable[[float], None]
    alive: Callable[[], None] = lambda: None


class Crm(Protocol):
    """A CRM that is open. Each method raises `CrmError`."""

    def check(self) -> None:
        """Read a little of everything that is needed."""

    def companies(self, since: datetime | None) -> Sequence[Company]:
        """Return the companies that changed since, or all."""

    def companies_by_id(self, ids: Sequence[str]) -> Sequence[Company]:
        """Return those of these companies that exist."""

    def contacts(self, since: datetime) -> Sequence[Contact]:
        """Return the people who changed since."""

    def deals(self, since: datetime) -> Sequence[Deal]:
        """Return the deals that changed since."""

    def contacts_of(self, company_ids: Sequence[str]) -> Sequence[Contact]:
        """Return the people at these companies."""

    def deals_of(self, company_ids: Sequence[str]) -> Sequence[Deal]:
        """Return the deals with these companies."""

    def field_problem(self, name: str, holds: str, words: Sequence[str]) -> str | None:
        """Say why a field of companies can't hold a `number`, a `day` or `text`, or some of the words."""

    def values(self, ids: Sequence[str], names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return fields of those of the companies that exist, by id and name. Empty ones are ""."""

    def write(self, changes: Mapping[str, Mapping[str, str]]) -> Sequence[Refusal]:
        """Write fields of companies, by id and name; "" empties one. Return those that were not taken."""
