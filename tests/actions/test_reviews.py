"""The review of one partner: prepared, held, and due again."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from storage.db.engine import writing
from storage.ledger import costs
from storage.partners import issues
from storage.tables import AuditEntry, NextStep, Partner, Review
from storage.workspaces import workspaces
from tests.actions.reviewing import LAST, SAID, form, held, promised, rated
from tests.listeners.office import ANA, BOB, TODAY, Office, first_values, only_answer


def signed(text: str) -> list[Decimal]:
    return [Decimal(number.replace("−", "-").replace("±", "")) for number in re.findall(r"\(([+−±][\d.]+)\)", text)]


def test_row_25_the_brief_says_which_of_the_four_points_are_there(office: Office) -> None:
    """Trust, openness, a role for each side and a review: each is there, or it says what is missing."""
    rated(office, our_role="Host")
    words = office.told("/partner review Acme Legal").visible_text
    assert "Health: 1 of 4" in words
    assert ":white_check_mark: *Trust*: ours 4 of 5, theirs not asked yet" in words
    assert ":warning: *Openness*: not rated yet" in words
    assert ":warning: *Roles*: we: Host, their role is not written down" in words
    assert ":warning: *Review*: never held, the next is due 22 Feb 2027" in words


@pytest.mark.parametrize(
    ("ours", "theirs", "on", "point"),
    [
        (2, None, TODAY, ":warning: *Trust*: ours 2 of 5, theirs not asked yet: low"),
        (4, 1, TODAY, ":warning: *Trust*: ours 4 of 5, theirs 1: low"),
        (4, 5, TODAY - timedelta(days=200), ":warning: *Trust*: ours 4 of 5, theirs 5: rated over 180 days ago"),
        (4, 5, TODAY, ":white_check_mark: *Trust*: ours 4 of 5, theirs 5"),
    ],
)
def test_low_and_stale_trust_are_no_trust(office: Office, ours: int, theirs: int | None, on: date, point: str) -> None:
    made = office.partner()
    office.rate(made, ours, on=on)
    if theirs:
        office.rate(made, theirs, side="theirs", on=on)
    assert point in office.told("/partner review Acme Legal").visible_text.splitlines()


def test_row_26_the_answers_of_a_review_are_kept_with_the_numbers_as_shown(office: Office) -> None:
    made = rated(office, wiifm_us="New owners", wiifm_them="A specialist", openness=2, next_review_on=TODAY)
    office.activity(made)
    brief = office.told("/partner review Acme Legal")
    shown = form(office, brief)
    assert first_values(shown) == {"openness": "2", "next_on": "2027-02-22"}
    seen = office.submit(
        shown,
        **SAID,
        reasons="They know every owner in town",
        profit="We £20k, they two clients",
        customer_benefit="One contact for tax and law",
        openness="4",
        step="Introduce them to Northwind",
        step_due_on=date(2026, 12, 1),
        next_on=date(2027, 3, 1),
    )
    said = only_answer(seen).visible_text
    assert "Saved the review of *Acme Legal*. The next one is due 1 Mar 2027." in said
    assert "Promised by 1 Dec 2026: Introduce them to Northwind" in said
    row, partner, step = office.row(Review), office.row(Partner), office.row(NextStep)
    assert (row.held_on, row.rvi, row.reverse_rvi) == (TODAY, "0.33", "0.00")
    assert (row.wiifm_us, row.wiifm_them, row.next_on) == ("New owners", "A specialist", date(2027, 3, 1))
    assert (row.benefits, row.reasons) == ("Two clients each", "They know every owner in town")
    assert (row.profit, row.strengths) == ("We £20k, they two clients", "They: reach. We: speed")
    assert (row.weaknesses, row.customer_benefit) == ("We answer late", "One contact for tax and law")
    assert (partner.openness, partner.customer_benefit) == (4, "One contact for tax and law")
    assert partner.next_review_on == date(2027, 3, 1)
    assert (step.what, step.due_on, step.promised_by) == ("Introduce them to Northwind", date(2026, 12, 1), ANA)
    noted = {(one.field, one.old, one.new) for one in office.rows(AuditEntry)}
    assert ("next review", "23 Nov 2026", "1 Mar 2027") in noted
    assert ("How open are you with each other?", "2", "4") in noted
    assert ("review held", None, "23 Nov 2026") in noted


def test_the_next_brief_begins_with_the_last_review(office: Office) -> None:
    """What was said, what each wanted then, what was promised since, and what was resolved."""
    made = rated(office, wiifm_them="A specialist")
    office.told("/partner issue Acme Legal Their invoices come late")
    held(office, step="Send the deck", step_due_on=date(2026, 12, 1))
    promised(office, made, "Call their tax team", date(2026, 12, 1))
    office.clock.forward(days=10)
    words = office.told("/partner review Acme Legal").visible_text
    assert "2 overdue" in words
    assert "Send the deck, was due 1 Dec" in words
    office.slack.click(ANA, office.told("/partner show Acme Legal"), "promise_kept", index=0)
    with writing(office.engine) as session:
        row = session.get_one(Partner, made)
        row.wiifm_them = "Our webinars"
        session.add(row)
    view = form(office, office.told("/partner review Acme Legal"), "issue_resolved")
    office.submit(view, how="They bill within ten days")
    words = office.told("/partner review Acme Legal").visible_text
    assert f"Last held 23 Nov by <@{ANA}>: *strengths* They: reach. We: speed · *weaknesses* We answer late" in words
    assert "*For them*: Our webinars\n     _was: A specialist_" in words
    assert "1 kept, 1 overdue, 0 still to come" in words
    assert "Send the deck, 2 days late" in words
    assert "none open, 1 resolved since then\n• Their invoices come late → They bill within ten days" in words
    assert "last held 23 Nov, the next is due 22 Feb 2027" in words


def test_the_causes_in_the_brief_add_up_to_the_change_since_the_last_review(office: Office) -> None:
    """From both sides: new and rolled-out activities, and trust."""
    made = rated(office)
    office.activity(made, kind="event", direction="joint", occurred_on=LAST - timedelta(days=300), count=5)
    office.activity(made, direction="out", occurred_on=TODAY - timedelta(days=3), count=2)
    office.activity(made, occurred_on=TODAY - timedelta(days=2), count=7)
    office.rate(made, 3, side="theirs", on=TODAY - timedelta(days=1))
    words = office.told("/partner review Acme Legal").visible_text
    for side in ("Our side", "Their side"):
        line = next(line for line in words.splitlines() if line.startswith(f"*{side}* since 24 Aug"))
        change = re.search(r"([▲▼]) ([\d.]+)", line)
        assert change is not None
        shown = Decimal(change[2]) * (1 if change[1] == "▲" else -1)
        assert sum(signed(line)) == shown
        assert len(signed(line)) >= 2
    assert "was 1.67" in words


def test_row_13_the_brief_says_what_the_partnership_is_for_and_whether_it_came_true(office: Office) -> None:
    """ROI, open referrals, the outcome that was wanted and missed, the boundary."""
    made = rated(
        office,
        outcome_target="3 clients",
        outcome_due_on=TODAY - timedelta(days=1),
        overlap="some",
        boundary="They keep payroll",
        boundary_review_on=TODAY,
    )
    office.activity(made, outcome="met", title="Northwind")
    office.activity(made, outcome="won", title="Contoso", value_minor=500_000)
    with writing(office.engine) as session:
        costs.record(
            session,
            workspace_id=office.workspace_id,
            partner_id=made,
            spent_on=TODAY,
            money_minor=100_000,
            what="fee",
            by=ANA,
            now=office.clock(),
        )
    words = office.told("/partner review Acme Legal").visible_text
    assert "ROI +400%: £5,000 won for £1,000" in words
    assert "*Open referrals*\n1" in words
    assert "*Target outcome* by 22 Nov 2026: 3 clients (*missed*)" in words
    assert "*Boundary* (some overlap, next review 23 Nov 2026): They keep payroll" in words
    assert "the boundary review" in held(office).visible_text


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("next_on", {"next_on": TODAY}),
        ("next_on", {"next_on": date(2026, 1, 1)}),
        ("next_on", {"next_on": date(2036, 1, 1)}),
        ("step", {"step_due_on": date(2026, 12, 1)}),
        ("step_due_on", {"step": "Send the deck"}),
        ("step_due_on", {"step": "Send the deck", "step_due_on": date(2026, 11, 1)}),
        ("benefits", dict.fromkeys(SAID)),
    ],
)
def test_what_a_review_cannot_take_comes_back_on_its_field(office: Office, field: str, values: dict[str, Any]) -> None:
    rated(office)
    view = form(office, office.told("/partner review Acme Legal"))
    before = office.records()
    seen = office.submit(view, **(SAID | values))
    assert list(seen.errors or {}) == [field]
    assert office.records() == before


def test_a_form_that_slack_sends_twice_records_one_review(office: Office) -> None:
    rated(office)
    held(office, step="Send the deck", step_due_on=date(2026, 12, 1))
    office.again()
    assert len(office.rows(Review)) == len(office.rows(NextStep)) == 1


def test_the_form_shows_what_was_said_the_last_time(office: Office) -> None:
    rated(office)
    held(office, customer_benefit="One contact")
    office.clock.forward(days=1)
    view = form(office, office.told("/partner review Acme Legal"))
    assert "Last time: Two clients each" in view.visible_text
    assert first_values(view)["customer_benefit"] == "One contact"


def test_due_reviews_come_soonest_first_with_a_button_each(office: Office) -> None:
    late = {"next_review_on": TODAY - timedelta(days=9)}
    for name, fields in (
        ("Today", {"next_review_on": TODAY, "owner": BOB}),
        ("Late", late),
        ("Soon", {"next_review_on": TODAY + timedelta(days=20)}),
        ("Far", {"next_review_on": TODAY + timedelta(days=60)}),
        ("Resting", late | {"status": "paused"}),
    ):
        office.rate(office.partner(name, **fields), 4)
    answer = office.told("/partner review")
    assert re.findall(r"^\*(\w+)\* ·", answer.visible_text, re.MULTILINE) == ["Late", "Today", "Soon"]
    assert "2 reviews are due, 1 of them yours" in answer.visible_text
    assert "the quarterly review · 9 days late" in answer.visible_text
    assert "Review: Late" in only_answer(office.slack.click(ANA, answer, text="Prepare", index=0)).visible_text


def test_nobody_is_due(office: Office) -> None:
    assert "No review is due" in office.told("/partner review").visible_text


@pytest.mark.parametrize("forged", ["", "x", "-1", "9" * 30, "999", "²"])
def test_forged_ids_find_nothing(office: Office, forged: str) -> None:
    """In every button of the brief, the list and the matters."""
    rated(office, next_review_on=TODAY)
    office.told("/partner issue Acme Legal Late")
    idea = office.told("/partner idea Acme Legal Breakfast")
    brief = office.told("/partner review Acme Legal")
    before = office.records()
    for where, action in ((brief, "hold_review"), (brief, "note_issue"), (brief, "note_idea"), (idea, "idea_done")):
        assert "not" in only_answer(office.forge(where, action, forged or "0")).visible_text
    assert office.records() == before


def test_a_partner_of_another_workspace_is_nobody(office: Office) -> None:
    """Neither by its id in a button, nor its issues, nor through a form that names it."""
    rated(office)
    theirs, _, _ = office.neighbour()
    with writing(office.engine) as session:
        other = session.get_one(Partner, theirs).workspace_id
        matter = issues.open_issue(
            session, workspace_id=other, partner_id=theirs, kind="idea", what="x", by=ANA, now=office.clock()
        ).id
    idea = office.told("/partner idea Acme Legal Breakfast")
    brief = office.told("/partner review Acme Legal")
    before = office.records()
    for where, action, id in (
        (brief, "hold_review", theirs),
        (brief, "note_issue", theirs),
        (idea, "idea_done", matter),
    ):
        assert "not in this workspace" in only_answer(office.forge(where, action, str(id))).visible_text
    assert (
        "Neighbour" not in office.told("/partner review all").visible_text + office.told("/partner review").visible_text
    )
    assert office.records() == before


def test_a_review_of_today_changes_nothing_of_the_numbers(office: Office) -> None:
    """A second brief on the day of a review compares the day with itself."""
    office.activity(rated(office))
    held(office)
    office.told("/referral from Acme Legal Northwind")
    words = office.told("/partner review Acme Legal").visible_text
    assert "*Our side* since today: no change." in words
    assert "(0.33 was shown then)" in words


def test_a_partner_without_a_rating_can_be_reviewed(office: Office) -> None:
    office.partner()
    words = office.told("/partner review Acme Legal").visible_text
    assert "nobody has rated trust yet, so there is no RVI" in words
    assert "Saved the review" in held(office).visible_text
    assert office.row(Review).rvi is None


def test_the_distance_of_reviews_is_the_teams_own(office: Office) -> None:
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"review_days": 30})
    rated(office)
    brief = office.told("/partner review Acme Legal")
    assert "First review, looking back to 24 Oct" in brief.visible_text
    assert first_values(form(office, brief))["next_on"] == "2026-12-23"


def test_the_longest_texts_still_fit(office: Office) -> None:
    """Every field full of what Slack reads as marks, twenty issues, and a second review after that."""
    long, name = "<!channel> & " * 76, "& <!here> " * 12
    wiifm = dict.fromkeys(("wiifm_us", "wiifm_them", "risk_plan", "boundary", "outcome_target"), long)
    made = rated(office, name.strip(), our_role=long, their_role=long, overlap="high", **wiifm)
    for _ in range(20):
        promised(office, made, long, TODAY - timedelta(days=1))
        with writing(office.engine) as session:
            whose = {"workspace_id": office.workspace_id, "partner_id": made}
            issues.open_issue(session, **whose, kind="issue", what=long, by=ANA, now=office.clock())
    line = f'/partner review "{name.strip()}"'
    texts = dict.fromkeys(("reasons", "profit", "customer_benefit", *SAID), long)
    held(office, line, **texts, step="x" * 300, step_due_on=TODAY)
    office.clock.forward(days=1)
    assert "Last held yesterday" in office.told(line).visible_text
    assert "Last time:" in form(office, office.told(line)).visible_text
