"""Build the import forms: the file, its columns, and its names and words."""

from collections.abc import Sequence
from hashlib import sha256

from bot.actions.workspace.imports import ImportQuestions
from bot.formatting import count
from bot.importing.choices import ALLOWED_WORDS, LEAVE_EMPTY, Choices
from bot.importing.fields import FIELDS, REQUIRED_FIELDS
from bot.importing.name_matching import LEAVE_OUT, NEW, NameDoubt
from bot.importing.presets import TITLES
from bot.messages.forms import build_form, input_block
from bot.messages.workspace.imports import KINDS, field_label
from bot.slack import callback_ids
from bot.slack.blocks import Block, clip, context, escape_clip, option, section

FIND_OUT, NO_COLUMN = "find_out", "none"

COLUMN_PREFIX = "column_"
MAX_NAMES = 40
MAX_HEADERS = 85


def short_hash(*texts: str) -> str:
    """Hash a text to a short id for a form's block."""
    return sha256("\n".join(texts).encode()).hexdigest()[:16]


def _select_element(options: Sequence[tuple[str, str]], initial: str | None) -> Block:
    drawn = [option(text, value) for text, value in options]
    element: Block = {"type": "static_select", "options": drawn}
    first = next((one for one in drawn if one["value"] == initial), None)
    return element | ({"initial_option": first} if first else {})


def file_form() -> Block:
    """Ask for the file and what it contains."""
    about = context(
        "A CSV file (UTF-8) of up to 10 MB. You see a preview first; nothing is imported until you press *Import*."
    )
    takes: Block = {"type": "file_input", "filetypes": ["csv", "tsv", "txt"], "max_files": 1}
    file = input_block("file", "File", takes, False)
    kinds = [("Detect from the columns", FIND_OUT), *((text, kind) for kind, text in KINDS.items())]
    sources = [("Detect from the columns", FIND_OUT), *((text, name) for name, text in TITLES.items())]
    return build_form(
        callback_ids.IMPORT_FILE,
        "Import a file",
        "Preview",
        [
            about,
            file,
            input_block("kind", "What does it contain?", _select_element(kinds, FIND_OUT), False),
            input_block("source", "Where does it come from?", _select_element(sources, FIND_OUT), False),
        ],
    )


def columns_form(asked: ImportQuestions) -> Block:
    """Ask what each column holds."""
    choices = asked.choices
    kinds = [(text, kind) for kind, text in KINDS.items()]
    blocks = [input_block("what", "What does it contain?", _select_element(kinds, choices.kind), False)]
    if choices.kind:
        blocks += [_column_input(asked, choices.kind, name) for name in FIELDS[choices.kind]]
        blocks += _format_inputs(choices)
    return build_form(f"{callback_ids.IMPORT_COLUMNS}:{asked.id}", "Match columns", "Preview again", blocks)


def _column_input(asked: ImportQuestions, kind: str, name: str) -> Block:
    choices = asked.choices
    headers = [(header, f"h:{place}") for place, header in enumerate(asked.headers) if header][:MAX_HEADERS]
    always = [(f"always: {word.replace('_', ' ')}", f"c:{word}") for word in ALLOWED_WORDS.get(name, ())]
    needed = name in REQUIRED_FIELDS[kind]  # type: ignore[index]
    initial = NO_COLUMN
    if name in choices.constants:
        initial = f"c:{choices.constants[name]}"
    elif choices.columns.get(name):
        initial = next((value for text, value in headers if text == choices.columns[name][0]), NO_COLUMN)
    shown = clip(field_label(name) + (" (required)" if needed else ""), 150)
    return input_block(
        f"{COLUMN_PREFIX}{name}",
        shown,
        _select_element([("– not in the file –", NO_COLUMN), *headers, *always], initial),
        False,
    )


def _format_inputs(choices: Choices) -> list[Block]:
    ways = {None: FIND_OUT, True: "yes", False: "no"}
    find_out = ("Detect from the data", FIND_OUT)
    days = [find_out, ("3/4/2026 is 3 April", "yes"), ("3/4/2026 is 4 March", "no")]
    amounts = [find_out, ("1.234,56", "yes"), ("1,234.56", "no")]
    return [
        input_block("day_first", "Days", _select_element(days, ways[choices.day_first]), False),
        input_block("decimal_comma", "Amounts", _select_element(amounts, ways[choices.decimal_comma]), False),
    ]


def answers_form(asked: ImportQuestions) -> Block:
    """Ask whose name each unknown name is, and what each unknown word means."""
    blocks = [_word_input(name, word) for name, word in asked.words[:MAX_NAMES]]
    close = [doubt for doubt in asked.doubts if doubt.close]
    blocks += [_name_input(doubt) for doubt in close[:MAX_NAMES]]
    if strange := [doubt for doubt in asked.doubts if not doubt.close]:
        told = ", ".join(escape_clip(doubt.name, 60) for doubt in strange[:20])
        more = f" and {len(strange) - 20} more" if len(strange) > 20 else ""
        options = [("Add them as new partners", NEW), ("Leave their rows out", LEAVE_OUT)]
        blocks += [
            input_block(
                "rest", f"{count(len(strange), 'name')} that match no partner", _select_element(options, None), True
            ),
            context(told + more),
        ]
    if not blocks:
        blocks = [section("There is nothing left to match.")]
    return build_form(f"{callback_ids.IMPORT_ANSWERS}:{asked.id}", "Match names", "Preview again", blocks)


def _word_input(name: str, word: str) -> Block:
    options = [(our.replace("_", " "), our) for our in ALLOWED_WORDS[name]]
    if name != "kind":
        options.append(("(leave it empty)", LEAVE_EMPTY))
    shown = clip(f"{field_label(name)}: “{word}” means", 150)
    return input_block(f"w{short_hash(name, word)}", shown, _select_element(options, None), True)


def _name_input(doubt: NameDoubt) -> Block:
    options = [(f"It is {name}", str(of)) for of, name in doubt.close]
    options += [("A new partner", NEW), ("Leave its rows out", LEAVE_OUT)]
    shown = clip(f"“{clip(doubt.name, 100)}” ({count(doubt.rows, 'row')})", 150)
    return input_block(f"n{short_hash(doubt.key)}", shown, _select_element(options, None), True)
