"""The API's reference as an HTML page, made of the OpenAPI document alone."""

import json
import shlex
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.web.api.routes import DOCUMENT, PREFIX
from bot.web.html import HEADERS, render

Json = Mapping[str, Any]
CSS_TEMPLATE = "api_reference.css"
REFERENCE_PREFIX = "#/components/schemas/"
MAX_AGE_SECONDS = 300
_POLICY = "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FORMATS = {"date": "day, such as 2026-11-02", "date-time": "instant, such as 2026-11-02T09:30:00Z"}
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
_EXAMPLES = {"date": "2026-11-02", "date-time": "2026-11-02T09:30:00Z", "string": "Example Partners", "integer": 3}
_ID_PATTERN = "^[0-9]"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a property of an object. `schema` is the object that its values are, if any."""

    name: str
    kind: str
    schema: str | None
    is_required: bool
    about: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, when it comes, and the object that it gives."""

    status: str
    about: str
    schema: str | None


@dataclass(frozen=True, slots=True)
class Described:
    """One operation. `body` is the object that it takes, `example` a command that calls it."""

    id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Field, ...]
    body: str | None
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Schema:
    """An object with its fields, or the words that a value may be."""

    name: str
    about: str
    fields: tuple[Field, ...]
    words: tuple[str, ...]


def make_reference(document: Json) -> tuple[str, dict[str, str]]:
    """Make the page and its headers. It has neither scripts nor anything from elsewhere."""
    css = render(CSS_TEMPLATE)
    text = render("api_reference.html", css=css, **describe(document))
    digest = b64encode(sha256(css.encode()).digest()).decode()
    headers = {
        **HEADERS,
        "Cache-Control": f"public, max-age={MAX_AGE_SECONDS}",
        "Content-Security-Policy": _POLICY.format(hash=digest),
    }
    return text, headers


def describe(document: Json) -> dict[str, Any]:
    """Return what the page shows: operations by subject, then objects."""
    schemas: Json = document["components"]["schemas"]
    server = str(document["servers"][0]["url"]).rstrip("/")
    subjects: dict[str, list[Described]] = {}
    for path, methods in document["paths"].items():
        subject = path.removeprefix(f"{PREFIX}/").partition("/")[0]
        for method, operation in methods.items():
            described = _operation(server, path, method, operation, schemas)
            subjects.setdefault(subject.capitalize(), []).append(described)
    return {
        "title": f"The API of {document['info']['title']}",
        "about": document["info"]["description"],
        "server": server,
        "document_path": DOCUMENT,
        "prefix": PREFIX,
        "subjects": subjects,
        "schemas": [_schema(name, schema) for name, schema in sorted(schemas.items())],
    }


def _operation(server: str, path: str, method: str, operation: Json, schemas: Json) -> Described:
    body = operation.get("requestBody")
    taken = _content_schema(body) if body else None
    return Described(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        parameters=tuple(
            _field(given["name"], given["schema"], given["required"], given.get("description", ""), given["in"])
            for given in operation["parameters"]
        ),
        body=taken,
        answers=tuple(
            Answer(status, given["description"], _content_schema(given))
            for status, given in sorted(operation["responses"].items())
        ),
        example=_example(server, path, method, operation, schemas),
    )


def _content_schema(given: Json) -> str | None:
    """Return the name of the object in a body."""
    for content in given.get("content", {}).values():
        return _name_of(content["schema"])
    return None


def _name_of(schema: Json) -> str | None:
    reference = str(schema.get("$ref", ""))
    return reference.removeprefix(REFERENCE_PREFIX) or None


def _schema(name: str, schema: Json) -> Schema:
    required = schema.get("required", ())
    fields = tuple(
        _field(key, given, key in required, given.get("description", ""))
        for key, given in schema.get("properties", {}).items()
    )
    return Schema(name, schema.get("description", ""), fields, tuple(map(str, schema.get("enum", ()))))


def _field(name: str, schema: Json, is_required: bool, about: str, where: str = "") -> Field:
    limits = _limits(schema)
    return Field(name, _kind(schema), _inner_name(schema), is_required, " ".join(filter(None, (about, limits))), where)


def _choices(schema: Json) -> list[Json]:
    return list(schema.get("anyOf") or [schema])


def _inner_name(schema: Json) -> str | None:
    """Return the object that a value is, or is a list of."""
    for choice in _choices(schema):
        if name := _name_of(choice) or _name_of(choice.get("items", {})):
            return name
    return None


def _kind(schema: Json) -> str:
    """Return a value's type in words."""
    return " or ".join(_kind_of(choice) for choice in _choices(schema))


def _kind_of(schema: Json) -> str:
    if name := _name_of(schema):
        return name
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])} by name"
    return _FORMATS.get(schema.get("format", "")) or _TYPES.get(schema.get("type", ""), "anything")


def _limits(schema: Json) -> str:
    """Return a value's limits and default as sentences."""
    found = {key: value for choice in _choices(schema) for key, value in choice.items()} | dict(schema)
    texts = []
    if "minimum" in found and "maximum" in found:
        texts.append(f"From {found['minimum']} to {found['maximum']}.")
    if "maxLength" in found:
        texts.append(f"At most {found['maxLength']} characters.")
    if "maxItems" in found:
        texts.append(f"At most {found['maxItems']}.")
    if found.get("default") not in (None, ""):
        texts.append(f"Default: {found['default']}.")
    return " ".join(texts)


def _example(server: str, path: str, method: str, operation: Json, schemas: Json) -> str:
    """Return a curl command with every required value."""
    for given in operation["parameters"]:
        if given["in"] == "path":
            is_id = str(given["schema"].get("pattern", "")).startswith(_ID_PATTERN)
            path = path.replace(f"{{{given['name']}}}", "17" if is_id else "Example%20Partners")
    lines = [f"curl {shlex.quote(server + path)}"]
    if method not in ("get", "post"):
        lines[0] += f" -X {method.upper()}"
    lines.append('-H "Authorization: Bearer $TEND_TOKEN"')
    if "requestBody" in operation:
        body = schemas[_content_schema(operation["requestBody"]) or ""]
        values = {name: _value(name, body["properties"][name], schemas) for name in body.get("required", ())}
        lines += ['-H "Content-Type: application/json"', f"-d {shlex.quote(json.dumps(values))}"]
    return " \\\n  ".join(lines)


def _value(name: str, schema: Json, schemas: Json) -> Any:
    """Return an example of a value."""
    schema = schemas.get(_name_of(schema) or "", schema)
    if "enum" in schema:
        return schema["enum"][0]
    return _EXAMPLES.get(schema.get("format", "")) or _EXAMPLES.get(schema.get("type", ""), name)
