"""Slack listeners, web endpoints, the scheduler and the `tend` command."""

__version__ = "1.0.0"
