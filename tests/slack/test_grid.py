"""An organisation of three workspaces with one installation, beside a workspace that installed Tend by itself.

Sales, Legal and Labs have the same people and partners of the same name; whatever one does or is told stays its own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.fake_slack import FakeSlack, Grid, Message
from bot.fake_slack.state.manifest import read_manifest
from bot.fake_slack.transport.link import BotRequest
from bot.fake_slack.user import payloads
from bot.notifications.claim import run_all
from bot.notifications.pool import WorkspacePool
from bot.services import Services
from bot.slack import callback_ids
from bot.slack.directory import fetch_people
from bot.slack.manifest import build_manifest
from bot.slack.oauth import OAuthWorkspaces
from bot.slack.organisations import COMPARE_EVERY, LOOK_AGAIN_AFTER
from bot.workspace import retention
from storage.db.engine import reading, writing
from storage.tables import SLACK_BOTS, SLACK_INSTALLATIONS, Workspace
from storage.workspaces import linked_channels, workspaces
from tests.patience import PATIENCE
from tests.slack.street import HOME, Heard, Page, Street, distribute, dump, hears, nudges_of

GRID = "E0GRID"
TEAMS = ("T0TEND", "T0LEGAL", "T0LABS")


@dataclass
class Org:
    """The organisation and its workspaces; the street's second workspace is none of it."""

    street: Street
    grid: Grid
    sales: FakeSlack
    legal: FakeSlack
    labs: FakeSlack

    @property
    def all(self) -> tuple[FakeSlack, FakeSlack, FakeSlack]:
        return self.sales, self.legal, self.labs

    def install(self) -> Page:
        browser = self.street.browser()
        url = self.sales.approve(self.street.began(browser), "W1", organisation=GRID)
        return browser.back(url)

    def served(self) -> dict[str | None, str | None]:
        """The workspaces that are served, and the organisation by whose installation."""
        return {team.team_id: team.enterprise_id for team in self.street.services.workspaces.teams()}

    def rows(self, slack: FakeSlack) -> dict[str, list[str]]:
        return dump(self.street.engine, self.street.workspace_id(slack), slack.world.team_id)

    def holders(self) -> set[tuple[str | None, str | None]]:
        """Whose tokens are kept: organisation and team."""
        with reading(self.street.engine) as session:
            kept = [
                {tuple(row) for row in session.execute(select(table.c.enterprise_id, table.c.team_id))}
                for table in (SLACK_BOTS, SLACK_INSTALLATIONS)
            ]
        assert kept[0] == kept[1]
        return kept[0]


@pytest.fixture
def org(street: Street) -> Org:
    """Nobody has installed it yet. W1 is at home in Sales, its admin, and of all three; W2 is of Legal alone."""
    sales = street.first
    legal, labs = (sales.neighbour(id, team_name=name) for id, name in (("T0LEGAL", "Legal <UK>"), ("T0LABS", "Labs")))
    grid = sales.organise(GRID, sales, legal, labs, name="Acme & Group")
    for slack in (sales, legal, labs):
        slack.world.people.pop("U1", None)
        slack.world.people.pop("U2", None)
        is_home = slack is sales
        slack.world.add_person("W1", "ann", is_admin=is_home, team_id="T0TEND", teams=TEAMS)
        slack.world.add_channel(f"C{slack.world.team_id}", "partners", members=["W1"])
        hears(slack, street.endpoint)
    legal.world.add_person("W2", "ben", team_id="T0LEGAL", teams=["T0LEGAL"], is_admin=True)
    return Org(street, grid, sales, legal, labs)


@pytest.fixture
def granted(org: Org) -> Org:
    """Installed and added to all three; the second workspace of the street has it by itself."""
    assert org.install().status == 200
    org.street.install(org.street.second)
    later(org)
    assert org.grid.grant(*TEAMS).status == 200
    later(org)
    return org


def later(org: Org, by: timedelta = timedelta(hours=1)) -> None:
    org.street.clock.now += by


def events(slack: FakeSlack) -> list[BotRequest]:
    assert isinstance(slack.link, Heard)
    return [one for one, _ in slack.link.pairs if one.kind == "events_api"]


def channel(slack: FakeSlack) -> str:
    return f"C{slack.world.team_id}"


def partner(org: Org, slack: FakeSlack, name: str = "Acme Legal", owner: str = "W1") -> int:
    return org.street.partner(slack, name, owner)


def say(slack: FakeSlack, user: str, command: str, text: str) -> str:
    seen = slack.command(user, command, text, channel=channel(slack))
    assert seen.ok, seen
    return seen.visible_text


def partners_of(org: Org, slack: FakeSlack) -> str:
    return str(org.rows(slack)["partner"])


# -- installing and granting


def test_an_installation_is_of_the_organisation_and_of_no_workspace_yet(org: Org) -> None:
    page = org.install()
    assert page.status == 200
    assert "installed for Acme &amp; Group, but not yet in any workspace" in page.text
    assert "https://app.slack.com/manage/E0GRID/integrations/profile/A0TEND/workspaces/add" in page.text
    assert org.holders() == {(GRID, None)}
    assert org.served() == {}
    assert "xoxb" not in str(dump(org.street.engine)), "the token is encrypted"


def test_a_workspace_is_made_when_it_is_granted_tend(org: Org) -> None:
    org.install()
    assert org.grid.grant("T0LEGAL").status == 200
    assert org.served() == {"T0LEGAL": GRID}
    (team,) = org.street.services.workspaces.teams()
    assert (team.name, team.bot_user_id) == ("Legal <UK>", "U0TENDBOT")
    assert "No partners yet" in say(org.legal, "W2", "/partner", "list")
    org.grid.grant("T0LABS", "T0TEND")
    assert set(org.served()) == set(TEAMS)


def test_a_grant_that_was_not_heard_of_counts_on_first_use(org: Org) -> None:
    org.install()
    org.grid.add_to("T0LEGAL")
    later(org)
    assert say(org.legal, "W2", "/partner", "list")
    assert org.served() == {"T0LEGAL": GRID}


def test_a_workspace_that_was_not_granted_is_refused_and_slack_is_asked_once_a_minute(org: Org) -> None:
    org.install()
    later(org)
    asked = len(org.sales.world.calls_to("auth.teams.list"))
    for _ in range(3):
        answer = org.sales.command("W1", "/partner", "list", channel=channel(org.sales))
        org.labs.world.installed = org.grid.app  # as if Slack showed its commands there
        answer = org.labs.command("W1", "/partner", "list", channel=channel(org.labs))
    assert "not installed in this workspace" in answer.visible_text
    assert org.served() == {}
    assert len(org.sales.world.calls_to("auth.teams.list")) <= asked + 1
    later(org, LOOK_AGAIN_AFTER)
    org.grid.add_to("T0LABS")
    assert say(org.labs, "W1", "/partner", "list")


def test_installing_again_takes_the_place_and_finds_the_workspaces(granted: Org) -> None:
    before = [granted.street.workspace_id(slack) for slack in granted.all]
    page = granted.install()
    assert "installed for Acme &amp; Group, and works in" in page.text
    assert all(name in page.text for name in ("Stand-in", "Legal &lt;UK&gt;", "Labs"))
    assert granted.holders() == {(GRID, None), (None, "T0SECOND")}
    assert [granted.street.workspace_id(slack) for slack in granted.all] == before


def test_an_installation_stands_where_slack_does_not_list_its_workspaces(org: Org) -> None:
    org.grid.granted.add("T0LEGAL")
    org.sales.world.faults.add("auth.teams.list", "500")
    assert org.install().status == 200
    assert org.holders() == {(GRID, None)}
    later(org)
    assert say(org.legal, "W2", "/partner", "list")


# -- living in each


def test_a_step_of_a_workflow_is_of_the_workspace_that_it_runs_in(granted: Org) -> None:
    """It ends with its own token; what is told goes with the installation's."""
    for slack in granted.all:
        partner(granted, slack)
        slack.world.installed = read_manifest(build_manifest(HOME, steps=True))
    execution = granted.legal.run_step("W1", "log_touch", partner="Acme Legal", note="about the matter")
    assert execution.outputs == {"partner": "Acme Legal"}
    assert [("about the matter" in str(granted.rows(slack))) for slack in granted.all] == [False, True, False]
    world = granted.legal.world
    assert {call.token for call in world.calls_to("functions.completeSuccess")} == {execution.token}
    assert execution.token not in {call.token for call in world.calls_to("chat.postMessage")}
    assert "about the matter" in granted.legal.dm("W1")[-1].visible_text


def test_each_workspace_has_partners_settings_and_stewards_of_its_own(granted: Org) -> None:
    for number, slack in enumerate(granted.all):
        partner(granted, slack)
        say(slack, "W1", "/trust", f"Acme Legal {number + 2}")
        say(slack, "W1", "/touch", f"Acme Legal call about matter {number}")
    say(granted.sales, "W1", "/tend", f"settings digest_channel {channel(granted.sales)}")
    for number, slack in enumerate(granted.all):
        rows = granted.rows(slack)
        assert len(rows["partner"]) == 1
        assert f"about matter {number}" in str(rows)
        assert all(f"about matter {other}" not in str(rows) for other in range(3) if other != number)
    assert granted.rows(granted.street.second)["partner"] == []
    names = {team.team_id: team.digest_channel for team in granted.street.services.workspaces.teams()}
    assert names == {"T0TEND": "CT0TEND", "T0LEGAL": None, "T0LABS": None, "T0SECOND": None}


def test_an_admin_at_home_is_none_elsewhere(granted: Org) -> None:
    """With an organisation's token Slack says of somebody whether they are an admin, but not of which workspace."""
    assert "digest" in say(granted.sales, "W1", "/tend", f"settings digest_channel {channel(granted.sales)}").lower()
    refused = granted.legal.command("W1", "/tend", "settings currency EUR", channel=channel(granted.legal))
    assert "EUR" not in str(granted.rows(granted.legal)["workspace"]), refused.visible_text
    granted.legal.world.add_channel("CT0LEGAL", "partners", members=["W1", "W2"])
    say(granted.legal, "W2", "/tend", "settings currency EUR")
    assert "EUR" in str(granted.rows(granted.legal)["workspace"])
    assert "EUR" not in str(granted.rows(granted.sales)["workspace"])


def test_a_button_acts_in_the_workspace_that_it_was_shown_for(granted: Org) -> None:
    """Slack names no workspace when it is pressed, and the person's home is another."""
    for slack in granted.all:
        partner(granted, slack)
    said = granted.labs.command("W1", "/touch", "Acme Legal call about samples", channel=channel(granted.labs))
    before = granted.rows(granted.sales)
    undone = granted.labs.click("W1", said.ephemerals[-1], text="Undo")
    assert undone.status == 200
    rows = granted.rows(granted.labs)["activity"]
    assert len(rows) == 1
    assert (
        "voided" in str(undone.visible_text).lower() or "undone" in undone.visible_text.lower() or "took" in str(rows)
    )
    assert granted.rows(granted.sales) == before


def test_a_mark_opens_no_workspace_of_others(granted: Org) -> None:
    """Whatever a button were to say, it is one of the organisation's own, and of those whom it has as a member."""
    partner(granted, granted.street.second, "Not Theirs", "U1")
    said = granted.labs.command("W1", "/partner", "list", channel=channel(granted.labs)).ephemerals[-1]
    button = {
        "type": "button",
        "action_id": "open_form:due",
        "value": "/partner list",
        "text": {"type": "plain_text", "text": "x"},
    }
    for block_id in ("@T0SECOND@1", "@T0NOBODY@1"):
        forged = replace(said, blocks=({"type": "actions", "block_id": block_id, "elements": [button]},))
        action = {**button, "block_id": block_id, "action_ts": "1.1"}
        body = payloads.message_action(granted.labs.world, granted.labs.world.person("W1"), forged, action, "")
        answer = granted.labs.link.send(BotRequest("interactive", body))
        assert "Not Theirs" not in str(answer.body)
        assert "Not Theirs" not in str(granted.labs.world.journal)


def test_a_form_is_for_the_workspace_in_which_it_was_opened(granted: Org) -> None:
    opened = granted.labs.command("W1", "/partner", "add", channel=channel(granted.labs))
    assert opened.view is not None
    assert opened.view.private_metadata.startswith("@T0LABS@")
    sent = granted.labs.submit("W1", opened.view, {"name": "Fresh Partner"})
    assert sent.status == 200, sent
    assert "Fresh Partner" in partners_of(granted, granted.labs)
    assert all("Fresh Partner" not in partners_of(granted, slack) for slack in (granted.sales, granted.legal))


def test_the_home_is_one_and_its_buttons_act_where_it_was_opened(granted: Org) -> None:
    partner(granted, granted.labs, "Labs Partner")
    partner(granted, granted.legal, "Legal Partner")
    in_legal = granted.legal.open_home("W1").view
    assert in_legal is not None
    assert "Legal Partner" in in_legal.visible_text
    in_labs = granted.labs.open_home("W1").view
    assert in_labs is not None
    assert "Labs Partner" in in_labs.visible_text
    assert "Legal Partner" not in in_labs.visible_text
    assert "Workspace: *Labs*" in in_labs.visible_text
    assert in_labs.private_metadata.startswith("@T0LABS@")


def test_a_shortcut_says_in_which_workspace_it_records(granted: Org) -> None:
    """Slack names none: only the person's home is known."""
    opened = granted.labs.shortcut("W1", callback_ids.RECORD)
    assert opened.status == 200
    form = granted.sales.world.stacks.get("W1") or granted.labs.world.stacks["W1"]
    assert "Workspace: *Stand-in*" in form[-1].visible_text
    assert form[-1].private_metadata.startswith("@T0TEND@")


def test_a_command_counts_nowhere_else(granted: Org) -> None:
    """Not even where its workspace has just lost Tend, and the person is in one other that has it."""
    granted.grid.revoke("T0TEND", "T0LABS")
    granted.labs.world.installed = granted.grid.app
    body = payloads.command(granted.labs.world, granted.labs.world.person("W1"),
                            granted.labs.world.channel(channel(granted.labs)), "/partner", "list", "")  # fmt: skip
    body |= {"is_enterprise_install": "true", "enterprise_id": GRID}
    answer = granted.labs.link.send(BotRequest("slash_commands", body))
    assert "not installed in this workspace" in str(answer.body)


def test_a_dm_is_read_in_the_workspace_that_slack_names(granted: Org) -> None:
    partner(granted, granted.labs)
    granted.labs.direct_message("W1", "touch Acme Legal call about samples")
    assert "about samples" in str(granted.rows(granted.labs)["activity"])
    assert granted.rows(granted.sales)["activity"] == []


def test_a_dm_of_whom_slack_names_no_workspace_is_of_their_only_one_or_asked(granted: Org) -> None:
    granted.grid.revoke("T0TEND", "T0LABS")
    later(granted)
    partner(granted, granted.legal)
    granted.sales.world.installed = granted.grid.app
    body = unnamed(granted.sales, "W1", "touch Acme Legal call about terms")
    assert granted.sales.deliver(body).status == 200
    assert "about terms" in str(granted.rows(granted.legal)["activity"])
    granted.grid.grant("T0LABS")
    later(granted)
    granted.sales.deliver(unnamed(granted.sales, "W1", "touch Acme Legal call about more"))
    told = granted.sales.dm("W1")[-1].visible_text
    assert "which of your workspaces this is for: Labs, Legal &lt;UK&gt;" in told
    assert "about more" not in str(granted.rows(granted.legal)["activity"])


def unnamed(slack: FakeSlack, user: str, text: str) -> dict[str, Any]:
    """A message in the DM of which Slack names the organisation alone."""
    dm = slack.world.open_dm(user)
    ts = slack.world.next_ts()
    return {
        "type": "event_callback",
        "event_id": f"Ev{ts}",
        "event_time": int(float(ts)),
        "team_id": GRID,
        "enterprise_id": GRID,
        "authorizations": [{"enterprise_id": GRID, "team_id": None, "is_enterprise_install": True}],
        "event": {"type": "message", "channel_type": "im", "channel": dm.id, "user": user, "text": text, "ts": ts},
    }


def test_who_is_of_another_workspace_may_not_use_this_one(granted: Org) -> None:
    """Somebody of Legal, in a channel that Sales shares with it."""
    granted.sales.world.add_person("W2", "ben", team_id="T0LEGAL", teams=["T0LEGAL"])
    granted.sales.world.add_channel("CT0TEND", "partners", members=["W1", "W2"])
    partner(granted, granted.sales, "Only in Sales")
    partner(granted, granted.legal, "Only in Legal")
    granted.sales.mention("W2", "CT0TEND", "show Only in Sales")
    assert "Only people from the organisation that installed Tend" in granted.sales.ephemerals("W2")[-1].visible_text
    seen = granted.sales.command("W2", "/partner", "list", channel="CT0TEND")
    assert "Only in Legal" in seen.visible_text, "a command is of the workspace that Slack names, which is theirs"
    assert "Only in Sales" not in seen.visible_text


def test_who_leaves_the_organisation_has_left_every_workspace(granted: Org) -> None:
    for slack in granted.all:
        say(slack, "W1", "/partner", "list")
    granted.legal.change_person("W1", deleted=True)
    with reading(granted.street.engine) as session:
        kept = session.connection().exec_driver_sql("SELECT workspace_id, standing FROM person WHERE user_id = 'W1'")
        assert {standing for _, standing in kept} == {"gone"}


def test_who_leaves_is_gone_wherever_slack_says_it_happened(granted: Org) -> None:
    """Slack tells an installation once, perhaps by a workspace that does not have Tend."""
    for slack in granted.all:
        say(slack, "W1", "/partner", "list")
    granted.grid.take_from("T0TEND")
    granted.grid.tell({"type": "team_access_revoked", "team_ids": ["T0TEND"]})
    gone = replace(granted.sales.world.people["W1"], deleted=True).as_dict()
    told = unnamed(granted.sales, "W1", "")
    told |= {"team_id": "T0TEND", "event": {"type": "user_change", "user": gone}}
    assert granted.sales.deliver(told).status == 200
    with reading(granted.street.engine) as session:
        kept = session.connection().exec_driver_sql(
            "SELECT team_id, standing FROM person JOIN workspace ON workspace.id = workspace_id WHERE user_id = 'W1'"
        )
        assert dict(tuple(row) for row in kept) == {"T0TEND": "member", "T0LEGAL": "gone", "T0LABS": "gone"}


def test_a_channel_of_two_workspaces_counts_where_it_is_linked(granted: Org) -> None:
    """Slack tells of a message once, and names the workspace of whoever wrote it."""
    id = partner(granted, granted.labs)
    labs = granted.street.workspace_id(granted.labs)
    with writing(granted.street.engine) as session:
        link = linked_channels.link_channel(
            session, workspace_id=labs, partner_id=id, channel_id="CT0TEND", by="W1", now=granted.street.clock.now
        )
        linked_channels.mark_announced(session, workspace_id=labs, link_id=link.id or 0, now=granted.street.clock.now)
    granted.sales.say("W1", "CT0TEND", "hello there")
    assert len(granted.rows(granted.labs)["activity"]) == 1
    assert granted.rows(granted.sales)["activity"] == []


def test_the_import_of_a_file_asks_for_the_people_of_its_workspace(granted: Org) -> None:
    """`users.list` is one of the methods to which Slack wants a `team_id`."""
    teams = {team.team_id: team for team in granted.street.services.workspaces.teams()}
    people = {
        id: {user for user, _, _ in fetch_people(granted.street.services.workspaces.client(team), team)}
        for id, team in teams.items()
        if id in TEAMS
    }
    assert people == {"T0TEND": {"W1"}, "T0LEGAL": {"W1", "W2"}, "T0LABS": {"W1"}}


# -- deliveries


def test_each_workspace_nudges_and_posts_its_digest_once_whoever_looks(granted: Org) -> None:
    for slack in granted.all:
        partner(granted, slack, f"Partner of {slack.world.team_name}")
    teams = {team.team_id: team for team in granted.street.services.workspaces.teams()}
    for slack in granted.all:
        with writing(granted.street.engine) as session:
            workspaces.set_fields(
                session,
                workspace_id=teams[slack.world.team_id].id,
                fields={"digest_channel": channel(slack), "digest_since": granted.street.clock.now - timedelta(days=9)},
            )
    pools = [WorkspacePool(granted.street.services), WorkspacePool(granted.street.other_house())]
    granted.street.clock.now = monday(granted)
    for _ in range(2):
        for pool in pools:
            assert pool.run(granted.street.clock.now).problems == ()
        later(granted, timedelta(minutes=1))
    nudges = [one.visible_text for one in nudges_of(granted.sales, "W1")]
    assert len(nudges) == 3
    for name in ("Stand-in", "Legal", "Labs"):
        (said,) = (text for text in nudges if f"Partner of {name}" in text)
        assert f"Workspace: *{name}" in said
    for slack in granted.all:
        posted = granted_channel(slack)
        assert len(posted) == 1, posted
        others = [other.world.team_name for other in granted.all if other is not slack]
        assert all(f"Partner of {other}" not in posted[0].visible_text for other in others)
    assert nudges_of(granted.street.second, "U1") == []
    for pool in pools:
        pool.close()


def granted_channel(slack: FakeSlack) -> list[Message]:
    return slack.channel(channel(slack))


def monday(org: Org) -> datetime:
    now = org.street.clock.now
    return now.replace(hour=10, minute=0) + timedelta(days=(7 - now.weekday()) % 7 or 7)


def test_a_nudge_acts_in_its_workspace_though_the_dm_is_shared(granted: Org) -> None:
    partner(granted, granted.labs, "Labs Partner")
    partner(granted, granted.legal, "Legal Partner")
    assert run_all(granted.street.services, granted.street.clock.now).nudges == 2
    by_partner = {
        name: next(one for one in nudges_of(granted.sales, "W1") if name in one.visible_text)
        for name in ("Labs Partner", "Legal Partner")
    }
    before = granted.rows(granted.legal)
    opened = granted.sales.click("W1", by_partner["Labs Partner"], text="Log a touch")
    assert opened.view is not None
    assert "Labs Partner" in opened.view.visible_text
    assert granted.sales.submit("W1", opened.view, {}).status == 200
    assert len(granted.rows(granted.labs)["activity"]) == 1
    assert granted.rows(granted.legal) == before


# -- leaving


def test_a_workspace_that_is_revoked_goes_alone_and_is_purged_after_the_grace(granted: Org) -> None:
    for slack in (*granted.all, granted.street.second):
        partner(granted, slack, owner="U1" if slack is granted.street.second else "W1")
    others = [granted.rows(slack) for slack in (granted.sales, granted.labs, granted.street.second)]
    assert granted.grid.revoke("T0LEGAL").status == 200
    assert granted.served() == {"T0TEND": GRID, "T0LABS": GRID, "T0SECOND": None}
    assert granted.holders() == {(GRID, None), (None, "T0SECOND")}
    granted.legal.world.installed = granted.grid.app
    seen = granted.legal.command("W2", "/partner", "list", channel=channel(granted.legal))
    assert "not installed in this workspace" in seen.visible_text
    assert [granted.rows(slack) for slack in (granted.sales, granted.labs, granted.street.second)] == others
    later(granted, retention.DATA_RETENTION + timedelta(minutes=1))
    id = granted.street.workspace_id(granted.legal)
    assert retention.expired_workspaces(granted.street.engine, granted.street.clock.now) == [(id, "Legal <UK>")]
    assert retention.purge_workspace(granted.street.engine, granted.street.clock.now, id)
    assert "T0LEGAL" not in str(dump(granted.street.engine)["workspace"])
    assert granted.holders() == {(GRID, None), (None, "T0SECOND")}
    assert say(granted.labs, "W1", "/partner", "show Acme Legal")


def test_a_workspace_that_is_granted_again_finds_everything_as_it_was(granted: Org) -> None:
    partner(granted, granted.legal)
    before = granted.rows(granted.legal)["partner"]
    granted.grid.revoke("T0LEGAL")
    late = events(granted.sales)[-1]
    later(granted, timedelta(minutes=40))
    granted.grid.grant("T0LEGAL")
    assert granted.rows(granted.legal)["partner"] == before
    assert granted.sales.link.send(late).status == 200, "Slack sends an event again for an hour"
    assert "T0LEGAL" in granted.served()


def test_word_of_a_revocation_that_is_too_close_to_tell_is_checked(granted: Org) -> None:
    granted.grid.revoke("T0LEGAL")
    late = events(granted.sales)[-1]
    later(granted, timedelta(minutes=1))
    granted.grid.grant("T0LEGAL")
    granted.sales.link.send(late)
    assert "T0LEGAL" in granted.served()
    granted.grid.revoke("T0LEGAL")
    assert "T0LEGAL" not in granted.served()


@pytest.mark.parametrize("number", [0, 1])
def test_an_organisation_that_throws_tend_out_takes_all_its_workspaces_along(granted: Org, number: int) -> None:
    """By `app_uninstalled` or by `tokens_revoked`, whichever arrives."""
    partner(granted, granted.labs)
    theirs = granted.rows(granted.street.second)
    granted.grid.tokens.end("account_inactive")
    kinds = ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0TENDBOT"]}})
    assert granted.grid.tell(kinds[number]).status == 200
    assert granted.served() == {"T0SECOND": None}
    assert granted.holders() == {(None, "T0SECOND")}
    before = len(granted.sales.world.calls)
    assert run_all(granted.street.services, granted.street.clock.now).nudges == 0
    assert len(granted.sales.world.calls) == before
    later(granted, retention.DATA_RETENTION + timedelta(minutes=1))
    for id, _ in retention.expired_workspaces(granted.street.engine, granted.street.clock.now):
        assert retention.purge_workspace(granted.street.engine, granted.street.clock.now, id)
    with reading(granted.street.engine) as session:
        assert list(session.exec(select(Workspace.team_id))) == ["T0SECOND"]
    assert granted.rows(granted.street.second) == theirs


def test_an_organisation_that_comes_back_finds_everything_as_it_was(granted: Org) -> None:
    partner(granted, granted.labs)
    before = granted.rows(granted.labs)["partner"]
    told = granted.grid.uninstall()
    assert [one.status for one in told] == [200, 200]
    late = events(granted.sales)[-2:]
    later(granted, timedelta(minutes=40))
    granted.grid.granted |= {"T0LABS"}
    granted.install()
    assert granted.served() == {"T0SECOND": None, "T0LABS": GRID}
    assert granted.rows(granted.labs)["partner"] == before
    for one in late:
        granted.sales.link.send(one)
    assert "T0LABS" in granted.served()


def test_a_list_that_is_older_than_what_slack_told_since_changes_nothing(granted: Org) -> None:
    organisations = granted.street.by_oauth.organisations
    began = organisations._began(GRID)
    asked_at, names = granted.street.clock.now, organisations.listed(GRID)
    later(granted)
    granted.grid.revoke("T0LEGAL")
    organisations._apply(GRID, names, began, asked_at)
    assert "T0LEGAL" not in granted.served()
    without = organisations.listed(GRID)
    asked_at = granted.street.clock.now
    later(granted)
    granted.grid.grant("T0LEGAL")
    organisations._apply(GRID, without, began, asked_at)
    assert "T0LEGAL" in granted.served()


def test_a_worker_finds_out_what_slack_could_not_tell(granted: Org) -> None:
    granted.grid.take_from("T0LEGAL")
    later(granted, COMPARE_EVERY)
    assert run_all(granted.street.services, granted.street.clock.now).problems == ()
    assert granted.served() == {"T0TEND": GRID, "T0LABS": GRID, "T0SECOND": None}


def test_two_who_hear_of_a_grant_at_once_make_one_workspace_each(org: Org) -> None:
    org.install()
    org.grid.granted |= set(TEAMS)
    houses = [org.street.services, org.street.other_house()]
    gate, failed = threading.Barrier(2), list[BaseException]()

    def hear(services: Services) -> None:
        assert isinstance(services.workspaces, OAuthWorkspaces)
        gate.wait()
        try:
            services.workspaces.organisations.sync(GRID)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=hear, args=(one,)) for one in houses]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert failed == []
    assert org.served() == dict.fromkeys(TEAMS, GRID)


def test_a_token_that_runs_out_is_renewed_once_for_the_whole_organisation(org: Org) -> None:
    distribute(org.sales, rotates=True)
    org.install()
    org.grid.grant(*TEAMS)
    later(org, timedelta(hours=11))
    houses = [org.street.services, org.street.other_house()]
    for services in houses:
        assert run_all(services, org.street.clock.now).problems == ()
    asked = [call for call in org.sales.world.calls_to("oauth.v2.access") if call.args.get("grant_type")]
    assert len(asked) == 1
    later(org, timedelta(hours=2))
    assert say(org.labs, "W1", "/partner", "list")
    assert org.holders() == {(GRID, None)}


# -- both installations


def test_a_workspace_with_an_installation_of_its_own_uses_that_and_goes_on_with_the_organisations(granted: Org) -> None:
    granted.grid.take_from("T0LABS")
    granted.street.install(granted.labs, "W1")
    granted.grid.grant("T0LABS")
    later(granted)
    assert granted.holders() == {(GRID, None), (None, "T0SECOND"), (None, "T0LABS")}
    team = next(one for one in granted.street.services.workspaces.teams() if one.team_id == "T0LABS")
    assert granted.street.services.workspaces.client(team).auth_test()["team_id"] == "T0LABS"
    granted.grid.revoke("T0LABS")
    assert granted.served()["T0LABS"] is None, "its own stands"
    later(granted)
    granted.grid.grant("T0LABS")
    later(granted)
    body = {
        "type": "event_callback", "event_id": "Ev1", "event_time": int(granted.street.clock.now.timestamp()),
        "team_id": "T0LABS", "enterprise_id": GRID, "event": {"type": "app_uninstalled"},
        "authorizations": [{"enterprise_id": GRID, "team_id": "T0LABS", "is_enterprise_install": False}],
    }  # fmt: skip
    assert granted.labs.deliver(body).status == 200
    assert granted.holders() == {(GRID, None), (None, "T0SECOND")}
    assert granted.served()["T0LABS"] == GRID
    assert granted.street.services.workspaces.client(team).auth_test()["team_id"] == GRID
    later(granted)
    assert granted.labs.deliver({**body, "event_id": "Ev2"}).status == 200, "and again, which is none of its own"
    assert granted.served()["T0LABS"] == GRID
