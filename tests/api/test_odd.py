"""Whatever arrives is answered with what is wrong with it, and never a failure of ours."""

import json
from typing import Any

import openapi_spec_validator
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error

from bot.web.api.app import MAX_BODY_BYTES
from bot.web.api.openapi import build_document
from storage.tables import Activity
from tests.api.client import Client
from tests.each import each
from tests.examples import examples
from tests.listeners.office import Office

SCHEMA = schemathesis.openapi.from_dict(build_document(None))
BOUNDED = settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
EVENT = '{"partner": "Acme Legal", "kind": "event", "title": %s}'

ODD = [
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"\x00", b"{}", b'{"partner": NaN}', b"NaN", b"Infinity",
    b"[" * 50_000, b'{"a":' * 20_000, b'{"partner": ' + b"[" * 900 + b"]" * 900 + b"}",
    (EVENT % '"\\ud800"').encode(), (EVENT % '"\\u0000"').encode(), (EVENT % "NaN").encode(),
    (EVENT % "1e999").encode(),
    (EVENT % ("9" * 5_000)).encode(), (EVENT % '"x", "count": 1e400').encode(), (EVENT % '"x", "count": 1.5').encode(),
    (EVENT % f'"x", "count": {"9" * 30}').encode(), (EVENT % '"x", "count": -0').encode(),
    (EVENT % '"x", "kind": null').encode(), (EVENT % '"x", "__proto__": {}').encode(),
    (EVENT % '"\xff"').encode("latin-1"),
    b'{"partner": "\\u200b", "kind": "event"}', b'{"partner": "\\u0000Acme Legal", "kind": "event"}',
]  # fmt: skip


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8"))
    | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = ("partner", "kind", "occurred_on", "direction", "count", "title", "outcome", "value", "external_id", "level",
          "side", "rated_on", "rater", "note", "name", "aliases", "vertical", "owner", "since_on", "status",
          "cadence_days", "wiifm_us", "wiifm_them")  # fmt: skip
LIKELY = {
    "partner": "Acme Legal", "kind": "referral", "level": 4, "name": "Zenith", "value": "5.00",
    "occurred_on": "2026-11-02",
}  # fmt: skip


@pytest.fixture
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """More requests than a program may make in a minute."""
    monkeypatch.setattr("bot.actions.workspace.integrations.REQUESTS_PER_MINUTE", 1_000_000)


@pytest.mark.parametrize("path", ["activities", "trust", "partners"])
def test_odd_json_is_refused(at_leisure: None, crm: Client, office: Office, path: str) -> None:
    with each() as trying:
        for number, body in enumerate(ODD):
            with trying(f"{number} {body[:40]!r}"):
                said = crm.send(path, body, "a-key")
                assert said.status in (400, 422), said.text
                assert said.headers["content-type"] == "application/problem+json"
                assert office.rows(Activity) == []


@BOUNDED
@given(
    path=st.sampled_from(["activities", "trust", "partners"]), odd=st.dictionaries(st.sampled_from(FIELDS), ANYTHING)
)
def test_any_value_in_any_field(at_leisure: None, crm: Client, path: str, odd: dict[str, Any]) -> None:
    known = {
        "activities": ("partner", "kind", "value", "occurred_on"),
        "trust": ("partner", "level"),
        "partners": ("name",),
    }[path]
    body = {name: LIKELY[name] for name in known} | odd
    said = crm.send(path, json.dumps(body).encode())
    assert said.status in (200, 201, 400, 422), said.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/json; charset=utf-8", 201), ("APPLICATION/JSON", 201), ("text/plain", 415), ("", 415), ("x", 415)],
)
def test_only_json_is_read(crm: Client, kind: str, status: int) -> None:
    assert crm.send("activities", (EVENT % '"x"').encode(), kind=kind).status == status


def test_a_body_that_is_too_large_is_not_read(crm: Client) -> None:
    for body in (b" " * (MAX_BODY_BYTES + 1), (EVENT % f'"{"x" * MAX_BODY_BYTES}"').encode()):
        assert crm.send("activities", body).status == 413


@pytest.mark.parametrize(
    "query", ["partner=%00", "partner=%ff", "cursor=%F0%9F", "limit=1&limit=2", "&&=&", "a" * 5_000]
)
def test_odd_questions(crm: Client, query: str) -> None:
    for path in ("activities", "partners", "scores", "forecast"):
        assert crm.ask("GET", f"{path}?{query}").status in (200, 422)


def test_the_document_is_valid_and_is_served_to_everybody(nobody: Client) -> None:
    said = nobody.get("openapi.json")
    assert (said.status, said.body["openapi"]) == (200, "3.1.0")
    openapi_spec_validator.validate(said.body)
    assert said.body["servers"] == [{"url": "https://tend.example.com"}]


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
def test_what_the_document_says_is_true(at_leisure: None, crm: Client, office: Office, case: schemathesis.Case) -> None:
    """Valid and invalid requests, made of the document: no failure, and every answer as the document has it."""
    where = {"base_url": f"http://127.0.0.1:{crm.port}", "headers": {"Authorization": f"Bearer {crm.token}"}}
    said = case.call(**where)
    case.validate_response(said, checks=CHECKS)


CHECKS = [
    not_a_server_error,
    *schemathesis.checks.CHECKS.get_by_names(
        ["status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    ),
]
