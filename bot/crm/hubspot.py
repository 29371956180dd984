"""HubSpot by its official client. Imported only where a workspace has it: the client is large, and an extra."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import hubspot
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from bot.crm.attempts import Trouble, attempt
from bot.crm.instants import read_instant
from bot.crm.records import Access, Company, Contact, CrmError, Deal, PartnerMark, Problem, Refusal

TIMEOUT_SECONDS = (10, 60)
SEARCH_PAGE = 200
BATCH = 100
ASSOCIATION_BATCH = 500
SEARCH_PAUSE = 0.25
"""Seconds between two searches: an account may search five times a second, all its programs together."""
MODIFIED = {"companies": "hs_lastmodifieddate", "contacts": "lastmodifieddate", "deals": "hs_lastmodifieddate"}
COMPANY = ("name", "industry", "domain", "createdate", "hubspot_owner_id")
CONTACT = ("firstname", "lastname", "email", "jobtitle")
DEAL = ("dealname", "amount", "deal_currency_code", "dealstage", "pipeline", "createdate", "closedate")
TYPES = {"number": ("number",), "day": ("date", "datetime"), "text": ("string", "enumeration")}

Json = dict[str, Any]


class HubSpot:
    """An account, opened with the token of one of its private apps."""

    def __init__(self, token: str, access: Access, mark: PartnerMark, api_url: str) -> None:
        self._access, self._mark = access, mark
        # Tries again ourselves: not every error of theirs is worth it, and a run has to say that it is alive.
        client = hubspot.Client.create(access_token=token, host=api_url.rstrip("/"), retry=Retry(0, redirect=0))
        crm = client.crm
        self._search = {name: getattr(crm, name).search_api for name in MODIFIED}
        self._batch = {name: getattr(crm, name).batch_api for name in MODIFIED}
        self._associations, self._properties = crm.associations.v4.batch_api, crm.properties.core_api
        self._pipelines, self._owner_pages = crm.pipelines.pipelines_api, crm.owners.owners_api

    def check(self) -> None:
        """Search for one of each, and list the stages of deals."""
        for name in MODIFIED:
            self._call(self._search[name].do_search, _page_after(name, "0", None, ()) | {"limit": 1})
        _ = self._stages

    def companies(self, since: datetime | None) -> Sequence[Company]:
        """Return the companies that changed since, or all."""
        return [self._company(row) for row in self._changed("companies", self._company_fields, since)]

    def companies_by_id(self, ids: Sequence[str]) -> Sequence[Company]:
        """Return those of these companies that exist."""
        return [self._company(row) for row in self._by_id("companies", ids, self._company_fields)]

    def contacts(self, since: datetime) -> Sequence[Contact]:
        """Return the people who changed since."""
        return self._contacts(list(self._changed("contacts", CONTACT, since)))

    def deals(self, since: datetime) -> Sequence[Deal]:
        """Return the deals that changed since."""
        return self._deals(list(self._changed("deals", DEAL, since)))

    def contacts_of(self, company_ids: Sequence[str]) -> Sequence[Contact]:
        """Return the people at these companies."""
        return self._contacts(list(self._by_id("contacts", self._associated("contacts", company_ids), CONTACT)))

    def deals_of(self, company_ids: Sequence[str]) -> Sequence[Deal]:
        """Return the deals with these companies."""
        return self._deals(list(self._by_id("deals", self._associated("deals", company_ids), DEAL)))

    # -- reading

    def _changed(self, name: str, fields: Sequence[str], since: datetime | None) -> Iterator[Json]:
        """Yield what changed, in the order of the ids.

        Each page asks for the ids beyond those of the page before: by `after`, no search gives more than 10,000.
        """
        last = "0"
        while True:
            query = _page_after(name, last, since, fields)
            rows = self._call(self._search[name].do_search, query)["results"]
            yield from rows
            if len(rows) < SEARCH_PAGE:
                return
            if int(rows[-1]["id"]) <= int(last):
                raise CrmError(Problem.ANSWER, "a search does not go on")
            last = rows[-1]["id"]
            self._access.sleep(SEARCH_PAUSE)

    def _by_id(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        for batch in _batches(ids, BATCH):
            query = {"inputs": [{"id": one} for one in batch], "properties": list(fields), "propertiesWithHistory": []}
            yield from self._call(self._batch[name].read, query)["results"]

    def _associated(self, name: str, company_ids: Sequence[str]) -> list[str]:
        """Return the ids of what is associated with companies, each once."""
        found = self._associations_of("companies", name, company_ids)
        return list(dict.fromkeys(other for others in found.values() for other in others))

    def _associations_of(self, of: str, to: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """Return the ids of what is associated, by id, the primary one first."""
        first: dict[str, list[str]] = {}
        others: dict[str, list[str]] = {}
        for batch in _batches(ids, ASSOCIATION_BATCH):
            inputs: list[Json] = [{"id": one} for one in batch]
            while inputs:
                answer = self._call(self._associations.get_page, of, to, {"inputs": inputs})
                inputs = []
                for row in answer["results"]:
                    own = str(row["from"]["id"])
                    for one in row["to"]:
                        is_primary = any(kind.get("label") == "Primary" for kind in one.get("associationTypes", ()))
                        (first if is_primary else others).setdefault(own, []).append(str(one["toObjectId"]))
                    if after := ((row.get("paging") or {}).get("next") or {}).get("after"):
                        inputs.append({"id": own, "after": after})
        return {one: list(dict.fromkeys([*first.get(one, ()), *others.get(one, ())])) for one in {**first, **others}}

    @property
    def _company_fields(self) -> tuple[str, ...]:
        return (*COMPANY, self._mark.field) if self._mark.field else COMPANY

    def _company(self, row: Json) -> Company:
        has = row["properties"]
        return Company(
            id=str(row["id"]),
            name=has.get("name") or "",
            industry=(has.get("industry") or "").replace("_", " ").title(),
            created_at=read_instant(has.get("createdate")),
            owner=self._owners.get(has.get("hubspot_owner_id") or "", ""),
            domain=has.get("domain") or "",
            is_partner=self._mark.fits(has.get(self._mark.field)),
        )

    def _contacts(self, rows: Sequence[Json]) -> list[Contact]:
        at = self._associations_of("contacts", "companies", [str(row["id"]) for row in rows])
        return [_contact(row, at.get(str(row["id"]), ())) for row in rows]

    def _deals(self, rows: Sequence[Json]) -> list[Deal]:
        of = self._associations_of("deals", "companies", [str(row["id"]) for row in rows])
        return [self._deal(row, of.get(str(row["id"]), ())) for row in rows]

    def _deal(self, row: Json, company_ids: Iterable[str]) -> Deal:
        has = row["properties"]
        key = (has.get("pipeline") or "", has.get("dealstage") or "")
        label, is_closed, is_won = self._stages.get(key, (key[1], False, False))
        return Deal(
            id=str(row["id"]),
            title=has.get("dealname") or "",
            company_ids=tuple(company_ids),
            created_at=read_instant(has.get("createdate")),
            closed_on=read_instant(has.get("closedate")),
            amount=has.get("amount") or "",
            currency=has.get("deal_currency_code") or "",
            stage=label,
            is_closed=is_closed,
            is_won=is_won,
        )

    @cached_property
    def _stages(self) -> dict[tuple[str, str], tuple[str, bool, bool]]:
        """The stages of deals by pipeline and id: label, whether it ends a deal, and whether as won."""
        stages = {}
        for pipeline in self._call(self._pipelines.get_all, "deals")["results"]:
            for stage in pipeline["stages"]:
                told = stage.get("metadata") or {}
                is_closed = str(told.get("isClosed", "")).casefold() == "true"
                is_won = is_closed and float(told.get("probability") or 0) > 0
                stages[str(pipeline["id"]), str(stage["id"])] = (stage["label"], is_closed, is_won)
        return stages

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The owners of companies by id, as they are called. Empty where the token may not see them."""
        owners: dict[str, str] = {}
        after = None
        while True:
            try:
                page = self._call(self._owner_pages.get_page, limit=BATCH, **({"after": after} if after else {}))
            except CrmError as error:
                if error.problem is not Problem.SCOPE:
                    raise
                return {}
            for row in page["results"]:
                name = " ".join(filter(None, (row.get("firstName"), row.get("lastName"))))
                mail = row.get("email") or ""
                owners[str(row["id"])] = f"{name} <{mail}>" if name and mail else name or mail
            after = ((page.get("paging") or {}).get("next") or {}).get("after")
            if not after:
                return owners

    # -- writing

    def field_problem(self, name: str, holds: str, words: Sequence[str]) -> str | None:
        """Say why a property of companies can't hold what it is to."""
        try:
            found = self._call(self._properties.get_by_name, "companies", name)
        except CrmError as error:
            if error.problem is Problem.REFUSED:
                return f"companies in HubSpot have no property {name}; make it in Settings ▸ Properties"
            raise
        if found.get("hubspotDefined") or (found.get("modificationMetadata") or {}).get("readOnlyValue"):
            return f"{name} is HubSpot's own; Tend writes only into properties that you made for it"
        if found["type"] not in TYPES[holds]:
            return f"{name} is a property of type {found['type']}; it should be of type {TYPES[holds][0]}"
        options = {option["value"] for option in found.get("options") or ()}
        if found["type"] == "enumeration" and (lacking := [word for word in words if word not in options]):
            return f"{name} lacks the options {', '.join(lacking)}" if words else f"{name} should be a line of text"
        if found["type"] == "enumeration" and not words:
            return f"{name} has fixed options; it should be a line of text"
        return None

    def values(self, ids: Sequence[str], names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return properties of those of the companies that exist."""
        return {
            str(row["id"]): {name: row["properties"].get(name) or "" for name in names}
            for row in self._by_id("companies", ids, names)
        }

    def write(self, changes: Mapping[str, Mapping[str, str]]) -> Sequence[Refusal]:
        """Write properties of companies, a hundred at a time. Of a batch that is refused, each half is tried."""
        refusals: list[Refusal] = []
        waiting = list(_batches(list(changes), BATCH))
        while waiting:
            batch = waiting.pop()
            inputs = [{"id": one, "properties": dict(changes[one])} for one in batch]
            try:
                answer = self._call(self._batch["companies"].update, {"inputs": inputs})
            except CrmError as error:
                if error.problem is not Problem.REFUSED:
                    raise
                if len(batch) == 1:
                    refusals.append(Refusal(batch[0], error.detail))
                else:
                    waiting += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
                continue
            written = {str(row["id"]) for row in answer.get("results", ())}
            refusals += [Refusal(one, "no such company") for one in batch if one not in written]
        return refusals

    def _call(self, method: Callable[..., Any], *given: Any, **named: Any) -> Json:
        """Call a method of the client and return the JSON of the answer."""

        def call() -> Json:
            response = method(*given, _preload_content=False, _request_timeout=TIMEOUT_SECONDS, **named)
            answer = json.loads(response.data)
            if not isinstance(answer, dict):
                raise ValueError
            return answer

        return attempt(self._access, call, _judge)


def _page_after(name: str, last: str, since: datetime | None, fields: Sequence[str]) -> Json:
    """Return the search for a page of what changed since, beyond an id."""
    filters: list[Json] = [{"propertyName": "hs_object_id", "operator": "GT", "value": last}]
    if since is not None:
        moment = str(int(since.timestamp() * 1000))
        filters.append({"propertyName": MODIFIED[name], "operator": "GTE", "value": moment})
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(fields),
        "limit": SEARCH_PAGE,
    }


def _contact(row: Json, company_ids: Iterable[str]) -> Contact:
    has = row["properties"]
    name = " ".join(filter(None, (has.get("firstname"), has.get("lastname"))))
    return Contact(str(row["id"]), name, has.get("email") or "", has.get("jobtitle") or "", tuple(company_ids))


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), size):
        yield ids[begin : begin + size]


def _judge(error: Exception) -> Trouble | None:
    if isinstance(error, HTTPError):
        return Trouble(Problem.HOST, wait=1)
    status = getattr(error, "status", None)
    if status is None:
        return Trouble(Problem.ANSWER) if isinstance(error, ValueError | KeyError | TypeError) else None
    said = _body(error)
    detail = str(said.get("message") or "")
    if status == 429:
        policy = str(said.get("policyName") or "")
        if policy == "DAILY":
            return Trouble(Problem.LIMIT, detail, wait=_retry_after(error) or 3600, later=True)
        return Trouble(Problem.LIMIT, detail, wait=_retry_after(error) or (10 if policy.startswith("TEN") else 1))
    if status == 401:
        return Trouble(Problem.TOKEN, detail)
    if status == 403:
        return Trouble(Problem.SCOPE, detail)
    if status >= 500 or status in (408, 423, 477):
        return Trouble(Problem.BUSY, detail, wait=_retry_after(error) or 1)
    return Trouble(Problem.HOST if status == 0 else Problem.REFUSED, detail)


def _body(error: Any) -> Json:
    try:
        said = json.loads(error.body)
    except (TypeError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _retry_after(error: Any) -> float | None:
    try:
        return max(0.0, float((error.headers or {})["Retry-After"]))
    except (KeyError, TypeError, ValueError):
        return None
