"""Load on `tend web`: many clients, several processes, memory after many commands."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks.crowd import Answers, Serving, serving_at
from benchmarks.ledgers import make
from benchmarks.measuring import Found, Missing, Target, figure
from benchmarks.place import Place
from storage.db.engine import make_engine

CLIENTS = 64
USUAL_CLIENTS = 16
PROCESSES = (1, 2, 4)
MEMORY_CLIENTS = 4
KEPT_ROWS = 4
"""How many times as many commands are sent for the second look at the memory as for the first."""


def crowds(place: Place) -> Iterator[Found]:
    """Row 15: the slowest of a hundred commands of 64 (and of 16) clients on SQLite, against those of one client.

    None may be refused, and as many rows must be there as commands were answered, or the row is not measured.
    """
    sizes = place.sizes
    path = place.copy(place.ledger(partners=sizes.partners, activities=sizes.activities))
    with serving_at(f"sqlite:///{path}", sizes.partners) as served:
        all_rounds = [served.ask(4, seconds=0.3)]
        rounds: list[tuple[Answers, Answers, Answers]] = []
        for _ in range(sizes.rounds):
            alone, many, usual = (served.ask(clients, seconds=sizes.seconds) for clients in (1, CLIENTS, USUAL_CLIENTS))
            rounds.append((alone, many, usual))
            all_rounds += [alone, many, usual]
        note = served.must_have_recorded(all_rounds)
    for clients, place_of in ((CLIENTS, 1), (USUAL_CLIENTS, 2)):
        pairs = [(each[place_of].p99, each[0].p99) for each in rounds]
        yield figure(15, f"tend web on SQLite, {clients} clients, p99", "one client", pairs, Target(20), note=note)
    rates = [(many.per_second, alone.per_second) for alone, many, _ in rounds]
    yield figure(15, f"the same, {CLIENTS} clients", "one client", rates, Target(1, at_least=True), unit="/s")


def processes(place: Place) -> Iterator[Found]:
    """Row 16: commands per second of 64 clients on PostgreSQL, with two and four processes against one.

    Clients, PostgreSQL and processes share the cores; with fewer than about two for the processes, two can't be faster
    than one.
    """
    if place.postgres is None:
        yield Missing(16, "several tend web on PostgreSQL", "no server; .ci/postgres make bench")
        return
    sizes = place.sizes
    url = _on_postgres(place, place.postgres)
    with serving_at(url, sizes.partners, max(PROCESSES)) as served:
        all_rounds = [served.ask(8, seconds=0.5)]
        rounds: list[dict[int, Answers]] = []
        for _ in range(sizes.rounds):
            rounds.append({many: served.ask(CLIENTS, seconds=sizes.seconds, processes=many) for many in PROCESSES})
            all_rounds += rounds[-1].values()
        alone = [served.ask(1, seconds=sizes.seconds, processes=1) for _ in range(sizes.rounds)]
        note = served.must_have_recorded([*all_rounds, *alone])
    cores = f"{os.cpu_count()} cores for clients, PostgreSQL and processes; {note}"
    for many in PROCESSES[1:]:
        rates = [(each[many].per_second, each[1].per_second) for each in rounds]
        target = Target(1.7, at_least=True) if many == 2 else None
        title = f"{many} tend web on PostgreSQL, {CLIENTS} clients"
        yield figure(16, title, "one tend web", rates, target, unit="/s", note=cores)
    for many in PROCESSES:
        pairs = [(each[many].p99, single.p99) for each, single in zip(rounds, alone, strict=True)]
        yield figure(16, f"{many} tend web on PostgreSQL, {CLIENTS} clients, p99", "one client", pairs, Target(20))


def memory_under_load(place: Place) -> Iterator[Found]:
    """Row 17: the memory of `tend web` after four times as many commands, against after the first of them."""
    if not Path("/proc/self/status").exists():
        yield Missing(17, "memory after many commands", "this system has no /proc")
        return
    sizes = place.sizes
    path = place.copy(place.ledger(partners=sizes.partners, activities=sizes.activities))
    with serving_at(f"sqlite:///{path}", sizes.partners) as served:
        few = served.ask(MEMORY_CLIENTS, commands=sizes.commands)
        before = _resident(served)
        many = served.ask(MEMORY_CLIENTS, commands=sizes.commands * (KEPT_ROWS - 1))
        after = _resident(served)
        note = served.must_have_recorded([few, many])
    title = f"memory of tend web after {sizes.commands * KEPT_ROWS:,} commands"
    yield figure(17, title, f"after {sizes.commands:,}", [(after, before)], Target(1.02), unit="MB", note=note)


def _resident(served: Serving) -> float:
    status = Path(f"/proc/{served.pids[0]}/status").read_text(encoding="utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def _on_postgres(place: Place, server_url: str) -> str:
    """Return the URL of a new database with a ledger."""
    sizes = place.sizes
    name = f"crowd_{sizes.partners}_{sizes.activities}"
    server = make_engine(server_url)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    make(url, partners=sizes.partners, activities=sizes.activities).dispose()
    return url
