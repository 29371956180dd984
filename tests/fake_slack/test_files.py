"""Uploading files: three steps, each of which can be refused."""

from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack


def test_slacks_own_client_uploads_a_file_into_a_dm(slack: FakeSlack, client: WebClient) -> None:
    """It stands there as a message with the file, and the page shows it."""
    channel = client.conversations_open(users="U1")["channel"]["id"]
    done = client.files_upload_v2(
        channel=channel, file=b"PNG", filename="a.png", title="A", alt_txt="An A", initial_comment="Look"
    )
    (message,) = slack.dm("U1")
    (file,) = message.files
    assert (message.text, file.data, file.title, file.alt) == ("Look", b"PNG", "A", "An A")
    assert done["files"][0]["id"] == file.id
    history = client.conversations_history(channel=channel)["messages"]
    assert history[0]["files"][0]["alt_txt"] == "An A"
    with urlopen(Request(f"{slack.page_url}page/file/{file.id}")) as shown:
        assert (shown.read(), shown.headers["content-type"]) == (b"PNG", "image/png")


@pytest.mark.parametrize("where", ["U1", "#room", "C9"])
def test_a_file_goes_to_a_channels_id_only(client: WebClient, where: str) -> None:
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.files_upload_v2(channel=where, file=b"PNG", filename="a.png")


def test_what_was_not_sent_cannot_be_shared(client: WebClient) -> None:
    asked = client.files_getUploadURLExternal(filename="a.png", length=3)
    for id in (asked["file_id"], "F9"):
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_completeUploadExternal(files=[{"id": id}])


def test_the_bytes_are_as_many_as_was_said(slack: FakeSlack, client: WebClient) -> None:
    slack.world.faults.add("upload", "500")
    with pytest.raises(OSError, match="500"):
        client.files_upload_v2(file=b"PNG", filename="a.png")
    asked = client.files_getUploadURLExternal(filename="a.png", length=4)
    with pytest.raises(OSError, match="400"):
        urlopen(Request(asked["upload_url"], data=b"PNG"))


@pytest.mark.parametrize(
    "args", [{}, {"filename": "a"}, {"filename": "a", "length": "0"}, {"filename": "a", "length": "x"}]
)
def test_a_name_and_a_length_are_needed(client: WebClient, args: dict[str, str]) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.api_call("files.getUploadURLExternal", params=args)


def test_a_file_that_is_shared_nowhere_is_not_shown(slack: FakeSlack, client: WebClient) -> None:
    done = client.files_upload_v2(file=b"PNG", filename="a.png")
    with pytest.raises(OSError, match="404"):
        urlopen(f"{slack.page_url}page/file/{done['files'][0]['id']}")
