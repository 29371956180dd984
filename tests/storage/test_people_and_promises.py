"""Workspaces, people, promises, requests, and who changed what."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from storage.partners import audit_log, partners, promises, snapshots
from storage.workspaces import members, seen_requests, workspaces
from tests.storage.making import DAY, NOW, activity, partner


def test_the_first_team_takes_over_what_was_done_before_it_connected(session: Session) -> None:
    waiting = workspaces.get_or_create_unconnected(session, now=NOW)
    assert workspaces.get_or_create_unconnected(session, now=NOW).id == waiting.id
    partner(session, waiting.id or 0)
    first = workspaces.connect(session, team_id="T1", name="One", bot_user_id="B1", now=NOW)
    assert (first.id, first.team_id, first.name, first.bot_user_id) == (waiting.id, "T1", "One", "B1")
    second = workspaces.connect(session, team_id="T2", now=NOW)
    assert second.id != first.id
    assert [p.name for p in snapshots.list_snapshots(session, workspace_id=first.id or 0)] == ["Acme"]
    assert snapshots.list_snapshots(session, workspace_id=second.id or 0) == []
    assert [found.id for found in workspaces.list_workspaces(session)] == [first.id, second.id]


def test_a_team_that_connects_again_is_the_same_and_keeps_what_is_not_said_anew(session: Session) -> None:
    first = workspaces.connect(session, team_id="T1", name="One", bot_user_id="B1", now=NOW)
    again = workspaces.connect(session, team_id="T1", now=NOW)
    assert (again.id, again.name, again.bot_user_id) == (first.id, "One", "B1")
    assert workspaces.connect(session, team_id="T1", name="Uno", now=NOW).name == "Uno"
    found = workspaces.lock_by_team(session, team_id="T1")
    assert found
    assert found.id == first.id
    assert workspaces.lock_by_team(session, team_id="T2") is None


def test_settings_are_stored_in_one_workspace(session: Session, ours: int, others: int) -> None:
    workspaces.set_fields(session, workspace_id=ours, fields={"currency": "EUR", "digest_hour": 7})
    session.flush()
    session.expire_all()
    kept, untouched = (workspaces.get(session, workspace_id=of) for of in (ours, others))
    assert (kept.currency, kept.digest_hour) == ("EUR", 7)
    assert (untouched.currency, untouched.digest_hour) == ("GBP", 9)
    with pytest.raises(NoResultFound):
        workspaces.get(session, workspace_id=999)


def test_what_slack_says_of_a_person_replaces_what_it_said(session: Session, ours: int) -> None:
    for name, admin in (("Ann", False), ("Anne", True)):
        members.save_member(
            session,
            workspace_id=ours,
            user_id="U1",
            name=name,
            timezone="Europe/Oslo",
            standing="member",
            is_admin=admin,
            now=NOW,
        )
    (found,) = members.list_members(session, workspace_id=ours)
    assert (found.name, found.is_admin, found.timezone, found.checked_at) == ("Anne", True, "Europe/Oslo", NOW)
    assert members.find_member(session, workspace_id=ours, user_id="U2") is None


def promise(session: Session, ours: int, of: int, due: date | None, **fields: object) -> int:
    step = promises.add(session, workspace_id=ours, partner_id=of, what="call", due_on=due, by="U1", now=NOW, **fields)  # type: ignore[arg-type]
    assert step.id
    return step.id


def test_open_promises_come_soonest_first_those_without_a_day_last(session: Session, ours: int) -> None:
    acme, other = partner(session, ours), partner(session, ours, "Other")
    some_day, late, soon = (promise(session, ours, acme, due) for due in (None, DAY + timedelta(9), DAY))
    tie, elsewhere = promise(session, ours, acme, DAY), promise(session, ours, other, DAY - timedelta(1))
    done, voided = promise(session, ours, acme, DAY), promise(session, ours, acme, DAY)
    for id, field in ((done, "done_at"), (voided, "voided_at")):
        step = promises.get(session, workspace_id=ours, step_id=id)
        assert step
        setattr(step, field, NOW)
    assert [s.id for s in promises.list_open(session, workspace_id=ours, instant=NOW, partner_ids=[acme])] == [
        soon,
        tie,
        late,
        some_day,
    ]
    assert promises.list_open(session, workspace_id=ours, instant=NOW)[0].id == elsewhere


def test_undoing_an_activity_takes_back_what_was_promised_with_it(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    one, two = activity(session, ours, acme), activity(session, ours, acme)
    promise(session, ours, acme, DAY, activity_id=one)
    kept = [promise(session, ours, acme, DAY, activity_id=two), promise(session, ours, acme, DAY)]
    promises.void_for_activity(session, workspace_id=ours, activity_id=one, now=NOW)
    assert [s.id for s in promises.list_open(session, workspace_id=ours, instant=NOW)] == kept


def test_a_request_is_new_once_until_it_is_forgotten(session: Session, ours: int, others: int) -> None:
    def first(key: str, now: datetime = NOW, of: int = ours) -> bool:
        return seen_requests.claim_key(session, workspace_id=of, key=key, now=now)

    assert [first("a"), first("a"), first("b", NOW + timedelta(1)), first("a", of=others)] == [True, False, True, True]
    assert seen_requests.delete_before(session, workspace_id=ours, instant=NOW + timedelta(1)) == 1
    assert [first("a"), first("b"), first("a", of=others)] == [True, False, False]  # the others' are theirs


def test_changes_are_told_latest_first(session: Session, ours: int) -> None:
    for subject, of, new in (("partner", 1, "A"), ("partner", 2, "B"), ("vertical", 1, "C"), ("partner", 1, "D")):
        audit_log.log_change(
            session,
            workspace_id=ours,
            subject=subject,
            subject_id=of,
            field="owner",
            old=None,
            new=new,
            by="U1",
            now=NOW,
        )
    found = audit_log.list_changes(session, workspace_id=ours, subject="partner", subject_id=1)
    assert [change.new for change in found] == ["D", "A"]


@pytest.mark.parametrize(
    ("until", "over"), [(DAY - timedelta(1), True), (DAY, True), (DAY + timedelta(1), False), (None, False)]
)
def test_a_pause_is_over_on_its_day(session: Session, ours: int, until: date | None, over: bool) -> None:
    acme = partner(session, ours, status="paused", paused_until_on=until)
    partner(session, ours, "Ended", status="ended", paused_until_on=DAY)
    rested = partners.expired_pauses(session, workspace_id=ours, day=DAY)
    assert [p.id for p in rested] == ([acme] if over else [])


def test_owners_are_those_of_active_partners(session: Session, ours: int) -> None:
    owned = (("A", "U2", "active"), ("B", "U1", "active"), ("C", "U2", "active"), ("D", "U3", "paused"))
    for name, owner, status in (*owned, ("E", None, "active"), ("F", "", "active")):
        partner(session, ours, name, owner=owner, status=status)
    assert partners.list_owners(session, workspace_id=ours) == ["U1", "U2"]
    of_two = snapshots.list_snapshots(session, workspace_id=ours, owner="U2", statuses=["active"])
    assert [p.name for p in of_two] == ["A", "C"]
