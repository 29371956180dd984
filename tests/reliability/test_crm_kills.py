"""A CRM is read without loss and without doubles, although the worker is killed at any moment."""

import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import Session, select

from bot.actions.caller import Caller
from bot.actions.workspace import crm_connections
from bot.actions.workspace.crm_connections import WriteFields
from bot.crm.records import System
from bot.workspace.team import Team
from storage.db.engine import make_engine, writing
from storage.tables import Activity, ContactPerson, CrmConnection, ImportBatch, Partner, PartnerExternalId
from storage.workspaces import workspaces
from tests.crm.desk import CIPHER, HUBSPOT_MARK
from tests.crm.hubspot_account import TOKEN, HubSpotAccount
from tests.crm.server import Asked, CrmServer, serving
from tests.examples import seeds
from tests.listeners.office import NOW
from tests.patience import PATIENCE
from tests.reliability.databases import Fresh

pytestmark = pytest.mark.slow

KILLS = 7
NAMES = ("Alder", "Birchwood", "Chestnut", "Dogrose", "Elmhurst", "Foxglove", "Gorse")
"""Of companies that become partners later; names that are alike would be asked about."""
ROOT = Path(__file__).parents[2]


@dataclass
class Killer:
    """Kills the worker at one of its requests, at once or a little later, when it writes what it read."""

    random: Random
    process: subprocess.Popen[bytes] | None = None
    left: int = 0
    delay: float | None = 0.0
    at: Counter[str] = field(default_factory=Counter)

    def arm(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.left, self.delay = self.random.randint(1, 12), self.random.choice([0.0, 0.0, 0.01, 0.03, 0.08, 0.2])

    def __call__(self, asked: Asked) -> None:
        process, self.left = self.process, self.left - 1
        if process is None or self.left != 0:
            return
        self.at[asked.path.rpartition("/crm/")[2].partition("?")[0]] += 1
        if self.delay:
            threading.Timer(self.delay, process.kill).start()
        else:
            process.kill()


def start(database: str, server: CrmServer, now: datetime) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.reliability.crm_worker", database, server.url, now.isoformat()]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("seed", seeds(2))
def test_each_deal_comes_once_however_often_its_reader_is_killed(fresh: Fresh, seed: int) -> None:
    database, random, now = fresh(), Random(seed), NOW
    engine = make_engine(database)
    account = HubSpotAccount(lambda: now)
    account.make_property("tend_touch", "date")
    with writing(engine) as session:
        team = Team.of(workspaces.connect(session, team_id="T0CRM", now=now))
    caller = Caller(team, "U0STEVE", now, is_steward=True)
    secrets = {"token": TOKEN}
    crm_connections.add_connection(engine, caller, System.HUBSPOT, secrets, HUBSPOT_MARK, CIPHER.encrypt)
    crm_connections.set_fields(engine, caller, System.HUBSPOT, WriteFields(last_touch="tend_touch"))
    crm_connections.note_preview(engine, caller, System.HUBSPOT)
    crm_connections.give_back(engine, crm_connections.claim_now(engine, caller, System.HUBSPOT, confirms=True), now)
    companies = [account.company(f"Number{number} Ltd") for number in range(6)]
    sleeping = [account.company(f"{name} plc", type="PROSPECT") for name in NAMES]
    for number in range(60):
        account.deal(f"Deal {number}", (companies + sleeping)[number % 13], amount=str(number))
    deals = list(account.objects["deals"])
    killer = Killer(random)
    with serving(account) as server:
        server.before = killer
        for number in range(KILLS + 1):
            process = start(database, server, now)
            killer.arm(process) if number < KILLS else setattr(killer, "process", None)
            out, _ = process.communicate(timeout=PATIENCE)
            now += timedelta(hours=4)
            if number == KILLS:
                assert out == b"done\n"
                break
            account.deal(f"New {number}", companies[number % 6], amount="5")
            won = {"dealstage": "closedwon", "closedate": "2026-11-24T00:00:00.000Z"}
            account.put("deals", deals[number], amount=str(1_000 + number), **won)
            account.put("companies", sleeping[number], type="PARTNER")
            account.contact("Jane", f"Number{number}", f"jane{number}@x{number}.example", companies[number % 6])
    with Session(engine) as session:
        rows = session.exec(select(Activity)).all()
        partners = session.exec(select(Partner)).all()
        people = session.exec(select(ContactPerson)).all()
        ids = session.exec(select(PartnerExternalId)).all()
        batches = session.exec(select(ImportBatch)).all()
        (connection,) = session.exec(select(CrmConnection)).all()
    engine.dispose()
    told = Counter(row["dealname"] for row in account.objects["deals"].values())
    assert Counter(row.title for row in rows) == told
    values = {row.title: (row.value_minor, row.outcome) for row in rows}
    for row in account.objects["deals"].values():
        outcome = "won" if row["dealstage"] == "closedwon" else "introduced"
        assert values[row["dealname"]] == (int(row["amount"]) * 100, outcome)
    assert len(partners) == len(ids) == len({one.external_id for one in ids}) == 6 + KILLS
    assert sorted(one.name for one in people) == sorted(f"Jane Number{number}" for number in range(KILLS))
    assert (connection.problem, connection.leased_at, connection.failures) == (None, None, 0)
    touched = [row.get("tend_touch") for row in account.objects["companies"].values()]
    assert all(touched), "written back to each"
    print(f"kills {KILLS} at {dict(killer.at)}, imports {len(batches)}")
