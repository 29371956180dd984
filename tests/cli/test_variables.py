"""Settings from the environment, from `.env` and from files with secrets."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import env_file
from bot.config import FILE_VARIABLES, Settings, check_settings, read_settings
from bot.errors import ConfigurationError
from bot.process.log_config import collect_secrets

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s" * 32,
    "SLACK_CLIENT_SECRET": "c" * 32, "TEND_TOKEN_KEY": "key", "TEND_TOKEN": "tend_0123456789",
    "DATABASE_URL": "postgresql://u:p@host/db",
    "DATABASE_DIRECT_URL": "postgresql://u:p@direct/db",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_database_url(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")


def value_of(name: str) -> object:
    value = getattr(read_settings(), name.lower())
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


def test_a_file_in_the_working_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "\ufeff# Slack\nSLACK_BOT_TOKEN=xoxb-1\n\nexport PORT=3001\r\nlog_level = \n"
        "DATABASE_URL='postgresql://u:a$b #c@host/db'\nTEND_TOKEN_KEY=a=b#c\n".replace(
            "log_level = ", "log_level=debug"
        ),
        encoding="utf-8",
    )
    settings = read_settings()
    assert (settings.need("slack_bot_token"), settings.port, settings.log_level) == ("xoxb-1", 3001, "DEBUG")
    assert settings.database_url == "postgresql://u:a$b #c@host/db"
    assert settings.need("tend_token_key") == "a=b#c"


def test_the_environment_wins_even_if_it_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nSLACK_APP_TOKEN=xapp-file\nPORT=3001\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    assert value_of("SLACK_BOT_TOKEN") == "xoxb-environment"
    assert value_of("SLACK_APP_TOKEN") is None
    assert value_of("PORT") == 3001


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("SLACK_BOT_TOKEN", "should look like NAME=value"),
        ("SLACK_BOT_TOKEN = xoxb-hunter2", "should look like NAME=value"),
        ("SLACK_BOT_TOKEN= xoxb-hunter2", "a space after the equals sign"),
        ("SLACK_BOT_TOKEN=xoxb-hunter2 # ours", "a comment behind the value"),
        ("SLACK_BOT_TOKEN='xoxb-hunter2", "a quotation mark"),
        ('SLACK_BOT_TOKEN="xoxb-hunter2\\n"', "a quotation mark or a backslash"),
    ],
)
def test_a_line_that_others_may_read_otherwise_is_refused(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / ".env").write_text(f"# ours\n{line}\n")
    with pytest.raises(ConfigurationError) as caught:
        read_settings()
    assert str(caught.value).startswith(".env: line 2 ")
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True), st.from_regex(r"[!-&(-\[\]-~]{0,12}", fullmatch=True)
    )
)
def test_what_is_written_plainly_is_read_as_written(values: dict[str, str]) -> None:
    plain = {name: value for name, value in values.items() if value[:1] not in ("'", '"')}
    assert env_file.parse("".join(f"{name}={value}\n" for name, value in plain.items())) == plain


def test_the_files_variables_are_all_secrets() -> None:
    """Those whose type says so, and the database's addresses, which have a password."""
    secret = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert set(FILE_VARIABLES) == secret | {"DATABASE_URL", "DATABASE_DIRECT_URL"}


@pytest.mark.parametrize("name", FILE_VARIABLES)
def test_each_secret_may_be_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As Docker's and systemd's are. It is no less kept out of the log."""
    path = tmp_path / "secret"
    path.write_text(f"{GOOD[name]}\n")
    monkeypatch.setenv(f"{name}_FILE", str(path))
    assert value_of(name) == GOOD[name]
    if len(GOOD[name]) >= 6 and not name.startswith("DATABASE"):
        assert GOOD[name] in collect_secrets(read_settings())
    monkeypatch.setenv(name, GOOD[name])
    assert check_settings() == (None, [("", f"{name} and {name}_FILE are both set: keep one of them.")])


def test_a_variable_hides_the_file_that_the_other_file_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN_FILE=nowhere\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert value_of("SLACK_BOT_TOKEN") == "xoxb-1"


@pytest.mark.parametrize(
    ("content", "words"), [(None, "can't be read (No such file"), (" \n", "is empty"), (b"\xff", "no text")]
)
def test_a_file_that_holds_no_secret_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes | None, words: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(path))
    with pytest.raises(ConfigurationError) as caught:
        read_settings()
    assert str(caught.value).startswith("SLACK_BOT_TOKEN_FILE: ")
    assert words in str(caught.value)
