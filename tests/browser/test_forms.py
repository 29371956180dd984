"""A form says what is wrong with it at the input that is meant."""

from playwright.sync_api import Locator, expect

from tests.browser.looking import DM, OpenPage, complaints, open_form

# What a screen reader says of an input besides its name.
TOLD = """(node) => ["aria-errormessage", "aria-describedby"]
    .flatMap((name) => (node.getAttribute(name) || "").split(/\\s+/))
    .map((id) => document.getElementById(id))
    .filter((found) => found?.closest("[role=alert]"))
    .map((found) => found.textContent.trim()).join(" ")"""


def submit(form: Locator) -> None:
    form.get_by_role("button", name="Record").click()


def test_a_needed_input_left_empty(open_page: OpenPage) -> None:
    """The form stays, and the word for it is announced and belongs to the input."""
    form = open_form(open_page(DM))
    lead = form.get_by_label("Who was referred?")
    assert lead.evaluate(TOLD) == ""
    submit(form)
    expect(complaints(form).first).to_be_visible()
    expect(lead).to_have_attribute("aria-invalid", "true")
    assert lead.evaluate(TOLD) != ""
    worth = form.get_by_label("Worth")
    assert worth.get_attribute("aria-invalid") != "true"
    assert worth.evaluate(TOLD) == ""


def test_what_was_typed_is_kept(open_page: OpenPage) -> None:
    """Where something else is wrong."""
    form = open_form(open_page(DM))
    lead = form.get_by_label("Who was referred?")
    lead.fill("Northwind")
    submit(form)
    expect(complaints(form).first).to_be_visible()
    expect(lead).to_have_value("Northwind")
    assert lead.evaluate(TOLD) == ""
