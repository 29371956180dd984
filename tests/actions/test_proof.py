"""Whether the alarms came true, as it is shown in Slack; and a signal that a steward switches off."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from scoring.replay import PartnerHistory
from storage.db.engine import reading, writing
from storage.notifications import deliveries, told_signals
from storage.tables import Activity
from storage.workspaces import settings_changes
from tests.listeners.office import ADA, ANA, STEVE, TODAY, Office, labels
from tests.scoring import worlds

ASIDE = TODAY - worlds.TODAY
PROOF = "Do the alarms come true?"


def fill(office: Office, world: Sequence[PartnerHistory]) -> list[int]:
    """Write a made-up ledger down, each row on its day; the ids of the partners."""
    since, ids, rows = worlds.BEGIN + ASIDE, [], []
    for one in world:
        id = office.partner(f"Partner {one.partner_id}", since=since, cadence_days=one.own_cadence)
        ids.append(id)
        rows += [
            {
                "workspace_id": office.workspace_id,
                "partner_id": id,
                "kind": row.kind,
                "direction": row.direction,
                "occurred_on": row.on + ASIDE,
                "recorded_at": noon(row.on + ASIDE),
                "recorded_by": ANA,
            }
            for row in one.rows
        ]
        office.rate(id, 3, on=since)
    with writing(office.engine) as session:
        session.execute(insert(Activity), rows)
    return ids


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def page(office: Office, user: str = ANA) -> str:
    review = office.told("/partner review all", user)
    (shown,) = office.press_label(review, PROOF, user).ephemerals
    return shown.visible_text


def test_a_young_ledger_says_that_it_is_too_early(office: Office) -> None:
    office.activity(office.partner())
    assert "too little to say yet" in page(office)


@pytest.fixture
def full(office: Office) -> Office:
    fill(office, worlds.two_rhythms())
    return office


def test_the_page_says_how_often_each_signal_came_true(full: Office) -> None:
    words = page(full)
    assert "120 partners that had been spoken with in the last half-year" in words
    quiet = next(line for line in words.splitlines() if "Quiet" in line)
    assert "were followed by 90 days of silence" in quiet
    assert "likely" in quiet
    assert "Without the signal:" in quiet
    assert "Better than counting days." in quiet
    one_sided = next(line for line in words.splitlines() if "One-sided" in line)
    assert "No better than counting days." in one_sided
    assert "promise overdue" in words.partition("Too few cases to say: ")[2]


def test_a_steward_switches_off_what_counting_days_does_as_well(full: Office) -> None:
    """Others are told that a steward may. From then on nobody is told, and the page says what is off."""
    review = full.told("/partner review all")
    (seen,) = full.press_label(review, PROOF).ephemerals
    assert "a steward can switch" in seen.visible_text
    assert not any("Switch off" in label for label in labels(seen))
    assert "one-sided" in full.told("/partner list", STEVE).visible_text
    review = full.told("/partner review all", STEVE)
    (offered,) = full.press_label(review, PROOF, STEVE).ephemerals
    (done,) = full.press_label(offered, "Switch off: one-sided", STEVE).ephemerals
    assert "Nobody is told any more" in done.visible_text
    assert full.told("/tend settings signals_off", STEVE).visible_text.count("lopsided")
    assert "one-sided" not in full.told("/partner list", STEVE).visible_text
    assert "One-sided" not in full.told("/tend digest", STEVE).visible_text
    words = page(full, STEVE)
    assert "Switched off: one-sided" in words
    assert "No better than counting days." in words  # it is judged all the same
    with reading(full.engine) as session:
        assert settings_changes.last_set_at(session, workspace_id=full.workspace_id, key="signals_off")


def test_only_a_steward_switches_off(full: Office) -> None:
    """Who was one when the page was shown is none any more."""
    review = full.told("/partner review all", STEVE)
    (offered,) = full.press_label(review, PROOF, STEVE).ephemerals
    full.told(f"/tend settings stewards {ADA}", ADA)
    refused = full.press_label(offered, "Switch off: one-sided", STEVE)
    assert "steward" in refused.ephemerals[0].visible_text


def nudged(office: Office, ids: Sequence[int], days: Sequence[date], user: str = ANA) -> None:
    """As if nudges had told of these partners on these days that they are quiet."""
    with writing(office.engine) as session:
        for day in days:
            at = {"kind": "nudge", "recipient": user, "period": day.isoformat(), "as_of_on": day, "now": noon(day)}
            made = deliveries.claim(session, workspace_id=office.workspace_id, **at)  # type: ignore[arg-type]
            assert made
            deliveries.finish(session, delivery_id=made, attempts=1, state="sent", sent_at=noon(day))
            for id in ids:
                told_signals.log_nudged(
                    session,
                    workspace_id=office.workspace_id,
                    partner_id=id,
                    signal="quiet",
                    told_to=user,
                    told_on=day,
                    delivery_id=made,
                )


def test_what_became_of_nudges_is_told_to_their_owner_and_to_stewards(office: Office) -> None:
    ids = fill(office, worlds.one_rhythm()[:30])
    days = [TODAY - timedelta(days=ago) for ago in (60, 200)]
    nudged(office, ids, days)
    own = office.told("/partner due").visible_text
    assert "Of 60 nudges to you in the last 12 months" in own
    mine, all_of_them = page(office), page(office, STEVE)
    assert "What became of your nudges" in mine
    assert "What became of all nudges" not in mine
    assert "What became of all nudges" in all_of_them
    assert "What became of your nudges" not in all_of_them
    assert "Comparable partners nobody was told of:" in all_of_them
    assert "no proof that a nudge did it" in all_of_them
    assert "nudges to you" not in office.told("/partner due", STEVE).visible_text


def test_a_nudge_is_judged_after_a_month(office: Office) -> None:
    """Of one of last week nobody knows yet what comes of it."""
    acme = office.partner()
    nudged(office, [acme], [TODAY - timedelta(days=7)])
    assert "nudge" not in office.told("/partner due").visible_text.partition("in the last 12 months")[2]
    assert "in the last 12 months" not in office.told("/partner due").visible_text
