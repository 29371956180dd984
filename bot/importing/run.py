"""Import one file in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.errors import TendError
from bot.importing import activities, partners, trust
from bot.importing.cells import parse_context
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.csv_reader import Sheet, header_key, read_sheet
from bot.importing.fields import DAY_FIELDS, FIELDS, REQUIRED_FIELDS, Kind
from bot.importing.locale_formats import guess_day_order
from bot.importing.mapping import Mapping
from bot.importing.name_matching import NameAnswers, load_known_names
from bot.importing.people import FULL_MEMBER, People, Person
from bot.importing.presets import fit_mapping, load_preset, recognize_preset
from bot.importing.report import RejectedRow, Report
from bot.importing.table import Table, build_layout, ignored_columns
from bot.process.gc_pause import gc_paused
from bot.webhooks.events import EventType, put_event
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.locks import take_turn
from storage.db.retry import retried
from storage.workspaces import members

PROGRESS_STEP = 500  # rows between two calls of `progress`

Progress = Callable[[int, int], None]
AfterImport = Callable[[Session, Report], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What to import (`partners`, `activities` or `trust`), on behalf of whom, and how.

    A dry run reports what would happen and changes nothing. A strict import with a bad row writes nothing. `progress`
    is called with the number of rows read so far, and once more at the end with all of them.

    `answers` maps the key of an unknown name to a partner's id, or to `NEW` or `LEAVE_OUT` of `name_matching`. Rows
    without an answer are left out and listed as doubts. Without `answers` unknown names raise no questions. `also` is
    called with the report inside the import's transaction. `people` are those whom the file may name as owners, by
    default those whom Tend has met.
    """

    kind: str
    mapping: Mapping | None = None
    by: str
    now: datetime
    dry_run: bool = False
    strict: bool = False
    progress: Progress | None = None
    answers: dict[str, str] | None = None
    also: AfterImport | None = None
    people: People | None = None


def run_import(engine: Engine, *, team: Team, path: Path, options: ImportOptions) -> Report:
    """Import one file.

    Raises:
        TendError: the file or the mapping is unusable. Nothing was imported.
    """
    _mapping_kind(options)  # fail before reading a large file
    sheet = read_sheet(path)
    if options.mapping is None:
        options = replace(options, mapping=recognize_mapping(sheet, _mapping_kind(options)))
    return run_sheet(engine, team=team, sheet=sheet, options=options)


@retried
@gc_paused()
def run_sheet(engine: Engine, *, team: Team, sheet: Sheet, options: ImportOptions) -> Report:
    """Import a parsed sheet; see `run_import`."""
    kind, mapping = _mapping_kind(options), options.mapping
    about = parse_context(
        team.today(options.now),
        team.currency,
        day_first=mapping.day_first if mapping else None,
        decimal_comma=mapping.decimal_comma if mapping else None,
        people=options.people or load_people(engine, team.id),
    )
    layout = build_layout(sheet, kind=kind, mapping=mapping, about=about)
    if about.day_first is None:  # other cells of the file may settle what 3/4/2026 is
        about = layout.about = replace(about, day_first=guess_day_order(layout.cells(sheet, DAY_FIELDS)).first)
    table = Table(layout, sheet)
    rows, bad = _check_rows(table, by=options.by, progress=options.progress)
    bad.extend(sheet.bad)
    job = ImportContext(
        workspace_id=team.id,
        kind=kind,
        file_name=sheet.file_name,
        by=options.by,
        now=options.now,
        about=about,
        create_partners=mapping is not None and mapping.create_partners,
        table=table,
        source=(mapping.source if mapping else None) or kind,
        zone=team.zone,
        member_names=_member_names(engine, team.id) if kind == "activities" else {},
        dry_run=options.dry_run,
        names=None if options.answers is None else NameAnswers(options.answers, load_known_names(engine, team.id)),
    )

    also = options.also

    def report(settled: ImportOutcome, refused: bool) -> Report:
        return _build_report(job, settled, bad, refused=refused)

    settled, refused = _import_rows(
        engine,
        job,
        rows,
        bad,
        strict=options.strict,
        also=(lambda session, settled: also(session, report(settled, False))) if also else None,
    )
    if options.progress:
        total = len(table) + len(sheet.bad)
        options.progress(total, total)
    return report(settled, refused)


def load_people(engine: Engine, workspace_id: int) -> People:
    """Return the full members whom Tend has met, by the name that Slack told."""
    with reading(engine) as session:
        known = members.list_members(session, workspace_id=workspace_id)
        return People(Person(one.user_id, (one.name,)) for one in known if one.standing == FULL_MEMBER)


def _member_names(engine: Engine, workspace_id: int) -> dict[str, str]:
    with reading(engine) as session:
        return {one.user_id: one.name for one in members.list_members(session, workspace_id=workspace_id)}


def recognize_mapping(sheet: Sheet, kind: Kind) -> Mapping | None:
    """Return the built-in mapping for an export that has not Tend's own columns, or None."""
    keys = {header_key(header) for header in sheet.headers} | sheet.repeated
    preset = load_preset(recognize_preset(sheet) or "")
    is_own = all(header_key(field) in keys for field in REQUIRED_FIELDS[kind])
    return fit_mapping(preset, sheet) if preset and preset.kind == kind and not is_own else None


def _build_report(job: ImportContext, settled: ImportOutcome, bad: Sequence[RejectedRow], *, refused: bool) -> Report:
    sheet = job.table.sheet
    rejected = {row.line for row in (*bad, *settled.bad)}
    return Report(
        kind=job.kind,
        rows=len(job.table) + len(sheet.bad),
        added=settled.added,
        known=settled.known,
        updated=settled.updated,
        partners_added=settled.partners_added,
        bad=tuple(sorted([*bad, *settled.bad], key=lambda row: row.line)),
        batch_id=settled.batch_id,
        dry_run=job.dry_run,
        refused=refused,
        ignored_columns=ignored_columns(sheet, job.table.layout),
        left_out=settled.left_out,
        doubts=tuple(settled.doubts.values()),
        corrections=tuple(sorted(settled.corrections, key=lambda one: one.line)),
        lost_cells=tuple(sorted((row for row in job.table.lost if row.line not in rejected), key=lambda row: row.line)),
        notes=tuple(job.table.notes.items()),
        kept=tuple(sorted(settled.kept, key=lambda one: one.line)),
    )


def _mapping_kind(options: ImportOptions) -> Kind:
    kind, mapping = options.kind, options.mapping
    valid_kind = next((field_kind for field_kind in FIELDS if field_kind == kind), None)
    if valid_kind is None:
        raise TendError(f"“{kind}” can't be imported; use one of {', '.join(FIELDS)}.")
    if mapping and mapping.kind != valid_kind:
        raise TendError(f"{mapping.file_name} is for {mapping.kind}, and this is an import of {valid_kind}.")
    return valid_kind


def _check_rows(table: Table, *, by: str, progress: Progress | None) -> tuple[list[Any], list[RejectedRow]]:
    """Split the rows into valid and rejected ones. Uses no database, so it holds no lock."""
    check: dict[Kind, Callable[[Table], Iterator[Any]]] = {
        "partners": partners.check_rows,
        "activities": activities.check_rows,
        "trust": lambda table: trust.check_rows(table, by=by),
    }
    rows: list[Any] = []
    bad: list[RejectedRow] = []
    checked = check[table.layout.kind](table)
    for place in range(0, len(table), PROGRESS_STEP):
        if progress:
            progress(place, len(table))
        for row in islice(checked, PROGRESS_STEP):
            (bad if isinstance(row, RejectedRow) else rows).append(row)
    return rows, bad


def _put_event(session: Session, job: ImportContext, settled: ImportOutcome) -> None:
    """Tell webhooks of an import as one event, in place of as many as it has rows."""
    if settled.batch_id is None:
        return
    data = {
        "import_id": settled.batch_id,
        "kind": job.kind,
        "added": settled.added,
        "updated": settled.updated,
        "partners_added": settled.partners_added,
    }
    put_event(
        session,
        EventType.IMPORT_FINISHED,
        lambda: data,
        workspace_id=job.workspace_id,
        partner_id=None,
        now=job.now,
    )


def _import_rows(
    engine: Engine,
    job: ImportContext,
    rows: Sequence[Any],
    bad: Sequence[RejectedRow],
    *,
    strict: bool,
    also: Callable[[Session, ImportOutcome], None] | None,
) -> tuple[ImportOutcome, bool]:
    """Write the rows. Return the outcome, and whether a strict import was refused because of a bad row."""
    put_in: dict[str, Callable[..., ImportOutcome]] = {
        "partners": partners.import_rows,
        "activities": activities.import_rows,
        "trust": trust.import_rows,
    }
    # If counting needs no writes, do not take the write lock.
    opened = reading if job.dry_run and job.kind != "partners" else writing
    try:
        with opened(engine) as session:
            take_turn(session, workspace_id=job.workspace_id)
            job.journal.begin(session, workspace_id=job.workspace_id)
            settled = put_in[job.kind](session, job, rows)
            if settled.batch_id is None and job.names is not None and job.journal.has_cells and not job.dry_run:
                settled.batch_id = job.start_batch(session, added=0)
            job.journal.keep(session, batch_id=settled.batch_id, by=job.by, now=job.now)
            refused = strict and bool(bad or settled.bad or job.table.lost)
            session.flush()  # so a dry run meets what the database itself would reject
            if job.dry_run or refused:
                session.rollback()
            else:
                _put_event(session, job, settled)
                if also:
                    also(session, settled)
    except IntegrityError as error:
        # On PostgreSQL two imports, or an import and a command, may add the same thing at once.
        raise TendError("Someone else added the same data at this moment; nothing was imported. Try again.") from error
    if job.dry_run or refused:
        settled.batch_id = None
    if refused:
        settled.added = settled.updated = settled.partners_added = 0
    return settled, refused
