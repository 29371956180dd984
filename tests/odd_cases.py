"""What odd mails and calendars come to. Each case of the tests carries its words, and the page is made of them.

`python -m tests.odd_cases` writes it.
"""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DOCUMENT = Path(__file__).parents[1] / "docs" / "team" / "odd-cases.md"
HEAD = """# Odd mails and calendars

Mail and calendars come from many programs, and some from people who mean no good. Each row is a test;
`python -m tests.odd_cases` writes this page. What counts and what is kept: [mail](mail.md),
[your own calendar](own-calendar.md).
"""


def odd(comes_in: str, outcome: str) -> pytest.MarkDecorator:
    """Say of a test, or of one of its cases, what comes in and what comes of it."""
    return pytest.mark.odd(comes_in, outcome)


def case(comes_in: str, outcome: str, *values: Any) -> Any:
    """Make a case of a test that has several."""
    return pytest.param(*values, id=comes_in, marks=odd(comes_in, outcome))


def rows(module: ModuleType | type) -> Iterator[tuple[str, str]]:
    """Return the rows of all tests of a module: one of a test, or else one of each of its cases.

    Raises:
        AssertionError: a test or a case has none.
    """
    for name, function in vars(module).items():
        if not name.startswith("test_"):
            continue
        marks = getattr(function, "pytestmark", [])
        cases = [each for mark in marks if mark.name == "parametrize" for each in mark.args[1]]
        holders = [marks] if any(mark.name == "odd" for mark in marks) or not cases else [_marks(one) for one in cases]
        for held in holders:
            found = [mark.args for mark in held if mark.name == "odd"]
            assert len(found) == 1, f"{name} has {len(found)} rows where it should have one"
            yield found[0]


def _marks(one: object) -> Any:
    return getattr(one, "marks", ())


def document() -> str:
    """`docs/team/odd-cases.md` as it should be."""
    from tests.calendars import test_events
    from tests.mail import test_message

    parts = [HEAD]
    for title, module in (("Mails", test_message), ("Calendars", test_events)):
        lines = [f"| {comes_in} | {outcome} |" for comes_in, outcome in rows(module)]
        parts.append("\n".join([f"## {title}\n", "| what comes in | what comes of it |", "|---|---|", *lines]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
