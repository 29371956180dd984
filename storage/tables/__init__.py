"""The tables, all in one list: whoever needs one imports it from here, so that all are loaded whenever one is.

Every one belongs to a workspace; the ledger's rows are voided, never deleted, but for an import's that is taken back
whole. Instants end in `_at` (aware, UTC), days in `_on` (the workspace's local day), money is integer minor units of
the workspace's one currency.

The files are by subject: workspaces, partners, partner_records, ledger, trust, changes, deliveries, imports,
integrations, processes, and slack, whose tables are slack_sdk's. `enums` holds what columns may hold, `base` what
tables are made with.
"""

from storage.tables.changes import Amendment, AuditEntry
from storage.tables.deliveries import Delivery, SignalNotice
from storage.tables.imports import ImportBatch, RememberedColumns, StagedImport
from storage.tables.integrations import CalendarFeed, IdempotencyKey, Integration
from storage.tables.ledger import Activity, ChannelLink
from storage.tables.partner_records import Cost, IssueRecord, NextStep, Review
from storage.tables.partners import (
    BASIS_POINTS,
    Partner,
    PartnerMerge,
    PartnerName,
    PartnerSpelling,
    Vertical,
)
from storage.tables.processes import Heartbeat, SeenRequest
from storage.tables.slack import SLACK_BOTS, SLACK_INSTALLATIONS, SLACK_STATES, SLACK_TABLES
from storage.tables.trust import TrustQuestion, TrustRating
from storage.tables.workspaces import Person, Workspace

__all__ = [
    "BASIS_POINTS",
    "SLACK_BOTS",
    "SLACK_INSTALLATIONS",
    "SLACK_STATES",
    "SLACK_TABLES",
    "Activity",
    "Amendment",
    "AuditEntry",
    "CalendarFeed",
    "ChannelLink",
    "Cost",
    "Delivery",
    "Heartbeat",
    "IdempotencyKey",
    "ImportBatch",
    "Integration",
    "IssueRecord",
    "NextStep",
    "Partner",
    "PartnerMerge",
    "PartnerName",
    "PartnerSpelling",
    "Person",
    "RememberedColumns",
    "Review",
    "SeenRequest",
    "SignalNotice",
    "StagedImport",
    "TrustQuestion",
    "TrustRating",
    "Vertical",
    "Workspace",
]
