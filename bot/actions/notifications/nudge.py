"""What an owner should hear of today: asked by the tick, `/partner due`, Home and `tend nudges`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from bot.actions.activity.entries import Entry
from bot.actions.notifications.best_moves import Proposed, best_moves
from bot.actions.owners import not_members
from bot.actions.reviews import trust_survey
from bot.actions.reviews.trust_survey import ANSWERED, MOST_NEWS, Said
from bot.scores import causes, query
from bot.scores.query import Promise, Scored
from bot.workspace.team import Team
from scoring.balance import least_given
from scoring.explain import Change
from scoring.signals import REPEAT_DAYS, WORST_FIRST, Reason, Signal, Told, to_tell
from scoring.vocabulary import Kind, Status
from storage.ledger import activities
from storage.notifications import told_signals
from storage.partners import snapshots
from storage.partners.snapshots import Standing
from storage.tables import Person
from storage.workspaces import members

FOLLOW_UP_DAYS = 21
MOST_WAITING = 5
WAITING = "waiting:"


@dataclass(frozen=True, slots=True)
class Item:
    """One partner with its reasons to act, worst first, and what a call could bring *them*.

    `cause` explains a weakening. Of `promise`, `wiifm` and `offer` the first that is there is the reason to call.
    """

    scored: Scored
    signals: tuple[Signal, ...]
    cause: Change | None
    promise: Promise | None
    wiifm: str | None
    offer: Kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """A referral of whose outcome nobody has said anything for a while."""

    partner_id: int
    partner: str
    entry: Entry

    @property
    def notice(self) -> str:
        """The name under which telling of it is remembered."""
        return f"{WAITING}{self.entry.id}"


@dataclass(frozen=True, slots=True)
class Nudge:
    """All that one person is told on one local day. `cleared` are told signals whose cause is gone.

    Of `items` those on `paperwork` have nothing worse than a record that lacks something; `waiting` are referrals to
    follow up, `answers` what partners' contacts said who were asked; `best` is where an hour does most, said only to
    who asks. For stewards: `unowned` are partners that
    nobody tends, or whose owner has left, and `digest_problem` says why the team's digest could not be posted.
    """

    team: Team
    owner: str
    day: date
    items: tuple[Item, ...]
    waiting: tuple[Waiting, ...] = ()
    answers: tuple[Said, ...] = ()
    unowned: tuple[Standing, ...] = ()
    digest_problem: str | None = None
    best: tuple[Proposed, ...] = ()
    cleared: tuple[tuple[int, tuple[str, ...]], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.items or self.waiting or self.answers or self.unowned or self.digest_problem)

    @property
    def pressing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.signals[0].reason != Reason.INCOMPLETE)

    @property
    def paperwork(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.signals[0].reason == Reason.INCOMPLETE)


def find(session: Session, *, team: Team, owner: str, day: date, everything: bool = False) -> Nudge:
    """What to tell `owner` on `day`; with `everything` also what was told already. Snoozed partners rest either way."""
    tended = query.read(session, team=team, day=day, owner=owner, statuses=[Status.ACTIVE])
    told = _told(session, team, owner, [one.partner.id for one in tended])
    items, cleared = [], []
    for scored in tended:
        heard = [notice for notice in told[scored.partner.id] if notice.reason != Reason.UNOWNED]
        found = {signal.reason for signal in scored.signals}
        if gone := tuple(str(notice.reason) for notice in heard if notice.reason not in found):
            cleared.append((scored.partner.id, gone))
        speak = () if scored.is_snoozed else scored.signals if everything else to_tell(scored.signals, heard, day)
        if speak:
            items.append(_item(session, team, scored, speak))
    return Nudge(
        team=team,
        owner=owner,
        day=day,
        items=tuple(sorted(items, key=worst_first)),
        waiting=_waiting(session, team, owner, day, everything),
        answers=_answers(session, team, owner, day, everything),
        unowned=_unowned_for(session, team, owner, day) if owner in team.stewards else (),
        digest_problem=team.digest_problem if owner in hear_of_trouble(session, team=team) else None,
        best=best_moves(tended) if everything else (),
        cleared=tuple(cleared),
    )


def hear_of_trouble(session: Session, *, team: Team) -> frozenset[str]:
    """Who is told that the digest could not be posted: the stewards; where none is named, the admins we know of."""
    if not team.digest_problem or not team.digest_channel:
        return frozenset()
    known = members.all_of(session, workspace_id=team.id)
    return team.stewards or frozenset(one.user_id for one in known if one.is_admin and one.standing == "member")


def _waiting(session: Session, team: Team, owner: str, day: date, everything: bool) -> tuple[Waiting, ...]:
    """Referrals to follow up: three weeks without news, and not spoken of in the last two."""
    rows = activities.waiting_referrals(
        session,
        workspace_id=team.id,
        owner=owner,
        before=day - timedelta(days=FOLLOW_UP_DAYS),
        day=day,
    )
    found = [Waiting(row.partner_id, name, Entry.of(row)) for name, row in rows]
    heard = {
        notice.signal
        for notice in told_signals.told(
            session, workspace_id=team.id, told_to=owner, partner_ids=[one.partner_id for one in found]
        )
        if notice.told_on <= day < notice.told_on + timedelta(days=REPEAT_DAYS)
    }
    # Those that were heard of make room: five old ones must not keep all others from being told.
    return tuple(one for one in found if everything or one.notice not in heard)[:MOST_WAITING]


def _answers(session: Session, team: Team, owner: str, day: date, everything: bool) -> tuple[Said, ...]:
    """What contacts answered lately, each told once."""
    found = trust_survey.news(session, team=team, owner=owner, day=day)
    asked = [one.partner_id for one in found]
    told = told_signals.told(session, workspace_id=team.id, told_to=owner, partner_ids=asked)
    heard = {notice.signal for notice in told}
    return tuple(one for one in found if everything or one.notice not in heard)[:MOST_NEWS]


def unowned(session: Session, *, team: Team) -> list[Standing]:
    """Active partners that nobody tends, or whose owner has left or can't be told (a guest, a bot)."""
    active = snapshots.standings(session, workspace_id=team.id, statuses=[Status.ACTIVE])
    return unowned_of(active, members.all_of(session, workspace_id=team.id))


def unowned_of(active: Sequence[Standing], known: Sequence[Person]) -> list[Standing]:
    """The same of active partners, and of all people we know of, that were read already."""
    left = not_members(known)
    return [one for one in active if not one.owner or one.owner in left]


def _unowned_for(session: Session, team: Team, steward: str, day: date) -> tuple[Standing, ...]:
    found = unowned(session, team=team)
    told = _told(session, team, steward, [one.id for one in found])
    return tuple(one for one in found if to_tell([Signal(Reason.UNOWNED)], told[one.id], day))


def _told(session: Session, team: Team, told_to: str, partner_ids: list[int]) -> dict[int, list[Told]]:
    told: dict[int, list[Told]] = defaultdict(list)
    for notice in told_signals.told(session, workspace_id=team.id, told_to=told_to, partner_ids=partner_ids):
        if not notice.signal.startswith((WAITING, ANSWERED)):
            told[notice.partner_id].append(Told(Reason(notice.signal), notice.level, notice.told_on))
    return told


def _item(session: Session, team: Team, scored: Scored, speak: tuple[Signal, ...]) -> Item:
    weakening = any(signal.reason == Reason.WEAKENING for signal in speak)
    due = [promise for promise in scored.promises if promise.due_on and promise.due_on < scored.now.day]
    return Item(
        scored=scored,
        signals=speak,
        cause=causes.why(scored) if weakening else None,
        promise=next(iter(due or scored.promises), None),
        wiifm=scored.partner.wiifm_them,
        offer=least_given(scored.now.facts.tally),
    )


def worst_first(item: Item) -> tuple[int, int, int, str]:
    """The order in a nudge: the worst reason, its level, how long it is quiet, then by name."""
    worst = item.signals[0]
    return (WORST_FIRST.index(worst.reason), -worst.level, -item.scored.now.quiet_days, item.scored.partner.name)
