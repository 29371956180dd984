"""The page behind a link to refer people to us: a form that can be sent several times. It shows no internal data.

GET records nothing, because link previews fetch it first. POST does.
"""

import logging
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions.reviews import referral_offer
from bot.actions.reviews.invitations import Invitation, LinkState
from bot.actions.reviews.referral_offer import MAX_NOTE_LENGTH, MAX_OFFERS, MAX_OFFERS_AN_HOUR, OfferForm
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.services import Services
from bot.signed_links import REFERRAL_PATH, ReferralTicket, new_secret
from bot.web.body import read_bytes
from bot.web.html import render_page
from bot.web.private_link import PrivateDoor, asker_name, closed_page, firm_name, invalid_page, parse_form, text_page

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 100_000
UNSURE_TITLE = "We’re not sure your referral arrived"
UNSURE_TEXT = "Go back and send it again. It counts once, even if it has arrived before."


def referral_routes(services: Services) -> list[Route]:
    """Return the routes of the page. Without TEND_URL, every link is unknown."""
    links, handlers = services.links(), _Handlers(services)
    door = PrivateDoor(services, UNSURE_TITLE, UNSURE_TEXT)

    def ticket_of(request: Request) -> ReferralTicket | None:
        return None if links is None else links.read_referral(str(request.path_params["token"]))

    async def look(request: Request) -> Response:
        ticket = ticket_of(request)
        return invalid_page() if ticket is None else await door.run(ticket.workspace_id, handlers.look, ticket)

    async def send(request: Request) -> Response:
        ticket = ticket_of(request)
        if ticket is None:
            return invalid_page()  # nothing of the body is read
        body = await read_bytes(request, MAX_BODY_BYTES)
        if body is None:
            words = f"Please keep the note under {MAX_NOTE_LENGTH + 1:,} characters. Go back and shorten it."
            return text_page("Your referral is too long", words, 413)
        return await door.run(ticket.workspace_id, handlers.send, ticket, body)

    path = f"{REFERRAL_PATH}/{{token}}"
    return [Route(path, look, methods=["GET"]), Route(path, send, methods=["POST"])]


class _Handlers:
    def __init__(self, services: Services) -> None:
        self._services = services

    def look(self, ticket: ReferralTicket) -> Response:
        """Show the form, or explain why the link is closed."""
        invitation = referral_offer.find_invitation(self._services.engine, ticket, self._services.clock())
        return _page(invitation, OfferForm())

    def send(self, ticket: ReferralTicket, body: bytes) -> Response:
        """Store the referral and say thanks, show the form again, or explain why the link is closed."""
        fields = parse_form(body.decode("utf-8", errors="replace"))
        form = OfferForm(*(fields.get(name, "") for name in ("form", "name", "reach", "note")))
        engine, now = self._services.engine, self._services.clock()
        try:
            invitation = referral_offer.record_offer(engine, ticket, now, form)
        except FieldError as error:
            invitation = referral_offer.find_invitation(engine, ticket, now)
            return _page(invitation, form, {error.field: str(error)})
        if invitation.state != LinkState.OPEN:
            return _page(invitation, form)
        log.info("somebody was referred by a private link")
        words = f"Your referral has gone to {firm_name(invitation)}. To refer somebody else, open the link again."
        return text_page("Thank you", words)


def _page(invitation: Invitation, form: OfferForm, wrong: dict[str, str] | None = None) -> Response:
    """Return the form if it can be sent, now or later; else the page that says why not."""
    if invitation.state == LinkState.RESTING:
        words = f"{MAX_OFFERS_AN_HOUR} referrals have come through this link within an hour. Send this one in an hour."
        return _form_page(invitation, form, {"form": words}, 429)
    if invitation.state == LinkState.ANSWERED:
        words = (
            f"It has brought {MAX_OFFERS} referrals, as many as it takes. Ask {asker_name(invitation)} for a new one."
        )
        return text_page("This link has been used up", words, 410)
    if invitation.state != LinkState.OPEN:
        return closed_page(invitation, "used")
    return _form_page(invitation, form, wrong or {}, 422 if wrong else 200)


def _form_page(invitation: Invitation, form: OfferForm, wrong: dict[str, str], status: int) -> Response:
    firm = firm_name(invitation)
    if ("form" in wrong and status == 422) or not form.key:
        form = replace(form, key=new_secret())  # a form of its own, which counts once
    return render_page(
        "refer.html",
        status,
        title=f"Refer somebody to {firm}",
        asks=f"{asker_name(invitation)} would be glad of an introduction from {invitation.partner}.",
        goes=f"Only {firm} sees what you send. Please ask whoever you name first, and don’t forward this link.",
        form=form,
        wrong=wrong,
        most_name=MAX_NAME_LENGTH,
        most_note=MAX_NOTE_LENGTH,
    )
