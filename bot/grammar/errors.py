"""Errors for text that cannot be parsed."""

from collections.abc import Iterator
from contextlib import contextmanager

_MAX_SHOWN_LENGTH = 60


class UsageError(ValueError):
    """Unreadable text.

    `word` is the text in question, `problem` one sentence for people, `form` the correct form on one line (empty if no
    command is known, as in a form field). All three are plain text, not escaped.
    """

    def __init__(self, word: str, problem: str, form: str = "") -> None:
        super().__init__(problem)
        self.word = word
        self.problem = problem
        self.form = form


def quote(text: str) -> str:
    """Return the text in quotation marks, shortened to fit in a sentence."""
    return f"“{text}”" if len(text) <= _MAX_SHOWN_LENGTH else f"“{text[: _MAX_SHOWN_LENGTH - 1]}…”"


@contextmanager
def add_form(form: str) -> Iterator[None]:
    """Add this form to any UsageError raised in the block without one."""
    try:
        yield
    except UsageError as error:
        error.form = error.form or form
        raise
