"""The `tend` command. User errors print one actionable line and exit with code 2."""

from bot.cli.main import main

__all__ = ["main"]
