"""`tend web`, `tend run` and `tend worker` as processes of their own: how they start, serve and stop."""

import signal

import pytest

from tests.notifications.office import Office
from tests.patience import PATIENCE
from tests.web.endpoint import Endpoint
from tests.web.processes import rated, started, stopped, until_well

pytestmark = pytest.mark.slow


def test_tend_web_answers_commands_and_stops_when_told(office: Office, environment: dict[str, str]) -> None:
    with started("web", environment) as process:
        endpoint = Endpoint(int(environment["PORT"]), "stand-in-secret")
        until_well(endpoint, process)
        answer = endpoint.command("/trust", "Acme Legal 4")
        assert (answer.status, rated(office)) == (200, 1)
        assert Endpoint(endpoint.port, "forged").command("/trust", "Acme Legal 5").status == 401
        stopped(process)
        assert process.returncode == 0
        assert "Traceback" not in process.communicate()[1]
    assert rated(office) == 1


def test_tend_run_answers_over_a_socket_ticks_and_stops_when_told(office: Office, environment: dict[str, str]) -> None:
    with started("run", environment) as process:
        assert process.stdout is not None
        assert "running" in process.stdout.readline()
        seen = office.slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
        assert (seen.error, rated(office)) == (None, 1)
        stopped(process, signal.SIGINT)
        assert process.returncode == 0


@pytest.mark.parametrize("kind", ["503", "drop", "internal_error"])
def test_tend_run_waits_for_a_slack_that_is_away_at_the_start(
    office: Office, environment: dict[str, str], kind: str
) -> None:
    """Each state is logged once; then it serves as ever."""
    office.slack.world.faults.add("auth.test", kind, times=2)
    office.slack.world.faults.add("apps.connections.open", kind, times=2)
    with started("run", environment) as process:
        assert process.stdout is not None
        assert "running" in process.stdout.readline()
        seen = office.slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
        assert (seen.error, rated(office)) == (None, 1)
        stopped(process)
        lines = process.communicate()[1].splitlines()
    assert process.returncode == 0
    assert [line.partition("startup: ")[2].partition(",")[0] for line in lines] == [
        "waiting for Slack", "Slack can be reached", "waiting for Slack", "Slack can be reached",
    ], lines  # fmt: skip


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_tend_worker_stops_when_told(environment: dict[str, str], sign: signal.Signals) -> None:
    with started("worker", environment) as process:
        assert process.stdout is not None
        assert "worker is running" in process.stdout.readline()
        stopped(process, sign)
        assert process.returncode == 0


def test_tend_web_stops_when_its_terminal_closes(environment: dict[str, str]) -> None:
    with started("web", environment) as process:
        until_well(Endpoint(int(environment["PORT"]), "stand-in-secret"), process)
        stopped(process, signal.SIGHUP)
        assert process.returncode == 0


def test_under_nohup_a_terminal_that_closes_stops_nothing(environment: dict[str, str]) -> None:
    """It then begins with the signal ignored, as a child does whose parent ignores it."""
    usual = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with started("web", environment) as process:
            endpoint = Endpoint(int(environment["PORT"]), "stand-in-secret")
            until_well(endpoint, process)
            process.send_signal(signal.SIGHUP)
            assert endpoint.command("/trust", "Acme Legal 4").status == 200
            assert process.poll() is None
            stopped(process)
            assert process.returncode == 0
    finally:
        signal.signal(signal.SIGHUP, usual)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong-4711"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xapp-4711"}, "which belongs in SLACK_APP_TOKEN"),
        ({"PORT": "http"}, "PORT"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_start_with_one_line(
    environment: dict[str, str], changed: dict[str, str], said: str
) -> None:
    with started("web", environment | changed) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err
    assert "4711" not in err


def test_an_app_token_that_slack_refuses_stops_the_start_with_one_line(environment: dict[str, str]) -> None:
    with started("run", environment | {"SLACK_APP_TOKEN": "xapp-4711"}) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "")
    advice = "copy it from Slack app ▸ Basic Information ▸ App-Level Tokens"
    assert err == f"tend: SLACK_APP_TOKEN: Slack does not accept it (invalid_auth); {advice}.\n"
