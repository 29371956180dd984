"""Bringing a file in: the forms that ask, what was found, how far it is, and what came of it."""

from collections.abc import Sequence
from hashlib import sha256

from bot.actions.importing import Asked, Found, Undone
from bot.importing.choosing import LEAVE_EMPTY, WORDS, Choices, Unknown
from bot.importing.fields import FIELDS, NEEDED
from bot.importing.known_exports import TITLES
from bot.importing.names import NEW, OUT, Doubt
from bot.importing.report import BadRow, Report
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    and_more,
    bold,
    brief,
    button,
    clip,
    context,
    esc,
    lines,
    option,
    section,
)
from bot.messages.forms import form, input_block
from bot.messages.words import count

FILE_FORM, COLUMNS_FORM, ANSWERS_FORM = "import_file", "import_columns", "import_answers"
COLUMNS, ANSWERS, GO = "import_columns", "import_answers", "import_go"
STOP, AGAIN, UNDO = "import_stop", "import_again", "undo_import"
COLUMN = "column_"
FIND_OUT, NO_COLUMN = "find_out", "none"
MOST_TOLD = 5
MOST_NAMES = 40
MOST_HEADERS = 85
KINDS = {"partners": "Partners", "activities": "Activities: referrals, deals, events", "trust": "Trust ratings"}
LABELS = {
    "name": "Name of the partner", "partner": "Partner", "occurred_on": "Day", "rated_on": "Day",
    "since": "Partner since",
    "cadence_days": "Days between touches", "wiifm_us": "In it for us", "wiifm_them": "In it for them",
    "wiifm_clients": "In it for clients", "external_id": "Id in the other system", "level": "Trust, 1 to 5",
    "kind": "Kind of activity", "medium": "By what way", "outcome_on": "Day of the outcome",
    "side": "Whose trust", "rater": "Who rated", "owner": "Owner (Slack id)", "count": "How many",
}  # fmt: skip
BAD_ROWS = "The rows that were not taken, each with its line and the reason. Mend them and bring in the file again."


def label(field: str) -> str:
    """A field of ours in words."""
    return LABELS.get(field) or field.replace("_", " ").capitalize()


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
    options += [("(leave it empty)", LEAVE_EMPTY)] if name not in ("kind",) else []
    shown = clip(f"{label(name)}: “{word}” means", 150)
    return input_block(f"w{digest(name, word)}", shown, _select(options, None), True)


def _name(doubt: Doubt) -> Block:
    options = [(f"It is {name}", str(of)) for of, name in doubt.close]
    options += [("A new partner", NEW), ("Leave its rows out", OUT)]
    shown = clip(f"“{clip(doubt.name, 100)}” ({count(doubt.rows, 'row')})", 150)
    return input_block(f"n{digest(doubt.key)}", shown, _select(options, None), True)


def at_work(staged_id: int, file_name: str, doing: str) -> Message:
    """That something goes on; with a way out, should its process have ended."""
    text = f":hourglass_flowing_sand: {bold(file_name)} {doing}…"
    note = context("If this stays for more than five minutes, have it tried again.")
    return Message(text, [section(text), note, actions(button("Try again", AGAIN, str(staged_id)))])


def preview(staged_id: int, found: Found) -> Message:
    """What was understood, and what would happen."""
    value = str(staged_id)
    what = KINDS.get(found.choices.kind or "", "a file").split(":")[0].lower()
    source = f" ({TITLES[found.choices.source]})" if found.choices.source in TITLES else ""
    text = f":mag: {bold(found.file_name)}: {what}{source}"
    blocks = [section(text), *_understood(found.choices)]
    report = found.report
    blocks += [section(f":question: {one}") for one in _open_questions(found)]
    buttons = []
    if report:
        blocks += _would(report)
        if report.added or report.updated:
            buttons.append(button(_go_label(report), GO, value, "primary"))
    if found.unknown.words or (report and report.doubts):
        buttons.append(button("Who is who", ANSWERS, value))
    buttons += [button("Columns", COLUMNS, value), button("Don't import", STOP, value)]
    return Message(f"{found.file_name}: nothing is imported yet", [*blocks, actions(*buttons)])


def _go_label(report: Report) -> str:
    undecided = sum(doubt.rows for doubt in report.doubts)
    return f"Go without {count(undecided, 'row')}" if undecided else "Go"


def _understood(choices: Choices) -> list[Block]:
    told = [f"{label(name)} ← {brief(' or '.join(headers), 80)}" for name, headers in choices.columns.items()]
    told += [f"{label(name)}: always {brief(text, 60)}" for name, text in choices.constants.items()]
    if choices.day_first is not None:
        told.append("3/4/2026 is " + ("3 April" if choices.day_first else "4 March"))
    if choices.decimal_comma is not None:
        told.append("amounts are like " + ("1.234,56" if choices.decimal_comma else "1,234.56"))
    return [context(" · ".join(told))] if told else []


def _open_questions(found: Found) -> list[str]:
    unknown: Unknown = found.unknown
    asked = []
    if unknown.kind:
        asked.append("The columns do not say what is in it: press *Columns*.")
    if unknown.fields:
        asked.append(f"Which column holds: {', '.join(label(name) for name in unknown.fields)}? Press *Columns*.")
    if unknown.days:
        asked.append("Is 3/4/2026 in it the 3rd of April or the 4th of March? Press *Columns*.")
    if unknown.amounts:
        asked.append("Is 1.234 in it over a thousand, or one and a bit? Press *Columns*.")
    asked += [f"{label(name)}: that column holds too many different words." for name in unknown.too_many_words]
    if unknown.words:
        told = ", ".join(f"“{brief(word, 40)}”" for _, word in unknown.words[:MOST_TOLD])
        asked.append(f"What does it mean: {told}{' …' if len(unknown.words) > MOST_TOLD else ''}? Press *Who is who*.")
    if found.problem:
        asked.append(esc(found.problem))
    return asked


def _would(report: Report) -> list[Block]:
    parts = [
        f"*{report.added:,} new*",
        f"{report.known:,} there already",
        f"{report.updated:,} would be updated",
        f"{count(report.partners_added, 'new partner')} on the way" if report.partners_added else "",
        f"{report.left_out:,} left out" if report.left_out else "",
        f"{len(report.bad):,} can't be taken",
    ]
    blocks = [section(f"{count(report.rows, 'row')}: " + ", ".join(part for part in parts if part) + ".")]
    if report.doubts:
        told = [_doubt(doubt) for doubt in report.doubts]
        blocks.append(section(lines("Not a partner here by that name", told, most=MOST_TOLD)))
    if report.bad:
        blocks.append(section(_bad(report.bad)))
    return blocks


def _doubt(doubt: Doubt) -> str:
    like = f", like {', '.join(brief(name, 60) for _, name in doubt.close[:2])}" if doubt.close else ""
    return f"{brief(doubt.name, 80)} ({count(doubt.rows, 'row')}){like}"


def _bad(bad: Sequence[BadRow]) -> str:
    told = [
        f"line {row.line}{f', {brief(row.column, 40)}' if row.column else ''}: {brief(row.reason, 200)}" for row in bad
    ]
    return "\n".join(["*Can't be taken*", *(f"• {one}" for one in told[:MOST_TOLD]), *and_more(told, MOST_TOLD)])


def report(file_name: str, done: Report) -> Message:
    """What an import did, with the way back."""
    parts = [
        f"*{done.added:,} added*",
        f"{done.known:,} there already",
        f"{done.updated:,} updated",
        f"{count(done.partners_added, 'partner')} added on the way" if done.partners_added else "",
        f"{done.left_out:,} left out" if done.left_out else "",
        f"{len(done.bad):,} not taken" if done.bad else "",
    ]
    text = f":white_check_mark: {bold(file_name)} is in: " + ", ".join(part for part in parts if part) + "."
    blocks = [section(text)]
    if done.bad:
        reasons = [f"{number:,} × {brief(reason, 150)}" for reason, number in done.reasons().most_common(MOST_TOLD)]
        blocks.append(section(lines("Not taken", reasons, most=MOST_TOLD)))
    if done.batch_id is not None:
        large = "+" if done.added + done.updated > 5_000 else ""
        blocks.append(actions(button("Undo", UNDO, f"{done.batch_id}{large}")))
    return Message(text, blocks)


def undone(done: Undone) -> Message:
    """That all is as it was before, or what stands on it."""
    if not done.standing:
        text = ":leftwards_arrow_with_hook: The import is taken back; everything is as it was before it."
        return Message(text, [section(text)])
    told = [f"{bold(one.partner)}: {esc(one.what)}" for one in done.standing]
    text = "Later work stands on this import, so it stays. Nothing was changed."
    return Message(text, [section(text), section(lines("What stands on it", told, most=MOST_TOLD))])


def not_undone(why: str) -> Message:
    """That taking back went wrong."""
    text = f":warning: The import was not taken back. {esc(why)}"
    return Message(text, [section(text)])


def unusable(file_name: str, why: str) -> Message:
    """That a file can't be used at all."""
    text = f":warning: {bold(file_name)} can't be used. {esc(why)}"
    return Message(text, [section(text), context("Nothing was imported. `/tend import` takes another file.")])


def failed(staged_id: int, file_name: str, why: str) -> Message:
    """That something went wrong on the way."""
    text = f":warning: {bold(file_name)} stopped half-way, and nothing was imported: {esc(why)}"
    return Message(
        text,
        [
            section(text),
            actions(button("Try again", AGAIN, str(staged_id)), button("Don't import", STOP, str(staged_id))),
        ],
    )


def on_its_way(file_name: str = "The file") -> Message:
    """The answer to a click that sets off something that takes time."""
    text = f":hourglass_flowing_sand: {esc(file_name)} is in work; the message in your DM with Tend says how far."
    return Message(text, [section(text)])


def stopped(file_name: str) -> Message:
    """That a file was put away."""
    text = f"{bold(file_name)} is put away; nothing was imported."
    return Message(text, [section(text)])


def restarting() -> Message:
    """That nothing begins just now."""
    text = "Tend is restarting. Press *Try again* on its message in a minute."
    return Message(text, [section(text)])
