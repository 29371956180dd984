"""A Salesforce org of the tests: its records, SOQL as far as Tend asks, and the API's limits."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from tests.crm.server import Answer, Asked, Json

KEY, SECRET = "3MVG9consumerkey", "0123456789ABCDEFsecret"
PREFIXES = {"Account": "001", "Contact": "003", "Opportunity": "006"}
FIELDS = {
    "Account": "Id Name Industry Website Type CreatedDate SystemModstamp Owner.Name Owner.Email",
    "Contact": "Id Name Email Title AccountId CreatedDate SystemModstamp",
    "Opportunity": "Id Name Amount StageName IsClosed IsWon CloseDate CreatedDate SystemModstamp AccountId",
}
MAX_RECORDS, MAX_ADDRESS = 200, 16_384
SOQL = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<name>\w+)(?: WHERE (?P<field>\w+) (?:>= (?P<since>\S+)|IN \((?P<ids>[^)]*)\)))?"
    r"(?: LIMIT (?P<limit>\d+))?"
)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


@dataclass
class SalesforceOrg:
    """The records by object and id. A session is good for as many requests as `session_lasts`."""

    clock: Callable[[], datetime]
    url: Callable[[], str]
    records: dict[str, dict[str, Json]] = field(default_factory=lambda: {name: {} for name in PREFIXES})
    own_fields: dict[str, Json] = field(default_factory=dict)
    page: int = 2_000
    currencies: bool = False
    session_lasts: int = 10_000
    logins: int = 0
    _used: int = 0
    _locators: dict[str, list[Json]] = field(default_factory=dict)

    def put(self, name: str, id: str | None = None, **fields: Any) -> str:
        """Add a record or change one; it is modified now. The id has 18 letters, as the API gives it."""
        id = id or f"{PREFIXES[name]}Kj{len(self.records[name]):010}AAA"
        held = self.records[name].setdefault(id, {"Id": id, "CreatedDate": moment(self.clock())})
        held |= fields | {"SystemModstamp": moment(self.clock())}
        return id

    def account(self, title: str, **fields: Any) -> str:
        return self.put("Account", Name=title, **{"Type": "Technology Partner"} | fields)

    def deal(self, title: str, account: str, **fields: Any) -> str:
        given = {"StageName": "Prospecting", "IsClosed": False, "IsWon": False, "CloseDate": "2026-12-31"} | fields
        return self.put("Opportunity", Name=title, AccountId=account, **given)

    def contact(self, title: str, email: str, account: str, **fields: Any) -> str:
        return self.put("Contact", Name=title, Email=email, AccountId=account, **fields)

    def make_field(self, name: str, type: str, options: tuple[str, ...] = (), **more: Any) -> None:
        values = [{"value": one, "active": True} for one in options]
        self.own_fields[name] = {"name": name, "type": type, "updateable": True, "picklistValues": values} | more

    # -- the API

    def answer(self, asked: Asked) -> Answer:
        url = urlsplit(asked.path)
        if url.path == "/services/oauth2/token":
            return self._token(asked)
        if asked.headers.get("Authorization") != f"Bearer session-{self.logins}" or self._used >= self.session_lasts:
            return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self._used += 1
        path = re.sub(r"^/services/data/v\d\d\.0/", "", url.path)
        if path == "query/":
            return self._query(asked, parse_qs(url.query)["q"][0])
        if path.startswith("query/"):
            return self._page(path.removeprefix("query/"))
        if match := re.fullmatch(r"sobjects/(Account|Opportunity)/describe", path):
            return self._describe(match[1])
        if path == "composite/sobjects" and asked.method == "PATCH":
            return self._update(asked)
        return _error(404, "NOT_FOUND", "The requested resource does not exist")

    def _token(self, asked: Asked) -> Answer:
        form = parse_qs(unquote_plus(asked.body.decode()))
        given = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if form.get("grant_type") != ["client_credentials"] or asked.headers.get("Authorization") != f"Basic {given}":
            return Answer(400, {"error": "invalid_client", "error_description": "invalid client credentials"})
        self.logins, self._used = self.logins + 1, 0
        session = {"access_token": f"session-{self.logins}", "instance_url": self.url(), "token_type": "Bearer"}
        return Answer(200, session)

    def _query(self, asked: Asked, soql: str) -> Answer:
        match = SOQL.fullmatch(soql)
        if len(asked.path) > MAX_ADDRESS:
            return Answer(414, [{"errorCode": "URI_TOO_LONG", "message": "too long"}])
        if match is None:
            return _error(400, "MALFORMED_QUERY", f"unexpected token: {soql[:40]}")
        fields, known = match["fields"].split(", "), self._fields(match["name"])
        if unknown := [name for name in fields if name not in known]:
            return _error(400, "INVALID_FIELD", f"No such column '{unknown[0]}' on entity '{match['name']}'")
        rows = list(self.records[match["name"]].values())
        if match["since"]:
            since = datetime.fromisoformat(match["since"])
            rows = [row for row in rows if datetime.fromisoformat(row["SystemModstamp"]) >= since]
        elif match["ids"] is not None:
            wanted = {one.strip(" '")[:15] for one in match["ids"].split(",")}
            rows = [row for row in rows if (row.get(match["field"]) or "")[:15] in wanted]
        shown = [_shown(row, fields) for row in rows[: int(match["limit"] or len(rows))]]
        return self._paged(shown, len(shown))

    def _paged(self, rows: list[Json], total: int) -> Answer:
        left = rows[self.page :]
        body: Json = {"totalSize": total, "done": not left, "records": rows[: self.page]}
        if left:
            locator = f"01gKj{len(self._locators):06}-{self.page}"
            self._locators[locator] = left
            body["nextRecordsUrl"] = f"/services/data/v62.0/query/{locator}"
        return Answer(200, body)

    def _page(self, locator: str) -> Answer:
        if locator not in self._locators:
            return _error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        rows = self._locators[locator]
        return self._paged(rows, len(rows))

    def _fields(self, name: str) -> set[str]:
        own = self.own_fields if name == "Account" else {}
        return {*FIELDS[name].split(), *own, *(["CurrencyIsoCode"] if self.currencies else [])}

    def _describe(self, name: str) -> Answer:
        fields = [{"name": one, "type": "string", "updateable": False} for one in self._fields(name)]
        own = self.own_fields if name == "Account" else {}
        return Answer(200, {"name": name, "fields": [own.get(one["name"], one) for one in fields]})

    def _update(self, asked: Asked) -> Answer:
        records = asked.json["records"]
        if not 0 < len(records) <= MAX_RECORDS or asked.json["allOrNone"] is not False:
            return _error(400, "EXCEEDED_ID_LIMIT", "record limit reached")
        return Answer(200, [self._updated(dict(one)) for one in records])

    def _updated(self, fields: Json) -> Json:
        kind, id = fields.pop("attributes")["type"], fields.pop("Id")
        row = next((row for row in self.records[kind].values() if row["Id"][:15] == id[:15]), None)
        types = {"double": (float, int), "date": (str,), "string": (str,), "picklist": (str,)}
        wrong = [name for name, value in fields.items()
                 if name not in self.own_fields
                 or (value is not None and not isinstance(value, types[self.own_fields[name]["type"]]))]  # fmt: skip
        if row is None or wrong or "Locked" in row:
            code = "INVALID_CROSS_REFERENCE_KEY" if row is None else "FIELD_CUSTOM_VALIDATION_EXCEPTION"
            error = {"statusCode": code, "message": f"{wrong or 'locked or gone'}", "fields": wrong}
            return {"id": id, "success": False, "errors": [error]}
        self.put(kind, row["Id"], **fields)
        return {"id": row["Id"], "success": True, "errors": []}


def _shown(row: Json, fields: list[str]) -> Json:
    shown: Json = {"attributes": {"type": "sObject"}}
    for name in fields:
        of, _, inner = name.partition(".")
        if inner:
            shown.setdefault(of, {})[inner] = (row.get(of) or {}).get(inner)
        else:
            shown[name] = row.get(name)
    return shown


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(status, [{"errorCode": code, "message": message}])
