"""Known people named in a text, and names that were given as a list."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.grammar.lines.lists import words
from storage.name_key import name_words

_BEFORE_NAMES = words(
    "with to from met saw called phoned rang emailed mailed messaged texted told asked thanked and by for spoke"
)
_LIST_SIGNS = re.compile(r"[,;\n]")
_BETWEEN_NAMES = re.compile(r"\s*[,;\n]\s*(?:and\s+)?|\s+(?:and|&)\s+", re.IGNORECASE)
_WITH = re.compile(r"\A\s*with\s+", re.IGNORECASE)


def people_in(text: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """Return which of these people, by id, a text names: by their whole name, or by a given name that only one has.

    A given name alone counts at the beginning of the text, behind a word such as `with`, or in the list that such a
    word begins; `will` and `may` are names nowhere else.
    """
    said = name_words(text)
    places = set(_places_of_names(text))
    known = {id: name_words(name) for id, name in people.items()}
    given = Counter(name[0] for name in known.values() if name)
    found = [id for id, name in known.items() if name and (_occurs(name, said) or _is_given(name, given, said, places))]
    return tuple(found)


def listed_names(text: str) -> list[str]:
    """Return the names of a list, each once: `Jane, Sam and Bob Roe` → Jane, Sam, Bob Roe."""
    names = [name.strip() for name in _BETWEEN_NAMES.split(_WITH.sub("", text, count=1))]
    return list({name_words(name): name for name in names if name_words(name)}.values())


def with_people(note: str | None, people: str | None) -> str | None:
    """Return a note with the people of it as somebody would type it: `their office with Jane and Sam`.

    People whom the note names already are not said twice.
    """
    names = listed_names(people or "")
    said = name_words(note or "")
    if not people or all(_stands_in(name_words(name), said) for name in names):
        return note
    people = people if _WITH.match(people) else f"with {people}"
    if not note:
        return people
    if "\n" in note:
        return f"{note}\n{people}"
    return f"{note} {people[0].upper()}{people[1:]}" if note.endswith((".", "!", "?")) else f"{note} {people}"


def share_given_name(name: str, people: Sequence[str]) -> bool:
    """Return whether a name is the given name of several people, so that it can't be told who is meant."""
    said = name_words(name)
    return sum(name_words(known)[:1] == said for known in people) > 1


def _occurs(name: Sequence[str], said: Sequence[str]) -> bool:
    return len(name) > 1 and _stands_in(name, said)


def _stands_in(name: Sequence[str], said: Sequence[str]) -> bool:
    size = len(name)
    return any(tuple(said[at : at + size]) == tuple(name) for at in range(len(said) - size + 1))


def _is_given(name: Sequence[str], given: Counter[str], said: Sequence[str], places: set[int]) -> bool:
    """Return whether the first word of a name stands where somebody's name would, and can only mean them."""
    return given[name[0]] == 1 and any(said[at] == name[0] for at in places)


def _places_of_names(text: str) -> Iterator[int]:
    """Return the places among a text's words where a given name would stand.

    In a list they are followed by its end, another sign or `and`: `with Jane, Sam and Bob`, but not `saw it, will do`.
    """
    at, in_list = 0, False
    for part in _LIST_SIGNS.split(text):
        said = name_words(part)
        for place in range(len(said)):
            if at + place == 0 or (place and said[place - 1] in _BEFORE_NAMES):
                yield at + place
            elif place == 0 and in_list and (len(said) == 1 or said[1] == "and"):
                yield at
        at += len(said)
        in_list = in_list or any(word in _BEFORE_NAMES - {"and", "by", "for"} for word in said)
