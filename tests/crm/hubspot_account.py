"""A HubSpot account of the tests: objects, associations, pipelines, owners and properties, with the API's limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.crm.server import Answer, Asked, Json

TOKEN = "pat-eu1-11111111-2222-3333-4444-555555555555"
MODIFIED = {"companies": "hs_lastmodifieddate", "contacts": "lastmodifieddate", "deals": "hs_lastmodifieddate"}
SEARCHABLE = {"hs_object_id", "createdate", "name", "type", "email", "dealname", *MODIFIED.values()}
MAX_PAGE, MAX_RESULTS, MAX_BATCH, MAX_ASSOCIATED = 200, 10_000, 100, 1_000
STAGES = [
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
    ("91827", "Pilot agreed", "0.7"),
    ("91828", "Signed by both", "1.0"),
]


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


@dataclass
class HubSpotAccount:
    """The objects by kind and id, as their properties; the clock says when one changes."""

    clock: Callable[[], datetime]
    token: str = TOKEN
    scopes: set[str] = field(default_factory=lambda: {"companies", "contacts", "deals", "owners", "companies.write"})
    objects: dict[str, dict[str, Json]] = field(default_factory=lambda: {name: {} for name in MODIFIED})
    links: dict[tuple[str, str], dict[str, list[tuple[str, bool]]]] = field(default_factory=dict)
    owners: list[Json] = field(default_factory=list)
    properties: dict[str, Json] = field(default_factory=dict)
    page_of_associations: int = 500
    _last_id: int = 9_000

    # -- what people do there

    def put(self, kind: str, id: str | None = None, **properties: Any) -> str:
        """Add an object or change one; its modification date is now."""
        now = moment(self.clock())
        if id is None:
            self._last_id += 7
            id = str(self._last_id)
        held = self.objects[kind].setdefault(id, {"hs_object_id": id, "createdate": now})
        held |= {name: None if value is None else str(value) for name, value in properties.items()}
        held[MODIFIED[kind]] = now
        return id

    def link(self, kind: str, id: str, company: str, primary: bool = True) -> None:
        """Associate an object with a company, both ways."""
        self.links.setdefault((kind, "companies"), {}).setdefault(id, []).append((company, primary))
        self.links.setdefault(("companies", kind), {}).setdefault(company, []).append((id, primary))

    def company(self, name: str, **properties: Any) -> str:
        return self.put("companies", name=name, **{"type": "PARTNER"} | properties)

    def deal(self, name: str, *companies: str, **properties: Any) -> str:
        given = {"dealstage": "appointmentscheduled", "pipeline": "default"} | properties
        id = self.put("deals", dealname=name, **given)
        for number, company in enumerate(companies):
            self.link("deals", id, company, primary=number == 0)
        return id

    def contact(self, first: str, last: str, email: str, *companies: str, **properties: Any) -> str:
        id = self.put("contacts", firstname=first, lastname=last, email=email, **properties)
        for number, company in enumerate(companies):
            self.link("contacts", id, company, primary=number == 0)
        return id

    def make_property(self, name: str, type: str, options: tuple[str, ...] = (), **more: Any) -> None:
        self.properties[name] = {
            "name": name,
            "type": type,
            "fieldType": {"enumeration": "select"}.get(type, "text"),
            "hubspotDefined": False,
            "options": [{"label": one.title(), "value": one} for one in options],
            "modificationMetadata": {"readOnlyValue": False, "readOnlyDefinition": False, "archivable": True},
        } | more

    # -- the API

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            return _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        url = urlsplit(asked.path)
        for pattern, answer in self._routes():
            if match := re.fullmatch(pattern, f"{asked.method} {url.path}"):
                return answer(asked, *match.groups())
        return _error(404, "OBJECT_NOT_FOUND", "resource not found")

    def _routes(self) -> list[tuple[str, Callable[..., Answer]]]:
        kinds = "(companies|contacts|deals)"
        return [
            (f"POST /crm/v3/objects/{kinds}/search", self._search),
            (f"POST /crm/v3/objects/{kinds}/batch/read", self._read),
            (f"POST /crm/v3/objects/{kinds}/batch/update", self._update),
            (f"POST /crm/v4/associations/{kinds}/{kinds}/batch/read", self._associated),
            ("GET /crm/v3/pipelines/deals", self._pipelines),
            ("GET /crm/v3/owners/?", self._list_owners),
            ("GET /crm/v3/properties/companies/([a-z0-9_]+)", self._property),
        ]

    def _lacks(self, scope: str) -> Answer | None:
        if scope in self.scopes:
            return None
        return _error(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")

    def _search(self, asked: Asked, kind: str) -> Answer:
        query, after = asked.json, int(asked.json.get("after") or 0)
        if lacking := self._lacks(kind):
            return lacking
        limit = query.get("limit") or 10
        if limit > MAX_PAGE or after + limit > MAX_RESULTS:
            return _error(400, "VALIDATION_ERROR", "There was a problem with the request.")
        groups = query.get("filterGroups") or [{"filters": []}]
        if len(groups) > 5 or any(len(group["filters"]) > 6 for group in groups):
            return _error(400, "VALIDATION_ERROR", "too many filters")
        named = [one["propertyName"] for group in groups for one in group["filters"]]
        own = {MODIFIED[kind], *SEARCHABLE - set(MODIFIED.values())}
        if unknown := [name for name in named if name not in own]:
            return _error(400, "VALIDATION_ERROR", f"There was a problem with the property {unknown[0]}")
        rows = [row for row in self.objects[kind].values() if any(_fits(row, group["filters"]) for group in groups)]
        for sort in query.get("sorts") or [{"propertyName": "createdate", "direction": "ASCENDING"}]:
            name, down = sort["propertyName"], sort["direction"] == "DESCENDING"
            rows.sort(key=lambda row: _comparable(name, row.get(name)), reverse=down)
        page = [self._shown(row, query.get("properties") or [], kind) for row in rows[after : after + limit]]
        more = {"paging": {"next": {"after": str(after + limit)}}} if after + limit < len(rows) else {}
        return Answer(200, {"total": len(rows), "results": page, **more})

    def _shown(self, row: Json, names: list[str], kind: str) -> Json:
        told = {name: row.get(name) for name in ("createdate", "hs_object_id", MODIFIED[kind], *names)}
        return {
            "id": row["hs_object_id"],
            "properties": told,
            "createdAt": row["createdate"],
            "updatedAt": row[MODIFIED[kind]],
            "archived": False,
        }

    def _read(self, asked: Asked, kind: str) -> Answer:
        inputs = asked.json["inputs"]
        if lacking := self._lacks(kind):
            return lacking
        if not 0 < len(inputs) <= MAX_BATCH:
            return _error(400, "VALIDATION_ERROR", "The number of inputs has to be between 1 and 100")
        found = [row for one in inputs if (row := self.objects[kind].get(one["id"]))]
        results = [self._shown(row, asked.json.get("properties") or [], kind) for row in found]
        if len(found) == len(inputs):
            return Answer(200, {"status": "COMPLETE", "results": results})
        lost = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not get some objects"}
        return Answer(207, {"status": "COMPLETE", "results": results, "numErrors": 1, "errors": [lost]})

    def _update(self, asked: Asked, kind: str) -> Answer:
        inputs = asked.json["inputs"]
        if lacking := self._lacks(f"{kind}.write"):
            return lacking
        if not 0 < len(inputs) <= MAX_BATCH or len({one["id"] for one in inputs}) < len(inputs):
            return _error(400, "VALIDATION_ERROR", "Duplicate or too many ids in batch input")
        for one in inputs:
            for name, value in one["properties"].items():
                if problem := self._refuses(name, value):
                    return _error(400, "VALIDATION_ERROR", problem)
            if "locked" in (self.objects[kind].get(one["id"]) or {}):
                return _error(400, "VALIDATION_ERROR", f"{one['id']} is locked by a workflow")
        known = [one for one in inputs if one["id"] in self.objects[kind]]
        for one in known:
            self.put(kind, one["id"], **{name: value or None for name, value in one["properties"].items()})
        results = [self._shown(self.objects[kind][one["id"]], [], kind) for one in known]
        return Answer(200 if len(known) == len(inputs) else 207, {"status": "COMPLETE", "results": results})

    def _refuses(self, name: str, value: str) -> str | None:
        made = self.properties.get(name)
        if made is None:
            return f'Property "{name}" does not exist'
        options = [one["value"] for one in made["options"]]
        if made["type"] == "enumeration" and value and value not in options:
            return f"{value} was not one of the allowed options"
        pattern = {"number": r"-?\d+(\.\d+)?", "date": r"\d{4}-\d\d-\d\d"}.get(made["type"], ".*")
        return None if not value or re.fullmatch(pattern, value) else f"{value} was not a valid {made['type']}"

    def _associated(self, asked: Asked, of: str, to: str) -> Answer:
        inputs = asked.json["inputs"]
        if lacking := self._lacks(of) or self._lacks(to):
            return lacking
        if not 0 < len(inputs) <= MAX_ASSOCIATED:
            return _error(400, "VALIDATION_ERROR", "too many inputs")
        results, lost = [], []
        for one in inputs:
            others = self.links.get((of, to), {}).get(one["id"], [])
            begin = int(one.get("after") or 0)
            page = others[begin : begin + self.page_of_associations]
            if not page:
                lost.append({"status": "error", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"})
                continue
            more = begin + self.page_of_associations < len(others)
            paging = {"paging": {"next": {"after": str(begin + self.page_of_associations)}}} if more else {}
            results.append({"from": {"id": one["id"]}, "to": [_association(*each) for each in page], **paging})
        body: Json = {"status": "COMPLETE", "results": results}
        return Answer(207, body | {"numErrors": len(lost), "errors": lost}) if lost else Answer(200, body)

    def _pipelines(self, _asked: Asked) -> Answer:
        ends = ("1.0", "0.0")
        stages = [
            {"id": id, "label": label, "metadata": {"isClosed": str(odds in ends).lower(), "probability": odds}}
            for id, label, odds in STAGES
        ]
        return Answer(200, {"results": [{"id": "default", "label": "Sales Pipeline", "stages": stages}]})

    def _list_owners(self, asked: Asked) -> Answer:
        if lacking := self._lacks("owners"):
            return lacking
        query = parse_qs(urlsplit(asked.path).query)
        begin, limit = int(query.get("after", ["0"])[0]), int(query.get("limit", ["100"])[0])
        more = {"paging": {"next": {"after": str(begin + limit)}}} if begin + limit < len(self.owners) else {}
        return Answer(200, {"results": self.owners[begin : begin + limit], **more})

    def _property(self, _asked: Asked, name: str) -> Answer:
        found = self.properties.get(name)
        return Answer(200, found) if found else _error(404, "OBJECT_NOT_FOUND", f"{name} does not exist")


def _association(id: str, primary: bool) -> Json:
    unlabeled = {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}
    labels = [unlabeled | {"typeId": 5, "label": "Primary"}] if primary else []
    return {"toObjectId": id, "associationTypes": [unlabeled, *labels]}


def _comparable(name: str, value: Any) -> Any:
    return int(value or 0) if name == "hs_object_id" else value or ""


def _fits(row: Json, filters: list[Json]) -> bool:
    return all(_passes(row, one) for one in filters)


def _passes(row: Json, one: Json) -> bool:
    name, wanted, has = one["propertyName"], one["value"], row.get(one["propertyName"])
    if name == "hs_object_id":
        held, limit = int(has), int(wanted)
    elif name.endswith("date"):
        held, limit = datetime.fromisoformat(has).timestamp() * 1000, int(wanted)
    else:
        return one["operator"] == "EQ" and has == wanted
    return {"GT": held > limit, "GTE": held >= limit, "EQ": held == limit}[one["operator"]]


def _error(status: int, category: str, message: str, **more: Any) -> Answer:
    return Answer(status, {"status": "error", "category": category, "message": message, "correlationId": "c-1", **more})
