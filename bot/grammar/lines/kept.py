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
        parts = [self.text, self.command, self.day.isoformat(), dict(self.answers)]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loaded(cls, value: str) -> "Kept":
        """The line that was dumped.

        Raises:
            ValueError: it is none.
        """
        try:
            text, command, day, answers = json.loads(value)
            if not (isinstance(text, str) and isinstance(command, str) and isinstance(answers, dict)):
                raise ValueError(value)
            if not all(isinstance(answer, str) for answer in answers.values()):
                raise ValueError(value)
            return cls(text, command, date.fromisoformat(day), answers)
        except (TypeError, RecursionError) as error:
            raise ValueError(value) from error
