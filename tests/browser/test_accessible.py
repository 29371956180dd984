"""The page breaks none of axe's rules, wherever one is, in both sizes and both colour schemes."""

import pytest

from tests.browser.looking import DM, PLACES, SIZES, OpenPage, Scheme, Size, check_axe, complaints, open_form, say, show

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@SIZES
@SCHEMES
@pytest.mark.parametrize("at", PLACES)
def test_every_place(open_page: OpenPage, at: str, size: Size, scheme: Scheme) -> None:
    """A channel with a digest, the messages of the bot, and its Home."""
    page = open_page(at, size=size, scheme=scheme)
    show(page, PLACES[at])
    check_axe(page)


@SIZES
@SCHEMES
def test_a_form(open_page: OpenPage, size: Size, scheme: Scheme) -> None:
    """As it opens, and with what is wrong with it."""
    page = open_page(DM, size=size, scheme=scheme)
    form = open_form(page)
    check_axe(page)
    form.get_by_role("button", name="Record").click()
    complaints(form).first.wait_for()
    check_axe(page)


@SIZES
@SCHEMES
def test_answers(open_page: OpenPage, size: Size, scheme: Scheme) -> None:
    """A card with its buttons, and a list."""
    page = open_page(DM, size=size, scheme=scheme)
    for text, told in {"/partner show Acme Legal": "Last touches", "/partner list": "25 partners"}.items():
        say(page, text)
        show(page, told)
    check_axe(page)
