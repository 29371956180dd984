"""State of the fake Slack: people, channels, messages and views."""
