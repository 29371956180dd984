"""Download files from Slack. The bot's token is sent to Slack's own hosts only."""

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
TOO_LARGE = f"That file is larger than {MAX_BYTES // 1024**2} MB. Split it and import the parts."
_CHUNK_BYTES = 256 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """Refuse redirects, which would send the token to another host."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def download_file(client: WebClient, file_id: str, api_url: str) -> tuple[str, bytes]:
    """Return a file's name and content. The URL comes from Slack, never from user input.

    Raises:
        TendError: the file is too large, or Slack refuses access to it.
        slack_sdk.errors.SlackApiError, OSError: Slack failed.
    """
    file = client.files_info(file=file_id).get("file") or {}
    name = str(file.get("name") or "file.csv")
    if int(file.get("size") or 0) > MAX_BYTES:
        raise TendError(TOO_LARGE)
    url = str(file.get("url_private_download") or "")
    if not is_slack_url(url, api_url):
        raise TendError("That file is stored outside Slack, so Tend can't read it. Upload the file itself.")
    return name, _download(url, client.token or "", is_local=urlsplit(url).hostname in ("127.0.0.1", "localhost"))


def is_slack_url(url: str, api_url: str) -> bool:
    """Return whether a URL is on Slack's file host, or on the server that SLACK_API_URL names instead of Slack."""
    parts, api = urlsplit(url), urlsplit(api_url)
    if parts.scheme == "https" and parts.netloc == FILE_HOST:
        return True
    is_replaced = api.hostname is not None and api.hostname not in ("slack.com", "www.slack.com")
    return is_replaced and (parts.scheme, parts.netloc) == (api.scheme, api.netloc)


def _download(url: str, token: str, *, is_local: bool) -> bytes:
    proxy = (ProxyHandler({}),) if is_local else ()
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with build_opener(_NoRedirect, *proxy).open(request, timeout=TIMEOUT_SECONDS) as answer:
            if "text/html" in answer.headers.get("Content-Type", ""):
                # Slack's sign-in page: the token has no access to the file.
                raise TendError("Slack doesn't let Tend read that file. Reinstall the app with `files:read`.")
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
        raise TendError("Slack doesn't let Tend read that file. Upload it again.") from error
    except HTTPException as error:
        raise OSError("the download was interrupted") from error
