"""`docs/reliability.md` and the tests that show what it promises name each other."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
FAULTS = (
    "429 with Retry-After", "500", "503", "connection refused", "reset before posting", "reset after posting",
    "timeout after posting", "invalid_auth", "token_revoked", "account_inactive", "channel_not_found",
    "not_in_channel", "is_archived", "user gone", "msg_too_long", "invalid_blocks",
)  # fmt: skip


def text() -> str:
    return (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def in_the_tests() -> set[str]:
    return {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }


def rows() -> dict[str, list[str]]:
    """The table's rows by their fault, each with its cells."""
    table = text().partition("## When Slack fails")[2].partition("\n## ")[0]
    found = (line.strip("|").split("|") for line in table.splitlines() if line.startswith("| "))
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in found if cells[0].strip() != "fault"}


def named(words: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", words))


def test_every_test_it_names_is_there() -> None:
    assert named(text()) - in_the_tests() == set()


def test_each_fault_has_a_row_and_each_row_a_test_that_is_named_after_it() -> None:
    assert tuple(rows()) == FAULTS
    for fault, cells in rows().items():
        assert all(cells), fault
        slug = "test_fault_" + re.sub(r"\W+", "_", fault.lower())
        assert named(cells[-1]), fault
        assert all(name.startswith(slug) or name.startswith("test_fault_429_with") for name in named(cells[-1])), fault


def test_each_test_of_a_fault_stands_in_the_table() -> None:
    in_the_table = set().union(*(named(cells[-1]) for cells in rows().values()))
    assert in_the_table == {name for name in in_the_tests() if name.startswith("test_fault_")}
