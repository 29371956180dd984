"""In a channel shared with another organisation, what Tend answers is seen by our own member alone."""

import ast
from pathlib import Path

import pytest

from bot.fake_slack.state.models import Message
from bot.messages.partners.channels import link_notice
from tests.authority.desk import Desk
from tests.authority.table import ADDRESS, TABLE, Row
from tests.authority.test_table import do
from tests.authority.who import EVERYBODY
from tests.each import each
from tests.listeners.office import ADA, ROOM, STRANGER

ADMIN = EVERYBODY[0]
ROOT = Path(__file__).parents[2]
# Who posts a message that stays: the deliveries, after asking whose the channel is; into a person's own DM; and in a
# linked channel that it is one.
POSTING = {
    "bot/background/run_import.py",
    "bot/background/send_export.py",
    "bot/notifications/post.py",
    "bot/listeners/partners.py",
    "bot/listeners/mentions.py",
    "bot/listeners/respond.py",
    "bot/background/send_portfolio_png.py",
    "bot/listeners/welcome.py",  # the hello in the digest's channel, after asking whose it is; and its own DM anew
    "bot/notifications/rewrite.py",  # a nudge of its own, in the DM that it stands in
    "bot/notifications/welcome.py",  # into the DM of whoever installed Tend
}


@pytest.mark.parametrize("row", [row for row in TABLE if row.part != ADDRESS], ids=lambda row: row.id)
def test_only_who_asked_sees_the_answer(desk: Desk, row: Row) -> None:
    """Whatever is typed, pressed or sent there: nothing is posted in the channel."""
    with each() as trying:
        for how in ("is_ext_shared", "is_pending_ext_shared"):
            desk.put_back()
            with trying(how):
                _answered_to_one(desk, row, how)


def _answered_to_one(desk: Desk, row: Row, how: str) -> None:
    desk.world.add_channel(ROOM, "room", members=[ADA, STRANGER], **{how: True})
    own = desk.world.open_dm(ADA).id
    tried = do(desk, row, ADMIN)
    told = [one.text for one in desk.world.messages(ROOM)]
    assert told == ([link_notice().text] if row.key == "link_channel" else [])
    for item in (change.item for change in tried.shown):
        if isinstance(item, Message):
            assert item.only_for == ADA or item.channel == own or item.text == link_notice().text
        else:
            assert item.user == ADA
    assert desk.world.ephemerals(STRANGER) == []


def called(path: Path, names: set[str]) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


def test_few_places_post_what_stays() -> None:
    """And none answers for the whole channel: a new one has to be thought about here."""
    files = [path for path in (ROOT / "bot").rglob("*.py") if not {"fake_slack", "demo"} & set(path.parts)]
    ways = {"chat_postMessage", "chat_update", "chat_scheduleMessage", "files_upload_v2", "chat_postEphemeral", "say"}
    assert {path.relative_to(ROOT).as_posix() for path in files if called(path, ways)} == POSTING
    assert not [path for path in files if '"in_channel"' in path.read_text() and path.name != "messaging.py"]
