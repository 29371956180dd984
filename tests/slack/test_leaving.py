"""Throwing Tend out, taking it back, and what is deleted when."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.actions.workspace import crm_connections as crm_actions
from bot.fake_slack.transport.link import BotRequest
from bot.notifications.claim import run_all
from bot.notifications.pool import WorkspacePool
from bot.notifications.send import RunResult
from bot.workspace import retention
from storage.db.engine import reading, writing
from storage.imports import crm_connections
from storage.tables import SLACK_BOTS, SLACK_INSTALLATIONS
from storage.workspaces import workspaces
from tests.cli.conftest import Tend, tend
from tests.patience import PATIENCE
from tests.slack.street import Heard, Street, dump, nudges_of
from tests.slack.test_tokens import as_environment

__all__ = ["tend"]

MONTH = timedelta(days=30)


def tokens(street: Street) -> set[str]:
    """The teams that tokens are kept of."""
    with reading(street.engine) as session:
        kept = [set(session.execute(select(table.c.team_id)).scalars()) for table in (SLACK_BOTS, SLACK_INSTALLATIONS)]
    assert kept[0] == kept[1]
    return kept[0]


def served(street: Street) -> list[str | None]:
    return [team.team_id for team in street.services.workspaces.teams()]


def of(street: Street, number: int) -> dict[str, list[str]]:
    slack = (street.first, street.second)[number]
    return dump(street.engine, street.workspace_id(slack), slack.world.team_id)


def later(street: Street, by: timedelta = timedelta(hours=1)) -> None:
    street.clock.now += by


def events(street: Street) -> list[BotRequest]:
    assert isinstance(street.first.link, Heard)
    return [one for one, _ in street.first.link.pairs if one.kind == "events_api"]


@pytest.fixture
def used(both: Street) -> Street:
    """Each has a partner of the same name, a nudge to come, and something recorded."""
    for slack in (both.first, both.second):
        both.partner(slack, "Acme Legal")
        assert slack.command("U1", "/trust", "Acme Legal 4", channel="C1").ok
    later(both)
    return both


def test_whoever_throws_tend_out_takes_its_tokens_along_at_once(used: Street) -> None:
    theirs = of(used, 1)
    heard = used.first.uninstall()
    assert [seen.status for seen in heard] == [200, 200]
    assert tokens(used) == {"T0SECOND"}
    assert served(used) == ["T0SECOND"]
    assert of(used, 1) == theirs


def test_the_way_into_its_crm_goes_with_them(used: Street) -> None:
    """Within a minute, and nobody else's."""
    both = (used.workspace_id(used.first), used.workspace_id(used.second))
    given = {"system": "hubspot", "sealed": "s", "options": "{}", "by": "U1", "now": used.clock.now}
    with writing(used.engine) as session:
        assert [crm_connections.add(session, workspace_id=one, **given) for one in both] == [True, True]  # type: ignore[arg-type]
    used.first.uninstall()
    crm_actions.list_due(used.engine, used.clock.now, 10)
    with writing(used.engine) as session:
        left = [crm_connections.get(session, workspace_id=one, system="hubspot") is not None for one in both]
    assert left == [False, True]


def test_to_take_back_the_bots_token_is_the_same(used: Street) -> None:
    used.first.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U0TENDBOT"]}})
    assert tokens(used) == {"T0SECOND"}


def test_a_persons_own_token_is_none_of_ours(used: Street) -> None:
    used.first.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    assert tokens(used) == {"T0TEND", "T0SECOND"}


def test_nothing_speaks_any_more_to_who_has_left(used: Street) -> None:
    used.first.uninstall()
    before = len(used.first.world.calls)
    assert run_all(used.services, used.clock.now).nudges == 1
    assert [len(nudges_of(slack, "U1")) for slack in (used.first, used.second)] == [0, 1]
    answer = used.endpoint.command("/trust", "Acme Legal 4", team="T0TEND", user="U1")
    assert "not installed in this workspace" in answer.words
    assert len(used.first.world.calls) == before


def test_who_leaves_in_the_middle_of_a_round_is_left_in_peace(used: Street) -> None:
    """The round knew of it already, and finds no token any more."""
    (team, _) = used.services.workspaces.teams()
    used.first.uninstall()
    before = len(used.first.world.calls)
    kept = used.services.workspaces.teams
    type(used.by_oauth).teams, original = (lambda _self: [team, *kept()]), type(used.by_oauth).teams  # type: ignore[method-assign, assignment]
    try:
        assert run_all(used.services, used.clock.now) == RunResult(nudges=1)
    finally:
        type(used.by_oauth).teams = original  # type: ignore[method-assign]
    assert len(used.first.world.calls) == before


def test_slack_says_it_twice_and_again(used: Street) -> None:
    used.first.uninstall()
    after = dump(used.engine)
    later(used, timedelta(minutes=5))
    for one in events(used):
        assert used.first.link.send(one).status == 200
    assert dump(used.engine) == after


def test_whoever_comes_back_finds_everything_as_it_was(used: Street) -> None:
    before = of(used, 0)
    used.first.uninstall()
    later(used, MONTH - timedelta(minutes=1))
    assert WorkspacePool(used.services).run(used.clock.now).problems == ()
    used.install(used.first, "U2")
    after = of(used, 0)
    after["person"] = [row for row in after["person"] if "'U2'" not in row]  # whoever installs it is greeted
    slacks = ("slack_bots", "slack_installations", "seen_request")  # which are kept for three days
    assert {name: rows for name, rows in after.items() if name not in slacks} == {
        name: rows for name, rows in before.items() if name not in slacks
    }
    assert used.first.command("U1", "/partner", "show Acme Legal", channel="C1").ok


def test_word_of_leaving_that_comes_after_the_return_ends_nothing(used: Street) -> None:
    """Slack sends an event again for an hour; by then the workspace may have installed Tend anew."""
    used.first.uninstall()
    late = events(used)
    later(used, timedelta(minutes=40))
    used.install(used.first)
    before = dump(used.engine)
    calls = len(used.first.world.calls)
    for one in late:
        assert used.first.link.send(one).status == 200
    assert dump(used.engine) == before
    assert len(used.first.world.calls) == calls, "the instants are far enough apart to need no question"


@pytest.mark.parametrize("apart", [-90, -1, 0, 1, 90])
def test_where_the_two_are_too_near_slack_is_asked_which_came_first(used: Street, apart: int) -> None:
    """Slack's clock may be ahead of ours, or behind."""
    used.first.uninstall()
    late = events(used)
    used.clock.now += timedelta(seconds=apart)
    used.install(used.first)
    for one in late:
        used.first.link.send(one)
    assert tokens(used) == {"T0TEND", "T0SECOND"}
    used.first.uninstall()
    assert tokens(used) == {"T0SECOND"}


def test_as_long_as_slack_does_not_say_which_it_is_asked_to_send_it_again(used: Street) -> None:
    used.first.uninstall()
    late = events(used)[0]
    used.install(used.first)
    used.first.world.faults.add("auth.test", "fatal_error")
    assert used.first.link.send(late).status == 500
    assert tokens(used) == {"T0TEND", "T0SECOND"}
    assert used.first.link.send(late).status == 200


def test_a_database_in_trouble_makes_slack_send_it_again(used: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("DELETE", {}, Exception("disk is full"))

    monkeypatch.setattr(type(used.by_oauth.store), "delete_all", broken)
    used.first.uninstall()
    assert tokens(used) == {"T0TEND", "T0SECOND"}
    monkeypatch.undo()
    again = events(used)[0]
    assert used.first.link.send(again).status == 200
    assert tokens(used) == {"T0SECOND"}


def test_leaving_needs_no_key_and_no_good_token(used: Street) -> None:
    """Also where the key was lost, what is locked with it goes."""
    services = used.other_house(tend_token_key=SecretStr(used.services.settings.tend_token_key.get_secret_value()))  # type: ignore[union-attr]
    with writing(used.engine) as session:
        session.execute(SLACK_BOTS.update().values(bot_token="no cipher text"))
        session.execute(SLACK_INSTALLATIONS.update().values(bot_token="no cipher text"))
    (team, _) = services.workspaces.teams()
    services.workspaces.uninstalled(team, used.clock.now)
    assert tokens(used) == {"T0SECOND"}


# -- purging


def test_after_thirty_days_all_that_was_its_own_is_gone_and_nobody_elses(used: Street) -> None:
    gone, theirs = used.workspace_id(used.first), of(used, 1)
    used.first.uninstall()
    with writing(used.engine) as session:  # what a crash may have left
        session.execute(
            SLACK_BOTS.insert().values(
                client_id="other",
                app_id="A",
                team_id="T0TEND",
                is_enterprise_install=False,
                installed_at=used.clock.now,
            )
        )
    later(used, MONTH)
    WorkspacePool(used.services).run(used.clock.now)
    assert of(used, 0)["workspace"] != []
    later(used, timedelta(seconds=1))
    assert "purged" not in str(WorkspacePool(used.services).run(used.clock.now))
    assert not any(dump(used.engine, gone, "T0TEND").values())
    left = of(used, 1)
    grown = (
        "delivery",
        "nudged_signal",
        "signal_notice",
        "person",
        "workspace",
        "seen_request",
    )  # by the rounds since, and when to look next
    assert {name: rows for name, rows in left.items() if name not in grown} == {
        name: rows for name, rows in theirs.items() if name not in grown
    }
    everything = dump(used.engine)
    assert everything == left | {"slack_oauth_states": everything["slack_oauth_states"], "heartbeat": []}


def test_the_command_says_what_would_go_and_then_what_went(
    used: Street, tend: Tend, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_environment(monkeypatch, used)
    assert "nothing to purge" in tend("purge").out
    with writing(used.engine) as session:
        row = workspaces.lock_by_team(session, team_id="T0TEND")
        assert row
        row.uninstalled_at = used.clock.now - timedelta(days=4_000)
        session.add(row)
    before = dump(used.engine)
    assert tend("purge", "--dry-run").out == "would purge Stand-in\n"
    assert dump(used.engine) == before
    theirs = of(used, 1)
    assert tend("purge").out == "purged Stand-in\n"
    assert of(used, 1) == theirs
    assert "nothing to purge" in tend("purge").out


def test_whoever_is_purged_begins_anew(used: Street) -> None:
    used.first.uninstall()
    later(used, MONTH + timedelta(days=1))
    WorkspacePool(used.services).run(used.clock.now)
    used.install(used.first)
    assert "Acme Legal" not in str(of(used, 0))
    assert used.first.command("U1", "/partner", "list", channel="C1").ok


def test_a_purge_that_fails_does_not_stop_the_rounds(used: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("DELETE", {}, Exception("disk is full"))

    used.first.uninstall()
    later(used, MONTH + timedelta(days=7))
    monkeypatch.setattr(workspaces, "purge", broken)
    done = WorkspacePool(used.services).run(used.clock.now)
    assert (done.nudges, len(done.problems)) == (1, 1)


@pytest.mark.parametrize("first", ["purge", "install"])
def test_of_a_purge_and_a_return_at_once_one_waits_for_the_other(
    used: Street, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Either the data were found again, or all of them are gone and the workspace begins anew; nothing between."""
    used.first.uninstall()
    later(used, MONTH + timedelta(days=1))
    mine = used.workspace_id(used.first)
    inside, go_on = threading.Event(), threading.Event()

    def held(original: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            found = original(*args, **kwargs)
            inside.set()
            go_on.wait(PATIENCE)
            return found

        return wrapped

    name = "was_uninstalled_before" if first == "purge" else "connect"
    monkeypatch.setattr(workspaces, name, held(getattr(workspaces, name)))
    done: list[Any] = []

    def purge() -> None:
        done.append(retention.purge_workspace(used.other_house().engine, used.clock.now, mine))

    threads = {
        "purge": threading.Thread(target=purge),
        "install": threading.Thread(target=used.install, args=(used.first,)),
    }
    threads[first].start()
    assert inside.wait(PATIENCE)
    monkeypatch.undo()
    other = threads["install" if first == "purge" else "purge"]
    other.start()
    other.join(0.3)
    assert other.is_alive(), "it waits"
    go_on.set()
    for one in threads.values():
        one.join(PATIENCE)
    assert done == [first == "purge"]
    assert served(used) == ["T0SECOND", "T0TEND"] if first == "purge" else ["T0TEND", "T0SECOND"]
    assert ("Acme Legal" in str(of(used, 0))) is (first == "install")
    assert tokens(used) == {"T0TEND", "T0SECOND"}
