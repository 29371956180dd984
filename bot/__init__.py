"""What people meet: Slack, the clockwork and the `tend` command."""
