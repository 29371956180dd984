"""How `tend` prints, wherever it prints to.

A terminal or pipe need not hold every sign: Python takes ASCII where it is told so, and Windows has code pages. Nobody
wants a command to fail for that, so text is spelt with what there is. JSON, which programs read, escapes instead: no
name in it is another.
"""

import codecs
import io
import json
import sys
import unicodedata
from typing import Any, TextIO

import typer

SPELT = "tend-spelt"
"""The name of our way with signs that an encoding lacks, for Python's `errors`."""

_SIGNS = {
    **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’", "'"), **dict.fromkeys("−–—", "-"),
    "•": "*", "·": "-", "×": "x", "→": "->", "▲": "^", "▼": "v", "✓": "ok", "✗": "x", "€": "EUR ", "£": "GBP ",
    "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
}  # fmt: skip


def set_up_output() -> None:
    """Let nothing that is printed fail for a sign that its stream lacks."""
    codecs.register_error(SPELT, _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=SPELT)


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_SIGNS.get(sign) or _base(sign) for sign in missing), error.end


def _base(sign: str) -> str:
    """The sign without its accents; a question mark for what has none."""
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"


def say(text: str, *, err: bool = False) -> None:
    """Print a line.

    To the stream as it is: left to itself, Typer would write UTF-8 into one that is said to be ASCII.
    """
    typer.echo(text, file=sys.stderr if err else sys.stdout)


def say_json(value: Any) -> None:
    """Print JSON."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=not _has_all_signs(sys.stdout))
    sys.stdout.write("\n")


def spelt(text: str) -> str:
    """The text as it will be printed, for what is laid out by its width."""
    if _has_all_signs(sys.stdout):
        return text
    encoding = sys.stdout.encoding
    return text.encode(encoding, SPELT).decode(encoding)


def _has_all_signs(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").casefold().startswith("utf")
