"""The trust survey page behind a private link: one question to a contact at a partner. It shows no internal data.

GET does not consume the link, because link previews fetch it first. POST does.
"""

import logging
from collections.abc import Callable
from urllib.parse import parse_qsl

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions.reviews import trust_survey_answer
from bot.actions.reviews.trust_survey_answer import Invitation, LinkState
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.services import Services
from bot.signed_links import EMPTY_TICKET, SURVEY_PATH, SignedLinks, SurveyTicket
from bot.web.body import read_bytes
from bot.web.bulkhead import Bulkhead, Busy, Stopping
from bot.web.html import render_page
from storage.db.engine import OutcomeUnknown

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 100_000
MAX_FIELDS = 20
LEVELS = (("5", "fully"), ("4", "a lot"), ("3", "fairly"), ("2", "a little"), ("1", "hardly"))
INVALID_LINK_TITLE = "This link isn’t valid"
INVALID_LINK_TEXT = (
    "Part of the link may be missing; email apps sometimes break long links. "
    "Ask the person who sent it to you for a new one."
)


def trust_survey_routes(services: Services) -> list[Route]:
    """Return the survey routes. Without TEND_URL, every link is unknown."""
    handlers = _Handlers(services, services.links())

    async def look(request: Request) -> Response:
        ticket = handlers.ticket(request)
        return _invalid_page() if ticket == EMPTY_TICKET else await handlers.safely(ticket, handlers.look)

    async def answer(request: Request) -> Response:
        ticket = handlers.ticket(request)
        if ticket == EMPTY_TICKET:
            return _invalid_page()  # nothing of the body is read
        body = await read_bytes(request, MAX_BODY_BYTES)
        if body is None:
            return _text_page(
                "Your answer is too long",
                f"Please keep it under {MAX_TEXT_LENGTH:,} characters. Go back and shorten it.",
                413,
            )
        return await handlers.safely(ticket, handlers.answer, body)

    path = f"{SURVEY_PATH}/{{token}}"
    return [Route(path, look, methods=["GET"]), Route(path, answer, methods=["POST"])]


class _Handlers:
    def __init__(self, services: Services, links: SignedLinks | None) -> None:
        self._services, self._links = services, links
        self._bulkhead = Bulkhead(services)

    async def safely(self, ticket: SurveyTicket, do: Callable[..., Response], *args: object) -> Response:
        """Run a handler, and show a friendly page during shutdown or when the database is unavailable."""
        try:
            return await self._bulkhead.run(ticket.workspace_id, do, ticket, *args)
        except (Busy, Stopping):
            return _unavailable_page()
        except OutcomeUnknown as error:
            log.error("could not tell whether an answer was stored", exc_info=error)
            words = "Open the link again to see whether your answer has arrived."
            return _text_page("We’re not sure your answer arrived", words, 503)
        except (DBAPIError, PoolTimeout) as error:
            log.error("could not load a private link", exc_info=error)
            return _unavailable_page()

    def look(self, ticket: SurveyTicket) -> Response:
        """Show the form, or explain why the link is closed."""
        invitation = trust_survey_answer.find_invitation(self._services.engine, ticket, self._services.clock())
        return _form_page(invitation) if invitation.state == LinkState.OPEN else _closed_page(invitation)

    def ticket(self, request: Request) -> SurveyTicket:
        """Decode the link, without the database. EMPTY_TICKET if we made none with this token."""
        return EMPTY_TICKET if self._links is None else self._links.read(str(request.path_params["token"]))

    def answer(self, ticket: SurveyTicket, body: bytes) -> Response:
        """Store the answer and say thanks, show the form again with errors, or explain why the link is closed."""
        form = _parse_form(body.decode("utf-8", errors="replace"))
        level, words = form.get("level", ""), form.get("words", "")
        now = self._services.clock()
        try:
            invitation = trust_survey_answer.record_answer(self._services.engine, ticket, now, level, words)
        except FieldError as error:
            invitation = trust_survey_answer.find_invitation(self._services.engine, ticket, now)
            if invitation.state == LinkState.OPEN:
                return _form_page(invitation, level, words, {error.field: str(error)})
            return _closed_page(invitation)
        if invitation.state != LinkState.OPEN:
            return _closed_page(invitation)
        log.info("a trust survey was answered")
        return _text_page("Thank you", f"Your answer has gone to {_firm_name(invitation)}. You can close this page.")


def _parse_form(body: str) -> dict[str, str]:
    """Parse a form body, or return no fields if it is malformed."""
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}


def _form_page(
    invitation: Invitation, level: str = "", words: str = "", wrong: dict[str, str] | None = None
) -> Response:
    firm = _firm_name(invitation)
    return render_page(
        "their_view.html",
        422 if wrong else 200,
        title=f"{firm} would like {invitation.partner}’s view",
        asks=f"{_asker_name(invitation)} has one question for you.",
        goes=f"Only {firm} sees your answer, with your name. This link works once; please don’t forward it.",
        levels=LEVELS,
        level=level,
        words=words,
        wrong=wrong or {},
        longest=f"{MAX_TEXT_LENGTH:,}",
        most=MAX_TEXT_LENGTH,
    )


def _closed_page(invitation: Invitation) -> Response:
    ask = f"Ask {_asker_name(invitation)} for a new link if you’d like to say more."
    if invitation.state == LinkState.ANSWERED:
        return _text_page("Already answered", f"{_firm_name(invitation)} already has your answer. {ask}", 410)
    if invitation.state == LinkState.EXPIRED:
        return _text_page(
            "This link has expired", f"It was valid for 30 days. Ask {_asker_name(invitation)} for a new one.", 410
        )
    if invitation.state == LinkState.WITHDRAWN:
        return _text_page(
            "This link was withdrawn", f"It can no longer be answered. Ask {_asker_name(invitation)} about it.", 410
        )
    return _invalid_page()


def _invalid_page() -> Response:
    return _text_page(INVALID_LINK_TITLE, INVALID_LINK_TEXT, 404)


def _firm_name(invitation: Invitation) -> str:
    return invitation.firm or "your partner"


def _asker_name(invitation: Invitation) -> str:
    return f"{invitation.asker} of {_firm_name(invitation)}" if invitation.asker else _firm_name(invitation)


def _unavailable_page() -> Response:
    return _text_page(
        "Temporarily unavailable",
        "We can’t load this page right now. Your link still works: try again in a minute.",
        503,
    )


def _text_page(title: str, words: str, status: int = 200) -> Response:
    return render_page("told.html", status, title=title, words=words)
