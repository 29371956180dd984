"""Read `.env`: one `NAME=value` on each line.

Docker, systemd and shells read such files too, each a little differently. What they would not all read alike is
refused rather than guessed.
"""

import re
from collections.abc import Iterator

_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)")
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<text>[^'\"\\]*)(?P=quote)")


class UnreadableLine(Exception):
    """A line that is not `NAME=value`. The message names the line's number and never its content."""


def parse(text: str) -> dict[str, str]:
    """Return the values by name, in upper case. The last one of a name counts.

    Raises:
        UnreadableLine: a line could be understood in more than one way, or in none.
    """
    return dict(_values(text.removeprefix("\ufeff")))


def _values(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if (found := _LINE.fullmatch(content)) is None:
            raise UnreadableLine(f"line {number} should look like NAME=value")
        yield found["name"].upper(), _value(found["value"], number)


def _value(raw: str, number: int) -> str:
    value = raw.strip()
    if value and raw[:1].isspace():
        raise UnreadableLine(f"line {number} has a space after the equals sign")
    if quoted := _QUOTED.fullmatch(value):
        return quoted["text"]
    if value[:1] in ("'", '"'):
        raise UnreadableLine(f"line {number} has a quotation mark or a backslash that is hard to read there")
    if re.search(r"\s#", value):
        raise UnreadableLine(f"line {number} has a comment behind the value; give it a line of its own")
    return value
