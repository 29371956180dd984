"""Every function of the storage that takes a workspace, with a question that others ask it about our rows."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlmodel import SQLModel

import storage
from storage.partners import merges
from storage.tables import Activity
from tests.storage.furnishing import ASKED, BY, COST, CRM, FILE, KEY, LATER
from tests.storage.making import DAY, NOW

BEFORE, AFTER = date(2000, 1, 1), date(2100, 1, 1)
REFUSED = object()  # the database itself refuses the row
DONE = object()  # succeeds, as if the other workspace were not there


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
RATING = {"side": "ours", "level": 1, "rated_on": DAY, "rater": "U1"}
PERSON = {"user_id": "U1", "name": "Bob", "timezone": None, "standing": "guest", "is_admin": False, "now": NOW}
NUDGE = {"kind": "nudge", "recipient": "U1", "period": "p", "as_of_on": DAY, "now": NOW}
WHOLE = {"after": BEFORE, "until": AFTER}
AHEAD = {"today": BEFORE, "until": AFTER, "known_at": LATER}
NAMED = ("Acme", "Acme Ltd")

TWIN = FULL_LINE | {"kind": "referral", "direction": "in", "outcome": "met", "recorded_by": "U1"}

# What each function is asked by the others about our rows, whose ids `i` has, and what it may answer.
CASES: dict[str, tuple[Callable[[SimpleNamespace], dict[str, Any]], object]] = {
    "answers.take": (lambda i: {"integration_id": i.crm} | KEY | {"key": "k2"}, REFUSED),
    "bulk.update_many": (
        lambda i: {"table": SQLModel.metadata.tables["activity"], "rows": [(i.row, {"title": "moved on"})]},
        DONE,
    ),
    "changes.note": (
        lambda i: {"subject": "partner", "subject_id": i.acme, "field": "owner", "old": None, "new": "U9"} | BY,
        DONE,
    ),
    "changes.since": (lambda i: {"subject": "partner", "field": "status", "instant": NOW - timedelta(days=9999)}, []),
    "changes.history": (lambda i: {"subject": "partner", "subject_id": i.acme}, []),
    "changes.note_many": (
        lambda i: (
            {"subject": "partner"} | {"rows": [{"subject_id": i.acme, "field": "owner", "old": None, "new": "U1"}]} | BY
        ),
        DONE,
    ),
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
    "days.dated": (lambda i: {"spans": [(BEFORE, AFTER)], "make": lambda *row: row}, {}),
    "days.planned": (lambda i: AHEAD | {"make": lambda *row: row}, {}),
    "days.by_spans": (lambda i: {"edges": [BEFORE, AFTER], "ways": ["in", "joint"]}, {}),
    "days.touch_days": (lambda i: WHOLE, {}),
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
    "feeds.get": (lambda i: {"user_id": "U1"}, None),
    "feeds.move": (lambda i: {"user_id": "U1", "token_hash": f"h2 of {i.acme}", "now": NOW}, DONE),
    "feeds.remove": (lambda i: {"user_id": "U1"}, False),
    "history.of_partner": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "history.changed_by": (
        lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC), "fields": ["owner"]},
        set(),
    ),
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
    "ledger.planned": (lambda i: {"partner_id": i.acme, "after": BEFORE, "limit": 9}, []),
    "ledger.last_recorded": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "twins.alike": (
        lambda i: {
            "row": Activity(partner_id=i.acme, **TWIN),
            "since": NOW - timedelta(days=9999),
        },
        0,
    ),
    "ledger.page": (lambda i: {"limit": 9}, []),
    "ledger.of_source": (lambda i: {"source_key": "k1"}, None),
    "ledger.record": (lambda i: {"partner_id": i.acme} | LINE | BY, REFUSED),
    "ledger.amend_many": (lambda i: {"rows": {i.row: {"title": "moved on"}}}, DONE),
    "ledger.record_many": (
        lambda i: _rows(FULL_LINE | {"partner_id": i.acme}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "ledger.get": (lambda i: {"activity_id": i.row}, None),
    "ledger.latest": (lambda i: {"partner_id": i.acme, "until": AFTER, "limit": 9}, []),
    "ledger.open_referrals": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.note_contact": (lambda i: {"partner_id": i.acme, "day": DAY, "side": "in", "now": NOW}, REFUSED),
    "ledger.waiting_referrals": (lambda i: {"owner": "U1", "before": AFTER, "day": DAY}, []),
    "looks.is_due": (lambda i: {"now": NOW}, DONE),
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
    "partner_names.find": (lambda i: {"spellings": NAMED}, None),
    "partner_names.all_of": (lambda i: {}, []),
    "partner_names.keys": (lambda i: {}, {}),
    "partner_names.of_partner": (lambda i: {"partner_id": i.acme}, []),
    "partner_names.add_many": (lambda i: {"names": [(i.acme, "Acme & Co", True)]}, REFUSED),
    "partners.get": (lambda i: {"partner_id": i.acme}, None),
    "partners.led_to": (lambda i: {"partner_id": i.acme}, DONE),
    "partners.merged_external_ids": (lambda i: {}, {}),
    "partners.of_external_id": (lambda i: {"external_id": "x1"}, None),
    "partners.all_of": (lambda i: {}, []),
    "partners.add": (
        lambda i: (
            {"name": "Acme", "since_on": DAY, "aliases": ["Acme Ltd"], "vertical": "law", "external_id": "x1"} | BY
        ),
        DONE,
    ),
    "partners.add_many": (lambda i: {"rows": [{"name": "Acme", "since_on": DAY}], "batch_id": None} | BY, DONE),
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
    "requests.take_turn": (lambda i: {"key": "Ev1", "now": NOW, "lasts": timedelta(1)}, True),
    "requests.first_time": (lambda i: {"key": "Ev1", "now": NOW}, True),
    "reviews.record": (lambda i: {"partner_id": i.acme, "held_on": DAY} | BY, REFUSED),
    "reviews.of_partner": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "reviews.ended_since": (lambda i: {"instant": datetime(2000, 1, 1, tzinfo=UTC)}, set()),
    "staging.stage": (lambda i: FILE | BY, DONE),
    "staging.get": (lambda i: {"staged_id": i.staged}, None),
    "staging.claim": (lambda i: {"staged_id": i.staged, "of": ["reading"], "to": "asking", "now": LATER}, False),
    "staging.note": (lambda i: {"staged_id": i.staged, "now": LATER}, None),
    "staging.drop": (lambda i: {"staged_id": i.staged, "of": ["reading"]}, False),
    "staging.remember": (lambda i: {"headers": "h", "choices": "", "now": NOW}, DONE),
    "staging.remembered": (lambda i: {"headers": "h"}, None),
    "standings.standings": (lambda i: {}, []),
    "standings.called": (lambda i: {"name": NAMED[0]}, None),
    "sums.sums": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "sums.touches": (lambda i: WHOLE, {}),
    "taking_back.take_back": (lambda i: {"batch_id": i.batch, "now": NOW}, None),
    "totals.done_between": (lambda i: WHOLE, {}),
    "totals.won_between": (lambda i: WHOLE, 0),
    "totals.logged_between": (lambda i: {"after": datetime(2000, 1, 1, tzinfo=UTC), "until": LATER}, {}),
    "trust.rate": (lambda i: {"partner_id": i.acme} | RATING | BY, REFUSED),
    "trust.rate_many": (
        lambda i: _rows(RATING | {"partner_id": i.acme, "note": "", "source_key": "k1"}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "trust.of_source": (lambda i: {"source_key": "k1"}, None),
    "trust.last_recorded": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "trust.get": (lambda i: {"rating_id": i.rating}, None),
    "trust.ratings": (lambda i: {"until": AFTER}, []),
    "trust.planned": (lambda i: AHEAD, []),
    "verticals.id_of": (lambda i: {"name": "law"}, DONE),
    "verticals.all_of": (lambda i: {}, []),
    "verticals.get": (lambda i: {"vertical_id": i.vertical}, None),
    "workspaces.find": (lambda i: {}, DONE),
    "workspaces.get": (lambda i: {}, DONE),
    "workspaces.hold_partners": (lambda i: {}, DONE),
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
