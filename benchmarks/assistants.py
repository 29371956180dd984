"""An assistant's question over `/mcp`, beside the API's answer with the same facts, from one `tend web`."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from time import perf_counter
from urllib.parse import quote

from sqlalchemy import Engine

from benchmarks.commands import SECRET, TEAM
from benchmarks.ledgers import OWNER, clock, name_of
from benchmarks.measuring import Found, Target, figure, middle
from benchmarks.place import Place
from benchmarks.processes import TEND, running
from benchmarks.serving import free_port, wait_for
from bot.actions.caller import Caller
from bot.actions.workspace.integrations import REQUESTS_PER_MINUTE, create_integration
from bot.clock import system_clock
from bot.fake_slack import FakeSlack
from bot.slack.manifest import build_manifest
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.workspaces import workspaces

REQUESTS_PER_PAIR = 5
"""Of both questions: two over `/mcp`, and three that the API needs for the same facts."""
MCP_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def assistants(place: Place) -> Iterator[Found]:
    """Row 20: a list of 200 partners, and one partner's card, against the API's answers with the same facts.

    A card has the words that Slack shows besides, which the API does not give.
    """
    sizes = place.sizes
    path = place.copy(place.ledger(partners=sizes.partners, activities=sizes.activities))
    engine, port = place.open(path), free_port()
    with FakeSlack(team_id=TEAM, clock=clock) as slack:
        slack.install(build_manifest())
        slack.world.add_person(OWNER, "ana", is_admin=True)
        settings = {
            "SLACK_BOT_TOKEN": slack.keys.bot_token,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{path}",
            "PORT": str(port),
        }
        with running([*TEND, "web"], settings):
            wait_for(port)
            pairs = (sizes.rounds + 1) * sizes.calls
            tokens = _tokens(engine, 1 + pairs * REQUESTS_PER_PAIR // REQUESTS_PER_MINUTE)
            with closing(_Caller(port, tokens)) as caller:
                lists, cards = _measure(caller, sizes.rounds, sizes.calls, sizes.partners)
    yield figure(20, "200 partners over /mcp, median", "the API's list of them", lists, Target(1.5))
    yield figure(20, "a partner's card over /mcp, median", "its score and activities from the API", cards, Target(1.5))


def _tokens(engine: Engine, many: int) -> list[str]:
    with reading(engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=1))
    steward = Caller(team, OWNER, system_clock() - timedelta(hours=1), is_steward=True)
    return [create_integration(engine, steward, f"Program {number}").token for number in range(many)]


class _Caller:
    """A program with one connection and many tokens, each of which may send so many requests a minute."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._tokens, self._sent = tokens, count()

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> str:
        return self._ask("GET", f"/api/v1/{path}", {}, None)

    def call(self, tool: str, **values: str) -> str:
        params = {"name": tool, "arguments": values}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
        text = self._ask("POST", "/mcp", MCP_HEADERS, body)
        if json.loads(text)["result"].get("isError"):
            raise RuntimeError(text[:200])
        return text

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None) -> str:
        token = self._tokens[next(self._sent) % len(self._tokens)]
        self._connection.request(method, path, body, headers | {"Authorization": f"Bearer {token}"})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text}"[:200])
        return text


def _measure(
    caller: _Caller, rounds: int, calls: int, partners: int
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the medians of each round, over `/mcp` and over the API: of lists, and of cards."""
    numbers = count(1)
    lists, cards = [], []
    for _ in range(rounds + 1):
        of_lists, of_cards = [], []
        for _ in range(calls):
            name = name_of(1 + next(numbers) * 7 % partners)
            of_lists.append((_time(caller.call, "list_partners"), _time(caller.get, "partners?limit=200")))
            began = perf_counter()
            told = caller.call("show_partner", partner=name)
            between = perf_counter()
            score, last = (
                caller.get(f"partners/{quote(name)}"),
                caller.get(f"activities?limit=10&partner={quote(name)}"),
            )
            of_cards.append(((between - began) * 1000, (perf_counter() - between) * 1000))
            if not (json.loads(score)["name"] in told and json.loads(last)["activities"]):
                raise RuntimeError(f"{name} is told of differently")
        lists.append(middle(of_lists))
        cards.append(middle(of_cards))
    return lists[1:], cards[1:]  # the first warms up


def _time(do: Callable[[str], str], asked: str) -> float:
    began = perf_counter()
    do(asked)
    return (perf_counter() - began) * 1000
