"""Bring what a CRM told into the record, by the rules of an import."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.workspace.crm_connections import INTERVAL, DueCrm, LeaseLost, finish, require_lease
from bot.crm.records import Company, Contact, Deal
from bot.importing.crm_rows import CrmRows, PartnerEntry, deal_rows, partner_rows
from bot.importing.people import People
from bot.importing.report import Report
from bot.importing.run import ImportOptions, load_people, run_sheet
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.imports import crm_connections
from storage.ledger.source_keys import source_name
from storage.name_key import name_key, twin_key
from storage.partners import external_ids
from storage.partners import names as partner_names

MAX_LISTED = 20
MAX_WAITING = 500


@dataclass(slots=True)
class Changes:
    """What was read: companies that are partners, and people and deals of companies, whether or not they are.

    `people` are those whom owners may be, by default those whom Tend has met.
    """

    companies: list[Company] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    people: People | None = None


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What an intake did, or would do. `others` are deals with companies that are no partners.

    `rejected`, `lost` and `doubts` are lines for people: the records and cells that were left out, and the names that
    are only similar to a partner's. `waiting` are companies that are looked at again.
    """

    companies: int
    partners_added: int
    partners_updated: int
    deals: int
    deals_added: int
    deals_updated: int
    others: int
    rejected: tuple[str, ...]
    lost: tuple[str, ...]
    doubts: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def is_news(self) -> bool:
        return bool(self.partners_added or self.partners_updated or self.deals_added or self.deals_updated)


def partners_by_id(engine: Engine, due: DueCrm) -> dict[str, str]:
    """Return the name of each partner that has an id in the CRM, by that id."""
    with reading(engine) as session:
        return _by_id(session, due)


def _by_id(session: Session, due: DueCrm) -> dict[str, str]:
    official = {
        partner_id: name
        for name, partner_id, is_alias in partner_names.list_names_with_kind(session, workspace_id=due.team.id)
        if not is_alias
    }
    return {
        known.external_id: official[known.partner_id]
        for known in external_ids.list_ids(session, workspace_id=due.team.id)
        if known.source == source_name(due.system) and known.partner_id in official
    }


def wanted_companies(engine: Engine, due: DueCrm, companies: Iterable[Company]) -> list[Company]:
    """Return those that are partners: marked as such in the CRM, or known to Tend by their id or exact name."""
    with reading(engine) as session:
        ids = _by_id(session, due)
        names = partner_names.names_by_key(session, workspace_id=due.team.id, learnt=True)
    wanted = {
        one.id: one
        for one in companies
        if one.is_partner or one.id in ids or name_key(one.name) in names or twin_key(one.name) in names
    }
    return [one for one in wanted.values() if name_key(one.name)]


def preview(engine: Engine, due: DueCrm, changes: Changes, now: datetime) -> IntakeResult:
    """Return what taking the changes in would do."""
    known = partners_by_id(engine, due)
    first = _import(engine, due, _partner_rows(due, changes, known), now, people=changes.people, dry_run=True)
    names = {one.id: one.name for one in changes.companies} | known
    deals = deal_rows(due.system, _of_partners(changes.deals, names), due.team.zone)
    # The partners that the companies would make are not there yet.
    deals = replace(deals, mapping=replace(deals.mapping, create_partners=True))
    return _result(changes, first, _import(engine, due, deals, now, dry_run=True), (), names)


def take(engine: Engine, due: DueCrm, changes: Changes, now: datetime) -> IntakeResult:
    """Take the changes in: first companies and people, then the deals, and with these the mark of how far it got.

    A process that dies in between leaves the mark where it was, so that all is read again and known by its ids.

    Raises:
        LeaseLost: another process reads the connection by now. Nothing more was written.
    """
    known = partners_by_id(engine, due)
    rows = _partner_rows(due, changes, known)

    def note_new(session: Session, _report: Report) -> None:
        """Have the deals of new partners looked for again, should this process die before it took them in."""
        require_lease(session, due)
        new = dict.fromkeys((*due.waiting, *(one.id for one in changes.companies if one.id not in known)))
        _keep_waiting(session, due, list(new))

    first = _import(engine, due, rows, now, people=changes.people, also=note_new)
    known = partners_by_id(engine, due)
    # One whose name was in doubt may have found its partner by its name meanwhile.
    waiting = tuple(one.id for one in changes.companies if one.id not in known)[:MAX_WAITING]
    settled: list[IntakeResult] = []

    def keep(session: Session, second: Report | None) -> None:
        result = _result(changes, first, second, waiting, known)
        settled[:] = [result]
        _finish(session, due, result, now)

    deals = deal_rows(due.system, _of_partners(changes.deals, known), due.team.zone)
    if _import(engine, due, deals, now, also=keep) is None:
        _keep_nothing(engine, keep)
    due.is_read = True
    return settled[0]


def _keep_waiting(session: Session, due: DueCrm, ids: list[str]) -> None:
    of: dict[str, Any] = {"workspace_id": due.team.id, "system": due.system}
    row = crm_connections.get(session, **of)
    report = json.loads((row.report if row else None) or "{}") | {"waiting": ids[:MAX_WAITING]}
    crm_connections.change(session, **of, report=json.dumps(report, ensure_ascii=False))


@retried
def _keep_nothing(engine: Engine, keep: Any) -> None:
    with writing(engine) as session:
        keep(session, None)


def _finish(session: Session, due: DueCrm, result: IntakeResult, now: datetime) -> None:
    listed = {name: getattr(result, name) for name in IntakeResult.__slots__}
    listed |= {name: getattr(result, name)[:MAX_LISTED] for name in ("rejected", "lost", "doubts")}
    noted: dict[str, Any] = {
        "cursor_at": due.begun_at,
        "full_at": due.begun_at if due.since is None else due.full_at,
        "read_at": now,
        "failures": 0,
        "problem": None,
        "report": json.dumps(listed, ensure_ascii=False),
    }
    if not finish(session, due, due_at=now + INTERVAL, **noted):
        raise LeaseLost


def _partner_rows(due: DueCrm, changes: Changes, known: Mapping[str, str]) -> CrmRows:
    """Return a row for each company, and for each known one with people that changed."""
    people: dict[str, list[Contact]] = {}
    for contact in changes.contacts:
        for company_id in contact.company_ids:
            people.setdefault(company_id, []).append(contact)
    companies = {one.id: one for one in changes.companies}
    ids = [*companies, *(one for one in people if one in known and one not in companies)]
    entries = [
        PartnerEntry(one, known.get(one) or companies[one].name, companies.get(one), people.get(one, ())) for one in ids
    ]
    return partner_rows(due.system, entries, due.team.zone)


def _of_partners(deals: Iterable[Deal], names: Mapping[str, str]) -> list[tuple[str, Deal]]:
    """Return the deals with partners, each with the first of its companies that is one, and only once."""
    once = {deal.id: deal for deal in deals}
    found = ((next((names[one] for one in deal.company_ids if one in names), None), deal) for deal in once.values())
    return [(name, deal) for name, deal in found if name is not None]


def _import(
    engine: Engine,
    due: DueCrm,
    rows: CrmRows,
    now: datetime,
    *,
    people: People | None = None,
    dry_run: bool = False,
    also: Any = None,
) -> Report | None:
    """Import rows. Return None if there are none."""
    if not rows.sheet.lines:
        return None
    options = ImportOptions(
        kind=rows.mapping.kind,
        mapping=rows.mapping,
        by=due.system.label,
        now=now,
        dry_run=dry_run,
        answers={},  # what is only similar to a partner's name is left out, and told
        also=also,
        people=people or load_people(engine, due.team.id),
    )
    report = run_sheet(engine, team=due.team, sheet=rows.sheet, options=options)
    return replace(
        report, bad=tuple(replace(row, reason=f"{rows.labels[row.line]}: {row.reason}") for row in report.bad)
    )


def _result(
    changes: Changes, first: Report | None, second: Report | None, waiting: tuple[str, ...], known: Mapping[str, str]
) -> IntakeResult:
    reports = [one for one in (first, second) if one is not None]
    doubts = {doubt.name: doubt for report in reports for doubt in report.doubts}
    lost = Counter(row.short or row.reason for report in reports for row in report.lost_cells)
    deals = {deal.id: deal for deal in changes.deals}
    return IntakeResult(
        companies=len(changes.companies),
        partners_added=first.added if first else 0,
        partners_updated=first.updated if first else 0,
        deals=len(deals),
        deals_added=second.added if second else 0,
        deals_updated=second.updated if second else 0,
        others=sum(not any(one in known for one in deal.company_ids) for deal in deals.values()),
        rejected=tuple(row.reason for report in reports for row in report.bad),
        lost=tuple(f"{number:,} × {reason}" for reason, number in lost.most_common()),
        doubts=tuple(
            f"{doubt.name} is similar to {', '.join(name for _, name in doubt.close[:3])}" for doubt in doubts.values()
        ),
        waiting=waiting,
    )
