"""Tokens that run out: renewed in time, once, by one process of all; and what is safe when that goes wrong."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import OperationalError

import bot.slack.token_renewal
from bot.notifications.claim import run_all
from bot.notifications.pool import WorkspacePool
from bot.notifications.send import RunResult
from bot.services import Services
from bot.slack.token_renewal import RENEWAL_LEASE, TokenRenewal
from bot.workspace.team import Team
from storage.db.engine import reading
from tests.slack.street import Street, distribute, dump

ACCESS = "oauth.v2.access"


@pytest.fixture
def rotating(street: Street) -> Street:
    """Both have installed an app whose tokens run out after twelve hours."""
    distribute(street.first, rotates=True)
    for slack in (street.first, street.second):
        street.install(slack)
        street.partner(slack, "Acme Legal")
    street.first.world.calls.clear()
    return street


def team(street: Street) -> Team:
    return street.services.workspaces.teams()[0]


def asked(street: Street) -> int:
    """How often Slack was asked to renew."""
    return len(street.first.world.calls_to(ACCESS))


def token(street: Street, services: Services | None = None) -> str:
    return str((services or street.services).workspaces.client(team(street)).token)


def works(street: Street) -> bool:
    return bool(street.services.workspaces.client(team(street)).auth_test()["ok"])


def ends(street: Street) -> datetime:
    by_oauth = street.by_oauth
    with reading(street.engine) as session:
        found = by_oauth.store.within(session).find_bot(enterprise_id=None, team_id="T0TEND")
    assert found
    assert found.bot_token_expires_at
    return datetime.fromtimestamp(found.bot_token_expires_at, street.clock.now.tzinfo)


def go_to(street: Street, before_the_end: timedelta) -> None:
    street.clock.now = ends(street) - before_the_end


def test_a_token_is_left_alone_until_two_hours_before_its_end(rotating: Street) -> None:
    assert ends(rotating) == rotating.clock.now + timedelta(hours=12)
    go_to(rotating, timedelta(hours=2))
    rotating.services.workspaces.refresh_token(team(rotating))
    assert asked(rotating) == 0


def test_a_round_renews_it_and_speaks_with_the_new_one(rotating: Street) -> None:
    old = token(rotating)
    go_to(rotating, timedelta(hours=2) - timedelta(seconds=1))
    WorkspacePool(rotating.services).run(rotating.clock.now)
    assert asked(rotating) == 2, "each of the two workspaces, once"
    assert token(rotating) != old
    assert ends(rotating) == rotating.clock.now + timedelta(hours=12)
    rotating.clock.now += timedelta(hours=3)
    assert works(rotating)
    WorkspacePool(rotating.services).run(rotating.clock.now)
    assert asked(rotating) == 2


def test_it_goes_on_for_days_without_anybody_doing_anything(rotating: Street) -> None:
    for _ in range(12):
        rotating.clock.now += timedelta(hours=6)
        assert not [one for one in WorkspacePool(rotating.services).run(rotating.clock.now).problems]
    assert works(rotating)


def test_a_request_leaves_renewing_to_the_worker_until_it_is_urgent(rotating: Street) -> None:
    """So that nobody who typed a command waits for it."""
    go_to(rotating, timedelta(minutes=16))
    assert rotating.first.command("U1", "/partner", "list", channel="C1").ok
    assert asked(rotating) == 0
    rotating.clock.now += timedelta(minutes=2)
    assert rotating.first.command("U1", "/partner", "list", channel="C1").ok
    assert asked(rotating) == 1
    rotating.clock.now += timedelta(hours=1)
    assert works(rotating)


@pytest.mark.parametrize("houses", [1, 3], ids=["threads", "processes"])
def test_of_many_at_once_one_renews(rotating: Street, houses: int) -> None:
    """As threads of one process, or with an engine each as processes have it."""
    go_to(rotating, timedelta(hours=1))
    mine = [rotating.other_house() for _ in range(houses)]
    gate, failed, known = threading.Barrier(6), list[BaseException](), team(rotating)

    def renew(number: int) -> None:
        gate.wait()
        try:
            mine[number % houses].workspaces.refresh_token(known)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=renew, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (failed, asked(rotating)) == ([], 1)
    assert works(rotating)


@pytest.mark.parametrize("kind", ["500", "drop", "429", "internal_error", "invalid_refresh_token"])
def test_as_long_as_it_is_not_renewed_the_old_one_is_used_and_the_next_turn_tries_again(
    rotating: Street, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    old = token(rotating)
    go_to(rotating, timedelta(hours=1))
    rotating.first.world.faults.add(ACCESS, kind, 1)
    for _ in range(3):
        rotating.services.workspaces.refresh_token(team(rotating))
    assert (asked(rotating), token(rotating)) == (1, old)
    assert "could not renew the token of T0TEND" in caplog.text
    assert "xox" not in caplog.text
    assert works(rotating)
    rotating.clock.now += RENEWAL_LEASE
    rotating.services.workspaces.refresh_token(team(rotating))
    assert asked(rotating) == 2
    assert token(rotating) != old


def test_a_slack_that_hangs_meanwhile_holds_up_one_round_of_one_workspace(
    rotating: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.client.TIMEOUT_SECONDS", 0.5)
    go_to(rotating, timedelta(hours=1))
    rotating.first.world.faults.add(ACCESS, "hang", 1)
    assert WorkspacePool(rotating.services).run(rotating.clock.now) == RunResult()
    assert rotating.first.world.faults.waiting() == (), "it hangs still"
    rotating.first.world.faults.clear()


def test_an_answer_that_was_lost_leaves_the_old_token_until_its_end(
    rotating: Street, caplog: pytest.LogCaptureFixture
) -> None:
    """The refresh token is spent and its successor known to nobody: at the end the workspace installs Tend again."""
    go_to(rotating, timedelta(hours=1))
    rotating.first.world.faults.add(ACCESS, "drop", 1, after_effect=True)
    rotating.services.workspaces.refresh_token(team(rotating))
    assert works(rotating)
    rotating.clock.now += RENEWAL_LEASE
    rotating.services.workspaces.refresh_token(team(rotating))
    assert "invalid_refresh_token" in caplog.text
    assert works(rotating)
    rotating.clock.now += timedelta(hours=1)
    with pytest.raises(SlackApiError, match="token_expired"):
        works(rotating)
    assert "token has expired" in str(run_all(rotating.services, rotating.clock.now).problems)
    rotating.install(rotating.first)
    assert works(rotating)
    assert rotating.first.command("U1", "/partner", "show Acme Legal", channel="C1").ok


def test_a_database_that_fails_for_a_moment_loses_no_new_token(
    rotating: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.slack.token_renewal, "STORE_PAUSE_SECONDS", 0.01)
    original, fails = TokenRenewal._replace, iter([True, True, False])

    def shaky(*args: Any) -> None:
        if next(fails):
            raise OperationalError("INSERT", {}, Exception("locked"))
        original(*args)

    monkeypatch.setattr(TokenRenewal, "_replace", shaky)
    old = token(rotating)
    go_to(rotating, timedelta(hours=1))
    rotating.services.workspaces.refresh_token(team(rotating))
    assert asked(rotating) == 1
    assert token(rotating) != old
    assert works(rotating)


def test_a_database_that_stays_away_is_told_of_without_the_token(
    rotating: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.slack.token_renewal, "STORE_PAUSE_SECONDS", 0.01)

    def broken(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("locked"))

    monkeypatch.setattr(TokenRenewal, "_replace", broken)
    go_to(rotating, timedelta(hours=1))
    done = WorkspacePool(rotating.services).run(rotating.clock.now)
    assert len(done.problems) == 2
    assert "could not store the renewed tokens of T0TEND; it has to install Tend again" in caplog.text
    assert "xox" not in caplog.text


def test_a_database_that_cannot_be_written_spends_no_refresh_token(
    rotating: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("read-only"))

    monkeypatch.setattr("storage.workspaces.seen_requests.try_lease", broken)
    go_to(rotating, timedelta(hours=1))
    with pytest.raises(OperationalError):
        rotating.services.workspaces.refresh_token(team(rotating))
    assert asked(rotating) == 0


@pytest.fixture
def in_between(rotating: Street, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What happens while Slack is asked, before its answer is stored."""
    original = TokenRenewal._replace

    def set_to(act: Any) -> None:
        def acting(*args: Any) -> None:
            monkeypatch.setattr(TokenRenewal, "_replace", original)
            act()
            original(*args)

        monkeypatch.setattr(TokenRenewal, "_replace", acting)

    return set_to


def test_who_leaves_meanwhile_gets_no_token_back(rotating: Street, in_between: Any) -> None:
    go_to(rotating, timedelta(hours=1))
    in_between(rotating.first.uninstall)
    known = team(rotating)
    rotating.services.workspaces.refresh_token(known)
    assert asked(rotating) == 1
    rows = dump(rotating.engine)
    assert [len(rows[name]) for name in ("slack_bots", "slack_installations")] == [1, 1]
    assert [one.team_id for one in rotating.services.workspaces.teams()] == ["T0SECOND"]


def test_who_installs_anew_meanwhile_keeps_the_newest(rotating: Street, in_between: Any) -> None:
    go_to(rotating, timedelta(hours=1))
    in_between(lambda: rotating.install(rotating.first))
    rotating.services.workspaces.refresh_token(team(rotating))
    assert ends(rotating) == rotating.clock.now + timedelta(hours=12)
    newest = rotating.first.world.calls_to(ACCESS)[-1].answer["access_token"]
    assert token(rotating) == newest
    rotating.clock.now += timedelta(hours=11)
    rotating.services.workspaces.refresh_token(team(rotating))
    assert works(rotating)


def test_what_slack_gives_for_another_workspace_is_not_kept(
    rotating: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    old = token(rotating)
    go_to(rotating, timedelta(hours=1))
    monkeypatch.setattr(rotating.first.world, "team_id", "T0ELSE")
    rotating.services.workspaces.refresh_token(team(rotating))
    assert "no usable token" in caplog.text
    assert token(rotating) == old
