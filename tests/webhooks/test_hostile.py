"""An endpoint is a stranger: wherever it leads and however it answers, it costs its own thread some seconds."""

import socket
import threading

import pytest

from bot.fake_slack import FakeSlack
from bot.notifications.webhooks import WebhookRound
from bot.webhooks.turn import TurnResult
from storage.tables import WebhookDelivery, WebhookEndpoint
from tests.calendars.servers import NAME, PUBLIC, Answer, Roads, reply
from tests.calendars.test_fetch import drip, drip_body, endless, endless_head, silent
from tests.listeners.office import Office
from tests.patience import until
from tests.webhooks.endpoint import add, deliver, sent


@pytest.fixture
def roads(secured: Roads) -> Roads:
    secured.server.requests.clear()
    secured.server.answer = reply()
    return Roads(secured.server, secured.authority)


@pytest.fixture
def told(office: Office, acme: int) -> Office:
    add(office)
    office.told("/touch Acme Legal call Pricing")
    return office


@pytest.mark.parametrize(
    ("answer", "problem", "timeout"),
    [
        (reply(status="302 Found", Location="https://127.0.0.1/admin"), "302", None),
        (reply(status="307 Temporary Redirect", Location=f"https://{NAME}/elsewhere"), "307", None),
        (drip, "timeout", 1),
        (silent, "timeout", 1),
        (endless_head, "connection", None),
        (lambda client, _: client.sendall(b"nonsense\r\n\r\n"), "connection", None),
        (lambda client, _: client.close(), "connection", None),
    ],
    ids=["a redirect inside", "a redirect", "drip", "silent", "endless head", "no HTTP", "closed"],
)
def test_what_an_endpoint_may_do_wrong(
    told: Office, roads: Roads, answer: Answer, problem: str, timeout: float | None
) -> None:
    roads.server.answer = answer
    assert deliver(told, roads, timeout) == TurnResult(failed=1)
    row = told.row(WebhookDelivery)
    assert (row.state, row.problem, row.attempts) == ("pending", problem, 1)
    assert (roads.connected, len(roads.server.requests)) == ([PUBLIC], 1), "no redirect is followed"


@pytest.mark.parametrize("answer", [endless, drip_body], ids=["huge", "drip"])
def test_a_body_is_not_read(told: Office, roads: Roads, answer: Answer) -> None:
    roads.server.answer = answer
    assert deliver(told, roads) == TurnResult(delivered=1)


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_not_connected_to(told: Office, roads: Roads, address: str) -> None:
    """Also one that led outside when it was added; and if only one of its addresses is inside."""
    roads.names[NAME] = [[PUBLIC, address]]
    assert deliver(told, roads) == TurnResult(failed=1)
    assert roads.connected == []
    assert told.row(WebhookEndpoint).problem == "private"


def test_another_certificate_learns_nothing(office: Office, roads: Roads, acme: int) -> None:
    add(office, "https://other.example.com/hook")
    office.told("/touch Acme Legal call Pricing")
    assert deliver(office, roads) == TurnResult(failed=1)
    assert (office.row(WebhookEndpoint).problem, roads.server.requests) == ("certificate", [])


def test_a_slow_endpoint_keeps_no_other_waiting(office: Office, roads: Roads, acme: int) -> None:
    add(office, f"https://{NAME}/slow")
    add(office, f"https://{NAME}/quick")
    released = threading.Event()

    def hang(client: socket.socket, request: bytes) -> None:
        released.wait()
        reply()(client, request)

    roads.server.paths["/slow"] = hang
    rounds = WebhookRound(office.services, roads.network())
    try:
        for number in (1, 2):
            office.told(f"/touch Acme Legal call {number}")
            begun = rounds.run(office.clock())
            until(lambda number=number: len(at(roads, "/quick")) == number)  # type: ignore[misc]
            assert len(begun) == (2 if number == 1 else 1), "the slow one is busy, and has one thread"
            until(begun[-1].done)
        until(lambda: at(roads, "/slow"))
        assert len(at(roads, "/slow")) == 1
    finally:
        released.set()
        rounds.close()
    assert [one.data["title"] for one in sent(roads)].count("2") == 2, "its turn goes on once it answers"


def at(roads: Roads, path: str) -> list[bytes]:
    return [request for request in roads.server.requests if request.startswith(f"POST {path} ".encode())]


def test_no_workspace_hears_of_another(office: Office, roads: Roads, running: FakeSlack) -> None:
    """A neighbour's records go to nobody of ours, and nothing of ours to them."""
    add(office)
    theirs, _, _ = office.neighbour()
    assert theirs
    assert office.rows(WebhookDelivery) == []
