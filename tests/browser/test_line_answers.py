"""What a line leaves open is answered by a press, on a phone, with the quotation marks that a phone types."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import DM, NARROW, OpenPage, say


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    return open_page(DM, size=NARROW)


def type_line(page: Page, line: str) -> Locator:
    """Type a line; return its answer, which keeps its place when a button changes it."""
    count = page.locator(".message").count()
    say(page, line)
    expect(page.locator(".message")).not_to_have_count(count)
    return page.locator(".message").last


def press(page: Page, label: str) -> None:
    """Press a button of the last answer."""
    page.locator(".message").last.get_by_role("button", name=label).click()


def check_record(page: Page, partner: str, *told: str) -> None:
    """What is recorded of a partner, as the list tells it from which it can be taken back."""
    say(page, f"/partner history {partner}")
    expect(page.locator(".message").last).to_contain_text(f"{partner}: who changed what")
    press(page, "Take back…")
    for words in told:
        expect(page.locator(".message").last).to_contain_text(words)


def test_both_partners_get_the_referral(phone: Page) -> None:
    type_line(phone, "/referral from Acme Legal and Hexley Data “Quill & Reed’s Café” £5k")
    press(phone, "Both")
    answer = phone.locator(".message").last
    expect(answer).to_contain_text("Recorded: referral from Acme Legal · Quill & Reed’s Café · £5,000")
    expect(answer).to_contain_text("Recorded: referral from Hexley Data · Quill & Reed’s Café · £5,000")
    check_record(phone, "Acme Legal", "Quill & Reed’s Café")
    check_record(phone, "Hexley Data", "Quill & Reed’s Café")


def test_a_list_becomes_three_leads(phone: Page) -> None:
    type_line(phone, "/referral from Saltmarsh Legal O’Dell’s Ovens, Pike’s Pies and Ruby’s Rooms")
    press(phone, "Record 3 leads")
    for lead in ("O’Dell’s Ovens", "Pike’s Pies", "Ruby’s Rooms"):
        told = f"Recorded: referral from Saltmarsh Legal · {lead} · introduced"
        expect(phone.locator(".message").last).to_contain_text(told)
    check_record(phone, "Saltmarsh Legal", "O’Dell’s Ovens", "Pike’s Pies", "Ruby’s Rooms")


def test_what_was_left_becomes_a_promise(phone: Page) -> None:
    type_line(phone, "/touch Hexley Data call, they’re keen. Jo’s team to send the “price list” by 4 Dec")
    press(phone, "Make it a promise")
    expect(phone.locator(".message").last).to_contain_text("Hexley Data: Promised: ")
    expect(phone.locator(".message").last).to_contain_text("“price list” by 4 Dec")
    say(phone, "/partner show Hexley Data")
    expect(phone.locator(".message").last).to_contain_text("“price list”")


def test_a_day_in_the_text_becomes_the_day(phone: Page) -> None:
    type_line(phone, "/touch Orchard Byte call, they’d met the board on Tuesday, which wasn’t “easy”")
    press(phone, "It was on Tuesday 24 Nov 2026")
    expect(phone.locator(".message").last).to_contain_text("24 Nov")
    check_record(phone, "Orchard Byte", "which wasn’t “easy”")


def test_a_lead_of_the_same_name_is_another_one(phone: Page) -> None:
    type_line(phone, "/referral from Copperline Solicitors “Dove’s Dairy” 4k")
    type_line(phone, "/referral from Copperline Solicitors “Dove’s Dairy” 6k")
    expect(phone.locator(".message").last).to_contain_text("£4,000 → £6,000")
    press(phone, "It is another lead")
    expect(phone.locator(".message").last).to_contain_text("Recorded: referral from Copperline Solicitors")
    check_record(phone, "Copperline Solicitors", "£4,000", "£6,000")
