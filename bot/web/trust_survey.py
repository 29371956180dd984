"""The page behind a private link: one question to somebody at a partner, one answer, and nothing of ours.

Looking at it takes nothing from the link, since mail and chat programs look before people do; sending the form does.
"""

import logging
from collections.abc import Callable
from urllib.parse import parse_qsl

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions.reviews import trust_survey_answer
from bot.actions.reviews.trust_survey_answer import Invitation, LinkState
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.services import Services
from bot.signed_links import EMPTY_TICKET, SURVEY_PATH, SignedLinks, SurveyTicket
from bot.web.html import read_text, render_page
from storage.db.engine import OutcomeUnknown

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 100_000
MAX_FIELDS = 20
LEVELS = (("5", "fully"), ("4", "a lot"), ("3", "fairly"), ("2", "a little"), ("1", "hardly"))
INVALID_LINK_TITLE = "This link is not one of ours"
INVALID_LINK_TEXT = (
    "Perhaps a part of it was lost on the way: links are easily cut in two by a mail program. "
    "Ask whoever sent it to you for a new one."
)


def trust_survey_routes(services: Services) -> list[Route]:
    """Where a link leads. Without an address for people outside, no link was ever made, and every one is unknown."""
    desk = _Handlers(services, services.links())

    async def look(request: Request) -> Response:
        return await run_in_threadpool(desk.safely, desk.look, str(request.path_params["token"]))

    async def answer(request: Request) -> Response:
        body = await read_text(request, MAX_BODY_BYTES)
        if body is None:
            return _text_page(
                "That is too long",
                f"There is room for {MAX_TEXT_LENGTH:,} characters. Go back, and say it shorter.",
                413,
            )
        token = str(request.path_params["token"])
        return await run_in_threadpool(desk.safely, desk.answer, token, _parse_form(body))

    path = f"{SURVEY_PATH}/{{token}}"
    return [Route(path, look, methods=["GET"]), Route(path, answer, methods=["POST"])]


class _Handlers:
    def __init__(self, services: Services, links: SignedLinks | None) -> None:
        self._services, self._links = services, links

    def safely(self, do: Callable[..., Response], *args: object) -> Response:
        """Done while nobody has told the process to stop, and with a kind word where the records are out of reach."""
        try:
            with self._services.in_flight.track() as begun:
                return do(*args) if begun else _unavailable_page()
        except OutcomeUnknown as error:
            log.error("nobody knows whether an answer was stored", exc_info=error)
            words = "Open the link once more: it tells you whether your answer has arrived."
            return _text_page("We are not sure that it arrived", words, 503)
        except (DBAPIError, PoolTimeout) as error:
            log.error("a private link could not be looked up", exc_info=error)
            return _unavailable_page()

    def look(self, token: str) -> Response:
        """The form, or why there is none."""
        found = trust_survey_answer.find_invitation(self._services.engine, self._ticket(token), self._services.clock())
        return _form_page(found) if found.state == LinkState.OPEN else _closed_page(found)

    def answer(self, token: str, form: dict[str, str]) -> Response:
        """Thanks, or the form again with what was typed, or why it is too late."""
        ticket, level, words = self._ticket(token), form.get("level", ""), form.get("words", "")
        now = self._services.clock()
        try:
            found = trust_survey_answer.record_answer(self._services.engine, ticket, now, level, words)
        except FieldError as error:
            found = trust_survey_answer.find_invitation(self._services.engine, ticket, now)
            if found.state == LinkState.OPEN:
                return _form_page(found, level, words, {error.field: str(error)})
            return _closed_page(found)
        if found.state != LinkState.OPEN:
            return _closed_page(found)
        log.info("somebody at a partner gave their view")
        return _text_page("Thank you", f"Your answer has gone to {_firm_name(found)}. You can close this page.")

    def _ticket(self, token: str) -> SurveyTicket:
        return EMPTY_TICKET if self._links is None else self._links.read(token)


def _parse_form(body: str) -> dict[str, str]:
    """The fields of a form; none where it can't be read."""
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}


def _form_page(found: Invitation, level: str = "", words: str = "", wrong: dict[str, str] | None = None) -> Response:
    firm = _firm_name(found)
    return render_page(
        "their_view.html",
        422 if wrong else 200,
        title=f"{firm} would like {found.partner}’s view",
        asks=f"{_asker_name(found)} asks you one question.",
        goes=f"Your answer goes to {firm} alone, as yours. This link is good for one answer; pass it to nobody.",
        levels=LEVELS,
        level=level,
        words=words,
        wrong=wrong or {},
        longest=f"{MAX_TEXT_LENGTH:,}",
        most=MAX_TEXT_LENGTH,
    )


def _closed_page(found: Invitation) -> Response:
    ask = f"Ask {_asker_name(found)} for a new one if you would like to say more."
    if found.state == LinkState.ANSWERED:
        return _text_page(
            "Already answered", f"This link was good for one answer, and {_firm_name(found)} has it. {ask}", 410
        )
    if found.state == LinkState.EXPIRED:
        return _text_page(
            "This link has expired", f"It was good for 30 days. Ask {_asker_name(found)} for a new one.", 410
        )
    if found.state == LinkState.WITHDRAWN:
        return _text_page(
            "This link was withdrawn", f"It can’t be answered any more. Ask {_asker_name(found)} about it.", 410
        )
    return _text_page(INVALID_LINK_TITLE, INVALID_LINK_TEXT, 404)


def _firm_name(found: Invitation) -> str:
    return found.firm or "your partner"


def _asker_name(found: Invitation) -> str:
    return f"{found.asker} of {_firm_name(found)}" if found.asker else _firm_name(found)


def _unavailable_page() -> Response:
    return _text_page(
        "Not just now", "We can’t reach our records at the moment. Your link stays good: try it again in a minute.", 503
    )


def _text_page(title: str, words: str, status: int = 200) -> Response:
    return render_page("told.html", status, title=title, words=words)
