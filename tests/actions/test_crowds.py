"""Every command where there is a great deal of everything: the judge looks at the limits of all that is shown."""

from datetime import date, timedelta

import pytest

from storage.db.engine import writing
from storage.ledger import costs
from storage.partners import audit_log, issues, partners, promises
from storage.workspaces import workspaces
from tests.listeners.office import ADA, ANA, TODAY, Office
from tests.listeners.test_home import home_of

OLD = date(2024, 1, 1)
LINES = (
    "/partner",
    "/partner list",
    "/partner due",
    "/partner review",
    "/partner review all",
    "/partner verticals",
    "/partner stakeholders",
    "/partner candidates",
    "/partner concentration",
    "/partner served",
    "/partner prune",
    "/tend digest",
    "/tend status",
    "/tend settings",
    "/tend help",
)
RINGING = "<!channel> & @here " + "&<>" * 400


@pytest.fixture
def crowded(office: Office) -> Office:
    """Five hundred partners with ringing names, 150 verticals, everything due, broken or promised."""
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"concentration_percent": 1})
        for place in range(500):
            name = f"{place} {RINGING}"[:120]
            partners.add(
                session,
                workspace_id=office.workspace_id,
                name=name,
                since_on=OLD,
                vertical=f"{place % 150} {RINGING}"[:120],
                owner=ANA if place % 10 else None,
                stakeholder="suppliers",
                outcome_target=RINGING[:300],
                outcome_due_on=OLD,
                wiifm_them=RINGING[:1000] if place % 2 else None,
                next_review_on=TODAY - timedelta(days=place),
                by=ANA,
                now=office.clock(),
            )
    for place in range(1, 501):
        if place % 3 == 0:
            office.activity(place, outcome="won", value_minor=10**11 + place, count=5, title=RINGING[:1000])
        if place % 3 == 1:
            office.activity(
                place,
                direction="out",
                count=9,
                outcome="introduced",
                title=RINGING[:1000],
                occurred_on=TODAY - timedelta(days=200),
                kind="strategic_referral",
            )
        if place % 4:
            office.rate(place, 5 if place % 2 else 1, on=TODAY - timedelta(days=place % 300))
    return office


@pytest.mark.slow
def test_every_command_fits_where_there_is_too_much(crowded: Office) -> None:
    for line in LINES:
        for user in (ANA, ADA):
            shown = crowded.told(line, user)
            assert len(shown.blocks) <= 50, line
    assert len(home_of(crowded).blocks) <= 100


@pytest.mark.slow
def test_one_partner_with_too_much_of_everything_fits(crowded: Office) -> None:
    long = RINGING[:1000]
    with writing(crowded.engine) as session:
        same = {"workspace_id": crowded.workspace_id, "by": ANA, "now": crowded.clock()}
        texts = {
            name: long
            for name in ("wiifm_us", "wiifm_them", "wiifm_clients", "our_role", "their_role", "risk_plan", "boundary")
        }
        partner = partners.get(session, workspace_id=crowded.workspace_id, partner_id=7)
        assert partner is not None
        for name, text in texts.items():
            setattr(partner, name, text)
        partner.overlap, partner.boundary_review_on = "high", OLD
        for place in range(60):
            promises.add(session, partner_id=7, what=long, due_on=OLD, **same)
            issues.open_issue(session, partner_id=7, kind="idea" if place % 2 else "issue", what=long, **same)
            costs.record(session, partner_id=7, spent_on=TODAY, money_minor=10**11, what=long, **same)
            audit_log.log_change(session, subject="partner", subject_id=7, field="wiifm_us", old=long, new=long, **same)
    for _ in range(60):
        crowded.activity(7, outcome="met", title=long, value_minor=10**11)
    name = f"6 {RINGING}"[:120]
    for verb in ("show", "explain", "review", "history"):
        shown = crowded.told(f'/partner {verb} "{name}"')
        assert len(shown.blocks) <= 50, verb
    card = crowded.told(f'/partner show "{name}"')
    assert crowded.press(card, "more_of_partner").ok
    review = crowded.told(f'/partner review "{name}"')
    assert crowded.press(review, "hold_review").view is not None
    for line in (f'/partner what-if terms "{name}"', f'/partner edit "{name}"', f'/partner cost "{name}"'):
        assert crowded.types(line).view is not None, line
