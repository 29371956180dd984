"""A file is read by columns, and rules are asked once for rows that are alike: each comes out as if it came alone."""

import gc
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing import activities
from bot.importing.cells import parse_context
from bot.importing.csv_reader import parse_sheet
from bot.importing.report import RejectedRow
from bot.importing.table import Table, build_layout
from bot.process.gc_pause import gc_paused
from storage.db.engine import writing
from tests.examples import examples
from tests.importing.offices import Office

HEAD = "partner,kind,occurred_on,direction,count,title,medium,value,currency,outcome,outcome_on,external_id"

DAYS = ["2026-01-05", "5 January 2026"]
READABLE = st.tuples(  # what only the rules can refuse
    st.just("Acme"),
    st.sampled_from(["event", "Referral"]),
    st.sampled_from(DAYS),
    st.sampled_from(["", "in", "joint"]),
    st.sampled_from(["", "2"]),
    st.sampled_from(["", "Lead"]),
    st.just(""),
    st.sampled_from(["", "", "500"]),
    st.just("GBP"),
    st.sampled_from(["", "won", "met"]),
    st.sampled_from(["", "", "2026-02-01"]),
)
WILD = st.tuples(
    st.sampled_from(["Acme", " ACME ", "bela & sohne", "Nobody", "\u200b", ""]),
    st.sampled_from(["event", "Referral", "strategic referral", "meeting", "evnt", ""]),
    st.sampled_from([*DAYS, "2026-01-05T10:00:00Z", "3/4/2026", "yesterday", ""]),
    st.sampled_from(["", "in", "out", "joint", "up"]),
    st.sampled_from(["", "1", "2.0", "0", "many"]),
    st.sampled_from(["", "Lead", "'=1+1", " two  words ", "x" * 501]),
    st.sampled_from(["", "call"]),
    st.sampled_from(["", "500", "£1,000.50", "1.234", "lots"]),
    st.sampled_from(["", "GBP", "USD"]),
    st.sampled_from(["", "won", "met", "maybe"]),
    st.sampled_from(["", "2026-02-01", "soon"]),
)
ALMOST = st.tuples(READABLE, st.integers(0, 10), WILD).map(
    lambda of: (*of[0][: of[1]], of[2][of[1]], *of[0][of[1] + 1 :])
)
ROWS = st.lists(st.one_of(READABLE, ALMOST, WILD), min_size=1, max_size=25)


def _checked(lines: Sequence[str]) -> list[Any]:
    """What is made of each row of a file, without where it stands."""
    sheet = parse_sheet("a.csv", "\n".join([HEAD, *lines]).encode())
    layout = build_layout(sheet, kind="activities", mapping=None, about=parse_context(date(2026, 11, 22), "GBP"))
    found = list(activities.check_rows(Table(layout, sheet)))
    assert [row.line - 2 for row in found if isinstance(row, RejectedRow)] == [
        place for place, row in enumerate(found) if isinstance(row, RejectedRow)
    ]
    return [replace(row, line=0) if isinstance(row, RejectedRow) else row._replace(place=0) for row in found]


@settings(max_examples=examples(300))
@given(rows=ROWS)
def test_a_file_gives_the_rows_and_the_refusals_that_its_rows_give_alone(rows: list[tuple[str, ...]]) -> None:
    lines = [",".join([*(f'"{cell}"' for cell in cells), f"ID{number}"]) for number, cells in enumerate(rows)]
    assert _checked(lines) == [one for line in lines for one in _checked([line])]


def test_a_dry_run_of_the_ledger_waits_for_nobody_who_writes(acme: Office) -> None:
    """Nor keeps anybody waiting: what would be is only counted."""
    acme.take("activities", "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,met,A1\n")
    text = "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,won,A1\nACME,event,2026-01-05,,\n"
    with writing(acme.engine) as session:
        session.connection()
        dry = acme.take("activities", text, dry_run=True)
    assert (dry.added, dry.updated) == (1, 1)
    assert len(acme.rows("activity")) == 1


@pytest.mark.slow
def test_an_import_on_the_command_line_waits_for_nothing_that_only_others_need() -> None:
    heavy = {"alembic", "slack_sdk", "slack_bolt", "rich", "rapidfuzz", "matplotlib", "apscheduler", "uvicorn"}
    code = f"import sys, bot.cli.main, bot.cli.importing; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "set()"


def test_rubbish_is_looked_for_again_after_an_import_and_after_one_that_broke() -> None:
    assert gc.isenabled()
    with gc_paused(), gc_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), gc_paused():
        _ = 1 // 0
    assert gc.isenabled()
