"""Who may: full members of the workspace; guests, bots, strangers and the departed are told that they may not."""

import pytest

from bot.fake_slack import Message, View
from storage.db.engine import writing
from storage.tables import Activity, Person
from storage.workspaces import workspaces
from tests.listeners.office import (  # fmt: skip
    ANA,
    GONE,
    GUEST,
    LONE_GUEST,
    ROBOT,
    ROOM,
    STRANGER,
    TEAM,
    Office,
    only_answer,
)

NOBODY = "U0NOBODY"
REFUSED = {
    GUEST: "Guests can't use Tend",
    LONE_GUEST: "Guests can't use Tend",
    ROBOT: "Bots can't use Tend",
    GONE: "This account was deactivated",
    STRANGER: "Tend is not installed in this workspace",
}
AT_HOME = [who for who in REFUSED if who != STRANGER]
LINES = ["/referral Acme Legal Northwind", "/trust", "/partner list", "/partner add Zenith", "/tend digest", "/tend"]


def demoted(office: Office, who: str) -> None:
    """Make Ana what this person is; who she was is forgotten by tomorrow."""
    world = office.slack.world
    person = world.person(who)
    world.add_person(
        ANA,
        "ana",
        is_restricted=person.is_restricted,
        is_ultra_restricted=person.is_ultra_restricted,
        is_bot=person.is_bot,
        is_stranger=person.is_stranger,
        deleted=person.deleted,
    )
    office.clock.forward(hours=13)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("who", REFUSED)
def test_commands_are_refused(office: Office, who: str, line: str) -> None:
    """Only to the one who tried; nothing is shown, opened or recorded."""
    office.partner()
    before = office.records()
    answer = office.told(line, user=who)
    assert REFUSED[who] in answer.visible_text
    assert "Acme" not in answer.visible_text
    assert office.records() == before
    assert office.slack.channel(ROOM) == []


@pytest.mark.parametrize("who", REFUSED)
def test_buttons_are_refused(office: Office, who: str) -> None:
    """On a message that they once got as members, or that stands where they can see it."""
    office.partner()
    message = office.told("/event Acme Legal Webinar")
    before = office.records()
    demoted(office, who)
    for action in ("undo_activity", "open_card"):
        seen = office.press(message, action)
        assert REFUSED[who] in only_answer(seen).visible_text
        assert seen.updated == ()
    assert office.records() == before


@pytest.mark.parametrize("who", REFUSED)
def test_forms_are_refused(office: Office, who: str) -> None:
    """Opened as a member, sent as none: it is said on the form."""
    office.partner()
    form = office.asked("/event Acme Legal")
    before = office.records()
    demoted(office, who)
    seen = office.submit(form, title="Webinar")
    # A form says whose app it is of, and so who is a stranger to that.
    why = "Only people from the organisation that installed Tend" if who == STRANGER else REFUSED[who]
    assert [why in said for said in (seen.errors or {}).values()] == [True]
    assert office.records() == before


@pytest.mark.parametrize("who", REFUSED)
def test_menus_are_refused(office: Office, who: str) -> None:
    """No name of a partner is offered."""
    office.partner()
    form = office.asked("/event")
    assert office.slack.suggest(ANA, form, "partner", "").options != ()
    demoted(office, who)
    assert office.slack.suggest(ANA, form, "partner", "").options == ()


@pytest.mark.parametrize("who", AT_HOME)
def test_homes_are_refused(office: Office, who: str) -> None:
    """It says why, and shows nothing else, not even partners that are theirs."""
    office.partner(owner=who)
    before = office.records()
    home = office.slack.open_home(who).view
    assert home is not None
    assert REFUSED[who] in home.visible_text
    assert "Acme" not in home.visible_text
    assert office.records() == before


@pytest.mark.parametrize("who", REFUSED)
def test_shortcuts_are_refused(office: Office, who: str) -> None:
    """No form opens."""
    message = office.slack.say(ANA, ROOM, "hello")
    seen = office.slack.message_shortcut(who, "log_message", message)
    assert REFUSED[who] in only_answer(seen).visible_text
    assert seen.view is None


def test_somebody_whom_slack_does_not_know_is_refused(office: Office) -> None:
    """A forged id is nobody's."""
    office.partner()
    before = office.records()
    world = office.slack.world
    world.add_person(NOBODY, "nobody")
    world.faults.add("users.info", "user_not_found")
    answer = office.told("/event Acme Legal Webinar", user=NOBODY)
    assert "can't use Tend" in answer.visible_text
    assert office.records() == before


def test_another_organisation_in_a_shared_channel_is_refused(office: Office) -> None:
    """Slack does not call them strangers there: only their workspace tells."""
    office.partner()
    office.slack.world.add_person("U0VISITOR", "visitor", team_id="T0OTHER")
    before = office.records()
    for line in LINES:
        assert "not installed" in office.told(line, user="U0VISITOR").visible_text
    assert office.records() == before


def test_a_workspace_that_tend_once_served_is_refused(office: Office) -> None:
    """Its records are still in the database, but the token is another's now."""
    office.neighbour()
    office.slack.world.add_person("U0VISITOR", "visitor", team_id="T0OTHER")
    before = office.records()
    for line in ("/partner list", "/event Neighbour Ltd Fair"):
        answer = office.told(line, user="U0VISITOR")
        assert "not installed" in answer.visible_text
        assert "Neighbour" not in answer.visible_text
    assert office.records() == before


def test_a_member_seen_through_a_forged_team_is_refused(office: Office) -> None:
    """The id is Ana's, the workspace is not."""
    office.partner()
    office.slack.world.add_person(ANA, "ana", team_id="T0FORGED")
    before = office.records()
    assert "not installed" in office.told("/event Acme Legal Webinar").visible_text
    assert office.records() == before


def test_an_unsigned_request_is_nothing(office: Office) -> None:
    """Who does not know the secret gets no further than the door."""
    office.partner()
    before = office.records()
    office.heard.link.secret = "guessed"  # type: ignore[attr-defined]
    assert office.types("/event Acme Legal Webinar").status == 401
    assert office.records() == before
    office.heard.pairs.clear()


def test_a_members_standing_is_asked_once_in_a_while(office: Office) -> None:
    """Not at every command: Slack counts such questions."""
    office.partner()
    for _ in range(3):
        office.told("/touch Acme Legal call")
    assert len(office.slack.world.calls_to("users.info")) == 1
    office.clock.forward(hours=13)
    office.told("/touch Acme Legal call")
    assert len(office.slack.world.calls_to("users.info")) == 2
    assert [(row.user_id, row.standing) for row in office.rows(Person)] == [(ANA, "member")]


def test_settings_made_before_the_first_connection_belong_to_it(office: Office) -> None:
    """One token, one workspace."""
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"team_id": None, "currency": "USD"})
    fresh = Office(office.slack, office.engine, office.clock)
    assert fresh.workspace_id == office.workspace_id
    assert "USD  (`currency`)" in fresh.told("/tend settings").visible_text
    assert fresh.services.workspaces.teams()[0].team_id == TEAM
    fresh.partner()
    fresh.told("/touch Acme Legal call")
    assert len(fresh.rows(Activity)) == 1


def test_refusals_do_not_leak_what_there_is(office: Office) -> None:
    """A guest learns the same of a partner that exists and of one that does not."""
    office.partner()
    shown: list[Message | View] = [
        office.told(f"/partner show {name}", user=GUEST) for name in ("Acme Legal", "Nothing")
    ]
    assert shown[0].visible_text == shown[1].visible_text
