"""Who somebody is to Slack: of an organisation of many workspaces, Slackbot, or another than a while ago."""

from datetime import timedelta

import pytest

from bot.notifications.claim import run_all
from bot.slack.members import MEMBER, fetch_member
from storage.tables import Activity, Person, TrustRating, Workspace
from tests.listeners.office import ADA, ANA, BOB, ROOM, STEVE, STRANGER, TEAM, Office, labels, only_answer

ORGANISATION, ANOTHER, PARTNERS_ORGANISATION = "E0OURS", "T0ANOTHER", "E0THEIRS"


@pytest.fixture
def grid(office: Office) -> Office:
    """The workspace is one of several of an organisation."""
    office.slack.world.enterprise_id = ORGANISATION
    return office


@pytest.mark.parametrize("home", [ANOTHER, ORGANISATION, TEAM])
def test_whoever_is_of_this_workspace_too_is_a_member_wherever_their_home_is(grid: Office, home: str) -> None:
    """They record, and they are nudged."""
    grid.slack.world.add_person(ANA, "ana", team_id=home, teams=[TEAM, ANOTHER])
    grid.partner(since=grid.clock().date() - timedelta(days=400))
    grid.told("/trust Acme Legal 4")
    assert grid.row(TrustRating).level == 4
    run_all(grid.services, grid.clock())
    assert [one for one in grid.slack.dm(ANA) if one.by_bot]


@pytest.mark.parametrize("home", [ANOTHER, ORGANISATION, TEAM])
def test_whoever_is_of_another_workspace_alone_is_no_member(grid: Office, home: str) -> None:
    grid.slack.world.add_person(ANA, "ana", team_id=home, teams=[ANOTHER])
    (team,) = grid.services.workspaces.teams()
    client = grid.services.workspaces.client(team)
    assert fetch_member(grid.engine, grid.clock, client, team, ANA).membership == "stranger"


def test_a_colleague_of_another_workspace_writes_for_our_side(grid: Office) -> None:
    """And whoever is of the partner's organisation for theirs; nothing is kept of either."""
    world, shared = grid.slack.world, "C0SHARED"
    world.add_person("U0COLLEAGUE", "colleague", team_id=ANOTHER, teams=[ANOTHER])
    world.add_person(STRANGER, "stranger", team_id="T0THEIRS", teams=["T0THEIRS"], enterprise_id=PARTNERS_ORGANISATION)
    world.add_channel(shared, "acme-shared", is_ext_shared=True, members=[ANA, "U0COLLEAGUE", STRANGER])
    grid.partner()
    grid.submit(grid.asked(f"/partner link Acme Legal <#{shared}|x>"))
    grid.slack.say("U0COLLEAGUE", shared, "hello")
    assert [row.direction for row in grid.rows(Activity)] == ["out"]
    grid.slack.say(STRANGER, shared, "hello")
    assert [row.direction for row in grid.rows(Activity)] == ["joint"]
    assert {row.user_id for row in grid.rows(Person)} <= {ANA, BOB, ADA, STEVE}


def test_slackbot_is_no_member(office: Office) -> None:
    """Slack says of it that it is no bot. What it repeats is not what it says."""
    slackbot = "USLACKBOT"
    office.slack.world.add_person(slackbot, "slackbot")
    office.slack.world.add_channel("C0SHARED", "acme-shared", is_ext_shared=True, members=[ANA, slackbot])
    office.partner()
    office.submit(office.asked("/partner link Acme Legal <#C0SHARED|x>"))
    office.slack.say(slackbot, "C0SHARED", "Reminder: write to Jane")
    office.slack.mention(slackbot, ROOM, "trust Acme Legal 4")
    assert office.rows(Activity) == []
    assert office.rows(TrustRating) == []
    (team,) = office.services.workspaces.teams()
    client = office.services.workspaces.client(team)
    assert fetch_member(office.engine, office.clock, client, team, slackbot).membership == "bot"


def test_who_is_no_admin_any_more_changes_no_settings(office: Office) -> None:
    """Slack is asked anew before what only stewards may, though it did not tell."""
    office.told("/tend", ADA)
    office.slack.world.add_person(ADA, "ada")
    assert "Only workspace admins and stewards" in office.told("/tend settings cadence_days 20", ADA).visible_text
    office.slack.world.add_person(ADA, "ada", is_admin=True, is_restricted=True)
    assert "Guests can't use Tend" in office.told("/tend settings cadence_days 20", ADA).visible_text
    assert office.row(Workspace).cadence_days == 30


def test_who_has_just_become_an_admin_may_at_once(office: Office) -> None:
    office.told("/tend", BOB)
    office.slack.world.add_person(BOB, "bob", is_admin=True)
    office.told("/tend settings cadence_days 20", BOB)
    assert office.row(Workspace).cadence_days == 20


def test_a_steward_who_left_takes_nothing_back(office: Office) -> None:
    """By a button, and of what another recorded; and nothing of it is done."""
    office.partner()
    office.activity(1)
    shown = only_answer(office.press(office.told("/partner show Acme Legal", STEVE), "more_of_partner", STEVE))
    page = only_answer(office.press_label(shown, "Take back…", STEVE))
    assert "Undo" in labels(page)
    office.slack.world.add_person(STEVE, "steve", is_restricted=True)
    before = office.records()
    assert "Guests can't use Tend" in only_answer(office.press_label(page, "Undo", STEVE)).visible_text
    assert office.records() == before


def test_what_slack_tells_of_people_counts_at_once(office: Office) -> None:
    office.partner()
    office.told("/tend")
    office.slack.change_person(ANA, is_restricted=True)
    assert "Guests can't use Tend" in office.told("/touch Acme Legal call").visible_text
    office.slack.change_person(ANA, is_restricted=False)
    office.told("/touch Acme Legal call")
    assert len(office.rows(Activity)) == 1
    office.slack.change_person(ANA, deleted=True)
    (person,) = office.rows(Person)
    assert person.standing == "gone"


def test_nothing_is_kept_of_people_whom_tend_never_met(office: Office) -> None:
    office.slack.change_person(BOB, tz="Europe/Berlin")
    assert office.rows(Person) == []


def test_a_leaver_is_no_member_after_half_a_day_at_most(office: Office) -> None:
    (team,) = office.services.workspaces.teams()
    client = office.services.workspaces.client(team)
    assert fetch_member(office.engine, office.clock, client, team, ANA).membership == MEMBER
    office.slack.world.add_person(ANA, "ana", deleted=True)
    office.clock.forward(hours=12)
    assert fetch_member(office.engine, office.clock, client, team, ANA).membership == "gone"
