"""One workspace whose programs use the API without a pause, beside another in which somebody types a command."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median

from cryptography.fernet import Fernet

from benchmarks.commands import SECRET, TEAM, payload_of
from benchmarks.ledgers import OWNER, clock, name_of
from benchmarks.measuring import Found, Target, figure
from benchmarks.place import Place
from benchmarks.processes import TEND, running
from benchmarks.serving import free_port, wait_for
from bot.actions.caller import Caller
from bot.actions.workspace.integrations import create_integration
from bot.clock import system_clock
from bot.fake_slack import FakeSlack
from bot.fake_slack.transport.link import BotRequest, encode
from bot.slack.manifest import build_manifest
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.workspaces import workspaces

CALLERS = 20
OTHER_TEAM = "T00000002"
HOME = "https://tend.example.com"
CLIENT_ID, CLIENT_SECRET = "1.2", "stand-in-client-secret"


def neighbours(place: Place) -> Iterator[Found]:
    """Row 18: a `/touch` of one workspace while twenty callers read another's scores over the API, against without."""
    sizes = place.sizes
    path = place.copy(place.ledger(partners=sizes.partners, activities=sizes.activities, workspaces=2))
    engine, port = place.open(path), free_port()
    with FakeSlack(team_id=TEAM, clock=clock) as slack:
        slack.distribute(build_manifest(HOME), client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        both = (slack, slack.neighbour(OTHER_TEAM))
        settings = {
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_SIGNING_SECRET": SECRET,
            "TEND_TOKEN_KEY": Fernet.generate_key().decode(),
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{path}",
            "PORT": str(port),
        }
        with running([*TEND, "web"], settings):
            wait_for(port)
            for each in both:
                each.world.add_person(OWNER, "ana", is_admin=True)
                _install(each, port)
            with reading(engine) as session:
                team = Team.of(workspaces.get(session, workspace_id=1))
            steward = Caller(team, OWNER, system_clock() - timedelta(hours=1), is_steward=True)
            tokens = [create_integration(engine, steward, f"Program {number}").token for number in range(CALLERS)]
            _touches(port, sizes.partners, 3)
            rounds, statuses = [], Counter[int]()
            for _ in range(sizes.rounds):
                alone = _touches(port, sizes.partners, sizes.calls)
                with _crowd(port, tokens, statuses):
                    rounds.append((_touches(port, sizes.partners, sizes.calls), alone))
    note = f"the API answered {statuses[200]:,}, and {statuses[429]:,} with 429"
    title = f"/touch beside {CALLERS} callers of another workspace's API, median"
    yield figure(18, title, "alone", [(median(a), median(b)) for a, b in rounds], Target(20), note=note)
    yield figure(18, "the same, slowest", "alone", [(max(a), max(b)) for a, b in rounds])


def _touches(port: int, partners: int, calls: int) -> list[float]:
    """Return the milliseconds of each of so many commands, one after the other, in the other workspace."""
    connection, taken = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    for number in range(calls):
        text = (
            f"{name_of(2 + number * 2 % (partners - partners % 2))} call"  # every second partner is of that workspace
        )
        request = BotRequest("slash_commands", payload_of("/touch", text) | {"team_id": OTHER_TEAM})
        headers, body = encode(request, SECRET)
        began = time.perf_counter()
        connection.request("POST", "/slack/events", body.encode(), headers)
        answer = connection.getresponse()
        told = answer.read().decode()
        if answer.status != 200 or "Recorded" not in told:
            raise RuntimeError(f"{answer.status} {told}"[:200])
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return taken


@contextmanager
def _crowd(port: int, tokens: list[str], statuses: Counter[int]) -> Iterator[None]:
    """Let callers read all scores, again and again, until the block ends."""
    is_over = threading.Event()
    threads = [threading.Thread(target=_read_scores, args=(port, token, is_over, statuses)) for token in tokens]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _read_scores(port: int, token: str, is_over: threading.Event, statuses: Counter[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not is_over.is_set():
        connection.request("GET", "/api/v1/scores", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
    connection.close()


def _install(slack: FakeSlack, port: int) -> None:
    """Install Tend in a workspace, as a browser would."""
    begun = _get(port, "/slack/install", {})
    cookie = (begun.getheader("set-cookie") or "").partition(";")[0]
    back = slack.approve(begun.getheader("location") or "", OWNER)
    ended = _get(port, back.removeprefix(HOME), {"Cookie": cookie})
    if ended.status != 200:
        raise RuntimeError(f"installing ended with {ended.status}")


def _get(port: int, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer
