"""What a person does and sees, with a Bolt app in the same process."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.fake_slack import FakeSlack, FakeSlackError, View


def opened(bot: FakeSlack) -> View:
    view = bot.command("U1", "/do", "form").view
    assert view is not None
    return view


def test_a_command_is_answered_to_one_person(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """In the same answer, only for who typed it; names become references and signs are escaped."""
    seen = bot.command("U1", "/do", "Smith & Co for @bob in #general", channel="C1")
    assert seen.ok
    assert seen.ephemerals[0].visible_text == "you said Smith &amp; Co for <@U2|bob> in <#C1|general>"
    assert seen.messages == ()
    assert bot.ephemerals("U1") == list(seen.ephemerals)
    assert seen.seconds >= 0
    body = heard[-1]
    assert body["command"] == "/do"
    assert (body["channel_id"], body["channel_name"], body["user_name"]) == ("C1", "general", "ann")


def test_a_broadcast_in_a_name_cannot_be_typed(bot: FakeSlack) -> None:
    """Angle brackets that a person types are escaped, references that exist are kept."""
    seen = bot.command("U1", "/do", "<!channel> <@U2|bob>")
    assert seen.visible_text == "you said &lt;!channel&gt; <@U2|bob>"


def test_an_answer_can_be_for_all(bot: FakeSlack) -> None:
    """With response_type in_channel, or through the response url."""
    assert [m.text for m in bot.command("U1", "/do", "all", channel="C1").messages] == ["for all"]
    bot.command("U1", "/do", "respond", channel="C1")
    assert bot.wait_for(lambda: [m.text for m in bot.channel("C1")] == ["for all", "by url"])


@pytest.mark.parametrize(
    ("text", "error"), [("slow", "operation_timeout"), ("crash", "dispatch_failed"), ("long", "invalid_blocks")]
)
def test_a_bad_answer_is_told_to_the_person(bot: FakeSlack, text: str, error: str) -> None:
    """Late, failed and unshowable answers read as they do in Slack."""
    if text == "slow":
        bot.link.limit = 0.5  # type: ignore[attr-defined]
    seen = bot.command("U1", "/do", text)
    assert (seen.error, seen.notice) == (error, f'/do failed with the error "{error}"')
    assert seen.ephemerals == ()


def test_an_unknown_command_is_a_failed_dispatch(bot: FakeSlack) -> None:
    """Bolt answers 404, which Slack shows as a failure."""
    assert (bot.command("U1", "/what").status, bot.command("U1", "/what").error) == (404, "dispatch_failed")


def test_a_form_gives_every_kind_of_value(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """Each element fills state.values in its own shape; what is not given keeps its first value."""
    view = opened(bot)
    typed = {
        "name": "Ann", "kinds_in": ["Acme", "globex"], "partner": "Northwind", "owner": "U2", "owners": ["U1"],
        "place": "C1", "room": "C1", "hour": "09:30", "count": 3, "side": "Acme", "boxes": ["acme"],
        "site": "https://example.com", "mail": "a@example.com", "day": date(2026, 12, 1),
    }  # fmt: skip
    seen = bot.submit("U1", view, typed)
    assert seen.ok
    assert seen.closed
    assert seen.messages[0].text == "saved Ann"
    body = heard[-1]
    assert body["view"]["private_metadata"] == "kept"
    values = {
        name: next(part for key, part in inner[f"{name}_in"].items() if key != "type")
        for name, inner in body["view"]["state"]["values"].items()
    }
    assert (values["name"], values["count"], values["day"], values["hour"]) == ("Ann", "3", "2026-12-01", "09:30")
    assert values["kind"]["value"] == "northwind"
    assert [option["value"] for option in values["kinds"]] == ["acme", "globex"]
    assert (values["partner"]["value"], values["side"]["value"]) == ("northwind", "acme")
    assert (values["owner"], values["owners"], values["place"], values["room"]) == ("U2", ["U1"], "C1", "C1")
    assert bot.world.stacks["U1"] == []


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({}, "name"),
        ({"name": "A"}, "name"),
        ({"name": "Anneliese"}, "name"),
        ({"name": "Ann", "count": "0"}, "count"),
        ({"name": "Ann", "count": "2.5"}, "count"),
        ({"name": "Ann", "count": "many"}, "count"),
        ({"name": "Ann", "mail": "nobody"}, "mail"),
        ({"name": "Ann", "site": "here"}, "site"),
    ],
)
def test_the_client_refuses_before_it_sends(
    bot: FakeSlack, heard: list[dict[str, Any]], values: dict[str, Any], block: str
) -> None:
    """Missing, short, long, out of range or malformed: the bot never hears of it."""
    view = opened(bot)
    count = len(heard)
    seen = bot.submit("U1", view, values)
    assert list(seen.errors or {}) == [block]
    assert (seen.status, len(heard)) == (None, count)


def test_the_bot_refuses_a_field(bot: FakeSlack) -> None:
    """The form stays open and what was typed stays in it."""
    view = opened(bot)
    assert bot.submit("U1", view, {"name": "bad", "count": 2}).errors == {"name": "not this one"}
    assert bot.submit("U1", view, {"name": "good"}).closed


def test_errors_for_no_input_are_trouble(bot: FakeSlack) -> None:
    """Slack refuses an errors answer that names no input block."""
    seen = bot.submit("U1", opened(bot), {"name": "where"})
    assert seen.error == "invalid_errors"
    assert "trouble" in seen.notice


def test_forms_are_updated_pushed_and_cleared(bot: FakeSlack) -> None:
    """As the response_action says."""
    view = opened(bot)
    assert (second := bot.submit("U1", view, {"name": "next"}).view) is not None
    assert (second.id, second.title) == (view.id, "Second")
    assert (top := bot.submit("U1", second, {"name": "push"}).view) is not None
    assert (top.title, top.previous) == ("On top", view.id)
    with pytest.raises(FakeSlackError, match="not \\(or no longer\\) on top of"):
        bot.submit("U1", view, {"name": "x"})
    assert bot.submit("U1", top, {"name": "clear"}).closed
    assert bot.world.stacks["U1"] == []


def test_closing_is_told_when_asked_for(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """notify_on_close sends view_closed."""
    assert bot.close("U1", opened(bot)).closed
    assert (heard[-1]["type"], heard[-1]["is_cleared"]) == ("view_closed", False)


def test_suggestions_come_from_the_bot(bot: FakeSlack) -> None:
    """By what was typed."""
    view = opened(bot)
    assert [o["value"] for o in bot.suggest("U1", view, "partner_in", "g").options] == ["globex"]
    with pytest.raises(FakeSlackError, match="no option"):
        bot.submit("U1", view, {"partner": "Nobody"})


def test_a_button_in_an_ephemeral_message(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """The bot gets no text of it, but a response url that replaces it."""
    (message,) = bot.command("U1", "/do", "buttons", channel="C1").ephemerals
    bot.click("U1", message, "press")
    body = heard[-1]
    assert body["container"]["is_ephemeral"] is True
    assert body["actions"][0]["value"] == "7"
    assert body["actions"][0]["block_id"] == "row"
    assert body["state"]["values"] == {"row": {"pick": {"type": "static_select", "selected_option": None}}}
    assert bot.wait_for(lambda: [m.text for m in bot.ephemerals("U1")] == ["pressed 7"])
    with pytest.raises(FakeSlackError, match="0 elements match 'press'"):
        bot.click("U1", message, "press")
    with pytest.raises(FakeSlackError, match="does not exist"):
        bot.click("U2", message, "press")


def test_a_choice_in_a_message(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """The chosen option is in the action and in the state."""
    (message,) = bot.command("U1", "/do", "buttons", channel="C1").ephemerals
    bot.click("U1", message, text="", action_id="pick", value="Globex")
    assert bot.wait_for(lambda: [m.text for m in bot.channel("C1")] == ["globex"])
    assert heard[-1]["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "globex"
    assert bot.click("U1", message, text="Press").ok


def test_the_home_is_published_and_clicked(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """Opening it tells the bot; its elements carry the view."""
    bot.open_home("U2")
    home = bot.wait_for(lambda: bot.world.homes.get("U2"))
    assert home is not None
    assert "choose" in home.visible_text
    bot.click("U2", home, "pick", "Acme")
    assert (heard[-1]["container"], "response_url" in heard[-1]) == ({"type": "view", "view_id": home.id}, False)
    assert heard[-1]["view"]["app_installed_team_id"] == "T0TEND"


def test_shortcuts_open_forms(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """The global one, and the one of a message."""
    assert bot.shortcut("U1", "short").view is not None
    note = bot.say("U2", "C1", "worth a note")
    assert bot.message_shortcut("U1", "on_message", note).view is not None
    assert (heard[-1]["message"]["text"], heard[-1]["channel"]["id"]) == ("worth a note", "C1")


def test_a_mention_is_an_event(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """With the envelope of the Events API."""
    bot.mention("U1", "C1", "are you there?")
    assert bot.wait_for(lambda: len(bot.channel("C1")) == 2)
    assert bot.channel("C1")[1].text == "yes, <@U1>?"
    assert heard[-1]["event"]["text"] == "<@U0TENDBOT> are you there?"
    assert heard[-1]["authorizations"][0]["team_id"] == "T0TEND"


def test_a_retried_event_keeps_its_id(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """So that a bot can tell it from a new one."""
    inner = {"type": "app_mention", "user": "U1", "text": "x", "channel": "C1", "ts": "1.0"}
    bot.event(inner, event_id="Ev1")
    bot.event(inner, event_id="Ev1", retry_num=1)
    assert [body["event_id"] for body in heard[-2:]] == ["Ev1", "Ev1"]


def test_a_stranger_is_marked(bot: FakeSlack, heard: list[dict[str, Any]]) -> None:
    """By the team of the payload and the shared channel of the event."""
    bot.command("U3", "/do", "hi", channel="C4")
    assert heard[-1]["team_id"] == "T0OTHER"
    bot.mention("U3", "C4", "hi")
    assert heard[-1]["is_ext_shared_channel"] is True
    assert heard[-1]["event"]["user_team"] == "T0OTHER"


def test_a_wrong_secret_is_refused(bot: FakeSlack) -> None:
    """The signature is a real one."""
    bot.link.secret = "another"  # type: ignore[attr-defined]
    assert (bot.command("U1", "/do", "hi").status, bot.ephemerals("U1")) == (401, [])
