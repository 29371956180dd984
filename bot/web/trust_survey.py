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
from bot.actions.reviews.trust_survey_answer import Invitation, State
from bot.errors import FieldError
from bot.forms.partner_fields import LONGEST_TEXT
from bot.services import House
from bot.signed_links import NOBODY, PATH, Links, Ticket
from bot.web.html import body_of, page
from storage.db.engine import OutcomeUnknown

log = logging.getLogger(__name__)

LARGEST_ANSWER = 100_000
MOST_FIELDS = 20
LEVELS = (("5", "fully"), ("4", "a lot"), ("3", "fairly"), ("2", "a little"), ("1", "hardly"))
NO_LINK = "This link is not one of ours"
NO_LINK_WORDS = (
    "Perhaps a part of it was lost on the way: links are easily cut in two by a mail program. "
    "Ask whoever sent it to you for a new one."
)


def their_view_routes(house: House) -> list[Route]:
    """Where a link leads. Without an address for people outside, no link was ever made, and every one is unknown."""
    desk = _Desk(house, house.links())

    async def look(request: Request) -> Response:
        return await run_in_threadpool(desk.safely, desk.look, str(request.path_params["token"]))

    async def answer(request: Request) -> Response:
        body = await body_of(request, LARGEST_ANSWER)
        if body is None:
            return _told(
                "That is too long", f"There is room for {LONGEST_TEXT:,} characters. Go back, and say it shorter.", 413
            )
        token = str(request.path_params["token"])
        return await run_in_threadpool(desk.safely, desk.answer, token, _form(body))

    path = f"{PATH}/{{token}}"
    return [Route(path, look, methods=["GET"]), Route(path, answer, methods=["POST"])]


class _Desk:
    def __init__(self, house: House, links: Links | None) -> None:
        self._house, self._links = house, links

    def safely(self, do: Callable[..., Response], *args: object) -> Response:
        """Done while nobody has told the process to stop, and with a kind word where the records are out of reach."""
        try:
            with self._house.in_hand.one() as begun:
                return do(*args) if begun else _away()
        except OutcomeUnknown as error:
            log.error("nobody knows whether an answer was stored", exc_info=error)
            words = "Open the link once more: it tells you whether your answer has arrived."
            return _told("We are not sure that it arrived", words, 503)
        except (DBAPIError, PoolTimeout) as error:
            log.error("a private link could not be looked up", exc_info=error)
            return _away()

    def look(self, token: str) -> Response:
        """The form, or why there is none."""
        found = trust_survey_answer.find(self._house.engine, self._ticket(token), self._house.clock())
        return _form_page(found) if found.state == State.OPEN else _closed(found)

    def answer(self, token: str, form: dict[str, str]) -> Response:
        """Thanks, or the form again with what was typed, or why it is too late."""
        ticket, level, words = self._ticket(token), form.get("level", ""), form.get("words", "")
        now = self._house.clock()
        try:
            found = trust_survey_answer.answer(self._house.engine, ticket, now, level, words)
        except FieldError as error:
            found = trust_survey_answer.find(self._house.engine, ticket, now)
            if found.state == State.OPEN:
                return _form_page(found, level, words, {error.field: str(error)})
            return _closed(found)
        if found.state != State.OPEN:
            return _closed(found)
        log.info("somebody at a partner gave their view")
        return _told("Thank you", f"Your answer has gone to {_firm(found)}. You can close this page.")

    def _ticket(self, token: str) -> Ticket:
        return NOBODY if self._links is None else self._links.read(token)


def _form(body: str) -> dict[str, str]:
    """The fields of a form; none where it can't be read."""
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _form_page(found: Invitation, level: str = "", words: str = "", wrong: dict[str, str] | None = None) -> Response:
    firm = _firm(found)
    return page(
        "their_view.html",
        422 if wrong else 200,
        title=f"{firm} would like {found.partner}’s view",
        asks=f"{_asker(found)} asks you one question.",
        goes=f"Your answer goes to {firm} alone, as yours. This link is good for one answer; pass it to nobody.",
        levels=LEVELS,
        level=level,
        words=words,
        wrong=wrong or {},
        longest=f"{LONGEST_TEXT:,}",
        most=LONGEST_TEXT,
    )


def _closed(found: Invitation) -> Response:
    ask = f"Ask {_asker(found)} for a new one if you would like to say more."
    if found.state == State.ANSWERED:
        return _told("Already answered", f"This link was good for one answer, and {_firm(found)} has it. {ask}", 410)
    if found.state == State.EXPIRED:
        return _told("This link has expired", f"It was good for 30 days. Ask {_asker(found)} for a new one.", 410)
    if found.state == State.WITHDRAWN:
        return _told("This link was withdrawn", f"It can’t be answered any more. Ask {_asker(found)} about it.", 410)
    return _told(NO_LINK, NO_LINK_WORDS, 404)


def _firm(found: Invitation) -> str:
    return found.firm or "your partner"


def _asker(found: Invitation) -> str:
    return f"{found.asker} of {_firm(found)}" if found.asker else _firm(found)


def _away() -> Response:
    return _told(
        "Not just now", "We can’t reach our records at the moment. Your link stays good: try it again in a minute.", 503
    )


def _told(title: str, words: str, status: int = 200) -> Response:
    return page("told.html", status, title=title, words=words)
