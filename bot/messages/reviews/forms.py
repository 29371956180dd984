"""The forms of a review, and of issues and ideas."""

from datetime import date

from bot.actions.reviews.brief import Brief, Held
from bot.actions.reviews.issues import Kind, Noted
from bot.formatting import day_words
from bot.forms.inputs import Choice, Day, Input, Text
from bot.forms.partner_fields import LONGEST_TEXT
from bot.messages.forms import form, input_block
from bot.slack.blocks import Block, bold, brief, clip, context, section
from bot.workspace.team import Team

HOLD = "review_hold"
NOTE = "matter_note"
RESOLVE = "issue_resolve"

_LONG = Text(LONGEST_TEXT, several_lines=True)
_WORDS: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_TEXT}
OPENNESS = Choice(
    [
        ("5 inner circle", "5"),
        ("4 open", "4"),
        ("3 fair", "3"),
        ("2 guarded", "2"),
        ("1 closed", "1"),
    ]
)
INPUTS: dict[str, tuple[str, Input, str]] = {
    "benefits": ("What came of it?", _LONG, "The benefits since the last time, for them and for us"),
    "reasons": ("Why are the two of us partners?", _LONG, "The reason on each side, as it is today"),
    "profit": ("Who earned what by it?", _LONG, "Both should: e.g. we £20k in fees, they two new clients"),
    "strengths": ("Strengths", _LONG, "What each side is good at, e.g. they: reach; we: fast answers"),
    "weaknesses": ("Weaknesses", _LONG, "What each side could do better"),
    "customer_benefit": ("How do our customers benefit?", _LONG, "e.g. Advice on the day they ask"),
    "openness": ("How open are the two with each other?", OPENNESS, ""),
    "step": ("The next step you promised", Text(300), "e.g. Introduce them to Northwind"),
    "step_due_on": ("By", Day(), ""),
    "next_on": ("Next review", Day(), ""),
}
"""The review's fields by name: label, kind and the example that helps. Few, so that they get filled in."""


def hold(found: Brief, team: Team, next_on: date) -> Block:
    """The form of a review. What was said the last time stands below each field."""
    one, today = found.scored, found.scored.now.day
    openness = found.values["openness"]
    values = {
        "customer_benefit": found.values["customer_benefit"],
        "openness": None if openness is None else str(openness),
        "next_on": next_on,
    }
    fields = [
        input_block(name, label, kind.element(values.get(name), team), name != "next_on", _hint(found.last, name, hint))
        for name, (label, kind, hint) in INPUTS.items()
    ]
    last = f"Last held {day_words(found.last.on, today)}." if found.last else "This is the first review."
    top = [section(bold(one.partner.name)), context(f"{last} Fill in what you know; the rest can wait.")]
    return form(f"{HOLD}:{one.partner.id}", "Hold the review", "Save", [*top, *fields])


def _hint(last: Held | None, name: str, hint: str) -> str:
    if last and name != "customer_benefit" and (said := last.answers.get(name)):
        return f"Last time: {clip(' '.join(said.split()), 130)}"
    return hint


def note(partner_id: int, name: str, kind: Kind) -> Block:
    """An issue or an idea of a partner."""
    ask, hint = {
        Kind.ISSUE: ("What stands between you?", "e.g. Their invoices come two months late"),
        Kind.IDEA: ("What could the two do together?", "e.g. A breakfast for owners who think of selling"),
    }[kind]
    field = input_block("what", ask, _WORDS, False, hint)
    title = {Kind.ISSUE: "Note an issue", Kind.IDEA: "Note an idea"}[kind]
    return form(f"{NOTE}:{kind}:{partner_id}", title, "Record", [section(bold(name)), field])


def resolve(found: Noted) -> Block:
    """How was an issue resolved?"""
    field = input_block("how", "How was it resolved?", _WORDS, False, "e.g. They now bill within ten days")
    about = section(f"{bold(found.partner)}: {brief(found.matter.what, 500)}")
    return form(f"{RESOLVE}:{found.matter.id}", "Resolved", "Record", [about, field])
