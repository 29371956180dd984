"""`tend forecast`: with nothing new the future is known, and is what `tend score` says of each day when it has come."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.actions import overview
from bot.actions.caller import Caller
from bot.clock import system_clock
from bot.scores import query
from bot.workspace.team import Team
from scoring.vocabulary import BAND_ORDER, Side
from storage.db.engine import make_engine, reading
from storage.workspaces import workspaces
from tests.cli.conftest import Tend
from tests.cli.test_commands import read_json

DAY = date(2026, 11, 25)  # after the last row of the golden files


def after(rows: list[dict[str, Any]], first: dict[str, Any], day: date) -> dict[str, Any]:
    """What the forecast says of a partner on a day."""
    said = {"rvi": first["rvi"], "band": first["band"], "reverse_rvi": first["reverse"]["rvi"]}
    for row in rows:
        if row["partner"] == first["partner"] and row["on"] <= day.isoformat():
            said = {name: row[name] for name in said}
    return said


def test_the_forecast_of_a_day_is_the_score_of_that_day(filled: Tend) -> None:
    """For every partner, on days of the coming year."""
    rows = read_json(filled, "forecast", "--as-of", DAY.isoformat())
    now = read_json(filled, "score", "--as-of", DAY.isoformat())
    assert rows
    for days in (1, 30, 92, 200, 365):
        day = DAY + timedelta(days)
        for first, then in zip(now, read_json(filled, "score", "--as-of", day.isoformat()), strict=True):
            said = {"rvi": then["rvi"], "band": then["band"], "reverse_rvi": then["reverse"]["rvi"]}
            assert after(rows, first, day) == said, (first["partner"], day)


def test_the_causes_add_up_to_each_change(filled: Tend) -> None:
    """Exactly, seen from both sides."""
    now = read_json(filled, "score", "--as-of", DAY.isoformat())
    last = {one["partner"]: (one["rvi"], one["reverse"]["rvi"]) for one in now}
    for row in read_json(filled, "forecast", "--as-of", DAY.isoformat()):
        numbers = row["rvi"], row["reverse_rvi"]
        assert numbers != last[row["partner"]]
        for old, new, causes in zip(last[row["partner"]], numbers, (row["causes"], row["reverse_causes"]), strict=True):
            assert (old is None) == (new is None)
            assert sum(Decimal(cause["effect"]) for cause in causes) == Decimal(new or 0) - Decimal(old or 0)
        last[row["partner"]] = numbers


@pytest.mark.parametrize("day", [date(2026, 3, 1), DAY, date(2027, 2, 3)])
def test_the_card_names_the_day_that_the_forecast_names(filled: Tend, environment: str, day: date) -> None:
    """On which, with nothing new, a band is lower than now: for every partner, from both sides."""
    rows = read_json(filled, "forecast", "--as-of", day.isoformat())
    engine = make_engine(environment)
    with reading(engine) as session:
        team = Team.of(workspaces.list_workspaces(session)[0])
        found = query.load_scored(session, team=team, day=day)
    caller = Caller(team, "U1", team.end_of(day))
    fell = 0
    for one in found:
        card = overview.partner_card(engine, caller, one.partner.id)
        for side, name in ((Side.OURS, "band"), (Side.THEIRS, "reverse_band")):
            now, fall = one.now.view(side).band, card.falls[side]
            lower = BAND_ORDER[: BAND_ORDER.index(now)] if now and not one.now.provisional else ()
            said = [row for row in rows if row["partner"] == one.partner.name and row[name] in lower]
            assert (fall and fall.on.isoformat()) == (said[0]["on"] if said else None), (one.partner.name, side)
            fell += fall is not None
    engine.dispose()
    assert fell


def test_a_look_from_a_past_day_knows_nothing_of_later_rows(tend: Tend, tmp_path: Path) -> None:
    """What was written down afterwards was no plan then; what is planned today is one."""
    (tmp_path / "p.csv").write_text("name,since\nAcme Legal,2024-01-01\n")
    (tmp_path / "t.csv").write_text("partner,level,rated_on\nAcme Legal,3,2024-01-01\n")
    lines = ["partner,kind,occurred_on", *(f"Acme Legal,event,{day}" for day in ("2025-08-01", "2026-02-01"))]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    for kind, name in (("partners", "p"), ("trust", "t"), ("activities", "a")):
        tend("import", kind, tmp_path / f"{name}.csv")
    rows = read_json(tend, "forecast", "acme legal", "--as-of", "2025-12-01")
    assert [(row["on"], row["rvi"]) for row in rows] == [("2026-08-01", "0.00")]
    ahead = (system_clock().date() + timedelta(30)).isoformat()
    (tmp_path / "a.csv").write_text(f"partner,kind,occurred_on\nAcme Legal,event,{ahead}\n")
    tend("import", "activities", tmp_path / "a.csv")
    assert ahead in {row["on"] for row in read_json(tend, "forecast")}


def test_the_table_says_why_where_only_their_side_moves(tend: Tend, tmp_path: Path) -> None:
    """Marked as seen from there."""
    (tmp_path / "p.csv").write_text("name,since\nAcme Legal,2024-01-01\n")
    (tmp_path / "t.csv").write_text("partner,level,rated_on\nAcme Legal,3,2024-01-01\n")
    (tmp_path / "a.csv").write_text("partner,kind,direction,occurred_on\nAcme Legal,event,out,2025-08-01\n")
    for kind, name in (("partners", "p"), ("trust", "t"), ("activities", "a")):
        tend("import", kind, tmp_path / f"{name}.csv")
    ran = tend("forecast", "--as-of", "2026-07-01", "--months", "3")
    assert "seen from their side: 1 event turned 12 months old (-0.25)" in " ".join(ran.out.split())


def test_the_forecast_is_a_table_too(filled: Tend) -> None:
    """With the causes in words."""
    ran = filled("forecast", "--as-of", DAY.isoformat(), "--months", "3")
    assert "turned 12 months old" in " ".join(ran.out.split())
    assert filled("forecast", "Nobody At All").code == 2
    assert filled("forecast", "--months", "0").code == 2
