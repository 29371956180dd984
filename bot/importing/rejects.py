"""Rejected rows as a CSV file, to correct and import again."""

import csv
import io

from bot.exporting.csv_escape import escape_formula
from bot.importing.csv_reader import Sheet
from bot.importing.report import Report


def rejects_csv(sheet: Sheet, report: Report) -> bytes:
    """Return the rejected rows as CSV with a BOM for spreadsheets: line, reason, column, then the row's own cells."""
    places = {line: place for place, line in enumerate(sheet.lines)}
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(["line", "reason", "column", *(escape_formula(header) for header in sheet.headers)])
    for row in report.bad:
        place = places.get(row.line)
        own = [] if place is None else [escape_formula(column[place]) for column in sheet.columns]
        writer.writerow([row.line, escape_formula(row.reason), escape_formula(row.column or ""), *own])
    return written.getvalue().encode("utf-8-sig")
