"""The wheel has all its files and asks for all it needs."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.fake_slack import FakeSlack
from tests.shipped.conftest import PACKAGES
from tests.shipped.place import Place
from tests.web.processes import ROOT

IMPORT_ALL = """
import ast, importlib, pathlib, sys

extras = {"bot.crm.hubspot", "bot.crm.salesforce"}  # asked for only where the client of a CRM is installed
names = set()
for package in sys.argv[1:]:
    home = pathlib.Path(importlib.import_module(package).__file__).parent
    for path in home.rglob("*.py"):
        module = ".".join(path.relative_to(home.parent).with_suffix("").parts).removesuffix(".__init__")
        if module.isidentifier() or all(part.isidentifier() for part in module.split(".")):
            names.add(module)
        if module in extras:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module)
for name in sorted(names - extras - {"storage.migrations.env"}):  # Alembic alone can run that
    importlib.import_module(name)
print(len(names))
"""


def test_every_file_is_in_the_wheel(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == ours
    assert {Path(name).suffix for name in ours} >= {".py", ".html", ".css", ".js", ".toml", ".mako"}


@pytest.mark.parametrize("environment", ["pinned", "unpinned"])
def test_all_that_is_ever_imported_is_there(
    environment: str, slack: FakeSlack, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each module, and what its functions import only as they run."""
    place = Place(request.getfixturevalue(environment), tmp_path, slack)
    assert int(place.ran([place.programs / "python", "-c", IMPORT_ALL, *PACKAGES])) > 400


def test_without_pinned_versions(unpinned: Path, slack: FakeSlack, tmp_path: Path) -> None:
    place = Place(unpinned, tmp_path, slack)
    place.tend("import", "partners", ROOT / "tests" / "golden" / "partners.csv")
    assert len(json.loads(place.tend("score", "--json"))) == 40
    assert "Partner 00001" in place.tend("score")
    with place.web():
        assert "Partner 0000" in place.listed()
