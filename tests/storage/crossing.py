"""Every function of the storage that takes a workspace, with a question that others ask it about our rows."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlmodel import SQLModel

import storage
from storage.ledger import team_totals
from storage.partners import merges
from storage.tables import Activity
from tests.storage.furnishing import AMENDED, ASKED, BY, COST, CRM, FILE, KEY, LATER
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
SPAN = team_totals.Span(BEFORE, AFTER, NOW - timedelta(days=9999), LATER)
AHEAD = {"today": BEFORE, "until": AFTER, "known_at": LATER}
NAMED = ("Acme", "Acme Ltd")

TWIN = FULL_LINE | {"kind": "referral", "direction": "in", "outcome": "met", "recorded_by": "U1"}

# What each function is asked by the others about our rows, whose ids `i` has, and what it may answer.
CASES: dict[str, tuple[Callable[[SimpleNamespace], dict[str, Any]], object]] = {
    "workspaces.idempotency_keys.take": (lambda i: {"integration_id": i.crm} | KEY | {"key": "k2"}, REFUSED),
    "db.bulk.update_many": (
        lambda i: {"table": SQLModel.metadata.tables["activity"], "rows": [(i.row, {"title": "moved on"})]},
        DONE,
    ),
    "partners.audit_log.note": (
        lambda i: {"subject": "partner", "subject_id": i.acme, "field": "owner", "old": None, "new": "U9"} | BY,
        DONE,
    ),
    "partners.audit_log.since": (
        lambda i: {"subject": "partner", "field": "status", "instant": NOW - timedelta(days=9999)},
        [],
    ),
    "partners.audit_log.history": (lambda i: {"subject": "partner", "subject_id": i.acme}, []),
    "partners.audit_log.note_many": (
        lambda i: (
            {"subject": "partner"} | {"rows": [{"subject_id": i.acme, "field": "owner", "old": None, "new": "U1"}]} | BY
        ),
        DONE,
    ),
    "workspaces.linked_channels.link": (lambda i: {"partner_id": i.acme, "channel_id": "C9"} | BY, REFUSED),
    "workspaces.linked_channels.told": (lambda i: {"link_id": i.link, "now": NOW}, False),
    "workspaces.linked_channels.unlink": (lambda i: {"partner_id": i.acme} | BY, []),
    "workspaces.linked_channels.linked": (lambda i: {"channel_id": "C1"}, None),
    "workspaces.linked_channels.counting": (lambda i: {"channel_id": "C1"}, None),
    "ledger.costs.any_money": (lambda i: {}, False),
    "ledger.costs.record": (lambda i: {"partner_id": i.acme} | COST | BY, REFUSED),
    "ledger.costs.get": (lambda i: {"cost_id": i.cost}, None),
    "ledger.costs.latest": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.costs.spent": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "ledger.by_day.dated": (lambda i: {"spans": [(BEFORE, AFTER)], "make": lambda *row: row}, {}),
    "ledger.by_day.planned": (lambda i: AHEAD | {"make": lambda *row: row}, {}),
    "ledger.by_day.by_spans": (lambda i: {"edges": [BEFORE, AFTER], "ways": ["in", "joint"]}, {}),
    "ledger.by_day.touch_days": (lambda i: WHOLE, {}),
    "notifications.deliveries.claim": (lambda i: NUDGE, DONE),
    "notifications.deliveries.unfinished": (lambda i: {"before": LATER}, []),
    "notifications.deliveries.periods": (lambda i: {"kind": "nudge", "since_on": BEFORE}, set()),
    "notifications.deliveries.is_any_open": (lambda i: {}, DONE),
    "notifications.deliveries.last": (lambda i: {}, []),
    "notifications.deliveries.sent_to": (lambda i: {"recipient": "U1", "before": AFTER, "limit": 9}, []),
    "notifications.deliveries.troubled_on": (lambda i: {}, DONE),
    "notifications.deliveries.last_digest_on": (lambda i: {"before": AFTER}, None),
    "notifications.deliveries.had_digest": (lambda i: {"day": DAY}, False),
    "workspaces.last_act.last_act": (lambda i: {"user_id": "U1", "after": datetime(2000, 1, 1, tzinfo=UTC)}, None),
    "backup.workspace_dump.count": (lambda i: {"table": SQLModel.metadata.tables["activity"]}, 0),
    "backup.workspace_dump.rows": (lambda i: {"table": SQLModel.metadata.tables["activity"]}, []),
    "backup.workspace_dump.settings_of": (lambda i: {}, DONE),
    "backup.workspace_dump.put_settings": (lambda i: {"values": {"currency": "EUR"}}, DONE),
    "backup.workspace_dump.has_records": (lambda i: {}, False),
    "workspaces.calendar_feeds.get": (lambda i: {"user_id": "U1"}, None),
    "workspaces.calendar_feeds.move": (lambda i: {"user_id": "U1", "token_hash": f"h2 of {i.acme}", "now": NOW}, DONE),
    "workspaces.calendar_feeds.remove": (lambda i: {"user_id": "U1"}, False),
    "partners.history.of_partner": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "partners.history.changed_by": (
        lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC), "fields": ["owner"]},
        set(),
    ),
    "imports.batches.start": (lambda i: {"kind": "activities", "file_name": "a.csv"} | BY, DONE),
    "imports.batches.taken_keys": (lambda i: {"table": Activity, "keys": ["k1"]}, set()),
    "imports.batches.imported_activities": (lambda i: {"keys": ["k1"]}, {}),
    "imports.batches.revive": (lambda i: {"partner_ids": [i.revivable], "batch_id": i.batch}, {}),
    "imports.batches.undo": (lambda i: {"batch_id": i.batch} | BY, 0),
    "workspaces.api_tokens.make": (lambda i: CRM | {"token_hash": f"h2 of {i.acme}"} | BY, DONE),
    "workspaces.api_tokens.get": (lambda i: {"integration_id": i.crm}, None),
    "workspaces.api_tokens.active": (lambda i: {}, []),
    "workspaces.api_tokens.use": (lambda i: {"integration_id": i.crm, "minute": NOW, "day": DAY}, 0),
    "workspaces.api_tokens.revoke": (lambda i: {"integration_id": i.crm} | BY, False),
    "workspaces.api_tokens.recorded": (lambda i: {"by": "U1", "limit": 9}, ([], [])),
    "ledger.amendments.note": (lambda i: AMENDED | {"partner_id": i.acme, "subject_id": i.row} | BY, REFUSED),
    "ledger.amendments.get": (lambda i: {"amendment_id": i.amendment}, None),
    "ledger.latest.last_by": (lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC)}, None),
    "ledger.activities.leads": (lambda i: {"partner_id": i.acme, "direction": "in", "outcomes": ["met"]}, []),
    "partners.promises.move_with": (lambda i: {"activity_id": i.row, "partner_id": i.revivable}, None),
    "partners.promises.stand_again": (lambda i: {"activity_id": i.row, "voided_at": NOW}, DONE),
    "partners.spellings.learn": (lambda i: {"partner_id": i.acme, "spelling": "Acmee"} | BY, REFUSED),
    "partners.spellings.forget": (lambda i: {"spelling_id": i.spelling}, False),
    "partners.spellings.get": (lambda i: {"spelling_id": i.spelling}, None),
    "partners.spellings.of_partner": (lambda i: {"partner_id": i.acme}, []),
    "partners.spellings.meant": (lambda i: {"spelling": "AKME"}, None),
    "partners.spellings.all_of": (lambda i: {}, []),
    "partners.spellings.give_way": (lambda i: {"keys": ["akme"]}, None),
    "ledger.activities.planned": (lambda i: {"partner_id": i.acme, "after": BEFORE, "limit": 9}, []),
    "ledger.activities.last_recorded": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.duplicates.alike": (
        lambda i: {
            "row": Activity(partner_id=i.acme, **TWIN),
            "since": NOW - timedelta(days=9999),
        },
        0,
    ),
    "ledger.activities.page": (lambda i: {"limit": 9}, []),
    "ledger.activities.of_source": (lambda i: {"source_key": "k1"}, None),
    "ledger.activities.record": (lambda i: {"partner_id": i.acme} | LINE | BY, REFUSED),
    "ledger.activities.amend_many": (lambda i: {"rows": {i.row: {"title": "moved on"}}}, DONE),
    "ledger.activities.record_many": (
        lambda i: _rows(FULL_LINE | {"partner_id": i.acme}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "ledger.activities.get": (lambda i: {"activity_id": i.row}, None),
    "ledger.activities.latest": (lambda i: {"partner_id": i.acme, "until": AFTER, "limit": 9}, []),
    "ledger.activities.open_referrals": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.activities.note_contact": (lambda i: {"partner_id": i.acme, "day": DAY, "side": "in", "now": NOW}, REFUSED),
    "ledger.activities.waiting_referrals": (lambda i: {"owner": "U1", "before": AFTER, "day": DAY}, []),
    "db.check_schedule.is_due": (lambda i: {"now": NOW}, DONE),
    "db.check_schedule.plan": (lambda i: {"was": NOW, "at": LATER}, DONE),
    "db.check_schedule.soon": (lambda i: {}, DONE),
    "partners.issues.open_one": (lambda i: {"partner_id": i.acme, "kind": "idea", "what": "swap"} | BY, REFUSED),
    "partners.issues.get": (lambda i: {"matter_id": i.issue}, None),
    "partners.issues.of_partner": (lambda i: {"partner_id": i.acme}, []),
    "partners.merges.of_both": (lambda i: {"partner_ids": [i.acme]}, []),
    "partners.merges.counts": (lambda i: {"partner_id": i.acme}, dict.fromkeys(merges.TABLES_BY_ID, 0)),
    "partners.merges.merge": (lambda i: {"partner_id": i.acme, "into_id": i.revivable, "before": {}} | BY, None),
    "partners.merges.get": (lambda i: {"merge_id": i.merge}, None),
    "partners.merges.standing": (lambda i: {"into_id": i.acme}, []),
    "partners.merges.undo": (lambda i: {"merge_id": i.merge} | BY, False),
    "notifications.told_signals.told": (lambda i: {"told_to": "U1", "partner_ids": [i.acme]}, []),
    "notifications.told_signals.tell": (
        lambda i: (
            {"partner_id": i.acme, "signal": "quiet", "level": 3}
            | {"told_to": "U1", "told_on": DAY, "delivery_id": i.delivery}
        ),
        REFUSED,
    ),
    "notifications.told_signals.forget": (lambda i: {"partner_id": i.acme}, None),
    "notifications.told_signals.forget_delivery": (lambda i: {"delivery_id": i.delivery}, None),
    "partners.names.find": (lambda i: {"spellings": NAMED}, None),
    "partners.names.all_of": (lambda i: {}, []),
    "partners.names.keys": (lambda i: {}, {}),
    "partners.names.of_partner": (lambda i: {"partner_id": i.acme}, []),
    "partners.names.add_many": (lambda i: {"names": [(i.acme, "Acme & Co", True)]}, REFUSED),
    "partners.partners.get": (lambda i: {"partner_id": i.acme}, None),
    "partners.partners.led_to": (lambda i: {"partner_id": i.acme}, DONE),
    "partners.partners.merged_external_ids": (lambda i: {}, {}),
    "partners.partners.of_external_id": (lambda i: {"external_id": "x1"}, None),
    "partners.partners.all_of": (lambda i: {}, []),
    "partners.partners.add": (
        lambda i: (
            {"name": "Acme", "since_on": DAY, "aliases": ["Acme Ltd"], "vertical": "law", "external_id": "x1"} | BY
        ),
        DONE,
    ),
    "partners.partners.add_many": (
        lambda i: {"rows": [{"name": "Acme", "since_on": DAY}], "batch_id": None} | BY,
        DONE,
    ),
    "partners.partners.owners": (lambda i: {}, []),
    "partners.partners.rested": (lambda i: {"day": AFTER}, []),
    "workspaces.members.zones": (lambda i: {}, DONE),
    "workspaces.members.find": (lambda i: {"user_id": "U1"}, None),
    "workspaces.members.all_of": (lambda i: {}, []),
    "workspaces.members.keep": (lambda i: PERSON, DONE),
    "partners.promises.add": (lambda i: {"partner_id": i.acme, "what": "call", "due_on": None} | BY, REFUSED),
    "partners.promises.open_at": (lambda i: {"instant": LATER}, []),
    "partners.promises.get": (lambda i: {"step_id": i.step}, None),
    "partners.promises.of_partner": (lambda i: {"partner_id": i.acme, "kept_since": LATER}, []),
    "partners.promises.void_of_activity": (lambda i: {"activity_id": i.row, "now": NOW}, None),
    "partners.trust_surveys.ask": (lambda i: {"partner_id": i.acme} | ASKED | BY, REFUSED),
    "partners.trust_surveys.get": (lambda i: {"question_id": i.question}, None),
    "partners.trust_surveys.claim": (lambda i: {"question_id": i.question, "secret_hash": "h", "now": NOW}, False),
    "partners.trust_surveys.answered_with": (lambda i: {"question_id": i.question, "rating_id": i.rating}, None),
    "partners.trust_surveys.withdraw": (lambda i: {"question_id": i.question, "now": NOW}, False),
    "partners.trust_surveys.withdraw_earlier": (lambda i: {"partner_id": i.acme, "contact": "Jane", "now": NOW}, 0),
    "partners.trust_surveys.waiting": (lambda i: {"partner_id": i.acme, "now": NOW}, []),
    "partners.trust_surveys.last_contact": (lambda i: {"partner_id": i.acme}, None),
    "partners.trust_surveys.answers": (lambda i: {}, []),
    "workspaces.seen_requests.take_turn": (lambda i: {"key": "Ev1", "now": NOW, "lasts": timedelta(1)}, True),
    "workspaces.seen_requests.first_time": (lambda i: {"key": "Ev1", "now": NOW}, True),
    "partners.reviews.record": (lambda i: {"partner_id": i.acme, "held_on": DAY} | BY, REFUSED),
    "partners.reviews.of_partner": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "partners.reviews.ended_since": (lambda i: {"instant": datetime(2000, 1, 1, tzinfo=UTC)}, set()),
    "imports.staged_files.stage": (lambda i: FILE | BY, DONE),
    "imports.staged_files.get": (lambda i: {"staged_id": i.staged}, None),
    "imports.staged_files.claim": (
        lambda i: {"staged_id": i.staged, "of": ["reading"], "to": "asking", "now": LATER},
        False,
    ),
    "imports.staged_files.note": (lambda i: {"staged_id": i.staged, "now": LATER}, None),
    "imports.staged_files.drop": (lambda i: {"staged_id": i.staged, "of": ["reading"]}, False),
    "imports.staged_files.remember": (lambda i: {"headers": "h", "choices": "", "now": NOW}, DONE),
    "imports.staged_files.remembered": (lambda i: {"headers": "h"}, None),
    "partners.snapshots.standings": (lambda i: {}, []),
    "partners.snapshots.called": (lambda i: {"name": NAMED[0]}, None),
    "ledger.partner_totals.sums": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "ledger.partner_totals.touches": (lambda i: WHOLE, {}),
    "imports.rollback.take_back": (lambda i: {"batch_id": i.batch, "now": NOW}, None),
    "ledger.team_totals.done_between": (lambda i: {"span": SPAN}, {}),
    "ledger.team_totals.won_between": (lambda i: {"span": SPAN}, 0),
    "ledger.team_totals.logged_between": (lambda i: {"after": datetime(2000, 1, 1, tzinfo=UTC), "until": LATER}, {}),
    "ledger.trust_ratings.rate": (lambda i: {"partner_id": i.acme} | RATING | BY, REFUSED),
    "ledger.trust_ratings.rate_many": (
        lambda i: _rows(RATING | {"partner_id": i.acme, "note": "", "source_key": "k1"}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "ledger.trust_ratings.of_source": (lambda i: {"source_key": "k1"}, None),
    "ledger.trust_ratings.last_recorded": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.trust_ratings.get": (lambda i: {"rating_id": i.rating}, None),
    "ledger.trust_ratings.ratings": (lambda i: {"until": AFTER}, []),
    "ledger.trust_ratings.planned": (lambda i: AHEAD, []),
    "partners.verticals.id_of": (lambda i: {"name": "law"}, DONE),
    "partners.verticals.all_of": (lambda i: {}, []),
    "partners.verticals.get": (lambda i: {"vertical_id": i.vertical}, None),
    "workspaces.workspaces.find": (lambda i: {}, DONE),
    "workspaces.workspaces.get": (lambda i: {}, DONE),
    "workspaces.workspaces.hold_partners": (lambda i: {}, DONE),
    "workspaces.workspaces.left_before": (lambda i: {"instant": LATER}, DONE),
    "workspaces.workspaces.purge": (lambda i: {}, DONE),
    "workspaces.workspaces.set_fields": (lambda i: {"fields": {"currency": "EUR"}}, None),
}


@cache
def takes_workspace() -> dict[str, Callable[..., Any]]:
    """Every public function of `storage` with a `workspace_id`."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(storage.__path__, "storage.")
        if not found.ispkg and not found.name.startswith(("storage.tables.", "storage.migrations."))
    ]
    return {
        f"{module.__name__.removeprefix('storage.')}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "workspace_id" in inspect.signature(function).parameters
    }
