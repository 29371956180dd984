"""The log holds no secret and nothing that people wrote, whatever goes wrong and however much is logged."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.config import Settings
from bot.fake_slack import HttpConnection
from bot.process.log_config import (
    JsonFormatter,
    PlainFormatter,
    SecretRedactor,
    collect_secrets,
    format_exception_safely,
)
from tests.notifications.office import Office
from tests.patience import PATIENCE, until
from tests.web.endpoint import Endpoint
from tests.web.processes import started, stopped, until_well

# Words that stand nowhere in the code, in every place where people write.
NOTES = [
    "zyzzyva over lunch",
    'they said "quixotry" \\ and {0} %s %(message)s',
    "flapdoodle\nand a second line",
    "lollygag — ünïcode 🐘",
    "my token is xoxb-4711-gardyloo-key",
]
PARTNERS = ["Cattywampus Ltd", "Ünderwriters & Söhne"]
LEADS = ["Bumfuzzle Brothers", "Xertz GmbH"]
WRITTEN = [
    "zyzzyva",
    "quixotry",
    "flapdoodle",
    "lollygag",
    "gardyloo",
    "cattywampus",
    "nderwriters",
    "bumfuzzle",
    "xertz",
]
SECRETS = ["stand-in-secret", "xoxb-stand-in", "xapp-stand-in", "4711"]

# Every way to fail that a test can't bring about from outside.
BROKEN = """
import bot.actions.activity.record as record, bot.app as app, bot.notifications.send as sending
from bot.cli import main
recorded = record.put
def put(session, caller, request, **more):
    note = getattr(request, "note", None) or ""
    if "zyzzyva" in note:
        int(note)
    if "flapdoodle" in note:
        raise KeyError({"note": note, "partner": request.partner})
    return recorded(session, caller, request, **more)
record.put = put
message_of = app.message_for
def message_for(error):
    if isinstance(error, KeyError):
        raise RuntimeError(str(error))
    return message_of(error)
app.message_for = message_for
posted = sending.post_message
def post_message(client, channel, token, payload):
    raise RuntimeError(str(payload))
sending.post_message = post_message
"""
CARELESS = """
import logging, bot.cli.setup as setup
named = setup.configure_logging
setup.configure_logging = lambda settings: logging.basicConfig(level="DEBUG")
"""


@contextmanager
def logged(name: str, environment: dict[str, str], code: str, folder: Path) -> Iterator[tuple[Any, Path]]:
    """A process whose standard output and error go to one file."""
    said = folder / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen([sys.executable, "-c", code, name], env=environment, stdout=file, stderr=file)
        try:
            yield process, said
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def a_day(office: Office) -> None:
    """Commands, forms and a button, well and badly meant, while Slack and the database fail in every way."""
    slack, faults = office.slack, office.slack.world.faults

    def asks(command: str, words: str) -> Any:
        return slack.command("U1", command, words, channel="C1")

    for partner, lead in zip(PARTNERS, LEADS, strict=True):
        asks("/partner", f'add "{partner}"')
        asks("/referral", f"from {partner} {lead} 5k won")
        asks("/event", f"{partner} {lead} fair")
        asks("/trust", f"{partner} 4 {NOTES[0]}")
        for note in NOTES:
            asks("/touch", f"{partner} call {note} next: {note} by friday")
        for verb in ("show", "explain", "history", "review"):
            asks("/partner", f"{verb} {partner}")
    asks("/trust", f"{PARTNERS[0]} 9 {NOTES[0]}")
    asks("/trust", f"{LEADS[0]} 3")
    form = asks("/touch", "")
    slack.submit("U1", form.view, {"partner": PARTNERS[0], "note": NOTES[1]})
    form = asks("/touch", "")
    slack.submit("U1", form.view, {"partner": PARTNERS[1], "note": NOTES[2], "step": NOTES[3]})
    slack.open_home("U1")
    for kind in ("500", "429", "drop", "invalid_blocks", "invalid_auth"):
        faults.add("*", kind, times=6)
        asks("/touch", "")
        asks("/touch", f"{PARTNERS[1]} call {NOTES[3]}")
        slack.open_home("U1")
        faults.clear()
    with office.engine.begin() as connection:
        connection.execute(text("ALTER TABLE next_step RENAME TO gone"))
    asks("/touch", f"{PARTNERS[0]} call {NOTES[1]} next: {NOTES[3]} by friday")
    with office.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO next_step"))


def the_log_of_a_day(name: str, office: Office, environment: dict[str, str], code: str, folder: Path) -> str:
    office.settle(nudge_hour="0", quiet_hour="24", working_days="mon-sun", timezone="UTC")
    with logged(name, environment | {"LOG_LEVEL": "DEBUG"}, code + "main()\n", folder) as (process, said):
        if name == "web":
            endpoint = Endpoint(int(environment["PORT"]), "stand-in-secret")
            until_well(endpoint, process)
            office.slack.link = HttpConnection(endpoint.url, "stand-in-secret")
        else:
            until(lambda: "running" in said.read_text() or process.poll() is not None)
            assert process.poll() is None, said.read_text()
        a_day(office)
        stopped(process)
        return said.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "shape"), [("web", "json"), ("run", "text")])
def test_after_a_day_of_troubles_no_secret_and_no_word_of_anybody_stands_in_the_log(
    office: Office, environment: dict[str, str], tmp_path: Path, name: str, shape: str
) -> None:
    said = the_log_of_a_day(name, office, environment | {"LOG_FORMAT": shape}, BROKEN, tmp_path)
    assert "reference" in said
    assert "ValueError" in said
    assert "KeyError" in said
    assert "OperationalError" in said
    for word in (*WRITTEN, *SECRETS):
        assert word not in said.casefold(), said[max(said.casefold().find(word) - 500, 0) :][:700]
    if shape == "json":
        lines = [json.loads(line) for line in said.splitlines()]
        assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
        assert any(line.get("workspace") == 1 and line.get("reference") for line in lines)
    else:
        assert "delivery 1 is not out: Tend failed" in said


@pytest.mark.slow
def test_a_careless_log_would_hold_them(office: Office, environment: dict[str, str], tmp_path: Path) -> None:
    """So that the test above can fail."""
    said = the_log_of_a_day("run", office, environment, BROKEN + CARELESS, tmp_path).casefold()
    assert {word for word in WRITTEN if word in said} == set(WRITTEN)


@pytest.mark.slow
def test_a_database_password_is_not_logged(environment: dict[str, str]) -> None:
    url = "postgresql://ana:hunter%402hunter@127.0.0.1:1/tend?connect_timeout=2"
    with started("worker", environment | {"DATABASE_URL": url, "LOG_LEVEL": "DEBUG"}) as process:
        assert process.stderr
        said = ""
        while "waiting for the database" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.terminate()
        told, more = process.communicate(timeout=PATIENCE)
    assert "hunter" not in said + told + more


# -- what is hidden


@pytest.fixture
def hide() -> SecretRedactor:
    settings = Settings(
        slack_bot_token="xoxb-1-2-abc",
        slack_app_token="xapp-1-A-2-def",
        slack_signing_secret="0123456789abcdef0123456789abcdef",
        database_url="postgresql://ana:pass%2Fwörd1@db.example.com/tend",
    )
    return SecretRedactor(collect_secrets(settings))


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1-2-abc",
        "xoxb-99-88-AbCd",
        "xoxp-99-88-AbCd",
        "xoxe.xoxb-1-MabC",
        "xoxe-1-MabC",
        "xapp-1-A-2-def",
        "0123456789abcdef0123456789abcdef",
        "pass/wörd1",
        "pass%2Fw%C3%B6rd1",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(hide: SecretRedactor, secret: str) -> None:
    for shape in ("{}", "token={}&x", "Bearer {}", '{{"token": "{}"}}', "({})", "a\n{}\nb"):
        hidden = hide(shape.format(secret))
        assert secret not in hidden
        assert secret[-4:] not in hidden.replace("(hidden)", "")


def test_passwords_of_any_address_are_hidden(hide: SecretRedactor) -> None:
    assert hide("at postgresql://eve:sesame@other/db") == "at postgresql://(hidden)@other/db"
    assert hide("at https://hooks.slack.com/commands/T1/2/three now") == "at https://hooks.slack.com/(hidden) now"


@pytest.mark.parametrize(
    "said", ["nothing secret", "12:30 at http://127.0.0.1:8080/x", "ana@example.com", "xox", "T0TEND"]
)
def test_what_is_no_secret_stands_as_it_is(hide: SecretRedactor, said: str) -> None:
    assert hide(said) == said


def caught(do: Callable[[], object]) -> BaseException:
    try:
        do()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def _fail(error: BaseException) -> None:
    raise error


def refusal() -> SlackApiError:
    data = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["zyzzyva"]}}
    answer = SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
    )
    return SlackApiError("zyzzyva", answer)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError("zyzzyva"), "ValueError"),
        (KeyError("zyzzyva"), "KeyError"),
        (refusal(), "SlackApiError: invalid_blocks"),
        (
            IntegrityError("INSERT zyzzyva", None, Exception("UNIQUE constraint failed\nDETAIL:  Key (n)=(zyzzyva)")),
            "IntegrityError: Exception: UNIQUE constraint failed",
        ),
        (ConnectionRefusedError(111, "Connection refused", "zyzzyva"), "ConnectionRefusedError: Connection refused"),
        (OSError("zyzzyva"), "OSError"),
        (URLError(TimeoutError("timed out")), "URLError: timed out"),
        (ExceptionGroup("zyzzyva", [ValueError("zyzzyva")]), "ExceptionGroup"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_of_an_exception_the_place_is_told_and_no_text_of_people(error: BaseException, shown: str) -> None:
    error.add_note("zyzzyva")
    said = format_exception_safely(caught(lambda: _fail(error)))
    assert said.splitlines()[-1] == shown
    assert "in _fail" in said
    assert "zyzzyva" not in said.replace("INSERT zyzzyva", "")


def test_what_led_to_an_exception_is_told_too() -> None:
    def chained() -> None:
        try:
            int("zyzzyva")
        except ValueError as error:
            raise RuntimeError("zyzzyva") from error

    said = format_exception_safely(caught(chained))
    assert said.index("ValueError") < said.index("-- after --") < said.index("RuntimeError")
    assert "zyzzyva" not in said.replace('int("zyzzyva")', "").replace('RuntimeError("zyzzyva")', "")


@pytest.mark.parametrize("shape", [PlainFormatter, JsonFormatter])
def test_both_shapes_hide_in_message_arguments_and_exception(hide: SecretRedactor, shape: Any) -> None:
    error = caught(lambda: _fail(OSError(5, "xoxb-1-2-abc")))
    record = logging.LogRecord("bot", 40, "", 1, "of %s", ("xoxb-1-2-abc",), (type(error), error, None))
    said = shape(hide).format(record)
    assert "xoxb" not in said
    assert said.count("(hidden)") >= 2


@pytest.mark.parametrize("break_out", ["\n", "\r", "\x1b[2J", "\x9b2J", "\u2028", "\x85", "\ud800"])
def test_nobody_begins_a_line_of_the_log(break_out: str) -> None:
    record = logging.LogRecord("mail.log", logging.WARNING, "f", 1, "unrecognised: %s", (f"A{break_out}forged",), None)
    line = PlainFormatter(SecretRedactor()).format(record)
    assert line.isprintable()
    assert line.endswith("forged")
