"""Cells that name people at a partner: `Jane Doe <jane@acme.example> (CFO) [sponsor] | Joe Ray [left 2026-01-31]`."""

import re
from datetime import date

from bot.grammar.contact_text import Contact
from bot.importing.cells import CellError, ParseContext
from storage.contacts.addresses import address_key, domain_key, is_public
from storage.name_key import name_key

MAX_CONTACT_LENGTH = 120
_ENTRY = re.compile(
    r"(?P<name>[^<>()\[\]]+?)?\s*(?:<(?P<address>[^<>\s]+)>)?\s*(?:\((?P<role>[^()]*)\))?\s*(?P<marks>(?:\[[^\[\]]*\]\s*)*)"
)
_LEFT = re.compile(r"\[left (\d{4}-\d\d-\d\d)\]")


def contacts(text: str, _about: ParseContext) -> tuple[Contact, ...]:
    """Read people separated by `|`."""
    return tuple(_contact(part.strip()) for part in text.split("|") if part.strip())


def _contact(text: str) -> Contact:
    match = _ENTRY.fullmatch(text)
    if match is None:
        raise CellError(f"“{text[:80]}” names nobody that can be read", "people that can't be read")
    address, marks = match["address"], match["marks"] or ""
    name = " ".join((match["name"] or address or "").split())
    if address and address_key(address) is None:
        raise CellError(f"“{address[:80]}” is no mail address", "no mail address")
    if len(name) > MAX_CONTACT_LENGTH or not any(sign.isalpha() for sign in name) or not name_key(name):
        raise CellError(f"“{name[:80]}” is nobody's name", "people that can't be read")
    left = _LEFT.search(marks)
    try:
        left_on = date.fromisoformat(left[1]) if left else None
    except ValueError:
        raise CellError(f"“{marks[:80]}” is not a day", "people that can't be read") from None
    return Contact(name, address, (match["role"] or "").strip() or None, "[sponsor]" in marks, left_on)


def domains(text: str, _about: ParseContext) -> tuple[str, ...]:
    """Read mail domains separated by `|`, `;` or spaces; those where anybody can have an address are left out."""
    parts = [part for part in re.split(r"[|;,\s]+", text) if part]
    keys = [domain_key(part) for part in parts]
    if None in keys:
        raise CellError(f"“{text[:80]}” is no list of mail domains", "no mail domain")
    return tuple(dict.fromkeys(key for key in keys if key and not is_public(key)))
