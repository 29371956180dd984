"""Ask a Tend on this machine how it is."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

LIVE = {"ok": True, "app": "tend"}
"""The response of `/livez`: nothing is asked, so it says only that this process answers, and whose it is."""
TIMEOUT_SECONDS = 5
LOOPBACKS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def ask(host: str, port: int, path: str) -> tuple[int, Any] | None:
    """Return the status and the JSON of a path, or None if nothing or something else than HTTP answers there.

    No proxy is asked. An address that means every address is asked on the loopback one.
    """
    connection = HTTPConnection(LOOPBACKS.get(host, host), port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, _json(response.read(10_000))
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
