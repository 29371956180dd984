"""What the holder of a link to refer people sees and sends. They are no member; only the link lets them in."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.common import clean_name
from bot.actions.reviews.invitations import Invitation, LinkState, build_invitation, clean_text, state_by_time
from bot.errors import FieldError
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.signed_links import ReferralTicket
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.partners import referral_links
from storage.tables import Partner, ReferralLink

MAX_OFFERS = 20
MAX_OFFERS_AN_HOUR = 5
MAX_NOTE_LENGTH = 700
"""With the name and the address it makes up a note of the ledger, which has 1,000."""
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_NO_NAME = "Please say whom you have in mind: a company or a person."


@dataclass(frozen=True, slots=True)
class OfferForm:
    """The fields of the page as they were sent. `key` is that of the form: what has the same key is one form."""

    key: str = ""
    name: str = ""
    reach: str = ""
    note: str = ""


def find_invitation(engine: Engine, ticket: ReferralTicket, now: datetime) -> Invitation:
    """Load a link's state. One that rests for this hour is open: it can be filled in meanwhile."""
    with reading(engine) as session:
        return _build_invitation(session, _load_link(session, ticket), now)


@retried
def record_offer(engine: Engine, ticket: ReferralTicket, now: datetime, form: OfferForm) -> Invitation:
    """Record whom a contact refers to us, if the link is open. A form counts once. Return the state before.

    Raises:
        FieldError: something is missing or too long.
    """
    form = _validate(form)
    with writing(engine) as session:
        link = _load_link(session, ticket)
        found = _build_invitation(session, link, now)
        if link is None or found.state == LinkState.UNKNOWN:
            return found
        of = {"workspace_id": ticket.workspace_id, "link_id": ticket.link_id}
        if referral_links.has_form(session, **of, form_key=form.key):
            return Invitation(LinkState.OPEN, found.firm, found.partner, found.asker)  # sent twice, taken once
        if found.state != LinkState.OPEN:
            return found
        if referral_links.count_offers(session, **of, since=now - timedelta(hours=1)) >= MAX_OFFERS_AN_HOUR:
            return Invitation(LinkState.RESTING, found.firm, found.partner, found.asker)
        referral_links.add_offer(
            session,
            **of,
            partner_id=link.partner_id,
            form_key=form.key,
            name=form.name,
            reach=form.reach or None,
            note=form.note or None,
            now=now,
        )
        return found


def _validate(form: OfferForm) -> OfferForm:
    name = clean_name("name", form.name.replace("\0", ""), _NO_NAME)
    reach, note = " ".join(clean_text(form.reach).split()), clean_text(form.note)
    for field, text, most in (("reach", reach, MAX_NAME_LENGTH), ("note", note, MAX_NOTE_LENGTH)):
        if len(text) > most:
            raise FieldError(field, f"That is {len(text):,} characters; please keep it under {most + 1:,}.")
    if not _FORM_KEY.fullmatch(form.key):
        raise FieldError("form", "Please check what you wrote and send it again.")
    return OfferForm(form.key, name, reach, note)


def _load_link(session: Session, ticket: ReferralTicket) -> ReferralLink | None:
    """Load the row of a link. A forged link costs the same query as a deleted one."""
    row = referral_links.get_link(session, workspace_id=ticket.workspace_id, link_id=ticket.link_id)
    return row if row and row.secret_hash == ticket.secret_hash else None


def _build_invitation(session: Session, link: ReferralLink | None, now: datetime) -> Invitation:
    def state_of(row: ReferralLink, partner: Partner) -> LinkState:
        state = state_by_time(row, partner, now)
        count = referral_links.count_offers(session, workspace_id=row.workspace_id, link_id=row.id or 0)
        return LinkState.ANSWERED if state == LinkState.OPEN and count >= MAX_OFFERS else state

    return build_invitation(session, link, state_of)
