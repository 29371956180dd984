"""What leaves Tend for other programs, and for the people whom it is about."""

from bot.exporting.run import Exported, export_to, zipped
from bot.exporting.scope import About

__all__ = ["About", "Exported", "export_to", "zipped"]
