"""Build the forms for reviews, issues and ideas."""

from datetime import date

from bot.actions.reviews.brief import PastReview, ReviewBrief
from bot.actions.reviews.issues import IssueKind, IssueResult
from bot.formatting import format_day
from bot.forms.inputs import Choice, Day, Input, Text
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.messages.forms import build_form, input_block
from bot.slack import callback_ids
from bot.slack.blocks import Block, bold, clip, context, escape_clip, section
from bot.workspace.team import Team

_LONG = Text(MAX_TEXT_LENGTH, several_lines=True)
_TEXT_INPUT: Block = {"type": "plain_text_input", "multiline": True, "max_length": MAX_TEXT_LENGTH}
OPENNESS_INPUT = Choice(
    [
        ("5 inner circle", "5"),
        ("4 open", "4"),
        ("3 fair", "3"),
        ("2 guarded", "2"),
        ("1 closed", "1"),
    ]
)
ANSWER_INPUTS: dict[str, tuple[str, Input, str]] = {
    "benefits": ("What has it delivered?", _LONG, "The benefits since the last review, for them and for us"),
    "reasons": ("Why are we partners?", _LONG, "Each side's reason today"),
    "profit": ("What did each side earn?", _LONG, "Both should gain, e.g. we £20k in fees, they two new customers"),
    "strengths": ("Strengths", _LONG, "What each side is good at, e.g. them: reach; us: fast answers"),
    "weaknesses": ("Weaknesses", _LONG, "What each side could do better"),
    "customer_benefit": ("How do our customers benefit?", _LONG, "e.g. Advice on the day they ask"),
    "openness": ("How open are you with each other?", OPENNESS_INPUT, ""),
    "step": ("The next step you promised", Text(300), "e.g. Introduce them to Northwind"),
    "step_due_on": ("Due", Day(), ""),
    "next_on": ("Next review", Day(), ""),
}
"""The review's fields by name: label, input and hint. There are few, so that they get filled in."""


def hold_form(found: ReviewBrief, team: Team, next_on: date) -> Block:
    """Build the review form. The last answer is shown below each field."""
    one, today = found.scored, found.scored.now.day
    openness = found.values["openness"]
    values = {
        "customer_benefit": found.values["customer_benefit"],
        "openness": None if openness is None else str(openness),
        "next_on": next_on,
    }
    fields = [
        input_block(
            name, label, kind.element(values.get(name), team), name != "next_on", _hint(found.last_review, name, hint)
        )
        for name, (label, kind, hint) in ANSWER_INPUTS.items()
    ]
    last = (
        f"Last held {format_day(found.last_review.held_on, today)}."
        if found.last_review
        else "This is the first review."
    )
    top = [section(bold(one.partner.name)), context(f"{last} Fill in what you know now; the rest can wait.")]
    return build_form(f"{callback_ids.REVIEW_HOLD}:{one.partner.id}", "Hold the review", "Save", [*top, *fields])


def _hint(last: PastReview | None, name: str, hint: str) -> str:
    if last and name != "customer_benefit" and (said := last.answers.get(name)):
        return f"Last time: {clip(' '.join(said.split()), 130)}"
    return hint


def issue_form(partner_id: int, name: str, kind: IssueKind) -> Block:
    """Ask for an issue or an idea."""
    ask, hint = {
        IssueKind.ISSUE: ("What is the issue?", "e.g. Their invoices come two months late"),
        IssueKind.IDEA: ("What could you do together?", "e.g. A breakfast for owners thinking of selling"),
    }[kind]
    field = input_block("what", ask, _TEXT_INPUT, False, hint)
    title = {IssueKind.ISSUE: "Add an issue", IssueKind.IDEA: "Add an idea"}[kind]
    return build_form(f"{callback_ids.MATTER_NOTE}:{kind}:{partner_id}", title, "Record", [section(bold(name)), field])


def resolve_form(found: IssueResult) -> Block:
    """Ask how an issue was resolved."""
    field = input_block("how", "How was it resolved?", _TEXT_INPUT, False, "e.g. They now bill within ten days")
    about = section(f"{bold(found.partner)}: {escape_clip(found.issue.text, 500)}")
    return build_form(f"{callback_ids.ISSUE_RESOLVE}:{found.issue.id}", "Resolved", "Record", [about, field])
