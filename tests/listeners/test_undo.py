"""Taking back what was recorded: the row stays, voided."""

import pytest

from bot.fake_slack import Message
from storage.tables import Activity, NextStep, Partner, TrustRating
from tests.listeners.office import ADA, ANA, BOB, ROOM, STEVE, Office, labels, only_answer, replaced


def test_undo_voids_the_row_and_keeps_it(office: Office) -> None:
    """The confirmation is replaced by what the RVI is again."""
    office.rate(office.partner(), 3)
    answer = office.told("/referral Acme Legal Northwind")
    office.clock.forward(minutes=5)
    shown = replaced(office.press(answer, "undo_activity"))
    row = office.row(Activity)
    assert (row.title, row.voided_by, row.voided_at) == ("Northwind", ANA, office.clock.now)
    assert "Undone for *Acme Legal*. RVI 0.25 weak → *0.00*" in shown.visible_text
    assert "RVI stays 0.00" in office.told("/touch Acme Legal call").visible_text


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
    assert "send deck" not in office.told("/partner show Acme Legal").visible_text


def test_undone_twice_is_undone_once(office: Office) -> None:
    """Slack sends a press again when it heard nothing; the second changes nothing and says so."""
    office.partner()
    answer = office.told("/event Acme Legal Webinar")
    replaced(office.press(answer, "undo_activity"))
    before = office.records()
    office.clock.forward(minutes=1)
    office.again()
    assert office.records() == before
    assert "already undone" in office.slack.ephemerals(ANA)[-1].visible_text


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
    assert "Only the person who recorded this" in only_answer(seen).visible_text
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
    assert "not" in only_answer(seen).visible_text
    assert "reference" not in only_answer(seen).visible_text
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
        assert "is not in this workspace" in only_answer(office.forge(mine, action, str(id), user=ADA)).visible_text
        assert office.records() == before


def test_nobody_else_sees_the_button(office: Office) -> None:
    """The confirmation is for one person; the channel has nothing to press."""
    office.partner()
    office.told("/event Acme Legal Webinar")
    assert office.slack.channel(ROOM) == []
    assert office.slack.ephemerals(BOB) == []


def sections(shown: Message) -> list[str]:
    """The texts of a message's sections."""
    return [block["text"]["text"] for block in shown.blocks if block["type"] == "section"]


def records_of(office: Office, name: str = "Acme Legal", user: str = ANA) -> Message:
    """What the card's More shows behind "Take back…"."""
    more = only_answer(office.press(office.told(f"/partner show {name}", user), "more_of_partner", user))
    return only_answer(office.press_label(more, "Take back…", user))


def test_what_was_recorded_can_be_taken_back_from_the_card(office: Office) -> None:
    """The answer of then is gone from Slack: the card's More has the way back, from the last on."""
    partner_id = office.partner()
    office.rate(partner_id, 4)
    office.told("/event Acme Legal Breakfast on 2026-12-12")
    office.clock.forward(minutes=1)
    office.told("/trust Acme Legal 5")
    shown = records_of(office)
    first, second, third = sections(shown)[1:]
    assert first == f"trust in *Acme Legal*: 5 of 5 · today · by <@{ANA}>"
    assert second == f"event with *Acme Legal* · Breakfast · 12 Dec · by <@{ANA}>"
    assert third == f"trust in *Acme Legal*: 4 of 5 · today · by <@{ANA}>"
    event, rating = office.row(Activity), office.rows(TrustRating)[-1]
    assert "Undone for *Acme Legal*" in replaced(office.press(shown, f"undo_activity:{event.id}")).visible_text
    replaced(office.press(records_of(office), f"undo_trust:{rating.id}"))
    assert office.row(Activity).voided_by == ANA
    assert [row.voided_by for row in office.rows(TrustRating)] == [None, ANA]
    assert len(sections(records_of(office))) == 2


def test_it_asks_before_it_takes_back(office: Office) -> None:
    """A list of many is where a finger slips."""
    office.activity(office.partner())
    (undo,) = [block["accessory"] for block in records_of(office).blocks if "accessory" in block]
    assert undo["confirm"]["confirm"]["text"] == "Undo it"


def test_of_others_only_stewards_take_back(office: Office) -> None:
    """Everybody sees who recorded what; whoever may not take it back has no button, and reads who may."""
    row = office.activity(office.partner())
    theirs = records_of(office, user=BOB)
    assert "Undo" not in labels(theirs)
    assert "Only the person who recorded something, a steward or a workspace admin can undo it." in theirs.visible_text
    replaced(office.press(records_of(office, user=STEVE), f"undo_activity:{row}", STEVE))
    assert office.row(Activity).voided_by == STEVE


def test_older_ones_are_a_page_away(office: Office) -> None:
    """None is out of reach, however much came since."""
    partner_id = office.partner()
    for number in range(12):
        office.activity(partner_id, title=f"No. {number}")
        office.clock.forward(minutes=1)
    first = records_of(office)
    assert ["No. 11" in first.visible_text, "No. 2 " in first.visible_text, "No. 1 " in first.visible_text] == [
        True,
        True,
        False,
    ]
    older = replaced(office.press_label(first, "Older"))
    assert ["No. 2 " in older.visible_text, "No. 1 " in older.visible_text, "No. 0 " in older.visible_text] == [
        False,
        True,
        True,
    ]
    assert labels(older)[-2:] == ["Newer", "Open card"]


def test_the_history_has_the_same_way_back(office: Office) -> None:
    """Whoever looks there first finds it there."""
    office.activity(office.partner(), title="Webinar")
    shown = only_answer(office.press_label(office.told("/partner history Acme Legal"), "Take back…"))
    assert "Webinar" in shown.visible_text


def test_nothing_of_another_workspace_is_listed(office: Office) -> None:
    """Whatever stands in the button."""
    office.partner()
    partner_id, _, _ = office.neighbour()
    mine = office.told("/partner history Acme Legal")
    for value, told in ((f"{partner_id}:0", "is not in this workspace"), ("1:-1", "does not belong to this workspace")):
        assert told in only_answer(office.forge(mine, "take_back", value)).visible_text


@pytest.mark.parametrize(("who", "may"), [(ANA, False), (STEVE, True)])
def test_undo_says_that_a_partner_added_for_it_stays(office: Office, who: str, may: bool) -> None:
    """A line that was read wrongly left a partner called "Nothing": its end is a button, or somebody else's."""
    asked = office.told("/touch Nothing call", who)
    answer = replaced(office.press_label(asked, "Add “Nothing”", who))
    shown = replaced(office.press(answer, "undo_activity", who))
    assert "*Nothing* stays a partner, with nothing recorded." in shown.visible_text
    assert ("A steward can end it: `/partner end Nothing`" in shown.visible_text) is not may
    assert labels(shown) == (["End it", "Open card"] if may else ["Open card"])
    if may:
        office.press_label(shown, "End it", who)
        assert office.row(Partner).status == "ended"


def test_undo_says_no_such_thing_of_a_partner_with_more(office: Office) -> None:
    """Neither of one that has other records, nor of one that was there long before."""
    office.partner("Old Ltd")
    office.clock.forward(hours=2)
    office.partner("New Ltd")
    office.told("/touch New Ltd call")
    for line in ("/touch New Ltd lunch", "/touch Old Ltd call"):
        assert "stays a partner" not in replaced(office.press(office.told(line), "undo_activity")).visible_text


def test_the_very_same_again_is_recorded_and_said(office: Office) -> None:
    """A slip is seen at once; a lead that is told again is the one that is there (`tests/actions/test_again.py`)."""
    office.partner()
    said = "You recorded the same a moment ago. *Undo* removes this one."
    lines = ("/touch Acme Legal call", "/event Acme Legal Fair on 2026-12-12")
    for line in lines:
        assert said not in office.told(line).visible_text
        office.clock.forward(minutes=5)
        assert said in office.told(line).visible_text
        assert said not in office.told(line, BOB).visible_text
    assert len(office.rows(Activity)) == 6


@pytest.mark.parametrize("line", ["to Acme Legal Northwind 5k", "from Acme Legal Northwind 6k", "from Acme Legal Nord"])
def test_what_differs_is_not_the_same(office: Office, line: str) -> None:
    office.partner()
    office.told("/referral from Acme Legal Northwind 5k")
    assert "the same a moment ago" not in office.told(f"/referral {line}").visible_text


def test_what_was_undone_or_is_long_past_is_not_the_same(office: Office) -> None:
    office.partner()
    first = office.told("/touch Acme Legal call")
    replaced(office.press(first, "undo_activity"))
    assert "the same a moment ago" not in office.told("/touch Acme Legal call").visible_text
    office.clock.forward(minutes=11)
    assert "the same a moment ago" not in office.told("/touch Acme Legal call").visible_text
