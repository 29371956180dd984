"""Each program that is shipped starts and is used, where nothing but requirements.txt and the wheel is installed."""

import json
import re
import smtplib
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from bot.fake_slack import FakeSlack
from tests.patience import PATIENCE
from tests.shipped.place import Place, until
from tests.slack.street import CLIENT_ID, CLIENT_SECRET, KEY, Browser, distribute
from tests.web.conftest import unused_port
from tests.web.endpoint import Endpoint
from tests.web.processes import ROOT

GOLDEN = ROOT / "tests" / "golden"
DAY = "2026-11-22"
PROGRAMS = {
    *("demo", "run", "web", "worker", "tick", "import", "export", "score", "forecast", "nudges", "digest", "settings"),
    *(
        "backtest",
        "mail",
        "mcp",
        "crm",
        "token",
        "doctor",
        "health",
        "manifest",
        "migrate",
        "purge",
        "key",
        "backup",
        "restore",
        "webhook",
        "workspaces",
    ),
}
BY_OAUTH = {
    "SLACK_BOT_TOKEN": "",
    "SLACK_APP_TOKEN": "",
    "SLACK_CLIENT_ID": CLIENT_ID,
    "SLACK_CLIENT_SECRET": CLIENT_SECRET,
    "TEND_TOKEN_KEY": KEY,
}


@pytest.fixture
def filled(place: Place) -> Place:
    """With the worked cases imported."""
    for kind in ("partners", "activities", "trust"):
        assert " 0 rejected" in place.tend("import", kind, GOLDEN / f"{kind}.csv")
    return place


def test_every_program_has_help(place: Place) -> None:
    """And is used below."""
    names = re.findall(r"^  ([a-z]+)  ", place.tend("--help").partition("Commands")[2], re.MULTILINE)
    assert set(names) == PROGRAMS
    for name in names:
        assert f"tend {name}" in place.tend(name, "--help")


def test_demo(place: Place) -> None:
    with place.started("demo") as process:
        assert process.stdout
        url = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert url
        with urllib.request.urlopen(url[0], timeout=60) as page:
            assert b"Acme Legal" in page.read()
    (place.folder / "tour.txt").write_text(f"at {DAY}T14:00Z\n/trust Acme Legal 5\n")
    assert "your trust in *Acme Legal* is 5 of 5" in place.tend("demo", "--script", "tour.txt")


def test_run(filled: Place, slack: FakeSlack) -> None:
    """Over a socket; a picture is drawn too."""
    with filled.started("run") as process:
        assert process.stdout
        assert "running" in process.stdout.readline()
        seen = slack.command("U1", "/partner", "list", channel="C1")
        assert seen.error is None
        assert "Partner 0000" in "".join(message.visible_text for message in seen.ephemerals)
        review = slack.command("U1", "/partner", "review all", channel="C1").ephemerals[-1]
        assert slack.click("U1", review, "draw_portfolio").error is None
        until(lambda: slack.dm("U1"), process)
        (file,) = slack.dm("U1")[-1].files
        assert file.data is not None
        assert file.data.startswith(b"\x89PNG")


def test_web_with_one_token(filled: Place) -> None:
    """What is signed is answered, and what is not is refused."""
    with filled.web() as endpoint:
        assert "Partner 0000" in filled.listed()
        assert Endpoint(endpoint.port, "forged").command("/partner", "list").status == 401


def test_web_by_oauth(place: Place, slack: FakeSlack) -> None:
    """From installing to a signed command that is answered; then `tick`, `worker` and the key of the tokens."""
    distribute(slack)
    with place.web(**BY_OAUTH) as endpoint:
        browser = Browser(endpoint.port)
        begun = browser.get("/slack/install")
        assert begun.status == 302
        assert browser.back(slack.approve(begun.to, "U1")).status == 200
        assert "no partners" in endpoint.command("/partner", "list").words.casefold()
    assert place.tend("tick", **BY_OAUTH) == "nudges sent: 0, digests sent: 0\n"
    assert "1 installation" in place.tend("key", "--relock", **BY_OAUTH)
    works(place, **BY_OAUTH)


def works(place: Place, **variables: str) -> None:
    """The worker ticks, and says that it is well on the port for whoever watches."""
    port = unused_port()
    with place.started("worker", METRICS_PORT=str(port), **variables) as process:
        assert process.stdout
        assert "worker is running" in process.stdout.readline()
        watch = Endpoint(port, "")
        until(lambda: watch.ask("GET", "/healthz").status == 200, process)
        assert "tend_" in watch.ask("GET", "/metrics").text
        assert '"ok": true' in place.tend("health", METRICS_PORT=str(port), **variables)


def test_worker_and_tick(filled: Place, slack: FakeSlack) -> None:
    """A digest is posted on the first Monday after its channel was set."""
    filled.tend("settings", "digest_channel", "C1")
    now = datetime.now(UTC)
    monday = now + timedelta(days=7 - now.weekday())
    assert "digests sent: 1" in filled.tend("tick", "--now", f"{monday:%Y-%m-%d}T10:05Z")
    assert slack.channel("C1")
    works(filled)


def test_what_looks_at_the_data(filled: Place, slack: FakeSlack) -> None:
    assert len(json.loads(filled.tend("score", "--as-of", DAY, "--json"))) == 40
    for command in ("score", "forecast", "nudges", "digest"):
        assert filled.tend(command, "--as-of", "yesterday").strip()
        assert filled.tend(command, "--as-of", "2 weeks ago").strip()
    assert json.loads(filled.tend("backtest", "--months", "6", "--json"))
    filled.tend("settings", "timezone", "Europe/Berlin")
    filled.tend("settings", "digest_channel", "C1")
    assert "timezone = Europe/Berlin" in filled.tend("settings")
    assert all(line.startswith("✓ ") for line in filled.tend("doctor").splitlines())


def test_what_needs_no_data(place: Place) -> None:
    assert "now at the latest version" in place.tend("migrate")
    assert "already at the latest version" in place.tend("migrate")
    assert "settings" in json.loads(place.tend("manifest"))
    assert "oauth_config" in json.loads(place.tend("manifest", "--url", "https://tend.example.com"))
    assert len(place.tend("key").strip()) == 44
    assert "nothing to purge" in place.tend("purge")


def test_a_program_gets_a_token_and_asks(filled: Place) -> None:
    """`tend mcp` opens for it, and ends when nobody speaks."""
    token = filled.tend("token", "create", "CRM").strip()
    assert "CRM" in filled.tend("token", "list")
    filled.ran([filled.programs / "tend", "mcp"], TEND_TOKEN=token)
    assert "can no longer" in filled.tend("token", "revoke", "CRM")


def test_a_crm_needs_its_client(place: Place) -> None:
    """Which is no part of what is installed for everybody; without it one line says what to do."""
    assert place.tend("crm", "list") == ""
    done = subprocess.run(
        [place.programs / "tend", "crm", "add", "hubspot"],
        env=place.environment | {"TEND_TOKEN_KEY": KEY}, cwd=place.folder, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "requirements-crm.txt" in done.stderr


def test_mail(filled: Place) -> None:
    """It takes a mail, and says nothing of it."""
    host = {"TEND_MAIL_HOST": "tend.example"}
    address = filled.tend("mail", "address", "U024BE7LH", **host).strip()
    assert address.endswith("@tend.example")
    with filled.started("mail", "--port", "0", **host) as process:
        assert process.stdout
        port = re.search(r"port (\d+)", process.stdout.readline())
        assert port
        with smtplib.SMTP("127.0.0.1", int(port[1]), timeout=PATIENCE) as client:
            client.sendmail("ana@us.example", [address], "From: ana@us.example\nTo: jane@acme.example\n\nHello")


def test_what_takes_data_out_and_in(filled: Place) -> None:
    """A copy and an export hold the very same."""
    scores = filled.tend("score", "--as-of", DAY, "--json")
    filled.tend("backup", "copy.db")
    assert "Saved" in filled.tend("backup", ".", "--keep", "2")
    filled.tend("export", "everything")
    filled.tend("restore", "copy.db", DATABASE_URL="sqlite:///restored.db")
    filled.tend("import", "everything", "everything", DATABASE_URL="sqlite:///imported.db")
    for database in ("restored", "imported"):
        assert filled.tend("score", "--as-of", DAY, "--json", DATABASE_URL=f"sqlite:///{database}.db") == scores
