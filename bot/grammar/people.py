"""Known people named in a text."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.grammar.lines.lists import words
from storage.name_key import name_words

_BEFORE_NAMES = words(
    "with to from met saw called phoned rang emailed mailed messaged texted told asked thanked and by for spoke"
)


def people_in(text: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """Return which of these people, by id, a text names: by their whole name, or by a given name that only one has.

    A given name alone counts at the beginning of the text, or behind a word such as `with`; `will` and `may` are names
    nowhere else.
    """
    said = name_words(text)
    known = {id: name_words(name) for id, name in people.items()}
    given = Counter(name[0] for name in known.values() if name)
    found = [id for id, name in known.items() if name and (_occurs(name, said) or _is_given(name, given, said))]
    return tuple(found)


def _occurs(name: Sequence[str], said: Sequence[str]) -> bool:
    size = len(name)
    return size > 1 and any(tuple(said[at : at + size]) == tuple(name) for at in range(len(said) - size + 1))


def _is_given(name: Sequence[str], given: Counter[str], said: Sequence[str]) -> bool:
    """Return whether the first word of a name stands where somebody's name would, and can only mean them."""
    if given[name[0]] > 1:
        return False
    return any(word == name[0] and (at == 0 or said[at - 1] in _BEFORE_NAMES) for at, word in enumerate(said))
