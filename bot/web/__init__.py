"""The HTTP endpoint: Slack's events, OAuth install, health, metrics, public pages."""
