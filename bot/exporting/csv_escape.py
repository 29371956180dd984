"""Escape text that a spreadsheet would run as a formula."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(text: str) -> str:
    """Escape user text for a cell: put an apostrophe before anything a spreadsheet would evaluate.

    Text that already looks escaped gets one more apostrophe, so that `unescape_formula` restores any text exactly. Do
    not pass our own numbers: -5 is written as it is.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def unescape_formula(cell: str) -> str:
    """Return the text that was passed to `escape_formula`."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS) else cell
