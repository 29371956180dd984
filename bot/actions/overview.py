"""Read-only queries behind cards, lists, explanations, Home and status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from bot.actions.activity.entries import Entry
from bot.actions.activity.promises import promise_calendar_link
from bot.actions.caller import Caller
from bot.actions.common import explain_change_since, get_partner, get_scored_partner
from bot.actions.contact_people import OfferedAddress, PersonView, view_offered, view_people
from bot.actions.notifications import digest, nudge
from bot.actions.notifications.occasions import Occasion, occasions_of
from bot.actions.partner_values import FieldValues, partner_values
from bot.actions.partners.history import HistoryEntry, recent_changes
from bot.actions.partners.spellings import Spelling, known_of
from bot.actions.reviews import issues, referral_link, trust_survey
from bot.actions.reviews.issues import Issue
from bot.actions.reviews.referral_link import ReferralLinkStatus
from bot.actions.reviews.trust_survey import SurveyStatus
from bot.errors import NotFound
from bot.grammar import ListRequest
from bot.scores import causes, outlook, query
from bot.scores.models import ScoredPartner
from bot.workspace.team import Team
from scoring.explain import Change
from scoring.forecast import ForecastPoint, find_next_fall
from scoring.months import WINDOW_MONTHS, add_months
from scoring.signals import WEAKENING_DAYS
from scoring.vocabulary import Side, Status
from storage.db.engine import reading
from storage.ledger import activities
from storage.name_key import name_key
from storage.notifications import deliveries
from storage.partners import names, snapshots
from storage.workspaces import members

MAX_RECENT_ENTRIES = 5
LONGEST_DIGEST = timedelta(days=400)
MAX_PLANNED_ENTRIES = 3
MAX_RECENT_CHANGES = 5
MAX_OPEN_REFERRALS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known about a partner.

    `falls` has, for each side, the next day up to `known_until` on which its band drops with no new activity.
    """

    team: Team
    scored: ScoredPartner
    values: FieldValues
    status_reason: str | None
    entries: Sequence[Entry]
    planned: Sequence[Entry]
    open_referrals: Sequence[Entry]
    change: Change
    reverse_change: Change
    issues: Sequence[Issue]
    history: Sequence[HistoryEntry]
    falls: Mapping[Side, ForecastPoint | None]
    known_until: date
    trust_survey: SurveyStatus
    referral_links: ReferralLinkStatus
    step_links: Mapping[int, str | None]
    spellings: Sequence[Spelling]
    people: Sequence[PersonView]
    offered: Sequence[OfferedAddress]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a partner's RVI adds up and why it moved since a day, for both sides."""

    scored: ScoredPartner
    since: date
    change: Change
    reverse_change: Change


LISTED_STATUSES = (Status.ACTIVE, Status.PROSPECT, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class PartnerListing:
    """The partners asked for, most urgent first, with the filter in words and the owner's id."""

    scored: Sequence[ScoredPartner]
    filter_text: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """The state of Tend in a workspace."""

    team: Team
    partners: int
    unowned: int
    last_sent: Sequence[tuple[str, str, datetime, str, str | None]]
    twins: Sequence[tuple[int, str, int, str]] = ()
    """Partners whose names are one: id and name of the later, then of the earlier. For stewards."""


def partner_card(engine: Engine, caller: Caller, partner_id: int) -> Card:
    """Load a partner's card as of today."""
    with reading(engine) as session:
        scored = get_scored_partner(session, caller, partner_id)
        partner_id = scored.partner.id
        row = get_partner(session, caller, partner_id)
        last = activities.recent(
            session, workspace_id=caller.team.id, partner_id=partner_id, until=caller.today, limit=MAX_RECENT_ENTRIES
        )
        planned = activities.planned(
            session, workspace_id=caller.team.id, partner_id=partner_id, after=caller.today, limit=MAX_PLANNED_ENTRIES
        )
        until = add_months(caller.today, WINDOW_MONTHS)
        (steps,) = outlook.forecast_partners(session, team=caller.team, scored=[scored], until=until)
        open_ = activities.open_referrals(
            session, workspace_id=caller.team.id, partner_id=partner_id, limit=MAX_OPEN_REFERRALS
        )
        return Card(
            team=caller.team,
            scored=scored,
            values=partner_values(session, row),
            status_reason=row.status_reason,
            entries=[Entry.of(entry) for entry in last],
            planned=[Entry.of(entry) for entry in planned],
            open_referrals=[Entry.of(entry) for entry in open_],
            change=causes.explain_change(scored),
            reverse_change=causes.explain_change(scored, Side.THEIRS),
            issues=issues.list_issues(session, team=caller.team, partner_id=partner_id),
            history=recent_changes(session, caller, partner_id, limit=MAX_RECENT_CHANGES),
            falls={side: find_next_fall(scored.now, steps, side) for side in Side},
            known_until=until,
            trust_survey=trust_survey.survey_status(session, team=caller.team, partner_id=partner_id, now=caller.now),
            referral_links=referral_link.link_status(session, team=caller.team, partner_id=partner_id, now=caller.now),
            step_links={one.id: promise_calendar_link(caller, one.id) for one in scored.promises if one.due_on},
            spellings=known_of(session, caller, partner_id),
            people=view_people(session, caller.team, partner_id, caller.today),
            offered=view_offered(session, caller, row),
        )


def partner_brief(engine: Engine, caller: Caller, partner_id: int) -> tuple[Card, Occasion]:
    """Load what to know before one speaks with a partner: its card, and what there is to talk about."""
    card = partner_card(engine, caller, partner_id)
    of = card.scored.partner.id
    with reading(engine) as session:
        return card, occasions_of(session, team=caller.team, partner_ids=[of], day=caller.today)[of]


def explain_rvi(engine: Engine, caller: Caller, partner_id: int, since: date | None) -> Explanation:
    """Explain a partner's RVI and what moved it since a day, 30 days ago by default."""
    since = since or caller.today - timedelta(days=WEAKENING_DAYS)
    with reading(engine) as session:
        scored = get_scored_partner(session, caller, partner_id)
        partner_id = scored.partner.id
        ours, theirs = explain_change_since(session, caller, partner_id, since)
        return Explanation(scored, since, ours, theirs)


def list_partners(engine: Engine, caller: Caller, request: ListRequest) -> PartnerListing:
    """List partners by vertical, owner, status or band. Ended ones are left out by default."""
    statuses = [request.status] if request.status else LISTED_STATUSES
    if request.everyone and not request.status:
        statuses = list(Status)
    owner = caller.user_id if request.is_mine else request.owner
    with reading(engine) as session:
        found = query.load_scored(session, team=caller.team, day=caller.today, owner=owner, statuses=statuses)
    wanted = name_key(request.vertical) if request.vertical else None
    found = [
        scored
        for scored in found
        if (wanted is None or (scored.partner.vertical and name_key(scored.partner.vertical) == wanted))
        and (request.band is None or scored.now.ours.band == request.band)
        and (not request.is_quiet or (scored.is_quiet and scored.partner.status == Status.ACTIVE))
    ]
    words = (request.vertical, request.status, request.band, request.is_quiet and "quiet", request.is_mine and "yours")
    chosen = ", ".join(str(word) for word in words if word)
    return PartnerListing(sorted(found, key=urgency_key), chosen, request.owner)


def urgency_key(scored: ScoredPartner) -> tuple[bool, bool, object, int, str]:
    """Sort partners that need action first, then by RVI, those without one or still provisional last."""
    rvi = None if scored.now.provisional else scored.now.ours.rvi
    return (not scored.signals, rvi is None, rvi or 0, -scored.now.quiet_days, scored.partner.name)


def list_my_partners(engine: Engine, caller: Caller) -> tuple[nudge.Nudge, PartnerListing]:
    """Load the caller's partners: those to act on with the reasons, and all of them."""
    with reading(engine) as session:
        mine = query.load_scored(
            session, team=caller.team, day=caller.today, owner=caller.user_id, statuses=LISTED_STATUSES
        )
        due = nudge.build_nudge(
            session,
            team=caller.team,
            owner=caller.user_id,
            day=caller.today,
            everything=True,
            meetings=True,
            tended=[scored for scored in mine if scored.partner.status != Status.PAUSED],
        )
    return due, PartnerListing(sorted(mine, key=urgency_key), "", caller.user_id)


def team_digest(engine: Engine, caller: Caller) -> digest.Digest:
    """Build the digest as of today."""
    with reading(engine) as session:
        return digest.build_digest(session, team=caller.team, day=caller.today)


def digest_of(engine: Engine, caller: Caller, since: date, day: date) -> digest.Digest:
    """Return the digest of a day, which covers the days from `since` on. A day that is still to come counts as today.

    Raises:
        NotFound: these are no days of a digest.
    """
    day = min(day, caller.today)
    if not timedelta() < day - since <= LONGEST_DIGEST:
        raise NotFound("That digest does not exist.")
    with reading(engine) as session:
        return digest.build_digest(session, team=caller.team, day=day, since=since)


def workspace_status(engine: Engine, caller: Caller) -> WorkspaceStatus:
    """Count the partners and list what was sent last."""
    with reading(engine) as session:
        tended = snapshots.list_snapshots(session, workspace_id=caller.team.id, statuses=[Status.ACTIVE])
        last = deliveries.latest(session, workspace_id=caller.team.id)
        return WorkspaceStatus(
            team=caller.team,
            partners=len(tended),
            unowned=len(nudge.filter_unowned(tended, members.list_members(session, workspace_id=caller.team.id))),
            last_sent=[(one.kind, one.recipient, one.claimed_at, one.state, one.problem) for one in last],
            twins=names.twins(session, workspace_id=caller.team.id) if caller.is_steward else (),
        )


def get_partner_values(engine: Engine, caller: Caller, partner_id: int) -> FieldValues:
    """Load a partner's record for a form."""
    with reading(engine) as session:
        return partner_values(session, get_partner(session, caller, partner_id))
