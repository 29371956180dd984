"""`tend doctor` and the commands about the data, where many workspaces install the app."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from storage.db.engine import writing
from storage.workspaces import workspaces
from tests.cli.conftest import Ran, Tend, tend
from tests.slack.street import Street, nudges_of
from tests.slack.test_grid import GRID, Org, org
from tests.slack.test_tokens import as_environment

__all__ = ["org", "tend"]


@pytest.fixture
def here(street: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch) -> Street:
    """With the environment of a Tend that serves it, and the machine's own time."""
    as_environment(monkeypatch, street)
    street.clock.now = datetime.now(UTC)
    return street


def faults(ran: Ran) -> list[str]:
    return [line for line in ran.out.splitlines() if line.startswith("✗")]


def test_before_anyone_installed_it_says_where_to(here: Street, tend: Tend) -> None:
    ran = tend("doctor")
    assert (ran.code, faults(ran)) == (0, [])
    assert "no workspace has installed Tend yet: send people to /slack/install" in ran.out
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "TEND_TOKEN_KEY"):
        assert f"✓ {name} is set" in ran.out


def test_each_workspace_has_lines_of_its_own(here: Street, tend: Tend) -> None:
    for slack in (here.first, here.second):
        here.install(slack)
    with writing(here.engine) as session:
        fields = {"digest_channel": "C1"}
        workspaces.set_fields(session, workspace_id=here.workspace_id(here.second), fields=fields)
    ran = tend("doctor")
    assert (ran.code, faults(ran)) == (0, [])
    assert "T0TEND: the token is valid for the workspace Stand-in" in ran.out
    assert "T0SECOND: the token is valid for the workspace Second & Sons" in ran.out
    assert "T0TEND: no digest channel is set" in ran.out
    assert "T0SECOND: the digest channel C1 exists and is internal" in ran.out


def test_one_bad_token_is_named_and_the_others_are_still_looked_at(here: Street, tend: Tend) -> None:
    for slack in (here.first, here.second):
        here.install(slack)
    here.first.tokens.end("account_inactive")
    ran = tend("doctor")
    assert ran.code == 2
    (line,) = faults(ran)
    assert line.startswith("✗ T0TEND: the bot's account was deactivated (account_inactive)")
    assert "SLACK_BOT_TOKEN" not in line
    assert "T0SECOND: the token has all permissions" in ran.out


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TEND_TOKEN_KEY": ""}, "TEND_TOKEN_KEY is not set"),
        ({"SLACK_CLIENT_ID": ""}, "SLACK_CLIENT_ID is not set"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set"),
        ({"TEND_TOKEN_KEY": Fernet.generate_key().decode()}, "TEND_TOKEN_KEY does not include the key"),
        ({"TEND_TOKEN_KEY": "short"}, "TEND_TOKEN_KEY should be a key"),
    ],
)
def test_what_is_missing_or_wrong_is_one_line_with_its_name(
    here: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    here.install(here.first)
    as_environment(monkeypatch, here, **changed)
    ran = tend("doctor")
    assert ran.code == 2
    assert [line for line in faults(ran) if said in line] == faults(ran)
    assert len(faults(ran)) == 1


def test_a_token_from_before_is_said_to_be_of_no_use(here: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    as_environment(monkeypatch, here, SLACK_BOT_TOKEN="xoxb-old")
    ran = tend("doctor")
    assert ran.code == 0
    assert "SLACK_BOT_TOKEN is ignored" in ran.out
    assert "xoxb-old" not in ran.out


def test_the_commands_about_the_data_ask_for_a_workspace(here: Street, tend: Tend) -> None:
    assert "No workspace has installed Tend yet" in tend("score").line()
    here.install(here.first)
    here.partner(here.first, "Acme Legal")
    assert "Acme Legal" in tend("score").out
    here.install(here.second)
    assert "T0TEND, T0SECOND" in tend("score").line()
    assert "Acme Legal" not in tend("score", "--workspace", "T0SECOND").out


def test_one_tick_serves_all_of_them(here: Street, tend: Tend) -> None:
    for slack in (here.first, here.second):
        here.install(slack)
        here.partner(slack, "Acme Legal")
    here.first.clock = None
    assert tend("tick", "--now", "2026-11-24T10:05Z").out == "nudges sent: 2, digests sent: 0\n"
    assert [len(nudges_of(slack, "U1")) for slack in (here.first, here.second)] == [1, 1]


def test_the_manifest_for_http_leads_to_the_installation(tend: Tend) -> None:
    told = json.loads(tend("manifest", "--url", "https://tend.example.com/").out)
    assert told["oauth_config"]["redirect_urls"] == ["https://tend.example.com/slack/oauth_redirect"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(told["settings"]["event_subscriptions"]["bot_events"])


def test_an_organisation_has_lines_of_its_own_and_its_workspaces_name_it(org: Org, here: Street, tend: Tend) -> None:
    org.install()
    org.grid.grant("T0LEGAL")
    here.install(here.second)
    org.grid.add_to("T0LABS")
    ran = tend("doctor")
    assert (ran.code, faults(ran)) == (0, [])
    assert f"{GRID}: the token is valid for the organisation Acme & Group" in ran.out
    assert f"T0LEGAL: Legal <UK> uses the installation of {GRID}" in ran.out
    assert "T0LABS: the organisation Acme & Group added Tend to this workspace" in ran.out
    assert "T0SECOND: the token is valid for the workspace Second & Sons" in ran.out
    org.grid.tokens.end("account_inactive")
    (line,) = faults(tend("doctor"))
    assert f"{GRID}: the bot's account was deactivated" in line
    assert "the organisation Acme & Group may have to reinstall Tend" in line


def test_the_list_of_workspaces_says_by_whose_installation(org: Org, here: Street, tend: Tend) -> None:
    assert tend("workspaces").out == "no workspace has installed Tend yet\n"
    org.install()
    assert "E0GRID  Acme & Group  an organisation that has not added Tend to a workspace yet" in tend("workspaces").out
    org.grid.grant("T0LEGAL", "T0LABS")
    here.install(here.second)
    org.grid.revoke("T0LABS")
    lines = tend("workspaces").out.splitlines()
    assert "T0LEGAL  Legal <UK>  by the organisation Acme & Group (E0GRID)" in lines
    assert "T0SECOND  Second & Sons  by itself" in lines
    (gone,) = [line for line in lines if line.startswith("T0LABS")]
    assert "uninstalled on" in gone
    assert len(lines) == 3
