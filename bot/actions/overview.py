"""Looking things up: a partner's card, lists, explanations, one's own partners, how Tend is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from bot.actions.activity.entries import Entry
from bot.actions.activity.promises import step_link
from bot.actions.caller import Caller
from bot.actions.common import partner_of, scored_of, why_since
from bot.actions.notifications import digest, nudge
from bot.actions.partner_values import Values, values_of
from bot.actions.partners.history import PastChange, changes_of
from bot.actions.partners.spellings import Spelling, known_of
from bot.actions.reviews import issues, trust_survey
from bot.actions.reviews.issues import Matter
from bot.actions.reviews.trust_survey import TheirView
from bot.errors import NotFound
from bot.grammar import PartnerRequest
from bot.scores import causes, outlook, query
from bot.scores.models import Scored
from bot.workspace.team import Team
from scoring.explain import Change
from scoring.forecast import Step, next_fall
from scoring.months import WINDOW_MONTHS, add_months
from scoring.signals import WEAKENING_DAYS, Reason
from scoring.vocabulary import Side, Status
from storage.db.engine import reading
from storage.ledger import activities
from storage.name_key import name_key
from storage.notifications import deliveries
from storage.partners import snapshots
from storage.workspaces import members

LAST_ENTRIES = 5
LONGEST_DIGEST = timedelta(days=400)
NEXT_ENTRIES = 3
LAST_CHANGES = 5
OPEN_REFERRALS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of a partner.

    `falls` has, for each side, the day up to `known_until` on which with nothing new its band is lower.
    """

    team: Team
    scored: Scored
    values: Values
    status_reason: str | None
    entries: Sequence[Entry]
    planned: Sequence[Entry]
    open_referrals: Sequence[Entry]
    change: Change
    theirs: Change
    matters: Sequence[Matter]
    history: Sequence[PastChange]
    falls: Mapping[Side, Step | None]
    known_until: date
    their_view: TheirView
    step_links: Mapping[int, str | None]
    spellings: Sequence[Spelling]


@dataclass(frozen=True, slots=True)
class Explained:
    """A partner's RVI taken apart, and why it moved since a day, from both sides."""

    scored: Scored
    since: date
    ours: Change
    theirs: Change


@dataclass(frozen=True, slots=True)
class Listing:
    """Partners that were asked for, worst first, and how they were chosen: in words, and by the owner's id."""

    scored: Sequence[Scored]
    chosen: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How Tend is doing in a workspace."""

    team: Team
    partners: int
    unowned: int
    last: Sequence[tuple[str, str, datetime, str, str | None]]


def card(engine: Engine, caller: Caller, partner_id: int) -> Card:
    """A partner's card of today.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        scored = scored_of(session, caller, partner_id)
        partner_id = scored.partner.id
        row = partner_of(session, caller, partner_id)
        last = activities.latest(
            session, workspace_id=caller.team.id, partner_id=partner_id, until=caller.today, limit=LAST_ENTRIES
        )
        planned = activities.planned(
            session, workspace_id=caller.team.id, partner_id=partner_id, after=caller.today, limit=NEXT_ENTRIES
        )
        until = add_months(caller.today, WINDOW_MONTHS)
        (steps,) = outlook.forecast(session, team=caller.team, scored=[scored], until=until)
        open_ = activities.open_referrals(
            session, workspace_id=caller.team.id, partner_id=partner_id, limit=OPEN_REFERRALS
        )
        return Card(
            team=caller.team,
            scored=scored,
            values=values_of(session, row),
            status_reason=row.status_reason,
            entries=[Entry.of(entry) for entry in last],
            planned=[Entry.of(entry) for entry in planned],
            open_referrals=[Entry.of(entry) for entry in open_],
            change=causes.why(scored),
            theirs=causes.why(scored, Side.THEIRS),
            matters=issues.of_partner(session, team=caller.team, partner_id=partner_id),
            history=changes_of(session, caller, partner_id, limit=LAST_CHANGES),
            falls={side: next_fall(scored.now, steps, side) for side in Side},
            known_until=until,
            their_view=trust_survey.of_partner(session, team=caller.team, partner_id=partner_id, now=caller.now),
            step_links={one.id: step_link(caller, one.id) for one in scored.promises if one.due_on},
            spellings=known_of(session, caller, partner_id),
        )


def explain(engine: Engine, caller: Caller, partner_id: int, since: date | None) -> Explained:
    """Why a partner's RVI is what it is, and what moved it since a day (30 days ago if none is given).

    Raises:
        NotFound: it is none of this workspace.
    """
    since = since or caller.today - timedelta(days=WEAKENING_DAYS)
    with reading(engine) as session:
        scored = scored_of(session, caller, partner_id)
        partner_id = scored.partner.id
        ours, theirs = why_since(session, caller, partner_id, since)
        return Explained(scored, since, ours, theirs)


def listing(engine: Engine, caller: Caller, asked: PartnerRequest) -> Listing:
    """The partners of a vertical, an owner, a status or a band; those that are not ended if nothing is said."""
    statuses = [asked.status] if asked.status else [Status.ACTIVE, Status.PROSPECT, Status.PAUSED]
    if asked.everyone and not asked.status:
        statuses = list(Status)
    owner = caller.user_id if asked.is_mine else asked.owner
    with reading(engine) as session:
        found = query.read(session, team=caller.team, day=caller.today, owner=owner, statuses=statuses)
    wanted = name_key(asked.vertical) if asked.vertical else None
    found = [
        one
        for one in found
        if (wanted is None or (one.partner.vertical and name_key(one.partner.vertical) == wanted))
        and (asked.band is None or one.now.ours.band == asked.band)
        and (not asked.is_quiet or one.has(Reason.QUIET))
    ]
    words = (asked.vertical, asked.status, asked.band, asked.is_quiet and "quiet", asked.is_mine and "yours")
    chosen = ", ".join(str(word) for word in words if word)
    return Listing(sorted(found, key=worst_rvi_first), chosen, asked.owner)


def worst_rvi_first(one: Scored) -> tuple[bool, bool, object, int, str]:
    """Partners with reasons to act first, then by RVI, those without one last, and those for whom it is too early."""
    rvi = None if one.now.provisional else one.now.ours.rvi
    return (not one.signals, rvi is None, rvi or 0, -one.now.quiet_days, one.partner.name)


def mine(engine: Engine, caller: Caller) -> tuple[nudge.Nudge, Listing]:
    """One's own partners: those to act on with the reasons, snoozed and told ones too, and all of them."""
    with reading(engine) as session:
        due = nudge.find(session, team=caller.team, owner=caller.user_id, day=caller.today, everything=True)
    asked = PartnerRequest(verb=None, owner=caller.user_id)
    return due, listing(engine, caller, asked)


def team_digest(engine: Engine, caller: Caller) -> digest.Digest:
    """The digest as it would be today."""
    with reading(engine) as session:
        return digest.find(session, team=caller.team, day=caller.today)


def digest_of(engine: Engine, caller: Caller, since: date, day: date) -> digest.Digest:
    """The digest of a day, which tells of the days from `since` on; a later one is that of today.

    Raises:
        NotFound: these are no days of a digest.
    """
    day = min(day, caller.today)
    if not timedelta() < day - since <= LONGEST_DIGEST:
        raise NotFound("That is no digest of ours.")
    with reading(engine) as session:
        return digest.find(session, team=caller.team, day=day, since=since)


def status(engine: Engine, caller: Caller) -> Health:
    """How many partners there are, and what was last sent."""
    with reading(engine) as session:
        tended = snapshots.standings(session, workspace_id=caller.team.id, statuses=[Status.ACTIVE])
        last = deliveries.last(session, workspace_id=caller.team.id)
        return Health(
            team=caller.team,
            partners=len(tended),
            unowned=len(nudge.unowned_of(tended, members.all_of(session, workspace_id=caller.team.id))),
            last=[(one.kind, one.recipient, one.claimed_at, one.state, one.problem) for one in last],
        )


def values(engine: Engine, caller: Caller, partner_id: int) -> Values:
    """A partner's record as a form shows it.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        return values_of(session, partner_of(session, caller, partner_id))
