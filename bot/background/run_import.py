"""The slow steps of an import: fetch, check and import the file in the background.

It goes on in a thread that counts as in hand. What it stands at is kept in the database: a process that dies leaves
nothing half, and any other goes on from there at the next click.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.workspace import imports
from bot.actions.workspace.imports import ASKING, DONE, IMPORTING, READING, ImportPreview
from bot.background.thread import run_in_background
from bot.error_messages import text_for
from bot.errors import TendError
from bot.importing.cells import parse_context
from bot.importing.choices import Choices, answer_all, find_open_questions, first_choices, headers_key
from bot.importing.csv_reader import Sheet, parse_sheet
from bot.importing.people import People, Person
from bot.importing.rejects import rejects_csv
from bot.importing.report import Report
from bot.importing.run import ImportOptions, run_sheet
from bot.messages.workspace import imports as words
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack.blocks import Message
from bot.slack.directory import fetch_people
from bot.slack.download import download_file
from bot.slack.messaging import describe_error, open_dm
from storage.db.engine import reading
from storage.db.retry import transact
from storage.imports import staged_files
from storage.imports.staged_files import StagedFile

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 3.0
"""How often a message about progress changes: Slack takes about one change a second."""


class _ClaimLost(Exception):
    """Another process is working on the file."""


def start_job(services: Services, act: Callable[[], None]) -> bool:
    """Start work on an import in the background. Return False if the process is stopping."""
    return run_in_background(services, "import", act)


@dataclass(slots=True)
class ImportJob:
    """The work on one file for the person who imports it."""

    services: Services
    caller: Caller
    staged_id: int
    _place: tuple[str, str] | None = None
    _shown_at: float = 0.0
    _remember: tuple[str, str] | None = None
    _people: People | None = None

    @property
    def _at(self) -> dict[str, Any]:
        """Return the keys that identify the file to `staged_files`."""
        return {"workspace_id": self.caller.team.id, "staged_id": self.staged_id}

    def look(self) -> None:
        """Fetch the file if needed, check it, and show the preview with open questions."""
        staged = self._staged()
        try:
            self._show(words.progress_message(self.staged_id, staged.file_name, "is being read"))
            found = self._found(staged)
        except TendError as error:
            self._drop()
            self._show(words.unusable_message(staged.file_name, str(error)))
        except Exception as error:
            self._failed(staged, error)
        else:
            self._note(state=ASKING, choices=found.choices.as_json(), report=found.as_json())
            self._show(words.preview_message(self.staged_id, found))

    def put_in(self) -> None:
        """Import the file in one transaction and report the result."""
        staged = self._staged()
        try:
            self._show(words.progress_message(self.staged_id, staged.file_name, "is being imported"))
            sheet, choices = parse_sheet(staged.file_name, staged.content or b""), Choices.of_json(staged.choices)
            report = self._run(sheet, choices, dry_run=False)
        except _ClaimLost:
            return
        except Exception as error:
            self._failed(staged, error)
        else:
            self._tell(staged, sheet, report)

    def tell(self) -> None:
        """Report an import whose process died before it could."""
        staged = self._staged()
        sheet = parse_sheet(staged.file_name, staged.content or b"")
        self._tell(staged, sheet, imports.parse_report(staged.report))

    def undo(self, batch_id: int, report: str, value: str) -> None:
        """Roll a large import back and show the result in the place of its report."""
        self._show(words.taking_back_message(report))
        try:
            done = imports.undo_import(self.services.engine, self.caller, batch_id)
            message = words.undone_message(done, report, value)
        except Exception as error:
            message = words.undo_failed_message(text_for(error))
        self._show(message)

    def _found(self, staged: StagedFile) -> ImportPreview:
        name, content = staged.file_name, staged.content
        if content is None:
            client = self.services.workspaces.client(self.caller.team)
            name, content = download_file(client, staged.file_id, self.services.settings.slack_api_url)
            self._note(content=content, file_name=name)
        sheet = parse_sheet(name, content)
        choices = self._choices(staged, sheet)
        now = self.services.clock()
        about = parse_context(self.caller.team.today(now), self.caller.team.currency)
        choices, unknown = find_open_questions(sheet, choices, about)
        report, problem = None, ""
        if not unknown.of_columns:
            try:
                report = self._run(sheet, choices, dry_run=True)
                if unknown.words:  # words and names are asked about in one round
                    answered = self._run(sheet, answer_all(choices, unknown.words), dry_run=True)
                    report = replace(report, doubts=answered.doubts)
            except TendError as error:
                problem = str(error)
        return ImportPreview(name, sheet.headers, choices, unknown, report, problem)

    def _choices(self, staged: StagedFile, sheet: Sheet) -> Choices:
        chosen = Choices.of_json(staged.choices)
        if chosen.columns or chosen.constants:
            return chosen
        with reading(self.services.engine) as session:
            kept = staged_files.load_choices(session, workspace_id=self.caller.team.id, headers=headers_key(sheet))
        remembered = Choices.of_json(kept) if kept else None
        return first_choices(sheet, kind=chosen.kind, source=chosen.source, remembered=remembered)

    def _run(self, sheet: Sheet, choices: Choices, *, dry_run: bool) -> Report:
        # Names became aliases, and one file's date format says nothing about the next.
        kept = replace(choices, names={}, day_first=None, decimal_comma=None)
        self._remember = (headers_key(sheet), kept.as_json())
        return run_sheet(
            self.services.engine,
            team=self.caller.team,
            sheet=sheet,
            options=ImportOptions(
                kind=choices.kind or "",
                mapping=choices.mapping(sheet.file_name),
                by=self.caller.user_id,
                now=self.services.clock(),
                dry_run=dry_run,
                progress=lambda done, total: self._progress(sheet.file_name, done, total),
                answers=dict(choices.names),
                also=None if dry_run else self._finish,
                people=self._members() if "owner" in choices.columns else None,
            ),
        )

    def _members(self) -> People:
        """Return the full members of the workspace, as Slack knows them now."""
        if self._people is None:
            team = self.caller.team
            self._people = People(Person(*one) for one in fetch_people(self.services.workspaces.client(team), team))
        return self._people

    def _finish(self, session: Session, report: Report) -> None:
        """Mark the import, in its own transaction, as done and still to be reported."""
        told = imports.report_json(report)
        if not staged_files.claim(
            session, of=(IMPORTING,), to=DONE, now=self.services.clock(), report=told, **self._at
        ):
            raise _ClaimLost
        assert self._remember is not None  # it runs an import
        headers, choices = self._remember
        staged_files.save_choices(
            session, workspace_id=self.caller.team.id, headers=headers, choices=choices, now=self.services.clock()
        )

    def _progress(self, file_name: str, done: int, total: int) -> None:
        if done and done < total and time.monotonic() - self._shown_at > PROGRESS_SECONDS:
            self._note()
            self._show(
                words.progress_message(self.staged_id, file_name, f"is being checked: {done:,} of {total:,} rows")
            )

    def _tell(self, staged: StagedFile, sheet: Sheet, report: Report) -> None:
        self._show(words.report_message(staged.file_name, report))
        if report.bad:
            client = self.services.workspaces.client(self.caller.team)
            client.files_upload_v2(
                channel=open_dm(client, self.caller.user_id),
                file=rejects_csv(sheet, report),
                filename="rejected-rows.csv",
                title="Rejected rows",
                initial_comment=words.REJECTS_COMMENT,
            )
        self._discard(DONE)

    def _failed(self, staged: StagedFile, error: Exception) -> None:
        why = describe_error(error).text if isinstance(error, SlackApiError | OSError) else text_for(error)
        log.warning("an import stopped: %s", safe_repr(error))
        claim = partial(staged_files.claim, of=(READING, IMPORTING), to=ASKING, now=self.services.clock(), **self._at)
        # A committed import stays, even if the answer to its commit was lost.
        if transact(self.services.engine, claim):
            self._show(words.failed_message(self.staged_id, staged.file_name, why))

    def _drop(self) -> None:
        self._discard(READING, ASKING)

    def _discard(self, *states: str) -> None:
        transact(self.services.engine, partial(staged_files.discard, of=states, **self._at))

    def _staged(self) -> StagedFile:
        with reading(self.services.engine) as session:
            found = staged_files.get(session, **self._at)
        if found is None:
            raise _ClaimLost
        return found

    def _note(self, **fields: Any) -> None:
        note = partial(staged_files.save_progress, now=self.services.clock(), **self._at, **fields)
        transact(self.services.engine, note)

    def _show(self, message: Message) -> None:
        """Update the one message about this file in the person's DM."""
        client = self.services.workspaces.client(self.caller.team)
        self._shown_at = time.monotonic()
        with reading(self.services.engine) as session:
            staged = staged_files.get(session, **self._at)
        if staged and staged.message_ts:
            self._place = (staged.channel, staged.message_ts)
        if self._place:
            try:
                client.chat_update(channel=self._place[0], ts=self._place[1], **message.payload())
                return
            except SlackApiError as error:
                log.warning("a message about an import could not be changed: %s", safe_repr(error))
        self._place = self._post(client, message)
        self._note(channel=self._place[0], message_ts=self._place[1])

    def _post(self, client: WebClient, message: Message) -> tuple[str, str]:
        """Post a new message in the person's DM. Return its channel and timestamp."""
        channel = open_dm(client, self.caller.user_id)
        posted = client.chat_postMessage(channel=channel, **message.payload())
        return str(posted["channel"]), str(posted["ts"])
