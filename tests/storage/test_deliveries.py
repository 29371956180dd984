"""Deliveries claimed, taken over, settled and remembered; and what was told with them."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from storage.notifications import deliveries, told_signals
from tests.storage.making import DAY, NOW, partner


def claim(session: Session, workspace_id: int, **fields: object) -> int | None:
    asked = {"kind": "nudge", "recipient": "U1", "period": "2026-06-01", "as_of_on": DAY, "now": NOW} | fields
    return deliveries.claim(session, workspace_id=workspace_id, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{"kind": "digest"}, {"recipient": "U2"}, {"period": "2026-06-02"}])
def test_a_delivery_is_claimed_once(session: Session, ours: int, other: dict[str, object]) -> None:
    first = claim(session, ours)
    assert first
    assert claim(session, ours, as_of_on=DAY + timedelta(1), channel="C1", now=NOW + timedelta(1)) is None
    assert claim(session, ours, **other) not in (None, first)
    kept = deliveries.get(session, delivery_id=first)
    assert (kept.state, kept.attempts, kept.channel, kept.claimed_at, kept.as_of_on) == ("claimed", 1, None, NOW, DAY)


@pytest.mark.parametrize("state", ["sent", "nothing", "failed"])
def test_what_is_settled_is_neither_claimed_nor_taken_over_again(session: Session, ours: int, state: str) -> None:
    taken = claim(session, ours)
    assert taken
    deliveries.finish(session, delivery_id=taken, attempts=1, state=state)
    assert claim(session, ours) is None
    assert deliveries.reclaim(session, delivery_id=taken, attempts=1, now=NOW) is False
    assert deliveries.unfinished(session, workspace_id=ours, before=NOW + timedelta(9), now=NOW + timedelta(9)) == []


def test_an_unfinished_one_is_taken_over_once_for_each_attempt(session: Session, ours: int) -> None:
    taken = claim(session, ours)
    assert taken
    later = NOW + timedelta(minutes=10)

    def waiting() -> list[int | None]:
        return [found.id for found in deliveries.unfinished(session, workspace_id=ours, before=later, now=later)]

    assert waiting() == [taken]
    assert deliveries.reclaim(session, delivery_id=taken, attempts=1, now=later) is True
    assert deliveries.reclaim(session, delivery_id=taken, attempts=1, now=later) is False
    assert waiting() == [], "claimed just now"
    assert deliveries.finish(session, delivery_id=taken, attempts=1, state="sent") is False  # no longer its own
    assert deliveries.finish(session, delivery_id=taken, attempts=2, state="retry", problem="ratelimited") is True
    assert deliveries.reclaim(session, delivery_id=taken, attempts=2, now=later) is True
    session.expire_all()
    kept = deliveries.get(session, delivery_id=taken)
    assert (kept.state, kept.attempts, kept.claimed_at, kept.problem) == ("claimed", 3, later, "ratelimited")


def test_periods_are_those_claimed_for_the_days_since_whatever_came_of_them(session: Session, ours: int) -> None:
    for place, state in enumerate(("claimed", "sent", "nothing", "failed", "retry")):
        taken = claim(session, ours, recipient=f"U{place}")
        assert taken
        deliveries.finish(session, delivery_id=taken, attempts=1, state=state)
    claim(session, ours, recipient="U9", as_of_on=DAY - timedelta(1), period="2026-05-31")
    claim(session, ours, kind="digest", recipient="", period="2026-W23")

    def periods(kind: str, since: date) -> set[tuple[str, str]]:
        return deliveries.claimed_periods(session, workspace_id=ours, kind=kind, since_on=since)

    today = {(f"U{place}", "2026-06-01") for place in range(5)}
    assert periods("nudge", DAY) == today
    assert periods("nudge", DAY - timedelta(1)) == today | {("U9", "2026-05-31")}
    assert periods("digest", DAY) == {("", "2026-W23")}
    assert periods("digest", DAY + timedelta(1)) == set()


def test_the_latest_in_which_there_was_something_to_say(session: Session, ours: int) -> None:
    ids = [claim(session, ours, recipient=f"U{place}") for place in range(4)]
    assert ids[3]
    deliveries.finish(session, delivery_id=ids[3], attempts=1, state="nothing")
    assert [found.id for found in deliveries.latest(session, workspace_id=ours, limit=2)] == [ids[2], ids[1]]


def test_what_was_told_is_remembered_until_forgotten_and_a_failed_delivery_told_nobody(
    session: Session, ours: int
) -> None:
    acme, other = partner(session, ours), partner(session, ours, "Other")
    first, second = claim(session, ours), claim(session, ours, period="2026-06-15")
    assert first
    assert second
    told = {"told_to": "U1", "workspace_id": ours, "told_on": DAY, "level": 1, "delivery_id": first}
    for of, signal in ((acme, "quiet"), (acme, "paper"), (other, "quiet")):
        told_signals.mark_told(session, partner_id=of, signal=signal, **told)  # type: ignore[arg-type]
    again = told | {"told_on": DAY + timedelta(14), "level": 2, "delivery_id": second}
    told_signals.mark_told(session, partner_id=acme, signal="quiet", **again)  # type: ignore[arg-type]

    def known(*of: int) -> set[tuple[int, str, int, date]]:
        found = told_signals.list_told(session, workspace_id=ours, told_to="U1", partner_ids=of)
        return {(n.partner_id, n.signal, n.level, n.told_on) for n in found}

    paper, quiet = (acme, "paper", 1, DAY), (acme, "quiet", 2, DAY + timedelta(14))
    assert known(acme) == {paper, quiet}
    assert known(acme, other) == {paper, quiet, (other, "quiet", 1, DAY)}
    deliveries.finish(session, delivery_id=second, attempts=1, state="failed")
    assert known(acme) == {paper}
    told_signals.delete_told(session, workspace_id=ours, partner_id=acme, signals=["quiet"])
    assert known(acme) == {paper}
    told_signals.delete_told(session, workspace_id=ours, partner_id=acme)
    assert known(acme, other) == {(other, "quiet", 1, DAY)}
