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
from storage.contacts import addresses
from storage.ledger import team_totals
from storage.partners import merges
from storage.tables import Activity
from tests.storage.furnishing import (
    AMENDED,
    ASKED,
    BY,
    CONNECTED,
    COST,
    CRM,
    EVENT,
    FILE,
    KEY,
    LATER,
    MET,
    OFFERED,
    SEEN,
    WITHDRAWN,
)
from tests.storage.making import DAY, NOW

BEFORE, AFTER = date(2000, 1, 1), date(2100, 1, 1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NO_NAMES = (0, None, 0, None, None)
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

MEETING = {"key": "k2", "occurred_on": DAY, "starts_at": NOW, "ends_at": NOW}
TWIN = FULL_LINE | {"kind": "referral", "direction": "in", "outcome": "met", "recorded_by": "U1"}

# What each function is asked by the others about our rows, whose ids `i` has, and what it may answer.
CASES: dict[str, tuple[Callable[[SimpleNamespace], dict[str, Any]], object]] = {
    "workspaces.idempotency_keys.has_before": (lambda i: {"instant": LATER}, False),
    "workspaces.idempotency_keys.take_key": (lambda i: {"integration_id": i.crm} | KEY | {"key": "k2"}, REFUSED),
    "db.bulk.update_many": (
        lambda i: {"table": SQLModel.metadata.tables["activity"], "rows": [(i.row, {"title": "moved on"})]},
        DONE,
    ),
    "partners.audit_log.log_change": (
        lambda i: {"subject": "partner", "subject_id": i.acme, "field": "owner", "old": None, "new": "U9"} | BY,
        DONE,
    ),
    "partners.audit_log.field_changes_since": (
        lambda i: {"subject": "partner", "field": "status", "instant": NOW - timedelta(days=9999)},
        [],
    ),
    "partners.audit_log.list_changes": (lambda i: {"subject": "partner", "subject_id": i.acme}, []),
    "partners.audit_log.log_changes": (
        lambda i: (
            {"subject": "partner"} | {"rows": [{"subject_id": i.acme, "field": "owner", "old": None, "new": "U1"}]} | BY
        ),
        DONE,
    ),
    "workspaces.linked_channels.link_channel": (lambda i: {"partner_id": i.acme, "channel_id": "C9"} | BY, REFUSED),
    "workspaces.linked_channels.mark_announced": (lambda i: {"link_id": i.link, "now": NOW}, False),
    "workspaces.linked_channels.unlink_channels": (lambda i: {"partner_id": i.acme} | BY, []),
    "workspaces.linked_channels.find_link": (lambda i: {"channel_id": "C1"}, None),
    "workspaces.linked_channels.find_partner_id": (lambda i: {"channel_id": "C1"}, None),
    "ledger.costs.has_any_money": (lambda i: {}, False),
    "ledger.costs.record": (lambda i: {"partner_id": i.acme} | COST | BY, REFUSED),
    "ledger.costs.get": (lambda i: {"cost_id": i.cost}, None),
    "ledger.costs.recent": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.costs.totals_by_partner": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "ledger.by_day.dated_by_partner": (lambda i: {"spans": [(BEFORE, AFTER)], "make": lambda *row: row}, {}),
    "ledger.by_day.planned_by_partner": (lambda i: AHEAD | {"make": lambda *row: row}, {}),
    "ledger.by_day.sums_by_span": (lambda i: {"edges": [BEFORE, AFTER], "ways": ["in", "joint"]}, {}),
    "ledger.by_day.touch_days": (lambda i: WHOLE, {}),
    "ledger.histories.list_activities": (lambda i: {"partner_ids": [i.acme]}, []),
    "ledger.histories.list_ratings": (lambda i: {"partner_ids": [i.acme]}, []),
    "ledger.histories.list_promises": (lambda i: {"partner_ids": [i.acme]}, []),
    "notifications.acts.waiting": (lambda i: {"since": LONG_AGO}, []),
    "notifications.acts.since": (lambda i: {"partner_ids": [i.acme], "after": LONG_AGO}, []),
    "notifications.deliveries.claim": (lambda i: NUDGE, DONE),
    "notifications.deliveries.unfinished": (lambda i: {"before": LATER, "now": LATER}, []),
    "notifications.deliveries.find": (lambda i: {"kind": "nudge", "recipient": "U1", "period": "p"}, None),
    "notifications.deliveries.claimed_periods": (lambda i: {"kind": "nudge", "since_on": BEFORE}, set()),
    "notifications.deliveries.find_states": (lambda i: {"kind": "nudge", "recipient": "U1", "periods": ["p"]}, {}),
    "notifications.deliveries.has_open": (lambda i: {}, DONE),
    "notifications.deliveries.latest": (lambda i: {}, []),
    "notifications.deliveries.sent_to": (lambda i: {"recipient": "U1", "before": AFTER, "limit": 9}, []),
    "notifications.deliveries.digests_fail_since": (lambda i: {}, DONE),
    "notifications.deliveries.last_digest_on": (lambda i: {"before": AFTER}, None),
    "notifications.deliveries.had_digest": (lambda i: {"day": DAY}, False),
    "workspaces.last_act.last_act": (lambda i: {"user_id": "U1", "after": datetime(2000, 1, 1, tzinfo=UTC)}, None),
    "backup.workspace_dump.count_rows": (lambda i: {"table": SQLModel.metadata.tables["activity"]}, 0),
    "backup.workspace_dump.read_rows": (lambda i: {"table": SQLModel.metadata.tables["activity"]}, []),
    "backup.workspace_dump.read_settings": (lambda i: {}, DONE),
    "backup.workspace_dump.store_settings": (lambda i: {"values": {"currency": "EUR"}}, DONE),
    "backup.workspace_dump.has_records": (lambda i: {}, False),
    "contacts.mail.get_address": (lambda i: {"user_id": "U1"}, None),
    "contacts.mail.set_address": (
        lambda i: {"user_id": "U1", "token_hash": f"m2 of {i.acme}", "now": NOW},
        DONE,
    ),
    "contacts.mail.remove_address": (lambda i: {"user_id": "U1"}, False),
    "contacts.mail.claim_mail": (lambda i: {"key": "k1", "now": NOW}, True),
    "imports.crm_connections.get": (lambda i: {"system": "hubspot"}, None),
    "imports.crm_connections.list_all": (lambda i: {}, []),
    "imports.crm_connections.add": (lambda i: CONNECTED, True),
    "imports.crm_connections.remove": (lambda i: {"system": "hubspot"}, False),
    "imports.crm_connections.change": (lambda i: {"system": "hubspot", "report": "{}"}, False),
    "imports.crm_connections.lease": (
        lambda i: {"connection_id": i.connection, "was": NOW, "until": LATER, "now": NOW},
        False,
    ),
    "imports.crm_connections.finish": (
        lambda i: {"connection_id": i.connection, "leased": NOW, "due_at": LATER},
        False,
    ),
    "contacts.calendars.get_source": (lambda i: {"user_id": "U1"}, None),
    "contacts.calendars.set_source": (
        lambda i: {"user_id": "U1", "sealed": "x", "sends_briefs": True, "now": NOW},
        DONE,
    ),
    "contacts.calendars.remove_source": (lambda i: {"user_id": "U1"}, False),
    "contacts.calendars.lease": (lambda i: {"source_id": i.source, "was": NOW, "until": LATER}, False),
    "contacts.calendars.finish": (lambda i: {"source_id": i.source, "leased": NOW, "due_at": LATER}, False),
    "contacts.calendars.list_meetings": (lambda i: {"user_id": "U1"}, []),
    "contacts.calendars.has_uncounted": (lambda i: {"user_id": "U1", "now": LATER}, False),
    "contacts.calendars.add_meeting": (lambda i: {"user_id": "U1", "partner_id": i.acme} | MEETING, REFUSED),
    "contacts.calendars.change_meeting": (lambda i: {"meeting_id": i.meeting, "ends_at": LATER}, DONE),
    "contacts.calendars.mark_counted": (
        lambda i: {"user_id": "U1", "key": "k1", "partner_id": i.acme, "now": NOW},
        DONE,
    ),
    "contacts.calendars.remove_meetings": (lambda i: {"meeting_ids": [i.meeting]}, DONE),
    "ledger.withdrawals.withdraw_contact": (lambda i: {"partner_id": i.acme, "day": MET, "now": NOW}, False),
    "ledger.withdrawals.restore_contact": (lambda i: {"partner_id": i.acme, "day": WITHDRAWN, "now": NOW}, False),
    "workspaces.calendar_feeds.get": (lambda i: {"user_id": "U1"}, None),
    "workspaces.calendar_feeds.set_address": (
        lambda i: {"user_id": "U1", "token_hash": f"h2 of {i.acme}", "now": NOW},
        DONE,
    ),
    "workspaces.calendar_feeds.remove": (lambda i: {"user_id": "U1"}, False),
    "partners.history.list_history": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "partners.history.changed_by": (
        lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC), "fields": ["owner"]},
        set(),
    ),
    "imports.batches.start_batch": (lambda i: {"kind": "activities", "file_name": "a.csv"} | BY, DONE),
    "imports.batches.taken_keys": (lambda i: {"table": Activity, "keys": ["k1"]}, set()),
    "imports.batches.imported_activities": (lambda i: {"keys": ["k1"]}, {}),
    "imports.batches.keys_like": (lambda i: {"prefix": "k"}, []),
    "imports.batches.set_source_keys": (lambda i: {"keys": {i.row: "k9"}}, DONE),
    "imports.batches.reactivate_partners": (lambda i: {"partner_ids": [i.revivable], "batch_id": i.batch}, {}),
    "workspaces.api_tokens.create": (lambda i: CRM | {"token_hash": f"h2 of {i.acme}"} | BY, DONE),
    "workspaces.api_tokens.get": (lambda i: {"integration_id": i.crm}, None),
    "workspaces.api_tokens.list_active": (lambda i: {}, []),
    "workspaces.api_tokens.count_request": (lambda i: {"integration_id": i.crm, "minute": NOW, "day": DAY}, 0),
    "workspaces.api_tokens.revoke": (lambda i: {"integration_id": i.crm} | BY, False),
    "workspaces.api_tokens.count_records": (lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC)}, 0),
    "workspaces.api_tokens.recent_records": (lambda i: {"by": "U1", "limit": 9}, ([], [])),
    "ledger.amendments.note": (lambda i: AMENDED | {"partner_id": i.acme, "subject_id": i.row} | BY, REFUSED),
    "ledger.amendments.get": (lambda i: {"amendment_id": i.amendment}, None),
    "ledger.latest.last_by": (lambda i: {"by": "U1", "since": datetime(2000, 1, 1, tzinfo=UTC)}, None),
    "ledger.edits.edits_by_activity": (lambda i: {}, {}),
    "ledger.activities.leads": (lambda i: {"partner_id": i.acme, "outcomes": ["met"]}, []),
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
    "ledger.activities.recently_recorded": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.duplicates.count_duplicates": (
        lambda i: {
            "row": Activity(partner_id=i.acme, **TWIN),
            "since": NOW - timedelta(days=9999),
        },
        0,
    ),
    "ledger.activities.list_page": (lambda i: {"limit": 9}, []),
    "ledger.activities.get_by_source_key": (lambda i: {"source_key": "k1"}, None),
    "ledger.activities.record": (lambda i: {"partner_id": i.acme} | LINE | BY, REFUSED),
    "ledger.activities.partners_with_rows": (lambda i: {}, set()),
    "ledger.activities.update_activities": (lambda i: {"rows": {i.row: {"title": "moved on"}}}, DONE),
    "ledger.activities.record_many": (
        lambda i: _rows(FULL_LINE | {"partner_id": i.acme}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "ledger.activities.get": (lambda i: {"activity_id": i.row}, None),
    "ledger.activities.recent": (lambda i: {"partner_id": i.acme, "until": AFTER, "limit": 9}, []),
    "ledger.activities.open_referrals": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.automatic.record_contact": (lambda i: {"partner_id": i.acme, "day": BEFORE} | SEEN, REFUSED),
    "ledger.automatic.settle": (lambda i: {"partner_ids": [i.acme], "now": LATER}, None),
    "contacts.persons.find_by_slack_id": (lambda i: {"partner_id": i.acme, "slack_id": "U0JANE"}, []),
    "ledger.activities.waiting_referrals": (lambda i: {"owner": "U1", "before": AFTER, "day": DAY}, []),
    "contacts.persons.add": (lambda i: {"partner_id": i.acme, "name": "Joe"} | BY, REFUSED),
    "contacts.persons.add_unless_known": (lambda i: {"partner_id": i.acme, "name": "Joe"} | BY, REFUSED),
    "contacts.persons.add_many": (
        lambda i: _rows({"partner_id": i.acme, "name": "Joe", "address": None}) | {"batch_id": None} | BY,
        REFUSED,
    ),
    "contacts.persons.get": (lambda i: {"person_id": i.jane}, None),
    "contacts.persons.list_persons": (lambda i: {"partner_ids": [i.acme]}, []),
    "contacts.persons.find_by_name": (lambda i: {"partner_id": i.acme, "name": "jane  doe"}, []),
    "contacts.persons.set_sponsor": (lambda i: {"partner_id": i.acme, "person_id": i.joan}, None),
    "contacts.persons.mark_bounced": (lambda i: {"address": "jane@acme.example", "now": NOW}, []),
    "contacts.persons.erase": (lambda i: {"person_id": i.jane}, None),
    "contacts.addresses.find_by_address": (
        lambda i: {"address": "Jane@Acme.example"},
        addresses.AddressMatch("jane@acme.example"),
    ),
    "contacts.addresses.find_by_addresses": (
        lambda i: {"addresses": ["jane@acme.example", "nobody"]},
        {"jane@acme.example": addresses.AddressMatch("jane@acme.example")},
    ),
    "contacts.addresses.domains_of": (lambda i: {"partner_id": i.acme}, []),
    "contacts.addresses.domain_owner": (lambda i: {"domain": "acme.example"}, None),
    "contacts.addresses.add_domain": (lambda i: {"partner_id": i.acme, "domain": "acme.test"} | BY, REFUSED),
    "contacts.addresses.remove_domains": (lambda i: {"partner_id": i.acme, "domains": ["acme.example"]}, None),
    "contacts.addresses.ignore_address": (lambda i: {"address": "noreply@acme.example"} | BY, DONE),
    "contacts.addresses.heed_address": (lambda i: {"address": "noreply@acme.example"}, False),
    "contacts.addresses.list_ignored": (lambda i: {}, []),
    "contacts.seen_addresses.note": (
        lambda i: {"partner_id": i.acme, "addresses": ["dan@acme.example"], "seen_on": DAY, "seen_in": "mail"},
        REFUSED,
    ),
    "contacts.seen_addresses.list_offered": (lambda i: {"partner_id": i.acme}, []),
    "contacts.seen_addresses.get": (lambda i: {"seen_id": i.seen}, None),
    "contacts.seen_addresses.refuse_address": (
        lambda i: {"partner_id": i.acme, "address": "carl@acme.example", "seen_on": DAY} | BY,
        REFUSED,
    ),
    "contacts.seen_addresses.forget_at_domains": (lambda i: {"partner_id": i.acme, "domains": ["acme.example"]}, None),
    "contacts.seen_addresses.forget_address": (lambda i: {"address": "carl@acme.example"}, None),
    "contacts.spoken_with.name_persons": (
        lambda i: {"partner_id": i.acme, "activity_id": i.lead, "person_ids": [i.jane]},
        REFUSED,
    ),
    "contacts.spoken_with.name_many": (
        lambda i: (
            _rows({"partner_id": i.acme, "activity_id": i.lead, "contact_person_id": i.jane}) | {"batch_id": None}
        ),
        REFUSED,
    ),
    "contacts.spoken_with.set_persons": (
        lambda i: {"partner_id": i.acme, "activity_id": i.row, "person_ids": []},
        None,
    ),
    "contacts.spoken_with.unname_persons": (
        lambda i: {"partner_id": i.acme, "activity_id": i.row, "person_ids": [i.jane]},
        None,
    ),
    "contacts.spoken_with.persons_at": (lambda i: {"activity_ids": [i.row]}, {}),
    "contacts.spoken_with.last_touches": (lambda i: {"until": AFTER}, {}),
    "contacts.spoken_with.persons_by_touch": (lambda i: WHOLE, {}),
    "contacts.spoken_with.move_with": (lambda i: {"activity_id": i.row}, None),
    "contacts.spoken_with.follow_person": (lambda i: {"person_id": i.jane, "into_id": i.joan}, None),
    "db.check_schedule.is_due": (lambda i: {"now": NOW}, DONE),
    "db.check_schedule.plan_next_check": (lambda i: {"was": NOW, "at": LATER}, DONE),
    "db.check_schedule.request_check": (lambda i: {}, DONE),
    "partners.issues.open_issue": (lambda i: {"partner_id": i.acme, "kind": "idea", "what": "swap"} | BY, REFUSED),
    "partners.issues.get": (lambda i: {"matter_id": i.issue}, None),
    "partners.issues.list_issues": (lambda i: {"partner_id": i.acme}, []),
    "partners.merges.lock_both": (lambda i: {"partner_ids": [i.acme]}, []),
    "partners.merges.count_rows": (lambda i: {"partner_id": i.acme}, dict.fromkeys(merges.TABLES_BY_ID, 0)),
    "partners.merges.merge": (lambda i: {"partner_id": i.acme, "into_id": i.revivable, "before": {}} | BY, None),
    "partners.merges.get": (lambda i: {"merge_id": i.merge}, None),
    "partners.merges.active_merges": (lambda i: {"into_id": i.acme}, []),
    "partners.merges.undo": (lambda i: {"merge_id": i.merge} | BY, False),
    "notifications.told_signals.list_told": (lambda i: {"told_to": "U1", "partner_ids": [i.acme]}, []),
    "notifications.told_signals.mark_told": (
        lambda i: (
            {"partner_id": i.acme, "signal": "quiet", "level": 3}
            | {"told_to": "U1", "told_on": DAY, "delivery_id": i.delivery}
        ),
        REFUSED,
    ),
    "notifications.told_signals.log_nudged": (
        lambda i: {"partner_id": i.acme, "signal": "paper", "told_to": "U1", "told_on": DAY, "delivery_id": i.delivery},
        REFUSED,
    ),
    "notifications.told_signals.list_nudged": (lambda i: {"since": BEFORE}, []),
    "notifications.told_signals.delete_told": (lambda i: {"partner_id": i.acme}, None),
    "notifications.told_signals.delete_of_delivery": (lambda i: {"delivery_id": i.delivery}, None),
    "partners.names.find_name": (lambda i: {"spellings": NAMED}, None),
    "partners.names.list_names_with_kind": (lambda i: {}, []),
    "ledger.amendments.last_change_of": (
        lambda i: {"subject": "activity", "subject_id": i.row, "column": "title"},
        None,
    ),
    "workspaces.workspaces.mark_loaded": (lambda i: {"now": LATER}, DONE),
    "partners.names.version": (lambda i: {}, NO_NAMES),
    "partners.names.list_names": (lambda i: {}, []),
    "partners.spellings.by_key": (lambda i: {}, {}),
    "partners.names.twins": (lambda i: {}, []),
    "partners.names.names_by_key": (lambda i: {}, {}),
    "partners.names.partner_names": (lambda i: {"partner_id": i.acme}, []),
    "partners.names.add_many": (lambda i: {"names": [(i.acme, "Acme & Co", True)]}, REFUSED),
    "partners.partners.get": (lambda i: {"partner_id": i.acme}, None),
    "partners.partners.resolve_all_merged": (lambda i: {}, {}),
    "partners.external_ids.list_ids": (lambda i: {}, []),
    "partners.external_ids.find_partner": (lambda i: {"source": "crm", "external_id": "x1"}, None),
    "partners.external_ids.give_source": (lambda i: {"source": "crm", "external_id": "x0"}, None),
    "partners.external_ids.add_many": (lambda i: {"ids": [(i.acme, "crm", "x2")]}, REFUSED),
    "partners.partners.find_name_of": (lambda i: {"partner_id": i.acme}, None),
    "partners.partners.ids_of_owner": (lambda i: {"owner": "U1"}, set()),
    "partners.partners.lock_named": (lambda i: {"spellings": NAMED}, DONE),
    "db.locks.resolve_merged_id": (lambda i: {"partner_id": i.acme}, DONE),
    "db.locks.lock_partners": (lambda i: {"partner_ids": [i.acme]}, DONE),
    "db.locks.lock_all_partners": (lambda i: {}, DONE),
    "db.locks.take_turn": (lambda i: {}, DONE),
    "workspaces.seen_requests.delete_before": (lambda i: {"instant": LATER}, 0),
    "workspaces.idempotency_keys.delete_before": (lambda i: {"instant": LATER}, 0),
    "notifications.told_signals.partners_of_delivery": (lambda i: {"delivery_id": i.delivery}, []),
    "partners.partners.list_partners": (lambda i: {}, []),
    "partners.partners.add": (
        lambda i: {"name": "Acme", "since_on": DAY, "aliases": ["Acme Ltd"], "vertical": "law"} | BY,
        DONE,
    ),
    "partners.partners.add_many": (
        lambda i: {"rows": [{"name": "Acme", "since_on": DAY}], "batch_id": None} | BY,
        DONE,
    ),
    "partners.partners.list_owners": (lambda i: {}, []),
    "partners.partners.expired_pauses": (lambda i: {"day": AFTER}, []),
    "workspaces.members.list_zones": (lambda i: {}, DONE),
    "workspaces.members.find_member": (lambda i: {"user_id": "U1"}, None),
    "workspaces.members.list_members": (lambda i: {}, []),
    "workspaces.members.list_names": (lambda i: {"user_ids": ["U1"]}, {}),
    "workspaces.members.save_member": (lambda i: PERSON, DONE),
    "partners.promises.add": (lambda i: {"partner_id": i.acme, "what": "call", "due_on": None} | BY, REFUSED),
    "partners.promises.list_open": (lambda i: {"instant": LATER}, []),
    "partners.promises.get": (lambda i: {"step_id": i.step}, None),
    "partners.promises.list_promises": (lambda i: {"partner_id": i.acme, "kept_since": LATER}, []),
    "partners.promises.void_for_activity": (lambda i: {"activity_id": i.row, "now": NOW}, None),
    "partners.trust_surveys.create_question": (lambda i: {"partner_id": i.acme} | ASKED | BY, REFUSED),
    "partners.trust_surveys.list_contacts": (lambda i: {"partner_id": i.acme}, []),
    "partners.trust_surveys.get": (lambda i: {"question_id": i.question}, None),
    "partners.trust_surveys.claim_answer": (
        lambda i: {"question_id": i.question, "secret_hash": "h", "now": NOW},
        False,
    ),
    "partners.trust_surveys.set_rating": (lambda i: {"question_id": i.question, "rating_id": i.rating}, None),
    "partners.trust_surveys.withdraw_question": (lambda i: {"question_id": i.question, "now": NOW}, False),
    "partners.trust_surveys.withdraw_open": (lambda i: {"partner_id": i.acme, "contact": "Jane", "now": NOW}, 0),
    "partners.trust_surveys.list_pending": (lambda i: {"partner_id": i.acme, "now": NOW}, []),
    "partners.trust_surveys.last_contact": (lambda i: {"partner_id": i.acme}, None),
    "partners.trust_surveys.list_answers": (lambda i: {}, []),
    "partners.referral_links.create_link": (lambda i: {"partner_id": i.acme} | ASKED | BY, REFUSED),
    "partners.referral_links.get_link": (lambda i: {"link_id": i.door}, None),
    "partners.referral_links.contact_of": (lambda i: {"link_id": i.door}, None),
    "partners.referral_links.withdraw_link": (lambda i: {"link_id": i.door, "now": NOW}, False),
    "partners.referral_links.withdraw_open": (lambda i: {"partner_id": i.acme, "contact": "Jane", "now": NOW}, 0),
    "partners.referral_links.list_open": (lambda i: {"partner_id": i.acme, "now": NOW}, []),
    "partners.referral_links.count_offers": (lambda i: {"link_id": i.door}, 0),
    "partners.referral_links.has_form": (lambda i: {"link_id": i.door, "form_key": "f"}, False),
    "partners.referral_links.add_offer": (
        lambda i: {"partner_id": i.acme, "link_id": i.door} | OFFERED | {"form_key": "g"},
        REFUSED,
    ),
    "partners.referral_links.get_offer": (lambda i: {"offer_id": i.offer}, None),
    "partners.referral_links.decide": (
        lambda i: {"offer_id": i.offer, "activity_id": i.row, "by": "U9", "now": NOW},
        False,
    ),
    "partners.referral_links.list_waiting": (lambda i: {}, []),
    "workspaces.seen_requests.try_lease": (lambda i: {"key": "Ev1", "now": NOW, "lasts": timedelta(1)}, True),
    "workspaces.seen_requests.has_before": (lambda i: {"instant": LATER}, False),
    "workspaces.seen_requests.claimed_at": (lambda i: {"key": "Ev1"}, None),
    "workspaces.seen_requests.claim_key": (lambda i: {"key": "Ev1", "now": NOW}, True),
    "partners.removal.is_empty": (lambda i: {"partner_id": i.acme}, True),
    "partners.removal.remove": (lambda i: {"partner_id": i.revivable}, None),
    "partners.reviews.record_review": (lambda i: {"partner_id": i.acme, "held_on": DAY} | BY, REFUSED),
    "partners.reviews.list_reviews": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "partners.reviews.partners_ended_since": (lambda i: {"instant": datetime(2000, 1, 1, tzinfo=UTC)}, set()),
    "imports.staged_files.stage": (lambda i: FILE | BY, DONE),
    "imports.staged_files.get": (lambda i: {"staged_id": i.staged}, None),
    "imports.staged_files.claim": (
        lambda i: {"staged_id": i.staged, "of": ["reading"], "to": "asking", "now": LATER},
        False,
    ),
    "imports.staged_files.save_progress": (lambda i: {"staged_id": i.staged, "now": LATER}, None),
    "imports.staged_files.discard": (lambda i: {"staged_id": i.staged, "of": ["reading"]}, False),
    "imports.staged_files.save_choices": (lambda i: {"headers": "h", "choices": "", "now": NOW}, DONE),
    "imports.staged_files.load_choices": (lambda i: {"headers": "h"}, None),
    "partners.snapshots.list_snapshots": (lambda i: {}, []),
    "partners.snapshots.get": (lambda i: {"partner_id": i.acme}, None),
    "partners.snapshots.get_by_name": (lambda i: {"name": NAMED[0]}, None),
    "ledger.occasions.open_leads": (lambda i: {"partner_ids": [i.acme]}, {}),
    "ledger.occasions.coming": (lambda i: {"partner_ids": [i.acme], "after": BEFORE}, {}),
    "ledger.occasions.last_topics": (lambda i: {"partner_ids": [i.acme], "until": DAY}, {}),
    "ledger.partner_totals.load_sums": (lambda i: {"windows": [(BEFORE, AFTER)]}, {}),
    "ledger.partner_totals.count_touches": (lambda i: WHOLE, {}),
    "imports.rollback.roll_back": (lambda i: {"batch_id": i.batch, "now": NOW}, None),
    "ledger.team_totals.activity_totals": (lambda i: {"span": SPAN}, {}),
    "ledger.team_totals.won_total": (lambda i: {"span": SPAN}, 0),
    "ledger.team_totals.logged_by_person": (lambda i: {"after": datetime(2000, 1, 1, tzinfo=UTC), "until": LATER}, {}),
    "ledger.trust_ratings.record_rating": (lambda i: {"partner_id": i.acme} | RATING | BY, REFUSED),
    "ledger.trust_ratings.record_many": (
        lambda i: _rows(RATING | {"partner_id": i.acme, "note": "", "source_key": "k1"}) | {"batch_id": i.batch} | BY,
        REFUSED,
    ),
    "ledger.trust_ratings.get_by_source_key": (lambda i: {"source_key": "k1"}, None),
    "ledger.trust_ratings.recently_recorded": (lambda i: {"partner_id": i.acme, "limit": 9}, []),
    "ledger.trust_ratings.get": (lambda i: {"rating_id": i.rating}, None),
    "ledger.trust_ratings.load_ratings": (lambda i: {"until": AFTER}, []),
    "ledger.trust_ratings.load_planned": (lambda i: AHEAD, []),
    "partners.verticals.get_or_create": (lambda i: {"name": "law"}, DONE),
    "partners.verticals.list_verticals": (lambda i: {}, []),
    "partners.verticals.get": (lambda i: {"vertical_id": i.vertical}, None),
    "workspaces.settings_changes.last_set_at": (lambda i: {"key": "currency"}, None),
    "workspaces.settings_changes.was_set": (lambda i: {"key": "currency"}, False),
    "webhooks.endpoints.add": (lambda i: {"host": "x", "sealed": "x", "events": []} | BY, DONE),
    "webhooks.endpoints.list_endpoints": (lambda i: {}, []),
    "webhooks.endpoints.get": (lambda i: {"endpoint_id": i.hook}, None),
    "webhooks.endpoints.change": (lambda i: {"endpoint_id": i.hook, "host": "y"}, False),
    "webhooks.endpoints.count_failure": (lambda i: {"endpoint_id": i.hook, "problem": "500"}, None),
    "webhooks.endpoints.lease": (lambda i: {"endpoint_id": i.hook, "was": None, "until": LATER}, False),
    "webhooks.outbox.listening": (lambda i: {}, []),
    "webhooks.outbox.put": (lambda i: {"endpoint_ids": [i.hook], "message_id": "m9"} | EVENT, REFUSED),
    "webhooks.outbox.next_due": (lambda i: {"endpoint_id": i.hook, "now": LATER}, None),
    "webhooks.outbox.change": (lambda i: {"delivery_id": i.event, "body": ""}, False),
    "webhooks.outbox.hold_lane": (lambda i: {"endpoint_id": i.hook, "lane": 1, "until": LATER}, None),
    "webhooks.outbox.count_as_tried": (
        lambda i: {"endpoint_id": i.hook, "now": LATER, "steps": [timedelta(1)], "problem": "500"},
        0,
    ),
    "webhooks.outbox.count_states": (lambda i: {}, {}),
    "webhooks.outbox.list_dead": (lambda i: {"endpoint_id": i.hook, "limit": 9}, []),
    "webhooks.outbox.revive": (lambda i: {"endpoint_id": i.hook, "now": NOW}, 0),
    "webhooks.outbox.forget_endpoint": (lambda i: {"endpoint_id": i.hook}, None),
    "webhooks.watch.get": (lambda i: {}, None),
    "webhooks.watch.keep": (lambda i: {"known": "[]", "was": 1}, False),
    "webhooks.watch.forget": (lambda i: {}, None),
    "workspaces.workspaces.find": (lambda i: {}, DONE),
    "workspaces.workspaces.get": (lambda i: {}, DONE),
    "workspaces.workspaces.was_uninstalled_before": (lambda i: {"instant": LATER}, DONE),
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
