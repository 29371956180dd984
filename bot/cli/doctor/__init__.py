"""`tend doctor`: check the installation and print one line for each finding."""

from bot.cli.doctor.examine import run

__all__ = ["run"]
