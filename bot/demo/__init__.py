"""`tend demo`: a sample workspace in a local fake Slack. Nothing leaves this machine."""

from bot.demo.run import serve, tour

__all__ = ["serve", "tour"]
