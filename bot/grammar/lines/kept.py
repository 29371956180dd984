"""A typed line as a button carries it: its text, what was answered, and the day from which its words are counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of one record. `command` is empty for plain words; `answers` are keyed by question."""

    text: str
    command: str
    day: date
    answers: Mapping[str, str] = field(default_factory=dict)

    def answered(self, key: str, answer: str) -> "Kept":
        """The same with one more question answered."""
        return Kept(self.text, self.command, self.day, {**self.answers, key: answer})

    def dumped(self) -> str:
        """As compact JSON."""
        parts = [self.text, self.command, self.day.isoformat(), [list(pair) for pair in self.answers.items()]]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loaded(cls, value: str) -> "Kept":
        """The line that was dumped.

        Raises:
            ValueError: it is none.
        """
        try:
            text, command, day, answers = json.loads(value)
            told = {key: answer for key, answer in answers}
            if not all(isinstance(each, str) for each in (text, command, *told, *told.values())):
                raise ValueError(value)
            return cls(text, command, date.fromisoformat(day), told)
        except (TypeError, RecursionError) as error:
            raise ValueError(value) from error
