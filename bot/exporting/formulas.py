"""Texts that a spreadsheet would take for a formula."""

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """A text that people wrote, for a cell: with an apostrophe before what a spreadsheet would work out or run.

    Numbers of our own are no texts: -5 is written as it is, and not through here.
    """
    return f"'{text}" if text.startswith(_STARTS) else text
