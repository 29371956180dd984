"""Connections between the bot and the fake Slack."""
