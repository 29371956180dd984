"""What the fake Slack remembers: people, channels, messages, views."""
