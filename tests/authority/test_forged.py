"""Ids that somebody changed on the way: of another workspace, of nothing, or no ids at all."""

import re

import pytest

from tests.authority.desk import Desk, Tried, filled
from tests.authority.forms import FILLED
from tests.authority.table import BUTTON, TABLE, Row
from tests.each import each
from tests.listeners.office import ADA

WRITTEN = {"reason": {"reason": {"type": "plain_text_input", "value": "No fit"}}}
NOTHING = "900001"
NO_IDS = (
    "0",
    "-1",
    "",
    "x",
    "1 OR 1=1",
    "1;",
    " 1",
    "\uff11",
    "\u0663",
    "1.0",
    "1e3",
    "0x1",
    "None",
    "9" * 18,
    "9" * 19,
    "9" * 5000,
)

BUTTONS = [row for row in TABLE if row.part == BUTTON and "{" in row.how.replace("{{", "")]
FORMS = [name for name, form in FILLED.items() if form.callback]
# Whatever has an id in the table is asked for.
NAMED = {name for row in BUTTONS for name in re.findall(r"{(\w+)}", row.how)}


def with_id(how: str, id: str) -> str:
    return re.sub(r"{\w+}", lambda _: id, how)


def of_neighbour(how: str, desk: Desk) -> str:
    return how.format(**desk.theirs)


def press(desk: Desk, action_id: str, value: str) -> Tried:
    return desk.press(ADA, action_id, value, WRITTEN)


def submit(desk: Desk, name: str, callback_id: str) -> Tried:
    form = FILLED[name]
    body = form.body(desk)
    return desk.submit(ADA, {**body, "callback_id": callback_id}, filled(body["blocks"], form.values))


def is_refused(desk: Desk, tried: Tried) -> None:
    """Said so, in words that are ours; not a row of any workspace is another."""
    assert tried.answer.status == 200
    assert tried.words.strip()
    assert "on our side" not in tried.words
    assert "Elsewhere" not in tried.words
    assert tried.modal is None
    assert desk.changed() == []


@pytest.mark.parametrize("row", BUTTONS, ids=lambda row: row.id)
def test_a_button_with_a_neighbours_id_is_refused_as_if_there_were_none(desk: Desk, row: Row) -> None:
    """In the very words of an id that does not exist, also to an admin."""
    theirs = press(desk, row.key, of_neighbour(row.how, desk))
    is_refused(desk, theirs)
    nothing = press(desk, row.key, with_id(row.how, NOTHING))
    is_refused(desk, nothing)
    assert theirs.words == nothing.words


@pytest.mark.parametrize("name", FORMS)
def test_a_form_with_a_neighbours_id_is_refused_as_if_there_were_none(desk: Desk, name: str) -> None:
    """Also where its private part was changed with it."""
    callback = FILLED[name].callback
    theirs = submit(desk, name, of_neighbour(callback, desk))
    is_refused(desk, theirs)
    nothing = submit(desk, name, with_id(callback, NOTHING))
    is_refused(desk, nothing)
    assert theirs.words == nothing.words


@pytest.mark.parametrize("row", BUTTONS, ids=lambda row: row.id)
def test_what_is_no_id_is_refused_by_every_button(desk: Desk, row: Row) -> None:
    """Negative, huge, written in other digits, or words."""
    with each() as trying:
        for id in NO_IDS:
            if row.key.startswith("prune_skip") and not id:
                continue  # which begins at the first then
            # Without a partner, the calculator is asked for nobody.
            if row.key == "try_other_terms" and id == "0":
                continue
            with trying(id[:20] or "empty"):
                is_refused(desk, press(desk, row.key, with_id(row.how, id)))


@pytest.mark.parametrize("name", FORMS)
def test_what_is_no_id_is_refused_by_every_form(desk: Desk, name: str) -> None:
    """Those that Bolt itself does not take for ours are answered with a 404."""
    with each() as trying:
        for id in NO_IDS:
            with trying(id[:20] or "empty"):
                tried = submit(desk, name, with_id(FILLED[name].callback, id))
                if tried.answer.status != 404:
                    is_refused(desk, tried)
                assert desk.changed() == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_with_too_little_or_too_much_in_its_name_breaks_nothing(desk: Desk, name: str) -> None:
    """Whatever follows the form's name."""
    with each() as trying:
        for more in ("", ":1:2:3:4:5", ":who", ":nowhere", ":1:nowhere", ":issue", ":nothing:1"):
            desk.put_back()
            with trying(more or "nothing"):
                tried = submit(desk, name, name + more)
                assert "on our side" not in tried.words
                assert tried.answer.status in (200, 404)


@pytest.mark.parametrize("row", BUTTONS, ids=lambda row: row.id)
def test_a_button_with_any_other_value_breaks_nothing(desk: Desk, row: Row) -> None:
    """A value that none of ours has is answered in words that are ours."""
    with each() as trying:
        for value in ("", ":", "::", "1", "1:", "1:nothing", "nothing:1", "\n", "\n/touch", "/touch\n", "é\0"):
            desk.put_back()
            with trying(repr(value)):
                tried = press(desk, row.key, value)
                assert tried.answer.status == 200
                assert "on our side" not in tried.words


def test_a_partner_of_the_neighbours_is_unknown_to_every_form_that_names_one(desk: Desk) -> None:
    """Chosen out of the menu by its name, which somebody changed."""
    for name, form in FILLED.items():
        if "partner" not in form.values:
            continue
        body = form.body(desk)
        values = dict(form.values) | {"partner": "Acme Legal Elsewhere"}
        tried = desk.submit(ADA, body, filled(body["blocks"], values))
        assert "There is no partner called" in tried.words, name
        assert desk.changed() == []


def test_everything_with_an_id_has_a_button_or_a_form_here(desk: Desk) -> None:
    """So that none is left out above."""
    named = NAMED | {name for form in FILLED.values() for name in re.findall(r"{(\w+)}", form.callback)}
    assert set(desk.ids) == named
