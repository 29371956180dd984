"""What the page needs of the workspace it shows."""

from bot.fake_slack.demo_hooks import Story, TimeMachine
from bot.fake_slack.menu import Menu
from bot.fake_slack.transport.socket_mode import SocketConnection
from bot.fake_slack.user.actions import UserActions


class Host(UserActions):
    """The acts of people, and what the page shows around them. Whoever mixes it in sets all of these."""

    menu: Menu
    sockets: SocketConnection
    time_machine: TimeMachine | None
    story: Story | None
