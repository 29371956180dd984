"""Everything at once on one database: commands, the API, imports, merges, backups, kills and a Slack that hangs.

Whoever sends something keeps what it was told. In the end `strain_counts` compares that with every row that is there.
"""

import os
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from json import dumps
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bot.actions.partners import merge as merging
from bot.actions.workspace.integrations import create_integration
from bot.errors import TendError
from bot.fake_slack import FakeSlack
from storage.db.engine import OutcomeUnknown, make_engine
from storage.migrate import migrate
from tests.notifications.office import Office, open_office
from tests.patience import PATIENCE
from tests.reliability.crew import Shared, worker_context
from tests.reliability.databases import POSTGRES
from tests.reliability.killing import MOST_JUMPS, SLOW_SECONDS, jump
from tests.reliability.worker import work
from tests.templates import copied
from tests.web.conftest import unused_port
from tests.web.endpoint import FORM, Endpoint, signature, typed
from tests.web.processes import ROOT, TEND

POOLER = "TEND_TEST_POOLER"
"""The address of a pooler before the PostgreSQL of the tests; what is served goes through it if it is set."""
OWNERS = tuple(f"U2{n:02}" for n in range(6))
FIRMS = tuple(f"Firm {n}" for n in range(6))
TWINS = tuple((f"Twin {n}", f"Double {n}") for n in range(3))
SERVERS = WORKERS = 2
TYPISTS, PROGRAMS = 3, 2
FILES, ROWS_OF_A_FILE = 8, 200
CALL_SECONDS = 20.0
NOT_SENT = -1
HANGING = ("users.info", "views.open", "conversations.info")
POSTING = ("chat.postMessage", "conversations.open", "conversations.history")


@dataclass
class Told:
    """What senders were told: titles that are recorded, that are not, and that may be either."""

    recorded: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    figures: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.figures[what] += 1

    def recorded_by_now(self) -> set[str]:
        with self.lock:
            return set(self.recorded)

    def keep(self, title: str, answers: set[str]) -> None:
        with self.lock:
            answers.add(title)


@contextmanager
def own_database(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """A migrated database of a run's own: its address, and the one at which it is served."""
    if kind == "sqlite":
        url = copied(folder / "strain.db")
        yield url, url
        return
    server, name = make_engine(os.environ[POSTGRES]), f"strain_{uuid4().hex}"
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        url = make_url(os.environ[POSTGRES]).set(database=name).render_as_string(hide_password=False)
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        pooler = os.environ.get(POOLER)
        yield url, make_url(pooler).set(database=name).render_as_string(hide_password=False) if pooler else url
    finally:
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


class Strain:
    """The office, the processes that serve it, and everybody who is at work on it."""

    def __init__(self, slack: FakeSlack, url: str, served: str, folder: Path, seed: int) -> None:
        self.folder, self.url, self.served, self.seed = folder, url, served, seed
        self.told, self.over = Told(), threading.Event()
        self.rounds = [0] * WORKERS  # that each worker's place had gone through when it was started
        self.context = worker_context()
        self.shared = Shared.make(self.context, WORKERS)
        self.office: Office = open_office(slack, url)
        self._furnish()
        slack.world.clock = self.shared.clock
        self.ports = [unused_port() for _ in range(SERVERS)]
        self.webs = [self._web(port) for port in self.ports]
        self.workers = [self._worker(place) for place in range(WORKERS)]

    def _furnish(self) -> None:
        for owner in OWNERS:
            self.office.slack.world.add_person(owner, f"owner of {owner}")
            self.office.partner(f"Partner of {owner}", owner)
        self.office.settle(digest_channel="C1")
        self.ids = {name: self.office.partner(name) for name in (*FIRMS, *(name for pair in TWINS for name in pair))}

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-stand-in", "SLACK_SIGNING_SECRET": "stand-in-secret",
            "SLACK_API_URL": self.office.slack.api_url, "DATABASE_URL": self.served, "LOG_LEVEL": "ERROR",
        }  # fmt: skip

    def _web(self, port: int) -> subprocess.Popen[bytes]:
        with (self.folder / "web.log").open("ab") as log:
            return subprocess.Popen([*TEND, "web"], env=self.environment | {"PORT": str(port)}, stdout=log, stderr=log)

    def _worker(self, place: int) -> ForkServerProcess:
        self.shared.held[place], self.rounds[place] = False, self.shared.rounds[place]
        log = str(self.folder / "workers.log")
        args = (place, self.shared, self.served, self.office.slack.api_url, "", log)
        process = self.context.Process(target=work, args=args, daemon=True)
        process.start()
        return process

    def stop(self) -> None:
        """End all processes."""
        for web in self.webs:
            web.kill()
            web.wait()
        for process in self.workers:
            process.kill()
            process.join(PATIENCE)

    def close(self) -> None:
        self.office.close()

    # -- who is at work

    def go(self, minutes: float) -> None:
        """Let everybody work for so long, then let it come to its end."""
        chance = Random(self.seed)
        actors: list[Callable[[Random], None]] = [self._type] * TYPISTS + [self._program] * PROGRAMS
        actors += [self._kill, self._trouble, self._merge, self._back_up, self._import, self._pass_time]
        threads = [threading.Thread(target=self._act, args=(act, Random(chance.random()))) for act in actors]
        for thread in threads:
            thread.start()
        try:
            self.over.wait(minutes * 60)
        finally:
            self.over.set()
        for thread in threads:
            thread.join()
        self.office.slack.world.faults.clear()
        for _ in range(MOST_JUMPS):
            if not any(row.state in ("claimed", "retry") for row in self.office.all_deliveries()):
                return
            jump(self.shared, self.office, lambda: False)

    def _act(self, act: Callable[[Random], None], chance: Random) -> None:
        try:
            act(chance)
        except Exception as error:
            self.told.problems.append(f"{act.__name__} ended with {type(error).__name__}: {error}"[:500])
            self.over.set()

    def _ask(self, place: int, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """Status and text of an answer; NOT_SENT if nobody listens, and 0 if there is no answer."""
        try:
            endpoint = Endpoint(self.ports[place], "stand-in-secret")
            answer = endpoint.ask("POST", path, body.encode(), headers, CALL_SECONDS)
            return answer.status, answer.text
        except ConnectionRefusedError:
            self.over.wait(0.2)
            return NOT_SENT, ""
        except (OSError, HTTPException):
            return 0, ""

    def _type(self, chance: Random) -> None:
        """Send commands, each with a title of its own."""
        names = [*FIRMS, *(name for pair in TWINS for name in pair)]
        while not self.over.is_set():
            title = f"Typed {uuid4().hex[:12]}"
            body, stamp = typed("/referral", f'from "{chance.choice(names)}" {title} 5k met'), str(int(time.time()))
            headers = {"Content-Type": FORM, "X-Slack-Request-Timestamp": stamp}
            headers["X-Slack-Signature"] = signature("stand-in-secret", stamp, body)
            status, text = self._ask(chance.randrange(SERVERS), "/slack/events", body, headers)
            if status == NOT_SENT:
                continue
            if "othing was recorded" in text:
                self.told.keep(title, self.told.refused)
            elif status == 200 and "Recorded" in text:
                self.told.keep(title, self.told.recorded)
            else:
                self.told.keep(title, self.told.unknown)

    def _program(self, chance: Random) -> None:
        """Record over the API, each again and again until it is said that it is there."""
        token = create_integration(self.office.engine, self.office.caller(), f"Program {chance.random()}").token
        while not self.over.is_set():
            title = f"Sent {uuid4().hex[:12]}"
            body = dumps({"partner": chance.choice(FIRMS), "kind": "event", "title": title, "external_id": title})
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": title}
            self.told.keep(title, self.told.unknown)
            while not self.over.wait(0.5):  # 120 a minute, and no more
                status, text = self._ask(chance.randrange(SERVERS), "/api/v1/activities", body, headers)
                if status in (200, 201):
                    self.told.keep(title, self.told.recorded)
                    break
                if status in (400, 401, 403, 404, 422):
                    raise AssertionError(f"the API says {status} {text}")

    def _kill(self, chance: Random) -> None:
        """Kill a process that has come up, or two, and start them again."""
        while not self.over.wait(1 + 4 * chance.random()):
            for place in chance.choice(([0], [1], [0, 1])):
                if chance.random() < 0.5 and self._is_up(place):
                    self.webs[place].kill()
                    self.webs[place].wait()
                    self.told.count("web processes killed")
                    time.sleep(chance.random())
                    self.webs[place] = self._web(self.ports[place])
                elif self.shared.rounds[place] > self.rounds[place] + 2:
                    self.workers[place].kill()
                    self.workers[place].join(PATIENCE)
                    self.told.count("workers killed")
                    self.workers[place] = self._worker(place)

    def _is_up(self, place: int) -> bool:
        with suppress(OSError, HTTPException):
            return Endpoint(self.ports[place], "").ask("GET", "/healthz", seconds=CALL_SECONDS).status == 200
        return False

    def _trouble(self, chance: Random) -> None:
        """Slack hangs, fails, cuts connections, and is well again.

        A post hangs for less than a jump in time waits: one that arrives after its claim ran out is not promised.
        """
        faults = self.office.slack.world.faults
        while not self.over.wait(3 * chance.random()):
            kind = chance.choice(("latency", "latency", "500", "drop"))
            if chance.random() < 0.5:
                faults.add(chance.choice(HANGING), kind, chance.randint(1, 3), seconds=1 + 4 * chance.random())
            else:
                method = chance.choice(POSTING)
                is_after = method == "chat.postMessage" and chance.random() < 0.5
                faults.add(method, kind, chance.randint(1, 3), is_after, seconds=SLOW_SECONDS * chance.random())
            self.told.count("faults of Slack's")

    def _merge(self, chance: Random) -> None:
        """Merge two partners about which others record, and take it back but for the last time."""
        while not self.over.wait(chance.random()):
            one, other = (self.ids[name] for name in chance.choice(TWINS))
            with suppress(TendError, DBAPIError, OutcomeUnknown):
                made = merging.merge(self.office.engine, self.office.caller(), one, other)
                self.told.count("merges")
                if self.over.wait(chance.random()):
                    return
                merging.undo(self.office.engine, self.office.caller(), made.merge_id)
                self.told.count("merges taken back")

    def _import(self, chance: Random) -> None:
        """Import files again and again; some imports are killed on the way. In the end each is imported once more."""
        files = [self._file(chance, number) for number in range(FILES)]
        while not self.over.wait(2 * chance.random()):
            kill_after = 6 * chance.random() if chance.random() < 0.5 else None
            is_killed = self._run("import", "activities", str(chance.choice(files)), kill_after=kill_after) is None
            self.told.count("imports killed" if is_killed else "imports")
        for file in files:
            if self._run("import", "activities", str(file)) != 0:
                self.told.problems.append(f"{file.name} could not be imported in the end")
            for n in range(ROWS_OF_A_FILE):
                self.told.keep(f"Imported {file.stem}-{n}", self.told.recorded)

    def _file(self, chance: Random, number: int) -> Path:
        file = self.folder / f"import-{number}.csv"
        lines = [f"{chance.choice(FIRMS)},event,joint,2026-10-0{1 + n % 9},{file.stem}-{n},Imported {file.stem}-{n}"
                     for n in range(ROWS_OF_A_FILE)]  # fmt: skip
        file.write_text("\n".join(["partner,kind,direction,occurred_on,external_id,title", *lines]))
        return file

    def _back_up(self, chance: Random) -> None:
        """Copy the database; what was told as recorded before has to be in the copy."""
        while not self.over.wait(3 * chance.random()):
            known = self.told.recorded_by_now()
            file = self.folder / "copy.db"
            if (code := self._run("backup", "--force", str(file))) != 0:
                log = (self.folder / "commands.log").read_text(errors="replace")
                how = "took too long" if code is None else f"ended with {code}"
                self.told.problems.append(f"a backup {how}: {log[-500:]}")
                continue
            self.told.count("backups")
            if self.url.startswith("sqlite"):
                missing = known - _titles_of(file)
                self.told.problems += [f"{len(missing)} rows are missing in a copy"] if missing else []

    def _pass_time(self, chance: Random) -> None:
        """Let claims run out, and days pass, with no worker in the middle of anything."""
        while not self.over.wait(2 + 3 * chance.random()):
            jump(self.shared, self.office, self.over.is_set, hours=chance.choice((0, 0, 4)))
            self.told.count("jumps in time")

    def _run(self, *words: str, kill_after: float | None = None) -> int | None:
        """The exit code of `tend …`, or None if it was killed."""
        with (self.folder / "commands.log").open("ab") as log:
            process = subprocess.Popen(
                [*TEND, *words], env=self.environment | {"DATABASE_URL": self.url}, stdout=log, stderr=log
            )
        try:
            return process.wait(PATIENCE if kill_after is None else kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None


def _titles_of(file: Path) -> set[str]:
    with ExitStack() as stack:
        copy = sqlite3.connect(file)
        stack.callback(copy.close)
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {title for (title,) in copy.execute("SELECT title FROM activity WHERE voided_at IS NULL")}
