"""Collect validation errors, in Slack's wording."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ValidationReport:
    """Validation errors. `errors` is empty if everything is valid."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def add_error(self, what: str, at: str) -> None:
        """Add an error at `at`, a JSON pointer."""
        self.errors.append(f"{what} [json-pointer:{at}]")

    def length(self, value: Any, most: int, at: str) -> None:
        """Check an optional string of at most `most` characters."""
        if value is None:
            return
        if not isinstance(value, str):
            self.add_error("must be a string", at)
        elif len(value) > most:
            self.add_error(f"must be less than {most + 1} characters", at)

    def string(self, value: Any, most: int, at: str) -> None:
        """Check a required, non-empty string."""
        if not value and not isinstance(value, (int, float)):
            self.add_error("must be more than 0 characters", at)
        else:
            self.length(value, most, at)

    def items(self, value: Any, most: int, at: str, least: int = 0) -> list[Any]:
        """Check a list of `least` to `most` items, and return it."""
        if not isinstance(value, list):
            if value is not None or least:
                self.add_error("must be an array", at)
            return []
        if len(value) > most:
            self.add_error(f"no more than {most} items allowed", at)
        if len(value) < least:
            self.add_error(f"must provide at least {least} items", at)
        return value

    def text(self, value: Any, most: int, at: str) -> None:
        """Check a text object, plain or mrkdwn."""
        if not isinstance(value, dict) or value.get("type") not in ("plain_text", "mrkdwn"):
            self.add_error("must provide an object with type plain_text or mrkdwn", at)
        else:
            self.string(value.get("text"), most, f"{at}/text")

    def plain(self, value: Any, most: int, at: str, required: bool = False) -> None:
        """Check a plain_text object."""
        if value is None:
            if required:
                parent, _, name = at.rpartition("/")
                self.add_error(f"missing required field: {name}", parent)
        elif not isinstance(value, dict) or value.get("type") != "plain_text":
            self.add_error("must be a plain_text object", at)
        else:
            self.string(value.get("text"), most, f"{at}/text")
