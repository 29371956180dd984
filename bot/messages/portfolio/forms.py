"""Build the small forms that portfolio views open."""

from collections.abc import Sequence

from bot.forms.inputs import Day, Input, Number, Text
from bot.forms.partner_fields import FIELDS, MAX_NAME_LENGTH, MAX_TEXT_LENGTH
from bot.messages import forms
from bot.slack import callback_ids
from bot.slack.blocks import MAX_TITLE_TEXT, Block, bold, plain_text, section
from bot.workspace.team import Team

CADENCE_INPUT = Number(1, 730, "day")
STEP_INPUT = Text(MAX_TEXT_LENGTH)
DUE_INPUT = Day()
PLAN_INPUT = Text(MAX_TEXT_LENGTH, several_lines=True)
VERTICAL_INPUT = Text(MAX_NAME_LENGTH)
# All that is asked about a prospect.
_PROSPECT_FIELDS = ("name", "vertical", "owner", "role", "stakeholder")


def vertical_form(team: Team) -> Block:
    """Ask for a line of business."""
    field = _field("name", "Which line of business?", VERTICAL_INPUT, None, team, "e.g. accountants")
    return _form(callback_ids.VERTICAL_NAME, "Add a vertical", [field])


def vertical_cadence_form(vertical_id: int, name: str, days: int | None, team: Team) -> Block:
    """Ask how often to speak with a vertical's partners."""
    hint = f"Leave empty for the team's {team.cadence_days} days. A partner's own cadence takes precedence."
    field = _field("cadence_days", "Speak at least every … days", CADENCE_INPUT, days, team, hint, optional=True)
    return _form(f"{callback_ids.VERTICAL_CADENCE}:{vertical_id}", "Cadence of a vertical", [field], name)


def partner_cadence_form(partner_id: int, name: str, days: int, team: Team) -> Block:
    """Ask for a longer cadence for a partner that gets more than it brings in."""
    hint = f"Now every {days} days. I'll still remind you when it's time."
    field = _field(
        "cadence_days", "Speak at least every … days", CADENCE_INPUT, min(days * 2, CADENCE_INPUT.high), team, hint
    )
    return _form(f"{callback_ids.PARTNER_CADENCE}:{partner_id}", "Speak less often", [field], name)


def step_form(partner_id: int, name: str, team: Team) -> Block:
    """Ask for the next step with a partner."""
    fields = [
        _field(
            "what", "What will you do?", STEP_INPUT, None, team, "e.g. Bring two of our customers to lunch with them"
        ),
        _field("due_on", "By when?", DUE_INPUT, None, team),
    ]
    return _form(f"{callback_ids.PLAN_STEP}:{partner_id}", "Plan a step", fields, name)


def risk_plan_form(partner_id: int, name: str, plan: str | None, team: Team) -> Block:
    """Ask what we would do without a partner."""
    hint = "e.g. Two more in the same vertical by spring; meet their successor"
    field = _field("risk_plan", "What would we do without them?", PLAN_INPUT, plan, team, hint)
    return _form(f"{callback_ids.RISK_PLAN}:{partner_id}", "The plan", [field], name)


def prospect_form(kind: str | None, owner: str, team: Team) -> Block:
    """Ask for the few things known about a prospect."""
    values = {"stakeholder": kind, "owner": owner}
    asked = [FIELDS[name] for name in _PROSPECT_FIELDS]
    blocks = [
        forms.input_block(
            field.name, field.label, field.input.element(values.get(field.name), team), not field.required, field.hint
        )
        for field in asked
    ]
    return forms.build_form(callback_ids.PROSPECT_ADD, "Add a prospect", "Add", blocks)


def _form(callback_id: str, title: str, fields: Sequence[Block], about: str = "") -> Block:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, MAX_TITLE_TEXT),
        "submit": plain_text("Save", MAX_TITLE_TEXT),
        "close": plain_text("Cancel", MAX_TITLE_TEXT),
        "blocks": [*([section(bold(about))] if about else []), *fields],
    }


def _field(
    name: str, label: str, input_: Input, value: object, team: Team, hint: str = "", *, optional: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, 150),
        "element": {**input_.element(value, team), "action_id": name},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain_text(hint, 150)
    return block
