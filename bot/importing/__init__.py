"""Reading files of partners, activities and trust ratings into the database.

`run_import` does one file as one transaction and tells what came of it in a `Report`; `load_mapping` reads
the TOML file that says how a foreign file's columns and words become ours.
"""

from bot.importing.mapping import Mapping, load_mapping
from bot.importing.report import RejectedRow, Report
from bot.importing.run import run_import

__all__ = ["Mapping", "RejectedRow", "Report", "load_mapping", "run_import"]
