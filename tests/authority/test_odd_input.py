"""Values that no client of Slack's lets through, and texts that can't be kept."""

from typing import Any

import pytest
from sqlmodel import select

from storage.db.engine import reading
from storage.tables import Activity, Partner
from tests.authority.desk import Desk, filled
from tests.authority.forms import FILLED
from tests.listeners.office import ADA

LONG = "9" * 10_000


def submit(desk: Desk, form: str, **values: Any) -> Any:
    body = FILLED[form].body(desk)
    state = filled(body["blocks"], FILLED[form].values)
    for field, value in values.items():
        (element,) = state[field].values()
        option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
        key = next(key for key in element if key != "type")
        element[key] = [option] if key.endswith("options") else option if key == "selected_option" else value
    return desk.submit(ADA, body, state)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("trust", "level", "9"),
        ("trust", "level", "0"),
        ("trust", "level", "1_0"),
        ("trust", "level", "٤"),
        ("trust", "level", LONG),
        ("trust", "side", LONG),
        ("partner_cadence", "cadence_days", LONG),
        ("partner_edit", "cadence_days", "x" * 10_000),
        ("partner_add", "name", "x" * 10_000),
        ("partner_edit", "role", "x" * 10_000),
        ("partner_add", "since_on", "x" * 10_000),
        ("touch", "note", "x" * 10_000),
        ("touch", "partner", "x" * 10_000),
        ("terms", "terms_fee_minor", "x" * 10_000),
        ("terms", "terms_share", "x" * 10_000),
        ("terms", "terms_share", "9." + LONG),
        *(("settings", key, "9" * 10_000) for key in ("digest_day", "digest_hour", "currency", "timezone", "holidays")),
        *(("settings", key, "9" * 10_000) for key in ("digest_channel", "working_days", "hourly_rate")),
    ],
)
def test_what_no_field_takes_is_said_on_it_in_few_words(desk: Desk, name: str, field: str, value: str) -> None:
    """Where Slack itself would have let nobody write that; nothing is recorded."""
    tried = submit(desk, name, **{field: value})
    assert list(tried.answer.body["errors"]) == [field]
    assert "(reference" not in tried.words
    assert desk.changed() == []


@pytest.mark.parametrize(
    "line", ["/tend settings cadence_days " + LONG, "/tend settings " + LONG, "/tend settings currency " + LONG]
)
def test_what_no_setting_takes_is_said(desk: Desk, line: str) -> None:
    """Typed as well as in the form."""
    tried = desk.types(ADA, line)
    assert "Nothing was recorded" in tried.words
    assert "on our side" not in tried.words


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_signs_that_no_database_keeps_are_replaced(desk: Desk, text: str) -> None:
    """In a form's field, a command, a menu and a message that is logged; the rest of the text stays."""
    assert "a\ufffdb" in submit(desk, "event", title=text).words
    assert "Recorded" in desk.command(ADA, "/event", "Acme Legal x\0y").words
    assert desk.suggest(ADA, "partner", text).answer.body == {"options": []}
    form = desk.shortcut(ADA, "log_message", text).modal
    assert form is not None
    assert "a\ufffdb" in str(form.body)
    assert "a\ufffdb" in submit(desk, "partner_add", name=text).words
    with reading(desk.engine) as session:
        assert len(session.exec(select(Activity).where(Activity.title == "x\ufffdy")).all()) == 1
        assert len(session.exec(select(Partner).where(Partner.name == "a\ufffdb")).all()) == 1


@pytest.mark.parametrize("value", ["", "/nothing", "x /event", "Acme", "/ event"])
def test_a_button_that_opens_no_form_of_ours_is_refused(desk: Desk, value: str) -> None:
    """It is not taken for a fault of ours."""
    tried = desk.press(ADA, "open_form", value)
    assert "does not belong to this workspace" in tried.words
