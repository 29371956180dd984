"""Steps of an import, from one click to the next. `bot.background.run_import` does the slow work."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import NotFound, TendError
from bot.importing.choices import Choices, OpenQuestions
from bot.importing.fields import Kind
from bot.importing.name_matching import NameDoubt
from bot.importing.report import Correction, KeptEdit, RejectedRow, Report
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.imports import rollback, staged_files
from storage.imports.rollback import Blocker
from storage.imports.staged_files import StagedFile
from storage.ledger import automatic

READING, ASKING, IMPORTING, DONE = "reading", "asking", "importing", "done"
LEASE = timedelta(minutes=5)
IMPORT_ACTION = "import files"
NOT_WAITING = "That import has finished or expired after a day. Start again with `/tend import`."
BUSY = "Tend is already working on it; follow the progress in your DM."


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What was found in a file. `report` is what an import would do, or None while questions are open."""

    file_name: str
    headers: tuple[str, ...]
    choices: Choices
    open_questions: OpenQuestions
    report: Report | None = None
    problem: str = ""

    def as_json(self) -> str:
        """Return as JSON what the forms need later."""
        doubts = self.report.doubts if self.report else ()
        kept = {
            "headers": self.headers,
            "words": self.open_questions.words,
            "doubts": [[doubt.key, doubt.name, doubt.rows, doubt.close, doubt.has_id] for doubt in doubts],
        }
        return json.dumps(kept, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ImportQuestions:
    """A staged file with the open questions for its forms."""

    id: int
    file_name: str
    choices: Choices
    headers: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    doubts: tuple[NameDoubt, ...]


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """The result of a rollback. With `blockers` nothing was changed."""

    blockers: tuple[Blocker, ...]


@retried
def stage_file(engine: Engine, caller: Caller, file_id: str, file_name: str, kind: Kind | None, source: str) -> int:
    """Stage a file to be fetched and read, and return its id.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(IMPORT_ACTION)
    with writing(engine) as session:
        caller.claim_request_key(session)
        return staged_files.stage(
            session,
            workspace_id=caller.team.id,
            file_id=file_id,
            file_name=file_name,
            choices=Choices(kind=kind, source=source).as_json(),
            by=caller.user_id,
            now=caller.now,
        )


def get_questions(engine: Engine, caller: Caller, staged_id: int) -> ImportQuestions:
    """Load a staged file's questions for its forms.

    Raises:
        NotAllowed: the caller is not a steward.
        TendError: it is being worked on.
    """
    caller.require_steward(IMPORT_ACTION)
    with reading(engine) as session:
        staged = _load_staged(session, caller, staged_id)
    if staged.state != ASKING:
        raise TendError(BUSY)
    kept: dict[str, Any] = json.loads(staged.report or "{}")
    doubts = tuple(
        NameDoubt(key, name, rows, tuple((of, known) for of, known in close), *more)
        for key, name, rows, close, *more in kept.get("doubts", ())
    )
    words = tuple((field, word) for field, word in kept.get("words", ()))
    choices = Choices.of_json(staged.choices)
    return ImportQuestions(staged.id, staged.file_name, choices, tuple(kept.get("headers", ())), words, doubts)


def save_choices(engine: Engine, caller: Caller, staged_id: int, choices: Choices) -> None:
    """Save the choices and have the file read again. Raises as `get_questions`."""
    caller.require_steward(IMPORT_ACTION)
    _claim(engine, caller, staged_id, of=(ASKING,), to=READING, choices=choices.as_json())


def start_import(engine: Engine, caller: Caller, staged_id: int) -> None:
    """Claim the file for importing; only one click succeeds. Raises as `get_questions`."""
    caller.require_steward(IMPORT_ACTION)
    _claim(engine, caller, staged_id, of=(ASKING,), to=IMPORTING)


@retried
def discard_file(engine: Engine, caller: Caller, staged_id: int) -> str:
    """Discard a staged file and return its name. Raises as `get_questions`."""
    caller.require_steward(IMPORT_ACTION)
    with writing(engine) as session:
        staged = _load_staged(session, caller, staged_id)
        if not staged_files.discard(session, workspace_id=caller.team.id, staged_id=staged_id, of=(ASKING,)):
            raise TendError(BUSY)
    return staged.file_name


@retried
def resume_file(engine: Engine, caller: Caller, staged_id: int) -> str:
    """Take over a file whose process died, and return its state. Raises as `get_questions`."""
    caller.require_steward(IMPORT_ACTION)
    with writing(engine) as session:
        staged = _load_staged(session, caller, staged_id)
        at: dict[str, Any] = {"workspace_id": caller.team.id, "staged_id": staged_id, "now": caller.now}
        to = READING if staged.state == ASKING else staged.state
        idle = None if staged.state in (ASKING, DONE) else caller.now - LEASE
        if not staged_files.claim(session, of=(staged.state,), to=to, idle_since=idle, **at):
            raise TendError(BUSY)
        return to


@retried
def undo_import(engine: Engine, caller: Caller, batch_id: int) -> RollbackResult:
    """Roll an import back, unless later changes depend on it.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward("undo an import")
    try:
        with writing(engine) as session:
            found = rollback.roll_back(session, workspace_id=caller.team.id, batch_id=batch_id, now=caller.now)
            automatic.settle(session, workspace_id=caller.team.id, now=caller.now)
    except IntegrityError as error:
        # On PostgreSQL somebody may have changed one of its partners after the check for dependent rows.
        raise TendError("Someone has just changed one of its partners, so nothing was undone. Try again.") from error
    if found is None:
        raise NotFound("That import was already undone, or can no longer be.")
    return RollbackResult(tuple(found))


_KEPT = ("line", "name", "field", "value", "by")


def report_json(report: Report) -> str:
    """Return a report as JSON, to keep until it was shown."""
    rows = ("bad", "lost_cells")
    others = ("doubts", "corrections", "kept")
    plain = {name: getattr(report, name) for name in Report.__slots__ if name not in (*rows, *others)}
    told = {name: [[row.line, row.reason, row.column, row.short] for row in getattr(report, name)] for name in rows}
    corrections = [[one.line, one.name, one.changes] for one in report.corrections]
    edits = [[*(getattr(one, name) for name in _KEPT), one.on.isoformat()] for one in report.kept]
    return json.dumps(plain | told | {"corrections": corrections, "kept": edits}, ensure_ascii=False)


def parse_report(text: str) -> Report:
    """Parse the output of `report_json`."""
    kept: dict[str, Any] = json.loads(text)
    for name in ("bad", "lost_cells"):
        kept[name] = tuple(RejectedRow(*row) for row in kept.get(name, ()))
    kept["corrections"] = tuple(
        Correction(line, name, tuple((field, old, new) for field, old, new in changes))
        for line, name, changes in kept.get("corrections", ())
    )
    kept["kept"] = tuple(
        KeptEdit(line, name, field, value, by, date.fromisoformat(on))
        for line, name, field, value, by, on in kept.get("kept", ())
    )
    kept["notes"] = tuple((note, number) for note, number in kept.get("notes", ()))
    kept["ignored_columns"] = tuple(kept["ignored_columns"])
    return Report(**kept)


def merge_answers(choices: Choices, words: dict[tuple[str, str], str], names: dict[str, str]) -> Choices:
    """Add answers to the choices: words by field and folded word, names by key."""
    told = {field: dict(found) for field, found in choices.words.items()}
    for (field, word), ours in words.items():
        told.setdefault(field, {})[word] = ours
    return replace(choices, words=told, names={**choices.names, **names})


@retried
def _claim(engine: Engine, caller: Caller, staged_id: int, *, of: tuple[str, ...], to: str, **fields: Any) -> None:
    with writing(engine) as session:
        _load_staged(session, caller, staged_id)
        if not staged_files.claim(
            session, workspace_id=caller.team.id, staged_id=staged_id, of=of, to=to, now=caller.now, **fields
        ):
            raise TendError(BUSY)


def _load_staged(session: Session, caller: Caller, staged_id: int) -> StagedFile:
    found = staged_files.get(session, workspace_id=caller.team.id, staged_id=staged_id)
    if found is None:
        raise NotFound(NOT_WAITING)
    return found
