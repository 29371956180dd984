"""The forms: a typed request → a view, filled with what was understood. A field's name is its block's id."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.actions.partner_values import FieldValues
from bot.formatting import KIND_NAMES
from bot.forms.partner_fields import MAX_TEXT_LENGTH, FormPage, page_fields
from bot.grammar import EventRequest, ReferralRequest, TouchRequest, TrustRequest
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import MAX_TITLE_TEXT, Block, bold, escape_clip, option, plain_text, section
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Kind, Outcome, Side

LEVELS = (
    ("5 strongest", 5),
    ("4 strong", 4),
    ("3 fair", 3),
    ("2 low", 2),
    ("1 weak", 1),
)


def referral_form(asked: ReferralRequest) -> Block:
    """A referral; the direction as a choice of sentences, the outcome as far as it is known."""
    ways = [("They sent it to us", Direction.IN), ("We sent it to them", Direction.OUT)]
    outcomes = [(str(one).capitalize(), one) for one in Outcome]
    kinds = [("To a customer", "plain"), ("To another possible partner (strategic)", "strategic")]
    return build_form(
        callback_ids.REFERRAL,
        "Record a referral",
        "Record",
        [
            _partner_input(asked.partner),
            _choice_input("direction", "Which way?", ways, asked.direction),
            _text_input("lead", "Who was referred?", asked.lead, hint="A person or a firm, e.g. Northwind"),
            _menu_input("outcome", "How far has it come?", outcomes, asked.outcome),
            _text_input("value", "Worth", None, optional=True, hint="If you know it, e.g. £5,000 or 5k"),
            _day_input("occurred_on", "On", asked.occurred_on),
            _choice_input("strategic", "What kind?", kinds, "strategic" if asked.strategic else "plain"),
        ],
    )


def with_value(view: Block, shown: str | None) -> Block:
    """The referral form with money that was typed, as it was understood."""
    if shown:
        next(block for block in view["blocks"] if block["block_id"] == "value")["element"]["initial_value"] = shown
    return view


def event_form(asked: EventRequest) -> Block:
    """An event run together."""
    return build_form(
        callback_ids.EVENT,
        "Record an event",
        "Record",
        [
            _partner_input(asked.partner),
            _text_input("title", "What was it?", asked.title, hint="e.g. Webinar on pricing"),
            _day_input("occurred_on", "On", asked.occurred_on),
            _direction_label(asked.direction),
        ],
    )


def touch_form(asked: TouchRequest) -> Block:
    """Any other activity, and what was promised."""
    kinds = [
        ("A call, meeting, mail, coffee…", Kind.MEETING),
        *((KIND_NAMES[kind][0].capitalize(), kind) for kind in (Kind.COLLABORATION, Kind.CROSS_PROMOTION)),
    ]
    return build_form(
        callback_ids.TOUCH,
        "Log a touch",
        "Record",
        [
            _partner_input(asked.partner),
            _choice_input("kind", "What was it?", kinds, asked.kind),
            _text_input(
                "note",
                "What was it about?",
                asked.note,
                optional=True,
                hint="e.g. Coffee, talked about their new office",
            ),
            _day_input("occurred_on", "On", asked.occurred_on),
            _direction_label(asked.direction),
            _text_input("step", "What did you promise?", asked.step, optional=True, hint="e.g. Send the deck"),
            _day_input("step_due_on", "By", asked.step_due_on, optional=True),
        ],
    )


def trust_form(asked: TrustRequest) -> Block:
    """How far one side trusts the other."""
    sides = [("We trust them", Side.OURS), ("They trust us", Side.THEIRS)]
    return build_form(
        callback_ids.TRUST,
        "Rate trust",
        "Record",
        [
            _partner_input(asked.partner),
            _choice_input("side", "Whose trust?", sides, asked.side),
            _choice_input("level", "How far?", LEVELS, asked.level),
            _text_input("note", "Why?", asked.note, optional=True, hint="e.g. They kept their word on the pilot"),
        ],
    )


NEXT_PAGES = {FormPage.WHO: FormPage.WHY, FormPage.WHY: FormPage.TERMS}
PAGE_TITLES = {
    FormPage.WHO: "Who they are",
    FormPage.WHY: "Why the two of us",
    FormPage.TERMS: "On what terms",
    FormPage.MORE: "More",
}


def new_partner_form(values: FieldValues, team: Team) -> Block:
    """The first of three short steps; it adds the partner, and each further one is saved as it is left."""
    return _page_form(values, team, FormPage.WHO, callback_ids.PARTNER_ADD, "1 of 3: who", "Add and go on")


def next_page_form(values: FieldValues, team: Team, partner_id: int, step: FormPage) -> Block:
    """A later step of the three. What was saved before stays, whether or not this one is finished."""
    place = list(PAGE_TITLES).index(step) + 1
    submit = "Save and go on" if step in NEXT_PAGES else "Save"
    return _page_form(
        values, team, step, f"{callback_ids.PARTNER_STEP}:{partner_id}:{step}", f"{place} of 3: {step}", submit
    )


def edit_partner_form(values: FieldValues, team: Team, partner_id: int, step: FormPage) -> Block:
    """One step of a known partner's record."""
    return _page_form(values, team, step, f"{callback_ids.PARTNER_EDIT}:{partner_id}:{step}", PAGE_TITLES[step], "Save")


def _page_form(values: FieldValues, team: Team, step: FormPage, callback_id: str, title: str, submit: str) -> Block:
    blocks = [
        input_block(
            field.name, field.label, field.input.element(values.get(field.name), team), not field.required, field.hint
        )
        for field in page_fields(step)
    ]
    if values.get("name") and step != FormPage.WHO:
        blocks.insert(0, section(bold(values["name"])))
    return build_form(callback_id, title, submit, blocks)


def won_form(activity_id: int, partner_name: str, lead: str) -> Block:
    """A referral was won: what is it worth?"""
    return build_form(
        f"{callback_ids.WON}:{activity_id}",
        "Won!",
        "Record",
        [
            section(f"{bold(partner_name)}: {escape_clip(lead, 300)}"),
            _text_input(
                "value",
                "What is it worth?",
                None,
                optional=True,
                hint="e.g. £5,000 or 5k; leave it empty if nobody knows",
            ),
        ],
    )


def build_form(callback_id: str, title: str, submit: str, blocks: Sequence[Block]) -> Block:
    """A view that asks; its callback id says which form it is, and of what."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, MAX_TITLE_TEXT),
        "submit": plain_text(submit, MAX_TITLE_TEXT),
        "close": plain_text("Cancel", MAX_TITLE_TEXT),
        "blocks": list(blocks),
    }


def input_block(name: str, label: str, element: Block, optional: bool, hint: str = "") -> Block:
    """One field; its block, its action and its element go by the same name."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, 150),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain_text(hint, 150)
    return block


def _text_input(
    name: str,
    label: str,
    value: str | None,
    *,
    optional: bool = False,
    hint: str = "",
) -> Block:
    element: Block = {"type": "plain_text_input", "max_length": MAX_TEXT_LENGTH}
    if value:
        element["initial_value"] = value[:MAX_TEXT_LENGTH]
    return input_block(name, label, element, optional, hint)


def _day_input(name: str, label: str, value: date | None, *, optional: bool = False) -> Block:
    initial = {"initial_date": value.isoformat()} if value else {}
    return input_block(name, label, {"type": "datepicker", **initial}, optional)


def _choice_input(name: str, label: str, options: Sequence[tuple[str, Any]], chosen: Any) -> Block:
    return input_block(name, label, {"type": "radio_buttons", **_options(options, chosen)}, optional=False)


def _menu_input(name: str, label: str, options: Sequence[tuple[str, Any]], chosen: Any) -> Block:
    return input_block(name, label, {"type": "static_select", **_options(options, chosen)}, optional=False)


def _options(options: Sequence[tuple[str, Any]], chosen: Any) -> Block:
    made = {str(value): option(text, str(value)) for text, value in options}
    found: Block = {"options": list(made.values())}
    if chosen is not None:
        found["initial_option"] = made[str(chosen)]
    return found


def _partner_input(name: str | None) -> Block:
    """Fills as one types, so that a long list of partners is no matter."""
    element: Block = {
        "type": "external_select",
        "min_query_length": 0,
        "placeholder": plain_text("Choose a partner", 150),
    }
    if name:
        element["initial_option"] = option(name, name)
    return input_block(action_ids.PARTNER_MENU, "Partner", element, optional=False)


def _direction_label(direction: Direction) -> Block:
    ways = [
        ("Done together", Direction.JOINT),
        ("They did it for us", Direction.IN),
        ("We did it for them", Direction.OUT),
    ]
    return _choice_input("direction", "Who did it?", ways, direction)
