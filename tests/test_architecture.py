"""Which part may know which, and who may ask what time it is."""

import ast
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
OWN = {"bot", "scoring", "storage", "tests"}

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


@pytest.mark.parametrize("path", under("scoring"), ids=str)
def test_scoring_needs_only_itself_and_the_standard_library(path: Path) -> None:
    assert top(imported(read(path))) - {"scoring"} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", under("storage"), ids=str)
def test_storage_knows_neither_bot_nor_scoring(path: Path) -> None:
    assert not top(imported(read(path))) & (OWN - {"storage"})


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] in ("bot", "scoring", "storage")], ids=str)
def test_nobody_but_bot_imports_bot_and_nobody_the_tests(path: Path) -> None:
    known = top(imported(read(path)))
    assert "tests" not in known
    assert path.parts[0] == "bot" or "bot" not in known
    assert "benchmarks" not in known


@pytest.mark.parametrize("path", under("bot", "scoring", "storage"), ids=str)
def test_nobody_imports_by_relative_names(path: Path) -> None:
    """So that the tests above see what is meant."""
    assert not {name for name in imported(read(path)) if name.startswith(".")}


@pytest.mark.parametrize("path", under("bot", "scoring", "storage"), ids=str)
def test_one_place_asks_the_machine_what_time_it_is(path: Path) -> None:
    if path.as_posix().startswith(OWN_CLOCK):
        return
    assert clocks(read(path)) == set()


def test_there_is_something_to_look_at() -> None:
    assert {path.parts[0] for path in FILES} >= OWN
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
        ("import bot.team", {"bot.workspace.team"}),
        ("from bot import team", {"bot"}),
        ("def f():\n    import bot as b", {"bot"}),
        ("import importlib\nimportlib.import_module('bot.workspace.team')", {"importlib", "bot.workspace.team"}),
        ("from . import team", {"."}),
    ],
)
def test_imports_are_seen_wherever_they_stand(source: str, seen: set[str]) -> None:
    assert imported(source) == seen
