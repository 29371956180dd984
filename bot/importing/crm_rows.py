"""Records of a CRM → rows with the headers of that CRM's export, so that both are read by the same mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from bot.crm.records import Company, Contact, Deal, System
from bot.importing import mapping as mappings
from bot.importing.contact_cells import MAX_CONTACT_LENGTH
from bot.importing.csv_reader import Sheet
from bot.importing.presets import fit_mapping, load_preset
from scoring.vocabulary import Outcome
from storage.contacts.addresses import address_key, domain_key
from storage.name_key import name_key

_PRESETS = {
    System.HUBSPOT: ("hubspot-companies", "hubspot-deals"),
    System.SALESFORCE: ("salesforce-accounts", "salesforce-opportunities"),
}
_CONTACTS, _DOMAINS = "Contacts", "Domain"
_NOT_IN_NAMES = re.compile(r"[<>()\[\]|]+")


@dataclass(frozen=True, slots=True)
class CrmRows:
    """Rows to import, how to read them, and what each is called where it is reported, by line."""

    sheet: Sheet
    mapping: mappings.Mapping
    labels: Mapping[int, str]


class PartnerEntry(NamedTuple):
    """A partner as the CRM has it: its name in Tend if it is known, what changed of its company, and of its people."""

    id: str
    name: str
    company: Company | None
    contacts: Sequence[Contact]


def partner_rows(system: System, entries: Sequence[PartnerEntry], zone: tzinfo) -> CrmRows:
    """Return a row for each partner."""
    preset = _mapping(system, 0)
    cells: dict[str, list[str]] = {
        "name": [entry.name for entry in entries],
        "vertical": [entry.company.industry if entry.company else "" for entry in entries],
        "since": [_day(entry.company.created_at, zone) if entry.company else "" for entry in entries],
        "owner": [entry.company.owner if entry.company else "" for entry in entries],
        "external_id": [entry.id for entry in entries],
    }
    columns = {preset.columns[field][0]: texts for field, texts in cells.items()}
    columns[_CONTACTS] = [" | ".join(filter(None, map(_contact, entry.contacts))) for entry in entries]
    columns[_DOMAINS] = [_domain(entry.company) for entry in entries]
    fields = preset.columns | {"contacts": (_CONTACTS,), "domains": (_DOMAINS,)}
    return _rows(f"{system.label} companies", columns, replace(preset, columns=fields), cells["name"])


def deal_rows(system: System, deals: Sequence[tuple[str, Deal]], zone: tzinfo) -> CrmRows:
    """Return a row for each deal with its partner's name in Tend."""
    preset = _mapping(system, 1)
    cells = {
        "partner": [partner for partner, _ in deals],
        "occurred_on": [_began(deal, zone) for _, deal in deals],
        "title": [deal.title for _, deal in deals],
        "value": [deal.amount for _, deal in deals],
        "currency": [deal.currency for _, deal in deals],
        "outcome": [_stage(preset, deal) for _, deal in deals],
        "closed_on": [_day(deal.closed_on, zone) for _, deal in deals],
        "external_id": [deal.id for _, deal in deals],
    }
    columns = {preset.columns[field][0]: texts for field, texts in cells.items()}
    return _rows(f"{system.label} deals", columns, preset, [deal.title or deal.id for _, deal in deals])


def _mapping(system: System, number: int) -> mappings.Mapping:
    preset = load_preset(_PRESETS[system][number])
    assert preset is not None  # one of Tend's own
    return preset


def _rows(name: str, columns: Mapping[str, list[str]], preset: mappings.Mapping, labels: Sequence[str]) -> CrmRows:
    lines = range(1, len(labels) + 1)
    cells = tuple([" ".join(text.replace("\0", "").split()) for text in texts] for texts in columns.values())
    sheet = Sheet(name, tuple(columns), tuple(lines), cells, ())
    fitted = replace(fit_mapping(preset, sheet), day_first=True, decimal_comma=False)
    return CrmRows(sheet, fitted, dict(zip(lines, labels, strict=True)))


def _day(at: datetime | date | None, zone: tzinfo) -> str:
    """Write the workspace's day of an instant, or a day as it is."""
    if isinstance(at, datetime):
        at = at.astimezone(zone).date()
    return at.isoformat() if at else ""


def _began(deal: Deal, zone: tzinfo) -> str:
    """Write when a lead came: when its deal was made, or closed if it was made after that."""
    made, closed = _day(deal.created_at, zone), _day(deal.closed_on, zone)
    return min(made, closed) if deal.is_closed and made and closed else made or closed


def _stage(preset: mappings.Mapping, deal: Deal) -> str:
    """Return a stage that the mapping knows: the deal's own, else one that says as much of how it ended."""
    words = preset.values["outcome"]
    ends = Outcome.WON if deal.is_won else Outcome.LOST if deal.is_closed else None
    ours = words.get(mappings.fold_word(deal.stage))
    if ours is not None and (ours in (Outcome.WON, Outcome.LOST)) == (ends is not None):
        return deal.stage
    return next(theirs for theirs, word in words.items() if word == (ends or Outcome.INTRODUCED))


def _contact(contact: Contact) -> str:
    """Write a person as a cell names them, without the signs that mean something there."""
    address = contact.address if address_key(contact.address) and not _NOT_IN_NAMES.search(contact.address) else ""
    name = _plain(contact.name)[:MAX_CONTACT_LENGTH] or address
    if not any(sign.isalpha() for sign in name) or not name_key(name):
        return ""
    role = _plain(contact.role)
    return f"{name}{f' <{address}>' if address else ''}{f' ({role})' if role else ''}"


def _plain(text: str) -> str:
    return " ".join(_NOT_IN_NAMES.sub(" ", text).split())


def _domain(company: Company | None) -> str:
    return company.domain if company and domain_key(company.domain) else ""
