"""A manifest decides what of the app exists, and what the bot hears."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack, FakeSlackError, View
from bot.fake_slack.state.manifest import read_manifest

Json = dict[str, Any]

MANIFEST: Json = {
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "slash_commands": [
            {"command": "/do", "description": "Does it", "usage_hint": "[what]", "should_escape": True},
            {"command": "/raw", "description": "As typed"},
        ],
        "shortcuts": [
            {"name": "Short", "type": "global", "callback_id": "short", "description": "d"},
            {"name": "Of a message", "type": "message", "callback_id": "on_message", "description": "d"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "im:history", "app_mentions:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "message.im"]},
        "interactivity": {"is_enabled": True},
    },
}


def manifest(**parts: Any) -> Json:
    """The whole manifest, but for parts that are named by path, as `settings__interactivity__is_enabled=False`."""
    made = copy.deepcopy(MANIFEST)
    for path, value in parts.items():
        *way, last = path.split("__")
        place = made
        for name in way:
            place = place[name]
        place[last] = value
    return made


def opened(bot: FakeSlack) -> View:
    view = bot.command("U1", "/do", "form").view
    assert view is not None
    return view


def test_the_menu_is_what_the_manifest_offers(slack: FakeSlack) -> None:
    """Commands with their hints, and the shortcuts of both kinds."""
    slack.install(manifest())
    assert slack.menu.commands == (("/do", "[what]"), ("/raw", ""))
    assert slack.menu.shortcuts == (("short", "Short"),)
    assert slack.menu.message_shortcuts == (("on_message", "Of a message"),)


def test_a_reset_uninstalls(slack: FakeSlack) -> None:
    """The next world allows everything."""
    slack.install(manifest())
    slack.reset()
    assert slack.installed is None
    assert slack.menu.commands == ()


def test_a_command_that_is_not_in_the_manifest_is_not_sent(bot: FakeSlack, heard: list[Json]) -> None:
    """The person reads that there is none, and the bot hears nothing."""
    bot.install(manifest())
    seen = bot.command("U1", "/what", channel="C1")
    assert (seen.status, seen.error, heard) == (None, "invalid_command", [])
    assert "/what" in seen.notice
    assert bot.command("U1", "/do", "hi", channel="C1").ok


def test_each_command_is_escaped_as_the_manifest_says(bot: FakeSlack, heard: list[Json]) -> None:
    """One gets references and entities, the other what was typed."""
    bot.install(manifest())
    bot.command("U1", "/do", "@bob & co")
    bot.command("U1", "/raw", "@bob & co")
    assert heard[0]["text"] == "<@U2|bob> &amp; co"
    assert [body["text"] for body in heard if body["command"] == "/raw"] == ["@bob & co"]


@pytest.mark.parametrize("act", ["open_home", "mention", "direct_message", "say"])
def test_an_event_without_subscription_is_not_sent(bot: FakeSlack, heard: list[Json], act: str) -> None:
    """The act happens, the bot hears nothing, and nothing failed."""
    bot.install(manifest(settings__event_subscriptions__bot_events=[]))
    args = {
        "open_home": (),
        "mention": ("C1", "hi"),
        "direct_message": ("hi",),
        "say": (bot.world.open_dm("U1").id, "hi"),
    }
    seen = getattr(bot, act)("U1", *args[act])
    assert heard == []
    if act != "say":
        assert (seen.status, seen.error) == (None, None)


def test_an_event_needs_its_scope_too(bot: FakeSlack, heard: list[Json]) -> None:
    """Without im:history no message of a DM is heard, whatever is subscribed to."""
    bot.install(manifest(oauth_config__scopes__bot=["commands", "app_mentions:read"]))
    bot.direct_message("U1", "hi")
    assert heard == []
    bot.mention("U1", "C1", "hi")
    assert [body["event"]["type"] for body in heard] == ["app_mention"]


def test_what_is_said_in_the_dm_is_heard(bot: FakeSlack, heard: list[Json]) -> None:
    """As an event of type message in an im; what is said in a channel is not subscribed to."""
    bot.install(manifest())
    bot.say("U1", bot.world.open_dm("U1").id, "hello there")
    bot.say("U1", "C1", "not for you")
    assert [(body["event"]["text"], body["event"]["channel_type"]) for body in heard] == [("hello there", "im")]


def test_channels_are_heard_by_their_kind(bot: FakeSlack, heard: list[Json]) -> None:
    """message.groups is for private channels, and the bot must be in them."""
    world = bot.world
    world.add_channel("G1", "secret", members=["U1"], is_private=True)
    world.add_channel("G2", "more-secret", members=["U1"], is_private=True, bot_is_member=False)
    bot.install(
        manifest(
            settings__event_subscriptions__bot_events=["message.groups"],
            oauth_config__scopes__bot=["commands", "groups:history"],
        )
    )
    for channel in ("C1", "G1", "G2"):
        bot.say("U1", channel, "hi")
    assert [body["event"]["channel"] for body in heard] == ["G1"]


def test_without_interactivity_nothing_pressed_or_sent_is_heard(bot: FakeSlack, heard: list[Json]) -> None:
    """Buttons, forms, suggestions and shortcuts: the person is told, the form stays."""
    bot.install(manifest(settings__interactivity__is_enabled=False))
    (message,) = bot.command("U1", "/do", "buttons", channel="C1").ephemerals
    view, note = opened(bot), bot.say("U2", "C1", "note")
    count = len(heard)
    seen = [
        bot.click("U1", message, "press"),
        bot.submit("U1", view, {"name": "Ann"}),
        bot.suggest("U1", view, "partner_in", "g"),
        bot.shortcut("U1", "short"),
        bot.message_shortcut("U1", "on_message", note),
    ]
    assert {one.status for one in seen} == {None}
    assert all("not set up" in one.notice for one in seen)
    assert bot.world.stacks["U1"] == [view]
    assert bot.close("U1", view).closed
    assert len(heard) == count


def test_only_shortcuts_of_the_manifest_can_be_used(bot: FakeSlack) -> None:
    """And each only where it stands."""
    bot.install(manifest())
    note = bot.say("U2", "C1", "note")
    assert bot.shortcut("U1", "short").ok
    for use in (lambda: bot.shortcut("U1", "on_message"), lambda: bot.message_shortcut("U1", "short", note)):
        with pytest.raises(FakeSlackError, match="no shortcut"):
            use()


@pytest.mark.parametrize(
    "off",
    [
        {"features__app_home__messages_tab_enabled": False},
        {"features__app_home__messages_tab_read_only_enabled": True},
    ],
)
def test_nobody_writes_in_a_dm_that_is_turned_off(bot: FakeSlack, off: Json) -> None:
    """No words and no commands; channels go on as before."""
    bot.install(manifest(**off))
    dm = bot.world.open_dm("U1").id
    tries = (
        lambda: bot.say("U1", dm, "hi"),
        lambda: bot.direct_message("U1", "hi"),
        lambda: bot.command("U1", "/do", "hi"),
        lambda: bot.command("U1", "/do", "hi", channel=dm),
    )
    for attempt in tries:
        with pytest.raises(FakeSlackError, match="Sending messages to this app has been turned off"):
            attempt()
    assert bot.command("U1", "/do", "hi", channel="C1").ok


def test_the_bot_writes_in_a_read_only_dm_and_in_none_that_is_off(slack: FakeSlack, client: WebClient) -> None:
    """Read only is for people; without the tab there is no place to write in."""
    slack.install(manifest(features__app_home__messages_tab_read_only_enabled=True))
    assert client.chat_postMessage(channel="U1", text="hi")["ok"]
    slack.install(manifest(features__app_home__messages_tab_enabled=False))
    with pytest.raises(SlackApiError, match="messages_tab_disabled"):
        client.chat_postMessage(channel="U1", text="hi")


def test_without_a_home_tab_there_is_no_home(slack: FakeSlack, client: WebClient) -> None:
    """Nobody can open it, and nothing can be published."""
    slack.install(manifest(features__app_home__home_tab_enabled=False))
    with pytest.raises(FakeSlackError, match="no Home tab"):
        slack.open_home("U1")
    with pytest.raises(SlackApiError, match="not_enabled"):
        client.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "divider"}]})


def test_what_a_manifest_does_not_say_is_off() -> None:
    """An empty one is an app that can do nothing."""
    app = read_manifest({})
    assert (app.scopes, app.commands, app.events) == ((), (), ())
    assert not app.is_interactive
    assert not app.has_home
    assert not app.accepts_messages


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"features__slash_commands": [{"command": "do", "description": "d"}]}, "invalid slash command name 'do'"),
        ({"features__slash_commands": [{"command": "/Do", "description": "d"}]}, "invalid slash command name '/Do'"),
        ({"features__slash_commands": [{"command": "/do"}]}, "/do has no description"),
        ({"features__slash_commands": [{"command": "/do", "description": "d"}] * 2}, "twice"),
        ({"features__slash_commands": {"command": "/do"}}, "slash_commands is not a list"),
        ({"features__shortcuts": [{"type": "global", "name": "x"}]}, "needs a type"),
        ({"oauth_config__scopes__bot": ["chat:write"]}, "need the scope commands"),
        ({"settings__interactivity": []}, "interactivity is not an object"),
    ],
)
def test_a_manifest_that_slack_would_not_take_is_refused(slack: FakeSlack, parts: Json, words: str) -> None:
    """With what is wrong; nothing is installed."""
    with pytest.raises(FakeSlackError, match=words):
        slack.install(manifest(**parts))
    assert slack.installed is None


def test_a_message_is_told_as_what_it_is(bot: FakeSlack, heard: list[Json]) -> None:
    """With files, in a thread and also to the channel, or a mention."""
    scopes = ["commands", "channels:history", "app_mentions:read"]
    subscribed = ["message.channels", "app_mention"]
    bot.install(manifest(oauth_config__scopes__bot=scopes, settings__event_subscriptions__bot_events=subscribed))
    file = bot.upload("U1", "deck.pdf", b"x")
    first = bot.say("U1", "C1", "look", files=[file["id"]])
    bot.say("U1", "C1", "all", reply_to=first, broadcast=True)
    bot.say("U1", "C1", f"<@{bot.world.bot_user}> hi")
    told = [body["event"] for body in heard]
    assert [(one["type"], one.get("subtype"), one.get("thread_ts")) for one in told] == [
        ("message", "file_share", None),
        ("message", "thread_broadcast", first.ts),
        ("message", None, None),
        ("app_mention", None, None),
    ]
    assert told[0]["files"][0]["name"] == "deck.pdf"
    assert told[1]["root"]["ts"] == first.ts


def test_a_change_of_a_person_is_told(bot: FakeSlack, heard: list[Json]) -> None:
    scopes = ["commands", "users:read"]
    bot.install(manifest(oauth_config__scopes__bot=scopes, settings__event_subscriptions__bot_events=["user_change"]))
    bot.change_person("U1", deleted=True)
    (event,) = [body["event"] for body in heard]
    assert (event["type"], event["user"]["id"], event["user"]["deleted"]) == ("user_change", "U1", True)


def test_what_slack_takes_from_nobody(bot: FakeSlack) -> None:
    bot.world.add_channel("C9", "old", is_archived=True, members=["U1"])
    with pytest.raises(FakeSlackError, match="archived"):
        bot.say("U1", "C9", "hi")
    bot.change_person("U1", deleted=True)
    with pytest.raises(FakeSlackError, match="left"):
        bot.say("U1", "C1", "hi")


def test_people_of_an_organisation_have_their_workspaces(bot: FakeSlack, heard: list[Json]) -> None:
    """`team_id` is their home; what they do here carries this workspace."""
    bot.world.enterprise_id = "E0"
    person = bot.world.add_person("U5", "eve", team_id="T0HOME", teams=["T0HOME", bot.world.team_id])
    told = person.as_dict()
    assert (told["team_id"], told["enterprise_user"]["teams"]) == ("T0HOME", ["T0HOME", bot.world.team_id])
    bot.install(manifest())
    bot.command("U5", "/do", "hi", channel="C1")
    assert (heard[-1]["team_id"], heard[-1]["enterprise_id"]) == (bot.world.team_id, "E0")
