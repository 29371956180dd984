"""Bytes → choices: what hypothesis and atheris both steer a case with."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Source:
    """Reads decisions out of bytes. Where they end it goes on with numbers that follow from them, so that a short
    input is a deep case too, and always the same one."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._more = random.Random(data)

    def number(self, most: int) -> int:
        """From nought to `most`."""
        if most <= 0:
            return 0
        size = (most.bit_length() + 7) // 8
        taken = self._data[self._at : self._at + size]
        self._at += size
        if len(taken) < size:
            return self._more.randint(0, most)
        return int.from_bytes(taken, "little") % (most + 1)

    def chance(self, one_in: int) -> bool:
        return self.number(one_in - 1) == 0

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.number(len(choices) - 1)]

    def some(self, choices: Sequence[T], most: int) -> list[T]:
        return [self.pick(choices) for _ in range(self.number(most))]

    def bytes(self, most: int) -> bytes:
        return bytes(self.number(255) for _ in range(self.number(most)))
