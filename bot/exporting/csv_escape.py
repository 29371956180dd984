"""Escape text that a spreadsheet would run as a formula."""

import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@")
_CONTROLS = ("\t", "\r")
# Categories of what is not seen: some programs drop it before they look for a formula.
_UNSEEN = ("Cc", "Cf", "Mn", "Me")


def escape_formula(text: str) -> str:
    """Escape user text for a cell: put an apostrophe before anything a spreadsheet would evaluate.

    Text that already looks escaped gets one more apostrophe, so that `unescape_formula` restores any text exactly. Do
    not pass our own numbers: -5 is written as it is.
    """
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def unescape_formula(cell: str) -> str:
    """Return the text that was passed to `escape_formula`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(text: str) -> bool:
    """Whether a text begins, as far as a spreadsheet sees it, with a sign of a formula, in whichever width."""
    if text.startswith(_CONTROLS):
        return True
    first = next((letter for letter in text if unicodedata.category(letter) not in _UNSEEN), "")
    return unicodedata.normalize("NFKC", first).startswith(_FORMULA_STARTS)
