"""The page of a manager's week is what `tend web` answers."""

from tests.mcp import week


def test_the_page_is_as_it_was_answered() -> None:
    """`python -m tests.mcp.week` writes it."""
    assert week.PAGE.read_text(encoding="utf-8") == week.write_page()


def test_answers_are_abridged_by_rule() -> None:
    long = "\n".join(str(number) for number in range(20))
    assert week.abridged({"text": long}).splitlines()[-1] == "… and 6 more lines"
    assert week.abridged({"text": "Title\n=====\n\nLine", "id": 1}) == "Title\nLine"
    items = [{"partner": name, "id": 1} for name in "abcde"]
    assert week.abridged({"as_of": "2026-11-23", "partners": items, "next": None}) == (
        "as_of: 2026-11-23\n- partner: a\n- partner: b\n- partner: c\n… and 2 more"
    )
