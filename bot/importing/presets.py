"""Built-in mappings for the exports of common programs, by name: `hubspot-deals`."""

from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files

from bot.importing.csv_reader import Sheet, header_key
from bot.importing.fields import REQUIRED_FIELDS
from bot.importing.mapping import Mapping, load_mapping

TITLES = {
    "hubspot-companies": "HubSpot: companies",
    "hubspot-deals": "HubSpot: deals",
    "pipedrive-deals": "Pipedrive: deals",
    "pipedrive-organizations": "Pipedrive: organizations",
    "salesforce-accounts": "Salesforce: accounts",
    "salesforce-opportunities": "Salesforce: opportunities",
}


@cache
def load_preset(name: str) -> Mapping | None:
    """Return the mapping of that name, or None."""
    if name not in TITLES:
        return None
    with as_file(files("bot.importing.known") / f"{name}.toml") as path:
        return load_mapping(path)


def recognize_preset(sheet: Sheet) -> str | None:
    """Return the name of the only preset that matches these headers. None if none or several match."""
    file_keys = {header_key(header) for header in sheet.headers}
    matches = []
    for name in TITLES:
        mapping = load_preset(name)
        assert mapping is not None  # a preset in the list
        preset_keys = {header_key(header) for header in mapping.recognised_by}
        if preset_keys <= file_keys and not file_keys & {header_key(header) for header in mapping.not_with}:
            matches.append(name)
    return matches[0] if len(matches) == 1 else None


def fit_mapping(mapping: Mapping, sheet: Sheet) -> Mapping:
    """Return the mapping without optional columns that this file lacks."""
    file_keys = {header_key(header) for header in sheet.headers}
    columns = {}
    for field, headers in mapping.columns.items():
        present = tuple(header for header in headers if header_key(header) in file_keys)
        if present or field in REQUIRED_FIELDS[mapping.kind]:
            columns[field] = present or headers
    values = {field: words for field, words in mapping.values.items() if field in columns}
    return replace(mapping, columns=columns, values=values)
