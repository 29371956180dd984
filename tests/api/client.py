"""Another program: it has a token, and speaks HTTP."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.patience import PATIENCE

JSON = "application/json"


@dataclass(frozen=True)
class Said:
    """An answer: its status, its headers in lower case, its text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def fields(self) -> list[str]:
        """The fields that a problem is about."""
        assert self.headers["content-type"] == "application/problem+json"
        assert (self.body["status"], self.body["type"]) == (self.status, "about:blank")
        return [one["field"] for one in self.body["errors"]]


@dataclass
class Client:
    port: int
    token: str | None = None

    def get(self, path: str, **query: Any) -> Said:
        return self.ask("GET", quote(path) + (f"?{urlencode(query)}" if query else ""))

    def post(self, path: str, key: str | None = None, **body: Any) -> Said:
        return self.send(path, json.dumps(body).encode(), key)

    def send(self, path: str, body: bytes, key: str | None = None, kind: str = JSON) -> Said:
        more = {} if key is None else {"Idempotency-Key": key}
        return self.ask("POST", path, body, {"Content-Type": kind, **more})

    def delete(self, path: str) -> Said:
        return self.ask("DELETE", path)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        who = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        try:
            connection.request(method, f"/api/v1/{path}", body, {**who, **(headers or {})})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Said(answer.status, told, answer.read().decode())
        finally:
            connection.close()
