"""A few requests in hand for each workspace, so that one that is busy leaves the others their share."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import BoltResponse

MAX_IN_HAND = 4
WAIT_SECONDS = 2.0
"""How long a request waits for its turn. Slack times out after three seconds."""
BUSY = "Tend is busy with other requests of your workspace. Nothing was recorded; try again in a moment."


@dataclass(slots=True)
class _Share:
    turns: asyncio.Semaphore
    users: int = field(default=0)


class FairShare:
    """Lets each workspace have `most` requests in hand. Belongs to one event loop."""

    def __init__(self, most: int = MAX_IN_HAND, seconds: float = WAIT_SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._shares: dict[str, _Share] = {}

    @asynccontextmanager
    async def turn(self, workspace: str) -> AsyncIterator[bool]:
        """Wait for a turn, first come first served. Yields False if that takes too long: do nothing then."""
        share = self._shares.setdefault(workspace, _Share(asyncio.Semaphore(self._most)))
        share.users += 1
        has_turn = False
        try:
            try:
                async with asyncio.timeout(self._seconds):
                    has_turn = await share.turns.acquire()
            except TimeoutError:
                pass
            yield has_turn
        finally:
            if has_turn:
                share.turns.release()
            share.users -= 1
            if not share.users:
                del self._shares[workspace]


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return the workspace that a signed payload names, else the person's home or the organisation, else nothing."""
    team, user, organisation = (
        part if isinstance(part := body.get(name), dict) else {} for name in ("team", "user", "enterprise")
    )
    named = (
        body.get("team_id"), team.get("id"), user.get("team_id"), body.get("enterprise_id"), organisation.get("id"),
    )  # fmt: skip
    return next((str(one) for one in named if one), "")


def busy_response(body: Mapping[str, Any]) -> BoltResponse:
    """Say that nothing was done, where the person can read it. Slack sends an event again after a 503."""
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": BUSY})
    if body.get("type") == "view_submission":
        blocks = (body.get("view") or {}).get("blocks") or []
        inputs = [block.get("block_id") for block in blocks if block.get("type") == "input"]
        if inputs:
            return _json({"response_action": "errors", "errors": {inputs[0]: BUSY}})
    return BoltResponse(status=503, headers={"retry-after": ["1"]}, body="")


def _json(payload: dict[str, Any]) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json; charset=utf-8"]}
    return BoltResponse(status=200, headers=headers, body=json.dumps(payload))
