"""The trust survey: a private link that asks a contact how much they trust us and what is in it for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import clean_name, log_change, require_not_ended, require_owner_or_steward, row_id
from bot.actions.partner_values import their_sponsor
from bot.errors import NotAllowed, NotFound
from bot.signed_links import LINK_LIFETIME, SignedLinks, SurveyTicket, hash_secret, new_secret
from bot.workspace.team import Team
from scoring.motive import is_only_money
from storage.contacts import persons
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.name_key import name_key
from storage.partners import trust_surveys
from storage.tables import Partner, TrustQuestion, TrustRating

NO_PUBLIC_URL = (
    "Survey links aren't set up yet. The person who runs Tend needs to set SLACK_SIGNING_SECRET, and TEND_URL to the "
    "public https address of `tend web`."
)
NO_CONTACT = "Enter the name of the person to ask, e.g. Jane Doe. Only you will see it."
ASK_ACTION = "ask for their view"
ANSWERED_PREFIX = "answered:"
NEWS_DAYS = 14
"""How long an answer is news to the partner's owner."""
MAX_NEWS = 3


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """An open survey request, which can be answered until `expires_on`."""

    id: int
    contact: str
    asked_by: str
    asked_on: date
    expires_on: date

    @classmethod
    def of(cls, row: TrustQuestion, team: Team) -> "SurveyRequest":
        assert row.id is not None  # stored
        return cls(row.id, row.contact, row.asked_by, team.today(row.asked_at), team.today(row.expires_at))


@dataclass(frozen=True, slots=True)
class SurveyLink:
    """A new link, shown once to the person who asked and not stored. `replaced_count` earlier ones were withdrawn."""

    partner_id: int
    partner: str
    request: SurveyRequest
    link: str
    replaced_count: int


@dataclass(frozen=True, slots=True)
class WithdrawResult:
    """The result of withdrawing a link. `was_answered` if the answer came first."""

    partner_id: int
    partner: str
    contact: str
    was_answered: bool


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """A contact's answer: how much they trust us, 1 to 5, and in their words what is in it for them.

    `only_money` if their words name nothing but pay, which the record does not accept. `is_kept` if the record says
    the same.
    """

    id: int
    partner_id: int
    partner: str
    contact: str
    level: int
    text: str
    answered_on: date
    only_money: bool
    is_kept: bool

    @classmethod
    def of(cls, question: TrustQuestion, rating: TrustRating, partner: Partner) -> "SurveyAnswer":
        assert question.id is not None  # stored
        return cls(
            id=question.id,
            partner_id=question.partner_id,
            partner=partner.name,
            contact=question.contact,
            level=rating.level,
            text=rating.note,
            answered_on=rating.rated_on,
            only_money=is_only_money(rating.note),
            is_kept=(partner.wiifm_them or "").split() == rating.note.split(),
        )

    @property
    def can_be_kept(self) -> bool:
        """Whether their words can be saved in the record."""
        return bool(self.text) and not self.only_money and not self.is_kept

    @property
    def notice(self) -> str:
        """The key under which the notice is remembered."""
        return f"{ANSWERED_PREFIX}{self.id}"


@dataclass(frozen=True, slots=True)
class SurveyStatus:
    """The survey on a partner's card: each contact's latest answer, newest first, and open requests."""

    answers: tuple[SurveyAnswer, ...] = ()
    pending: tuple[SurveyRequest, ...] = ()


def require_links(caller: Caller) -> SignedLinks:
    """Return the link maker.

    Raises:
        NotAllowed: this Tend has no public address.
    """
    links = caller.links()
    if links is None:
        raise NotAllowed(NO_PUBLIC_URL)
    return links


def prepare_request(engine: Engine, caller: Caller, partner_id: int) -> tuple[str, str | None]:
    """Return the partner's name and whom to ask: the last contact, or their sponsor.

    Raises:
        NotAllowed: the partner is another owner's, has ended, or this Tend has no public address.
    """
    with reading(engine) as session:
        partner = _require_can_ask(session, caller, partner_id)
        partner_id = row_id(partner)
        last = trust_surveys.last_contact(session, workspace_id=caller.team.id, partner_id=partner_id)
        require_links(caller)
        return partner.name, last or their_sponsor(session, partner)


@retried
def create_survey_link(engine: Engine, caller: Caller, partner_id: int, contact: str | None) -> SurveyLink:
    """Create a link for one contact and withdraw their open ones.

    Raises:
        NotAllowed: as `prepare_request`.
        FieldError: the name is empty or too long.
    """
    contact = clean_name("contact", contact, NO_CONTACT)
    secret, until = new_secret(), caller.now + LINK_LIFETIME
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner, links = _require_can_ask(session, caller, partner_id), require_links(caller)
        partner_id = row_id(partner)
        of = {"workspace_id": caller.team.id, "partner_id": partner_id}
        instead = trust_surveys.withdraw_open(session, **of, contact=contact, now=caller.now)
        row = trust_surveys.create_question(
            session,
            **of,
            contact=contact,
            secret_hash=hash_secret(secret),
            expires_at=until,
            by=caller.user_id,
            now=caller.now,
        )
        persons.add_unless_known(session, **of, name=contact, by=caller.user_id, now=caller.now)
        asked = SurveyRequest.of(row, caller.team)
        link = links.make(SurveyTicket(caller.team.id, asked.id, secret), caller.now)
        log_change(session, caller, "partner", partner_id, "asked for their view", None, contact)
        return SurveyLink(partner_id, partner.name, asked, link, instead)


@retried
def withdraw_link(engine: Engine, caller: Caller, question_id: int) -> WithdrawResult:
    """Revoke a link unless it was already answered.

    Raises:
        NotAllowed: the partner is another owner's.
    """
    with writing(engine) as session:
        row = _load_question(session, caller, question_id)
        partner = require_owner_or_steward(session, caller, row.partner_id, ASK_ACTION)
        answered = row.answered_at is not None
        of = {"workspace_id": caller.team.id, "question_id": question_id}
        if trust_surveys.withdraw_question(session, **of, now=caller.now):
            log_change(session, caller, "partner", row.partner_id, "asked for their view", row.contact, None)
        return WithdrawResult(row.partner_id, partner.name, row.contact, answered)


def get_answer(engine: Engine, caller: Caller, question_id: int) -> SurveyAnswer:
    """Load an answer."""
    with reading(engine) as session:
        row = _load_question(session, caller, question_id)
        found = trust_surveys.list_answers(session, workspace_id=caller.team.id, partner_id=row.partner_id)
        said = next((SurveyAnswer.of(*one) for one in found if one[0].id == question_id), None)
    if said is None:
        raise NotFound("That answer is no longer in the record.")
    return said


def survey_status(session: Session, *, team: Team, partner_id: int, now: datetime) -> SurveyStatus:
    """Load each contact's latest answer and the open requests."""
    found = trust_surveys.list_answers(session, workspace_id=team.id, partner_id=partner_id)
    last: dict[str, SurveyAnswer] = {}
    for one in found:
        last.setdefault(name_key(one[0].contact), SurveyAnswer.of(*one))
    waiting = trust_surveys.list_pending(session, workspace_id=team.id, partner_id=partner_id, now=now)
    return SurveyStatus(tuple(last.values()), tuple(SurveyRequest.of(row, team) for row in waiting))


def recent_answers(session: Session, *, team: Team, owner: str, day: date) -> Sequence[SurveyAnswer]:
    """List recent answers about an owner's partners, oldest first."""
    since = team.end_of(day) - timedelta(days=NEWS_DAYS)
    found = [
        SurveyAnswer.of(*one)
        for one in trust_surveys.list_answers(session, workspace_id=team.id, owner=owner, since=since)
    ]
    return [one for one in reversed(found) if one.answered_on <= day]


def _require_can_ask(session: Session, caller: Caller, partner_id: int) -> Partner:
    partner = require_owner_or_steward(session, caller, partner_id, ASK_ACTION)
    require_not_ended(partner)
    return partner


def _load_question(session: Session, caller: Caller, question_id: int) -> TrustQuestion:
    row = trust_surveys.get(session, workspace_id=caller.team.id, question_id=question_id)
    if row is None:
        raise NotFound("That question is not in this workspace.")
    return row
