"""The trust survey page behind a private link: one question to a contact at a partner. It shows no internal data.

GET does not consume the link, because link previews fetch it first. POST does.
"""

import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions.reviews import trust_survey_answer
from bot.actions.reviews.invitations import Invitation, LinkState
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.services import Services
from bot.signed_links import EMPTY_TICKET, SURVEY_PATH, SignedLinks, SurveyTicket
from bot.web.body import read_bytes
from bot.web.html import render_page
from bot.web.private_link import PrivateDoor, asker_name, closed_page, firm_name, invalid_page, parse_form, text_page

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 100_000
LEVELS = (("5", "fully"), ("4", "a lot"), ("3", "fairly"), ("2", "a little"), ("1", "hardly"))
UNSURE_TITLE = "We’re not sure your answer arrived"
UNSURE_TEXT = "Open the link again to see whether your answer has arrived."


def trust_survey_routes(services: Services) -> list[Route]:
    """Return the survey routes. Without TEND_URL, every link is unknown."""
    handlers = _Handlers(services, services.links())

    async def look(request: Request) -> Response:
        ticket = handlers.ticket(request)
        return invalid_page() if ticket == EMPTY_TICKET else await handlers.safely(ticket, handlers.look)

    async def answer(request: Request) -> Response:
        ticket = handlers.ticket(request)
        if ticket == EMPTY_TICKET:
            return invalid_page()  # nothing of the body is read
        body = await read_bytes(request, MAX_BODY_BYTES)
        if body is None:
            return text_page(
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
        self._door = PrivateDoor(services, UNSURE_TITLE, UNSURE_TEXT)

    async def safely(self, ticket: SurveyTicket, do: Callable[..., Response], *args: object) -> Response:
        """Run a handler, or show why that can't be done now."""
        return await self._door.run(ticket.workspace_id, do, ticket, *args)

    def look(self, ticket: SurveyTicket) -> Response:
        """Show the form, or explain why the link is closed."""
        invitation = trust_survey_answer.find_invitation(self._services.engine, ticket, self._services.clock())
        return _form_page(invitation) if invitation.state == LinkState.OPEN else _closed_page(invitation)

    def ticket(self, request: Request) -> SurveyTicket:
        """Decode the link, without the database. EMPTY_TICKET if we made none with this token."""
        return EMPTY_TICKET if self._links is None else self._links.read(str(request.path_params["token"]))

    def answer(self, ticket: SurveyTicket, body: bytes) -> Response:
        """Store the answer and say thanks, show the form again with errors, or explain why the link is closed."""
        form = parse_form(body.decode("utf-8", errors="replace"))
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
        return text_page("Thank you", f"Your answer has gone to {firm_name(invitation)}. You can close this page.")


def _form_page(
    invitation: Invitation, level: str = "", words: str = "", wrong: dict[str, str] | None = None
) -> Response:
    firm = firm_name(invitation)
    return render_page(
        "their_view.html",
        422 if wrong else 200,
        title=f"{firm} would like {invitation.partner}’s view",
        asks=f"{asker_name(invitation)} has one question for you.",
        goes=f"Only {firm} sees your answer, with your name. This link works once; please don’t forward it.",
        levels=LEVELS,
        level=level,
        words=words,
        wrong=wrong or {},
        longest=f"{MAX_TEXT_LENGTH:,}",
        most=MAX_TEXT_LENGTH,
    )


def _closed_page(invitation: Invitation) -> Response:
    if invitation.state == LinkState.ANSWERED:
        ask = f"Ask {asker_name(invitation)} for a new link if you’d like to say more."
        return text_page("Already answered", f"{firm_name(invitation)} already has your answer. {ask}", 410)
    return closed_page(invitation, "answered")
