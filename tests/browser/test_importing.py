"""A real file, uploaded in the browser, goes in by the form and one click."""

import re
from pathlib import Path

from playwright.sync_api import expect

from bot.demo.people import ADMIN
from tests.browser.looking import DM, OpenPage, check_axe, say

HERE = ("import_file", "import_columns", "import_answers")
"""The forms that stand in this file, and not among those that a line or a button opens."""


def test_a_file_is_uploaded_looked_at_and_brought_in(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text("Company,Industry\nZyxquo,law\n")
    page = open_page(DM, user=ADMIN)
    say(page, "/tend import")
    form = page.get_by_role("dialog")
    expect(form).to_be_visible()
    check_axe(page)
    form.get_by_label("File").set_input_files(path)
    form.get_by_role("button", name="Preview").click()
    expect(form).to_have_count(0)
    bring_in = page.get_by_role("button", name=re.compile("^Import [0-9]")).last
    before = bring_in.get_attribute("data-block") or ""
    page.get_by_role("button", name="Columns", exact=True).last.click()
    expect(form.get_by_label("Name of the partner")).to_be_visible()
    check_axe(page)
    form.get_by_role("button", name="Preview again").click()
    expect(form).to_have_count(0)
    expect(bring_in).not_to_have_attribute("data-block", before)  # the message is the new preview's
    bring_in.click()
    expect(page.get_by_text("1 added").last).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(page.get_by_text("everything is as it was before").last).to_be_visible()
