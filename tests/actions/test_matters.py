"""Issues between us and a partner, and ideas for the two of us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.reviews.issues import Issue, IssueKind
from bot.fake_slack.validation.rules import check_message
from bot.messages.reviews.issues import issue_blocks
from storage.tables import AuditEntry
from storage.tables import IssueRecord as MatterRow
from tests.actions.reviewing import form, rated
from tests.listeners.office import ANA, TODAY, Office, only_answer


def test_row_25_an_issue_is_noted_and_resolved_with_how(office: Office) -> None:
    made = rated(office)
    noted = office.told("/partner issue Acme Legal Their <!here> invoices come late")
    assert "Added the issue for *Acme Legal*: Their &lt;!here&gt; invoices come late" in noted.visible_text
    office.clock.forward(days=2)
    seen = office.submit(form(office, noted, "issue_resolved"), how="They bill within ten days")
    assert "Their &lt;!here&gt; invoices come late → They bill within ten days" in only_answer(seen).visible_text
    row = office.row(MatterRow)
    assert (row.partner_id, row.opened_by, row.settled_by) == (made, ANA, ANA)
    assert (row.settled_at, row.settled_how) == (office.clock(), "They bill within ten days")
    assert [(one.subject_id, one.field, one.new) for one in office.rows(AuditEntry)] == [
        (made, "issue", "Their <!here> invoices come late"),
        (made, "issue", "They bill within ten days"),
    ]
    before = office.records()
    assert "was already settled on 25 Nov 2026" in only_answer(office.press(noted, "issue_resolved")).visible_text
    assert office.records() == before


@pytest.mark.parametrize(("action", "how"), [("idea_done", "done"), ("idea_dropped", "dropped")])
def test_row_16_ideas_are_kept_until_done_or_dropped(office: Office, action: str, how: str) -> None:
    rated(office)
    noted = office.told("/partner idea Acme Legal A breakfast for owners")
    assert "A breakfast for owners" in office.told("/partner review Acme Legal").visible_text
    assert f"→ {how}" in only_answer(office.press(noted, action)).visible_text
    assert office.row(MatterRow).settled_how == how
    assert "A breakfast" not in office.told("/partner review Acme Legal").visible_text
    before = office.records()
    assert "already settled" in only_answer(office.press(noted, "idea_done")).visible_text
    assert office.records() | {"seen_request": ()} == before | {"seen_request": ()}


@pytest.mark.parametrize("kind", ["issue", "idea"])
def test_without_words_a_small_form_asks(office: Office, kind: str) -> None:
    rated(office)
    view = office.asked(f"/partner {kind} Acme Legal")
    seen = office.submit(view, what="Talk of the summer")
    assert ": Talk of the summer" in only_answer(seen).visible_text
    office.again()
    row = office.row(MatterRow)
    assert (row.kind, row.what) == (kind, "Talk of the summer")
    brief = office.told("/partner review Acme Legal")
    assert form(office, brief, f"note_{kind}").title == view.title


def test_a_text_that_is_too_long_is_refused(office: Office) -> None:
    rated(office)
    before = office.records()
    assert "1,200 characters" in office.told(f"/partner issue Acme Legal {'x' * 1_200}").visible_text
    assert office.records() == before


def test_a_card_shows_a_few_matters_and_counts_the_rest() -> None:
    """Issues first; nothing is shown where nothing is open."""
    found = [
        Issue(place, kind, f"{kind} {place}", ANA, TODAY)
        for kind in (IssueKind.IDEA, IssueKind.ISSUE)
        for place in range(1, 6)
    ]
    blocks = issue_blocks(found, TODAY)
    assert check_message("matters", blocks) is None
    told = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert [one.split("today: ")[1].split(" (")[0] for one in told] == [
        f"{kind} {place}" for kind in ("issue", "idea") for place in (1, 2, 3)
    ]
    assert sum("and 2 more open" in str(block) for block in blocks) == 2
    assert issue_blocks([]) == []


@given(st.lists(st.tuples(st.sampled_from(IssueKind), st.text(min_size=1)), max_size=12))
def test_whatever_people_typed_the_card_can_show(told: list[tuple[IssueKind, str]]) -> None:
    """It rings nobody, and no open matter is dropped in silence."""
    found = [Issue(place, kind, what, ANA, TODAY) for place, (kind, what) in enumerate(told, 1)]
    blocks = issue_blocks(found)
    assert not blocks or check_message("matters", blocks) is None
    text = " ".join(str(block) for block in blocks)
    assert "<!" not in text
    for kind in IssueKind:
        number = sum(one.kind == kind for one in found)
        assert (f"and {number - 3} more open {kind}" in text) == (number > 3)
