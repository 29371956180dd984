"""A token for another program is made in the browser, and shown once."""

import re

from playwright.sync_api import expect

from bot.demo.people import ADMIN
from tests.browser.looking import DM, OpenPage, check_axe, say

HERE = ("integration",)


def test_a_token_is_made_and_shown_in_its_window_alone(open_page: OpenPage) -> None:
    page = open_page(DM, user=ADMIN)
    say(page, "/tend settings")
    page.get_by_role("button", name="Integrations", exact=True).last.click()
    page.get_by_role("button", name="New integration", exact=True).last.click()
    form = page.get_by_role("dialog")
    form.get_by_label("What is it called?").fill("CRM")
    check_axe(page)
    form.get_by_role("button", name="Create token").click()
    expect(form.get_by_text(re.compile(r"tend_[\w-]{20}"))).to_be_visible()
    check_axe(page)
    form.get_by_role("button", name="I have copied it").click()
    expect(form).to_have_count(0)
    assert not re.search(r"tend_[\w-]{20}", page.content())
