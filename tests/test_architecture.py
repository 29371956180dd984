"""What import-linter cannot say: who may ask what time it is, and that the documents name packages that are there.

Who may import whom stands in `.importlinter`; `make check` holds it.
"""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTSIDE = {"build", "dist"}
FILES = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.py")
    if not any(part.startswith(".") or part in OUTSIDE for part in path.relative_to(ROOT).parts)
)
PACKAGES = ("bot", "scoring", "storage")

# Who may read a clock besides the one place for it: the stand-in is a machine of its own, with Slack's stamps.
OWN_CLOCK = ("bot/clock.py", "bot/fake_slack/", "benchmarks/")
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}


def imported(source: str) -> set[str]:
    """The dotted names of all modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "importlib.import_module"):
            found |= {str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return found


def clocks(source: str) -> set[str]:
    """The clocks that a file names, called or handed on, under whatever name it imported them."""
    tree = ast.parse(source)
    means: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            means |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            means |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, *rest = ast.unparse(node).split(".")
            full = ".".join([means.get(first, first), *rest])
            found |= {clock for clock in CLOCKS if full in (clock, f"datetime.{clock}") and first in means}
    return found


def top(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def under(*packages: str) -> list[Path]:
    return [path for path in FILES if path.parts[0] in packages]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_scoring_needs_only_itself_and_the_standard_library() -> None:
    known = {path: top(imported(read(path))) - {"scoring"} for path in under("scoring")}
    assert {path: names - sys.stdlib_module_names for path, names in known.items()} == {key: set() for key in known}


def test_nobody_imports_the_tests_or_the_benchmarks() -> None:
    assert [path for path in under(*PACKAGES) if top(imported(read(path))) & {"tests", "benchmarks"}] == []


def test_nobody_imports_by_relative_names() -> None:
    """So that the tests here see what is meant."""
    assert [path for path in under(*PACKAGES) if any(name.startswith(".") for name in imported(read(path)))] == []


def test_one_place_asks_the_machine_what_time_it_is() -> None:
    asking = {path: clocks(read(path)) for path in under(*PACKAGES) if not path.as_posix().startswith(OWN_CLOCK)}
    assert {path: seen for path, seen in asking.items() if seen} == {}


def test_there_is_something_to_look_at() -> None:
    assert {path.parts[0] for path in FILES} >= {*PACKAGES, "tests"}
    assert len(under(*PACKAGES)) > 300
    assert clocks(read(Path("bot/clock.py"))) == {"datetime.now"}


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("from datetime import datetime\ndatetime.now()", {"datetime.now"}),
        ("from datetime import datetime as dt\nclock = dt.now", {"datetime.now"}),
        ("import datetime\ndatetime.datetime.now()", {"datetime.now"}),
        ("import datetime as d\nd.date.today()", {"date.today"}),
        ("def f():\n    from time import time\n    return time()", {"time.time"}),
        ("import time as t\nt.time()", {"time.time"}),
        ("import time\ntime.monotonic()", set()),
        ("def f(now):\n    return now()", set()),
        ("from bot.actions import date\ndate.today()", set()),
    ],
)
def test_clocks_are_seen_under_any_name(source: str, seen: set[str]) -> None:
    assert clocks(source) == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import bot.workspace.team", {"bot.workspace.team"}),
        ("from bot.workspace import team", {"bot.workspace"}),
        ("def f():\n    import bot as b", {"bot"}),
        ("import importlib\nimportlib.import_module('bot.workspace.team')", {"importlib", "bot.workspace.team"}),
        ("from . import team", {"."}),
        ("from .workspace import team", {".workspace"}),
    ],
)
def test_imports_are_seen_wherever_they_stand(source: str, seen: set[str]) -> None:
    assert imported(source) == seen


# -- the documents

DOCUMENTS = [ROOT / "docs" / "architecture.md", *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
# `bot/slack/blocks.py`, `tests/storage`, `bot.scores.query`, `bot/messages/`
NAMED = re.compile(r"\b((?:bot|scoring|storage|tests|benchmarks)(?:[./][a-z_0-9]+)+)(?![\w*])")


def is_there(named: str) -> bool:
    """Whether it is a folder, a file, a module, or a name that a module has."""
    path = ROOT / named
    if path.exists():
        return True
    parts = re.split(r"[./]", named.removesuffix(".py"))
    *above, last = parts
    module = ROOT.joinpath(*above).with_suffix(".py")
    names_it = module.is_file() and re.search(rf"\b{last}\b", module.read_text(encoding="utf-8")) is not None
    return ROOT.joinpath(*parts).is_dir() or ROOT.joinpath(*parts).with_suffix(".py").is_file() or names_it


def test_the_documents_name_what_is_there() -> None:
    named = {(path.name, name) for path in DOCUMENTS for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 50
    assert sorted((file, name) for file, name in named if not is_there(name)) == []


def test_the_architecture_names_every_package() -> None:
    """Each folder of the three packages that holds code, and each module that stands loose in `bot`."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.as_posix() for path in under(*PACKAGES) if path.name != "__init__.py"}
    loose = {path.as_posix() for path in under("bot") if len(path.parts) == 2 and path.name != "__init__.py"}
    for name in sorted((packages | loose) - {*PACKAGES, "storage/migrations/versions"}):
        assert f"`{name}`" in text or f"`{name}/`" in text, name


@pytest.mark.parametrize(
    ("named", "there"),
    [
        ("bot/slack/blocks.py", True),
        ("bot/slack", True),
        ("bot.slack.blocks", True),
        ("bot.slack.blocks.button", True),
        ("bot/slack/nowhere.py", False),
        ("bot.slack.blocks.no_such_name", False),
    ],
)
def test_what_is_not_there_is_seen(named: str, there: bool) -> None:
    assert is_there(named) == there
