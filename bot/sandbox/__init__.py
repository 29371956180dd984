"""A local stand-in for Slack, made by Tend. Nothing here leaves this machine.

It speaks Slack's own protocols (Web API, signed requests, Socket Mode), so that a bot runs unchanged against it. It
knows Slack and nothing of Tend.
"""

from bot.sandbox.link import Answer, Delivery, DispatchLink, HttpLink, Link
from bot.sandbox.pages import Menu
from bot.sandbox.seen import Seen
from bot.sandbox.sockets import SocketLink
from bot.sandbox.standin import StandIn
from bot.sandbox.values import Channel, Message, Person, StandInError, View
from bot.sandbox.world import World

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
