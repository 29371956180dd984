"""What the pages behind private links share: turns, forms, and the pages that say why a link is closed."""

import logging
from collections.abc import Callable
from urllib.parse import parse_qsl

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import Response

from bot.actions.reviews.invitations import Invitation, LinkState
from bot.services import Services
from bot.web.bulkhead import Bulkhead, Busy, Stopping
from bot.web.html import render_page
from storage.db.engine import OutcomeUnknown

log = logging.getLogger(__name__)

MAX_FIELDS = 20
INVALID_LINK_TITLE = "This link isn’t valid"
INVALID_LINK_TEXT = (
    "Part of the link may be missing; email apps sometimes break long links. "
    "Ask the person who sent it to you for a new one."
)


class PrivateDoor:
    """Run what a link's holder asks for, in the turn of their workspace."""

    def __init__(self, services: Services, unsure_title: str, unsure_text: str) -> None:
        self._bulkhead = Bulkhead(services)
        self._unsure = (unsure_title, unsure_text)

    async def run(self, workspace_id: int, do: Callable[..., Response], *args: object) -> Response:
        """Run a handler, and show a friendly page during shutdown or when the database is unavailable."""
        try:
            return await self._bulkhead.run(workspace_id, do, *args)
        except (Busy, Stopping):
            return _unavailable_page()
        except OutcomeUnknown as error:
            log.error("could not tell whether what came by a private link was stored", exc_info=error)
            return text_page(*self._unsure, 503)
        except (DBAPIError, PoolTimeout) as error:
            log.error("could not load a private link", exc_info=error)
            return _unavailable_page()


def parse_form(body: str) -> dict[str, str]:
    """Parse a form body, or return no fields if it is malformed."""
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}


def closed_page(invitation: Invitation, used: str) -> Response:
    """Say why a link can no longer be `used`."""
    if invitation.state == LinkState.EXPIRED:
        return text_page(
            "This link has expired", f"It was valid for 30 days. Ask {asker_name(invitation)} for a new one.", 410
        )
    if invitation.state == LinkState.WITHDRAWN:
        return text_page(
            "This link was withdrawn", f"It can no longer be {used}. Ask {asker_name(invitation)} about it.", 410
        )
    return invalid_page()


def invalid_page() -> Response:
    """Say the same of every link that is unknown."""
    return text_page(INVALID_LINK_TITLE, INVALID_LINK_TEXT, 404)


def firm_name(invitation: Invitation) -> str:
    return invitation.firm or "your partner"


def asker_name(invitation: Invitation) -> str:
    return f"{invitation.asker} of {firm_name(invitation)}" if invitation.asker else firm_name(invitation)


def text_page(title: str, words: str, status: int = 200) -> Response:
    return render_page("told.html", status, title=title, words=words)


def _unavailable_page() -> Response:
    return text_page(
        "Temporarily unavailable",
        "We can’t load this page right now. Your link still works: try again in a minute.",
        503,
    )
