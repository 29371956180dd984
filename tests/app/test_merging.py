"""Two records that turn out to be one partner become one, and two again."""

from datetime import timedelta
from typing import Any

import pytest

from bot import scores
from bot.importing import import_file
from bot.sandbox import Message
from scoring.rvi import Score
from storage import channels, costs, matters, partners, promises, reviews
from storage.engine import reading, writing
from storage.tables import Activity, Cost, Partner, PartnerName, TrustRating
from tests.app.office import ADA, ANA, BOB, NOW, TODAY, Office, only_answer

LINE = "/partner merge Acme Ltd into Acme Legal"
NEW_TABLES = ("partner_merge", "change", "seen_request")


@pytest.fixture
def two(office: Office) -> tuple[int, int]:
    """Acme Ltd, with something of everything, and Acme Legal, with a little."""
    one = office.partner("Acme Ltd", owner=BOB, since=TODAY - timedelta(700), wiifm_us="leads", external_id="crm-1")
    other = office.partner("Acme Legal", since=TODAY - timedelta(400), wiifm_them="clients")
    for back in (3, 40, 400):
        office.activity(one, occurred_on=TODAY - timedelta(back), title="Northwind")
    office.activity(other, kind="event", direction="joint")
    office.rate(one, 4)
    of: dict[str, Any] = {"workspace_id": office.workspace_id, "partner_id": one, "by": BOB, "now": NOW}
    with writing(office.engine) as session:
        partners.add_alias(session, partner=session.get_one(Partner, one), alias="ACM")
        costs.record(session, **of, spent_on=TODAY, money_minor=500, what="Lunch")
        matters.open_one(session, **of, kind="idea", what="A breakfast")
        promises.add(session, **of, what="Send the deck", due_on=TODAY)
        reviews.record(session, **of, held_on=TODAY)
        channels.link(session, **of, channel_id="C1")
    return one, other


def merged(office: Office, line: str = LINE) -> Message:
    """Both steps; the answer to the second."""
    return only_answer(office.press_label(office.told(line, ADA), "Merge", ADA))


def undone(office: Office, told: Message) -> Message:
    return only_answer(office.press_label(told, "Undo the merge", ADA))


def score(office: Office, partner_id: int, back: int = 0) -> Score:
    team = office.house.workspaces.teams()[0]
    with reading(office.engine) as session:
        return scores.on_days(session, team=team, partner_id=partner_id, days=[TODAY - timedelta(back)])[0]


def kept(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, but for the notes of what was merged and undone."""
    return {name: rows for name, rows in office.records().items() if name not in NEW_TABLES}


def test_what_would_move_is_shown_first_and_nothing_is_done(office: Office, two: tuple[int, int]) -> None:
    before = kept(office)
    told = office.told(LINE, ADA)
    assert "3 activities, 1 rating of trust, 1 promise, 1 issue or idea, 1 cost, 1 review" in told.words
    assert "lacks and takes: What's in it for us?." in told.words
    assert "no RVI yet" in told.words
    assert kept(office) == before


def test_after_a_merge_everything_is_the_others(office: Office, two: tuple[int, int]) -> None:
    told = merged(office)
    assert "*Acme Ltd* is part of *Acme Legal* now" in told.words
    assert "RVI none →" in told.words
    for table in (Activity, TrustRating, Cost, PartnerName):
        assert {row.partner_id for row in office.rows(table)} == {two[1]}
    other = next(row for row in office.rows(Partner) if row.id == two[1])
    assert (other.name, other.owner, other.wiifm_us, other.wiifm_them) == ("Acme Legal", ANA, "leads", "clients")
    assert other.since_on == TODAY - timedelta(700)
    history = office.told("/partner history Acme Legal").words
    assert "merged in" in history.lower()
    assert "leads" in history


def test_the_merged_one_is_in_no_list_and_its_names_lead_to_the_other(office: Office, two: tuple[int, int]) -> None:
    merged(office)
    assert "Acme Ltd" not in office.told("/partner list").words
    assert "Acme Legal" in office.told("/partner show ACM").words
    assert "Acme Legal" in office.told("/touch Acme Ltd call hello").words
    assert "Acme Ltd is a partner already" not in office.told("/partner list").words


def test_old_buttons_lead_to_the_other(office: Office, two: tuple[int, int]) -> None:
    """A card that was open before, and what is on it."""
    card = office.told("/partner show Acme Ltd", BOB)
    told = office.told("/event Acme Ltd Fair", BOB)
    merged(office)
    assert "*Acme Legal*" in only_answer(office.press_label(told, "Open card", BOB)).words
    issue = office.press(card, "verb", BOB, "pause:" + str(two[0])) if False else None
    assert issue is None
    form = office.forge(told, "open_card", str(two[0]), BOB)
    assert "Acme Legal" in only_answer(form).words


def test_an_import_that_names_the_merged_one_goes_to_the_other(office: Office, two: tuple[int, int]) -> None:
    """By name, alias or another system's id; none is made anew."""
    merged(office)
    count = len(office.rows(Partner))
    team = office.house.workspaces.teams()[0]
    files = {
        "partners": "name,external_id,wiifm_clients\nWhatever,crm-1,one contact\n",
        "activities": "partner,kind,occurred_on,direction\nacm,event,2026-11-01,joint\nAcme Ltd,event,2026-11-02,joint\n",
    }
    for kind, text in files.items():
        report = import_file(
            office.engine, team=team, kind=kind, data=text.encode(), file_name="a.csv", by=ANA, now=NOW
        )  # type: ignore[call-arg]
        assert not report.bad
    assert len(office.rows(Partner)) == count
    assert {row.partner_id for row in office.rows(Activity)} == {two[1]}
    assert next(row for row in office.rows(Partner) if row.id == two[1]).wiifm_clients == "one contact"
