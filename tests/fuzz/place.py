"""Where the cases are tried: one desk a process, put back whenever a case wrote something."""

import asyncio
import atexit
import logging
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.fake_slack import FakeSlack
from bot.listeners import imports
from bot.web.app import make_web
from tests.authority.desk import Desk, Tried
from tests.authority.forms import FILLED
from tests.patience import take_time
from tests.templates import migrated_file

OURS = ("on our side", "(reference ", "Traceback")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class Place:
    """The desk, and the forms as they are drawn for it."""

    def __init__(self) -> None:
        self.folder = folder = Path(tempfile.mkdtemp(prefix="tend-fuzz-"))
        slack = FakeSlack()
        slack.start()
        inside = folder / "desk"
        inside.mkdir()
        self.desk = Desk(slack, inside, migrated_file())
        self.forms = {name: form.body(self.desk) for name, form in FILLED.items()}
        self.web, self.loop = make_web(self.desk.office.services, self.desk.office.app), asyncio.new_event_loop()
        self.wrote = True
        # What goes on after an answer would go on into the next case.
        self._later, imports.start_job = imports.start_job, lambda *_: True
        take_time()
        event.listen(self.desk.engine, "after_cursor_execute", self._executed)

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.wrote = self.wrote or statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def close(self) -> None:
        self.loop.close()
        imports.start_job = self._later
        self.desk.slack.stop()
        self.desk.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh(self) -> Desk:
        """The desk as it was seeded."""
        if self.wrote or len(self.desk.world.journal) > 500:
            self.desk.put_back()
            self.wrote = False
        return self.desk


@cache
def place() -> Place:
    logging.disable(logging.CRITICAL)  # what goes wrong is seen in the answers
    made = Place()
    atexit.register(made.close)
    return made


def closed() -> None:
    """Nothing is left of the place, and the log speaks again."""
    logging.disable(logging.NOTSET)
    if place.cache_info().currsize:
        place().close()
        place.cache_clear()


def is_well(tried: Tried, *also: int) -> None:
    """Answered in our own words, or refused at the door. What is shown was judged on the way."""
    assert tried.answer.status in (200, *also), tried.answer
    if tried.answer.status != 200:
        return
    words = tried.words
    assert not any(sign in words for sign in OURS), words
