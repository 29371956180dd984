"""Salesforce by simple-salesforce. Imported only where a workspace has it: the client is large, and an extra."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from bot.crm.attempts import Trouble, attempt
from bot.crm.instants import read_instant
from bot.crm.records import Access, Company, Contact, CrmError, Deal, PartnerMark, Problem, Refusal

API_VERSION = "62.0"
TIMEOUT_SECONDS = (10, 120)
IDS_A_QUERY = 300
"""So many ids of 18 letters fit into the address of a query, which has 16,384 bytes at most."""
BATCH = 200
TYPES = {"number": ("double", "currency", "percent", "int"), "day": ("date", "datetime"),
         "text": ("string", "textarea", "picklist")}  # fmt: skip
CONTACT = "Id, Name, Email, Title, AccountId"
DEAL = "Id, Name, Amount, StageName, IsClosed, IsWon, CloseDate, CreatedDate, AccountId"
_LIMITS = ("REQUEST_LIMIT_EXCEEDED", "TXN_SECURITY_METERING_ERROR")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")

Json = dict[str, Any]
T = TypeVar("T")


class _Refused(Exception):
    """Logging in did not work."""

    def __init__(self, status: int, said: Json) -> None:
        super().__init__(status)
        self.status, self.said = status, said


class SalesforceOrg:
    """An org, opened with the key and the secret of an app that acts as one user (OAuth client credentials)."""

    def __init__(self, secrets: Mapping[str, str], access: Access, mark: PartnerMark) -> None:
        self._secrets, self._access, self._mark = secrets, access, mark
        if mark.field and not _FIELD.fullmatch(mark.field):
            raise CrmError(Problem.REFUSED, f"{mark.field} is no field")
        self._http = requests.Session()
        self._http.trust_env = False  # a .netrc would replace the token
        self._org = self._log_in()

    def _log_in(self) -> Salesforce:
        """Get a token. simple-salesforce would ask `DOMAIN.salesforce.com` without a deadline."""

        def ask() -> Json:
            key = f"{self._secrets['client_id']}:{self._secrets['client_secret']}"
            answer = self._http.post(
                f"{self._secrets['instance']}/services/oauth2/token",
                data={"grant_type": "client_credentials"},
                headers={"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            said: Any = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
            if answer.status_code != 200 or not isinstance(said, dict) or "access_token" not in said:
                raise _Refused(answer.status_code, said if isinstance(said, dict) else {})
            return said

        said = attempt(self._access, ask, _judge)
        org = Salesforce(
            session_id=said["access_token"], instance_url=said["instance_url"], version=API_VERSION, session=self._http
        )
        where = urlsplit(said["instance_url"])
        org.base_url = f"{where.scheme}://{where.netloc}/services/data/v{API_VERSION}/"
        return org

    def check(self) -> None:
        """Read one of each."""
        for fields, name in ((self._company_fields, "Account"), (CONTACT, "Contact"), (DEAL, "Opportunity")):
            list(self._query(f"SELECT {fields} FROM {name} LIMIT 1"))

    def companies(self, since: datetime | None) -> Sequence[Company]:
        """Return the accounts that changed since, or all."""
        where = f" WHERE SystemModstamp >= {_moment(since)}" if since else ""
        return [self._company(row) for row in self._query(f"SELECT {self._company_fields} FROM Account{where}")]

    def companies_by_id(self, ids: Sequence[str]) -> Sequence[Company]:
        """Return those of these accounts that exist."""
        return [self._company(row) for row in self._of(f"SELECT {self._company_fields} FROM Account", "Id", ids)]

    def contacts(self, since: datetime) -> Sequence[Contact]:
        """Return the people who changed since."""
        return [_contact(row) for row in self._query(f"SELECT {CONTACT} FROM Contact WHERE {_changed(since)}")]

    def deals(self, since: datetime) -> Sequence[Deal]:
        """Return the opportunities that changed since."""
        return [
            _deal(row) for row in self._query(f"SELECT {self._deal_fields} FROM Opportunity WHERE {_changed(since)}")
        ]

    def contacts_of(self, company_ids: Sequence[str]) -> Sequence[Contact]:
        """Return the people at these accounts."""
        return [_contact(row) for row in self._of(f"SELECT {CONTACT} FROM Contact", "AccountId", company_ids)]

    def deals_of(self, company_ids: Sequence[str]) -> Sequence[Deal]:
        """Return the opportunities with these accounts."""
        return [
            _deal(row) for row in self._of(f"SELECT {self._deal_fields} FROM Opportunity", "AccountId", company_ids)
        ]

    # -- reading

    def _query(self, soql: str) -> Iterator[Json]:
        """Yield what a query finds, page by page. Of a query whose next page expired, all is asked for again later."""
        page = self._call(lambda: self._org.query(soql, timeout=TIMEOUT_SECONDS))
        while True:
            yield from page["records"]
            if page["done"]:
                return
            more = page["nextRecordsUrl"].rpartition("/")[2]
            page = self._call(lambda: self._org.query_more(more, timeout=TIMEOUT_SECONDS))  # noqa: B023

    def _of(self, select: str, field: str, ids: Sequence[str]) -> Iterator[Json]:
        known = [one for one in ids if _ID.fullmatch(one)]  # an id of another shape is none of theirs
        for begin in range(0, len(known), IDS_A_QUERY):
            listed = ", ".join(f"'{one}'" for one in known[begin : begin + IDS_A_QUERY])
            yield from self._query(f"{select} WHERE {field} IN ({listed})")

    @property
    def _company_fields(self) -> str:
        own = "Id, Name, Industry, Website, CreatedDate, Owner.Name, Owner.Email"
        return f"{own}, {self._mark.field}" if self._mark.field else own

    @cached_property
    def _deal_fields(self) -> str:
        """The fields of opportunities; a currency only where the org has several."""
        fields = self._described("Opportunity")
        return f"{DEAL}, CurrencyIsoCode" if "CurrencyIsoCode" in fields else DEAL

    def _company(self, row: Json) -> Company:
        owner = row.get("Owner") or {}
        name, mail = owner.get("Name") or "", owner.get("Email") or ""
        marked = row.get(self._mark.field) if self._mark.field else None
        return Company(
            id=_id(row["Id"]),
            name=row.get("Name") or "",
            industry=row.get("Industry") or "",
            created_at=read_instant(row.get("CreatedDate")),
            owner=f"{name} <{mail}>" if name and mail else name or mail,
            domain=_domain(row.get("Website") or ""),
            is_partner=self._mark.fits(None if marked is None else str(marked)),
        )

    def _described(self, name: str) -> dict[str, Json]:
        answer: Any = self._call(lambda: self._org.restful(f"sobjects/{name}/describe", timeout=TIMEOUT_SECONDS))
        return {field["name"]: field for field in answer["fields"]}

    # -- writing

    def field_problem(self, name: str, holds: str, words: Sequence[str]) -> str | None:
        """Say why a field of accounts can't hold what it is to."""
        if not name.endswith("__c"):
            return f"{name} is no field of your own; those end in __c, and Tend writes only into them"
        found = self._accounts.get(name)
        if found is None:
            return f"accounts in Salesforce have no field {name} that Tend's user may see"
        if not found["updateable"]:
            return f"{name} may not be edited by Tend's user; change the field's permissions"
        if found["type"] not in TYPES[holds]:
            return f"{name} is a field of type {found['type']}; it should be of type {TYPES[holds][0]}"
        options = {option["value"] for option in found.get("picklistValues") or () if option.get("active")}
        if found["type"] == "picklist" and (not words or not set(words) <= options):
            lacking = ", ".join(word for word in words if word not in options)
            return f"{name} lacks the options {lacking}" if words else f"{name} has fixed options; it should be text"
        return None

    @cached_property
    def _accounts(self) -> dict[str, Json]:
        return self._described("Account")

    def values(self, ids: Sequence[str], names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return fields of those of the accounts that exist."""
        fields = ", ".join(name for name in names if _FIELD.fullmatch(name))
        rows = self._of(f"SELECT Id, {fields} FROM Account", "Id", ids)
        found = {_id(row["Id"]): {name: _text(row.get(name)) for name in names} for row in rows}
        return {one: found[_id(one)] for one in ids if _id(one) in found}

    def write(self, changes: Mapping[str, Mapping[str, str]]) -> Sequence[Refusal]:
        """Write fields of accounts, two hundred at a time, each by itself: one that is refused stops no other."""
        refusals: list[Refusal] = []
        ids = list(changes)
        for begin in range(0, len(ids), BATCH):
            batch = ids[begin : begin + BATCH]
            records = [
                {"attributes": {"type": "Account"}, "Id": one}
                | {name: self._value(name, value) for name, value in changes[one].items()}
                for one in batch
            ]
            body = {"allOrNone": False, "records": records}
            results = self._call(lambda: self._put(body))  # noqa: B023
            for one, result in zip(batch, results, strict=True):
                if not result["success"]:
                    refusals.append(Refusal(one, result["errors"][0]["message"] if result["errors"] else ""))
        return refusals

    def _put(self, body: Json) -> Any:
        return self._org.restful("composite/sobjects", method="PATCH", json=body, timeout=TIMEOUT_SECONDS)

    def _value(self, name: str, value: str) -> str | float | None:
        kind = self._accounts.get(name, {}).get("type")
        if not value:
            return None
        if kind in TYPES["number"]:
            return float(value)  # two places, which a float holds exactly enough to be written as they are
        return f"{value}T00:00:00Z" if kind == "datetime" else value

    def _call(self, do: Callable[[], T]) -> T:
        """Call the org; where the session has expired, log in once more."""
        try:
            return attempt(self._access, do, _judge)
        except CrmError as error:
            if error.problem is not Problem.TOKEN:
                raise
        self._org = self._log_in()
        return attempt(self._access, do, _judge)


def _id(text: str) -> str:
    """Return an id as reports show it, and so as an import knows it: without the last three of its 18 letters."""
    return text[:15]


def _contact(row: Json) -> Contact:
    at = (_id(row["AccountId"]),) if row.get("AccountId") else ()
    return Contact(_id(row["Id"]), row.get("Name") or "", row.get("Email") or "", row.get("Title") or "", at)


def _deal(row: Json) -> Deal:
    closed = row.get("CloseDate")
    return Deal(
        id=_id(row["Id"]),
        title=row.get("Name") or "",
        company_ids=(_id(row["AccountId"]),) if row.get("AccountId") else (),
        created_at=read_instant(row.get("CreatedDate")),
        closed_on=date.fromisoformat(closed) if closed else None,
        amount=_text(row.get("Amount")),
        currency=row.get("CurrencyIsoCode") or "",
        stage=row.get("StageName") or "",
        is_closed=bool(row.get("IsClosed")),
        is_won=bool(row.get("IsWon")),
    )


def _changed(since: datetime) -> str:
    return f"SystemModstamp >= {_moment(since)}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: Any) -> str:
    """Write a number without a sign for thousands, or an exponent."""
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def _domain(website: str) -> str:
    host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    return host.removeprefix("www.")


def _judge(error: Exception) -> Trouble | None:
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return Trouble(Problem.HOST, wait=1)
    if isinstance(error, _Refused):
        return _judge_login(error)
    if not isinstance(error, SalesforceError):
        return Trouble(Problem.ANSWER) if isinstance(error, ValueError | KeyError | TypeError) else None
    code, detail = _said(error.content)
    if code in _LIMITS:
        return Trouble(Problem.LIMIT, detail, wait=3600, later=True)
    if error.status == 401 or code == "INVALID_SESSION_ID":
        return Trouble(Problem.TOKEN, detail)
    if error.status == 403 or code in ("INSUFFICIENT_ACCESS", "API_DISABLED_FOR_ORG", "INVALID_TYPE", "INVALID_FIELD"):
        return Trouble(Problem.SCOPE, detail)
    if error.status >= 500 or code in ("QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"):
        return Trouble(Problem.BUSY, detail, wait=1)
    return Trouble(Problem.REFUSED, detail)


def _judge_login(error: _Refused) -> Trouble:
    detail = str(error.said.get("error_description") or error.said.get("error") or "")
    if error.status >= 500:
        return Trouble(Problem.BUSY, detail, wait=1)
    if error.status == 429:
        return Trouble(Problem.LIMIT, detail, wait=60)
    return Trouble(Problem.TOKEN if error.status in (400, 401, 403) else Problem.ANSWER, detail)


def _said(content: Any) -> tuple[str, str]:
    """Return the code and the words of an error, which is a list of one."""
    first = content[0] if isinstance(content, list) and content else {}
    return (str(first.get("errorCode", "")), str(first.get("message", ""))) if isinstance(first, dict) else ("", "")
