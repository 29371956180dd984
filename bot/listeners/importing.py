"""Files that are brought in: asking for one, its columns, its names, and then *Go*."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.actions.caller import Caller
from bot.actions.workspace import imports
from bot.actions.workspace.imports import DONE, IMPORTING, Asked
from bot.errors import FieldError
from bot.forms.state import State, said
from bot.importing.choices import Choices
from bot.importing.fields import FIELDS, NEEDED, Kind
from bot.importing.mapping import fold
from bot.importing.presets import TITLES
from bot.jobs.run_import import Work, later
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, Press, Submit, id_in, number
from bot.messages.workspace import import_forms as forms
from bot.messages.workspace import imports as words
from bot.services import House


def ask_for_file(caller: Caller) -> Reply:
    """The form that takes a file."""
    caller.must_be_steward(imports.DOING)
    return Form(forms.file_form())


def _file(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    caller.must_be_steward(imports.DOING)
    given = state.get("file", {}).get("file", {}).get("files")
    file = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
    file_id, name = file.get("id"), str(file.get("name") or "file.csv")[:255]
    if not isinstance(file_id, str) or not file_id:
        raise FieldError("file", "Give a CSV file.")
    source = said(state, "source")
    source = source if isinstance(source, str) and source in TITLES else ""
    staged_id = imports.begin(house.engine, caller, file_id, name, _kind(said(state, "kind")), source)
    return _aside(house, caller, staged_id, lambda work: work.look(), name)


def _kind(text: object) -> Kind | None:
    return next((kind for kind in FIELDS if kind == text), None)


def _aside(house: House, caller: Caller, staged_id: int, act: Callable[[Work], None], name: str = "The file") -> Reply:
    work = Work(house, caller, staged_id)
    return words.on_its_way(name) if later(house, lambda: act(work)) else words.restarting()


def _columns(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(forms.columns_form(imports.asked(house.engine, caller, number(value))))


def _answers(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    asked = imports.asked(house.engine, caller, number(value))
    if not asked.words and not asked.doubts:
        return words.on_its_way(asked.file_name)
    return Form(forms.answers_form(asked))


def _columns_chosen(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    asked = imports.asked(house.engine, caller, id_in(rest))
    kind = _kind(said(state, "what"))
    if kind is None:
        raise FieldError("what", "Say what is in it.")
    choices = _chosen(asked, kind, state) if kind == asked.choices.kind else Choices(kind=kind)
    imports.answer(house.engine, caller, asked.id, choices)
    return _aside(house, caller, asked.id, lambda work: work.look(), asked.file_name)


def _chosen(asked: Asked, kind: Kind, state: State) -> Choices:
    columns, constants = dict(asked.choices.columns), dict(asked.choices.constants)
    for name in FIELDS[kind]:
        if not state.is_touched(forms.COLUMN + name):
            continue
        columns.pop(name, None)
        constants.pop(name, None)
        what, _, which = str(said(state, forms.COLUMN + name) or "").partition(":")
        if what == "h" and which.isdecimal() and int(which) < len(asked.headers):
            columns[name] = (asked.headers[int(which)],)
        elif what == "c":
            constants[name] = which
    for name in NEEDED[kind]:
        if name not in columns and name not in constants:
            raise FieldError(forms.COLUMN + name, f"{words.label(name)} is needed: choose its column.")
    ways = {"yes": True, "no": False}
    return replace(
        asked.choices,
        columns=columns,
        constants=constants,
        day_first=ways.get(str(said(state, "day_first"))),
        decimal_comma=ways.get(str(said(state, "decimal_comma"))),
    )


def _answered(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    asked = imports.asked(house.engine, caller, id_in(rest))
    told_words, told_names = {}, {}
    for field, word in asked.words:
        if isinstance(ours := said(state, f"w{forms.digest(field, word)}"), str):
            told_words[field, fold(word)] = ours
    rest_of_them = said(state, "rest")
    for doubt in asked.doubts:
        told = said(state, f"n{forms.digest(doubt.key)}") if doubt.close else rest_of_them
        if isinstance(told, str):
            told_names[doubt.key] = told
    choices = imports.with_answers(asked.choices, told_words, told_names)
    imports.answer(house.engine, caller, asked.id, choices)
    return _aside(house, caller, asked.id, lambda work: work.look(), asked.file_name)


def _go(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    staged_id = number(value)
    imports.go(house.engine, caller, staged_id)
    return _aside(house, caller, staged_id, lambda work: work.put_in())


def _stop(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return words.stopped(imports.stop(house.engine, caller, number(value)))


def _again(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    staged_id = number(value)
    state = imports.again(house.engine, caller, staged_id)
    acts: Mapping[str, Callable[[Work], None]] = {IMPORTING: lambda work: work.put_in(), DONE: lambda work: work.tell()}
    return _aside(house, caller, staged_id, acts.get(state, lambda work: work.look()))


def _undo(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    batch_id = number(value.removesuffix("+"))
    if not value.endswith("+"):
        return words.undone(imports.undo(house.engine, caller, batch_id))
    caller.must_be_steward("take an import back")  # of a large one Slack does not wait for the end
    return _aside(house, caller, 0, lambda work: work.undo(batch_id), "Taking it back")


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (words.COLUMNS, _columns, False),
    (words.ANSWERS, _answers, False),
    (words.GO, _go, False),
    (words.STOP, _stop, False),
    (words.AGAIN, _again, False),
    (words.UNDO, _undo, False),
)
FORMS: Mapping[str, Submit] = {
    forms.FILE_FORM: _file,
    forms.COLUMNS_FORM: _columns_chosen,
    forms.ANSWERS_FORM: _answered,
}
