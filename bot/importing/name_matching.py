"""Match unknown names in a file: answers given by people, and similar known names.

Similarity only leads to a question. A row is assigned by external id, by an exact name or alias, or by a person's
answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from bot.grammar.likeness import MIN_SIMILARITY, NameList, similarity
from bot.grammar.lines.names import ENDINGS
from storage.db.engine import reading
from storage.name_key import name_words
from storage.partners import names

NEW = "new"
LEAVE_OUT = "out"
MAX_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class NameDoubt:
    """An undecided name, the number of rows that have it, and the partners with similar names.

    `has_id`: the first of them is asked about because it has the rows' id, though its name is another.
    """

    key: str
    name: str
    rows: int
    close: tuple[tuple[int, str], ...]
    has_id: bool = False


def is_like(name: str, known: str) -> bool:
    """Return whether a name may be another spelling of a known one. Endings such as Ltd count for nothing."""
    one, other = _without_ending(name), _without_ending(known)
    return max(similarity(one, other), similarity(other, one)) >= MIN_SIMILARITY


def _without_ending(name: str) -> str:
    words = name_words(name)
    return " ".join([word for word in words if word not in ENDINGS] or words)


class NameAnswers:
    """Answers by name key: a partner's id, `NEW` or `LEAVE_OUT`. `names` holds all known names with partner ids."""

    def __init__(self, answers: Mapping[str, str], known: Sequence[tuple[str, int]]) -> None:
        self._answers = answers
        self._ids = {partner_id for _, partner_id in known}
        self._known = known
        self._list: NameList | None = None
        self._close: dict[str, tuple[tuple[int, str], ...]] = {}

    def answer(self, key: str) -> str | None:
        """Return the answer for a name, or None. Ignore an answer whose partner no longer exists."""
        answer = self._answers.get(key)
        return answer if answer in (NEW, LEAVE_OUT) or self.partner_of(key) is not None else None

    def partner_of(self, key: str) -> int | None:
        """Return the id of the partner chosen for the name."""
        answer = self._answers.get(key, "")
        return int(answer) if answer.isdecimal() and int(answer) in self._ids else None

    def close_to(self, key: str, name: str) -> tuple[tuple[int, str], ...]:
        """Return the partners with similar names, most similar first."""
        if key not in self._close:
            self._list = self._list or NameList(self._known)
            found = self._list.close_to([name], MAX_SUGGESTIONS)
            self._close[key] = tuple((each.partner_id, each.name) for each in found)
        return self._close[key]

    def doubt(self, doubts: dict[str, NameDoubt], key: str, name: str) -> None:
        """Count a row whose name is undecided."""
        doubt = doubts.get(key) or NameDoubt(key, name, 0, self.close_to(key, name))
        doubts[key] = replace(doubt, rows=doubt.rows + 1)


def load_known_names(engine: Engine, workspace_id: int) -> list[tuple[str, int]]:
    """Return every name and alias of a workspace with its partner's id."""
    with reading(engine) as session:
        return names.list_names(session, workspace_id=workspace_id)
