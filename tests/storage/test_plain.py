"""Statements past the mapping to objects stand with it as if they went through it."""

from sqlalchemy import select
from sqlmodel import Session

from storage.db import statements
from storage.ledger import activities
from storage.partners import partners
from storage.tables import Activity, Partner
from tests.storage.making import DAY, NOW, activity, partner

ACTIVITY, PARTNER = statements.table_of(Activity), statements.table_of(Partner)


def test_what_is_asked_sees_what_the_session_was_to_write(session: Session, ours: int) -> None:
    acme = partners.get(session, workspace_id=ours, partner_id=partner(session, ours))
    assert acme is not None
    acme.owner = "U9"
    session.add(acme)
    asked = select(PARTNER.c.owner).where(PARTNER.c.id == acme.id)
    assert statements.execute(session, asked, {}).scalar_one() == "U9"


def test_a_row_that_was_added_is_changed_like_any_other(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    row = activities.record(
        session, workspace_id=ours, partner_id=acme, kind="event", direction="joint", occurred_on=DAY, by="U1", now=NOW
    )
    assert row in session
    assert row not in session.dirty
    row.title = "Fair"
    session.flush()
    assert (
        statements.execute(session, select(ACTIVITY.c.title).where(ACTIVITY.c.id == row.id), {}).scalar_one() == "Fair"
    )
    session.expire_all()
    assert (row.title, row.kind, row.recorded_at) == ("Fair", "event", NOW)


def test_a_row_that_was_added_goes_with_its_transaction(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    with session.begin_nested() as undone:
        activity(session, ours, acme)
        undone.rollback()
    assert not statements.execute(session, select(ACTIVITY.c.id), {}).all()
