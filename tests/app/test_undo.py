"""Taking back what was recorded: the row stays, voided."""

import pytest

from storage.tables import Activity, NextStep, TrustRating
from tests.app.office import ADA, ANA, BOB, ROOM, STEVE, Office, only_answer, replaced


def test_undo_voids_the_row_and_keeps_it(office: Office) -> None:
    """The confirmation is replaced by what the RVI is again."""
    office.rate(office.partner(), 3)
    answer = office.told("/referral Acme Legal Northwind")
    office.clock.forward(minutes=5)
    shown = replaced(office.press(answer, "undo_activity"))
    row = office.row(Activity)
    assert (row.title, row.voided_by, row.voided_at) == ("Northwind", ANA, office.clock.now)
    assert "Undone for *Acme Legal*. RVI 0.25 weak → *0.00*" in shown.words
    assert "RVI stays 0.00" in office.told("/touch Acme Legal call").words


def test_a_rating_can_be_undone(office: Office) -> None:
    """The one before it holds again."""
    office.rate(office.partner(), 3)
    answer = office.told("/trust Acme Legal 5")
    replaced(office.press(answer, "undo_trust"))
    assert [(row.level, row.voided_by) for row in office.rows(TrustRating)] == [(3, None), (5, ANA)]


def test_a_promise_goes_with_the_row_it_was_made_in(office: Office) -> None:
    """It is no longer on the card, nor due."""
    office.partner()
    answer = office.told("/touch Acme Legal call next: send deck by friday")
    office.press(answer, "undo_activity")
    assert office.row(NextStep).voided_at == office.clock.now
    assert "send deck" not in office.told("/partner show Acme Legal").words


def test_undone_twice_is_undone_once(office: Office) -> None:
    """Slack sends a press again when it heard nothing; the second changes nothing and says so."""
    office.partner()
    answer = office.told("/event Acme Legal Webinar")
    replaced(office.press(answer, "undo_activity"))
    before = office.records()
    office.clock.forward(minutes=1)
    office.again()
    assert office.records() == before
    assert "undone already" in office.slack.ephemerals(ANA)[-1].words


@pytest.mark.parametrize("who", [ADA, STEVE])
def test_admins_and_stewards_may_undo_for_others(office: Office, who: str) -> None:
    """Their own confirmation is the only place with such a button, so this one's value is another row's."""
    partner_id = office.partner()
    theirs = office.activity(partner_id)
    mine = office.told("/touch Acme Legal call", user=who)
    replaced(office.forge(mine, "undo_activity", str(theirs), user=who))
    assert [row.voided_by for row in office.rows(Activity)] == [who, None]


@pytest.mark.parametrize("action", ["undo_activity", "undo_trust"])
def test_a_colleague_may_not_undo_what_another_recorded(office: Office, action: str) -> None:
    """Nothing changes, the message stays, and who may is said."""
    partner_id = office.partner()
    theirs = office.activity(partner_id) if action == "undo_activity" else office.rate(partner_id, 2)
    mine = office.told("/touch Acme Legal call" if action == "undo_activity" else "/trust Acme Legal 4", user=BOB)
    before = office.records()
    seen = office.forge(mine, action, str(theirs), user=BOB)
    assert "Only who recorded it, a steward or a workspace admin may undo it." in only_answer(seen).words
    assert seen.updated == ()
    assert office.records() == before


@pytest.mark.parametrize("value", ["0", "999999", "-1", "1; DROP TABLE activity", "", "٣", "9" * 40, "1.0"])
@pytest.mark.parametrize("action", ["undo_activity", "undo_trust"])
def test_a_forged_id_undoes_nothing(office: Office, action: str, value: str) -> None:
    """Whatever is in a button's value is looked up, never believed."""
    office.partner()
    mine = office.told("/touch Acme Legal call" if action == "undo_activity" else "/trust Acme Legal 4", user=ADA)
    before = office.records()
    seen = office.forge(mine, action, value, user=ADA)
    assert "not" in only_answer(seen).words
    assert "reference" not in only_answer(seen).words
    assert office.records() == before


def test_an_id_of_another_workspace_undoes_nothing(office: Office) -> None:
    """Not even for an admin, who may undo everything at home."""
    office.partner()
    _, activity, rating = office.neighbour()
    for line, action, id in (
        ("/event Acme Legal Fair", "undo_activity", activity),
        ("/trust Acme Legal 4", "undo_trust", rating),
    ):
        mine = office.told(line, user=ADA)
        before = office.records()
        assert "is not in this workspace" in only_answer(office.forge(mine, action, str(id), user=ADA)).words
        assert office.records() == before


def test_nobody_else_sees_the_button(office: Office) -> None:
    """The confirmation is for one person; the channel has nothing to press."""
    office.partner()
    office.told("/event Acme Legal Webinar")
    assert office.slack.channel(ROOM) == []
    assert office.slack.ephemerals(BOB) == []
