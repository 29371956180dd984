"""`tend demo`: a made-up workspace in the local stand-in for Slack. Nothing here leaves this machine."""

from bot.demo.run import serve, tour

__all__ = ["serve", "tour"]
