"""Kinds of form inputs: how each is drawn, read back, and said in words.

One object knows all three, so that what a form shows, what it takes and what the history says cannot drift apart.
A value is what the database holds; None where nothing is said.
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
from bot.grammar.numbers import whole_number
from bot.slack.blocks import Block, is_member_id, option
from bot.workspace.team import Team


class Input(Protocol):
    """A kind of field. `read` raises `FieldError` for what can't be taken; `name` is the field's."""

    def element(self, value: Any, team: Team) -> Block: ...
    def read(self, name: str, said: FieldValue, team: Team) -> Any: ...
    def words(self, value: Any, team: Team) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Words, on one line or several."""

    max_length: int = 1_000
    several_lines: bool = False

    def element(self, value: Any, team: Team) -> Block:
        element: Block = {"type": "plain_text_input", "max_length": self.max_length}
        if self.several_lines:
            element["multiline"] = True
        if value:
            element["initial_value"] = str(value)[: self.max_length]
        return element

    def read(self, name: str, said: FieldValue, team: Team) -> str | None:
        text = _clean_text(said)
        if text and len(text) > self.max_length:
            raise FieldError(name, f"That is {len(text):,} characters; the limit is {self.max_length:,}.")
        return text

    def words(self, value: Any, team: Team) -> str | None:
        return str(value) if value else None


@dataclass(frozen=True, slots=True)
class Names:
    """Several names, one on each line, since a name may hold a comma; the value is a tuple."""

    max_length: int = 3_000

    def element(self, value: Any, team: Team) -> Block:
        return Text(self.max_length, several_lines=True).element("\n".join(value or ()), team)

    def read(self, name: str, said: FieldValue, team: Team) -> tuple[str, ...]:
        return tuple(one.strip() for one in (_clean_text(said) or "").splitlines() if one.strip())

    def words(self, value: Any, team: Team) -> str | None:
        return ", ".join(value or ()) or None


@dataclass(frozen=True, slots=True)
class Day:
    """A day out of a calendar."""

    def element(self, value: Any, team: Team) -> Block:
        return {"type": "datepicker", **({"initial_date": value.isoformat()} if value else {})}

    def read(self, name: str, said: FieldValue, team: Team) -> date | None:
        text = _clean_text(said)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise FieldError(name, f"{quote(text or '')} isn't a date.") from None

    def words(self, value: Any, team: Team) -> str | None:
        return format_day(value) if value else None


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace, by id."""

    def element(self, value: Any, team: Team) -> Block:
        return {"type": "users_select", **({"initial_user": value} if is_member_id(value) else {})}

    def read(self, name: str, said: FieldValue, team: Team) -> str | None:
        return _clean_text(said)

    def words(self, value: Any, team: Team) -> str | None:
        return str(value) if value else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few; `options` are (text, value)."""

    options: Sequence[tuple[str, str]]
    as_buttons: bool = False

    def element(self, value: Any, team: Team) -> Block:
        made = {stored: option(text, stored) for text, stored in self.options}
        element: Block = {"type": "radio_buttons" if self.as_buttons else "static_select"}
        element["options"] = list(made.values())
        if value is not None and str(value) in made:
            element["initial_option"] = made[str(value)]
        return element

    def read(self, name: str, said: FieldValue, team: Team) -> str | None:
        text = _clean_text(said)
        if text is not None and text not in {stored for _, stored in self.options}:
            raise FieldError(name, f"{quote(text)} isn't one of the choices.")
        return text

    def words(self, value: Any, team: Team) -> str | None:
        return next((text for text, stored in self.options if stored == value), None)


@dataclass(frozen=True, slots=True)
class MultiChoice:
    """Any number of a few; the value holds theirs with spaces between."""

    options: Sequence[tuple[str, str]]

    def element(self, value: Any, team: Team) -> Block:
        made = {stored: option(text, stored) for text, stored in self.options}
        chosen = [made[one] for one in str(value or "").split() if one in made]
        return {
            "type": "checkboxes",
            "options": list(made.values()),
            **({"initial_options": chosen} if chosen else {}),
        }

    def read(self, name: str, said: FieldValue, team: Team) -> str:
        chosen = said if isinstance(said, list) else []
        return " ".join(stored for _, stored in self.options if stored in chosen)

    def words(self, value: Any, team: Team) -> str | None:
        return " · ".join(text for text, stored in self.options if stored in str(value or "").split()) or None


@dataclass(frozen=True, slots=True)
class Checkbox:
    """A box to tick; the value is a truth."""

    text: str

    def element(self, value: Any, team: Team) -> Block:
        return MultiChoice([(self.text, "yes")]).element("yes" if value else "", team)

    def read(self, name: str, said: FieldValue, team: Team) -> bool:
        return bool(said)

    def words(self, value: Any, team: Team) -> str | None:
        return "yes" if value else None


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two."""

    low: int
    high: int
    unit: str = ""

    def element(self, value: Any, team: Team) -> Block:
        return Text(len(str(self.high))).element(None if value is None else str(value), team)

    def read(self, name: str, said: FieldValue, team: Team) -> int | None:
        text = _clean_text(said)
        found = None if text is None else whole_number(text, self.low, self.high)
        if text is not None and found is None:
            asked = f"a whole number from {self.low} to {self.high:,}, please"
            raise FieldError(name, f"{quote(text)} isn't valid: {asked}.")
        return found

    def words(self, value: Any, team: Team) -> str | None:
        return None if value is None else (count(value, self.unit) if self.unit else str(value))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of the workspace's currency, in minor units."""

    def element(self, value: Any, team: Team) -> Block:
        return Text(30).element(None if value is None else money_digits(value, team.currency), team)

    def read(self, name: str, said: FieldValue, team: Team) -> int | None:
        text = _clean_text(said)
        try:
            return read_money(text, team.currency) if text else None
        except UsageError as error:
            raise FieldError(name, error.problem) from None

    def words(self, value: Any, team: Team) -> str | None:
        return None if value is None else format_money(value, team.currency)


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of up to a hundred percent, in hundredths of one."""

    def element(self, value: Any, team: Team) -> Block:
        return Text(8).element(None if value is None else self.words(value, team), team)

    def read(self, name: str, said: FieldValue, team: Team) -> int | None:
        text = _clean_text(said)
        if text is None:
            return None
        plain = text.removesuffix("%").strip().replace(",", ".")
        digits = plain.replace(".", "", 1)
        if not digits.isascii() or not digits.isdigit() or Decimal(plain) > 100:
            raise FieldError(name, f"{quote(text)} isn't a percentage; enter one like 10 or 7.5.")
        if len(plain.partition(".")[2].rstrip("0")) > 2:
            raise FieldError(name, f"{quote(text)} has more than two decimals.")
        return int(Decimal(plain) * 100)

    def words(self, value: Any, team: Team) -> str | None:
        return None if value is None else f"{(Decimal(value) / 100).normalize():f}%"


def _clean_text(said: FieldValue) -> str | None:
    return said if isinstance(said, str) else None
