"""`tend export`, and reading back what it wrote, as they are typed."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tend


def test_what_is_exported_is_imported_with_the_same_scores(
    filled: Tend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads(filled("score", "--json", "--as-of", "2026-11-22").out)
    ran = filled("export", tmp_path / "out")
    assert (ran.code, "written to" in ran.out) == (0, True)
    assert filled("import", "everything", tmp_path / "out").line().endswith("Restore into an empty workspace.")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert "would be added" in filled("import", "everything", tmp_path / "out", "--dry-run").out
    assert filled("import", "everything", tmp_path / "out").code == 0
    assert json.loads(filled("score", "--json", "--as-of", "2026-11-22").out) == before


def test_one_partner_and_one_person(filled: Tend, tmp_path: Path) -> None:
    name = json.loads(filled("score", "--json").out)[0]["partner"]
    assert filled("export", tmp_path / "partner", "--partner", name).code == 0
    assert filled("export", tmp_path / "person", "--person", "U1").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--partner", "Nobody Ltd"], "no partner called"),
        (["--person", "U1", "--partner", "Acme"], "not both"),
        (["--person", " "], "Which person?"),
        (["--person", "U0NOBODY"], "no row has that id or name"),
    ],
)
def test_what_cannot_be_exported_is_one_line(filled: Tend, tmp_path: Path, words: list[str], says: str) -> None:
    assert says in filled("export", tmp_path / "x", *words).line()


def test_what_cannot_be_imported_is_one_line(tend: Tend, tmp_path: Path) -> None:
    assert "no file everything.jsonl" in tend("import", "everything", tmp_path).line()
    assert "no file gone" in tend("import", "everything", tmp_path / "gone").line()
    (tmp_path / "odd").write_bytes(b"\xff\n")
    assert "Line 1 is broken" in tend("import", "everything", tmp_path / "odd").line()
    assert "restored as a whole" in tend("import", "everything", tmp_path, "--strict").line()
