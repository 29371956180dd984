"""Match unknown names in a file: answers given by people, and similar known names.

Similarity only leads to a question. A row is assigned by external id, by an exact name or alias, or by a person's
answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from storage.db.engine import reading
from storage.partners import names

NEW = "new"
LEAVE_OUT = "out"
MIN_SIMILARITY = 80
MAX_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class NameDoubt:
    """An undecided name, the number of rows that have it, and the partners with similar names."""

    key: str
    name: str
    rows: int
    close: tuple[tuple[int, str], ...]


class NameAnswers:
    """Answers by name key: a partner's id, `NEW` or `LEAVE_OUT`. `names` holds all known names with partner ids."""

    def __init__(self, answers: Mapping[str, str], known: Sequence[tuple[str, int]]) -> None:
        from rapidfuzz import utils  # needed only by imports that can ask

        self._answers = answers
        self._ids = {partner_id for _, partner_id in known}
        self._known = known
        self._plain = [utils.default_process(name) for name, _ in known]
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
        from rapidfuzz import fuzz, process, utils

        if key not in self._close:
            matches = process.extract(
                utils.default_process(name), self._plain, scorer=fuzz.WRatio, limit=20, score_cutoff=MIN_SIMILARITY
            )
            best: dict[int, str] = {}
            for _, _, place in matches:
                known_name, partner_id = self._known[place]
                best.setdefault(partner_id, known_name)
            self._close[key] = tuple(best.items())[:MAX_SUGGESTIONS]
        return self._close[key]

    def doubt(self, doubts: dict[str, NameDoubt], key: str, name: str) -> None:
        """Count a row whose name is undecided."""
        doubt = doubts.get(key) or NameDoubt(key, name, 0, self.close_to(key, name))
        doubts[key] = replace(doubt, rows=doubt.rows + 1)


def load_known_names(engine: Engine, workspace_id: int) -> list[tuple[str, int]]:
    """Return every name and alias of a workspace with its partner's id."""
    with reading(engine) as session:
        return names.list_names(session, workspace_id=workspace_id)
