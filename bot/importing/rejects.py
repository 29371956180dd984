"""The rows that an import did not take, as a file to mend them in."""

import csv
import io

from bot.exporting.csv_escape import neutral
from bot.importing.csv_reader import Sheet
from bot.importing.report import Report


def bad_rows(sheet: Sheet, report: Report) -> bytes:
    """The rows that were not taken, as CSV with BOM for spreadsheets: line, reason, column, and the row's own cells."""
    places = {line: place for place, line in enumerate(sheet.lines)}
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(["line", "reason", "column", *(neutral(header) for header in sheet.headers)])
    for row in report.bad:
        place = places.get(row.line)
        own = [] if place is None else [neutral(column[place]) for column in sheet.columns]
        writer.writerow([row.line, neutral(row.reason), neutral(row.column or ""), *own])
    return written.getvalue().encode("utf-8-sig")
