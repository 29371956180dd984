"""The lists of action and callback ids are those that are listened to."""

from types import ModuleType

import pytest

from bot.listeners import buttons, forms
from bot.slack import action_ids, callback_ids


def ids(module: ModuleType) -> list[str]:
    return [value for name, value in vars(module).items() if name.isupper()]


def test_every_action_id_is_heard() -> None:
    """All but the menu of partners by a press."""
    assert {one[0] for one in buttons.BUTTONS} == set(ids(action_ids)) - {action_ids.PARTNER_MENU}


def test_every_callback_id_is_heard() -> None:
    """All but the shortcut's as a form."""
    assert set(forms.FORMS) == set(ids(callback_ids)) - {callback_ids.LOG_MESSAGE}


@pytest.mark.parametrize("module", [action_ids, callback_ids], ids=lambda module: module.__name__)
def test_no_id_is_listed_twice(module: ModuleType) -> None:
    assert len(ids(module)) == len(set(ids(module)))
