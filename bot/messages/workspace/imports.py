"""Messages about imports: preview, progress and result."""

from collections.abc import Sequence

from bot.actions.workspace.imports import ImportPreview, RollbackResult
from bot.formatting import count
from bot.importing.choices import Choices, OpenQuestions
from bot.importing.name_matching import NameDoubt
from bot.importing.presets import TITLES
from bot.importing.report import Correction, RejectedRow, Report
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    bullet_list,
    button,
    context,
    escape,
    escape_clip,
    more_line,
    section,
)

MAX_LISTED = 5
KINDS = {"partners": "Partners", "activities": "Activities: referrals, deals, events", "trust": "Trust ratings"}
FIELD_LABELS = {
    "name": "Name of the partner", "partner": "Partner", "occurred_on": "Day", "rated_on": "Day",
    "since": "Partner since",
    "cadence_days": "Days between touches", "wiifm_us": "In it for us", "wiifm_them": "In it for them",
    "wiifm_clients": "In it for customers", "external_id": "ID in the other system", "level": "Trust, 1 to 5",
    "kind": "Kind of activity", "medium": "How", "lead_note": "Note on a lead",
    "outcome_on": "Day of the outcome",
    "side": "Whose trust", "rater": "Who rated", "owner": "Owner", "count": "How many",
    "closed_on": "Day it was won or lost", "last_spoke": "Last spoke", "contact_email": "Contact's email",
    "id_source": "System of the ID",
    "other_ids": "IDs in other systems",
}  # fmt: skip
REJECTS_COMMENT = "The rows that were rejected, each with its line and the reason. Fix them and import the file again."


def field_label(field: str) -> str:
    """Name a field for people."""
    return FIELD_LABELS.get(field) or field.replace("_", " ").capitalize()


def progress_message(staged_id: int, file_name: str, doing: str) -> Message:
    """Show progress, with a way out if the process died."""
    text = f":hourglass_flowing_sand: {bold(file_name)} {doing}…"
    note = context("If this takes more than five minutes, press *Try again*.")
    return Message(text, [section(text), note, actions(button("Try again", action_ids.IMPORT_AGAIN, str(staged_id)))])


def preview_message(staged_id: int, found: ImportPreview) -> Message:
    """Show what was understood and what an import would do."""
    value = str(staged_id)
    what = KINDS.get(found.choices.kind or "", "a file").split(":")[0].lower()
    source = f" ({TITLES[found.choices.source]})" if found.choices.source in TITLES else ""
    text = f":mag: {bold(found.file_name)}: {what}{source}"
    blocks = [section(text), *_understood_blocks(found.choices)]
    report = found.report
    blocks += [section(f":question: {one}") for one in _question_lines(found)]
    buttons = []
    if report:
        blocks += _summary_blocks(report)
        if report.taken:
            buttons.append(button(_go_label(report), action_ids.IMPORT_GO, value, "primary"))
    if found.open_questions.words or (report and report.doubts):
        buttons.append(button("Match names", action_ids.IMPORT_ANSWERS, value))
    buttons += [
        button("Columns", action_ids.IMPORT_COLUMNS, value),
        button("Don't import", action_ids.IMPORT_STOP, value),
    ]
    return Message(f"{found.file_name}: nothing has been imported yet", [*blocks, actions(*buttons)])


def _go_label(report: Report) -> str:
    out = f", leave out {report.staying_out:,}" if report.staying_out else ""
    return f"Import {count(report.taken, 'row')}{out}"


def _understood_blocks(choices: Choices) -> list[Block]:
    told = [
        f"{field_label(name)} ← {escape_clip(' or '.join(headers), 80)}" for name, headers in choices.columns.items()
    ]
    told += [f"{field_label(name)}: always {escape_clip(text, 60)}" for name, text in choices.constants.items()]
    if choices.day_first is not None:
        told.append("3/4/2026 is " + ("3 April" if choices.day_first else "4 March"))
    if choices.decimal_comma is not None:
        told.append("amounts are like " + ("1.234,56" if choices.decimal_comma else "1,234.56"))
    return [context(" · ".join(told))] if told else []


def _question_lines(found: ImportPreview) -> list[str]:
    unknown: OpenQuestions = found.open_questions
    asked = []
    if unknown.kind:
        asked.append("Tend couldn't tell what this file contains. Press *Columns* to choose.")
    if unknown.fields:
        asked.append(f"Which column holds: {', '.join(field_label(name) for name in unknown.fields)}? Press *Columns*.")
    if unknown.days:
        asked.append("Does 3/4/2026 mean 3 April or 4 March? Press *Columns*.")
    if unknown.amounts:
        asked.append("Does 1.234 mean one thousand two hundred and thirty-four, or just over one? Press *Columns*.")
    asked += [f"{field_label(name)}: that column has too many different values." for name in unknown.too_many_words]
    if unknown.words:
        told = ", ".join(f"“{escape_clip(word, 40)}”" for _, word in unknown.words[:MAX_LISTED])
        asked.append(
            f"What do these mean: {told}{' …' if len(unknown.words) > MAX_LISTED else ''}? Press *Match names*."
        )
    if found.problem:
        asked.append(escape(found.problem))
    return asked


def _summary_blocks(report: Report) -> list[Block]:
    parts = [
        f"*{report.added:,} new*",
        f"{report.known:,} already there",
        f"{report.updated:,} would be updated",
        f"{count(report.partners_added, 'new partner')} along with them" if report.partners_added else "",
        f"{report.left_out:,} left out" if report.left_out else "",
        f"{len(report.bad):,} rejected",
    ]
    blocks = [section(f"{count(report.rows, 'row')}: " + ", ".join(part for part in parts if part) + ".")]
    if report.doubts:
        told = [_doubt_line(doubt) for doubt in report.doubts]
        blocks.append(section(bullet_list("No partner has this name", told, most=MAX_LISTED)))
    if report.corrections:
        told = [_correction_line(one) for one in report.corrections]
        blocks.append(section(bullet_list("Would change", told, most=MAX_LISTED)))
    if report.bad:
        blocks.append(section(_rejects_text("Rejected", report.bad)))
    return [*blocks, *_detail_blocks(report)]


def _detail_blocks(report: Report) -> list[Block]:
    """Say what of the rows is left out, and how vague cells were understood."""
    blocks = []
    if report.lost_cells:
        blocks.append(section(_rejects_text("Cells left out, while their rows are imported", report.lost_cells)))
    if report.kept:
        told = [
            f"line {edit.line}, {escape_clip(edit.name, 60)}: {escape_clip(str(edit), 200)}" for edit in report.kept
        ]
        blocks.append(section(bullet_list("Not reverted", told, most=MAX_LISTED)))
    if report.notes:
        told = [f"{count(number, 'row')}: {escape(note)}" for note, number in report.notes]
        blocks.append(section(bullet_list("How it was understood", told, most=MAX_LISTED)))
    return blocks


def _correction_line(one: Correction) -> str:
    changes = [f"{field} {escape_clip(old or 'empty', 60)} → {escape_clip(new, 60)}" for field, old, new in one.changes]
    return f"line {one.line}, {escape_clip(one.name, 60)}: {', '.join(changes)}"


def _doubt_line(doubt: NameDoubt) -> str:
    how = "with the ID of" if doubt.has_id else "like"
    like = f", {how} {', '.join(escape_clip(name, 60) for _, name in doubt.close[:2])}" if doubt.close else ""
    return f"{escape_clip(doubt.name, 80)} ({count(doubt.rows, 'row')}){like}"


def _rejects_text(title: str, bad: Sequence[RejectedRow]) -> str:
    told = [
        f"line {row.line}{f', {escape_clip(row.column, 40)}' if row.column else ''}: {escape_clip(row.reason, 200)}"
        for row in bad
    ]
    return "\n".join([f"*{title}*", *(f"• {one}" for one in told[:MAX_LISTED]), *more_line(told, MAX_LISTED)])


def report_message(file_name: str, done: Report) -> Message:
    """Report what an import did, with a button to undo it."""
    parts = [
        f"*{done.added:,} added*",
        f"{done.known:,} already there",
        f"{done.updated:,} updated",
        f"{count(done.partners_added, 'partner')} added along with them" if done.partners_added else "",
        f"{done.left_out:,} left out" if done.left_out else "",
        f"{len(done.bad):,} rejected" if done.bad else "",
    ]
    text = f":white_check_mark: {bold(file_name)} was imported: " + ", ".join(part for part in parts if part) + "."
    blocks = [section(text)]
    if done.bad:
        reasons = [
            f"{number:,} × {escape_clip(reason, 150)}" for reason, number in done.reasons().most_common(MAX_LISTED)
        ]
        blocks.append(section(bullet_list("Rejected", reasons, most=MAX_LISTED)))
    blocks += _detail_blocks(done)
    if done.batch_id is not None:
        large = "+" if done.added + done.updated > 5_000 else ""
        blocks.append(actions(button("Undo", action_ids.UNDO_IMPORT, f"{done.batch_id}{large}")))
    return Message(text, blocks)


def taking_back_message(report: str) -> Message:
    """Show that a large import is being rolled back."""
    text = ":hourglass_flowing_sand: The import is being undone…"
    return Message(text, [*([section(report)] if report else []), section(text)])


def undone_message(done: RollbackResult, report: str, value: str) -> Message:
    """Confirm a rollback, or list what depends on the import.

    `report` is what its message said so far, which stays where nothing was undone; `value` is that of *Undo*.
    """
    if not done.blockers:
        text = ":leftwards_arrow_with_hook: The import was undone; everything is as it was before."
        return Message(text, [section(text)])
    told = [f"{bold(one.partner)}: {escape(one.what)}" for one in done.blockers]
    text = "This import can't be undone because later changes depend on it. Nothing was changed."
    listed = [section(text), section(bullet_list("What depends on it", told, most=MAX_LISTED))]
    undo = actions(button("Undo", action_ids.UNDO_IMPORT, value))
    return Message(report or text, [*([section(report)] if report else []), *listed, undo])


def undo_failed_message(why: str) -> Message:
    """Say that a rollback failed."""
    text = f":warning: The import was not undone. {escape(why)}"
    return Message(text, [section(text)])


def unusable_message(file_name: str, why: str) -> Message:
    """Say that a file can't be used."""
    text = f":warning: {bold(file_name)} can't be used. {escape(why)}"
    return Message(text, [section(text), context("Nothing was imported. Try another file with `/tend import`.")])


def failed_message(staged_id: int, file_name: str, why: str) -> Message:
    """Say that an import failed half-way."""
    text = f":warning: {bold(file_name)} stopped half-way and nothing was imported: {escape(why)}"
    return Message(
        text,
        [
            section(text),
            actions(
                button("Try again", action_ids.IMPORT_AGAIN, str(staged_id)),
                button("Don't import", action_ids.IMPORT_STOP, str(staged_id)),
            ),
        ],
    )


def started_message(file_name: str = "The file") -> Message:
    """Confirm a click that starts slow work."""
    text = f":hourglass_flowing_sand: {escape(file_name)} is in progress; follow it in your DM with Tend."
    return Message(text, [section(text)])


def discarded_message(file_name: str) -> Message:
    """Confirm that a file was discarded."""
    text = f"{bold(file_name)} was discarded. Nothing was imported."
    return Message(text, [section(text)])


def restarting_message() -> Message:
    """Say that Tend is restarting and starts nothing now."""
    text = "Tend is restarting. Press *Try again* on its message in a minute."
    return Message(text, [section(text)])
