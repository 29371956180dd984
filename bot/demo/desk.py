"""What people of the demo have outside Slack: a mailbox and a calendar, which Tend learns from.

A mail goes by SMTP to the server of `tend mail`, and calendars are read over HTTP, all on this machine.
"""

import hashlib
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller
from bot.actions.meeting_briefs import BRIEF_BEFORE
from bot.actions.workspace.meetings import AHEAD, INTERVAL, connect_calendar, describe_calendar
from bot.demo.agenda import Agenda, Meeting, calendar_address, path_of
from bot.demo.mail_server import HOST
from bot.fake_slack import FakeSlack, FakeSlackError, Person
from bot.fake_slack.demo_hooks import Appointment, Letter, SentLetter, Standing
from bot.fake_slack.transport.server import LOOPBACK
from bot.messages.common import entry_text
from bot.messages.notifications.signals import signal_sentence
from bot.notifications.calendars import CalendarRound
from bot.notifications.compose import BRIEF
from bot.scores import query
from bot.scores.models import ScoredPartner
from bot.services import Services
from bot.signed_links import hash_secret
from bot.workspace.team import Team
from scoring.signals import Reason
from scoring.vocabulary import Status
from storage.contacts import calendars, mail, persons
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import activities
from storage.notifications import deliveries
from storage.tables import CalendarMeeting, CalendarSource

DOMAIN = "fairweather.example"
SUBJECT = "Coffee next week?"
TEXT = "It has been a while. Is there anything I can send your way, and shall we have a coffee next week?"
FREE_HOUR, FRIDAY = 11, 4
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

    def __init__(self, services: Services, slack: FakeSlack, agenda: Agenda, mail_port: int, outside: str) -> None:
        self._services, self._slack, self._agenda = services, slack, agenda
        self._mail_port, self._outside = mail_port, outside
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
        contact = self._contact(letter.to)
        now, before = self._services.clock(), self._last_entry(contact)
        _deliver(self._mail_port, _mail(self._slack.world.people[user], letter, now), letter.bcc)
        outcome = self._outcome(contact.partner, before, self._last_entry(contact))
        self._sent[user] = (SentLetter(now, contact.label, letter.subject, outcome), *self._sent.get(user, ()))

    def sent(self, user: str) -> Sequence[SentLetter]:
        """Return the mails that the person sent, newest first."""
        return self._sent.get(user, ())

    def meetings(self, user: str) -> Sequence[Appointment]:
        """Return what is in a person's calendar, and what Tend makes of it."""
        now, team, mine = self._services.clock(), self._team, self._agenda.of(user)
        with reading(self._services.engine) as session:
            source = calendars.get_source(session, workspace_id=team.id, user_id=user)
            known = calendars.list_meetings(session, workspace_id=team.id, user_id=user)
            since_on = team.today(now) - timedelta(days=1)
            claimed = deliveries.claimed_periods(session, workspace_id=team.id, kind=BRIEF, since_on=since_on)
        briefed = {period for recipient, period in claimed if recipient == user}
        rows = {row.starts_at: row for row in known}
        next_at = self._agenda.next_brief(user, now)

        def note(one: Meeting) -> str:
            is_briefed = one.starts_at.isoformat() in briefed
            return _note(one, source, rows.get(one.starts_at), now, self._zone(user), is_briefed=is_briefed)

        return [
            Appointment(
                one.key, one.starts_at, one.ends_at, one.who, note(one), one.starts_at - BRIEF_BEFORE == next_at
            )
            for one in mine
        ]

    def free_slot(self, user: str) -> datetime:
        """Return eleven o'clock of the next weekday on which nothing is in a person's calendar."""
        zone = self._zone(user)
        taken = {one.starts_at.astimezone(zone).date() for one in self._agenda.of(user)}
        day = self._services.clock().astimezone(zone).date() + timedelta(days=1)
        while day.weekday() > FRIDAY or day in taken:
            day += timedelta(days=1)
        return datetime(day.year, day.month, day.day, FREE_HOUR, tzinfo=zone)

    def meet(self, user: str, address: str, at: datetime) -> None:
        """Add a meeting, and let Tend read the calendar at once."""
        contact = self._contact(address)
        self._agenda.add(Meeting(at.replace(tzinfo=self._zone(user)).astimezone(UTC), user, address, contact.label))
        caller = Caller(self._team, user, self._services.clock())
        cipher = self._services.cipher()
        if cipher is not None and describe_calendar(self._services.engine, caller) is None:
            address = calendar_address(user)
            connect_calendar(
                self._services.engine, caller, address, "", cipher.encrypt, sends_briefs=True, loopback=True
            )
        self._read()

    def cancel(self, user: str, key: str) -> None:
        """Remove a meeting, and let Tend read the calendar at once."""
        self._agenda.remove(user, key)
        self._read()

    def calendar(self, user: str) -> tuple[str, bool]:
        """Return where a person's calendar is on this machine, and whether Tend reads it."""
        caller = Caller(self._team, user, self._services.clock())
        return self._outside + path_of(user), describe_calendar(self._services.engine, caller) is not None

    def _read(self) -> None:
        """Read what would be read within the hour."""
        CalendarRound(self._services, self._services.network).run(self._services.clock() + INTERVAL)

    def _zone(self, user: str) -> ZoneInfo:
        return ZoneInfo(self._slack.world.people[user].tz)

    @property
    def _team(self) -> Team:
        return self._services.workspaces.teams()[0]

    def _contact(self, address: str) -> _Contact:
        found = next((one for one in self._contacts() if one.address == address), None)
        if found is None:
            raise FakeSlackError("Choose somebody at a partner.")
        return found

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


def _note(
    one: Meeting,
    source: CalendarSource | None,
    row: CalendarMeeting | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    is_briefed: bool,
) -> str:
    """Say what Tend makes of a meeting, from what it keeps of it."""
    if source is None:
        return "Tend doesn't read this calendar."
    if row is None:
        return "Tend looks two days ahead." if one.starts_at > now + AHEAD else "Tend reads it within the hour."
    if row.counted_at is not None:
        return "Logged by itself."
    if is_briefed and now < one.starts_at:
        return "Your brief is in Slack. The meeting counts when it has ended."
    if now >= one.starts_at - BRIEF_BEFORE or not source.sends_briefs:
        return "It counts when it has ended."
    return f"Your brief comes at {(one.starts_at - BRIEF_BEFORE).astimezone(zone):%H:%M}."


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
