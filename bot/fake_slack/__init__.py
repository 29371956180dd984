"""A local stand-in for Slack, made by Tend. Nothing here leaves this machine.

It speaks Slack's own protocols (Web API, signed requests, Socket Mode), so that a bot runs unchanged against it. It
knows Slack and nothing of Tend.
"""

from bot.fake_slack.fake_slack import StandIn
from bot.fake_slack.pages.app import Menu
from bot.fake_slack.state.models import Channel, Message, Person, StandInError, View
from bot.fake_slack.state.workspace import World
from bot.fake_slack.transport.link import Answer, Delivery, DispatchLink, HttpLink, Link
from bot.fake_slack.transport.socket_mode import SocketLink
from bot.fake_slack.user.result import Seen

__all__ = [
    "Answer",
    "Channel",
    "Delivery",
    "DispatchLink",
    "HttpLink",
    "Link",
    "Menu",
    "Message",
    "Person",
    "Seen",
    "SocketLink",
    "StandIn",
    "StandInError",
    "View",
    "World",
]
