"""The OpenAPI 3.1 document: made of the list of operations and the models that check them."""

from typing import Any

from pydantic.json_schema import models_json_schema

from bot.web.api.models import Problem
from bot.web.api.routes import OPERATIONS, PREFIX
from bot.web.api.types import Operation

Json = dict[str, Any]
DESCRIPTION = (
    "Read and record partnerships from a CRM, a form or an automation tool. A steward makes a token in Slack, with "
    "`/tend settings`. Days are ISO texts, money is a decimal text in the workspace's currency."
)
IDEMPOTENCY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Done once under one key, however often it is sent; the answer is kept for three days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9_:.-]+$"},
}
ERROR_DESCRIPTIONS = {
    400: "It can't be read",
    401: "The token is none of ours, or was revoked",
    403: "That is not this integration's to do",
    404: "There is no such thing in this workspace",
    409: "The same is being recorded at this moment",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "A field can't be taken; `errors` names it",
    429: "Too many requests in this minute",
    503: "The records are out of reach for the moment",
}
COMMON_ERRORS = (401, 422, 429, 503)
BODY_ERRORS = (400, 403, 409, 413, 415)


def build_document(url: str | None) -> Json:
    """The whole document; `url` is where people outside reach `tend web`."""
    schemas = _schemas()
    paths: dict[str, Json] = {}
    for one in OPERATIONS:
        where = PREFIX + one.path + (f"/{{{one.named}}}" if one.named else "")
        paths.setdefault(where, {})[one.method.lower()] = _operation_object(one, schemas)
    kept = {name: schema for name, schema in schemas.items() if name not in {one.query.__name__ for one in OPERATIONS}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tend", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": url or "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": kept, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _schemas() -> dict[str, Json]:
    bodies = [(one.body, "validation") for one in OPERATIONS if one.body]
    queries = [(one.query, "validation") for one in OPERATIONS]
    answers = [(one.gives, "serialization") for one in OPERATIONS if one.gives]
    wanted: Any = [*dict.fromkeys([*bodies, *queries, *answers, (Problem, "serialization")])]
    found: dict[str, Json] = models_json_schema(wanted, ref_template="#/components/schemas/{model}")[1]["$defs"]
    return found


def _operation_object(one: Operation, schemas: dict[str, Json]) -> Json:
    told: Json = {
        "operationId": f"{one.method.lower()}_{one.path.strip('/')}{'_one' if one.named else ''}",
        "summary": one.summary,
        "parameters": _parameters(one, schemas),
        "responses": _responses(one),
    }
    if one.body:
        told["requestBody"] = {"required": True, "content": _model_content(one.body.__name__)}
    return told


def _parameters(one: Operation, schemas: dict[str, Json]) -> list[Json]:
    found: list[Json] = []
    if one.named:
        kind = {"id": {"type": "string", "pattern": "^[0-9]{1,18}$"}}.get(one.named, {"type": "string", "minLength": 1})
        found.append({"name": one.named, "in": "path", "required": True, "schema": kind})
    for name, schema in schemas[one.query.__name__].get("properties", {}).items():
        found.append({"name": name, "in": "query", "required": False, "schema": _without_null(schema)})
    return [*found, IDEMPOTENCY_HEADER] if one.body else found


def _without_null(schema: Json) -> Json:
    """A query has no null: what is not asked is left out."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return choices[0] if choices else {key: value for key, value in schema.items() if key != "title"}


def _responses(one: Operation) -> Json:
    good: Json = {"description": one.summary}
    if one.gives:
        good["content"] = _model_content(one.gives.__name__)
    told = {str(one.status): good}
    if one.body and one.body.model_fields.get("external_id"):
        told["200"] = good | {"description": "It is known: nothing new was recorded"}
    wrong = {*COMMON_ERRORS, *(BODY_ERRORS if one.writes else ()), *((404,) if one.named else ())}
    problem = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return told | {
        str(status): {"description": ERROR_DESCRIPTIONS[status], "content": problem} for status in sorted(wrong)
    }


def _model_content(model: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
