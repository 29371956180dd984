"""Their view: a partner's contact is asked by a private link how far they trust us, and what is in it for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import id_of, must_go_on, note_change, tended_by
from bot.errors import FieldError, NotAllowed, NotFound
from bot.forms.partner_fields import LONGEST_NAME
from bot.signed_links import LASTS, Links, Ticket, hash_of, new_secret
from bot.workspace.team import Team
from scoring.motive import is_only_money
from storage.db.engine import reading, writing
from storage.name_key import name_key
from storage.partners import trust_surveys
from storage.tables import Partner, TrustQuestion, TrustRating

NO_ADDRESS = (
    "Partners can't be asked by a link yet: whoever runs Tend sets TEND_URL to the https address at which people "
    "outside reach `tend web`, and SLACK_SIGNING_SECRET."
)
DOING = "ask for their view"
ANSWERED = "answered:"
NEWS_DAYS = 14
"""For so long an answer is news to whoever tends the partner."""
MOST_NEWS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and can be answered until `until`."""

    id: int
    contact: str
    by: str
    on: date
    until: date

    @classmethod
    def of(cls, row: TrustQuestion, team: Team) -> "Asked":
        assert row.id is not None  # stored
        return cls(row.id, row.contact, row.asked_by, team.today(row.asked_at), team.today(row.expires_at))


@dataclass(frozen=True, slots=True)
class Linked:
    """A link that was made just now, for the one who asked alone; it is kept nowhere. `instead` of so many earlier."""

    partner_id: int
    partner: str
    asked: Asked
    link: str
    instead: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of a link that was to be withdrawn; `answered` where the answer came first."""

    partner_id: int
    partner: str
    contact: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody at a partner answered: how far they trust us, 1 to 5, and in their words what is in it for them.

    `only_money`: their words name nothing but pay, which our record does not take for a reason. `is_kept`: the record
    says the same.
    """

    id: int
    partner_id: int
    partner: str
    contact: str
    level: int
    words: str
    on: date
    only_money: bool
    is_kept: bool

    @classmethod
    def of(cls, question: TrustQuestion, rating: TrustRating, partner: Partner) -> "Said":
        assert question.id is not None  # stored
        return cls(
            id=question.id,
            partner_id=question.partner_id,
            partner=partner.name,
            contact=question.contact,
            level=rating.level,
            words=rating.note,
            on=rating.rated_on,
            only_money=is_only_money(rating.note),
            is_kept=(partner.wiifm_them or "").split() == rating.note.split(),
        )

    @property
    def can_be_kept(self) -> bool:
        """Whether the record could say as its own what they said is in it for them."""
        return bool(self.words) and not self.only_money and not self.is_kept

    @property
    def notice(self) -> str:
        """The name under which telling of it is remembered."""
        return f"{ANSWERED}{self.id}"


@dataclass(frozen=True, slots=True)
class TheirView:
    """What a partner's card shows of it: the last word of each contact, the newest first, and who is still asked."""

    said: tuple[Said, ...] = ()
    waiting: tuple[Asked, ...] = ()


def must_be_able(caller: Caller) -> Links:
    """The way to make links.

    Raises:
        NotAllowed: this Tend has no address that people outside could open.
    """
    links = caller.links()
    if links is None:
        raise NotAllowed(NO_ADDRESS)
    return links


def to_ask(engine: Engine, caller: Caller, partner_id: int) -> tuple[str, str | None]:
    """The partner's name, and whom one would ask: who was asked last, else their sponsor.

    Raises:
        NotFound: the partner is none of this workspace.
        NotAllowed: it is another's, it has ended, or there is no way to ask.
    """
    with reading(engine) as session:
        partner = _may_ask(session, caller, partner_id)
        partner_id = id_of(partner)
        last = trust_surveys.last_contact(session, workspace_id=caller.team.id, partner_id=partner_id)
        must_be_able(caller)
        return partner.name, last or partner.their_sponsor


def ask(engine: Engine, caller: Caller, partner_id: int, contact: str | None) -> Linked:
    """Make a link for one contact. What was still open for the same one is withdrawn.

    Raises:
        NotFound, NotAllowed: as `to_ask`.
        FieldError: nobody is named, or at too great a length.
    """
    contact = _contact(contact)
    secret, until = new_secret(), caller.now + LASTS
    with writing(engine) as session:
        caller.once(session)
        partner, links = _may_ask(session, caller, partner_id), must_be_able(caller)
        partner_id = id_of(partner)
        of = {"workspace_id": caller.team.id, "partner_id": partner_id}
        instead = trust_surveys.withdraw_earlier(session, **of, contact=contact, now=caller.now)
        row = trust_surveys.ask(
            session,
            **of,
            contact=contact,
            secret_hash=hash_of(secret),
            expires_at=until,
            by=caller.user_id,
            now=caller.now,
        )
        asked = Asked.of(row, caller.team)
        link = links.make(Ticket(caller.team.id, asked.id, secret), caller.now)
        note_change(session, caller, "partner", partner_id, "asked for their view", None, contact)
        return Linked(partner_id, partner.name, asked, link, instead)


def withdraw(engine: Engine, caller: Caller, question_id: int) -> Withdrawn:
    """Make a link of no use any more, unless it was answered already.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: the partner is another's.
    """
    with writing(engine) as session:
        row = _question(session, caller, question_id)
        partner = tended_by(session, caller, row.partner_id, DOING)
        answered = row.answered_at is not None
        of = {"workspace_id": caller.team.id, "question_id": question_id}
        if trust_surveys.withdraw(session, **of, now=caller.now):
            note_change(session, caller, "partner", row.partner_id, "asked for their view", row.contact, None)
        return Withdrawn(row.partner_id, partner.name, row.contact, answered)


def words_of(engine: Engine, caller: Caller, question_id: int) -> Said:
    """What an answer said.

    Raises:
        NotFound: it is none of this workspace, or there is none, or it was taken back.
    """
    with reading(engine) as session:
        row = _question(session, caller, question_id)
        found = trust_surveys.answers(session, workspace_id=caller.team.id, partner_id=row.partner_id)
        said = next((Said.of(*one) for one in found if one[0].id == question_id), None)
    if said is None:
        raise NotFound("That answer is no longer in the record.")
    return said


def of_partner(session: Session, *, team: Team, partner_id: int, now: datetime) -> TheirView:
    """What a partner's contacts said, each one's last word, and who may still answer."""
    found = trust_surveys.answers(session, workspace_id=team.id, partner_id=partner_id)
    last: dict[str, Said] = {}
    for one in found:
        last.setdefault(name_key(one[0].contact), Said.of(*one))
    waiting = trust_surveys.waiting(session, workspace_id=team.id, partner_id=partner_id, now=now)
    return TheirView(tuple(last.values()), tuple(Asked.of(row, team) for row in waiting))


def news(session: Session, *, team: Team, owner: str, day: date) -> Sequence[Said]:
    """What was answered lately about an owner's partners, the oldest first."""
    since = team.end_of(day) - timedelta(days=NEWS_DAYS)
    found = [Said.of(*one) for one in trust_surveys.answers(session, workspace_id=team.id, owner=owner, since=since)]
    return [one for one in reversed(found) if one.on <= day]


def _contact(contact: str | None) -> str:
    contact = " ".join((contact or "").split())
    if not name_key(contact):
        raise FieldError("contact", "Whom do you want to ask? The name is for you, e.g. Jane Doe.")
    if len(contact) > LONGEST_NAME:
        raise FieldError("contact", f"A name has at most {LONGEST_NAME} characters; this one has {len(contact)}.")
    return contact


def _may_ask(session: Session, caller: Caller, partner_id: int) -> Partner:
    partner = tended_by(session, caller, partner_id, DOING)
    must_go_on(partner)
    return partner


def _question(session: Session, caller: Caller, question_id: int) -> TrustQuestion:
    row = trust_surveys.get(session, workspace_id=caller.team.id, question_id=question_id)
    if row is None:
        raise NotFound("That question is not in this workspace.")
    return row
