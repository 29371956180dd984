"""`tend web` under load, in its own process on the loopback address."""

import http.client
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import count

from benchmarks.commands import SECRET, TEAM, payload_of
from benchmarks.ledgers import OWNER, clock, name_of
from benchmarks.measuring import Found, Target, at_share, figure
from benchmarks.place import Place
from benchmarks.processes import TEND, running
from bot.fake_slack import FakeSlack
from bot.fake_slack.transport.link import BotRequest, encode
from bot.slack.manifest import build_manifest

CLIENTS = 16
ROUNDS = 3
LONGEST_MS = 250
EMPTY_WEB = """
import sys, uvicorn
from slack_bolt.adapter.starlette import SlackRequestHandler
from starlette.applications import Starlette
from starlette.routing import Route
from benchmarks.commands import empty_app
handler = SlackRequestHandler(empty_app(before=sys.argv[2] == "before"))
async def events(request):
    return await handler.handle(request)
web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
uvicorn.run(web, host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False, lifespan="off")
"""


def serving(place: Place) -> Iterator[Found]:
    """Row 4: commands per second of sixteen clients sending `/referral`, against an empty Bolt app on the same server.

    The empty app runs with `process_before_response` and in Bolt's default mode. Every response must be valid; the 99th
    percentile is reported as well.
    """
    sizes, lasts = place.sizes, place.sizes.seconds / ROUNDS
    path = place.copy(place.ledger(partners=sizes.partners, activities=sizes.activities))
    ours, quick, usual = ports = [free_port() for _ in range(3)]
    with FakeSlack(team_id=TEAM, clock=clock) as slack:
        slack.install(build_manifest())
        slack.world.add_person(OWNER, "ana")
        settings = {
            "SLACK_BOT_TOKEN": slack.keys.bot_token,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{path}",
            "PORT": str(ours),
        }
        with running([*TEND, "web"], settings), _empty_web(quick, "before"), _empty_web(usual, "usual"):
            for port in ports:
                wait_for(port)
                _load(port, sizes.partners, 0.5)
            results = [[_load(port, sizes.partners, lasts) for port in ports] for _ in range(ROUNDS)]
    worst = max(at_share(a, 0.99) for a, *_ in results)
    note = f"p99 {worst:.0f} ms, {'below' if worst < LONGEST_MS else 'NOT below'} {LONGEST_MS}"
    title, against = f"tend web, {CLIENTS} clients", "an empty Bolt app behind the same server"
    rates = [(len(a) / lasts, len(b) / lasts) for a, b, _ in results]
    yield figure(
        4, title, f"{against}, process_before_response", rates, Target(0.3, at_least=True), unit="/s", note=note
    )
    rates = [(len(a) / lasts, len(c) / lasts) for a, _, c in results]
    yield figure(4, title, against, rates, Target(0.3, at_least=True), unit="/s")


def _empty_web(port: int, how: str) -> AbstractContextManager[object]:
    return running([sys.executable, "-c", EMPTY_WEB, str(port), how], {})


def _load(port: int, partners: int, seconds: float) -> Sequence[float]:
    """Return the milliseconds of each response."""
    taken: list[float] = []
    problems: list[str] = []
    numbers, end = count(), time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_client, args=(port, partners, numbers, end, taken, problems)) for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise RuntimeError(f"{len(problems)} of {len(taken)} went wrong: {problems[0]}")
    return taken


def _client(
    port: int, partners: int, numbers: Iterator[int], end: float, taken: list[float], problems: list[str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while (started := time.perf_counter()) < end:
        number = next(numbers)
        text = f"from {name_of(1 + number * 7 % partners)} Loaded {number} 5k met"
        headers, body = encode(BotRequest("slash_commands", payload_of("/referral", text)), SECRET)
        try:
            connection.request("POST", "/slack/events", body.encode(), headers)
            answer = connection.getresponse()
            told = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            problems.append(repr(error))
            connection.close()
            continue
        if answer.status != 200 or "went wrong" in told:
            problems.append(f"{answer.status} {told}"[:200])
        taken.append((time.perf_counter() - started) * 1000)
    connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not come up")
