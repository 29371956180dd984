"""The page: what it shows, what it escapes, whom it obeys."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from bot.fake_slack import FakeSlack, Menu
from bot.fake_slack.pages.mrkdwn import Viewer, to_html

NASTY = "<script>alert(1)</script>"


def get(slack: FakeSlack, path: str = "", **headers: str) -> str:
    with urlopen(Request(slack.page_url + path, headers=headers)) as answer:
        return str(answer.read().decode())


def post(slack: FakeSlack, name: str, body: dict[str, Any], **headers: str) -> Any:
    data = json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **headers}
    with urlopen(Request(f"{slack.page_url}page/{name}", data, sent)) as answer:
        return json.loads(answer.read())


def refused(slack: FakeSlack, name: str, body: dict[str, Any], **headers: str) -> int:
    with pytest.raises(HTTPError) as caught:
        post(slack, name, body, **headers)
    caught.value.close()
    return caught.value.code


def test_it_says_what_it_is(slack: FakeSlack) -> None:
    """On its face, with the people, channels and menus of the world."""
    slack.menu = Menu(commands=(("/do", "something"),), shortcuts=(("short", "Do it"),))
    page = get(slack)
    assert "A local fake of Slack, made for Tend. Nothing here leaves this machine." in page
    assert "Ann Lee (admin)" in page
    assert "# general" in page
    assert "Do it" in page
    assert "elsewhere" not in get(slack, "?as=U2")


def test_it_needs_nothing_from_elsewhere(slack: FakeSlack) -> None:
    """Style and script are ours, and the policy forbids the rest."""
    with urlopen(slack.page_url) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "setTimeout(watch" in get(slack, "page/page.js")
    assert "--ink" in get(slack, "page/page.css")


def test_everything_is_escaped(slack: FakeSlack) -> None:
    """Names, texts, blocks, values, options and titles."""
    plain = {"type": "plain_text", "text": NASTY}
    option = {"text": plain, "value": '"><script>'}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": NASTY}]]}
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": NASTY, "style": {"bold": True}}]}
    blocks = [
        {"type": "header", "text": plain}, {"type": "section", "text": {"type": "mrkdwn", "text": NASTY}},
        {"type": "actions", "elements": [{"type": "static_select", "action_id": NASTY, "options": [option]}]},
        {"type": "image", "image_url": "https://example.com/x.png", "alt_text": NASTY}, table,
        {"type": "rich_text", "elements": [rich]},
    ]  # fmt: skip
    slack.world.add_person("U5", NASTY, real_name=NASTY)
    slack.world.add_channel("C5", NASTY, members=["U1"])
    slack.world.post("C5", NASTY)
    slack.world.post("C5", "", blocks, only_for="U1")
    page = get(slack, "?as=U1&at=C5")
    assert "<script>" not in page.replace('<script src="/page/', "")
    assert page.count("&lt;script&gt;") > 8
    assert "Only visible to you" in page
    assert "<img" not in page


def test_a_person_works_through_the_page(bot: FakeSlack) -> None:
    """A command, its buttons, a form with a refused field, the form saved."""
    me = {"as": "U1", "at": "C1"}
    post(bot, "say", {**me, "text": "/do buttons"})
    (message,) = bot.ephemerals("U1")
    assert "Press</button>" in get(bot, "?as=U1&at=C1")
    assert "Press</button>" not in get(bot, "?as=U2&at=C1")
    where = {"channel": "C1", "ts": message.ts, "block": "row", "action": "press"}
    post(bot, "click", {**me, **where})
    assert bot.wait_for(lambda: bot.ephemerals("U1")[0].text == "pressed 7")
    post(bot, "say", {**me, "text": "/do form"})
    (view,) = bot.world.stacks["U1"]
    news = json.loads(get(bot, "page/news?as=U1&at=C1&since=0"))
    assert 'role="dialog"' in news["modal"]
    assert 'value="northwind" selected' in news["modal"]
    submit = {**me, "view": view.id}
    assert "name" in post(bot, "submit", {**submit, "values": {"name/name_in": None}})["errors"]
    assert post(bot, "submit", {**submit, "values": {"name/name_in": "bad"}})["errors"] == {"name": "not this one"}
    found = post(bot, "suggest", {**submit, "action": "partner_in", "text": "a"})
    assert found["options"] == [{"value": "acme", "label": "Acme"}]
    typed = {"name/name_in": "Ann", "partner/partner_in": "Acme", "kinds/kinds_in": ["acme"], "boxes/boxes_in": []}
    assert post(bot, "submit", {**submit, "values": typed})["notice"] == ""
    assert "saved Ann" in get(bot, f"?as=U1&at={bot.world.open_dm('U1').id}")
    assert refused(bot, "submit", {**submit, "values": {}}) == 409


def test_the_home_is_shown(bot: FakeSlack) -> None:
    """Once the bot has published it."""
    assert "Nothing here yet" in get(bot, "?as=U1&at=home")
    post(bot, "home", {"as": "U1", "at": "home"})
    bot.wait_for(lambda: bot.world.homes.get("U1"))
    assert "Press</button>" in get(bot, "?as=U1&at=home")


def test_no_news_is_no_content(slack: FakeSlack) -> None:
    """Until something happens."""
    version = json.loads(get(slack, "page/news?as=U1&at=C1"))["version"]
    with urlopen(f"{slack.page_url}page/news?as=U1&at=C1&since={version}") as answer:
        assert answer.status == 204
    slack.say("U2", "C1", "hello")
    assert "hello" in json.loads(get(slack, f"page/news?as=U1&at=C1&since={version}"))["place"]


def test_other_sites_are_refused(slack: FakeSlack) -> None:
    """By Origin, by Host (a name that resolves here), and by the kind of body a form can send."""
    say = {"as": "U1", "at": "C1", "text": "hi"}
    assert refused(slack, "say", say, Origin="https://evil.example") == 403
    assert refused(slack, "say", say, Origin="http://127.0.0.1:1") == 403
    assert refused(slack, "say", say, Host="evil.example") == 403
    assert refused(slack, "say", say, Origin="null") == 403
    assert refused(slack, "say", say, **{"Content-Type": "text/plain"}) == 415
    assert slack.channel("C1") == []
    post(slack, "say", say, Origin=slack.page_url.rstrip("/"))
    assert [m.text for m in slack.channel("C1")] == ["hi"]


@pytest.mark.parametrize("body", [{}, {"as": "U1"}, {"as": "U9", "at": "C1", "text": "/do"}, {"as": "U1", "view": "V"}])
def test_nonsense_is_refused(slack: FakeSlack, body: dict[str, Any]) -> None:
    """With a 4xx, never a crash."""
    for name in ("say", "click", "submit", "close", "suggest"):
        assert refused(slack, name, body) in (400, 409)


READER = Viewer({"U1": "Ann <Lee>"}, {"C1": "general"}, UTC)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~no~ `a*b*`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("*<https://x.example/?a=1&amp;b=2|the *link>*", None),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<@U1>", '<span class="mention">@Ann &lt;Lee&gt;</span>'),
        ("<#C1|old>", '<span class="mention">#general</span>'),
        ("<!channel>", '<span class="mention loud">@channel</span>'),
        ("<!date^0^{date_num} {time}|then>", "<time>1970-01-01 00:00</time>"),
        ("<!date^x^{date}|then>", "<time>then</time>"),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("```a\n<b>```", "<pre>a\n&lt;b&gt;</pre>"),
        (":wave: :no_such:", "👋 :no_such:"),
    ],
)
def test_mrkdwn(text: str, html: str | None) -> None:
    """Slack's markup as HTML, everything else escaped."""
    found = str(to_html(text, READER))
    assert "<script" not in found
    if html is not None:
        assert found == html
