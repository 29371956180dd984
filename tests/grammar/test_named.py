"""A line of a list of partners, typed in the first hour."""

from datetime import date

import pytest

from bot.grammar.named import NamedLine, read_named

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("line", "name", "day"),
    [
        ("Larkfield Accountants, last week", "Larkfield Accountants", date(2026, 11, 18)),
        ("Acme Legal - spoke yesterday", "Acme Legal", date(2026, 11, 24)),
        ("• Acme Legal — last met on 3 Nov", "Acme Legal", date(2026, 11, 3)),
        ("1. Birch & Co (last met 2 weeks ago)", "Birch & Co", date(2026, 11, 11)),
        ("Brindle Moss Law 3 Nov", "Brindle Moss Law", date(2026, 11, 3)),
        ("Acme: monday", "Acme", date(2026, 11, 23)),
        ("Smith, Jones, yesterday", "Smith, Jones", date(2026, 11, 24)),
        ("Kestrel Cloud", "Kestrel Cloud", None),
        ("Wren People Partners (HR)", "Wren People Partners (HR)", None),
        ("Black Friday", "Black Friday", None),
        ("Studio May", "Studio May", None),
        ("Studio 54", "Studio 54", None),
        ("Yesterday", "Yesterday", None),
        ("Nova, Inc", "Nova, Inc", None),
        ("Acme, January", "Acme, January", None),
        ("Acme, 1 Dec 2027", "Acme, 1 Dec 2027", None),
        (" - ", "", None),
    ],
)
def test_a_day_behind_a_name_is_no_part_of_it(line: str, name: str, day: date | None) -> None:
    assert read_named(line, WEDNESDAY) == NamedLine(name, day)
