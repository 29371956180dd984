"""One of each element and block that the page can draw, and for elements how a person fills them in."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator

Json = dict[str, Any]
Fill = Callable[[Locator], object]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(name), "value": name.lower()} for name in ("Acme", "Northwind", "Globex")]
ACME, NORTHWIND, GLOBEX = OPTIONS
GROUPS = [{"label": plain("Ours"), "options": OPTIONS[:1]}, {"label": plain("Theirs"), "options": OPTIONS[1:]}]


def text(value: str) -> Fill:
    return lambda field: field.fill(value)


def menu(option: str) -> Fill:
    return lambda field: field.select_option(label=option)


def boxes(*names: str) -> Fill:
    return lambda field: [field.get_by_label(name, exact=True).check() for name in names]


def typed(value: str | None) -> Json:
    return {"value": value}


# The element's kind and what else it is made of; how a person fills it in; what the bot then gets.
CHOSEN: dict[str, tuple[Json, Fill, Json]] = {
    "static_select": ({"options": OPTIONS}, menu("Globex"), {"selected_option": GLOBEX}),
    "external_select": ({"min_query_length": 0}, text("Acme"), {"selected_option": ACME}),
    "users_select": ({}, menu("Bob Ray"), {"selected_user": "U2"}),
    "conversations_select": ({}, menu("# other"), {"selected_conversation": "C2"}),
    "channels_select": ({}, menu("# general"), {"selected_channel": "C1"}),
    "multi_static_select": ({"options": OPTIONS}, boxes("Acme", "Globex"), {"selected_options": [ACME, GLOBEX]}),
    "multi_users_select": ({}, boxes("Ann Lee", "Bob Ray"), {"selected_users": ["U1", "U2"]}),
    "multi_conversations_select": ({}, boxes("# other"), {"selected_conversations": ["C2"]}),
    "multi_channels_select": ({}, boxes("# general", "# other"), {"selected_channels": ["C1", "C2"]}),
    "datepicker": ({"initial_date": "2026-11-02"}, text("2026-12-24"), {"selected_date": "2026-12-24"}),
    "timepicker": ({}, text("09:30"), {"selected_time": "09:30"}),
    "radio_buttons": ({"options": OPTIONS}, boxes("Northwind"), {"selected_option": NORTHWIND}),
    "checkboxes": ({"options": OPTIONS}, boxes("Acme", "Northwind"), {"selected_options": [ACME, NORTHWIND]}),
}
TYPED: dict[str, tuple[Json, Fill, Json]] = {
    "plain_text_input": ({}, text("Some <words> & “more”"), typed("Some <words> & “more”")),
    "number_input": ({"is_decimal_allowed": True}, text("12.5"), typed("12.5")),
    "email_text_input": ({}, text("ann@example.com"), typed("ann@example.com")),
    "url_text_input": ({}, text("https://example.com/?a=1&b=2"), typed("https://example.com/?a=1&b=2")),
}
INPUTS = {**CHOSEN, **TYPED}
# Of the typed ones none acts in a message; those that come several at a time change with each box.
ACTIONS = {kind: made for kind, made in CHOSEN.items() if not kind.startswith("multi_") and kind != "checkboxes"}


def form() -> Json:
    """A form with one input of each kind."""
    blocks = [
        {"type": "input", "block_id": kind, "label": plain(kind), "hint": plain("A hint"), "optional": True,
         "element": {"type": kind, "action_id": f"{kind}_in", **made}}
        for kind, (made, _, _) in INPUTS.items()
    ]  # fmt: skip
    element = {"type": "plain_text_input", "action_id": "lines_in", "multiline": True, "initial_value": "One\nTwo"}
    blocks.append({"type": "input", "block_id": "lines", "label": plain("lines"), "element": element})
    return {"type": "modal", "callback_id": "form", "title": plain("All"), "submit": plain("Save"), "blocks": blocks}


CONFIRM = {"title": plain("Really?"), "text": plain("It can't be taken back."), "confirm": plain("Yes, end it"),
           "deny": plain("No")}  # fmt: skip


def actions() -> list[Json]:
    """Blocks with each element that acts at once."""
    blocks: list[Json] = [
        {"type": "actions", "block_id": f"b_{kind}",
         "elements": [{"type": kind, "action_id": kind, **({"placeholder": plain(f"Choose {kind}")}
                       if kind != "radio_buttons" else {}), **made}]}
        for kind, (made, _, _) in ACTIONS.items()
    ]  # fmt: skip
    buttons = [
        {"type": "button", "action_id": "press", "text": plain("Press :tada:"), "value": "7", "style": "primary"},
        {"type": "button", "action_id": "end", "text": plain("End"), "style": "danger", "confirm": CONFIRM},
        {"type": "overflow", "action_id": "more", "options": OPTIONS},
        {"type": "static_select", "action_id": "grouped", "placeholder": plain("Grouped"), "option_groups": GROUPS},
    ]
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": OPTIONS, "initial_options": [ACME]}
    section = {"type": "section", "block_id": "s", "text": plain("Several"), "accessory": boxes}
    return [*blocks, {"type": "actions", "block_id": "buttons", "elements": buttons}, section]


def rich(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def word(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


POINTS = [{"label": name, "value": value} for name, value in (("Oct", 3), ("Nov", 5))]
PICTURE = {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "A bar that grows"}
READ: list[Json] = [
    {"type": "header", "text": plain("A header :seedling:")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*bold* and <https://example.com|a link> for <@U2>"},
     "accessory": PICTURE},
    {"type": "section", "fields": [plain("A field"), {"type": "mrkdwn", "text": "_another_"}]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "in small"}, {**PICTURE, "alt_text": "A seal"}]},
    {"type": "divider"},
    {**PICTURE, "title": plain("Its title"), "alt_text": "A wide picture"},
    {"type": "table", "rows": [
        [{"type": "raw_text", "text": "Partner"}, {"type": "raw_text", "text": "RVI"}],
        [{"type": "raw_text", "text": "Acme"}, {"type": "rich_text", "elements": [rich(word("1.75", bold=True))]}]]},
    {"type": "rich_text", "elements": [
        rich(word("plain "), word("struck", strike=True), {"type": "user", "user_id": "U2"},
             {"type": "link", "url": "https://example.com/a", "text": "more & <more>"},
             {"type": "channel", "channel_id": "C2"}, {"type": "emoji", "name": "tada"}),
        {"type": "rich_text_list", "style": "ordered", "elements": [rich(word("first")), rich(word("second"))]},
        {"type": "rich_text_quote", "elements": [word("quoted")]},
        {"type": "rich_text_preformatted", "elements": [word("as  it\nis")]}]},
    {"type": "markdown", "text": "Some markdown"},
    {"type": "data_visualization", "title": "Won", "chart": {
        "type": "line", "axis_config": {"categories": ["Oct", "Nov"]},
        "series": [{"name": "Ours", "data": POINTS}, {"name": "Theirs", "data": POINTS[::-1]}]}},
    {"type": "data_visualization", "title": "Who", "chart": {
        "type": "pie", "segments": [{"label": "Acme", "value": 51}, {"label": "Others", "value": 49}]}},
]  # fmt: skip
