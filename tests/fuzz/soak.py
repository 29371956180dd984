"""`python -m tests.fuzz.soak`: a hundred thousand cases over all targets, two processes at a time.

Ends with a line of figures, and with 1 where a case failed; that case is printed so that it can be run again.
"""

import argparse
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.patience import PATIENCE

AT_ONCE = 2
# How the cases are shared out: most where one takes no time, enough where one goes through the whole app.
SHARES = {
    "grammar": 30,
    "mappings": 14,
    "bodies": 14,
    "forms": 14,
    "commands": 12,
    "buttons": 8,
    "sheets": 6,
    "menus": 2,
}


@dataclass
class Ended:
    """What came of a target: its cases, its seconds, and how the failing case is run again."""

    name: str
    cases: int
    seconds: float
    found: str
    told: str


def soak(name: str, cases: int, seed: int, plain: bool, progress: Progress) -> Ended:
    """One target in a process of its own, with its place on the progress bar."""
    task = progress.add_task(name, total=cases)
    asked = [sys.executable, "-m", "tests.fuzz.run", name, "--cases", str(cases), "--seed", str(seed)]
    began, told, found, done = time.monotonic(), [], "", 0
    with subprocess.Popen(
        [*asked, *(["--plain"] if plain else [])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        listening = threading.Thread(target=lambda: told.extend(process.stderr or ()), daemon=True)
        listening.start()
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "DONE":
                done = int(rest)
                progress.update(task, completed=done)
            elif word == "FOUND":
                found = rest
        listening.join(PATIENCE)
    if process.returncode and not found:
        found = "nothing to replay"
    return Ended(name, done, time.monotonic() - began, found, "".join(told[-40:]))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--plain", action="store_true", help="by chance alone, without atheris")
    how = asked.parse_args()
    whole = sum(SHARES.values())
    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    began = time.monotonic()
    with Progress(*columns) as progress, ThreadPoolExecutor(AT_ONCE) as pool:
        parts = [(name, -(-how.cases * share // whole)) for name, share in SHARES.items()]
        ended = list(pool.map(lambda part: soak(*part, how.seed, how.plain, progress), parts))
    failed = [one for one in ended if one.found]
    for one in failed:
        print(f"{one.told}\n{one.name} fails; again: python -m tests.fuzz.run {one.name} --replay {one.found}")
    for one in ended:
        print(f"{one.name:>10}: {one.cases:>7,} cases in {one.seconds:6.0f} s")
    total, seconds = sum(one.cases for one in ended), time.monotonic() - began
    print(f"{total:,} cases over {len(ended)} targets in {seconds:.0f} s; {len(failed) or 'none'} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
