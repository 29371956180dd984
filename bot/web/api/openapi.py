"""Build the OpenAPI 3.1 document from the operations and their models."""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from bot.web.api.models import Problem
from bot.web.api.routes import OPERATIONS, PREFIX
from bot.web.api.types import Operation

Json = dict[str, Any]
DESCRIPTION = (
    "Read and record partnerships from a CRM, a form or an automation tool. A steward creates a token in Slack with "
    "`/tend settings`. Dates are ISO 8601 strings; money is a decimal string in the workspace's currency."
)
IDEMPOTENCY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Each key is processed once, however often it is sent. The response is kept for three days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9_:.-]+$"},
}
ERROR_DESCRIPTIONS = {
    400: "The request can't be parsed",
    401: "The token is missing, unknown or revoked",
    403: "The integration may not do that",
    404: "It does not exist in this workspace",
    409: "The same is being recorded right now",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "A field is invalid; `errors` names it",
    429: "Too many requests per minute, or at once",
    503: "The database is temporarily unavailable",
}
COMMON_ERRORS = (401, 422, 429, 503)
BODY_ERRORS = (400, 403, 409, 413, 415)


def build_document(url: str | None) -> Json:
    """Build the document. `url` is the public URL of `tend web`."""
    schemas = _schemas()
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        path = PREFIX + operation.path + (f"/{{{operation.named}}}" if operation.named else "")
        paths.setdefault(path, {})[operation.method.lower()] = _operation_object(operation, schemas)
    component_schemas = {
        name: schema
        for name, schema in schemas.items()
        if name not in {operation.query.__name__ for operation in OPERATIONS}
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tend", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": url or "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": component_schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@cache
def _schemas() -> dict[str, Json]:
    bodies = [(operation.body, "validation") for operation in OPERATIONS if operation.body]
    queries = [(operation.query, "validation") for operation in OPERATIONS]
    answers = [(operation.gives, "serialization") for operation in OPERATIONS if operation.gives]
    models: Any = [*dict.fromkeys([*bodies, *queries, *answers, (Problem, "serialization")])]
    schemas: dict[str, Json] = models_json_schema(models, ref_template="#/components/schemas/{model}")[1]["$defs"]
    return schemas


def _operation_object(operation: Operation, schemas: dict[str, Json]) -> Json:
    body: Json = {
        "operationId": f"{operation.method.lower()}_{operation.path.strip('/')}{'_one' if operation.named else ''}",
        "summary": operation.summary,
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation),
    }
    if operation.body:
        body["requestBody"] = {"required": True, "content": _model_content(operation.body.__name__)}
    return body


def _parameters(operation: Operation, schemas: dict[str, Json]) -> list[Json]:
    parameters: list[Json] = []
    if operation.named:
        kind = {"id": {"type": "string", "pattern": "^[0-9]{1,18}$"}}.get(
            operation.named, {"type": "string", "minLength": 1}
        )
        parameters.append({"name": operation.named, "in": "path", "required": True, "schema": kind})
    for name, schema in schemas[operation.query.__name__].get("properties", {}).items():
        parameters.append({"name": name, "in": "query", "required": False, "schema": _without_null(schema)})
    return [*parameters, IDEMPOTENCY_HEADER] if operation.body else parameters


def _without_null(schema: Json) -> Json:
    """Remove null from a query parameter's schema, because a query omits it instead."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    return choices[0] if choices else {key: value for key, value in schema.items() if key != "title"}


def _responses(operation: Operation) -> Json:
    success: Json = {"description": operation.summary}
    if operation.gives:
        success["content"] = _model_content(operation.gives.__name__)
    responses = {str(operation.status): success}
    if operation.body and operation.body.model_fields.get("external_id"):
        responses["200"] = success | {"description": "It was recorded before; nothing new was recorded"}
    error_statuses = {*COMMON_ERRORS, *(BODY_ERRORS if operation.writes else ()), *((404,) if operation.named else ())}
    problem = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return responses | {
        str(status): {"description": ERROR_DESCRIPTIONS[status], "content": problem}
        for status in sorted(error_statuses)
    }


def _model_content(model: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
