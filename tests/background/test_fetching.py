"""Where the bot's token may go, and what is fetched with it."""

import pytest
from slack_sdk import WebClient

from bot.errors import TendError
from bot.slack.download import MAX_BYTES, download_file, is_slack_url
from tests.listeners.office import STEVE, Office

SLACK, LOCAL = "https://slack.com/api/", "http://127.0.0.1:9000/api/"


@pytest.mark.parametrize(
    ("url", "api", "may"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.csv", SLACK, True),
        ("http://files.slack.com/files-pri/T1-F1/download/a.csv", SLACK, False),
        ("https://files.slack.com.evil.example/a.csv", SLACK, False),
        ("https://files.slack.com@evil.example/a.csv", SLACK, False),
        ("https://files.slack.com:444/a.csv", SLACK, False),
        ("https://drive.example.com/a.csv", SLACK, False),
        ("https://slack.com/a.csv", SLACK, False),
        ("", SLACK, False),
        ("http://127.0.0.1:9000/files-pri/F1", LOCAL, True),
        ("http://127.0.0.1:9001/files-pri/F1", LOCAL, False),
    ],
)
def test_the_token_goes_to_slacks_own_host_for_files_only(url: str, api: str, may: bool) -> None:
    assert is_slack_url(url, api) is may


def test_a_file_is_fetched_with_the_token_and_never_without(office: Office) -> None:
    file = office.slack.upload(STEVE, "a.csv", b"Company\n")
    client = office.services.workspaces.client(office.services.workspaces.teams()[0])
    assert download_file(client, file["id"], office.settings.slack_api_url) == ("a.csv", b"Company\n")
    wrong = WebClient(token=client.token, base_url=client.base_url)
    info = wrong.files_info(file=file["id"])
    wrong.files_info = lambda **_: info  # type: ignore[method-assign]
    wrong.token = "xoxb-guessed"
    with pytest.raises(TendError, match="doesn't let Tend read that file"):
        download_file(wrong, file["id"], office.settings.slack_api_url)


def test_too_large_a_file_is_refused_before_it_is_fetched(office: Office) -> None:
    file = office.slack.upload(STEVE, "a.csv", b"x" * (MAX_BYTES + 1))
    client = office.services.workspaces.client(office.services.workspaces.teams()[0])
    with pytest.raises(TendError, match="larger than 20 MB"):
        download_file(client, file["id"], office.settings.slack_api_url)
    assert not [call for call in office.slack.world.calls if call.method == "download"]
