"""What people of the demo have outside Slack: a mailbox, from which a mail goes to a real server on this machine."""

import hashlib
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry
from bot.demo.mail_server import HOST
from bot.fake_slack import FakeSlack, FakeSlackError, Person
from bot.fake_slack.demo_hooks import Letter, SentLetter, Standing
from bot.fake_slack.transport.server import LOOPBACK
from bot.messages.common import entry_text
from bot.messages.notifications.signals import signal_sentence
from bot.scores import query
from bot.scores.models import ScoredPartner
from bot.services import Services
from bot.signed_links import hash_secret
from bot.workspace.team import Team
from scoring.signals import Reason
from scoring.vocabulary import Status
from storage.contacts import mail, persons
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import activities

DOMAIN = "fairweather.example"
SUBJECT = "Coffee next week?"
TEXT = "It has been a while. Is there anything I can send your way, and shall we have a coffee next week?"
SECONDS = 20.0
"""How long the server may take. It answers when the mail is in the ledger."""


def private_address(user: str) -> str:
    """Return the private address that a person has when the demo begins."""
    return f"tend+{_token(user)}@{HOST}"


def _token(user: str) -> str:
    return hashlib.sha256(user.encode()).hexdigest()[:20]


@retried
def make_addresses(engine: Engine, team: Team, users: Sequence[str], now: datetime) -> None:
    """Make a private address for each person."""
    with writing(engine) as session:
        for user in users:
            token = hash_secret(_token(user))
            mail.set_address(session, workspace_id=team.id, user_id=user, token_hash=token, now=now)


@dataclass(frozen=True, slots=True)
class _Contact:
    """Somebody at a partner who can be written to."""

    address: str
    name: str
    partner: ScoredPartner

    @property
    def label(self) -> str:
        return f"{self.name}, {self.partner.partner.name}"


class DemoDesk:
    """What each member has outside Slack. What was sent is remembered until the demo ends."""

    def __init__(self, services: Services, slack: FakeSlack, mail_port: int) -> None:
        self._services, self._slack, self._mail_port = services, slack, mail_port
        self._sent: dict[str, tuple[SentLetter, ...]] = {}

    def is_for(self, user: str) -> bool:
        """Return whether the person may use Tend, and so has something to write with."""
        person = self._slack.world.people.get(user)
        if person is None or person.deleted or person.is_bot or person.is_stranger:
            return False
        return not (person.is_restricted or person.is_ultra_restricted)

    def contacts(self, user: str) -> Sequence[tuple[str, str]]:
        """Return whom a person may write to: address and name, those at quiet partners first."""
        return [(one.address, one.label) for one in self._contacts()]

    def standings(self, user: str) -> Sequence[Standing]:
        """Return how things stand with the partners of the contacts."""
        partners = {one.partner.partner.id: one.partner for one in self._contacts()}
        with reading(self._services.engine) as session:
            return [self._standing(session, partner) for partner in partners.values()]

    def draft(self, user: str) -> Letter:
        """Return a mail that only has to be sent."""
        contacts = self.contacts(user)
        return Letter(contacts[0][0] if contacts else "", private_address(user), SUBJECT, TEXT)

    def send(self, user: str, letter: Letter) -> None:
        """Send the copy of a mail, as the person's own mail server would. Raise FakeSlackError if it is refused."""
        contact = next((one for one in self._contacts() if one.address == letter.to), None)
        if contact is None:
            raise FakeSlackError("Choose somebody whom you can write to.")
        now, before = self._services.clock(), self._last_entry(contact)
        _deliver(self._mail_port, _mail(self._slack.world.people[user], letter, now), letter.bcc)
        outcome = self._outcome(contact.partner, before, self._last_entry(contact))
        self._sent[user] = (SentLetter(now, contact.label, letter.subject, outcome), *self._sent.get(user, ()))

    def sent(self, user: str) -> Sequence[SentLetter]:
        """Return the mails that the person sent, newest first."""
        return self._sent.get(user, ())

    @property
    def _team(self) -> Team:
        return self._services.workspaces.teams()[0]

    def _contacts(self) -> list[_Contact]:
        team = self._team
        with reading(self._services.engine) as session:
            known = [
                person
                for person in persons.list_persons(session, workspace_id=team.id)
                if person.address and person.left_on is None and not person.never_counts
            ]
            scored = {id: self._scored(session, team, id) for id in {person.partner_id for person in known}}
        found = [_Contact(person.address or "", person.name, scored[person.partner_id]) for person in known]
        writable = [one for one in found if one.partner.partner.status != Status.ENDED]
        return sorted(writable, key=lambda one: (not one.partner.is_quiet, one.partner.partner.name))

    def _scored(self, session: Session, team: Team, partner_id: int) -> ScoredPartner:
        day = team.today(self._services.clock())
        return query.load_scored(session, team=team, day=day, partner_id=partner_id)[0]

    def _standing(self, session: Session, one: ScoredPartner) -> Standing:
        last, name = self._latest(session, one), one.partner.name
        if one.is_quiet:
            text = signal_sentence(Reason.QUIET, one, None)
        else:
            text = f"In touch: {_words(last, one, self._team)}" if last else "Nothing is logged yet."
        return Standing(name, text, not one.is_quiet, f"/partner show {name}")

    def _last_entry(self, contact: _Contact) -> Entry | None:
        with reading(self._services.engine) as session:
            return self._latest(session, contact.partner)

    def _latest(self, session: Session, one: ScoredPartner) -> Entry | None:
        of = {"workspace_id": self._team.id, "partner_id": one.partner.id}
        found = activities.recent(session, **of, until=one.now.day, limit=1)
        return Entry.of(found[0]) if found else None

    def _outcome(self, partner: ScoredPartner, before: Entry | None, after: Entry | None) -> str:
        """Say what a mail to a partner did, from its last touch before and after."""
        if after is None or after.occurred_on != partner.now.day:
            return "It doesn't count: somebody took back today's touch."
        said = "Logged by itself" if after != before else "Today's touch was there already"
        return f"{said}: {_words(after, partner, self._team)}"


def _words(entry: Entry, partner: ScoredPartner, team: Team) -> str:
    return entry_text(entry, partner.partner.name, team.currency, partner.now.day)


def _mail(sender: Person, letter: Letter, now: datetime) -> EmailMessage:
    made = EmailMessage()
    made["From"] = Address(sender.real_name, sender.name, DOMAIN)
    made["To"], made["Subject"] = letter.to, letter.subject
    made["Date"], made["Message-ID"] = format_datetime(now), make_msgid(domain=DOMAIN)
    made.set_content(letter.text)
    return made


def _deliver(port: int, made: EmailMessage, copy_to: str) -> None:
    """Hand the copy over. Its address is not in the mail, as it is a blind one."""
    try:
        with smtplib.SMTP(LOOPBACK, port, timeout=SECONDS) as client:
            client.sendmail(made["From"].addresses[0].addr_spec, [copy_to], bytes(made))
    except (smtplib.SMTPRecipientsRefused, ValueError):
        raise FakeSlackError("Tend knows no such address in Bcc. Type /tend mail in Slack for a new one.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise FakeSlackError(f"The mail could not be sent: {error}.") from None
