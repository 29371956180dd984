"""The forms: a typed request → a view, filled with what was understood. A field's name is its block's id."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.actions.activity.edit_entry import EntryToEdit
from bot.actions.activity.edit_values import PromiseToEdit, RatingToEdit
from bot.actions.partner_values import FieldValues
from bot.formatting import KIND_NAMES, money_digits
from bot.forms.partner_fields import MAX_TEXT_LENGTH, FormPage, page_fields
from bot.grammar import EventRequest, Promised, ReferralRequest, TouchRequest, TrustRequest
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import MAX_TITLE_TEXT, Block, bold, escape_clip, option, plain_text, section
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side

LEVELS = (
    ("5 strongest", 5),
    ("4 strong", 4),
    ("3 fair", 3),
    ("2 low", 2),
    ("1 weak", 1),
)

_SIDES = (("We trust them", Side.OURS), ("They trust us", Side.THEIRS))
_PROMISERS = (("We promised it", Promiser.US), ("They promised it", Promiser.THEM))
_OUTCOMES = tuple((str(one).capitalize(), one) for one in Outcome)


WHAT = "what"
_RECORDS = (
    ("A touch: a call, a meeting, a message", callback_ids.TOUCH),
    ("A referral", callback_ids.REFERRAL),
    ("An event", callback_ids.EVENT),
    ("Trust", callback_ids.TRUST),
)


def record_form() -> Block:
    """Ask what is to be recorded, and of whom; the form for it comes next."""
    what = choice_input(WHAT, "What happened?", _RECORDS, callback_ids.TOUCH)
    return build_form(callback_ids.RECORD, "Record something", "Next", [what, _partner_input(None)])


def referral_form(asked: ReferralRequest) -> Block:
    """Build the form of a referral, filled with what was understood."""
    ways = [("They sent it to us", Direction.IN), ("We sent it to them", Direction.OUT)]
    kinds = [("To a customer", "plain"), ("To another possible partner (strategic)", "strategic")]
    return build_form(
        callback_ids.REFERRAL,
        "Record a referral",
        "Record",
        [
            _partner_input(asked.partner),
            choice_input("direction", "Which way?", ways, asked.direction),
            _text_input(
                "lead",
                "Who was referred?",
                asked.lead,
                optional=asked.count > 1,
                hint="A person or a firm, e.g. Northwind",
            ),
            _menu_input("outcome", "Where does it stand?", _OUTCOMES, asked.outcome),
            _text_input("value", "Worth", None, optional=True, hint="If you know it, e.g. £5,000 or 5k"),
            _day_input("occurred_on", "On", asked.occurred_on),
            choice_input("strategic", "What kind?", kinds, "strategic" if asked.strategic else "plain"),
            _text_input("note", "What else?", asked.note, optional=True, several_lines=True),
            *_promise_inputs(asked.promises),
        ],
    )


def with_value(view: Block, shown: str | None) -> Block:
    """Return the referral form with an amount filled in."""
    if shown:
        next(block for block in view["blocks"] if block["block_id"] == "value")["element"]["initial_value"] = shown
    return view


def event_form(asked: EventRequest) -> Block:
    """Build the form of an event run together."""
    return build_form(
        callback_ids.EVENT,
        "Record an event",
        "Record",
        [
            _partner_input(asked.partner),
            _text_input("title", "What was it?", asked.title, hint="e.g. Webinar on pricing"),
            _day_input("occurred_on", "On", asked.occurred_on),
            _direction_label(asked.direction),
            _text_input("note", "What else?", asked.note, optional=True, several_lines=True),
            *_promise_inputs(asked.promises),
        ],
    )


def touch_form(asked: TouchRequest) -> Block:
    """Build the form of any other activity, with a promise."""
    kinds = [
        ("A call, meeting, mail, coffee…", Kind.MEETING),
        *((KIND_NAMES[kind][0].capitalize(), kind) for kind in (Kind.COLLABORATION, Kind.CROSS_PROMOTION)),
        ("An attempt: you didn't reach anyone", Kind.ATTEMPT),
    ]
    step = () if asked.step is None else (Promised(what=asked.step, due_on=asked.step_due_on),)
    return build_form(
        callback_ids.TOUCH,
        "Log a touch",
        "Record",
        [
            _partner_input(asked.partner),
            choice_input("kind", "What was it?", kinds, asked.kind),
            _text_input(
                "note",
                "What was it about?",
                asked.note,
                optional=True,
                several_lines=True,
                hint="e.g. Talked about their new office",
            ),
            _text_input("people", "Who with?", asked.people, optional=True, hint="e.g. Jane Doe and Sam"),
            _text_input("medium", "How?", asked.medium, optional=True, hint="e.g. coffee, call, newsletter"),
            _day_input("occurred_on", "On", asked.occurred_on),
            _direction_label(asked.direction),
            *_promise_inputs((*step, *asked.promises)),
        ],
    )


def trust_form(asked: TrustRequest) -> Block:
    """Build the form of a trust rating."""
    return build_form(
        callback_ids.TRUST,
        "Rate trust",
        "Record",
        [
            _partner_input(asked.partner),
            choice_input("side", "Whose trust?", _SIDES, asked.side),
            choice_input("level", "How much?", LEVELS, asked.level),
            _text_input("note", "Why?", asked.note, optional=True, hint="e.g. They kept their word on the pilot"),
        ],
    )


def edit_entry(found: EntryToEdit, currency: str) -> Block:
    """Build the form that edits a ledger row. It carries the row's version, so that nobody's edit is overwritten."""
    values = found.values
    kinds = [(KIND_NAMES[kind][0].capitalize(), kind) for kind in Kind]
    ways = [("Done together", Direction.JOINT), ("They for us", Direction.IN), ("We for them", Direction.OUT)]
    worth = None if values.value is None else money_digits(values.value, currency)
    blocks = [
        _partner_input(found.partner),
        _menu_input("kind", "What was it?", kinds, values.kind),
        choice_input("direction", "Which way?", ways, values.direction),
        _text_input("title", "Lead, title or note", values.title, optional=True, several_lines=True),
        _text_input("note", "What else?", values.note, optional=True, several_lines=True),
        _text_input("medium", "How?", values.medium, optional=True, hint="e.g. coffee, call, newsletter"),
        _day_input("occurred_on", "On", values.occurred_on),
        _menu_input("outcome", "Where does it stand?", _OUTCOMES, values.outcome, optional=True),
        _text_input("value", "Worth", worth, optional=True, hint="Of a referral, e.g. £5,000 or 5k"),
        _text_input("count", "How many?", str(values.count), hint="1, unless several were recorded as one"),
    ]
    return build_form(f"{callback_ids.EDIT_ENTRY}:{found.id}:{found.version}", "Edit a record", "Save", blocks)


def edit_rating_form(found: RatingToEdit) -> Block:
    """Build the form that edits a trust rating."""
    values = found.values
    blocks = [
        section(bold(found.partner)),
        choice_input("side", "Whose trust?", _SIDES, values.side),
        choice_input("level", "How much?", LEVELS, values.level),
        _day_input("rated_on", "On", values.rated_on),
        _text_input("note", "Why?", values.note, optional=True, several_lines=True),
    ]
    return build_form(f"{callback_ids.EDIT_RATING}:{found.id}:{found.version}", "Edit a rating", "Save", blocks)


def edit_promise_form(found: PromiseToEdit) -> Block:
    """Build the form that edits a promise."""
    values = found.values
    blocks = [
        section(bold(found.partner)),
        choice_input("side", "Whose promise?", _PROMISERS, values.side),
        _text_input("what", "What was promised?", values.what),
        _day_input("due_on", "By", values.due_on, optional=True),
    ]
    return build_form(f"{callback_ids.EDIT_PROMISE}:{found.id}:{found.version}", "Edit a promise", "Save", blocks)


AT_FIRST = ("name", "owner", "vertical", "since_on")
PAGE_TITLES = {
    FormPage.WHO: "Who they are",
    FormPage.WHY: "Why we work together",
    FormPage.TERMS: "On what terms",
    FormPage.MORE: "More",
}


def new_partner_form(values: FieldValues, team: Team) -> Block:
    """Build the short form of a new partner. The rest of the record is asked later."""
    asked = [field for field in page_fields(FormPage.WHO) if field.name in AT_FIRST]
    blocks = [
        input_block(
            field.name, field.label, field.input.element(values.get(field.name), team), not field.required, field.hint
        )
        for field in sorted(asked, key=lambda field: AT_FIRST.index(field.name))
    ]
    spoke = input_block(
        "last_spoke_on",
        "When did you last speak?",
        {"type": "datepicker"},
        optional=True,
        hint="A rough date is fine. Leave empty if you haven't spoken yet",
    )
    return build_form(callback_ids.PARTNER_ADD, "Add a partner", "Add", [*blocks, spoke])


def edit_partner_form(values: FieldValues, team: Team, partner_id: int, step: FormPage) -> Block:
    """Build one page of the form that edits a partner's record."""
    return _record_step(
        values, team, step, f"{callback_ids.PARTNER_EDIT}:{partner_id}:{step}", PAGE_TITLES[step], "Save"
    )


def _record_step(values: FieldValues, team: Team, step: FormPage, callback_id: str, title: str, submit: str) -> Block:
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
    """Build the form that asks what a won referral is worth."""
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
                hint="e.g. £5,000 or 5k; leave empty if unknown",
            ),
        ],
    )


def build_form(callback_id: str, title: str, submit: str, blocks: Sequence[Block]) -> Block:
    """Build a modal with inputs. Its callback id says which form it is, and of what."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, MAX_TITLE_TEXT),
        "submit": plain_text(submit, MAX_TITLE_TEXT),
        "close": plain_text("Cancel", MAX_TITLE_TEXT),
        "blocks": list(blocks),
    }


def input_block(name: str, label: str, element: Block, optional: bool, hint: str = "") -> Block:
    """Build one input. Its block, action and element share one name."""
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
    several_lines: bool = False,
    hint: str = "",
) -> Block:
    element: Block = {"type": "plain_text_input", "max_length": MAX_TEXT_LENGTH}
    if several_lines:
        element["multiline"] = True
    if value:
        element["initial_value"] = value[:MAX_TEXT_LENGTH]
    return input_block(name, label, element, optional, hint)


def _day_input(name: str, label: str, value: date | None, *, optional: bool = False) -> Block:
    initial = {"initial_date": value.isoformat()} if value else {}
    return input_block(name, label, {"type": "datepicker", **initial}, optional)


def choice_input(name: str, label: str, options: Sequence[tuple[str, Any]], chosen: Any) -> Block:
    return input_block(name, label, {"type": "radio_buttons", **_options(options, chosen)}, optional=False)


def _menu_input(
    name: str, label: str, options: Sequence[tuple[str, Any]], chosen: Any, *, optional: bool = False
) -> Block:
    return input_block(name, label, {"type": "static_select", **_options(options, chosen)}, optional)


def _promise_inputs(promises: Sequence[Promised]) -> list[Block]:
    """Build the inputs of the first thing that we promised. What else was promised goes along with the form."""
    first = next((one for one in promises if one.side == Promiser.US), None)
    due = first.due_on if first else None
    return [
        _text_input(
            "step", "What did you promise?", first.what if first else None, optional=True, hint="e.g. Send the deck"
        ),
        _day_input("step_due_on", "By", due, optional=True),
    ]


def _options(options: Sequence[tuple[str, Any]], chosen: Any) -> Block:
    made = {str(value): option(text, str(value)) for text, value in options}
    found: Block = {"options": list(made.values())}
    if chosen is not None:
        found["initial_option"] = made[str(chosen)]
    return found


def _partner_input(name: str | None) -> Block:
    """Build the menu of partners. It is filled as one types, so a long list is no problem."""
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
    return choice_input("direction", "Who did it?", ways, direction)
