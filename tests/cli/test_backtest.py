"""`tend backtest`: what Tend would have said, and what came."""

from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time

from tests.cli.conftest import Tend
from tests.cli.test_commands import read_json
from tests.scoring import worlds

TODAY = "2025-07-01T12:00:00+00:00"


@pytest.fixture
def past(tend: Tend, tmp_path: Path) -> Tend:
    """A ledger of three years, imported: 40 partners of two rhythms without cadences of their own."""
    rows = ["partner,kind,occurred_on,direction"]
    for one in worlds.two_rhythms()[:40]:
        rows += [f"Partner {one.partner_id},{row.kind},{row.on},{row.direction}" for row in one.rows]
    names = ["name,since", *(f"Partner {id},{worlds.BEGIN}" for id in range(40))]
    for kind, lines in (("partners", names), ("activities", rows)):
        (tmp_path / f"{kind}.csv").write_text("\n".join(lines), encoding="utf-8")
        assert tend("import", kind, tmp_path / f"{kind}.csv").code == 0
    return tend


def signal(found: Any, name: str) -> Any:
    return next(one for one in found["signals"] if one["signal"] == name)


def test_it_prints_what_came_of_each_signal(past: Tend) -> None:
    with freeze_time(TODAY):
        found = read_json(past, "backtest")
        words = past("backtest").out
    assert (found["months"], found["as_tried"]) == (24, None)
    set_ = found["as_set"]
    assert set_["month_ends"][0]["on"] == "2023-07-31"
    assert set_["month_ends"][-1]["on"] == "2025-03-31"  # of later ones nobody knows yet what came
    quiet = signal(set_, "quiet")
    assert quiet["verdict"] == "same"
    assert quiet["alarms"] == sum(one["signals"].get("quiet", {}).get("alarms", 0) for one in set_["month_ends"])
    share, low, high = quiet["precision"]
    assert share == round(quiet["fell_silent"] / quiet["alarms"], 4)
    assert 0 <= low <= share <= high <= 1
    assert f"Quiet: raised {quiet['alarms']} times" in words.replace(",", "")
    assert "What came, as set" in words


def test_what_is_tried_is_shown_beside_what_is_set(past: Tend) -> None:
    """On rhythms that differ so much, learning them is surer than one cadence for all, and nothing is changed."""
    with freeze_time(TODAY):
        found = read_json(past, "backtest", "--months", "36", "--set", "learn_cadence=on", "--set", "weakening=50%")
        again = read_json(past, "backtest", "--months", "36")
    assert found["tried"] == {"learn_cadence": "on", "weakening": "50%"}
    set_, tried = (signal(found[name], "quiet") for name in ("as_set", "as_tried"))
    assert tried["precision"][0] > set_["precision"][0] + 0.1
    weaker, half = (signal(found[name], "weakening")["alarms"] for name in ("as_set", "as_tried"))
    assert half <= weaker
    assert again["as_set"] == found["as_set"]


def test_the_longer_the_cadence_the_fewer_alarms(past: Tend) -> None:
    with freeze_time(TODAY):
        alarms = [
            signal(read_json(past, "backtest", "--set", f"quiet={days}")["as_tried"], "quiet")["alarms"]
            for days in (20, 45, 90)
        ]
    assert alarms == sorted(alarms, reverse=True)
    assert alarms[0] > alarms[-1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("quiet", "--set quiet=45"),
        ("=45", "--set quiet=45"),
        ("mood=45", "can't be tried on the past; choose from quiet, learn_cadence"),
        ("quiet=soon", "not a valid number of days"),
        ("weakening=0", "no whole number from 1 to 100"),
        ("rolling_off=1000", "no whole number from 1 to 365"),
        ("learn_cadence=maybe", "neither yes nor no"),
        ("signals_off=promise", "can't be switched off"),
    ],
)
def test_what_can_not_be_tried_is_refused(tend: Tend, words: str, complaint: str) -> None:
    assert complaint in tend("backtest", "--set", words).line()


def test_an_empty_workspace_has_no_past(tend: Tend) -> None:
    assert "too little to say yet" in tend("backtest").out
    assert read_json(tend, "backtest")["as_set"]["base_rate"] is None


def test_an_imported_row_is_known_from_its_own_day(tend: Tend, tmp_path: Path) -> None:
    """Though it was imported today; and where the file ends, nobody fell silent."""
    with freeze_time(TODAY):
        (tmp_path / "partners.csv").write_text("name,since\nAcme,2020-01-01\n", encoding="utf-8")
        assert tend("import", "partners", tmp_path / "partners.csv").code == 0
        rows = [f"Acme,event,{day}" for day in ("2023-09-10", "2023-10-10", "2024-08-01")]
        (tmp_path / "activities.csv").write_text("\n".join(["partner,kind,occurred_on", *rows]), encoding="utf-8")
        assert tend("import", "activities", tmp_path / "activities.csv").code == 0
        found = read_json(tend, "backtest")["as_set"]
    # From the first event to half a year after the second, as far as the 90 days after are within the file.
    assert [one["on"] for one in found["month_ends"]][::6] == ["2023-09-30", "2024-03-31"]
    assert found["fell_silent"] == 6  # all but September, after which there was October's event
