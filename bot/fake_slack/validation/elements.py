"""Rules for elements: buttons, selects, inputs, options and images."""

from __future__ import annotations

import re
from typing import Any

from bot.fake_slack.validation.report import Json, ValidationReport

_SELECTS = {
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
}
_PICKERS = {"datepicker", "timepicker", "datetimepicker"}
_CHOICES = {"radio_buttons", "checkboxes"}
_TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"}
SECTION_ELEMENTS = {"button", "overflow", "image", "workflow_button", *_SELECTS, *_PICKERS, *_CHOICES}
# Multi-selects are allowed in sections and inputs, but not in an actions block.
ACTION_ELEMENTS = {
    name for name in SECTION_ELEMENTS if name != "image" and not name.startswith("multi_")
} | {"rich_text_input"}  # fmt: skip
INPUT_ELEMENTS = {*_SELECTS, *_PICKERS, *_CHOICES, *_TYPED, "file_input"}
_MAX_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check_element(judge: ValidationReport, element: Any, at: str, allowed: set[str]) -> None:
    """Check an element. `allowed` are the types permitted in this place."""
    if not isinstance(element, dict) or element.get("type") not in allowed:
        kind = element.get("type") if isinstance(element, dict) else element
        judge.add_error(f"unsupported type: {kind}", f"{at}/type")
        return
    kind = element["type"]
    judge.length(element.get("action_id"), 255, f"{at}/action_id")
    judge.plain(element.get("placeholder"), 150, f"{at}/placeholder")
    if element.get("confirm") is not None:
        _confirm(judge, element["confirm"], f"{at}/confirm")
    if kind in ("button", "workflow_button"):
        _button(judge, element, at)
    elif kind == "image":
        _image(judge, element, at)
    elif kind in _TYPED:
        _typed(judge, element, at)
    elif kind in ("static_select", "multi_static_select", "overflow", *_CHOICES):
        _options(judge, element, at)
    elif kind == "external_select" and element.get("initial_option") is not None:
        _option(judge, element["initial_option"], f"{at}/initial_option")
    elif kind == "file_input":
        _file_input(judge, element, at)
    elif kind in ("datepicker", "timepicker"):
        _picker(judge, element, at)


def _button(judge: ValidationReport, element: Json, at: str) -> None:
    judge.plain(element.get("text"), 75, f"{at}/text", required=True)
    judge.length(element.get("value"), 2000, f"{at}/value")
    judge.length(element.get("url"), 3000, f"{at}/url")
    judge.length(element.get("accessibility_label"), 75, f"{at}/accessibility_label")
    if element.get("style") not in (None, "primary", "danger"):
        judge.add_error("must be one of: primary, danger", f"{at}/style")


def _image(judge: ValidationReport, element: Json, at: str) -> None:
    if element.get("slack_file") is None:
        judge.string(element.get("image_url"), 3000, f"{at}/image_url")
    judge.string(element.get("alt_text"), 2000, f"{at}/alt_text")


def _typed(judge: ValidationReport, element: Json, at: str) -> None:
    if element["type"] == "number_input" and "is_decimal_allowed" not in element:
        judge.add_error("missing required field: is_decimal_allowed", at)
    if element["type"] == "plain_text_input":
        judge.length(element.get("initial_value"), 3000, f"{at}/initial_value")
        for key, least in (("min_length", 0), ("max_length", 1)):
            value = element.get(key)
            if value is not None and (not isinstance(value, int) or not least <= value <= 3000):
                judge.add_error(f"must be between {least} and 3000", f"{at}/{key}")
    for key in ("initial_value", "min_value", "max_value"):
        if element["type"] == "number_input" and element.get(key) is not None:
            judge.length(element[key], 255, f"{at}/{key}")


def _options(judge: ValidationReport, element: Json, at: str) -> None:
    most = _MAX_OPTIONS.get(element["type"], 100)
    groups = element.get("option_groups")
    options: list[Any] = []
    if groups is not None and element.get("options") is None:
        for place, group in enumerate(judge.items(groups, 100, f"{at}/option_groups", least=1)):
            path = f"{at}/option_groups/{place}"
            judge.plain(group.get("label"), 75, f"{path}/label", required=True)
            options += check_options(judge, group.get("options"), f"{path}/options", 100)
    else:
        options = check_options(judge, element.get("options"), f"{at}/options", most)
    values = [option.get("value") for option in options if isinstance(option, dict)]
    if len(set(values)) != len(values) and element["type"] in _CHOICES:
        judge.add_error("option values must be unique", f"{at}/options")
    initial = element.get("initial_option")
    for option in [initial] if initial is not None else element.get("initial_options") or []:
        if not isinstance(option, dict) or option.get("value") not in values:
            judge.add_error("must match one of the options", f"{at}/initial_option")


def check_options(judge: ValidationReport, options: Any, at: str, most: int) -> list[Any]:
    """Check a list of options and return it."""
    items = judge.items(options, most, at, least=1)
    for place, option in enumerate(items):
        _option(judge, option, f"{at}/{place}")
    return items


def _option(judge: ValidationReport, option: Any, at: str) -> None:
    if not isinstance(option, dict):
        judge.add_error("must be an object", at)
        return
    judge.text(option.get("text"), 75, f"{at}/text")
    judge.string(option.get("value"), 150, f"{at}/value")
    if option.get("description") is not None:
        judge.text(option["description"], 75, f"{at}/description")


def _confirm(judge: ValidationReport, confirm: Json, at: str) -> None:
    judge.plain(confirm.get("title"), 100, f"{at}/title")
    if confirm.get("text") is not None:
        judge.text(confirm["text"], 300, f"{at}/text")
    judge.plain(confirm.get("confirm"), 30, f"{at}/confirm")
    judge.plain(confirm.get("deny"), 30, f"{at}/deny")


def _file_input(judge: ValidationReport, element: Json, at: str) -> None:
    most, kinds = element.get("max_files", 10), element.get("filetypes", ["csv"])
    if not isinstance(most, int) or not 1 <= most <= 10:
        judge.add_error("must be between 1 and 10", f"{at}/max_files")
    if not isinstance(kinds, list) or not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
        judge.add_error("must be a list of file types", f"{at}/filetypes")


def _picker(judge: ValidationReport, element: Json, at: str) -> None:
    key, shape = ("initial_date", _DAY) if element["type"] == "datepicker" else ("initial_time", _TIME)
    value = element.get(key)
    if value is not None and not (isinstance(value, str) and shape.fullmatch(value)):
        judge.add_error(f"invalid {key}", f"{at}/{key}")
