"""A screen reader tells apart all buttons of every message of the demo."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.demo.people import ANA, BEN, GENERAL
from bot.demo.run import by_itself
from bot.demo.workspace import DemoWorkspace, open_workspace
from bot.fake_slack.state.blocks import elements
from bot.slack.blocks import MAX_BUTTON_TEXT, accessible_name, actions, button, section, with_distinct_labels

WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
LINES = (
    "/partner", "/partner list", "/partner due", "/partner show Larkfield Accountants", "/partner review all",
    "/partner verticals", "/partner stakeholders", "/partner candidates", "/partner concentration", "/partner served",
    "/partner prune", "/partner history Larkfield Accountants", "/partner explain Larkfield Accountants",
    "/tend digest", "/tend settings", "/tend status", "/tend help",
    "/referral from Larkfield Accountants Northwind 5k, Contoso 2k", "/touch Larkfield call", "/touch Larkfeild call",
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace() -> Iterator[DemoWorkspace]:
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY) as workspace:
        yield workspace


def test_no_two_buttons_of_one_message_sound_alike(workspace: DemoWorkspace) -> None:
    slack = workspace.slack
    for line in LINES:
        name, _, text = line.partition(" ")
        slack.command(ANA, name, text, channel=GENERAL)
    for message in [one for one in slack.ephemerals(ANA) if one.by_bot]:
        for label in ("Details", "Take back…", "More"):
            if sum(element.get("text", {}).get("text") == label for _, element in elements(message.blocks)) == 1:
                slack.click(ANA, message, text=label)
    homes = [slack.open_home(user).view for user in (ANA, BEN)]
    shown = [one for channel in slack.world.channels for one in slack.channel(channel) if one.by_bot]
    shown += [*slack.ephemerals(ANA)]
    several = 0
    for blocks in [*(one.blocks for one in shown), *(one.blocks for one in homes if one)]:
        buttons = [one for _, one in elements(blocks) if one["type"] == "button"]
        names = [accessible_name(one) for one in buttons]
        assert len(names) == len(set(names)), names
        assert all(len(name) <= MAX_BUTTON_TEXT for name in names)
        several += len({one["text"]["text"] for one in buttons}) < len(buttons)
    assert several >= 3  # messages in which buttons read alike


def test_a_button_is_named_after_the_text_it_stands_beside_or_under() -> None:
    blocks = [
        section(":star: *Acme &amp; Co* · 3 days", button("Open", "a")),
        section("<@U1>, see <https://x.example|the site>"),
        actions(button("Open", "b"), button("Open", "c"), button("Other", "d")),
    ]
    names = [accessible_name(one) for _, one in elements(with_distinct_labels(blocks))]
    assert names == ["Open: Acme & Co · 3 days", "Open: see the site", "Open: see the site 2", "Other"]
    assert "accessibility_label" not in blocks[0]["accessory"]
