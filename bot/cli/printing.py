"""Printing to any terminal or pipe.

The output encoding may be ASCII or a Windows code page. A missing character must not fail a command, so text is
transliterated. JSON uses escapes instead, so that programs read exact names.
"""

import codecs
import io
import json
import sys
import unicodedata
from typing import Any, TextIO

import typer

from bot.grammar.tokens import strip_hidden

SPELT = "tend-spelt"
"""Name of our codec error handler, which transliterates characters that an encoding lacks."""

_SIGNS = {
    **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’", "'"), **dict.fromkeys("−–—", "-"),
    "•": "*", "·": "-", "×": "x", "→": "->", "▲": "^", "▼": "v", "✓": "ok", "✗": "x", "€": "EUR ", "£": "GBP ",
    "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
}  # fmt: skip


def set_up_output() -> None:
    """Transliterate characters that stdout or stderr can't encode."""
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
    """Return the character without its accents, or a question mark."""
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"


def say(text: str, *, err: bool = False) -> None:
    """Print a line in the stream's own encoding.

    Without `file`, Typer would write UTF-8 even to a stream declared as ASCII.
    """
    typer.echo(strip_hidden(text), file=sys.stderr if err else sys.stdout)


def say_json(value: Any) -> None:
    """Print a value as indented JSON."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=not _has_all_signs(sys.stdout))
    sys.stdout.write("\n")


def spelt(text: str) -> str:
    """Return a text as it will be printed, so that its width can be measured."""
    if _has_all_signs(sys.stdout):
        return text
    encoding = sys.stdout.encoding
    return text.encode(encoding, SPELT).decode(encoding)


def _has_all_signs(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").casefold().startswith("utf")
