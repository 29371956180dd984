"""How often one may call, and what happens to who calls more often."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack
from bot.fake_slack.state.rate_limits import LIMITS, PER_CHANNEL, Limit, RateLimiter
from bot.fake_slack.web_api.dispatch import all_methods


def too_often(call: Any, **args: Any) -> int:
    """The seconds that a refused call is to wait."""
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    answer = caught.value.response
    assert (answer.status_code, answer["error"], answer["ok"]) == (429, "ratelimited", False)
    return int(answer.headers["Retry-After"])


def test_a_burst_into_one_channel_is_stopped(slack: FakeSlack, client: WebClient, clock: Any) -> None:
    """Another channel is not concerned; a second later one more passes, a day later a burst."""
    for number in range(PER_CHANNEL.burst):
        client.chat_postMessage(channel="C1", text=str(number))
    assert too_often(client.chat_postMessage, channel="C1", text="x") == 1
    client.chat_postMessage(channel="C4", text="x")
    clock.forward(seconds=1)
    client.chat_postMessage(channel="C1", text="x")
    too_often(client.chat_postMessage, channel="C1", text="x")
    clock.forward(days=1)
    for _ in range(PER_CHANNEL.burst):
        client.chat_postMessage(channel="C1", text="x")
    assert len(slack.channel("C1")) == 2 * PER_CHANNEL.burst + 1


def test_what_was_refused_had_no_effect_and_is_remembered(slack: FakeSlack, client: WebClient) -> None:
    """The call stands in the log with its status, and the message in no channel."""
    slack.world.rates = RateLimiter(slack.world.clock, {"chat.postMessage": Limit(1, 1)})
    client.chat_postMessage(channel="C1", text="one")
    assert too_often(client.chat_postMessage, channel="C1", text="two") == 60
    assert [message.text for message in slack.channel("C1")] == ["one"]
    last = slack.world.calls[-1]
    assert (last.method, last.status, last.answer["error"]) == ("chat.postMessage", 429, "ratelimited")


def test_each_method_has_a_count_of_its_own(slack: FakeSlack, client: WebClient) -> None:
    """By its tier; Slack says how long to wait for the next."""
    for _ in range(LIMITS["users.list"].burst):
        client.users_list()
    assert too_often(client.users_list) == 3
    assert client.users_info(user="U1")["ok"]


def test_real_time_refills_where_the_worlds_clock_stands_still(slack: FakeSlack, client: WebClient) -> None:
    """A frozen clock keeps nobody out for good."""
    slack.world.rates = RateLimiter(slack.world.clock, {"auth.test": Limit(600, 1)})
    assert client.auth_test()["ok"]
    time.sleep(0.11)
    assert client.auth_test()["ok"]


def test_a_clock_that_goes_back_takes_nothing(slack: FakeSlack, client: WebClient, clock: Any) -> None:
    """What is left is left."""
    client.auth_test()
    clock.forward(days=-3)
    assert client.auth_test()["ok"]


def test_it_can_be_turned_off() -> None:
    """For loads and measurements."""
    with FakeSlack(rates=None) as slack:
        slack.world.add_channel("C1", "general")
        client = WebClient(token="xoxb-stand-in", base_url=slack.api_url, retry_handlers=[])
        for number in range(2 * PER_CHANNEL.burst):
            client.chat_postMessage(channel="C1", text=str(number))
        slack.reset()
        assert slack.world.rates is None


def test_every_method_has_its_limit() -> None:
    """None is forgotten, and none is made up."""
    assert set(LIMITS) == set(all_methods())


def test_an_app_outside_the_marketplace_reads_little_history(slack: FakeSlack, client: WebClient, clock: Any) -> None:
    """A page of 15, however many are asked for, and one a minute."""
    for number in range(16):
        slack.say("U1", "C1", str(number))
    slack.world.limit_history()
    page = client.conversations_history(channel="C1", limit=200)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    assert 58 <= too_often(client.conversations_history, channel="C1") <= 60
    clock.forward(minutes=1)
    assert client.conversations_history(channel="C1")["ok"]
