"""Who in the workspace a file means: by member id, handle, mail address or name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.grammar.member_ids import member_id
from storage.name_key import name_key

FULL_MEMBER = "member"
_WITH_MAIL = re.compile(r"(.*?)\s*<([^<>@\s]+@[^<>@\s]+)>")


@dataclass(frozen=True, slots=True)
class Person:
    """A full member: the names that they go by, and their mail address if Slack tells it."""

    user_id: str
    names: tuple[str, ...]
    mail: str = ""


class People:
    """The members of a workspace as a file may name them."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._whole: dict[str, set[str]] = {}
        self._first: dict[str, set[str]] = {}
        for person in people:
            for name in (*person.names, person.mail):
                if key := name_key(name):
                    self._whole.setdefault(key, set()).add(person.user_id)
                    self._first.setdefault(name_key(name.split()[0]), set()).add(person.user_id)

    def find(self, text: str) -> list[str]:
        """Return the user ids of those whom a text may mean: by all of a name or address, else by a first name."""
        if known := member_id(text):
            return [known]
        if both := _WITH_MAIL.fullmatch(text):  # Ana Ruiz <ana@ours.example>
            return self.find(both[2]) or (self.find(both[1]) if both[1] else [])
        key = name_key(text.removeprefix("@"))
        return sorted(self._whole.get(key) or self._first.get(key) or ())
