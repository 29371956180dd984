"""The `tend` command, for whoever runs it. Errors are one line that says what to do, with exit code 2."""

from bot.cli.main import main

__all__ = ["main"]
