"""People who record on a disk that fills up, in a process of its own: prints what became of each line, as JSON."""

import json
import resource
import signal
import sys

from bot.fake_slack import FakeSlack
from storage.db.engine import make_engine
from tests.listeners.office import Clock, Office

LINES = 60


def main(url: str, largest: int) -> None:
    with FakeSlack() as slack:
        clock = Clock()
        slack.clock = clock
        slack.reset()
        office = Office(slack, make_engine(url), clock)
        office.partner()
        if largest:
            # As a full disk is, but for this process alone: no file grows beyond this.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        answers = [office.types(f"/touch Acme Legal call {n} {'long ' * 150}") for n in range(LINES)]
        print(json.dumps([[one.error, one.ephemerals[0].visible_text if one.ephemerals else ""] for one in answers]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
