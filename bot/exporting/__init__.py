"""Export a workspace's data for other programs and for data subjects."""

from bot.exporting.run import ExportResult, export_to, zip_folder
from bot.exporting.scope import ExportScope

__all__ = ["ExportResult", "ExportScope", "export_to", "zip_folder"]
