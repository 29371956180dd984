"""Whole processes: `tend --help`, an import, and the memory of `tend run`."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ledgers import OWNER, clock, name_of
from benchmarks.measuring import WALL, Found, Missing, Target, figure, in_turn
from benchmarks.place import Place
from bot.fake_slack import FakeSlack
from bot.slack.manifest import build_manifest

ROOT = Path(__file__).parents[1]
BYTECODE = str(Path(tempfile.gettempdir()) / "tend-bench-bytecode")
TEAM = "T00000001"
TEND = [sys.executable, "-c", "from bot.cli import main; main()"]

STAND_IN_IMPORT = """
import csv, sqlite3, sys
bare = sqlite3.connect(sys.argv[1])
with open(sys.argv[2], newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    head = next(rows)
    columns = ", ".join(f"[{name}] TEXT" for name in head)
    bare.execute(f"CREATE TABLE IF NOT EXISTS t ({columns}, PRIMARY KEY (external_id))")
    bare.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(head))})", rows)
bare.commit()
"""
EMPTY_BOT = """
import sys, sqlalchemy, sqlalchemy.orm
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
app = App(client=WebClient("xoxb-stand-in", base_url=sys.argv[1]))
handler = SocketModeHandler(app, "xapp-stand-in")
app.command("/empty")(lambda ack: ack("ok"))
handler.start()
"""


def imports(place: Place) -> Iterator[Found]:
    """Row 11: `tend import activities` against `sqlite-utils insert --csv --pk`, or csv and sqlite3 without it.

    Tend validates, matches names and skips known rows; the other only inserts text into one table. Each runs as its own
    process, measured by its total CPU time.
    """
    file = _csv(place)
    empty = place.ledger(partners=min(place.sizes.partners, 1000), activities=0)
    other, name = _inserting(place)

    def ours() -> None:
        run([*TEND, "import", "activities", str(file)], DATABASE_URL=f"sqlite:///{place.copy(empty)}")

    def theirs() -> None:
        target = place.folder / "copy-other.db"
        target.unlink(missing_ok=True)
        run([*other(target, file)], PYTHONPATH=_path(place))

    rounds = in_turn(ours, theirs, rounds=min(place.sizes.rounds, 5), clock=of_children)
    yield figure(11, f"import of {place.sizes.imported:,} rows", name, rounds, Target(0.5), unit="ms CPU")


def starting(place: Place) -> Iterator[Found]:
    """Row 12: `tend --help` against Python importing typer."""
    typer = [sys.executable, "-c", "import typer"]
    rounds = in_turn(
        lambda: run([*TEND, "--help"]), lambda: run(typer), rounds=place.sizes.rounds * 2, clock=of_children
    )
    yield figure(12, "tend --help", "python -c 'import typer'", rounds, Target(2), unit="ms CPU")
    rounds = in_turn(lambda: run([*TEND, "--help"]), lambda: run(typer), rounds=place.sizes.rounds * 2, clock=WALL)
    yield figure(12, "tend --help, on the wall", "python -c 'import typer'", rounds)


def memory(place: Place) -> Iterator[Found]:
    """Row 13: the memory of an idle `tend run` against an empty Bolt app in Socket Mode with SQLAlchemy imported."""
    if not Path("/proc/self/status").exists():
        yield Missing(13, "memory of tend run", "this system has no /proc")
        return
    path = place.copy(place.ledger(partners=place.sizes.partners, activities=place.sizes.activities))
    with FakeSlack(team_id=TEAM, clock=clock) as slack:
        slack.install(build_manifest())
        slack.world.add_person(OWNER, "ana")
        settings = {
            "SLACK_BOT_TOKEN": slack.keys.bot_token,
            "SLACK_APP_TOKEN": slack.keys.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{path}",
        }
        rounds = [
            (
                _resident([*TEND, "run"], settings, place.sizes.idle),
                _resident([sys.executable, "-c", EMPTY_BOT, slack.api_url], {}, place.sizes.idle),
            )
            for _ in range(min(place.sizes.rounds, 3))
        ]
    title = f"memory of tend run, idle, {place.sizes.activities:,} activities"
    yield figure(13, title, "an empty Bolt app with SQLAlchemy", rounds, Target(1.5), unit="MB")


def run(command: Sequence[str], **settings: str) -> None:
    """Run a process to its end. Its output is shown only if it fails."""
    result = subprocess.run(command, env=environment(settings), capture_output=True, text=True, cwd=ROOT, check=False)
    if result.returncode:
        raise RuntimeError(f"{command[-1]}: {(result.stderr or result.stdout).strip()[-300:]}")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the machine's environment without settings of a real Tend.

    Bytecode caching stays on, as for any installed program. The warm-up round writes it.
    """
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TEND_", "DATABASE_"))
    }
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return (
        variables | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": BYTECODE, "NO_PROXY": "127.0.0.1"} | dict(settings)
    )


def of_children() -> float:
    """Return the CPU seconds of all finished child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def running(command: Sequence[str], settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process during the block, then terminate it."""
    process = subprocess.Popen(
        command, env=environment(settings), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _resident(command: Sequence[str], settings: Mapping[str, str], idle: float) -> float:
    """Return the resident megabytes of an idle process."""
    with running(command, settings) as process:
        time.sleep(idle)
        if process.poll() is not None:
            raise RuntimeError(f"{command[-1]} ended by itself")
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024


def _csv(place: Place) -> Path:
    path = place.folder / f"activities-{place.sizes.imported}.csv"
    partners = min(place.sizes.partners, 1000)
    kinds = ("referral", "event", "collaboration", "meeting")
    with path.open("w", encoding="utf-8") as file:
        file.write("partner,kind,direction,occurred_on,count,external_id,title\n")
        for row in range(place.sizes.imported):
            kind = kinds[row % len(kinds)]
            way = "in" if kind == "referral" else "joint"
            day = f"2026-{1 + row % 10:02}-{1 + row % 28:02}"
            file.write(f"{name_of(1 + row % partners)},{kind},{way},{day},1,row-{row},Lead {row}\n")
    return path


def _path(place: Place) -> str:
    return f"{ROOT}{os.pathsep}{place.packages}" if place.packages else str(ROOT)


def _inserting(place: Place) -> tuple[Callable[[Path, Path], list[str]], str]:
    """Return a function that loads a CSV file into a table, and its name."""
    program_path = shutil.which("sqlite-utils")
    module = place.packages is not None and (place.packages / "sqlite_utils").is_dir()
    if program_path or module:
        program = [program_path] if program_path else [sys.executable, "-m", "sqlite_utils"]
        how = ["--csv", "--pk", "external_id"]
        return lambda base, file: [*program, "insert", str(base), "t", str(file), *how], "sqlite-utils insert --csv"
    name = "csv and sqlite3 in its place (sqlite-utils is not installed)"
    return lambda base, file: [sys.executable, "-c", STAND_IN_IMPORT, str(base), str(file)], name
