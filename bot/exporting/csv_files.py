"""The three files that `tend import` reads: partners, activities and trust ratings. Voided rows are left out."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sqlmodel import Session, SQLModel

from bot.exporting.id_cells import format_ids
from bot.grammar.contact_text import Contact, plain, write_contacts
from bot.workspace.team import Team
from scoring.vocabulary import Side
from storage.backup import workspace_dump
from storage.contacts import persons
from storage.ledger.source_keys import external_id_of, source_of
from storage.partners import external_ids, partners

FILES = {
    "partners": (
        "name", "vertical", "owner", "since", "status", "cadence_days", "aliases", "wiifm_us", "wiifm_them",
        "wiifm_clients", "contacts", "domains", "external_id", "id_source", "other_ids",
    ),
    "activities": (
        "partner", "kind", "occurred_on", "direction", "count", "title", "lead_note", "medium", "value", "outcome",
        "outcome_on", "external_id", "id_source", "contacts",
    ),
    "trust": ("partner", "level", "rated_on", "side", "rater", "note"),
}  # fmt: skip
"""The columns of each file."""

_SIDES = {Side.OURS.value: "us", Side.THEIRS.value: "them"}


def file_rows(session: Session, team: Team, file: str) -> Iterator[list[Any]]:
    """Yield one file's rows, with cells in the order of its columns."""
    makers: dict[str, Callable[[Session, Team], Iterator[dict[str, Any]]]] = {
        "partners": _partners,
        "activities": _activities,
        "trust": _trust,
    }
    for row in makers[file](session, team):
        yield [row.get(name) for name in FILES[file]]


def partner_names(session: Session, team: Team) -> dict[int, str]:
    """Return each partner's name by id."""
    return {
        partner.id: partner.name
        for partner in partners.list_partners(session, workspace_id=team.id)
        if partner.id is not None
    }


def _table_rows(session: Session, team: Team, table: str) -> Iterator[dict[str, Any]]:
    return workspace_dump.read_rows(session, workspace_id=team.id, table=SQLModel.metadata.tables[table])


def _partners(session: Session, team: Team) -> Iterator[dict[str, Any]]:
    verticals = {row["id"]: row["name"] for row in _table_rows(session, team, "vertical")}
    aliases: dict[int, list[str]] = {}
    for row in _table_rows(session, team, "partner_name"):
        if row["is_alias"]:
            aliases.setdefault(row["partner_id"], []).append(row["name"])
    ids: dict[int, list[tuple[str | None, str]]] = {}
    for known in external_ids.list_ids(session, workspace_id=team.id):
        ids.setdefault(known.partner_id, []).append((known.source, known.external_id))
    people, domains = _people(session, team), _domains(session, team)
    for row in _table_rows(session, team, "partner"):
        if row["merged_into_id"] is not None:  # its names and ids are the other's
            continue
        (source, external_id), *others = ids.get(row["id"]) or [(None, "")]
        yield row | {
            "contacts": write_contacts(people.get(row["id"], ())),
            "domains": " | ".join(domains.get(row["id"], ())),
            "vertical": verticals.get(row["vertical_id"]),
            "since": row["since_on"],
            "aliases": " | ".join(aliases.get(row["id"], ())),
            "external_id": external_id or None,
            "id_source": source,
            "other_ids": format_ids(others),
        }


def _people(session: Session, team: Team) -> dict[int, list[Contact]]:
    people: dict[int, list[Contact]] = {}
    for row in persons.list_persons(session, workspace_id=team.id):
        person = Contact(row.name, row.address, row.role, row.is_sponsor, row.left_on)
        people.setdefault(row.partner_id, []).append(person)
    return people


def _domains(session: Session, team: Team) -> dict[int, list[str]]:
    domains: dict[int, list[str]] = {}
    for row in _table_rows(session, team, "partner_domain"):
        domains.setdefault(row["partner_id"], []).append(row["domain"])
    return domains


def _named(session: Session, team: Team) -> dict[int, list[str]]:
    """Return the names of the people at each activity."""
    names = {row.id: row.name for row in persons.list_persons(session, workspace_id=team.id)}
    named: dict[int, list[str]] = {}
    for row in _table_rows(session, team, "activity_contact"):
        if row["contact_person_id"] in names:
            named.setdefault(row["activity_id"], []).append(plain(names[row["contact_person_id"]]))
    return named


def _activities(session: Session, team: Team) -> Iterator[dict[str, Any]]:
    from babel.numbers import get_currency_precision  # slow to import

    names, decimals = partner_names(session, team), get_currency_precision(team.currency)
    named = _named(session, team)
    for row in _without_voided(_table_rows(session, team, "activity")):
        value, key = row["value_minor"], row["source_key"]
        yield row | {
            "partner": names[row["partner_id"]],
            "lead_note": row["note"],
            "contacts": " | ".join(named.get(row["id"], ())),
            "value": None if value is None else Decimal(value).scaleb(-decimals),
            "external_id": external_id_of(key),
            "id_source": source_of(key),
        }


def _trust(session: Session, team: Team) -> Iterator[dict[str, Any]]:
    names = partner_names(session, team)
    for row in _without_voided(_table_rows(session, team, "trust_rating")):
        yield row | {"partner": names[row["partner_id"]], "side": _SIDES[row["side"]]}


def _without_voided(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (row for row in rows if row["voided_at"] is None)
