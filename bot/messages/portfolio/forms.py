"""The small forms that the views of all partners open."""

from collections.abc import Sequence

from bot.forms.inputs import Day, Input, Number, Text
from bot.forms.partner_fields import LONGEST_NAME, LONGEST_TEXT
from bot.messages import forms
from bot.slack.blocks import TITLE_TEXT, Block, bold, plain, section
from bot.workspace.team import Team

CADENCE = Number(1, 730, "day")
STEP = Text(LONGEST_TEXT)
DUE = Day()
PLAN = Text(LONGEST_TEXT, several_lines=True)
VERTICAL = Text(LONGEST_NAME)
# What there is to say of somebody who is not a partner yet.
_OF_PROSPECT = ("name", "vertical", "owner", "role", "stakeholder")


def name_vertical(team: Team) -> Block:
    """A line of business to be in."""
    field = _field("name", "Which line of business?", VERTICAL, None, team, "e.g. accountants")
    return _form("vertical_name", "Name a vertical", [field])


def vertical_cadence(vertical_id: int, name: str, days: int | None, team: Team) -> Block:
    """How often to speak with a vertical's partners."""
    hint = f"Empty: as usual, every {team.cadence_days}. A partner's own cadence goes before it."
    field = _field("cadence_days", "Speak at least every … days", CADENCE, days, team, hint, optional=True)
    return _form(f"vertical_cadence:{vertical_id}", "Cadence of a vertical", [field], name)


def partner_cadence(partner_id: int, name: str, days: int, team: Team) -> Block:
    """A longer cadence for a partner that gets more of us than it brings."""
    hint = f"It is every {days} now. They are not forgotten: Tend says when it is time."
    field = _field("cadence_days", "Speak at least every … days", CADENCE, min(days * 2, CADENCE.high), team, hint)
    return _form(f"partner_cadence:{partner_id}", "Speak less often", [field], name)


def plan_step(partner_id: int, name: str, team: Team) -> Block:
    """The next step that brings two sides closer."""
    fields = [
        _field("what", "What will you do?", STEP, None, team, "e.g. Bring two of our customers to lunch with them"),
        _field("due_on", "By when?", DUE, None, team),
    ]
    return _form(f"plan_step:{partner_id}", "Plan a step", fields, name)


def risk_plan(partner_id: int, name: str, plan: str | None, team: Team) -> Block:
    """What we would do without them."""
    hint = "e.g. Two more in the same vertical by spring; meet their successor"
    field = _field("risk_plan", "If we lost them, what then?", PLAN, plan, team, hint)
    return _form(f"risk_plan:{partner_id}", "The plan", [field], name)


def prospect(kind: str | None, owner: str, team: Team) -> Block:
    """Somebody who could become a partner: the few things known of them so far."""
    whole = forms.new_partner({"stakeholder": kind, "owner": owner}, team)
    blocks = [block for block in whole["blocks"] if block["block_id"] in _OF_PROSPECT]
    return {
        **whole,
        "callback_id": "prospect_add",
        "title": plain("Add a prospect", TITLE_TEXT),
        "submit": plain("Add", TITLE_TEXT),
        "blocks": blocks,
    }


def _form(callback_id: str, title: str, fields: Sequence[Block], about: str = "") -> Block:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE_TEXT),
        "submit": plain("Save", TITLE_TEXT),
        "close": plain("Cancel", TITLE_TEXT),
        "blocks": [*([section(bold(about))] if about else []), *fields],
    }


def _field(
    name: str, label: str, input_: Input, value: object, team: Team, hint: str = "", *, optional: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 150),
        "element": {**input_.element(value, team), "action_id": name},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 150)
    return block
