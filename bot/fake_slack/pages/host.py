"""What the page needs from FakeSlack."""

from bot.fake_slack.demo_hooks import Desk, Story, TimeMachine
from bot.fake_slack.menu import Menu
from bot.fake_slack.transport.socket_mode import SocketConnection
from bot.fake_slack.user.actions import UserActions


class Host(UserActions):
    """User actions plus what the page shows around them. The subclass sets all attributes."""

    menu: Menu
    sockets: SocketConnection
    time_machine: TimeMachine | None
    story: Story | None
    desk: Desk | None
