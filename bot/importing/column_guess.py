"""Guess what a file's columns hold, from their headers only.

A header must equal a known name in some spelling. A person decides if two columns match one field. Cells are not read.
"""

import unicodedata
from collections.abc import Mapping

from bot.importing.csv_reader import Sheet
from bot.importing.fields import FIELDS, REQUIRED_FIELDS, Kind

_PARTNER = (
    "partner", "partner name", "company", "company name", "account", "account name", "organisation", "organization",
    "organisation name", "organization name", "firm", "business", "firma", "unternehmen", "kunde", "entreprise",
    "société", "empresa", "compañía", "associated company", "customer",
)  # fmt: skip
_DAY = (
    "occurred on", "date", "day", "deal date", "activity date",
    "event date", "meeting date", "datum", "fecha",
)  # fmt: skip
_CLOSING = (
    "close date", "closed date", "closing date", "closed on", "closed at", "date closed", "won date", "date won",
    "won on", "abschlussdatum", "date de clôture", "fecha de cierre",
)  # fmt: skip
_CREATED = ("create date", "created date", "created", "created on", "created at", "creation date", "date created")
_NOTE = ("note", "notes", "comment", "comments", "remark", "notiz", "bemerkung", "kommentar", "commentaire")
_ID = ("external id", "id", "record id", "crm id")

SYNONYMS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "partners": {
        "name": ("name", *_PARTNER),
        "vertical": (
            "vertical", "industry", "sector", "branche", "secteur", "sector industrial", "type", "partner type",
            "category", "line of business", "speciality", "specialty",
        ),
        "owner": (
            "owner", "owner id", "slack id", "slack user id", "partner owner", "account owner", "company owner",
            "relationship owner", "account manager", "partner manager",
        ),
        "since": (
            "since", "partner since", "customer since", "start date", "created", "create date", "created date",
            "created on", "seit", "partner seit", "depuis", "desde",
        ),
        "status": ("status", "partner status"),
        "cadence_days": ("cadence days", "cadence", "cadence in days"),
        "aliases": ("aliases", "alias", "also known as", "aka", "other names"),
        "wiifm_us": ("wiifm us", "in it for us"),
        "wiifm_them": ("wiifm them", "in it for them"),
        "wiifm_clients": ("wiifm clients", "in it for clients"),
        "last_spoke": (
            "last spoke", "last spoke on", "last contact", "last contacted", "last contact date", "last touch",
            "last meeting", "last call", "last conversation",
        ),
        "contact": ("contact", "contact name", "contact person", "primary contact", "main contact"),
        "contact_email": ("contact email", "email", "email address", "contact mail", "mail"),
        "role": ("role", "partner role"),
        "fit": ("fit",),
        "external_id": (*_ID, "company id", "account id", "organization id", "organisation id"),
    },
    "activities": {
        "partner": _PARTNER,
        "kind": ("kind", "type", "activity type", "kind of activity", "art", "typ"),
        "occurred_on": (*_DAY, *_CLOSING),
        "direction": ("direction", "in or out", "richtung"),
        "count": ("count", "number", "quantity", "anzahl"),
        "title": (
            "title", "deal", "deal name", "opportunity", "opportunity name", "subject", "lead", "lead name", "titel",
            "betreff", *_NOTE,
        ),
        "value": ("value", "amount", "deal value", "deal amount", "deal size", "worth", "wert", "betrag", "montant",
                  "importe", "valor"),
        "lead_note": (),
        "medium": ("medium", "way of contact", "contact type"),
        "outcome_on": ("outcome on", "outcome date", "date of the outcome"),
        "currency": ("currency", "deal currency", "währung", "devise", "moneda"),
        "outcome": ("outcome", "stage", "deal stage", "result", "phase", "ergebnis", "étape", "etapa"),
        "external_id": (*_ID, "deal id", "opportunity id", "activity id"),
    },
    "trust": {
        "partner": _PARTNER,
        "level": ("level", "trust", "trust level", "rating", "score", "vertrauen", "confiance"),
        "rated_on": ("rated on", "rating date", "date rated", "date", "day", "datum", "fecha"),
        "side": ("side", "whose trust"),
        "rater": ("rater", "rated by", "who rated"),
        "note": _NOTE,
    },
}  # fmt: skip


def normalize_header(header: str) -> str:
    """Return a header for comparison, without case, accents, spaces or punctuation."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", header).casefold())
    return "".join(letter for letter in letters if letter.isalnum())


_NORMALIZED_SYNONYMS: dict[str, dict[str, frozenset[str]]] = {
    kind: {field: frozenset(normalize_header(name) for name in (field, *of.get(field, ()))) for field in FIELDS[kind]}
    for kind, of in SYNONYMS.items()
}
CLOSING = frozenset(normalize_header(name) for name in _CLOSING)
"""Headers of the day on which a deal was won or lost."""
_NORMALIZED_CREATED = frozenset(normalize_header(name) for name in _CREATED)


def guess_columns(sheet: Sheet, kind: Kind) -> dict[str, str]:
    """Return the header of each field that exactly one column matches."""
    columns: dict[str, str] = {}
    for field in FIELDS[kind]:
        matches = _headers_among(sheet, _NORMALIZED_SYNONYMS[kind][field])
        own = [header for header in matches if normalize_header(header) == normalize_header(field)]
        for these in (own, matches):  # our own field name takes precedence
            if len(these) == 1:
                columns[field] = these[0]
                break
    if kind == "activities":
        _part_days(sheet, columns)
    return columns


def _headers_among(sheet: Sheet, names: frozenset[str]) -> list[str]:
    return [header for header in sheet.headers if header and normalize_header(header) in names]


def _part_days(sheet: Sheet, columns: dict[str, str]) -> None:
    """Take one of two days for when a deal came, and the other for when it was closed."""
    days = _NORMALIZED_SYNONYMS["activities"]["occurred_on"]
    closing = _headers_among(sheet, CLOSING)
    others = _headers_among(sheet, days - CLOSING) or _headers_among(sheet, _NORMALIZED_CREATED)
    if len(closing) == len(others) == 1 and "closed_on" not in columns:
        columns["occurred_on"], columns["closed_on"] = others[0], closing[0]


def guess_kind(sheet: Sheet) -> Kind | None:
    """Return the kind of file that the headers fit, or None. Required columns that only Tend names may be missing."""
    columns_by_kind = {kind: guess_columns(sheet, kind) for kind in FIELDS}
    if set(REQUIRED_FIELDS["trust"]) <= set(columns_by_kind["trust"]) and "value" not in columns_by_kind["activities"]:
        return "trust"
    if {"partner", "occurred_on"} <= set(columns_by_kind["activities"]):
        return "activities"
    has_name = "name" in columns_by_kind["partners"]
    telling = {"value", "outcome", "direction"} & set(columns_by_kind["activities"])
    # A type may be that of an activity, or that of a partner whose record has more in it.
    recorded = set(columns_by_kind["partners"]) - {"name", "vertical", "external_id"}
    is_record = has_name and not telling and (recorded or "kind" not in columns_by_kind["activities"])
    return "partners" if is_record else None
