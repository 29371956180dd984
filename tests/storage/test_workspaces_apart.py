"""No workspace can read or change another's rows, through any function that takes a workspace."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

import storage
from storage import (
    answers,
    changes,
    channels,
    costs,
    deliveries,
    feeds,
    imports,
    integrations,
    matters,
    merges,
    notices,
    people,
    promises,
    questions,
    requests,
    reviews,
    staging,
    trust,
    verticals,
)
from storage.tables import Activity, ImportBatch
from tests.storage.making import DAY, NOW, activity, partner

BEFORE, AFTER = date(2000, 1, 1), date(2100, 1, 1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
REFUSED = object()  # the database itself refuses the row
DONE = object()  # succeeds, as if the other workspace were not there
BY = {"by": "U9", "now": NOW}


@pytest.fixture
def ids(session: Session, ours: int, others: int) -> SimpleNamespace:
    """One row of everything in our workspace; nothing but its settings in the others'."""
    return SimpleNamespace(**vars(furnished(session, ours)), others=others)


def furnished(session: Session, ours: int) -> SimpleNamespace:
    """One row of everything."""
    batch = imports.start(session, workspace_id=ours, kind="activities", file_name="a.csv", by="U1", now=NOW).id
    acme = partner(session, ours, aliases=["Acme Ltd"], vertical="law", owner="U1", external_id="x1")
    partner(session, ours, "Resting", status="paused", paused_until_on=DAY - timedelta(1))
    revivable = partner(session, ours, "Gone", status="ended", status_reason=imports.UNDONE)
    row = activity(
        session, ours, acme, outcome="won", value_minor=500, source_key="k1", batch_id=batch, occurred_on=DAY
    )
    activity(session, ours, acme, outcome="met")
    rating = trust.rate(
        session,
        workspace_id=ours,
        partner_id=acme,
        side="ours",
        level=4,
        rated_on=DAY,
        rater="U1",
        by="U1",
        now=NOW,
        source_key="k1",
        batch_id=batch,
    ).id
    step = promises.add(
        session, workspace_id=ours, partner_id=acme, what="call", due_on=DAY, by="U1", now=NOW, activity_id=row
    ).id
    delivery = deliveries.claim(
        session, workspace_id=ours, kind="nudge", recipient="U1", period="p", as_of_on=DAY, now=NOW
    )
    assert delivery
    notices.tell(
        session,
        workspace_id=ours,
        partner_id=acme,
        signal="quiet",
        level=1,
        told_to="U1",
        told_on=DAY,
        delivery_id=delivery,
    )
    changes.note(
        session,
        workspace_id=ours,
        subject="partner",
        subject_id=acme,
        field="owner",
        old=None,
        new="U1",
        by="U1",
        now=NOW,
    )
    ended = {"subject": "partner", "subject_id": revivable, "field": "status", "old": "active", "new": "ended"}
    changes.note(session, workspace_id=ours, **ended, **BY)
    people.keep(
        session, workspace_id=ours, user_id="U1", name="Ann", timezone=None, standing="member", is_admin=True, now=NOW
    )
    requests.first_time(session, workspace_id=ours, key="Ev1", now=NOW)
    feeds.move(session, workspace_id=ours, user_id="U1", token_hash=f"h1 of {ours}", now=NOW)
    crm = integrations.make(session, workspace_id=ours, **CRM, token_hash=f"h1 of {ours}", **BY).id or 0
    answers.take(session, workspace_id=ours, integration_id=crm, **KEY)
    cost = costs.record(session, workspace_id=ours, partner_id=acme, **COST, **BY).id
    matter = matters.open_one(session, workspace_id=ours, partner_id=acme, kind="issue", what="late", **BY).id
    reviews.record(session, workspace_id=ours, partner_id=acme, held_on=DAY, **BY)
    asked = questions.ask(session, workspace_id=ours, partner_id=acme, **ASKED, **BY).id
    said = questions.ask(session, workspace_id=ours, partner_id=acme, **(ASKED | {"contact": "Joe"}), **BY).id or 0
    questions.claim(session, workspace_id=ours, question_id=said, secret_hash="h", now=NOW)
    questions.answered_with(session, workspace_id=ours, question_id=said, rating_id=rating or 0)
    vertical = verticals.id_of(session, workspace_id=ours, name="law")
    link = channels.link(session, workspace_id=ours, partner_id=acme, channel_id="C1", **BY).id
    channels.told(session, workspace_id=ours, link_id=link or 0, now=NOW)
    twin = partner(session, ours, "Twin", external_id="x2")
    merged = merges.merge(session, workspace_id=ours, partner_id=twin, into_id=acme, before={}, **BY)
    assert merged
    staged = staging.stage(session, workspace_id=ours, **FILE, **BY)
    staging.remember(session, workspace_id=ours, headers="h", choices="{}", now=NOW)
    session.get_one(ImportBatch, batch).journal = '{"cells": [], "names": [], "changes": [], "verticals": []}'
    session.flush()
    return SimpleNamespace(
        merge=merged.id,
        vertical=vertical,
        link=link,
        acme=acme,
        revivable=revivable,
        row=row,
        rating=rating,
        step=step,
        cost=cost,
        matter=matter,
        question=asked,
        crm=crm,
        delivery=delivery,
        batch=batch,
        staged=staged,
    )


FILE = {"file_id": "F1", "file_name": "a.csv", "choices": ""}


def _rows(row: dict[str, Any]) -> dict[str, Any]:
    """One row, as it is given where many are."""
    return {"columns": {name: [cell] for name, cell in row.items()}}


LINE = {"kind": "event", "direction": "joint", "occurred_on": DAY}
FULL_LINE = LINE | {
    "count": 1,
    "title": "",
    "medium": None,
    "outcome": None,
    "outcome_on": None,
    "value_minor": None,
    "source_key": "k1",
}
CRM = {"name": "CRM", "prefix": "tend_0"}
KEY: dict[str, Any] = {"key": "k", "fingerprint": "f", "now": NOW, "lasts": timedelta(1)}
ASKED = {"contact": "Jane", "secret_hash": "h", "expires_at": LATER}
COST = {"spent_on": DAY, "minutes": 90, "what": "lunch"}
RATING = {"side": "ours", "level": 1, "rated_on": DAY, "rater": "U1"}
PERSON = {"user_id": "U1", "name": "Bob", "timezone": None, "standing": "guest", "is_admin": False, "now": NOW}
NUDGE = {"kind": "nudge", "recipient": "U1", "period": "p", "as_of_on": DAY, "now": NOW}
WHOLE = {"after": BEFORE, "until": AFTER}
AHEAD = {"today": BEFORE, "until": AFTER, "known_at": LATER}
NAMED = ("Acme", "Acme Ltd")

# What each function is asked by the others about our rows, and what it may answer.
CASES: dict[str, tuple[Callable[[SimpleNamespace], dict[str, Any]], object]] = {
    "answers.take": (lambda i: {"integration_id": i.crm} | KEY | {"key": "k2"}, REFUSED),
    "changes.note": (
        lambda i: {"subject": "partner", "subject_id": i.acme, "field": "owner", "old": None, "new": "U9"} | BY,
        DONE,
    ),
    "changes.since": (lambda i: {"subject": "partner", "field": "status", "instant": NOW - timedelta(days=9999)}, []),
    "changes.history": (lambda i: {"subject": "partner", "subject_id": i.acme}, []),
    "channels.link": (lambda i: {"partner_id": i.acme, "channel_id": "C9"} | BY, REFUSED),
    "channels.told": (lambda i: {"link_id": i.link, "now": NOW}, False),
    "channels.unlink": (lambda i: {"partner_id": i.acme} | BY, []),
    "channels.linked": (lambda i: {"channel_id": "C1"}, None),
    "channels.counting": (lambda i: {"channel_id": "C1"}, None),
    "costs.any_money": (lambda i: {}, False),
    "costs.record": (lambda i: {"partner_id": i.acme} | COST | BY, REFUSED),
    "costs.get": (lambda i: {"cost_id": i.cost}, None),
    "costs.latest": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "costs.spent": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "deliveries.claim": (lambda i: NUDGE, DONE),
    "deliveries.unfinished": (lambda i: {"before": LATER}, []),
    "deliveries.periods": (lambda i: {"kind": "nudge", "since_on": BEFORE}, set()),
    "deliveries.is_any_open": (lambda i: {}, DONE),
    "deliveries.last": (lambda i: {}, []),
    "everything.count": (lambda i: {"table": SQLModel.metadata.tables["activity"]}, 0),
    "everything.rows": (lambda i: {"table": SQLModel.metadata.tables["activity"]}, []),
    "everything.settings_of": (lambda i: {}, DONE),
    "everything.put_settings": (lambda i: {"values": {"currency": "EUR"}}, DONE),
    "everything.has_records": (lambda i: {}, False),
    "history.of_partner": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "history.changed_by": (
        lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC), "fields": ["owner"]},
        set(),
    ),
    "feeds.get": (lambda i: {"user_id": "U1"}, None),
    "feeds.move": (lambda i: {"user_id": "U1", "token_hash": f"h2 of {i.acme}", "now": NOW}, DONE),
    "feeds.remove": (lambda i: {"user_id": "U1"}, False),
    "imports.start": (lambda i: {"kind": "activities", "file_name": "a.csv"} | BY, DONE),
    "imports.taken_keys": (lambda i: {"table": Activity, "keys": ["k1"]}, set()),
    "imports.imported_activities": (lambda i: {"keys": ["k1"]}, {}),
    "imports.revive": (lambda i: {"partner_ids": [i.revivable], "batch_id": i.batch}, {}),
    "imports.undo": (lambda i: {"batch_id": i.batch} | BY, 0),
    "integrations.make": (lambda i: CRM | {"token_hash": f"h2 of {i.acme}"} | BY, DONE),
    "integrations.get": (lambda i: {"integration_id": i.crm}, None),
    "integrations.active": (lambda i: {}, []),
    "integrations.use": (lambda i: {"integration_id": i.crm, "minute": NOW, "day": DAY}, 0),
    "integrations.revoke": (lambda i: {"integration_id": i.crm} | BY, False),
    "integrations.recorded": (lambda i: {"by": "U1", "limit": 9}, ([], [])),
    "ledger.page": (lambda i: {"limit": 9}, []),
    "ledger.of_source": (lambda i: {"source_key": "k1"}, None),
    "ledger.record": (lambda i: {"partner_id": i.acme} | LINE | BY, REFUSED),
    "bulk.update_many": (
        lambda i: {"table": SQLModel.metadata.tables["activity"], "rows": [(i.row, {"title": "moved on"})]},
        DONE,
    ),
    "changes.note_many": (
        lambda i: (
            {"subject": "partner"} | {"rows": [{"subject_id": i.acme, "field": "owner", "old": None, "new": "U1"}]} | BY
        ),
        DONE,
    ),
    "ledger.amend_many": (lambda i: {"rows": {i.row: {"title": "moved on"}}}, DONE),
    "ledger.record_many": (
        lambda i: _rows(FULL_LINE | {"partner_id": i.acme}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "ledger.get": (lambda i: {"activity_id": i.row}, None),
    "ledger.latest": (lambda i: {"partner_id": i.acme, "until": AFTER, "limit": 9}, []),
    "ledger.open_referrals": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "days.dated": (lambda i: {"spans": [(BEFORE, AFTER)], "make": lambda *row: row}, {}),
    "days.planned": (lambda i: AHEAD | {"make": lambda *row: row}, {}),
    "days.by_spans": (lambda i: {"edges": [BEFORE, AFTER], "ways": ["in", "joint"]}, {}),
    "ledger.note_contact": (lambda i: {"partner_id": i.acme, "day": DAY, "side": "in", "now": NOW}, REFUSED),
    "ledger.waiting_referrals": (lambda i: {"owner": "U1", "before": AFTER, "day": DAY}, []),
    "days.touch_days": (lambda i: WHOLE, {}),
    "sums.sums": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "totals.done_between": (lambda i: WHOLE, {}),
    "totals.won_between": (lambda i: WHOLE, 0),
    "totals.logged_between": (lambda i: {"after": datetime(2000, 1, 1, tzinfo=UTC), "until": LATER}, {}),
    "looks.plan": (lambda i: {"was": NOW, "at": LATER}, DONE),
    "looks.soon": (lambda i: {}, DONE),
    "matters.open_one": (lambda i: {"partner_id": i.acme, "kind": "idea", "what": "swap"} | BY, REFUSED),
    "matters.get": (lambda i: {"matter_id": i.matter}, None),
    "matters.of_partner": (lambda i: {"partner_id": i.acme}, []),
    "merges.of_both": (lambda i: {"partner_ids": [i.acme]}, []),
    "merges.counts": (lambda i: {"partner_id": i.acme}, dict.fromkeys(merges.BY_IDS, 0)),
    "merges.merge": (lambda i: {"partner_id": i.acme, "into_id": i.revivable, "before": {}} | BY, None),
    "merges.get": (lambda i: {"merge_id": i.merge}, None),
    "merges.standing": (lambda i: {"into_id": i.acme}, []),
    "merges.undo": (lambda i: {"merge_id": i.merge} | BY, False),
    "notices.told": (lambda i: {"told_to": "U1", "partner_ids": [i.acme]}, []),
    "notices.tell": (
        lambda i: (
            {"partner_id": i.acme, "signal": "quiet", "level": 3}
            | {"told_to": "U1", "told_on": DAY, "delivery_id": i.delivery}
        ),
        REFUSED,
    ),
    "notices.forget": (lambda i: {"partner_id": i.acme}, None),
    "notices.forget_delivery": (lambda i: {"delivery_id": i.delivery}, None),
    "standings.standings": (lambda i: {}, []),
    "partners.get": (lambda i: {"partner_id": i.acme}, None),
    "partner_names.find": (lambda i: {"spellings": NAMED}, None),
    "standings.called": (lambda i: {"name": NAMED[0]}, None),
    "partners.led_to": (lambda i: {"partner_id": i.acme}, DONE),
    "partners.merged_external_ids": (lambda i: {}, {}),
    "partners.of_external_id": (lambda i: {"external_id": "x1"}, None),
    "partner_names.all_of": (lambda i: {}, []),
    "partner_names.keys": (lambda i: {}, {}),
    "partner_names.of_partner": (lambda i: {"partner_id": i.acme}, []),
    "partners.all_of": (lambda i: {}, []),
    "partners.add": (
        lambda i: (
            {"name": "Acme", "since_on": DAY, "aliases": ["Acme Ltd"], "vertical": "law", "external_id": "x1"} | BY
        ),
        DONE,
    ),
    "partners.add_many": (lambda i: {"rows": [{"name": "Acme", "since_on": DAY}], "batch_id": None} | BY, DONE),
    "partner_names.add_many": (lambda i: {"names": [(i.acme, "Acme & Co", True)]}, REFUSED),
    "verticals.id_of": (lambda i: {"name": "law"}, DONE),
    "verticals.all_of": (lambda i: {}, []),
    "verticals.get": (lambda i: {"vertical_id": i.vertical}, None),
    "sums.touches": (lambda i: WHOLE, {}),
    "partners.owners": (lambda i: {}, []),
    "partners.rested": (lambda i: {"day": AFTER}, []),
    "people.zones": (lambda i: {}, DONE),
    "people.find": (lambda i: {"user_id": "U1"}, None),
    "people.all_of": (lambda i: {}, []),
    "people.keep": (lambda i: PERSON, DONE),
    "promises.add": (lambda i: {"partner_id": i.acme, "what": "call", "due_on": None} | BY, REFUSED),
    "promises.open_at": (lambda i: {"instant": LATER}, []),
    "promises.get": (lambda i: {"step_id": i.step}, None),
    "promises.of_partner": (lambda i: {"partner_id": i.acme, "kept_since": LATER}, []),
    "promises.void_of_activity": (lambda i: {"activity_id": i.row, "now": NOW}, None),
    "questions.ask": (lambda i: {"partner_id": i.acme} | ASKED | BY, REFUSED),
    "questions.get": (lambda i: {"question_id": i.question}, None),
    "questions.claim": (lambda i: {"question_id": i.question, "secret_hash": "h", "now": NOW}, False),
    "questions.answered_with": (lambda i: {"question_id": i.question, "rating_id": i.rating}, None),
    "questions.withdraw": (lambda i: {"question_id": i.question, "now": NOW}, False),
    "questions.withdraw_earlier": (lambda i: {"partner_id": i.acme, "contact": "Jane", "now": NOW}, 0),
    "questions.waiting": (lambda i: {"partner_id": i.acme, "now": NOW}, []),
    "questions.last_contact": (lambda i: {"partner_id": i.acme}, None),
    "questions.answers": (lambda i: {}, []),
    "reviews.record": (lambda i: {"partner_id": i.acme, "held_on": DAY} | BY, REFUSED),
    "reviews.of_partner": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "reviews.ended_since": (lambda i: {"instant": datetime(2000, 1, 1, tzinfo=UTC)}, set()),
    "requests.take_turn": (lambda i: {"key": "Ev1", "now": NOW, "lasts": timedelta(1)}, True),
    "requests.first_time": (lambda i: {"key": "Ev1", "now": NOW}, True),
    "staging.stage": (lambda i: FILE | BY, DONE),
    "staging.get": (lambda i: {"staged_id": i.staged}, None),
    "staging.claim": (lambda i: {"staged_id": i.staged, "of": ["reading"], "to": "asking", "now": LATER}, False),
    "staging.note": (lambda i: {"staged_id": i.staged, "now": LATER}, None),
    "staging.drop": (lambda i: {"staged_id": i.staged, "of": ["reading"]}, False),
    "staging.remember": (lambda i: {"headers": "h", "choices": "", "now": NOW}, DONE),
    "staging.remembered": (lambda i: {"headers": "h"}, None),
    "taking_back.take_back": (lambda i: {"batch_id": i.batch, "now": NOW}, None),
    "trust.rate": (lambda i: {"partner_id": i.acme} | RATING | BY, REFUSED),
    "trust.rate_many": (
        lambda i: _rows(RATING | {"partner_id": i.acme, "note": "", "source_key": "k1"}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "trust.of_source": (lambda i: {"source_key": "k1"}, None),
    "trust.get": (lambda i: {"rating_id": i.rating}, None),
    "trust.ratings": (lambda i: {"until": AFTER}, []),
    "trust.planned": (lambda i: AHEAD, []),
    "workspaces.find": (lambda i: {}, DONE),
    "workspaces.get": (lambda i: {}, DONE),
    "workspaces.left_before": (lambda i: {"instant": LATER}, DONE),
    "workspaces.purge": (lambda i: {}, DONE),
    "workspaces.set_fields": (lambda i: {"fields": {"currency": "EUR"}}, None),
}


def takes_workspace() -> dict[str, Callable[..., Any]]:
    """Every public function of `storage` with a `workspace_id`."""
    modules = [
        importlib.import_module(f"storage.{found.name}")
        for found in pkgutil.iter_modules(storage.__path__)
        if not found.ispkg
    ]
    return {
        f"{module.__name__.removeprefix('storage.')}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "workspace_id" in inspect.signature(function).parameters
    }


def rows_of(session: Session, workspace_id: int) -> dict[str, set[str]]:
    """All that a workspace has, as it stands in the database."""
    session.flush()
    return {
        name: {
            repr(tuple(row))
            for row in session.connection().execute(
                select(table).where(table.c["id" if name == "workspace" else "workspace_id"] == workspace_id)
            )
        }
        for name, table in SQLModel.metadata.tables.items()
        if name == "workspace" or "workspace_id" in table.c  # `test_tables` says which has none
    }


def listed(found: Any) -> Any:
    """What comes one by one, all of it."""
    return list(found) if isinstance(found, Iterator) else found


def test_every_function_that_takes_a_workspace_is_tried() -> None:
    assert set(CASES) == set(takes_workspace())


@pytest.mark.parametrize("name", CASES)
def test_the_others_get_nothing_of_ours(session: Session, ours: int, ids: SimpleNamespace, name: str) -> None:
    asked, answer = CASES[name]
    before = rows_of(session, ours)
    assert all(before[table] for table in before), "every table is tried"
    call = takes_workspace()[name]

    def ask() -> Any:
        found = listed(call(session, workspace_id=ids.others, **asked(ids)))
        session.flush()
        return found

    if answer is REFUSED:
        with pytest.raises(IntegrityError), session.begin_nested():
            ask()
    else:
        found = ask()
        assert answer is DONE or found == answer
    session.expire_all()
    assert rows_of(session, ours) == before


@pytest.mark.parametrize(
    "name", [name for name, (_, answer) in CASES.items() if answer is REFUSED or answer in ([], {}, set(), None, 0)]
)
def test_we_ourselves_may_so_the_test_above_can_fail(
    session: Session, ours: int, ids: SimpleNamespace, name: str
) -> None:
    """The same question asked by ourselves is answered with something, or writes."""
    asked, answer = CASES[name]
    before = rows_of(session, ours)
    asking = asked(ids)
    if answer is REFUSED and "columns" in asking:
        asking["columns"] |= {"source_key": ["k2"]}
    found = listed(takes_workspace()[name](session, workspace_id=ours, **asking))
    assert (found is not None and answer is not REFUSED and found != answer) or rows_of(session, ours) != before
