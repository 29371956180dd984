"""Texts that a spreadsheet would take for a formula."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(text: str) -> str:
    """A text that people wrote, for a cell: with an apostrophe before what a spreadsheet would work out or run.

    A text that looks as if it had been made so gets one more, so that `unescape_formula` gives back any text.
    Numbers of our own are no texts: -5 is written as it is, and not through here.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def unescape_formula(cell: str) -> str:
    """The text that `escape_formula` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS) else cell
