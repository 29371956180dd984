"""The last day that an import takes, and its longest line."""

from datetime import UTC, datetime

import pytest

from bot.grammar.days import last_day
from bot.importing.cells import MAX_LINE_LENGTH
from tests.importing.offices import Office

HEAD = "partner,kind,occurred_on,title\n"
LEAP_DAY = datetime(2028, 2, 29, 9, 30, tzinfo=UTC)


def test_on_a_leap_day_days_of_two_years_ahead_are_taken(acme: Office) -> None:
    assert last_day(LEAP_DAY.date()).isoformat() == "2030-02-28"
    taken = acme.take(
        "activities", HEAD + "Acme Legal,event,2028-02-29,Today\nAcme Legal,event,2030-02-28,Last\n", now=LEAP_DAY
    )
    assert (taken.added, taken.bad) == (2, ())
    refused = acme.take("activities", HEAD + "Acme Legal,event,2030-03-01,Beyond\n", now=LEAP_DAY)
    assert (refused.added, len(refused.bad)) == (0, 1)


@pytest.mark.parametrize(("length", "lost"), [(MAX_LINE_LENGTH, 0), (MAX_LINE_LENGTH + 1, 1)])
def test_a_line_of_the_longest_length_is_taken(acme: Office, length: int, lost: int) -> None:
    report = acme.take("activities", HEAD + f"Acme Legal,event,2026-11-01,{'x' * length}\n")
    assert (report.added, len(report.lost_cells)) == (1, lost)
