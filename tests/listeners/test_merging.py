"""Two records that turn out to be one partner become one, and two again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions.caller import Caller
from bot.actions.partners import merge
from bot.errors import NotAllowed
from bot.fake_slack import Message
from bot.importing import ImportOptions, run_import
from bot.scores import query
from scoring.rvi import Score
from storage.db.engine import reading, writing
from storage.ledger import costs
from storage.notifications import deliveries, told_signals
from storage.partners import external_ids, issues, names, partners, promises, reviews
from storage.tables import Activity, Cost, Delivery, IssueRecord, Partner, PartnerMerge, PartnerName, TrustRating
from storage.workspaces import linked_channels
from tests.examples import UNHURRIED, examples
from tests.listeners.office import ADA, ANA, BOB, NOW, STEVE, TODAY, Office, first_values, only_answer, replaced

LINE = "/partner merge Acme Ltd into Acme Legal"
NEW_TABLES = ("partner_merge", "change", "seen_request")


@pytest.fixture
def two(office: Office) -> tuple[int, int]:
    """Acme Ltd, with something of everything, and Acme Legal, with a little."""
    one = office.partner("Acme Ltd", owner=BOB, since=TODAY - timedelta(700), wiifm_us="leads")
    other = office.partner("Acme Legal", since=TODAY - timedelta(400), wiifm_them="clients")
    for back in (3, 40, 400):
        office.activity(one, occurred_on=TODAY - timedelta(back), title="Northwind")
    office.activity(other, kind="event", direction="joint")
    office.rate(one, 4)
    of: dict[str, Any] = {"workspace_id": office.workspace_id, "partner_id": one, "by": BOB, "now": NOW}
    with writing(office.engine) as session:
        names.add_alias(session, partner=session.get_one(Partner, one), alias="ACM")
        external_ids.add_many(session, workspace_id=office.workspace_id, ids=[(one, None, "crm-1")])
        costs.record(session, **of, spent_on=TODAY, money_minor=500, what="Lunch")
        issues.open_issue(session, **of, kind="idea", what="A breakfast")
        promises.add(session, **of, what="Send the deck", due_on=TODAY)
        reviews.record_review(session, **of, held_on=TODAY)
        linked_channels.link_channel(session, **of, channel_id="C1")
    return one, other


def merged(office: Office, line: str = LINE) -> Message:
    """Both steps; the answer to the second."""
    return replaced(office.press_label(office.told(line, ADA), "Merge", ADA))


def undone(office: Office, told: Message) -> Message:
    return replaced(office.press_label(told, "Undo the merge", ADA))


def score(office: Office, partner_id: int, back: int = 0) -> Score:
    team = office.services.workspaces.teams()[0]
    with reading(office.engine) as session:
        return query.partner_scores(session, team=team, partner_id=partner_id, days=[TODAY - timedelta(back)])[0]


def kept(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, but for the notes of what was merged and undone."""
    return {name: rows for name, rows in office.records().items() if name not in NEW_TABLES}


def test_what_would_move_is_shown_first_and_nothing_is_done(office: Office, two: tuple[int, int]) -> None:
    before = kept(office)
    told = office.told(LINE, ADA)
    assert "3 activities, 1 trust rating, 1 promise, 1 issue or idea, 1 cost, 1 review" in told.visible_text
    assert "Fills gaps in *Acme Legal*: What's in it for us." in told.visible_text
    assert "no RVI yet" in told.visible_text
    assert kept(office) == before


def test_after_a_merge_everything_is_the_others(office: Office, two: tuple[int, int]) -> None:
    told = merged(office)
    assert "*Acme Ltd* was merged into *Acme Legal*" in told.visible_text
    assert "RVI none →" in told.visible_text
    for table in (Activity, TrustRating, Cost, PartnerName):
        assert {row.partner_id for row in office.rows(table)} == {two[1]}
    other = next(row for row in office.rows(Partner) if row.id == two[1])
    assert (other.name, other.owner, other.wiifm_us, other.wiifm_them) == ("Acme Legal", ANA, "leads", "clients")
    assert other.since_on == TODAY - timedelta(700)
    history = office.told("/partner history Acme Legal").visible_text
    assert "merged in" in history.lower()
    assert "leads" in history


def test_the_merged_one_is_in_no_list_and_its_names_lead_to_the_other(office: Office, two: tuple[int, int]) -> None:
    merged(office)
    assert "Acme Ltd" not in office.told("/partner list").visible_text
    assert "Acme Legal" in office.told("/partner show ACM").visible_text
    assert "Acme Legal" in office.told("/touch Acme Ltd call hello").visible_text


def test_old_buttons_lead_to_the_other(office: Office, two: tuple[int, int]) -> None:
    """Those of messages and forms that were shown before; nothing is written of the merged one any more."""
    told = office.told("/event Acme Ltd Fair", BOB)
    note = office.asked("/partner issue Acme Ltd", BOB)
    merged(office)
    card = only_answer(office.press_label(told, "Open card", BOB))
    assert "*Acme Legal*" in card.visible_text
    office.fill(note, BOB, what="Late bills")
    assert {row.partner_id for row in office.rows(IssueRecord)} == {two[1]}
    touch = office.forge(card, "log_touch", str(two[0]), BOB).view
    assert touch is not None
    assert "Acme Legal" in first_values(touch)["partner"]


def test_an_import_that_names_the_merged_one_goes_to_the_other(
    office: Office, two: tuple[int, int], tmp_path: Path
) -> None:
    """By name, alias or another system's id; none is made anew."""
    merged(office)
    count = len(office.rows(Partner))
    files = {
        "partners": "name,external_id,wiifm_clients\nAcme Lgl,crm-1,one contact\n",
        "activities": "partner,kind,occurred_on,direction\n"
        "acm,event,2026-11-01,joint\nAcme Ltd,event,2026-11-02,joint\n",
    }
    for kind, text in files.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(text)
        team = office.services.workspaces.teams()[0]
        assert not run_import(
            office.engine, team=team, path=path, options=ImportOptions(kind=kind, by=ANA, now=NOW)
        ).bad
    assert len(office.rows(Partner)) == count
    assert {row.partner_id for row in office.rows(Activity)} == {two[1]}
    assert next(row for row in office.rows(Partner) if row.id == two[1]).wiifm_clients == "one contact"


def test_undoing_leaves_everything_as_it_was(office: Office, two: tuple[int, int]) -> None:
    """Every row of every table, and both scores."""
    before, scored = kept(office), [score(office, one) for one in two]
    told = undone(office, merged(office))
    assert "are separate partners again" in told.visible_text
    assert kept(office) == before
    assert [score(office, one) for one in two] == scored


def test_it_can_be_undone_later_by_asking_for_the_same_merge(office: Office, two: tuple[int, int]) -> None:
    before = kept(office)
    merged(office)
    told = office.told(LINE, STEVE)
    assert "Both names already belong to *Acme Legal*" in told.visible_text
    assert "merged into it" in told.visible_text
    replaced(office.press_label(told, "Undo the merge", STEVE))
    assert kept(office) == before


def test_what_came_since_stays_with_the_other(office: Office, two: tuple[int, int]) -> None:
    """Rows, and a field that somebody changed; the answer names it."""
    told = merged(office)
    office.told("/touch Acme Ltd call hello")
    with writing(office.engine) as session:
        session.get_one(Partner, two[1]).wiifm_us = "more leads"
    answer = undone(office, told)
    assert "left as is: What's in it for us?." in answer.visible_text
    assert office.rows(Activity)[-1].partner_id == two[1]
    one, other = office.rows(Partner)
    assert (one.wiifm_us, other.wiifm_us) == ("leads", "more leads")


def test_what_stands_in_the_way_of_undoing_is_named(office: Office, two: tuple[int, int]) -> None:
    """The other went on into a third; then nothing is undone, and what was the first leads to the third."""
    told = merged(office)
    office.partner("Third")
    merged(office, "/partner merge Acme Legal into Third")
    before = kept(office)
    answer = only_answer(office.press_label(told, "Undo the merge", ADA))
    assert "Acme Legal has since been merged into Third" in answer.visible_text
    assert kept(office) == before
    with reading(office.engine) as session:
        found = partners.get(session, workspace_id=office.workspace_id, partner_id=two[0])
        assert found is not None
        assert found.name == "Third"


def test_the_name_taken_since_stands_in_the_way(office: Office, two: tuple[int, int]) -> None:
    told = merged(office)
    with writing(office.engine) as session:
        names.rename(session, partner=session.get_one(Partner, two[1]), name="Acme Ltd")
    answer = only_answer(office.press_label(told, "Undo the merge", ADA))
    assert "Acme Ltd now uses the name “Acme Ltd”" in answer.visible_text


def test_a_notice_of_the_same_signal_stays_behind(office: Office, two: tuple[int, int]) -> None:
    """The other's is kept; after an undo both are as they were."""
    of: dict[str, Any] = {"workspace_id": office.workspace_id}
    with writing(office.engine) as session:
        claim: dict[str, Any] = {"kind": "nudge", "recipient": ANA, "period": "p", "as_of_on": TODAY, "now": NOW}
        assert deliveries.claim(session, **of, **claim)
    sent = office.row(Delivery).id
    with writing(office.engine) as session:
        for partner_id, signal in ((two[0], "quiet"), (two[0], "fading"), (two[1], "quiet")):
            said: dict[str, Any] = {"level": 1, "told_to": ANA, "told_on": TODAY, "delivery_id": sent}
            told_signals.mark_told(session, **of, partner_id=partner_id, signal=signal, **said)
    before = kept(office)
    told = merged(office)
    with reading(office.engine) as session:
        found = told_signals.list_told(session, **of, told_to=ANA, partner_ids=[two[1]])
        assert sorted(one.signal for one in found) == ["fading", "quiet"]
    undone(office, told)
    assert kept(office) == before


@pytest.mark.parametrize("what", ["merge", "undo"])
def test_of_two_at_once_one_wins(office: Office, two: tuple[int, int], what: str) -> None:
    if what == "undo":
        merged(office)
    team, start = office.services.workspaces.teams()[0], Barrier(2)

    def go(place: int) -> bool:
        caller = Caller(team, (ADA, STEVE)[place], NOW, is_steward=True)
        start.wait()
        if what == "undo":
            return not merge.undo(office.engine, caller, office.rows(PartnerMerge)[0].id or 0).was_undone
        one, other = two if place else two[::-1]
        try:
            merge.merge(office.engine, caller, one, other)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(go, range(2))) == [False, True]
    assert len(office.rows(PartnerMerge)) == 1


def test_a_neighbours_partner_is_not_to_be_had(office: Office, two: tuple[int, int]) -> None:
    """Neither as the one nor as the other."""
    theirs, _, _ = office.neighbour()
    before = kept(office)
    for value in (f"{two[0]}:{theirs}", f"{theirs}:{two[1]}"):
        seen = office.forge(office.told(LINE, ADA), "merge_partners", value, ADA)
        assert "not in this workspace" in only_answer(seen).visible_text
    assert kept(office) == before
    assert office.rows(PartnerMerge) == []


ROW = st.tuples(
    st.sampled_from(["referral", "event", "meeting", "collaboration"]),
    st.sampled_from(["in", "out", "joint"]),
    st.integers(0, 800),
)
RATING = st.tuples(st.sampled_from(["ours", "theirs"]), st.integers(1, 5), st.integers(0, 800))
LEDGER = st.tuples(st.lists(ROW, max_size=5), st.lists(RATING, max_size=4))


@settings(max_examples=examples(15), suppress_health_check=UNHURRIED)
@given(ledgers=st.tuples(LEDGER, LEDGER), days=st.lists(st.integers(0, 900), min_size=1, max_size=4))
def test_the_scores_are_those_of_a_partner_with_both_ledgers(
    office: Office, ledgers: tuple[Any, Any], days: list[int]
) -> None:
    """On any day; and undone, each is as it was."""
    mark = len(office.rows(Partner))
    one, other, both = (office.partner(f"P{mark}-{place}", since=TODAY - timedelta(500)) for place in range(3))
    # Of two ratings of one day by one rater the later row counts: the rows are written in the same order.
    for partner_id, (rows, ratings) in zip((one, other), ledgers, strict=True):
        for target in (partner_id, both):
            for kind, way, back in rows:
                office.activity(target, kind=kind, direction=way, occurred_on=TODAY - timedelta(back))
            for side, level, back in ratings:
                office.rate(target, level, side=side, on=TODAY - timedelta(back))
    before = [[score(office, each, back) for back in days] for each in (one, other)]
    caller = Caller(office.services.workspaces.teams()[0], ADA, NOW, is_steward=True)
    done = merge.merge(office.engine, caller, one, other)
    assert [score(office, other, back) for back in days] == [score(office, both, back) for back in days]
    merge.undo(office.engine, caller, done.merge_id)
    assert [[score(office, each, back) for back in days] for each in (one, other)] == before
