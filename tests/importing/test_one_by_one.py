"""A file is read by columns, and rules are asked once for rows that are alike: each comes out as if it came alone."""

import gc
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing.uncollected import uncollected
from storage.engine import writing
from tests.importing.offices import Office, open_office

HEAD = "partner,kind,occurred_on,direction,count,title,medium,value,currency,outcome,outcome_on,external_id"
PARTNERS = "name\nAcme\nBéla & Söhne\n"

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Acme", " ACME ", "bela & sohne", "Nobody", "\u200b", ""]),
        st.sampled_from(["event", "Referral", "strategic referral", "meeting", "evnt", ""]),
        st.sampled_from(["2026-01-05", "5 January 2026", "2026-01-05T10:00:00Z", "3/4/2026", "yesterday", ""]),
        st.sampled_from(["", "in", "out", "joint", "up"]),
        st.sampled_from(["", "1", "2.0", "0", "many"]),
        st.sampled_from(["", "Lead", "'=1+1", " two  words ", "x" * 501]),
        st.sampled_from(["", "call"]),
        st.sampled_from(["", "500", "£1,000.50", "1.234", "lots"]),
        st.sampled_from(["", "GBP", "USD"]),
        st.sampled_from(["", "won", "met", "maybe"]),
        st.sampled_from(["", "2026-02-01", "soon"]),
    ),
    min_size=1,
    max_size=25,
)


def _row(number: int, cells: tuple[str, ...]) -> str:
    return ",".join([*(f'"{cell}"' for cell in cells), f"ID{number}"])


def _kept(office: Office) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in ("id", "batch_id")}
        for row in office.rows("activity")
    ]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_a_file_gives_the_rows_and_the_refusals_that_its_rows_give_alone(rows: list[tuple[str, ...]]) -> None:
    lines = [_row(number, cells) for number, cells in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        whole, alone = open_office(Path(folder)), open_office(Path(other))
        for office in (whole, alone):
            office.take("partners", PARTNERS)
        report = whole.take("activities", "\n".join([HEAD, *lines]))
        reports = [alone.take("activities", f"{HEAD}\n{line}\n") for line in lines]
        told = [(line + 2, bad.column, bad.reason, bad.short) for line, one in enumerate(reports) for bad in one.bad]
        assert [(bad.line, bad.column, bad.reason, bad.short) for bad in report.bad] == told
        assert _kept(whole) == _kept(alone)
        assert report.added == sum(one.added for one in reports)
        whole.engine.dispose()
        alone.engine.dispose()


def test_a_dry_run_of_the_ledger_waits_for_nobody_who_writes(acme: Office) -> None:
    """Nor keeps anybody waiting: what would be is only counted."""
    acme.take("activities", "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,met,A1\n")
    text = "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,won,A1\nACME,event,2026-01-05,,\n"
    with writing(acme.engine) as session:
        session.connection()
        dry = acme.take("activities", text, dry_run=True)
    assert (dry.added, dry.updated) == (1, 1)
    assert len(acme.rows("activity")) == 1


def test_an_import_on_the_command_line_waits_for_nothing_that_only_others_need() -> None:
    heavy = {"alembic", "slack_sdk", "slack_bolt", "rich", "rapidfuzz", "matplotlib", "apscheduler", "uvicorn"}
    code = f"import sys, bot.cli.main, bot.cli.importing; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "set()"


def test_rubbish_is_looked_for_again_after_an_import_and_after_one_that_broke() -> None:
    assert gc.isenabled()
    with uncollected(), uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        _ = 1 // 0
    assert gc.isenabled()
