"""`python -m tests.fuzz.run TARGET --cases N`: atheris, or chance without its wheel, looks for a case that fails.

Bounded in cases and seconds. A case that fails is printed so that `--replay` runs it again.
"""

import argparse
import os
import random
import sys
import time
import traceback
from collections.abc import Callable

STEP = 200  # cases between two words on the progress
LONGEST = 600
SLOWEST = 5.0  # seconds of work, not of waiting, for one case


class Counted:
    """A target that counts its cases, tells how far it is, and ends the process when it is done."""

    def __init__(self, one: Callable[[bytes], None], cases: int, seconds: float) -> None:
        self.one, self.cases = one, cases
        self.began = time.monotonic()
        self.until = self.began + seconds
        self.done = 0

    def __call__(self, data: bytes) -> None:
        worked = time.process_time()
        try:
            self.one(bytes(data))
            assert time.process_time() - worked < SLOWEST, "it takes too long"
        except Exception:
            traceback.print_exc()
            print(f"FOUND {bytes(data).hex()}", flush=True)
            os._exit(1)
        self.done += 1
        if self.done % STEP == 0:
            print(f"DONE {self.done}", flush=True)
        if self.done >= self.cases or time.monotonic() > self.until:
            print(f"DONE {self.done}\nIN {time.monotonic() - self.began:.1f}", flush=True)
            os._exit(0)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target")
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--seconds", type=float, default=3_600)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--replay", metavar="HEX", help="one case, as it was printed")
    asked.add_argument("--plain", action="store_true", help="by chance alone")
    how = asked.parse_args()
    atheris = None
    if not how.plain and how.replay is None:
        try:
            import atheris
        except ImportError:
            atheris = None
    if atheris is None:
        from tests.fuzz.targets import TARGETS
    else:
        with atheris.instrument_imports(include=["bot", "scoring", "storage"]):
            from tests.fuzz.targets import TARGETS
    one = TARGETS[how.target]
    if how.replay is not None:
        one(bytes.fromhex(how.replay))
        return
    one(b"")  # builds what the cases share, before anything is counted or timed
    counted = Counted(one, how.cases, how.seconds)
    if atheris is None:
        _by_chance(counted, how.seed)
    atheris.Setup([sys.argv[0], "-max_len=400", "-len_control=0", f"-seed={how.seed + 1}", "-verbosity=0"], counted)
    atheris.Fuzz()


def _by_chance(counted: Counted, seed: int) -> None:
    chance = random.Random(seed)
    while True:
        counted(chance.randbytes(chance.randint(0, LONGEST)))


if __name__ == "__main__":
    main()
