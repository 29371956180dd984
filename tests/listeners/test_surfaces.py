"""Where Tend is met without a command: the shortcut that is everywhere, and the prompts of the Messages tab."""

from typing import Any

import pytest

from bot.slack.prompts import ANYBODY, MAX_PROMPTS
from scoring.vocabulary import Kind
from storage.tables import Activity, TrustRating
from tests.listeners.office import ANA, BOB, GUEST, TODAY, Office, first_values

PROMPTS = "assistant.threads.setSuggestedPrompts"


@pytest.mark.parametrize(
    ("what", "values", "kind"),
    [
        ("referral", {"lead": "Northwind"}, Kind.REFERRAL),
        ("event", {"title": "Webinar"}, Kind.EVENT),
        ("touch", {"note": "Lunch"}, Kind.MEETING),
    ],
)
def test_the_shortcut_asks_what_and_of_whom_and_then_for_the_rest(
    office: Office, what: str, values: dict[str, Any], kind: Kind
) -> None:
    acme = office.partner()
    form = office.slack.shortcut(ANA, "record").view
    assert form is not None
    assert form.title == "Record something"
    then = office.submit(form, what=what, partner="Acme Legal").view
    assert then is not None
    assert first_values(then)["partner"] == "Acme Legal"
    seen = office.submit(then, **values)
    assert seen.closed
    assert "Recorded" in seen.messages[-1].visible_text
    assert [(row.partner_id, row.kind, row.occurred_on) for row in office.rows(Activity)] == [(acme, kind, TODAY)]


def test_the_shortcut_records_trust_too(office: Office) -> None:
    office.partner()
    form = office.slack.shortcut(ANA, "record").view
    assert form is not None
    then = office.submit(form, what="trust", partner="Acme Legal").view
    assert then is not None
    assert office.submit(then, level="4").closed
    assert office.row(TrustRating).level == 4


def test_a_guest_gets_no_form(office: Office) -> None:
    office.partner()
    seen = office.slack.shortcut(GUEST, "record")
    assert seen.view is not None
    assert "Guests can't use Tend" in seen.view.visible_text
    assert "submit" not in {key for key, value in seen.view.body.items() if value}


def prompts(office: Office, user: str = ANA) -> list[tuple[str, str]]:
    assert office.slack.open_messages(user).ok
    return list(office.slack.world.prompts.get(office.slack.world.open_dm(user).id, ()))


def test_the_messages_tab_suggests_what_the_reader_understands(office: Office) -> None:
    office.partner("Fine & Co", owner=ANA)
    office.partner(owner=ANA)
    found = prompts(office)
    assert found[0][0] == "Who needs me?"
    assert any(message.startswith("How is ") for _, message in found)
    assert len(found) <= MAX_PROMPTS
    for _, message in found:
        office.slack.direct_message(ANA, message)
        words = office.slack.dm(ANA)[-1].visible_text
        assert not words.startswith(":warning:"), (message, words)
    assert office.rows(Activity) == []


def test_who_has_no_partner_gets_no_prompt_about_one(office: Office) -> None:
    assert prompts(office, BOB) == [(prompt.title, prompt.message) for prompt in ANYBODY]


@pytest.mark.parametrize("fault", ["500", "drop", "internal_error"])
def test_where_slack_refuses_prompts_nothing_else_suffers(office: Office, fault: str) -> None:
    office.partner()
    office.slack.world.faults.add(PROMPTS, fault, times=None)
    assert prompts(office) == []
    assert office.slack.open_home(ANA).view is not None
    office.slack.direct_message(ANA, "Who needs me?")
    assert office.slack.dm(ANA)[-1].by_bot


def test_the_form_is_told_where_it_was_opened(office: Office) -> None:
    """Without a place to answer in, in the person's own DM."""
    office.partner()
    form = office.slack.shortcut(ANA, "record").view
    assert form is not None
    then = office.submit(form, what="touch", partner="Acme Legal").view
    assert then is not None
    seen = office.submit(then, note="Lunch")
    assert seen.ephemerals == ()
    assert office.slack.dm(ANA)[-1].visible_text.startswith(":white_check_mark:")
