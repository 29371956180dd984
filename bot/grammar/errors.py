"""What the grammar says when something cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager

_MAX_SHOWN_LENGTH = 60


class UsageError(ValueError):
    """Something was typed that cannot be read.

    `word` is the text in question, `problem` one sentence for people, `form` the right form on one line
    (empty where no command is known, as in a form's field). All three are plain text, not escaped.
    """

    def __init__(self, word: str, problem: str, form: str = "") -> None:
        super().__init__(problem)
        self.word = word
        self.problem = problem
        self.form = form


def quote(text: str) -> str:
    """The text in quotation marks, cut where a sentence could not carry it."""
    return f"“{text}”" if len(text) <= _MAX_SHOWN_LENGTH else f"“{text[: _MAX_SHOWN_LENGTH - 1]}…”"


@contextmanager
def add_form(form: str) -> Iterator[None]:
    """Within it, a usage error that knows no form leaves with this one."""
    try:
        yield
    except UsageError as error:
        error.form = error.form or form
        raise
