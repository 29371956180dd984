"""The stand-in fails when told to, before or after the effect."""

from __future__ import annotations

import time
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from bot.fake_slack import FakeSlack


def test_an_error_happens_so_many_times(client: WebClient, slack: FakeSlack) -> None:
    """And then all is well."""
    slack.world.faults.add("chat.postMessage", "fatal_error", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            client.chat_postMessage(channel="C1", text="hi")
    client.chat_postMessage(channel="C1", text="hi")
    assert len(slack.channel("C1")) == 1


def test_a_rate_limit_is_waited_for_by_the_sdk(slack: FakeSlack) -> None:
    """429 carries Retry-After, and slack_sdk's own handler understands it."""
    slack.world.faults.add("*", "429", retry_after=0)
    client = WebClient(token="xoxb-stand-in", base_url=slack.api_url)
    client.retry_handlers.append(RateLimitErrorRetryHandler())
    assert client.chat_postMessage(channel="C1", text="hi")["ok"]
    assert [call.status for call in slack.world.calls] == [429, 200]


@pytest.mark.parametrize("status", ["500", "503"])
def test_a_server_error_is_no_json(client: WebClient, slack: FakeSlack, status: str) -> None:
    """As with Slack, the body of a 5xx is not the API's."""
    slack.world.faults.add("*", status)
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == int(status)


@pytest.mark.parametrize(("after_effect", "posted"), [(False, 0), (True, 1)])
def test_a_dropped_connection_may_have_had_its_effect(
    client: WebClient, slack: FakeSlack, after_effect: bool, posted: int
) -> None:
    """The caller cannot tell; the history can."""
    slack.world.faults.add("chat.postMessage", "drop", after_effect=after_effect)
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(channel="C1", text="hi")
    assert len(slack.channel("C1")) == posted
    assert slack.world.calls[-1].status == 0


def test_the_sdk_retries_a_dropped_connection(slack: FakeSlack) -> None:
    """Which posts twice when the first had its effect: what an exactly-once delivery must survive."""
    slack.world.faults.add("chat.postMessage", "drop", after_effect=True)
    handler = ConnectionErrorRetryHandler(max_retry_count=1)
    client = WebClient(token="xoxb-stand-in", base_url=slack.api_url, retry_handlers=[handler])
    client.chat_postMessage(channel="C1", text="hi")
    assert len(slack.channel("C1")) == 2


def test_latency_delays_and_then_works(client: WebClient, slack: FakeSlack) -> None:
    """A slow answer is still an answer."""
    slack.world.faults.add("auth.test", "latency", seconds=0.15)
    started = time.monotonic()
    assert client.auth_test()["ok"]
    assert time.monotonic() - started >= 0.15


def test_a_fault_can_be_for_one_channel(client: WebClient, slack: FakeSlack) -> None:
    """Requests with other arguments go through, and use nothing of it up."""
    slack.world.faults.add("chat.postMessage", "fatal_error", where={"channel": "C1"})
    client.chat_postMessage(channel="C4", text="hi")
    with pytest.raises(SlackApiError, match="fatal_error"):
        client.chat_postMessage(channel="C1", text="hi")
    client.chat_postMessage(channel="C1", text="hi")


def test_the_oldest_fault_that_fits_happens_first(client: WebClient, slack: FakeSlack) -> None:
    """One that does not fit waits."""
    slack.world.faults.add("auth.test", "first_error", where={"absent": "x"})
    slack.world.faults.add("*", "second_error")
    with pytest.raises(SlackApiError, match="second_error"):
        client.auth_test()
    assert client.auth_test()["ok"]
    assert [fault.error for fault in slack.world.faults.waiting()] == ["first_error"]


def test_what_waits_can_be_looked_at(client: WebClient, slack: FakeSlack) -> None:
    """With how often it is still to happen; clearing leaves nothing."""
    faults = slack.world.faults
    lasting = faults.add("*", "500", times=None, where={"channel": "C1"})
    faults.add("auth.test", "token_revoked", times=2)
    with pytest.raises(SlackApiError, match="token_revoked"):
        client.auth_test()
    assert faults.waiting()[0] == lasting
    assert [(fault.error, fault.times) for fault in faults.waiting()] == [("", None), ("token_revoked", 1)]
    faults.clear()
    assert faults.waiting() == ()
