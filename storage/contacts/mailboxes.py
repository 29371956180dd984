"""What the part of a mail address before the @ says: whether one person reads it, and what they may be called. Pure."""

import re
from functools import cache
from pathlib import Path

from storage.name_key import fold

_MACHINES = ("bounce", "daemon", "donotreply", "mailer", "noreply", "notification", "unsubscribe")
_PARTS = re.compile(r"[^\W\d_]+")
_MANY_DIGITS = 4
_MAX_NAME = 40


@cache
def role_words() -> frozenset[str]:
    """Return the words that stand for a task or a program instead of a person."""
    lines = (Path(__file__).parent / "role_mailboxes.txt").read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_personal(address: str) -> bool:
    """Return whether an address, as `address_key` returns it, looks like one person's: no role, list or machine.

    In doubt it isn't: who is not offered can be added by hand.
    """
    mailbox = address.rpartition("@")[0]
    box = fold(mailbox.partition("+")[0])
    parts = _PARTS.findall(box)
    whole = "".join(parts)
    if not whole or "=" in mailbox or len(whole) > _MAX_NAME or sum(map(str.isdigit, box)) >= _MANY_DIGITS:
        return False
    return not ({whole, parts[0], parts[-1]} & role_words() or any(word in whole for word in _MACHINES))


def guess_name(address: str) -> str:
    """Return what somebody may be called: `jane.doe@acme.example` → Jane Doe."""
    box = address.rpartition("@")[0].partition("+")[0]
    return " ".join(part.capitalize() for part in _PARTS.findall(box))
