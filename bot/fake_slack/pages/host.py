"""What the page needs of the workspace it shows."""

from bot.fake_slack.demo_hooks import Story, TimeMachine
from bot.fake_slack.menu import Menu
from bot.fake_slack.transport.socket_mode import SocketLink
from bot.fake_slack.user.actions import Acts


class Host(Acts):
    """The acts of people, and what the page shows around them. Whoever mixes it in sets all of these."""

    menu: Menu
    sockets: SocketLink
    time_machine: TimeMachine | None
    story: Story | None
