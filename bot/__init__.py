"""Slack listeners, web endpoints, the scheduler and the `tend` command."""
