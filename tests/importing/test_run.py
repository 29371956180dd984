"""One file, one transaction: strict and dry runs, and what is told on the way."""

from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from bot.errors import TendError
from bot.importing import run
from bot.workspace.team import Team
from storage.db.engine import writing
from storage.workspaces import workspaces
from tests.importing.offices import NOW

FILES = {
    "partners": ("name,owner,vertical\nACME,U7,Brokers\nBeta,,Farms\n", "name\n,\n"),
    "activities": (
        "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,won,A1\nBeta,event,2026-01-05,,\n",
        "Beta,evnt,2026-01-05,,\n",
    ),
    "trust": ("partner,level,rated_on\nACME,3,2026-01-05\n", "ACME,9,2026-01-05\n"),
}


@pytest.fixture
def begun(acme):
    acme.take("activities", "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,met,A1\n")
    acme.take("partners", "name\nGamma\n")
    return acme


def _mapping(kind):
    return f'kind_of_file = "{kind}"\ncreate_partners = true\n'


@pytest.mark.parametrize("kind", FILES)
def test_a_dry_run_says_what_would_be_and_leaves_all_as_it_was(begun, kind):
    text = FILES[kind][0]
    before = begun.dump()
    dry = begun.take(kind, text, _mapping(kind), dry_run=True)
    assert begun.dump() == before
    wet = begun.take(kind, text, _mapping(kind))
    assert wet.added >= 1
    told = ("rows", "added", "known", "updated", "partners_added", "bad")
    assert [getattr(dry, name) for name in told] == [getattr(wet, name) for name in told]
    assert (dry.dry_run, dry.batch_id, wet.dry_run) == (True, None, False)
    assert wet.batch_id


@pytest.mark.parametrize("kind", ["activities", "trust"])
def test_a_strict_run_with_a_bad_row_leaves_all_as_it_was(begun, kind):
    good, bad = FILES[kind]
    before = begun.dump()
    report = begun.take(kind, good + bad, _mapping(kind), strict=True)
    assert begun.dump() == before
    assert report.refused
    assert (report.added, report.updated, report.partners_added, report.batch_id) == (0, 0, 0, None)
    assert len(report.bad) == 1


def test_a_strict_run_also_minds_what_only_the_database_knows(begun):
    before = begun.dump()
    report = begun.take("partners", "name,aliases\nBeta,\nDelta,ACME\n", strict=True)
    assert (report.refused, report.added, begun.dump()) == (True, 0, before)


def test_a_strict_run_without_bad_rows_goes_in(begun):
    report = begun.take("activities", FILES["activities"][0], _mapping("activities"), strict=True)
    assert (report.refused, report.added, report.updated) == (False, 1, 1)


def test_nothing_is_left_of_an_import_that_broke(begun, monkeypatch):
    before = begun.dump()

    def broken(*_args, **_named):
        raise RuntimeError

    monkeypatch.setattr("storage.ledger.activities.insert_many", broken)
    with pytest.raises(RuntimeError):
        begun.take("activities", FILES["activities"][0], _mapping("activities"))
    assert begun.dump() == before


def test_a_race_with_another_import_is_told_as_such(begun, monkeypatch):
    def raced(*_args, **_named):
        raise IntegrityError("", {}, Exception())

    monkeypatch.setattr(run.trust, "import_rows", raced)
    with pytest.raises(TendError, match="at this moment; nothing was imported"):
        begun.take("trust", FILES["trust"][0])


def test_progress_is_told_every_few_hundred_rows_and_at_the_end(acme):
    told = []
    rows = "".join(f"ACME,event,2026-01-05,{number}\n" for number in range(1_200))
    acme.take("activities", "partner,kind,occurred_on,title\n" + rows, progress=lambda *at: told.append(at))
    assert told[-1] == (1_200, 1_200)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) >= 3
    assert {total for _, total in told} == {1_200}


def test_workspaces_stay_apart(acme):
    with writing(acme.engine) as session:
        other = replace(acme, team=Team.of(workspaces.connect(session, team_id="T2", now=NOW)))
    assert other.team.id == acme.team.id  # the first team takes on what waited for it
    with writing(acme.engine) as session:
        other = replace(acme, team=Team.of(workspaces.connect(session, team_id="T3", now=NOW)))
    text = "partner,kind,occurred_on,outcome,external_id\nACME,referral,2026-01-05,met,A1\n"
    first = acme.take("activities", text)
    assert first.added == 1
    assert other.take("activities", text).reasons() == {"no partner called “ACME”": 1}
    other.take("partners", "name\nACME\n")
    assert other.take("activities", text.replace("met", "won")).added == 1
    assert [row["outcome"] for row in acme.rows("activity")] == ["met", "won"]
    assert other.undo(first.batch_id) is None
    assert len(acme.rows("activity")) == 2


def test_a_large_file_takes_few_statements(acme):
    rows = "".join(
        f"Firm {number % 300},referral,20{10 + number % 16}-01-15,won,{number}.50,{number}\n"
        for number in range(20_000)
    )
    statements: list[str] = []
    event.listen(acme.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    report = acme.take(
        "activities", "partner,kind,occurred_on,outcome,value,external_id\n" + rows, _mapping("activities")
    )
    assert (report.added, report.partners_added) == (20_000, 300)
    assert len(statements) < 2_000  # a query a row would be ten times as many
