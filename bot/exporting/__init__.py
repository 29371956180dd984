"""What leaves Tend for other programs, and for the people whom it is about."""

from bot.exporting.about import About
from bot.exporting.run import Exported, export_to, zipped

__all__ = ["About", "Exported", "export_to", "zipped"]
