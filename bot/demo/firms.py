"""The sample firms: the state that each demonstrates, as counts and days before today.

The numbers hold that state on any start day, with a margin of a few days. Counting rows lie 48 to 325 days back, inside
the window now, on the last digest's day, and for 30 days around either. History lies before all of these windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.demo.calendar import DAY, DemoDays, last_weekday
from bot.demo.people import Owners
from scoring.months import window_start
from scoring.vocabulary import Direction, Kind, Outcome

IN, OUT, JOINT = Direction.IN, Direction.OUT, Direction.JOINT
POUND = 100


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A ledger row with exact values. `pounds` is its value."""

    kind: Kind
    direction: Direction
    occurred_on: date
    title: str
    outcome: Outcome | None = None
    pounds: int | None = None
    medium: str | None = None
    voided: bool = False


@dataclass(frozen=True, slots=True)
class ContactSeed:
    """Somebody at a partner."""

    name: str
    role: str
    address: str
    is_sponsor: bool = False


@dataclass(frozen=True, slots=True)
class Firm:
    """A sample partner. Days count back from today. `counts` lie in the last twelve months, `won` are values in pounds.

    `costs` are (purpose, days ago, pounds or None, minutes or None), and `matters` are (kind, text). `status` and
    `record` are further columns of the partner.
    """

    name: str
    vertical: str | None
    owner: str | None
    them: str | None = None
    since: int = 720
    counts: Mapping[tuple[Kind, Direction], int] = field(default_factory=dict)
    won: tuple[int, ...] = ()
    ours: tuple[tuple[str, int, int], ...] = ()
    theirs: tuple[tuple[str, int, int], ...] = ()
    last_touch: int = 4
    deeds: tuple[LedgerRow, ...] = ()
    promises: tuple[tuple[str, date], ...] = ()
    aliases: tuple[str, ...] = ()
    complete: bool = True
    status: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    costs: tuple[tuple[str, int, int | None, int | None], ...] = ()
    matters: tuple[tuple[str, str], ...] = ()
    people: tuple[ContactSeed, ...] = ()
    domains: tuple[str, ...] = ()


def counts(
    referral: tuple[int, int] = (0, 0),
    event: int = 0,
    collab: int = 0,
    promo: int = 0,
    strategic: tuple[int, int] = (0, 0),
) -> Mapping[tuple[Kind, Direction], int]:
    """Return activity counts for twelve months. Referrals are (to us, to them)."""
    return {
        (Kind.STRATEGIC_REFERRAL, IN): strategic[0],
        (Kind.REFERRAL, IN): referral[0],
        (Kind.EVENT, JOINT): event,
        (Kind.COLLABORATION, JOINT): collab,
        (Kind.CROSS_PROMOTION, JOINT): promo,
        (Kind.REFERRAL, OUT): referral[1],
        (Kind.STRATEGIC_REFERRAL, OUT): strategic[1],
    }


def firms(days: DemoDays, who: Owners) -> list[Firm]:
    """Return all firms, by vertical."""
    return [
        *_accountants(days, who),
        *_solicitors(days, who),
        *_it(days, who),
        *_hr(days, who),
        *_brokers(days, who),
    ]


def _accountants(days: DemoDays, team: Owners) -> list[Firm]:
    wednesday, thursday = days.monday - 5 * DAY, days.monday - 4 * DAY
    rolled = window_start(days.today)
    return [
        Firm(
            "Larkfield Accountants", "accountants", team.ana,
            "a growth plan to offer with the accounts, so that clients stay",
            counts=counts((6, 3), event=2, collab=1, strategic=(1, 0)), won=(18_500, 14_000, 9_500),
            ours=((team.ana, 5, 140), (team.ben, 4, 90)), theirs=((team.ana, 4, 100),), last_touch=3,
            deeds=(LedgerRow(Kind.REFERRAL, IN, wednesday, "Harbourline Marine", Outcome.WON, 8_400),),
            aliases=("Larkfield", "LFA"),
            record={
                "overlap": "some", "boundary": "They do tax and accounts, we do plans; who is asked for both says so.",
                "boundary_review_on": days.today + 120 * DAY, "our_sponsor": "Priya Raman",
                "customers_we_can": 25, "customers_they_can": 60,
                "terms": "commission", "terms_share": 750, "terms_answer": "willing",
                "risk_plan": "two more accountants as close as this one by next summer",
            },
            costs=(("Stand at their summer evening", 150, 650, None), ("Joint planning day", 90, None, 420)),
            matters=(("idea", "A guide to selling a practice, written together"),),
            people=(
                ContactSeed("Marian Holt", "Managing partner", "marian.holt@larkfield.example", is_sponsor=True),
                ContactSeed("Owen Pryce", "Tax adviser", "owen.pryce@larkfield.example"),
            ), domains=("larkfield.example",),
        ),
        Firm(
            "Pennyroyal & Co", "accountants", team.ben, "clients who ask for more than tax returns",
            counts=counts((2, 2), event=3, collab=1, promo=1), won=(6_800,), ours=((team.ben, 4, 60),),
            theirs=((team.ben, 4, 60),), last_touch=6, since=940,
            deeds=(LedgerRow(Kind.EVENT, JOINT, thursday, "Budget morning for family firms"),),
        ),
        Firm(
            "Tallow Bridge Accounting", "accountants", team.ana, "a speaker for their owners' evenings",
            counts=counts((2, 1), event=2, collab=1), won=(4_200,), ours=((team.ana, 3, 130),), last_touch=9,
            record={"next_review_on": days.monday - 3 * DAY},
            costs=(("Speaker's fee for their evening", 110, 300, None),),
        ),
        Firm(
            "Quillmark Bookkeeping", "accountants", team.chloe, "work for quiet months",
            counts=counts((0, 1), promo=2), ours=((team.chloe, 3, 75),), last_touch=12, since=560,
        ),
        Firm(
            "Norbury Finch", "accountants", team.ana, "their name beside ours at events",
            counts=counts((0, 1), event=2, collab=1), ours=((team.ana, 3, 110),), last_touch=11, since=800,
            deeds=tuple(
                LedgerRow(Kind.EVENT, JOINT, last_weekday(rolled - back * DAY), f"Webinar: ready to sell, part {part}")
                for part, back in enumerate((20, 17, 14, 10), 1)
            ),
        ),
    ]  # fmt: skip


def _solicitors(days: DemoDays, team: Owners) -> list[Firm]:
    tuesday, thursday, friday = (days.monday - back * DAY for back in (6, 4, 3))
    return [
        Firm(
            "Harrow & Vale Solicitors", "solicitors", team.ben, "deals that are ready when they reach the lawyers",
            counts=counts((2, 2), event=3, collab=1), won=(7_600,), ours=((team.ben, 4, 80),),
            theirs=((team.ben, 5, 80),), last_touch=5,
            deeds=(
                LedgerRow(Kind.REFERRAL, IN, tuesday - 14 * DAY, "Thornbury Pumps", Outcome.WON, 5_300),
                LedgerRow(Kind.COLLABORATION, JOINT, tuesday - 7 * DAY, "Checklist for a clean sale"),
                LedgerRow(Kind.EVENT, JOINT, tuesday, "Breakfast: selling in a slow market"),
            ),
        ),
        Firm(
            "Acme Legal", "solicitors", team.ana, "introductions to owners who are about to sell",
            counts=counts((2, 1), event=2, promo=1), ours=((team.ana, 3, 45),), theirs=((team.ana, 4, 45),),
            last_touch=3, aliases=("Acme LLP",),
            deeds=(
                LedgerRow(Kind.REFERRAL, IN, days.ago(66), "Wharfside Foods", Outcome.MET, 12_000),
                LedgerRow(Kind.REFERRAL, IN, thursday, "Elmstead Garages", Outcome.INTRODUCED, 6_000),
                LedgerRow(Kind.REFERRAL, OUT, friday, "Cobble Lane Cycles", Outcome.INTRODUCED),
            ),
        ),
        Firm(
            "Brindle Moss Law", "solicitors", team.ana, "a second opinion on small deals, without a fight over fees",
            counts=counts((2, 1), event=2, collab=1), won=(3_100,), ours=((team.ana, 3, 95),), last_touch=38,
            people=(
                ContactSeed("Helen Moss", "Partner", "helen.moss@brindlemoss.example", is_sponsor=True),
                ContactSeed("Tom Brindle", "Solicitor", "tom.brindle@brindlemoss.example"),
            ), domains=("brindlemoss.example",),
        ),
        Firm(
            "Copperline Solicitors", "solicitors", team.ben, "clients outside the city",
            counts=counts((2, 1), event=3), ours=((team.ben, 4, 150),), last_touch=72, since=600,
        ),
        Firm(
            "Saltmarsh Legal", "solicitors", team.chloe, "help with a succession of their own",
            counts=counts((0, 1), event=2), ours=((team.chloe, 3, 160),), last_touch=115, since=640,
        ),
    ]  # fmt: skip


def _it(days: DemoDays, team: Owners) -> list[Firm]:
    rolls_off = last_weekday(window_start(days.today) + 14 * DAY)
    return [
        Firm(
            "Kestrel Cloud", "IT", team.ana, "owners who decide, not their IT departments",
            counts=counts((0, 4), event=2, strategic=(0, 1)), ours=((team.ana, 3, 85),), last_touch=14,
        ),
        Firm(
            "Bluegate Systems", "IT", team.ben, "case studies with named clients",
            record={
                "terms": "retainer_and_success", "terms_rate_minor": 110 * POUND, "terms_hours": 40, "terms_months": 12,
                "terms_retainer_minor": 150 * POUND, "terms_fee_minor": 900 * POUND,
                "terms_worth_minor": 60_000 * POUND,
                "terms_answer": "willing", "other_industry": True,
            },
            matters=(("issue", "Their invoices to our clients come late"),),
            counts=counts((5, 0), collab=1, promo=1), won=(9_100,), ours=((team.ben, 4, 65),), last_touch=10,
        ),
        Firm(
            "Hexley Data", "IT", team.chloe, "leads, and more leads",
            record={"terms": "hourly", "terms_answer": "unwilling"},
            counts=counts((0, 4), event=2), ours=((team.chloe, 2, 40),), theirs=((team.chloe, 3, 40),), last_touch=16,
        ),
        Firm(
            "Ferrygate Cyber", "IT", team.chloe, "a plain word for what they do",
            counts=counts((0, 1), event=2, collab=1), ours=((team.chloe, 3, 70),), last_touch=19, since=610,
            deeds=(LedgerRow(Kind.EVENT, JOINT, rolls_off, "Webinar: who can read this?"),),
        ),
        Firm(
            "Orchard Byte", "IT", team.ana, "a logo on our website", ours=((team.ana, 3, 120),), last_touch=21,
            since=690,
        ),
        Firm(
            "Fernhill Software", "IT", team.ben, "first customers in manufacturing", since=50,
            ours=((team.ben, 4, 40),), last_touch=5,
            deeds=(
                LedgerRow(Kind.REFERRAL, IN, days.ago(32), "Gantry Steelworks", Outcome.MET, 9_000),
                LedgerRow(Kind.EVENT, JOINT, days.ago(15), "Shop floor open day"),
            ),
        ),
    ]  # fmt: skip


def _hr(days: DemoDays, team: Owners) -> list[Firm]:
    due = last_weekday(days.workday - DAY)
    return [
        Firm(
            "Wren People Partners", "HR", team.ana, "a say in plans before the hiring starts",
            counts=counts((2, 2), event=2, collab=1), won=(2_600,), ours=((team.ana, 3, 55),), last_touch=8,
            promises=(("Send the salary benchmark", due),),
        ),
        Firm(
            "Thistledown HR", "HR", team.chloe, "someone to hand pay reviews to", counts=counts((1, 1), event=1),
            ours=((team.chloe, 3, 200),), last_touch=90, since=500,
            status={
                "status": "paused", "status_reason": "their founder is on leave",
                "paused_until_on": days.today + 45 * DAY,
            },
        ),
        Firm(
            "Marigold Talent", "HR", team.ben, "candidates", counts=counts((1, 3)), ours=((team.ben, 2, 300),),
            last_touch=130, since=660,
            status={"status": "ended", "status_reason": "we agreed that we want the same customers"},
        ),
        Firm(
            "Juniper Coaching", "HR", team.ben, since=20, last_touch=12, complete=False, status={"status": "prospect"},
        ),
        Firm(
            "Ashgrove Recruitment", "HR", None, "early word of growing teams", counts=counts((0, 1), event=4, collab=1),
            ours=((team.chloe, 3, 100),), last_touch=18, since=580,
        ),
    ]  # fmt: skip


def _brokers(days: DemoDays, team: Owners) -> list[Firm]:
    return [
        Firm(
            "Stonebrook Insurance", "insurance brokers", team.left, "a plan that makes key-person cover worth having",
            counts=counts((3, 1), event=2), won=(3_900,), ours=((team.left, 4, 170),), last_touch=26, since=700,
        ),
        Firm(
            "Lanternhouse Brokers", "insurance brokers", team.ana, "renewals that are about more than price",
            counts=counts((2, 1), event=2), ours=((team.ana, 4, 70),), last_touch=41, since=620,
            status={"snoozed_until_on": days.today + 10 * DAY},
        ),
        Firm(
            "Cobalt Cover", "insurance brokers", team.chloe, "owners who know what a day's standstill costs",
            counts=counts((0, 1), event=2), last_touch=7, since=400,
        ),
        Firm(
            "Millrace Underwriting", "insurance brokers", team.ben, "risks they understand before they price them",
            counts=counts((3, 1), event=2), won=(5_200,), ours=((team.ben, 3, 240),), last_touch=13,
        ),
        Firm(
            "Peregrine Risk", "insurance brokers", team.chloe, counts=counts((0, 2), event=4), complete=False,
            ours=((team.chloe, 3, 50),), theirs=((team.chloe, 5, 50),), last_touch=9, since=480,
            deeds=(
                LedgerRow(Kind.REFERRAL, IN, days.ago(75), "typed for the wrong partner", voided=True),
                LedgerRow(Kind.EVENT, JOINT, last_weekday(days.today + 20 * DAY), "Breakfast: risk on one page"),
            ),
        ),
    ]  # fmt: skip
