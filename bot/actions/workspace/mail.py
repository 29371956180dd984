"""Mail as contact: people's private addresses, and what a mail to one of them records.

Of a mail only the day, the side and the persons are kept, and unknown addresses at a partner's own domain, which are
offered as persons there: never a word, nor any other address.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from bot.actions.automatic_contact import Source, matched_partners, note_unknown, put_automatic_contact
from bot.actions.caller import Caller
from bot.errors import NotAllowed
from bot.mail.message import MailFacts
from bot.signed_links import hash_secret
from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.contacts import mail as mails
from storage.contacts import persons, seen_addresses
from storage.contacts.addresses import AddressMatch, find_by_addresses
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.workspaces import members, workspaces

NO_MAIL_HOST = "This Tend takes no mail. Whoever runs it sets TEND_MAIL_HOST and starts `tend mail`; then ask me again."
TOKEN_BYTES = 10
_ADDRESS = re.compile(r"[^@+]*\+([0-9a-f]{20})@([^@]+)", re.IGNORECASE)
LONGEST_DELAY = timedelta(days=400)
"""How old a mail may be. An older one is dated wrongly, or was forwarded by mistake."""
MEMBER = "member"


@dataclass(frozen=True, slots=True)
class PrivateAddress:
    """A person's private mail address, if it is new, and since when it has existed. It is shown once and not stored."""

    address: str | None
    since: date | None


@dataclass(frozen=True, slots=True)
class MailOwner:
    """Whose private address it is. `offers_people` if they were told that unknown people at partners are offered."""

    team: Team
    user_id: str
    offers_people: bool = True


def get_address(engine: Engine, caller: Caller) -> PrivateAddress:
    """Load a person's private address, or create one.

    Raises:
        NotAllowed: this Tend takes no mail.
    """
    with reading(engine) as session:
        known = mails.get_address(session, workspace_id=caller.team.id, user_id=caller.user_id)
    return PrivateAddress(None, caller.team.today(known.made_at)) if known else renew_address(engine, caller)


@retried
def renew_address(engine: Engine, caller: Caller) -> PrivateAddress:
    """Create a private address. An earlier one stops working.

    Raises:
        NotAllowed: as `get_address`.
    """
    if caller.mail_host is None:
        raise NotAllowed(NO_MAIL_HOST)
    token = secrets.token_hex(TOKEN_BYTES)
    with writing(engine) as session:
        mails.set_address(
            session,
            workspace_id=caller.team.id,
            user_id=caller.user_id,
            token_hash=hash_secret(token),
            now=caller.now,
        )
    return PrivateAddress(f"tend+{token}@{caller.mail_host}", caller.today)


@retried
def disable_address(engine: Engine, caller: Caller) -> bool:
    """Remove a person's private address. Return False if there was none."""
    with writing(engine) as session:
        return mails.remove_address(session, workspace_id=caller.team.id, user_id=caller.user_id)


def find_owner(engine: Engine, address: str, host: str) -> MailOwner | None:
    """Find whose private address it is. None if it is unknown, its person is no full member any more, or its workspace
    uninstalled Tend.
    """
    found = _ADDRESS.fullmatch(address.strip())
    if found is None or found[2].casefold() != host.casefold():
        return None
    with reading(engine) as session:
        row = mails.find_by_token(session, token_hash=hash_secret(found[1].lower()))
        workspace = workspaces.find(session, workspace_id=row.workspace_id) if row else None
        if row is None or workspace is None or workspace.uninstalled_at is not None:
            return None
        member = members.find_member(session, workspace_id=row.workspace_id, user_id=row.user_id)
        if member is not None and member.standing != MEMBER:  # the worker asks Slack anew twice a day
            return None
        return MailOwner(Team.of(workspace), row.user_id, row.offers_people)


@retried
def take_mail(engine: Engine, owner: MailOwner, facts: MailFacts, now: datetime) -> int:
    """Record the contact that a mail to a private address shows, once. Return with how many partners."""
    with writing(engine) as session:
        if not mails.claim_mail(session, workspace_id=owner.team.id, key=facts.key, now=now):
            return 0
        for address in facts.failed:
            persons.mark_bounced(session, workspace_id=owner.team.id, address=address.casefold(), now=now)
            seen_addresses.forget_address(session, workspace_id=owner.team.id, address=address.casefold())
        day = _day(owner.team, facts, now)
        if not facts.is_contact or day is None:
            return 0
        people = (*facts.senders, *facts.recipients)
        known = find_by_addresses(session, workspace_id=owner.team.id, addresses=people)
        news = 0
        for partner_id, (side, person_ids) in sorted(_partners(known, facts).items()):
            what = (session, owner.team, partner_id)
            news += put_automatic_contact(*what, day, Source.MAIL, side=side, person_ids=person_ids, now=now)
            if owner.offers_people:
                note_unknown(*what, known, people, day, Source.MAIL, now=now)
        return news


def _day(team: Team, facts: MailFacts, now: datetime) -> date | None:
    """Return the day of the contact, by the team's clock: today at the latest. None if it is too long ago."""
    sent_at = min(facts.sent_at or now, now)
    return None if now - sent_at > LONGEST_DELAY else team.today(sent_at)


def _partners(known: Mapping[str, AddressMatch], facts: MailFacts) -> dict[int, tuple[Direction, list[int]]]:
    """Return with which partners a mail is contact: who wrote, and the persons that are known."""
    senders = matched_partners(known, facts.senders)
    both = matched_partners(known, (*facts.senders, *facts.recipients))
    return {
        partner_id: (Direction.IN if partner_id in senders else Direction.OUT, person_ids)
        for partner_id, person_ids in both.items()
    }


@retried
def forget_old_mails(engine: Engine, now: datetime) -> int:
    """Forget which mails were taken long ago. Return how many."""
    with writing(engine) as session:
        return mails.forget_mails(session, instant=now - LONGEST_DELAY)
