"""A local fake of Slack. Nothing leaves this machine.

It implements Slack's protocols (Web API, signed requests, Socket Mode), so any Bolt app runs against it unchanged. It
does not depend on Tend. See docs/fake-slack.md.
"""

from bot.fake_slack.fake_slack import FakeSlack
from bot.fake_slack.menu import Menu
from bot.fake_slack.state.models import Channel, FakeSlackError, Message, Person, View
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.transport.link import BotConnection, BotRequest, BotResponse, HttpConnection, InProcessConnection
from bot.fake_slack.transport.socket_mode import SocketConnection
from bot.fake_slack.user.organisation import Grid
from bot.fake_slack.user.result import UserResult

__all__ = [
    "BotConnection",
    "BotRequest",
    "BotResponse",
    "Channel",
    "FakeSlack",
    "FakeSlackError",
    "Grid",
    "HttpConnection",
    "InProcessConnection",
    "Menu",
    "Message",
    "Person",
    "SocketConnection",
    "UserResult",
    "View",
    "WorkspaceState",
]
