"""Fetching a file that somebody gave to Slack. The bot's token goes to Slack's own hosts, and nowhere else."""

import logging
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from slack_sdk import WebClient

from bot.errors import TendError
from bot.slack.client import TIMEOUT_SECONDS

log = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024
FILE_HOST = "files.slack.com"
TOO_LARGE = f"That file is larger than {MAX_BYTES // 1024**2} MB; bring it in in parts."
_CHUNK_BYTES = 256 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token to wherever it points."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def download_file(client: WebClient, file_id: str, api_url: str) -> tuple[str, bytes]:
    """A file's name and bytes, by its id: its address is asked of Slack, and taken from nobody else.

    Raises:
        TendError: it is too large, or Slack does not hand it out.
        slack_sdk.errors.SlackApiError, OSError: Slack is in trouble.
    """
    found = client.files_info(file=file_id).get("file") or {}
    name = str(found.get("name") or "file.csv")
    if int(found.get("size") or 0) > MAX_BYTES:
        raise TendError(TOO_LARGE)
    url = str(found.get("url_private_download") or "")
    if not is_slack_url(url, api_url):
        raise TendError("Slack keeps that file elsewhere, where Tend does not fetch it; upload the file itself.")
    return name, _download(url, client.token or "", is_local=urlsplit(url).hostname in ("127.0.0.1", "localhost"))


def is_slack_url(url: str, api_url: str) -> bool:
    """Whether an address is on Slack's host for files, or where another server stands in for Slack, on that one."""
    asked, api = urlsplit(url), urlsplit(api_url)
    if asked.scheme == "https" and asked.netloc == FILE_HOST:
        return True
    stands_in = api.hostname is not None and api.hostname not in ("slack.com", "www.slack.com")
    return stands_in and (asked.scheme, asked.netloc) == (api.scheme, api.netloc)


def _download(url: str, token: str, *, is_local: bool) -> bytes:
    proxy = (ProxyHandler({}),) if is_local else ()
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with build_opener(_NoRedirect, *proxy).open(request, timeout=TIMEOUT_SECONDS) as answer:
            if "text/html" in answer.headers.get("Content-Type", ""):
                # Slack's page to sign in: the token does not reach the file.
                raise TendError("Slack does not hand that file to Tend; install the app again with `files:read`.")
            parts, size = [], 0
            while part := answer.read(_CHUNK_BYTES):
                parts.append(part)
                size += len(part)
                if size > MAX_BYTES:
                    raise TendError(TOO_LARGE)
            return b"".join(parts)
    except HTTPError as error:
        if error.code >= 500 or error.code == 429:
            raise
        raise TendError("Slack does not hand that file to Tend; upload it again.") from error
    except HTTPException as error:
        raise OSError("the download broke off") from error
