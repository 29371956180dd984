"""The ids of one partner in several systems as one cell: `hubspot:C-1 | salesforce:001`."""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_BETWEEN = " | "
_ESCAPED = {"%": "%25", "|": "%7C", "\n": "%0A"}


def format_ids(ids: Iterable[tuple[str | None, str]]) -> str:
    """Return sources and ids as one text. A source that is not known is left empty."""
    return _BETWEEN.join(f"{_escape(source or '').replace(':', '%3A')}:{_escape(id)}" for source, id in ids)


def parse_ids(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield the sources and ids of such a text. An entry without a colon is an id without a source."""
    for part in text.split("|"):
        source, colon, id = part.strip().partition(":")
        if not colon:
            source, id = "", source
        if id.strip():
            yield unquote(source.strip()) or None, unquote(id.strip())


def _escape(text: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in text)
