"""The forms that ask about a file: which one, which column is which, and who is who."""

from collections.abc import Sequence
from hashlib import sha256

from bot.actions.workspace.imports import Asked
from bot.formatting import count
from bot.importing.choices import LEAVE_EMPTY, WORDS, Choices
from bot.importing.fields import FIELDS, NEEDED
from bot.importing.name_matching import NEW, OUT, Doubt
from bot.importing.presets import TITLES
from bot.messages.forms import form, input_block
from bot.messages.workspace.imports import KINDS, label
from bot.slack.blocks import Block, brief, clip, context, option, section

FILE_FORM, COLUMNS_FORM, ANSWERS_FORM = "import_file", "import_columns", "import_answers"
FIND_OUT, NO_COLUMN = "find_out", "none"

COLUMN = "column_"
MOST_NAMES = 40
MOST_HEADERS = 85


def digest(*texts: str) -> str:
    """A short name for a text, for a form's block."""
    return sha256("\n".join(texts).encode()).hexdigest()[:16]


def _select(options: Sequence[tuple[str, str]], initial: str | None) -> Block:
    drawn = [option(text, value) for text, value in options]
    element: Block = {"type": "static_select", "options": drawn}
    first = next((one for one in drawn if one["value"] == initial), None)
    return element | ({"initial_option": first} if first else {})


def file_form() -> Block:
    """Which file, and what is in it?"""
    about = context(
        "A CSV file (UTF-8) of up to 10 MB. You see first what would happen; nothing goes in before you press *Go*."
    )
    takes: Block = {"type": "file_input", "filetypes": ["csv", "tsv", "txt"], "max_files": 1}
    file = input_block("file", "File", takes, False)
    kinds = [("Find out by the columns", FIND_OUT), *((text, kind) for kind, text in KINDS.items())]
    sources = [("Find out by the columns", FIND_OUT), *((text, name) for name, text in TITLES.items())]
    return form(
        FILE_FORM,
        "Bring in a file",
        "Have a look",
        [
            about,
            file,
            input_block("kind", "What is in it?", _select(kinds, FIND_OUT), False),
            input_block("source", "Where is it from?", _select(sources, FIND_OUT), False),
        ],
    )


def columns_form(asked: Asked) -> Block:
    """Which column is which?"""
    choices = asked.choices
    kinds = [(text, kind) for kind, text in KINDS.items()]
    blocks = [input_block("what", "What is in it?", _select(kinds, choices.kind), False)]
    if choices.kind:
        blocks += [_column(asked, choices.kind, name) for name in FIELDS[choices.kind]]
        blocks += _ways(choices)
    return form(f"{COLUMNS_FORM}:{asked.id}", "Which column is which", "Look again", blocks)


def _column(asked: Asked, kind: str, name: str) -> Block:
    choices = asked.choices
    headers = [(header, f"h:{place}") for place, header in enumerate(asked.headers) if header][:MOST_HEADERS]
    always = [(f"always: {word.replace('_', ' ')}", f"c:{word}") for word in WORDS.get(name, ())]
    needed = name in NEEDED[kind]  # type: ignore[index]
    initial = NO_COLUMN
    if name in choices.constants:
        initial = f"c:{choices.constants[name]}"
    elif choices.columns.get(name):
        initial = next((value for text, value in headers if text == choices.columns[name][0]), NO_COLUMN)
    shown = clip(label(name) + (" (needed)" if needed else ""), 150)
    return input_block(
        f"{COLUMN}{name}", shown, _select([("– not in the file –", NO_COLUMN), *headers, *always], initial), False
    )


def _ways(choices: Choices) -> list[Block]:
    ways = {None: FIND_OUT, True: "yes", False: "no"}
    find_out = ("Find out by the cells", FIND_OUT)
    days = [find_out, ("3/4/2026 is 3 April", "yes"), ("3/4/2026 is 4 March", "no")]
    amounts = [find_out, ("1.234,56", "yes"), ("1,234.56", "no")]
    return [
        input_block("day_first", "Days", _select(days, ways[choices.day_first]), False),
        input_block("decimal_comma", "Amounts", _select(amounts, ways[choices.decimal_comma]), False),
    ]


def answers_form(asked: Asked) -> Block:
    """Whose is this name, and what does that word mean?"""
    blocks = [_word(name, word) for name, word in asked.words[:MOST_NAMES]]
    close = [doubt for doubt in asked.doubts if doubt.close]
    blocks += [_name(doubt) for doubt in close[:MOST_NAMES]]
    if strange := [doubt for doubt in asked.doubts if not doubt.close]:
        told = ", ".join(brief(doubt.name, 60) for doubt in strange[:20])
        more = f" and {len(strange) - 20} more" if len(strange) > 20 else ""
        options = [("Add them as new partners", NEW), ("Leave their rows out", OUT)]
        blocks += [
            input_block("rest", f"{count(len(strange), 'name')} like no partner here", _select(options, None), True),
            context(told + more),
        ]
    if not blocks:
        blocks = [section("There is nothing to ask.")]
    return form(f"{ANSWERS_FORM}:{asked.id}", "Who is who", "Look again", blocks)


def _word(name: str, word: str) -> Block:
    options = [(our.replace("_", " "), our) for our in WORDS[name]]
    if name != "kind":
        options.append(("(leave it empty)", LEAVE_EMPTY))
    shown = clip(f"{label(name)}: “{word}” means", 150)
    return input_block(f"w{digest(name, word)}", shown, _select(options, None), True)


def _name(doubt: Doubt) -> Block:
    options = [(f"It is {name}", str(of)) for of, name in doubt.close]
    options += [("A new partner", NEW), ("Leave its rows out", OUT)]
    shown = clip(f"“{clip(doubt.name, 100)}” ({count(doubt.rows, 'row')})", 150)
    return input_block(f"n{digest(doubt.key)}", shown, _select(options, None), True)
