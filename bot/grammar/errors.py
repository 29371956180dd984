"""What the grammar says when it cannot go on: a part it cannot read, or a partner nobody knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.grammar.tokens import quoted

_SHOWN = 60


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


@dataclass(frozen=True, slots=True)
class Split:
    """One way to tell a partner's name from what follows it.

    `name` is plain text, to be shown or stored; `before` and `after` are the rest as it arrived, still in Slack's
    escaped spelling.
    """

    name: str
    before: str
    after: str

    def retype(self, name: str) -> str:
        """The whole text with `name`, quoted, in the place of the unknown one: ready to be read again."""
        gap = " " if self.after and not self.after.startswith(" ") else ""
        return f"{self.before}{quoted(name)}{gap}{self.after}"


class UnknownPartner(ValueError):
    """The text names a partner that is not known; `splits` holds what the name may be, best guess first."""

    def __init__(self, splits: tuple[Split, ...]) -> None:
        super().__init__(f"No partner is called {shown(splits[0].name)}.")
        self.splits = splits


def shown(text: str) -> str:
    """The text in quotation marks, cut where a sentence could not carry it."""
    return f"“{text}”" if len(text) <= _SHOWN else f"“{text[: _SHOWN - 1]}…”"


@contextmanager
def usage(form: str) -> Iterator[None]:
    """Within it, a usage error that knows no form leaves with this one."""
    try:
        yield
    except UsageError as error:
        error.form = error.form or form
        raise
