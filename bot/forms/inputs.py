"""Types of form inputs: how to render, read and describe each.

One object does all three, so that the form, the stored value and the change history cannot drift apart. A value is as
stored in the database, or None if empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from bot.errors import FieldError
from bot.formatting import count, format_day, format_money, money_digits
from bot.forms.state import FieldValue
from bot.grammar import UsageError, read_money
from bot.grammar.errors import quote
from bot.grammar.member_ids import is_member_id
from bot.grammar.numbers import whole_number
from bot.slack.blocks import Block, option
from bot.workspace.team import Team


class Input(Protocol):
    """A type of input. `read` raises `FieldError` for an invalid value; `name` is the field's name."""

    def element(self, value: Any, team: Team) -> Block: ...
    def read(self, name: str, value: FieldValue, team: Team) -> Any: ...
    def words(self, value: Any, team: Team) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text on one line or several."""

    max_length: int = 1_000
    several_lines: bool = False

    def element(self, value: Any, team: Team) -> Block:
        element: Block = {"type": "plain_text_input", "max_length": self.max_length}
        if self.several_lines:
            element["multiline"] = True
        if value:
            element["initial_value"] = str(value)[: self.max_length]
        return element

    def read(self, name: str, value: FieldValue, team: Team) -> str | None:
        text = _clean_text(value)
        if text and len(text) > self.max_length:
            raise FieldError(name, f"That is {len(text):,} characters; the limit is {self.max_length:,}.")
        return text

    def words(self, value: Any, team: Team) -> str | None:
        return str(value) if value else None


@dataclass(frozen=True, slots=True)
class Names:
    """Several names, one per line, since a name may contain a comma. The value is a tuple."""

    max_length: int = 3_000

    def element(self, value: Any, team: Team) -> Block:
        return Text(self.max_length, several_lines=True).element("\n".join(value or ()), team)

    def read(self, name: str, value: FieldValue, team: Team) -> tuple[str, ...]:
        return tuple(line.strip() for line in (_clean_text(value) or "").splitlines() if line.strip())

    def words(self, value: Any, team: Team) -> str | None:
        return ", ".join(value or ()) or None


@dataclass(frozen=True, slots=True)
class Day:
    """A date picker."""

    def element(self, value: Any, team: Team) -> Block:
        return {"type": "datepicker", **({"initial_date": value.isoformat()} if value else {})}

    def read(self, name: str, value: FieldValue, team: Team) -> date | None:
        text = _clean_text(value)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise FieldError(name, f"{quote(text or '')} is not a day.") from None

    def words(self, value: Any, team: Team) -> str | None:
        return format_day(value) if value else None


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace, by user id."""

    def element(self, value: Any, team: Team) -> Block:
        return {"type": "users_select", **({"initial_user": value} if is_member_id(value) else {})}

    def read(self, name: str, value: FieldValue, team: Team) -> str | None:
        return _clean_text(value)

    def words(self, value: Any, team: Team) -> str | None:
        return str(value) if value else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few options. `options` holds (label, value)."""

    options: Sequence[tuple[str, str]]
    as_buttons: bool = False

    def element(self, value: Any, team: Team) -> Block:
        options_by_value = {stored: option(text, stored) for text, stored in self.options}
        element: Block = {"type": "radio_buttons" if self.as_buttons else "static_select"}
        element["options"] = list(options_by_value.values())
        if value is not None and str(value) in options_by_value:
            element["initial_option"] = options_by_value[str(value)]
        return element

    def read(self, name: str, value: FieldValue, team: Team) -> str | None:
        text = _clean_text(value)
        if text is not None and text not in {stored for _, stored in self.options}:
            raise FieldError(name, f"{quote(text)} is not one of the choices.")
        return text

    def words(self, value: Any, team: Team) -> str | None:
        return next((text for text, stored in self.options if stored == value), None)


@dataclass(frozen=True, slots=True)
class MultiChoice:
    """Any number of options. The value joins them with spaces."""

    options: Sequence[tuple[str, str]]

    def element(self, value: Any, team: Team) -> Block:
        options_by_value = {stored: option(text, stored) for text, stored in self.options}
        chosen = [
            options_by_value[stored_value]
            for stored_value in str(value or "").split()
            if stored_value in options_by_value
        ]
        return {
            "type": "checkboxes",
            "options": list(options_by_value.values()),
            **({"initial_options": chosen} if chosen else {}),
        }

    def read(self, name: str, value: FieldValue, team: Team) -> str:
        chosen = value if isinstance(value, list) else []
        return " ".join(stored for _, stored in self.options if stored in chosen)

    def words(self, value: Any, team: Team) -> str | None:
        return " · ".join(text for text, stored in self.options if stored in str(value or "").split()) or None


@dataclass(frozen=True, slots=True)
class Checkbox:
    """A checkbox. The value is a bool."""

    text: str

    def element(self, value: Any, team: Team) -> Block:
        return MultiChoice([(self.text, "yes")]).element("yes" if value else "", team)

    def read(self, name: str, value: FieldValue, team: Team) -> bool:
        return bool(value)

    def words(self, value: Any, team: Team) -> str | None:
        return "yes" if value else None


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within a range."""

    low: int
    high: int
    unit: str = ""

    def element(self, value: Any, team: Team) -> Block:
        return Text(len(str(self.high))).element(None if value is None else str(value), team)

    def read(self, name: str, value: FieldValue, team: Team) -> int | None:
        text = _clean_text(value)
        number = None if text is None else whole_number(text, self.low, self.high)
        if text is not None and number is None:
            expected = f"a whole number from {self.low} to {self.high:,}"
            raise FieldError(name, f"{quote(text)} is not {expected}.")
        return number

    def words(self, value: Any, team: Team) -> str | None:
        return None if value is None else (count(value, self.unit) if self.unit else str(value))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the workspace's currency, in minor units."""

    def element(self, value: Any, team: Team) -> Block:
        return Text(30).element(None if value is None else money_digits(value, team.currency), team)

    def read(self, name: str, value: FieldValue, team: Team) -> int | None:
        text = _clean_text(value)
        try:
            return read_money(text, team.currency) if text else None
        except UsageError as error:
            raise FieldError(name, error.problem) from None

    def words(self, value: Any, team: Team) -> str | None:
        return None if value is None else format_money(value, team.currency)


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of up to 100 percent. The value is in hundredths of a percent."""

    def element(self, value: Any, team: Team) -> Block:
        return Text(8).element(None if value is None else self.words(value, team), team)

    def read(self, name: str, value: FieldValue, team: Team) -> int | None:
        text = _clean_text(value)
        if text is None:
            return None
        plain = text.removesuffix("%").strip().replace(",", ".")
        digits = plain.replace(".", "", 1)
        if not digits.isascii() or not digits.isdigit() or Decimal(plain) > 100:
            raise FieldError(name, f"{quote(text)} is not a percentage; write one like 10 or 7.5.")
        if len(plain.partition(".")[2].rstrip("0")) > 2:
            raise FieldError(name, f"{quote(text)} has more than two decimals.")
        return int(Decimal(plain) * 100)

    def words(self, value: Any, team: Team) -> str | None:
        return None if value is None else f"{(Decimal(value) / 100).normalize():f}%"


def _clean_text(value: FieldValue) -> str | None:
    return value if isinstance(value, str) else None
