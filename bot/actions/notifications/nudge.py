"""Build an owner's nudge for the scheduler, `/partner due`, Home and `tend nudges`."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from sqlmodel import Session

from bot.actions.activity.entries import Entry
from bot.actions.meeting_briefs import next_meetings
from bot.actions.notifications.best_moves import ProposedMove, best_moves
from bot.actions.notifications.nudge_plan import (
    FOLLOW_UP_DAYS,
    WAITING_PREFIX,
    candidates,
    heard_by,
    introduction,
    pace_of,
    to_say,
)
from bot.actions.notifications.occasions import NONE, Occasion, occasions_of
from bot.actions.owners import non_members
from bot.actions.reviews import referral_link, trust_survey
from bot.actions.reviews.referral_link import MAX_OFFERS_TOLD, OFFERED_PREFIX, Offer
from bot.actions.reviews.trust_survey import ANSWERED_PREFIX, MAX_NEWS, SurveyAnswer
from bot.scores import causes, query
from bot.scores.models import Promise, ScoredPartner
from bot.workspace.team import Team
from scoring.explain import Change
from scoring.noise_budget import Heard, Note, Pace, Stage, Told, Topic, is_another_week, plan, stage_of
from scoring.signals import WORST_FIRST, Reason, Signal
from scoring.vocabulary import Status
from storage.ledger import activities
from storage.notifications import deliveries
from storage.partners import snapshots
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import Person
from storage.workspaces import members, settings_changes

MOST_WITH_OCCASIONS = 15
MAX_WAITING_REFERRALS = 5


@dataclass(frozen=True, slots=True)
class NudgeItem:
    """One partner with its reasons to act, worst first, and a reason to call.

    `cause` explains a weakening. `occasion`, `promise`, `chase` and `wiifm` are what there is to call about; `chase` is
    what they promised us and is past its day.
    `again` are the reasons that were told before, with the day; `asks`: it was told so often that one asks whether to
    go on with this partner. `meets_at` is when the person meets them next by their own calendar, in their own zone.
    """

    scored: ScoredPartner
    signals: tuple[Signal, ...]
    cause: Change | None
    promise: Promise | None
    wiifm: str | None
    chase: Promise | None = None
    occasion: Occasion = NONE
    again: tuple[tuple[Reason, date], ...] = ()
    asks: bool = False
    meets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingReferral:
    """A referral without news of its outcome since `moved_on`."""

    partner_id: int
    partner: str
    entry: Entry
    moved_on: date

    @property
    def notice(self) -> str:
        """The key under which the notice is remembered."""
        return f"{WAITING_PREFIX}{self.entry.id}"


@dataclass(frozen=True, slots=True)
class Nudge:
    """Everything one person is told on one local day.

    `paperwork_items` are those `items` that only lack something in the record. `waiting_referrals` need a follow-up,
    `offers` wait for a decision, `answers` came from trust surveys, `best` moves are shown only on request. `more`
    counts partners without room.
    `untold` are partners whose last contact Tend can't know. `notes` is what to remember, `cleared` the mentioned
    signals whose cause is gone. For stewards: `unowned` partners have no owner or one who left, and `digest_problem`
    says why the digest could not be posted.
    """

    team: Team
    owner: str
    day: date
    items: tuple[NudgeItem, ...]
    waiting_referrals: tuple[WaitingReferral, ...] = ()
    offers: tuple[Offer, ...] = ()
    answers: tuple[SurveyAnswer, ...] = ()
    unowned: tuple[PartnerSnapshot, ...] = ()
    digest_problem: str | None = None
    best: tuple[ProposedMove, ...] = ()
    untold: tuple[ScoredPartner, ...] = ()
    more: int = 0
    notes: tuple[Note, ...] = ()
    cleared: tuple[tuple[int, tuple[str, ...]], ...] = ()

    @property
    def is_empty(self) -> bool:
        told = (self.items, self.waiting_referrals, self.offers, self.answers, self.unowned, self.untold)
        return not (any(told) or self.digest_problem)

    @property
    def urgent_items(self) -> tuple[NudgeItem, ...]:
        return tuple(item for item in self.items if item.signals[0].reason != Reason.INCOMPLETE)

    @property
    def paperwork_items(self) -> tuple[NudgeItem, ...]:
        return tuple(item for item in self.items if item.signals[0].reason == Reason.INCOMPLETE)


def build_nudge(
    session: Session,
    *,
    team: Team,
    owner: str,
    day: date,
    everything: bool = False,
    meetings: bool = False,
    tended: Sequence[ScoredPartner] | None = None,
) -> Nudge:
    """Build the nudge for `owner` on `day` within the noise budget, or with `everything`. Skip snoozed partners.

    Of prospects it reminds of promises. `meetings` names those of the owner's own calendar: only where nobody but the
    owner reads it. `tended` is the owner's active partners and prospects, where they are loaded.
    """
    if tended is None:
        tended = query.load_scored(session, team=team, day=day, owner=owner, statuses=[Status.ACTIVE, Status.PROSPECT])
    known = _Known(
        pace=pace_of(session, team=team, owner=owner, day=day),
        heard=heard_by(session, team=team, owner=owner),
        tended=tended,
        waiting=_waiting_referrals(session, team, owner, day),
        offers=referral_link.waiting_offers(session, team=team, owner=owner, day=day),
        news=trust_survey.recent_answers(session, team=team, owner=owner, day=day),
        unowned=list_unowned(session, team=team) if owner in team.stewards else [],
        problem=team.digest_problem if owner in digest_failure_recipients(session, team=team) else None,
    )
    if everything:
        return _with_occasions(session, _everything(session, team, owner, day, known), meetings=meetings)
    if known.problem and not _is_trouble_due(session, team, owner, day):
        known = replace(known, problem=None)
    return _with_occasions(session, _planned(session, team, owner, day, known), meetings=meetings)


def _with_occasions(session: Session, found: Nudge, *, meetings: bool) -> Nudge:
    """Return the nudge with something to talk about for each partner that the message has room for."""
    ids = [item.scored.partner.id for item in found.urgent_items[:MOST_WITH_OCCASIONS]]
    known = occasions_of(session, team=found.team, partner_ids=ids, day=found.day)
    meets = next_meetings(session, found.team, found.owner, found.day) if ids and meetings else {}
    items = (
        replace(item, occasion=known.get(item.scored.partner.id, NONE), meets_at=meets.get(item.scored.partner.id))
        for item in found.items
    )
    return replace(found, items=tuple(items))


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that could be mentioned to an owner, and what was."""

    pace: Pace
    heard: Mapping[int, Mapping[str, Heard]]
    tended: Sequence[ScoredPartner]
    waiting: Sequence[WaitingReferral]
    offers: Sequence[Offer]
    news: Sequence[SurveyAnswer]
    unowned: Sequence[PartnerSnapshot]
    problem: str | None


def _everything(session: Session, team: Team, owner: str, day: date, known: _Known) -> Nudge:
    awake = [one for one in known.tended if not one.is_snoozed]
    items = [_build_item(session, team, one, speak, ()) for one in awake if (speak := to_say(one))]
    return Nudge(
        team=team,
        owner=owner,
        day=day,
        items=tuple(sorted(items, key=severity_key)),
        waiting_referrals=tuple(known.waiting[:MAX_WAITING_REFERRALS]),
        offers=tuple(known.offers[:MAX_OFFERS_TOLD]),
        answers=tuple(known.news[:MAX_NEWS]),
        unowned=tuple(known.unowned),
        digest_problem=known.problem,
        best=best_moves([one for one in known.tended if one.partner.status == Status.ACTIVE]),
        untold=tuple(one for one in awake if _is_untold(one)),
    )


def _planned(session: Session, team: Team, owner: str, day: date, known: _Known) -> Nudge:
    """Build what the budget lets through. News of other kinds can start a message too, and joins any."""
    pace, heard = known.pace, known.heard
    answers = [one for one in known.news if one.notice not in heard.get(one.partner_id, {})][:MAX_NEWS]
    orphans = [(one, stage_of(UNOWNED, heard.get(one.id, {}).get(UNOWNED.key), day)) for one in known.unowned]
    offers = _offers_due(known, day)
    stages = [stage for _, stage in orphans if stage is not None]
    stages += [Stage.OWED] * bool(answers or offers)
    opened = known.problem is not None or any(pace.allows(stage, day) for stage in stages)
    waiting: dict[int, list[Topic]] = defaultdict(list)
    for one in known.waiting:
        waiting[one.partner_id].append(introduction(one.notice, one.moved_on))
    chosen = plan(candidates(known.tended, waiting, heard), pace, day, anyway=opened)
    if not chosen.full and not opened:
        return Nudge(team=team, owner=owner, day=day, items=(), cleared=_cleared(known))
    told = {one.partner_id: one for one in chosen.full}
    introduced = [one for one in known.waiting if one.partner_id in told and _is_told(told[one.partner_id], one.notice)]
    unowned = [(one, stage) for one, stage in orphans if stage is not None]
    notes = [_counted(note, {one.notice for one in introduced[MAX_WAITING_REFERRALS:]}) for note in chosen.notes]
    notes += [Note(one.partner_id, one.notice, 1, 1) for one in answers]
    notes += [
        Note(one.partner_id, one.notice, 1, _times(heard.get(one.partner_id, {}).get(one.notice))) for one in offers
    ]
    notes += [Note(one.id, UNOWNED.key, 1, _times(heard.get(one.id, {}).get(UNOWNED.key))) for one, _ in unowned]
    first = pace.is_first_of_month(day)
    return Nudge(
        team=team,
        owner=owner,
        day=day,
        items=(*_items(session, team, known, told), *(_papers(session, team, known) if first else ())),
        waiting_referrals=tuple(introduced[:MAX_WAITING_REFERRALS]),
        offers=tuple(offers),
        answers=tuple(answers),
        unowned=tuple(one for one, _ in unowned),
        digest_problem=known.problem,
        untold=tuple(one for one in known.tended if _is_untold(one) and not one.is_snoozed) if first else (),
        more=chosen.more,
        notes=tuple(notes),
        cleared=_cleared(known),
    )


def _is_untold(one: ScoredPartner) -> bool:
    return one.is_untold and one.partner.status == Status.ACTIVE


UNOWNED = Topic(str(Reason.UNOWNED))


def _is_trouble_due(session: Session, team: Team, owner: str, day: date) -> bool:
    """Return whether today's message names the digest's problem: the first since it began, and one a week."""
    of = {"workspace_id": team.id}
    failing = deliveries.digests_fail_since(session, **of)
    last = deliveries.sent_to(session, **of, recipient=owner, before=day, limit=1)
    if failing is None or not last:
        return True
    # Another channel was another chance: that it fails too is news.
    began = max(failing, settings_changes.last_set_at(session, **of, key="digest_channel") or failing)
    last_on, sent_at = last[0]
    return sent_at <= began or is_another_week(team.today(began), last_on, day)


def _offers_due(known: _Known, day: date) -> list[Offer]:
    """Return the offers to tell today: new ones, and those that still wait after a while."""
    due = (
        one
        for one in known.offers
        if stage_of(Topic(one.notice, owed=True), known.heard.get(one.partner_id, {}).get(one.notice), day) is not None
    )
    return list(islice(due, MAX_OFFERS_TOLD))


def _is_told(told: Told, key: str) -> bool:
    return any(topic.key == key for topic, _ in told.topics)


def _times(heard: Heard | None) -> int:
    return 1 if heard is None else heard.times + 1


def _counted(note: Note, left: Collection[str]) -> Note:
    """Return the note, marked as only counted if its introduction had no room in the message."""
    return replace(note, times=0) if note.key in left else note


def _items(session: Session, team: Team, known: _Known, told: Mapping[int, Told]) -> Iterator[NudgeItem]:
    """Build the items in the order of the plan. Partners with only waiting introductions get none."""
    by_id = {one.partner.id: one for one in known.tended}
    for id, one in told.items():
        stages = {topic.key: stage for topic, stage in one.topics}
        speak = tuple(signal for signal in by_id[id].signals if str(signal.reason) in stages)
        if speak:
            heard = known.heard.get(id, {})
            again = tuple(
                (signal.reason, heard[str(signal.reason)].told_on)
                for signal in speak
                if stages[str(signal.reason)] >= Stage.STILL
            )
            yield replace(_build_item(session, team, by_id[id], speak, again), asks=one.asks)


def _papers(session: Session, team: Team, known: _Known) -> Iterator[NudgeItem]:
    """Build items for incomplete records. They start no message but join the first of a month."""
    for one in known.tended:
        lacking = tuple(signal for signal in one.signals if signal.reason == Reason.INCOMPLETE)
        if lacking and not one.is_snoozed:
            yield _build_item(session, team, one, lacking, ())


def _cleared(known: _Known) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """List what was mentioned and is no longer true, so that it is new when it returns."""
    ownerless = {one.id for one in known.unowned}
    there = {one.partner.id: {str(signal.reason) for signal in one.signals} for one in known.tended}
    cleared = []
    for id, topics in known.heard.items():
        gone = [
            key
            for key in topics
            if not key.startswith((WAITING_PREFIX, ANSWERED_PREFIX, OFFERED_PREFIX))
            and (id not in ownerless if key == UNOWNED.key else key not in there.get(id, ()))
        ]
        if gone:
            cleared.append((id, tuple(gone)))
    return tuple(cleared)


def digest_failure_recipients(session: Session, *, team: Team) -> frozenset[str]:
    """Return who is told about a digest problem: the stewards, or the known admins if there are none."""
    if not team.digest_problem or not team.digest_channel:
        return frozenset()
    known = members.list_members(session, workspace_id=team.id)
    return team.stewards or frozenset(one.user_id for one in known if one.is_admin and one.standing == "member")


def _waiting_referrals(session: Session, team: Team, owner: str, day: date) -> tuple[WaitingReferral, ...]:
    """Load referrals to follow up: three weeks without news."""
    rows = activities.waiting_referrals(
        session,
        workspace_id=team.id,
        owner=owner,
        before=day - timedelta(days=FOLLOW_UP_DAYS),
        day=day,
    )
    return tuple(
        WaitingReferral(row.partner_id, name, Entry.of(row), row.outcome_on or row.occurred_on) for name, row in rows
    )


def list_unowned(session: Session, *, team: Team) -> list[PartnerSnapshot]:
    """List active partners without an owner, or whose owner left or can't get messages (a guest, a bot)."""
    active = snapshots.list_snapshots(session, workspace_id=team.id, statuses=[Status.ACTIVE])
    return filter_unowned(active, members.list_members(session, workspace_id=team.id))


def filter_unowned(active: Sequence[PartnerSnapshot], known: Sequence[Person]) -> list[PartnerSnapshot]:
    """Return the loaded partners that have no reachable owner."""
    left = non_members(known)
    return [partner for partner in active if not partner.owner or partner.owner in left]


def _build_item(
    session: Session,
    team: Team,
    scored: ScoredPartner,
    speak: tuple[Signal, ...],
    again: tuple[tuple[Reason, date], ...],
) -> NudgeItem:
    weakening = any(signal.reason == Reason.WEAKENING for signal in speak)
    due, late = (
        [promise for promise in side if promise.due_on and promise.due_on < scored.now.day]
        for side in (scored.promises, scored.promised_us)
    )
    return NudgeItem(
        scored=scored,
        signals=speak,
        again=again,
        cause=causes.explain_change(scored) if weakening else None,
        promise=next(iter(due or scored.promises), None),
        wiifm=scored.partner.wiifm_them,
        chase=next(iter(late), None),
    )


def severity_key(item: NudgeItem) -> tuple[int, int, int, str]:
    """Sort items by worst reason, its level, quiet days, then name."""
    worst = item.signals[0]
    return (WORST_FIRST.index(worst.reason), -worst.level, -item.scored.now.quiet_days, item.scored.partner.name)
