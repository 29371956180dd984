"""The benchmarks at the smallest sizes: that they run and tell what they found. No figure is asserted."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.measuring import Target, at_share, figure

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("rows", ["1,2,3", "5", "7,8,10", "12", "15,17", "18", "20"])
def test_each_row_is_measured_and_kept(rows: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "figures.json"
    main(tiny=True, only=rows, json=kept)
    told = json.loads(kept.read_text(encoding="utf-8"))
    assert {str(one["row"]) for one in told["figures"]} == set(rows.split(","))
    assert all(one["ratio"] > 0 for one in told["figures"]), told
    assert "ratio" in capsys.readouterr().out


def test_what_is_kept_has_the_fields_that_are_written_down(tmp_path: Path) -> None:
    """As performance.md shows them, with what it was measured on and when."""
    kept = tmp_path / "figures.json"
    main(tiny=True, only="8", json=kept)
    made = json.loads(kept.read_text(encoding="utf-8"))
    page = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    shown = json.loads(page.partition("```json")[2].partition("```")[0])
    assert _shape(shown) == _shape(made)
    assert datetime.fromisoformat(made["began_at"]).tzinfo
    assert made["machine"]["cores"] >= 1


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def test_a_row_that_fails_is_told_and_keeps_no_other_from_being_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.all_scores.add_months", None)
    kept = tmp_path / "figures.json"
    main(tiny=True, only="7,8", json=kept)
    first, second = json.loads(kept.read_text(encoding="utf-8"))["figures"]
    assert first["why"].startswith("TypeError")
    assert second["row"] == 8


def test_a_ratio_is_the_median_of_the_rounds_beside_its_target() -> None:
    made = figure(5, "ours", "theirs", [(1.0, 2.0), (3.0, 2.0), (2.0, 2.0)], Target(1))
    assert (made.ratio, made.low, made.high, made.is_reached) == (1.0, 0.5, 1.5, True)
    assert not Target(2, at_least=True).is_met(made.ratio)
    assert at_share([float(number) for number in range(1, 101)], 0.99) == 100
