"""Two workspaces in which everything has the same name and id: whatever one does or is told stays its own."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.fake_slack import FakeSlack
from bot.notifications.claim import run_all
from bot.notifications.pool import WorkspacePool
from tests.each import each
from tests.slack.street import Heard, Street, dump, nudges_of
from tests.web.endpoint import typed

LINES = [
    ("/trust", "Acme Legal 4"),
    ("/referral", "from Acme Legal Northwind 5k won"),
    ("/event", "Acme Legal Webinar on pricing"),
    ("/touch", "Acme Legal coffee talked next: call by friday"),
    ("/partner", "cost Acme Legal £200 lunch"),
    ("/partner", "issue Acme Legal late replies"),
    ("/partner", "pause Acme Legal"),
    ("/partner", "resume Acme Legal"),
    ("/partner", "show Acme Legal"),
    ("/partner", "explain Acme Legal"),
    ("/partner", "history Acme Legal"),
    ("/partner", "list"),
    ("/partner", "due"),
    ("/partner", "review all"),
    ("/partner", "verticals"),
    ("/partner", "stakeholders"),
    ("/partner", "candidates"),
    ("/partner", "concentration"),
    ("/partner", "served"),
    ("/partner", "prune"),
    ("/partner", "what-if terms Acme Legal"),
    ("/partner", "review Acme Legal"),
    ("/partner", "edit Acme Legal"),
    ("/partner", "add"),
    ("/tend", "settings"),
    ("/tend", "settings digest_channel C1"),
    ("/tend", "status"),
    ("/tend", "digest"),
    ("/tend", "help"),
]
MARK = "Only in the second"


def state(street: Street, slack: FakeSlack) -> dict[str, list[str]]:
    return dump(street.engine, street.workspace_id(slack), slack.world.team_id)


def shown(slack: FakeSlack) -> str:
    """All that anybody in a workspace can read."""
    with slack.world.lock:
        return repr([change.item for change in slack.world.journal])


def tokens(slack: FakeSlack) -> set[str]:
    return {call.token for call in slack.world.calls if call.token}


@pytest.fixture
def twins(both: Street) -> Street:
    """The same partner in both; one more in the second alone, whose name nobody in the first may ever read."""
    for slack in (both.first, both.second):
        both.partner(slack, "Acme Legal")
    both.partner(both.second, MARK)
    return both


def test_a_command_reads_and_writes_in_its_own_workspace_alone(twins: Street) -> None:
    theirs, calls = state(twins, twins.second), len(twins.second.world.calls)
    with each() as trying:
        for command, text in LINES:
            with trying(f"{command} {text}"):
                seen = twins.first.command("U1", command, text, channel="C1")
                assert seen.error is None, seen
                assert seen.ephemerals or seen.view
                assert state(twins, twins.second) == theirs
                assert len(twins.second.world.calls) == calls
                assert MARK not in shown(twins.first)
                assert tokens(twins.first) == {twins.first.tokens.lasting()}


def test_forms_buttons_and_the_home_stay_in_their_workspace(twins: Street) -> None:
    first, theirs = twins.first, state(twins, twins.second)
    form = first.command("U1", "/referral", "", channel="C1").view
    assert form
    offered = first.suggest("U1", form, "partner", "a")
    assert MARK not in repr(offered)
    sent = first.submit("U1", form, {"partner": "Acme Legal", "lead": "Northwind"})
    assert sent.errors is None, sent
    answer = (
        sent.ephemerals or sent.messages or first.command("U1", "/trust", "Acme Legal 3", channel="C1").ephemerals
    )[0]
    assert first.click("U1", answer, text="Undo").error is None
    home = first.open_home("U1")
    assert home.view
    assert "Acme Legal" in repr(home.view)
    assert MARK not in shown(first)
    assert state(twins, twins.second) == theirs
    assert "Only in" in repr(twins.second.open_home("U1").view), "the test can fail"


def test_nudges_and_digests_go_to_their_own_people_and_channels(twins: Street) -> None:
    for slack in (twins.first, twins.second):
        slack.command("U1", "/tend", "settings digest_channel C1", channel="C1")
        slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
    twins.clock.now += timedelta(days=7, hours=1)
    assert WorkspacePool(twins.services).run(twins.clock.now).problems == ()
    for slack, other in ((twins.first, twins.second), (twins.second, twins.first)):
        assert len(nudges_of(slack, "U1")) == 1
        assert len(slack.channel("C1")) == 1
        assert tokens(slack) == {slack.tokens.lasting()}
        assert not tokens(slack) & tokens(other)
    assert MARK not in repr(twins.first.dm("U1") + twins.first.channel("C1"))
    assert MARK in repr(twins.second.dm("U1"))


def test_one_leaves_the_other_keeps_its_words(twins: Street) -> None:
    """A button under an old message of the one does nothing to the same number of the other."""
    seen = twins.first.command("U1", "/trust", "Acme Legal 4", channel="C1")
    twins.second.command("U1", "/trust", "Acme Legal 4", channel="C1")
    theirs = state(twins, twins.second)
    assert isinstance(twins.first.link, Heard)
    twins.first.click("U1", seen.ephemerals[0], text="Undo")
    press = twins.first.link.pairs[-1][0].payload
    assert state(twins, twins.second) == theirs
    # The same press once more, signed, but with the name of the other workspace on it.
    forged = press | {"team": {"id": "T0SECOND", "domain": "second"}}
    before = state(twins, twins.first)
    answer = twins.endpoint.post(urlencode({"payload": json.dumps(forged)}))
    assert answer.status == 200
    assert state(twins, twins.first) == before


def test_a_workspace_that_did_not_install_tend_is_refused(street: Street) -> None:
    """Before anyone has, and whatever it calls itself."""
    for team in ("T0TEND", "T0SECOND", "", "T' OR 1=1", "T0ELSE"):
        answer = street.endpoint.post(typed("/partner", "list", team=team))
        assert answer.status == 200
        assert "not installed in this workspace" in answer.words
    street.install(street.first)
    assert "not installed in this workspace" in street.endpoint.command("/partner", "list", team="T0SECOND").words
    assert "not installed" not in street.endpoint.command("/partner", "list", team="T0TEND").words


def test_slack_can_verify_the_address_before_anyone_installed(street: Street) -> None:
    asked = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"})
    answer = street.endpoint.post(asked, kind="application/json")
    assert answer.status == 200
    assert "c-1" in answer.text
    assert street.endpoint.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize(
    ("how", "said"), [("stranger", "Only people from the organisation"), ("unknown", "deactivated")]
)
def test_somebody_of_the_other_workspace_is_refused(twins: Street, how: str, said: str) -> None:
    """With a signed request that names the one workspace and a person of the other."""
    twins.second.world.add_person("U7", "eve")
    if how == "stranger":
        twins.first.world.add_person("U7", "eve", team_id="T0SECOND", is_stranger=True)
    before = state(twins, twins.first)
    answer = twins.endpoint.command("/trust", "Acme Legal 1", team="T0TEND", user="U7")
    assert answer.status == 200
    assert said in answer.words
    after = state(twins, twins.first)
    assert {k: v for k, v in after.items() if k != "person"} == {k: v for k, v in before.items() if k != "person"}


def test_what_is_known_of_a_person_in_one_workspace_counts_for_nothing_in_the_other(twins: Street) -> None:
    """U2 is a member here and, by the same id, a guest there."""
    twins.first.command("U2", "/partner", "list", channel="C1")
    twins.second.world.add_person("U2", "guest", is_restricted=True)
    assert "Guests can't use Tend" in twins.endpoint.command("/partner", "list", team="T0SECOND", user="U2").words
    assert "Guests" not in twins.endpoint.command("/partner", "list", team="T0TEND", user="U2").words


def test_many_requests_at_once_are_each_answered_for_their_own(twins: Street) -> None:
    def ask(number: int) -> tuple[int, Any]:
        team = ("T0TEND", "T0SECOND")[number % 2]
        return number, twins.endpoint.command("/partner", "list", team=team, user="U1").words

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(40)))
    assert all((MARK in words) is bool(number % 2) for number, words in answers)
    for slack in (twins.first, twins.second):
        assert tokens(slack) == {slack.tokens.lasting()}


def test_a_pass_of_one_process_serves_both_with_their_own_tokens(twins: Street) -> None:
    twins.clock.now += timedelta(hours=1)
    assert run_all(twins.services, twins.clock.now).nudges == 2
    assert [len(nudges_of(slack, "U1")) for slack in (twins.first, twins.second)] == [1, 1]
