"""All partners under the five headings of the quarterly review."""

import re
from datetime import date, timedelta

from storage.db.engine import writing
from storage.ledger import trust_ratings
from tests.actions.reviewing import LAST, LONG_AGO, promised, rated
from tests.listeners.office import ADA, ANA, STEVE, TODAY, Office, labels


def five(words: str) -> dict[str, str]:
    """The portfolio review's headings with what stands under each."""
    parts = re.split(r"^\*(How many\?|How strong\?|What is .*|Regular .*)\*$", words, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_row_30_the_portfolio_is_reviewed_under_five_headings(office: Office) -> None:
    """How many, how solid, what grows, what is at risk, and what of the regulars: counts first, few names."""
    trusted, could, risky, quiet = (
        rated(office, name, level, **fields)
        for name, level, fields in (
            ("Trusted Ltd", 5, {"risk_plan": "Call the two firms in Leeds"}),
            ("Could Be", 5, {"customer_benefit": "Advice"}),
            ("Risky", 2, {"owner": None}),
            ("Quiet", 3, {}),
        )
    )
    office.activity(trusted, count=8, outcome="won", value_minor=900_000)
    office.activity(trusted, direction="out", occurred_on=LAST - timedelta(days=200), count=2)
    office.activity(risky, kind="event", direction="joint", count=6, occurred_on=TODAY - timedelta(days=300))
    office.activity(could, kind="meeting", direction="joint")
    office.rate(office.partner("Newcomer", since=TODAY - timedelta(days=20)), 3)
    rated(office, "Gone")
    office.told("/partner end Gone they moved away", ADA)
    answer = office.told("/partner review all")
    found = five(answer.visible_text)
    assert list(found) == [
        "How many?",
        "How strong?",
        "What is growing?",
        "What is at risk?",
        "Regular partners",
    ]
    many, solid, growing, risk, regular = found.values()
    assert "1 of 5 active partners producing (▲ 1)" in many
    assert "1 new: Newcomer" in many
    assert "1 ended: Gone (they moved away)" in many
    assert "1 growing" in solid or "1 strong" in solid
    assert "4 of 5 with no benefit for our customers" in solid
    assert "1 trusted partnership, 20% of all" in growing
    assert "1 could become one: Could Be (no next step)" in growing
    assert "1 of these has no next step" in growing
    assert "1 grew: Trusted Ltd 0.00 → 3.33" in growing
    assert ":warning: Trusted Ltd brings 100% of the value won (£9,000)" in risk
    assert "if we lost them: Call the two firms in Leeds" in risk
    assert "1 with lots of activity but low trust: Risky" in risk
    assert "1 without an owner: Risky" in risk
    assert "2 regular partners" in regular
    assert f"1 quiet: Quiet {(TODAY - LONG_AGO).days} days" in regular
    assert quiet


def test_row_19_who_was_ended_is_told_with_the_reason_until_the_quarter_is_over(office: Office) -> None:
    rated(office)
    rated(office, "Gone")
    office.told("/partner end Gone no good to our customers", STEVE)
    assert "Gone (no good to our customers)" in office.told("/partner review all").visible_text
    office.clock.forward(days=92)
    assert "Gone" not in office.told("/partner review all").visible_text


def test_a_next_step_of_a_candidate_is_told(office: Office) -> None:
    made = rated(office)
    promised(office, made, "Lunch with their board", date(2026, 12, 1))
    assert "Acme Legal (Lunch with their board by 1 Dec)" in office.told("/partner review all").visible_text


def test_each_button_of_the_portfolio_review_opens_a_view(office: Office) -> None:
    rated(office, next_review_on=TODAY)
    answer = office.told("/partner review all")
    for label in labels(answer):
        assert office.press_label(answer, label).ok, label
    assert "Reviews due: 1" in labels(answer)


def test_a_portfolio_of_nobody(office: Office) -> None:
    assert "no active partner" in office.told("/partner review all").visible_text


def test_five_hundred_partners_still_fit_one_screen(office: Office) -> None:
    """Also with the longest names and reasons; no heading names more than three."""
    name, now = "& <!channel> " * 8, office.clock()
    with writing(office.engine) as session:
        from storage.partners import partners

        rows = [
            {"name": f"{name}{number}", "since_on": LONG_AGO, "owner": None, "next_review_on": TODAY}
            for number in range(500)
        ]
        ids = partners.add_many(session, workspace_id=office.workspace_id, rows=rows, batch_id=None, by=ANA, now=now)
        same = {"side": ["ours"] * 500, "rated_on": [LONG_AGO] * 500, "rater": [ANA] * 500, "note": [""] * 500}
        trust_ratings.record_many(
            session,
            workspace_id=office.workspace_id,
            columns={"partner_id": ids, "level": [id % 5 + 1 for id in ids]} | same,
            batch_id=None,
            by=ANA,
            now=now,
        )
    for place, id in enumerate(ids[:100]):
        office.activity(id, count=1 + place % 9, outcome="won", value_minor=place * 100)
    answer = office.told("/partner review all")
    assert len(answer.visible_text) < 6_000
    for line in answer.visible_text.splitlines():
        assert line.count("&lt;!channel&gt;") <= 3 * 7, line
    due = office.told("/partner review")
    assert "500 reviews are due" in due.visible_text
    assert "and 485 more" in due.visible_text
