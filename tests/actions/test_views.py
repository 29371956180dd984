"""The views of all partners taken together: empty, crowded, forged, and of others."""

from datetime import UTC, datetime

import pytest

from storage.db.engine import writing
from storage.partners import partners, verticals
from storage.tables import Partner
from storage.workspaces import workspaces
from tests.actions.viewing import OLD, VIEWS, forged, joint, won
from tests.listeners.office import ADA, ANA, GUEST, STEVE, Office, replaced


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_workspace_has_a_word_for_each_view(office: Office, view: str) -> None:
    shown = office.told(f"/partner {view}")
    assert len(shown.visible_text) > 20
    assert shown.only_for == ANA


NAMES = [f"{place} <!channel> & " + "w" * 120 for place in range(500)]


@pytest.fixture
def crowded(office: Office) -> Office:
    """Five hundred partners with long names, each of its own long vertical, with a little of everything."""
    with writing(office.engine) as session:
        made = []
        for place, name in enumerate(NAMES):
            row = partners.add(
                session,
                workspace_id=office.workspace_id,
                name=name[:120],
                since_on=OLD,
                vertical=name[:115] + " v" if place % 2 else None,
                owner=ANA,
                status="prospect" if place % 5 == 4 else "active",
                stakeholder="suppliers",
                risk_plan="p" * 1000 if place % 2 else None,
                by=ANA,
                now=datetime(OLD.year, OLD.month, OLD.day, tzinfo=UTC),
            )
            made.append(row.id or 0)
        for place in range(100):
            verticals.get_or_create(session, workspace_id=office.workspace_id, name=f"{place} empty " + "e" * 100)
    for place, id in enumerate(made[:60]):
        if place % 3 == 0:
            won(office, id, 1_000_000 - place)
        if place % 3 == 1:
            joint(office, id, 2)
        office.rate(id, 5 if place % 2 else 1)
    return office


def test_five_hundred_partners_fit_on_every_screen(crowded: Office) -> None:
    """What does not fit is counted. The judge looks at the limits of all that was shown."""
    with writing(crowded.engine) as session:
        workspaces.set_fields(session, workspace_id=crowded.workspace_id, fields={"concentration_percent": 1})
    for view in VIEWS:
        shown = crowded.told(f"/partner {view}", ADA)
        assert len(shown.blocks) <= 50
        assert "more" in shown.visible_text, view
        assert len(shown.visible_text) < 9_000
    shown = crowded.told("/partner prune", ADA)
    for action in ("prune_keep", "prune_pause", "prune_skip"):
        shown = replaced(crowded.press(shown, action, ADA))
    replaced(crowded.press(shown, "prune_ask_end", ADA))
    long = crowded.told(f'/partner history "{NAMES[0][:120]}"')
    assert "No changes" in long.visible_text


BY_ID = (
    "prune_keep",
    "prune_pause",
    "prune_skip",
    "prune_back",
    "prune_ask_end",
    "prune_end",
    "add_to_vertical",
    "vertical_cadence",
    "take_in",
    "plan_step",
    "risk_plan",
    "speak_less",
)


@pytest.mark.parametrize("value", ["", "0", "-1", "1e3", "٣", "x", "9" * 18, "9" * 40, "1:x", "1; DROP TABLE partner"])
def test_forged_ids_reach_nothing(office: Office, value: str) -> None:
    office.partner("Alpha", since=OLD)
    before = office.records()
    for action in (*BY_ID, "add_prospect", "page_of_history"):
        if value or action != "prune_skip":
            assert "does not belong to this workspace" in (
                words := forged(office, action, value, STEVE).visible_text
            ) or ("not in this workspace" in words), action
    assert office.records() == before


def test_another_workspaces_partner_is_not_there(office: Office) -> None:
    """Neither seen, nor decided on, nor changed, by whatever id; and no view counts it."""
    theirs, _, _ = office.neighbour()
    with writing(office.engine) as session:
        row = session.get_one(Partner, theirs)
        row.since_on, row.status = OLD, "prospect"
        vertical = verticals.get_or_create(session, workspace_id=row.workspace_id, name="theirs")
        row.vertical_id = vertical
    before = office.records()
    for action in (*BY_ID, "page_of_history"):
        id = vertical if "vertical" in action else theirs
        value = f"{id}:0" if action == "page_of_history" else str(id)
        assert "not in this workspace" in forged(office, action, value, STEVE).visible_text
    for view in VIEWS:
        words = office.told(f"/partner {view}").visible_text
        assert "Neighbour" not in words
        assert "theirs" not in words
    assert office.records() == before


def test_guests_see_none_of_it(office: Office) -> None:
    office.partner("Alpha", since=OLD)
    for view in VIEWS:
        assert "Alpha" not in office.told(f"/partner {view}", GUEST).visible_text
