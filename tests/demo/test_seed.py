"""Every state that the seed's table promises, on whatever day it is started."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.actions.notifications import digest, nudge
from bot.demo import seed as seed_module
from bot.demo.calendar import demo_days, digest_instant, nudge_instant
from bot.demo.people import ANA, BEN, CHLOE, LEFT
from bot.scores import query
from bot.scores.models import ScoredPartner
from scoring.balance import Lopsided, find_lopsided
from scoring.signals import Reason
from scoring.vocabulary import Band
from storage.db.engine import reading
from storage.ledger import activities
from storage.partners import names as partner_names
from storage.partners import verticals
from storage.tables import Activity, Partner
from tests.demo.conftest import Seeded

AWKWARD = [
    "2026-11-23T08:00+00:00",  # a Monday before the digest's hour
    "2026-11-23T09:31+00:00",  # and after it
    "2026-11-28T12:00+00:00",  # Saturday
    "2026-11-29T23:59+00:00",  # Sunday night
    "2026-12-31T18:00+00:00",
    "2027-01-01T00:01+00:00",  # in the week 53 of the year before
    "2027-01-31T10:00+00:00",
    "2027-02-28T10:00+00:00",
    "2028-02-29T10:00+00:00",
    "2028-03-01T10:00+00:00",
    "2029-02-28T10:00+00:00",
    "2027-03-28T01:30+00:00",  # the clocks go forward
    "2026-10-25T00:30+00:00",  # and back
    "2026-05-31T22:59+00:00",  # 23:59 in London
    "2026-06-30T23:30+00:00",  # July in London
]


# The signals that the table tells of.
TOLD = {Reason.DISTRUST, Reason.WEAKENING, Reason.QUIET, Reason.PROMISE, Reason.LOPSIDED, Reason.PAPER}


def has(*reasons: tuple[Reason, int]) -> Callable[[ScoredPartner], bool]:
    """Exactly these signals of those that the table tells of."""
    return lambda one: tuple((each.reason, each.level) for each in one.signals if each.reason in TOLD) == reasons


def band(wanted: Band) -> Callable[[ScoredPartner], bool]:
    """A band, and nothing to act on."""
    return lambda one: one.now.ours.band == wanted and has()(one) and not one.now.provisional


STATES: dict[str, Callable[[ScoredPartner], bool]] = {
    "Larkfield Accountants": lambda one: (
        band(Band.STRONG)(one) and not one.now.theirs.trust.estimated and one.now.ours.trust.level == 4.5
    ),
    "Pennyroyal & Co": lambda one: band(Band.GROWING)(one) and one.now.facts.value_won > 0,
    "Tallow Bridge Accounting": lambda one: band(Band.GOOD)(one) and one.now.theirs.trust.estimated,
    "Quillmark Bookkeeping": band(Band.WEAK),
    "Norbury Finch": lambda one: (
        has((Reason.WEAKENING, 4))(one) and (one.before.ours.band, one.now.ours.band) == (Band.GOOD, Band.WEAK)
    ),
    "Harrow & Vale Solicitors": lambda one: (
        has()(one) and (one.before.ours.rvi, one.now.ours.rvi) == (2, 3)
    ),
    "Acme Legal": band(Band.GOOD),
    "Brindle Moss Law": has((Reason.QUIET, 1)),
    "Copperline Solicitors": has((Reason.QUIET, 2)),
    "Saltmarsh Legal": has((Reason.QUIET, 3)),
    "Kestrel Cloud": lambda one: (
        has((Reason.LOPSIDED, 1))(one) and find_lopsided(one.now.facts.tally) == Lopsided.THEY_TAKE
    ),
    "Bluegate Systems": lambda one: (
        has((Reason.LOPSIDED, 1))(one) and find_lopsided(one.now.facts.tally) == Lopsided.WE_TAKE
    ),
    "Hexley Data": has((Reason.DISTRUST, 1), (Reason.LOPSIDED, 1)),
    "Ferrygate Cyber": band(Band.GOOD),
    "Orchard Byte": has((Reason.PAPER, 1)),
    "Fernhill Software": lambda one: one.now.provisional and has()(one) and one.now.ours.rvi is not None,
    "Wren People Partners": has((Reason.PROMISE, 1)),
    "Thistledown HR": lambda one: one.partner.status == "paused" and one.partner.paused_until_on is not None,
    "Marigold Talent": lambda one: one.partner.status == "ended",
    "Juniper Coaching": lambda one: one.partner.status == "prospect",
    "Ashgrove Recruitment": lambda one: one.partner.owner is None and one.partner.status == "active",
    "Stonebrook Insurance": lambda one: one.partner.owner == LEFT and one.partner.status == "active",
    "Lanternhouse Brokers": lambda one: (
        has((Reason.QUIET, 1))(one)
        and one.partner.snoozed_until_on is not None
        and one.partner.snoozed_until_on > one.now.day
    ),
    "Cobalt Cover": lambda one: one.now.ours.rvi is None and one.now.theirs.rvi is None and has()(one),
    "Millrace Underwriting": lambda one: band(Band.GOOD)(one) and one.now.ours.trust.stale,
    "Peregrine Risk": lambda one: (
        band(Band.GOOD)(one) and one.partner.wiifm_them is None and one.now.theirs.trust.level == 5
    ),
}  # fmt: skip


# After the digest's hour, the end of a month, a leap day: at every run.
QUICK = {AWKWARD[1], AWKWARD[6], AWKWARD[8]}


@pytest.fixture(
    scope="module",
    params=[pytest.param(day, marks=() if day in QUICK else pytest.mark.slow) for day in AWKWARD],
)
def made(request: pytest.FixtureRequest, seeded: Callable[[datetime], Seeded]) -> Seeded:
    """The workspace as it is on a start day."""
    return seeded(datetime.fromisoformat(request.param))


def read(made: Seeded) -> dict[str, ScoredPartner]:
    with reading(made.engine) as session:
        found = query.load_scored(session, team=made.team, day=made.team.today(made.now))
    return {one.partner.name: one for one in found}


def test_every_state_is_there(made: Seeded) -> None:
    """On the start day; the digest and the nudges of the days before it have something to say of each kind."""
    found = read(made)
    assert found.keys() == STATES.keys()
    assert [name for name, holds in STATES.items() if not holds(found[name])] == []
    days = demo_days(made.team, made.now)
    assert days.today - timedelta(days=7) <= days.monday <= days.workday <= days.today
    with reading(made.engine) as session:
        week = digest.build_digest(session, team=made.team, day=days.monday)
        told = {
            owner: nudge.build_nudge(session, team=made.team, owner=owner, day=days.workday, everything=True)
            for owner in (ANA, BEN, CHLOE)
        }
    assert [one.partner.name for one, _ in week.weakened] == ["Norbury Finch"]
    assert [one.partner.name for one, _ in week.grew] == ["Harrow & Vale Solicitors"]
    assert {one.partner.name for one in week.quiet_partners} >= {
        "Brindle Moss Law",
        "Copperline Solicitors",
        "Saltmarsh Legal",
    }
    assert (week.referrals_in, week.referrals_out, week.value_won) == (2, 1, 840_000)
    assert week.concentration is not None
    assert week.concentration.alarming
    assert week.concentration.partner.name == "Larkfield Accountants"
    assert [one.partner.name for one in week.on_paper] == ["Orchard Byte"]
    assert (week.active, week.producing) == (23, 11)
    assert week.logged
    names = {owner: {item.scored.partner.name for item in found.items} for owner, found in told.items()}
    assert names[ANA] >= {"Norbury Finch", "Brindle Moss Law", "Wren People Partners", "Kestrel Cloud", "Orchard Byte"}
    assert "Lanternhouse Brokers" not in names[ANA]
    assert names[BEN] >= {"Copperline Solicitors", "Bluegate Systems"}
    assert names[CHLOE] >= {"Saltmarsh Legal", "Hexley Data"}


def test_a_band_is_about_to_fall(made: Seeded) -> None:
    """With nothing new, within the month, and of that one partner alone."""
    today = made.team.today(made.now)
    falling = []
    with reading(made.engine) as session:
        for one in query.load_scored(session, team=made.team, day=today, statuses=["active"]):
            days = (today, today + timedelta(days=30))
            now, then = query.partner_scores(session, team=made.team, partner_id=one.partner.id, days=days)
            if now.ours.band != then.ours.band:
                falling.append((one.partner.name, now.ours.band, then.ours.band))
    assert [one for one in falling if one[0] != "Fernhill Software"] == [("Ferrygate Cyber", Band.GOOD, Band.WEAK)]


def test_the_ledger_is_lifelike(made: Seeded) -> None:
    """Two years, on working days, written down when they happened and never in the future."""
    today = made.team.today(made.now)
    with reading(made.engine) as session:
        rows = session.exec(select(Activity).order_by(col(Activity.occurred_on))).all()
        known = {partner.id: partner for partner in session.exec(select(Partner)).all()}
        acme = partner_names.find_name(session, workspace_id=made.team.id, spellings=["acme llp"])
        assert acme is not None
        still_open = activities.open_referrals(session, workspace_id=made.team.id, partner_id=acme[1], limit=9)
        names = [vertical.name for vertical in verticals.list_verticals(session, workspace_id=made.team.id)]
    assert all(row.occurred_on.weekday() < 5 for row in rows)
    assert all(row.recorded_at <= made.now for row in rows)
    assert all(row.occurred_on >= known[row.partner_id].since_on for row in rows)
    assert [row.title for row in rows if row.occurred_on > today] == ["Breakfast: risk on one page"]
    assert sum(row.voided_at is not None for row in rows) == 1
    assert rows[0].occurred_on < today - timedelta(days=700)
    assert {row.direction for row in still_open} == {"in", "out"}
    assert all(row.outcome_on is None or row.outcome_on <= today for row in rows)
    assert seed_module.EMPTY_VERTICAL in names
    assert len(names) == 6


def test_the_same_instant_writes_the_same_rows(seeded: Callable[[datetime], Seeded]) -> None:
    """Chance is seeded."""
    now = datetime.fromisoformat(AWKWARD[0])

    def rows(made: Seeded) -> list[object]:
        with reading(made.engine) as session:
            return [row.model_dump() for row in session.exec(select(Activity).order_by(col(Activity.id))).all()]

    assert rows(seeded(now)) == rows(seeded(now))


def test_the_table_names_every_partner() -> None:
    """The table in the docstring and these tests tell of the same ones."""
    named = re.findall(r"^\| (\S.*?) +\|", seed_module.__doc__ or "", re.MULTILINE)
    assert named[1:] == list(STATES)


def test_the_moments_are_the_latest(made: Seeded) -> None:
    """Half past nine of a Monday, and of a working day, both past and not a day too early."""
    monday, workday = digest_instant(made.team, made.now), nudge_instant(made.team, made.now)
    for moment in (monday, workday):
        assert (moment.hour, moment.minute) == (9, 30)
        assert moment <= made.now
    assert monday.weekday() == 0
    assert made.now - monday < timedelta(days=7, hours=1)
    assert made.now - workday < timedelta(days=3, hours=1)
