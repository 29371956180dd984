"""Batches that go in and can be taken out again."""

from datetime import date, timedelta

from sqlmodel import Session

from storage.imports import batches
from storage.imports.rollback import roll_back
from storage.ledger import activities, partner_totals, team_totals, trust_ratings
from storage.partners import external_ids, names, partners, snapshots
from storage.tables import Activity, ImportBatch, TrustRating
from tests.storage.making import DAY, NOW, activity, partner

WINDOW = (DAY - timedelta(365), DAY)


def batch(session: Session, workspace_id: int, kind: str = "activities") -> int:
    found = batches.start_batch(session, workspace_id=workspace_id, kind=kind, file_name="a.csv", by="U1", now=NOW).id
    assert found
    return found


def rating(session: Session, ours: int, of: int, **fields: object) -> int:
    row = trust_ratings.record_rating(
        session,
        workspace_id=ours,
        partner_id=of,
        side="ours",
        level=3,
        rated_on=DAY,
        rater="U1",
        by="U1",
        now=NOW,
        **fields,
    )
    assert row.id
    return row.id


def undo(session: Session, ours: int, batch_id: int) -> list[str] | None:
    """The partners in whose way it is; None where there is nothing to undo."""
    session.get_one(ImportBatch, batch_id).journal = '{"cells": [], "names": [], "changes": [], "verticals": []}'
    blockers = roll_back(session, workspace_id=ours, batch_id=batch_id, now=NOW)
    session.flush()
    session.expire_all()
    return None if blockers is None else [blocker.partner for blocker in blockers]


def keys(session: Session, ours: int, *asked: str) -> tuple[set[str], set[str]]:
    return tuple(  # type: ignore[return-value]
        batches.taken_keys(session, workspace_id=ours, table=table, keys=asked) for table in (Activity, TrustRating)
    )


def test_undoing_a_batch_takes_out_its_rows_and_no_others(session: Session, ours: int) -> None:
    acme, one, two = partner(session, ours), batch(session, ours), batch(session, ours)
    for source, of in (("k1", one), ("k2", one), ("k3", two), (None, None)):
        activity(session, ours, acme, source_key=source, batch_id=of)
    gone = rating(session, ours, acme, source_key="k1", batch_id=one)
    stays = rating(session, ours, acme, source_key="k3", batch_id=two)
    assert undo(session, ours, one) == []
    assert partner_totals.load_sums(session, workspace_id=ours, windows=[WINDOW])[acme].windows[0] == {
        ("referral", "in"): 2
    }
    assert [found[5] for found in trust_ratings.load_ratings(session, workspace_id=ours, until=DAY)] == [stays]
    assert trust_ratings.get(session, workspace_id=ours, rating_id=gone) is None
    first, second = (session.get_one(ImportBatch, of) for of in (one, two))
    assert (first.undone_at, second.undone_at) == (NOW, None)


def test_what_was_undone_can_be_imported_again(session: Session, ours: int) -> None:
    acme, one = partner(session, ours), batch(session, ours)
    activity(session, ours, acme, source_key="k1", batch_id=one)
    rating(session, ours, acme, source_key="k1", batch_id=one)
    assert keys(session, ours, "k1", "k2") == ({"k1"}, {"k1"})
    undo(session, ours, one)
    assert keys(session, ours, "k1", "k2") == (set(), set())
    again = batch(session, ours)
    activity(session, ours, acme, source_key="k1", batch_id=again)
    assert keys(session, ours, "k1") == ({"k1"}, set())


def test_the_key_of_a_row_undone_by_hand_is_freed_too(session: Session, ours: int) -> None:
    acme, one = partner(session, ours), batch(session, ours)
    by_hand = activities.get(
        session, workspace_id=ours, activity_id=activity(session, ours, acme, source_key="k1", batch_id=one)
    )
    assert by_hand
    by_hand.voided_at, by_hand.voided_by = NOW - timedelta(1), "U7"
    session.flush()
    assert keys(session, ours, "k1") == ({"k1"}, set()), "the same file does not bring back what was undone"
    assert undo(session, ours, one) == []
    assert keys(session, ours, "k1") == (set(), set())


def test_undoing_twice_does_nothing_more(session: Session, ours: int) -> None:
    acme, one = partner(session, ours), batch(session, ours)
    activity(session, ours, acme, batch_id=one)
    assert (undo(session, ours, one), undo(session, ours, one)) == ([], None)


def test_any_number_of_keys_can_be_asked_for(session: Session, ours: int) -> None:
    """Both databases bound how many values one statement carries."""
    acme = partner(session, ours)
    for source in ("k0", "k69999"):
        activity(session, ours, acme, source_key=source)
    many = [f"k{number}" for number in range(70_000)]
    assert batches.taken_keys(session, workspace_id=ours, table=Activity, keys=many) == {"k0", "k69999"}


def test_undoing_a_batch_of_partners_takes_them_out_unless_somebody_used_one(session: Session, ours: int) -> None:
    one, two = batch(session, ours, "partners"), batch(session, ours, "partners")
    untouched = partner(session, ours, "Untouched", aliases=["Un"], batch_id=one)
    external_ids.add_many(session, workspace_id=ours, ids=[(untouched, "crm", "1")])
    used = partner(session, ours, "Used", batch_id=two)
    partner(session, ours, "By hand")
    activity(session, ours, used)
    assert undo(session, ours, two) == ["Used"]
    assert undo(session, ours, one) == []
    assert [p.name for p in snapshots.list_snapshots(session, workspace_id=ours)] == ["By hand", "Used"]
    assert names.find_name(session, workspace_id=ours, spellings=["Un", "Untouched"]) is None
    assert external_ids.list_ids(session, workspace_id=ours) == []


def test_an_import_of_nothing_writes_nothing(session: Session, ours: int) -> None:
    one = batch(session, ours)
    for write in (activities.record_many, trust_ratings.record_many):
        write(session, workspace_id=ours, columns={"partner_id": []}, batch_id=one, by="U1", now=NOW)
    partners.add_many(session, workspace_id=ours, rows=[], batch_id=one, by="U1", now=NOW)
    assert (
        team_totals.activity_totals(session, workspace_id=ours, span=team_totals.Span(date.min, date.max, NOW, NOW))
        == {}
    )
    assert partners.list_partners(session, workspace_id=ours) == []
    assert trust_ratings.load_ratings(session, workspace_id=ours, until=DAY) == []


def test_partners_of_an_import_get_their_ids_in_order_and_their_names(session: Session, ours: int) -> None:
    one = batch(session, ours, "partners")
    named = [f"P{number:03}" for number in range(120)]
    ids = partners.add_many(
        session,
        workspace_id=ours,
        rows=[{"name": name, "since_on": DAY} for name in named],
        batch_id=one,
        by="U1",
        now=NOW,
    )
    assert names.names_by_key(session, workspace_id=ours) == dict(zip((n.lower() for n in named), ids, strict=True))
    assert [p.id for p in snapshots.list_snapshots(session, workspace_id=ours)] == ids
