"""What leaves Tend for other programs, and for the people whom it is about."""

from bot.exporting.run import ExportResult, export_to, zip_folder
from bot.exporting.scope import ExportScope

__all__ = ["ExportResult", "ExportScope", "export_to", "zip_folder"]
