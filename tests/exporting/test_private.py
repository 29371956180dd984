"""What is exported is its owner's alone, also in a folder that is there and open to all."""

import os
import stat
from pathlib import Path

import pytest

from bot.errors import TendError
from bot.exporting import export_to, run
from tests.exporting import filling
from tests.importing.conftest import office as _office
from tests.importing.offices import NOW, Office

office = _office


def test_no_file_of_an_export_can_be_read_by_others(office: Office) -> None:
    filling.fill(office)
    folder = office.folder / "shared"
    before = os.umask(0)
    try:
        folder.mkdir(mode=0o777)
        export_to(office.engine, team=office.team, folder=folder, now=NOW)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert {modes.pop("tables")} == {0o700}
    assert set(modes.values()) == {0o600}, modes


def test_a_link_that_others_put_there_meanwhile_is_not_followed(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filling.fill(office)
    folder, precious = office.folder / "shared", tmp_path / "precious"
    precious.write_text("keep me")

    def planted(*_: object) -> int:
        (folder / run.JSON_FILE).symlink_to(precious)
        return 1

    monkeypatch.setattr(run, "_count_rows", planted)  # between the look into the folder and the first file
    with pytest.raises(TendError, match="can't be written"):
        export_to(office.engine, team=office.team, folder=folder, now=NOW)
    assert precious.read_text() == "keep me"
