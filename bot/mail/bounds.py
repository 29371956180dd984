"""What is read of a mail: a bounded part, since whoever writes it may mean to keep Tend busy. Pure.

The parser of the standard library needs time by lines times levels of parts, memory by parts, and for a header the
square of its length.
"""

import io
import re
from email.policy import EmailPolicy

MAX_BYTES = 1_000_000
MAX_LINES = 20_000
MAX_BOUNDARIES = 300
"""How many lines may look as if a part began or ended."""
MAX_BASE64_LINES = 2_000
"""How much of each attachment is parsed: more than any text that is looked at."""
MAX_ADDRESS_HEADER = 16_000
MAX_HEADER = 2_000
"""The longest value of a header that does not name people, in characters."""
_ADDRESS_HEADERS = ("from", "to", "cc")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{60,}\n?")


def bounded(raw: bytes) -> bytes:
    """Return what is parsed of a mail: its beginning, without the middle of its attachments."""
    kept: list[bytes] = []
    size = boundaries = base64_lines = 0
    for line in io.BytesIO(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")):  # as the parser splits it
        base64_lines = base64_lines + 1 if _BASE64.fullmatch(line) else 0
        if base64_lines > MAX_BASE64_LINES:
            continue
        size += len(line)
        boundaries += line.startswith(b"--")
        if size > MAX_BYTES or boundaries > MAX_BOUNDARIES or len(kept) >= MAX_LINES:
            break
        kept.append(line)
    return b"".join(kept)


class BoundedPolicy(EmailPolicy):
    """How headers are read, wherever in a mail they are: up to a length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a header's name and value. Addresses are cut between two, so that none becomes another."""
        name, value = super().header_source_parse(sourcelines)
        if name.casefold() not in _ADDRESS_HEADERS:
            return name, value[:MAX_HEADER]
        return name, value if len(value) <= MAX_ADDRESS_HEADER else value[:MAX_ADDRESS_HEADER].rpartition(",")[0]
