"""Read the bodies of requests, with a bound on each and on all that are unfinished together."""

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MAX_NUMBER_LENGTH = 12
FREE_BYTES = 65_536
"""What a body may hold without counting: nearly all of them are smaller, and connections are limited in number."""
MAX_HELD_BYTES = 16_000_000


class BodyBudget:
    """Counts the bytes that larger bodies hold while they are read. Belongs to one event loop."""

    def __init__(self, most: int = MAX_HELD_BYTES) -> None:
        self._most = most
        self.held = 0

    def take(self, size: int) -> None:
        """Count more bytes, or raise HTTPException (503) if too many are held already."""
        if self.held + size > self._most:
            raise HTTPException(503, "too many requests at once", {"Retry-After": "5"})
        self.held += size

    def give_back(self, size: int) -> None:
        """Count bytes no more."""
        self.held -= size


def _budget_of(request: Request) -> BodyBudget:
    """Return what all bodies of the app share, made with the first of them."""
    state = request.app.state
    if not hasattr(state, "bodies"):
        state.bodies = BodyBudget()
    budget: BodyBudget = state.bodies
    return budget


async def read_bytes(request: Request, largest: int) -> bytes | None:
    """Read a body, or return None as soon as it is known to exceed `largest` bytes.

    Raises:
        HTTPException: unfinished bodies hold too much already (503), or the sender left (400).
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > MAX_NUMBER_LENGTH or int(length) > largest):
        return None
    budget = _budget_of(request)
    body, counted = bytearray(), 0
    try:
        async for chunk in request.stream():
            if len(body) + len(chunk) > largest:
                return None
            body += chunk
            if (more := len(body) - FREE_BYTES - counted) > 0:
                budget.take(more)
                counted += more
    except ClientDisconnect:
        raise HTTPException(400, "the request was not finished") from None
    finally:
        budget.give_back(counted)
    return bytes(body)
