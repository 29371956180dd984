"""How many small mistakes, made on purpose, the tests notice: `make mutants`.

Works in copies in a temporary folder. Each mutant is run with those of its area's tests that call the function it is
in, the ones that found others first, and is stopped at a limit of processor time.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.mutate import Mutant, mutants_of
from tests.mutants.plugin import NOTES, WANTED

ROOT = Path(__file__).parents[2]
AREAS = Path(__file__).with_name("areas.toml")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "build", "*.egg-info")
MOST_MEMORY = 4 * 2**30
LIMIT, NO_TESTS = -1, 5


@dataclass
class Area:
    """Tests as they were noted on the unchanged code, and what they found so far."""

    name: str
    tests: list[str]
    seconds: dict[str, float] = field(default_factory=dict)
    callers: dict[str, set[str]] = field(default_factory=dict)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)

    def tests_for(self, mutant: Mutant) -> list[str]:
        """Those that can notice it, first those that noticed others in the same file, then the quick ones."""
        place = f"{mutant.path}:{mutant.function}"
        able = set(self.seconds) if mutant.function is None else self.callers.get(place, set())
        return sorted(able, key=lambda test: (-self.found[mutant.path, test], self.seconds[test]))


def run_tests(copy: Path, paths: Sequence[str], limit: float, **env: str) -> tuple[int, str]:
    """pytest's exit code (`LIMIT` where it was stopped), and what it printed."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "tests.mutants.plugin", "-p", "no:cacheprovider"]
    process = subprocess.Popen(
        [*command, "--tb=no", "-rf", "-o", "addopts=--import-mode=importlib", f"--basetemp={copy}.tmp", *paths],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=bounded,
    )
    try:
        printed, _ = process.communicate(timeout=3 * limit)
    except subprocess.TimeoutExpired:
        printed = ""
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return (LIMIT if process.returncode < 0 else process.returncode), printed


def note_tests(area: Area, copy: Path) -> None:
    """Run an area's tests on the unchanged code.

    Raises:
        SystemExit: they fail.
    """
    notes = copy.with_suffix(".notes")
    code, printed = run_tests(copy, area.tests, 1800, **{NOTES: str(notes)})
    if code:
        sys.exit(f"{area.name}: the tests fail without a mutant\n{printed}")
    for note in json.loads(notes.read_text()):
        area.seconds[note["test"]] = note["seconds"]
        for function in note["functions"]:
            area.callers.setdefault(function, set()).add(note["test"])


def is_killed(area: Area, mutant: Mutant, copy: Path) -> bool:
    """Whether a test fails, or never ends, with the mutant."""
    tests = area.tests_for(mutant)
    if not tests:
        return False
    wanted = copy.with_suffix(".wanted")
    wanted.write_text(json.dumps(tests))
    limit = 20 + 3 * sum(area.seconds[test] for test in tests)
    unchanged = (copy / mutant.path).read_text()
    (copy / mutant.path).write_text(mutant.source)
    try:
        files = sorted({test.split("::")[0] for test in tests})
        code, printed = run_tests(copy, files, limit, **{WANTED: str(wanted)})
    finally:
        (copy / mutant.path).write_text(unchanged)
    for line in printed.splitlines():
        if line.startswith("FAILED ") and (test := line.removeprefix("FAILED ").split(" - ")[0]) in area.seconds:
            area.found[mutant.path, test] += 1
    return code not in (0, NO_TESTS)


def chosen(sources: Sequence[str], number: int | None, seed: int) -> list[Mutant]:
    """A sample of the mutants of some files and folders, or all of them."""

    def files() -> Iterator[Path]:
        for source in sources:
            path = ROOT / source
            yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]

    every = [mutant for path in files() for mutant in mutants_of(ROOT, str(path.relative_to(ROOT)))]
    if number is None or number >= len(every):
        return every
    return sorted(random.Random(seed).sample(every, number), key=lambda mutant: (mutant.path, mutant.line))


def judge(area: Area, mutants: Sequence[Mutant], folder: Path, workers: int) -> list[Mutant]:
    """The mutants that no test noticed."""
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(workers):
        copies.put(folder / str(number))

    def survives(mutant: Mutant) -> bool:
        copy = copies.get()
        try:
            return not is_killed(area, mutant, copy)
        finally:
            copies.put(copy)

    survivors = []
    with ThreadPoolExecutor(workers) as pool:
        for number, (mutant, alive) in enumerate(zip(mutants, pool.map(survives, mutants), strict=True), 1):
            print(f"{number}/{len(mutants)}", end="\r", file=sys.stderr, flush=True)
            if alive:
                survivors.append(mutant)
                print(f"  {mutant}", flush=True)
    return survivors


def main() -> None:
    known = tomllib.loads(AREAS.read_text())
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"{', '.join(known)}; all unless given")
    parser.add_argument("--all", action="store_true", help="every mutant, instead of a sample")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--sample", type=int, help="how many mutants of each area")
    parser.add_argument("--only", help="only mutants of files whose path contains this")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    if unknown := set(asked.areas) - set(known):
        parser.error(f"no such area: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="tend-mutants-") as temporary:
        folder = Path(temporary)
        for number in range(asked.workers):
            shutil.copytree(ROOT, folder / str(number), ignore=LEFT_OUT)
        for name in asked.areas or known:
            began = time.monotonic()
            without = [f"--ignore={path}" for path in known[name].get("without", ())]
            area = Area(name, [*known[name]["tests"], *without])
            print(f"{name}:", flush=True)
            note_tests(area, folder / "0")
            number = None if asked.all else asked.sample or known[name]["sample"]
            mutants = chosen(known[name]["sources"], number, asked.seed)
            mutants = [mutant for mutant in mutants if (asked.only or "") in mutant.path]
            killed = len(mutants) - len(judge(area, mutants, folder, asked.workers))
            share = f"{killed}/{len(mutants)} = {killed / max(1, len(mutants)):.0%}"
            print(f"{name}: {share} noticed, in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
