"""Rules for blocks: where each is allowed and what it must contain."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from bot.fake_slack.validation.elements import ACTION_ELEMENTS, INPUT_ELEMENTS, SECTION_ELEMENTS, check_element
from bot.fake_slack.validation.report import Json, ValidationReport


def block_type(block: Any) -> Any:
    """Return the type of a block or element, or None."""
    return block.get("type") if isinstance(block, dict) else None


def check_blocks(
    judge: ValidationReport, blocks: list[Any], at: str, most: int, surface: str, unknown: Collection[str]
) -> None:
    """Check the blocks of a `surface` (message, modal or home). `unknown` are types that it does not support."""
    judge.items(blocks, most, at)
    block_ids: set[str] = set()
    for place, block in enumerate(blocks):
        path = f"{at}/{place}"
        if not isinstance(block, dict):
            judge.add_error("must be an object", path)
            continue
        kind = block.get("type")
        rule = _BLOCKS.get(str(kind))
        if rule is None or kind in unknown or (surface != "message" and kind in _MESSAGE_ONLY):
            judge.add_error(f"unsupported type: {kind}", f"{path}/type")
            continue
        block_id = block.get("block_id")
        judge.length(block_id, 255, f"{path}/block_id")
        if block_id is not None and block_id in block_ids:
            judge.add_error("`block_id` must be unique", f"{path}/block_id")
        block_ids.add(str(block_id))
        rule(judge, block, path)


def _section(judge: ValidationReport, block: Json, at: str) -> None:
    text, fields = block.get("text"), block.get("fields")
    if text is None and not fields:
        judge.add_error("must define either `text` or `fields`", at)
    if text is not None:
        judge.text(text, 3000, f"{at}/text")
    if fields is not None:
        judge.items(fields, 10, f"{at}/fields")
        for place, field in enumerate(fields):
            judge.text(field, 2000, f"{at}/fields/{place}")
    if block.get("accessory") is not None:
        check_element(judge, block["accessory"], f"{at}/accessory", SECTION_ELEMENTS)


def _header(judge: ValidationReport, block: Json, at: str) -> None:
    judge.plain(block.get("text"), 150, f"{at}/text", required=True)


def _actions(judge: ValidationReport, block: Json, at: str) -> None:
    action_ids: set[str] = set()
    for place, element in enumerate(judge.items(block.get("elements"), 25, f"{at}/elements", least=1)):
        check_element(judge, element, f"{at}/elements/{place}", ACTION_ELEMENTS)
        action = element.get("action_id") if isinstance(element, dict) else None
        if action is not None and action in action_ids:
            judge.add_error(f"`action_id` must be unique: {action}", f"{at}/elements/{place}/action_id")
        action_ids.add(str(action))


def _context(judge: ValidationReport, block: Json, at: str) -> None:
    for place, element in enumerate(judge.items(block.get("elements"), 10, f"{at}/elements", least=1)):
        if block_type(element) == "image":
            check_element(judge, element, f"{at}/elements/{place}", {"image"})
        else:
            judge.text(element, 3000, f"{at}/elements/{place}")


def _input(judge: ValidationReport, block: Json, at: str) -> None:
    judge.plain(block.get("label"), 2000, f"{at}/label", required=True)
    judge.plain(block.get("hint"), 2000, f"{at}/hint")
    if block.get("element") is None:
        judge.add_error("missing required field: element", at)
    else:
        check_element(judge, block["element"], f"{at}/element", INPUT_ELEMENTS)


def _image(judge: ValidationReport, block: Json, at: str) -> None:
    check_element(judge, {**block, "type": "image"}, at, {"image"})
    judge.plain(block.get("title"), 2000, f"{at}/title")


def _divider(judge: ValidationReport, block: Json, at: str) -> None:
    """Accept any divider."""


def _markdown(judge: ValidationReport, block: Json, at: str) -> None:
    judge.string(block.get("text"), 12_000, f"{at}/text")


def _rich_text(judge: ValidationReport, block: Json, at: str) -> None:
    allowed = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    for place, element in enumerate(judge.items(block.get("elements"), 10_000, f"{at}/elements")):
        if block_type(element) not in allowed:
            judge.add_error(f"unsupported type: {block_type(element)}", f"{at}/elements/{place}/type")


def _table(judge: ValidationReport, block: Json, at: str) -> None:
    for place, row in enumerate(judge.items(block.get("rows"), 100, f"{at}/rows", least=1)):
        for column, cell in enumerate(judge.items(row, 20, f"{at}/rows/{place}", least=1)):
            if block_type(cell) not in ("raw_text", "raw_number", "rich_text"):
                judge.add_error(f"unsupported type: {block_type(cell)}", f"{at}/rows/{place}/{column}/type")
            elif block_type(cell) == "raw_text" and not cell.get("text"):
                judge.add_error("must be more than 0 characters", f"{at}/rows/{place}/{column}/text")
    if block.get("column_settings") is not None:
        judge.items(block["column_settings"], 20, f"{at}/column_settings")


def _data_table(judge: ValidationReport, block: Json, at: str) -> None:
    judge.string(block.get("caption"), 10_000, f"{at}/caption")
    for key, low, high in (("page_size", 1, 100), ("row_header_column_index", 0, 19)):
        value = block.get(key)
        if value is not None and (not isinstance(value, int) or not low <= value <= high):
            judge.add_error(f"must be between {low} and {high}", f"{at}/{key}")
    rows = judge.items(block.get("rows"), 101, f"{at}/rows", least=2)
    widths = {len(row) for row in rows if isinstance(row, list)}
    if len(widths) > 1:
        judge.add_error("all rows must have the same number of values", f"{at}/rows")
    for place, row in enumerate(rows):
        allowed = ("raw_text", "raw_number") if place == 0 else ("raw_text", "raw_number", "rich_text")
        for column, cell in enumerate(judge.items(row, 20, f"{at}/rows/{place}", least=1)):
            path = f"{at}/rows/{place}/{column}"
            if block_type(cell) not in allowed:
                judge.add_error(f"unsupported type: {block_type(cell)}", f"{path}/type")
                continue
            if block_type(cell) != "rich_text" and not cell.get("text"):
                judge.add_error("must be more than 0 characters", f"{path}/text")
            if block_type(cell) == "raw_number" and not _number(cell.get("value")):
                judge.add_error("must be a number", f"{path}/value")


def _chart(judge: ValidationReport, block: Json, at: str) -> None:
    judge.string(block.get("title"), 50, f"{at}/title")
    chart = block.get("chart")
    if not isinstance(chart, dict) or chart.get("type") not in ("pie", "bar", "area", "line"):
        judge.add_error("must be one of: pie, bar, area, line", f"{at}/chart/type")
        return
    if chart["type"] == "pie":
        for place, part in enumerate(judge.items(chart.get("segments"), 12, f"{at}/chart/segments", least=1)):
            judge.string(part.get("label"), 20, f"{at}/chart/segments/{place}/label")
            if not _number(part.get("value")) or part["value"] <= 0:
                judge.add_error("must be greater than 0", f"{at}/chart/segments/{place}/value")
        return
    _series(judge, chart, f"{at}/chart")


def _series(judge: ValidationReport, chart: Json, at: str) -> None:
    axis = chart.get("axis_config") or {}
    categories = judge.items(axis.get("categories"), 20, f"{at}/axis_config/categories", least=1)
    for place, category in enumerate(categories):
        judge.string(category, 20, f"{at}/axis_config/categories/{place}")
    for key in ("x_label", "y_label"):
        judge.length(axis.get(key), 50, f"{at}/axis_config/{key}")
    names = []
    for place, series in enumerate(judge.items(chart.get("series"), 12, f"{at}/series", least=1)):
        path = f"{at}/series/{place}"
        judge.string(series.get("name"), 20, f"{path}/name")
        names.append(series.get("name"))
        points = judge.items(series.get("data"), 20, f"{path}/data", least=1)
        if [point.get("label") for point in points] != categories:
            judge.add_error("labels must match axis_config.categories", f"{path}/data")
        if not all(_number(point.get("value")) for point in points):
            judge.add_error("values must be numbers", f"{path}/data")
    if len(set(names)) != len(names):
        judge.add_error("names must be unique", f"{at}/series")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_BLOCKS: dict[str, Callable[[ValidationReport, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "image": _image,
    "divider": _divider,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _chart,
}
_MESSAGE_ONLY = ("table", "data_table", "data_visualization", "markdown")
