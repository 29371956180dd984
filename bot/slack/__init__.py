"""Slack's Web API, OAuth, members, Block Kit and the app manifest."""
