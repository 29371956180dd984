"""A private link by which a contact refers people to us, and what becomes of whom they referred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.record import RecordResult, put
from bot.actions.caller import Caller
from bot.actions.common import clean_name, log_change, require_not_ended, require_owner_or_steward, row_id
from bot.actions.reviews.trust_survey import NO_CONTACT, require_links
from bot.errors import NotFound
from bot.grammar import ReferralRequest
from bot.signed_links import LINK_LIFETIME, ReferralTicket, hash_secret, new_secret
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Outcome
from storage.contacts import persons, spoken_with
from storage.db.engine import writing
from storage.db.retry import retried
from storage.partners import referral_links
from storage.tables import OfferedReferral, Partner, ReferralLink

ASK_ACTION = "ask for referrals"
DECIDE_ACTION = "decide on their referrals"
OFFERED_PREFIX = "offered:"
MAX_OFFERS_TOLD = 3
_REACH = "Contact: "


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that can be used until `expires_on`."""

    id: int
    contact: str
    asked_by: str
    expires_on: date

    @classmethod
    def of(cls, row: ReferralLink, team: Team) -> "OpenLink":
        assert row.id is not None  # stored
        return cls(row.id, row.contact, row.asked_by, team.today(row.expires_at))


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new link, shown once to the person who asked and not stored. `replaced_count` earlier ones were withdrawn."""

    partner_id: int
    partner: str
    request: OpenLink
    link: str
    replaced_count: int


@dataclass(frozen=True, slots=True)
class LinkWithdrawn:
    """A link that no longer works."""

    partner_id: int
    partner: str
    contact: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody whom a partner's contact referred to us, before the partner's owner has decided."""

    id: int
    partner_id: int
    partner: str
    contact: str
    name: str
    reach: str | None
    note: str | None
    came_on: date

    @classmethod
    def of(cls, row: OfferedReferral, link: ReferralLink, partner: Partner, team: Team) -> "Offer":
        assert row.id is not None  # stored
        return cls(
            id=row.id,
            partner_id=row.partner_id,
            partner=partner.name,
            contact=link.contact,
            name=row.name,
            reach=row.reach,
            note=row.note,
            came_on=team.today(row.came_at),
        )

    @property
    def notice(self) -> str:
        """The key under which the notice is remembered."""
        return f"{OFFERED_PREFIX}{self.id}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an offer. `recorded` is what this call recorded, `brought_by` the contact.

    `was_decided` if somebody had decided before: `was_recorded` says what.
    """

    partner_id: int
    partner: str
    name: str
    recorded: RecordResult | None = None
    brought_by: str | None = None
    was_decided: bool = False
    was_recorded: bool = False


@dataclass(frozen=True, slots=True)
class ReferralLinkStatus:
    """What a partner's card shows of its links: what waits for a decision, oldest first, and open links."""

    waiting: tuple[Offer, ...] = ()
    open: tuple[OpenLink, ...] = ()


@retried
def create_referral_link(engine: Engine, caller: Caller, partner_id: int, contact: str | None) -> NewLink:
    """Create a link for one contact and withdraw their open ones.

    Raises:
        NotAllowed: the partner is another owner's, has ended, or this Tend has no public address.
        FieldError: the name is empty or too long.
    """
    contact = clean_name("contact", contact, NO_CONTACT)
    secret = new_secret()
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = require_owner_or_steward(session, caller, partner_id, ASK_ACTION)
        require_not_ended(partner)
        links, partner_id = require_links(caller), row_id(partner)
        of = {"workspace_id": caller.team.id, "partner_id": partner_id}
        replaced = referral_links.withdraw_open(session, **of, contact=contact, now=caller.now)
        row = referral_links.create_link(
            session,
            **of,
            contact=contact,
            secret_hash=hash_secret(secret),
            expires_at=caller.now + LINK_LIFETIME,
            by=caller.user_id,
            now=caller.now,
        )
        persons.add_unless_known(session, **of, name=contact, by=caller.user_id, now=caller.now)
        request = OpenLink.of(row, caller.team)
        link = links.make_referral(ReferralTicket(caller.team.id, request.id, secret), caller.now)
        log_change(session, caller, "partner", partner_id, "asked for referrals", None, contact)
        return NewLink(partner_id, partner.name, request, link, replaced)


@retried
def withdraw_referral_link(engine: Engine, caller: Caller, link_id: int) -> LinkWithdrawn:
    """Revoke a link. What came by it still waits for a decision.

    Raises:
        NotAllowed: the partner is another owner's.
    """
    with writing(engine) as session:
        row = referral_links.get_link(session, workspace_id=caller.team.id, link_id=link_id)
        if row is None:
            raise NotFound("That link is not in this workspace.")
        partner = require_owner_or_steward(session, caller, row.partner_id, ASK_ACTION)
        if referral_links.withdraw_link(session, workspace_id=caller.team.id, link_id=link_id, now=caller.now):
            log_change(session, caller, "partner", row.partner_id, "asked for referrals", row.contact, None)
        return LinkWithdrawn(row.partner_id, partner.name, row.contact)


@retried
def accept_offer(engine: Engine, caller: Caller, offer_id: int) -> Decision:
    """Record an offer as a referral of the day it came, which the contact brought. It is recorded once.

    Raises:
        NotAllowed: the partner is another owner's, or has ended.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row, partner = _load_offer(session, caller, offer_id)
        if row.decided_at is not None:
            return _decided_before(row, partner)
        require_not_ended(partner)
        request = ReferralRequest(
            partner=partner.name,
            lead=row.name,
            direction=Direction.IN,
            outcome=Outcome.INTRODUCED,
            occurred_on=caller.team.today(row.came_at),
            note="\n".join(part for part in (row.note, row.reach and _REACH + row.reach) if part) or None,
        )
        done = put(session, caller, request)
        contact = referral_links.contact_of(session, workspace_id=caller.team.id, link_id=row.link_id)
        of = {"workspace_id": caller.team.id, "partner_id": row.partner_id}
        brought_by = persons.find_by_name(session, **of, name=contact or "")
        spoken_with.name_persons(
            session, **of, activity_id=done.entry.id, person_ids=[person.id or 0 for person in brought_by[:1]]
        )
        _decide(session, caller, offer_id, done.entry.id)
        return Decision(row.partner_id, partner.name, row.name, done, brought_by[0].name if brought_by else None)


@retried
def decline_offer(engine: Engine, caller: Caller, offer_id: int) -> Decision:
    """Decline an offer. It stays in the history.

    Raises:
        NotAllowed: the partner is another owner's.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row, partner = _load_offer(session, caller, offer_id)
        if row.decided_at is not None:
            return _decided_before(row, partner)
        _decide(session, caller, offer_id, None)
        log_change(session, caller, "partner", row.partner_id, "their referral", row.name, "not for us")
        return Decision(row.partner_id, partner.name, row.name)


def link_status(session: Session, *, team: Team, partner_id: int, now: datetime) -> ReferralLinkStatus:
    """Load what waits for a decision and the open links."""
    links = referral_links.list_open(session, workspace_id=team.id, partner_id=partner_id, now=now)
    waiting = referral_links.list_waiting(session, workspace_id=team.id, partner_id=partner_id)
    return ReferralLinkStatus(
        tuple(Offer.of(*row, team) for row in waiting), tuple(OpenLink.of(link, team) for link in links)
    )


def waiting_offers(session: Session, *, team: Team, owner: str, day: date) -> Sequence[Offer]:
    """List what waits for an owner's decision since that day or before, oldest first."""
    rows = referral_links.list_waiting(session, workspace_id=team.id, owner=owner)
    return [offer for offer in (Offer.of(*row, team) for row in rows) if offer.came_on <= day]


def _decide(session: Session, caller: Caller, offer_id: int, activity_id: int | None) -> None:
    of = {"workspace_id": caller.team.id, "offer_id": offer_id}
    decided = referral_links.decide(session, **of, activity_id=activity_id, by=caller.user_id, now=caller.now)
    assert decided  # the row is locked, and was open


def _load_offer(session: Session, caller: Caller, offer_id: int) -> tuple[OfferedReferral, Partner]:
    row = referral_links.get_offer(session, workspace_id=caller.team.id, offer_id=offer_id)
    if row is None:
        raise NotFound("That referral is not in this workspace.")
    return row, require_owner_or_steward(session, caller, row.partner_id, DECIDE_ACTION)


def _decided_before(row: OfferedReferral, partner: Partner) -> Decision:
    return Decision(row.partner_id, partner.name, row.name, was_decided=True, was_recorded=row.activity_id is not None)
