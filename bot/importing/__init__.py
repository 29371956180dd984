"""Import files of partners, activities and trust ratings into the database.

`run_import` imports one file in one transaction and returns a `Report`. `load_mapping` reads the TOML file that maps
another program's columns and words to Tend's.
"""

from bot.importing.mapping import Mapping, load_mapping
from bot.importing.report import RejectedRow, Report
from bot.importing.run import ImportOptions, run_import

__all__ = ["ImportOptions", "Mapping", "RejectedRow", "Report", "load_mapping", "run_import"]
