"""Files that are brought in: asking for one, its columns, its names, and then *Go*."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.actions.caller import Caller
from bot.actions.workspace import imports
from bot.actions.workspace.imports import DONE, IMPORTING, ImportQuestions
from bot.background.run_import import ImportJob, start_job
from bot.errors import FieldError
from bot.forms.state import FormState, field_value
from bot.importing.choices import Choices
from bot.importing.fields import FIELDS, REQUIRED_FIELDS, Kind
from bot.importing.mapping import fold_word
from bot.importing.presets import TITLES
from bot.listeners.respond import NOTHING, Form, Reply
from bot.listeners.types import Body, ButtonHandler, FormHandler, parse_form_id, parse_id
from bot.messages.workspace import import_forms as forms
from bot.messages.workspace import imports as words
from bot.services import Services
from bot.slack import action_ids, callback_ids


def ask_for_file(caller: Caller) -> Reply:
    """Return the form that takes a file. Raise NotAllowed for anyone but a steward."""
    caller.require_steward(imports.IMPORT_ACTION)
    return Form(forms.file_form())


def _submit_file(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    caller.require_steward(imports.IMPORT_ACTION)
    given = state.get("file", {}).get("file", {}).get("files")
    file = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
    file_id, name = file.get("id"), str(file.get("name") or "file.csv")[:255]
    if not isinstance(file_id, str) or not file_id:
        raise FieldError("file", "Attach a CSV file.")
    source = field_value(state, "source")
    source = source if isinstance(source, str) and source in TITLES else ""
    staged_id = imports.stage_file(
        services.engine, caller, file_id, name, _read_kind(field_value(state, "kind")), source
    )
    started = _run_in_background(services, caller, staged_id, lambda work: work.look())
    return words.started_message(name) if started is NOTHING else started


def _read_kind(text: object) -> Kind | None:
    return next((kind for kind in FIELDS if kind == text), None)


def _run_in_background(
    services: Services,
    caller: Caller,
    staged_id: int,
    act: Callable[[ImportJob], None],
    place: tuple[str, str] | None = None,
) -> Reply:
    """Go on with a file. Its one message in the DM tells of it, at `place` where no file is staged any more."""
    work = ImportJob(services, caller, staged_id, place)
    return NOTHING if start_job(services, lambda: act(work)) else words.restarting_message()


def _open_columns(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(forms.columns_form(imports.get_questions(services.engine, caller, parse_id(value))))


def _open_answers(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    asked = imports.get_questions(services.engine, caller, parse_id(value))
    if not asked.words and not asked.doubts:
        return words.started_message(asked.file_name)
    return Form(forms.answers_form(asked))


def _submit_columns(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    asked = imports.get_questions(services.engine, caller, parse_form_id(rest))
    kind = _read_kind(field_value(state, "what"))
    if kind is None:
        raise FieldError("what", "Choose what it contains.")
    choices = _choices_from_form(asked, kind, state) if kind == asked.choices.kind else Choices(kind=kind)
    imports.save_choices(services.engine, caller, asked.id, choices)
    return _run_in_background(services, caller, asked.id, lambda work: work.look())


def _choices_from_form(asked: ImportQuestions, kind: Kind, state: FormState) -> Choices:
    columns, constants = dict(asked.choices.columns), dict(asked.choices.constants)
    for name in FIELDS[kind]:
        if not state.is_touched(forms.COLUMN_PREFIX + name):
            continue
        columns.pop(name, None)
        constants.pop(name, None)
        what, _, which = str(field_value(state, forms.COLUMN_PREFIX + name) or "").partition(":")
        if what == "h" and which.isdecimal() and int(which) < len(asked.headers):
            columns[name] = (asked.headers[int(which)],)
        elif what == "c":
            constants[name] = which
    for name in REQUIRED_FIELDS[kind]:
        if name not in columns and name not in constants:
            raise FieldError(forms.COLUMN_PREFIX + name, f"{words.field_label(name)} is required: choose its column.")
    ways = {"yes": True, "no": False}
    return replace(
        asked.choices,
        columns=columns,
        constants=constants,
        day_first=ways.get(str(field_value(state, "day_first"))),
        decimal_comma=ways.get(str(field_value(state, "decimal_comma"))),
    )


def _submit_answers(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    asked = imports.get_questions(services.engine, caller, parse_form_id(rest))
    told_words, told_names = {}, {}
    for field, word in asked.words:
        if isinstance(ours := field_value(state, f"w{forms.short_hash(field, word)}"), str):
            told_words[field, fold_word(word)] = ours
    rest_of_them = field_value(state, "rest")
    for doubt in asked.doubts:
        told = field_value(state, f"n{forms.short_hash(doubt.key)}") if doubt.close else rest_of_them
        if isinstance(told, str):
            told_names[doubt.key] = told
    choices = imports.merge_answers(asked.choices, told_words, told_names)
    imports.save_choices(services.engine, caller, asked.id, choices)
    return _run_in_background(services, caller, asked.id, lambda work: work.look())


def _start_import(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    staged_id = parse_id(value)
    imports.start_import(services.engine, caller, staged_id)
    return _run_in_background(services, caller, staged_id, lambda work: work.put_in())


def _discard_file(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.discarded_message(imports.discard_file(services.engine, caller, parse_id(value)))


def _resume_file(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    staged_id = parse_id(value)
    state = imports.resume_file(services.engine, caller, staged_id)
    acts: Mapping[str, Callable[[ImportJob], None]] = {
        IMPORTING: lambda work: work.put_in(),
        DONE: lambda work: work.tell(),
    }
    return _run_in_background(services, caller, staged_id, acts.get(state, lambda work: work.look()))


def _undo_import(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    batch_id = parse_id(value.removesuffix("+"))
    report = str((body.get("message") or {}).get("text") or "")
    if not value.endswith("+"):
        return words.undone_message(imports.undo_import(services.engine, caller, batch_id), report, value)
    caller.require_steward("undo an import")  # of a large one Slack does not wait for the end
    place = body.get("container", {})
    return _run_in_background(
        services,
        caller,
        0,
        lambda work: work.undo(batch_id, report, value),
        (str(place.get("channel_id")), str(place.get("message_ts"))),
    )


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.IMPORT_COLUMNS, _open_columns, False),
    (action_ids.IMPORT_ANSWERS, _open_answers, False),
    (action_ids.IMPORT_GO, _start_import, False),
    (action_ids.IMPORT_STOP, _discard_file, True),
    (action_ids.IMPORT_AGAIN, _resume_file, False),
    (action_ids.UNDO_IMPORT, _undo_import, True),
)
OWN_MESSAGE = (action_ids.IMPORT_STOP, action_ids.UNDO_IMPORT)
"""Buttons whose answer takes the place of the import's message also where that was posted: only one person has it."""
FORMS: Mapping[str, FormHandler] = {
    callback_ids.IMPORT_FILE: _submit_file,
    callback_ids.IMPORT_COLUMNS: _submit_columns,
    callback_ids.IMPORT_ANSWERS: _submit_answers,
}
