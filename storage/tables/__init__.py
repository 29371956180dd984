"""The tables, all in one list: whoever needs one imports it from here, so that all are loaded whenever one is.

Every one belongs to a workspace; the ledger's rows are voided, never deleted, but for an import's that is taken back
whole. Instants end in `_at` (aware, UTC), days in `_on` (the workspace's local day), money is integer minor units of
the workspace's one currency.

The files are by subject: workspaces, partners, ledger, trust, dealings, changes, deliveries, imports, programs,
processes, and slack, whose tables are slack_sdk's. `words` holds what columns may hold, `shared` what tables are made
with.
"""

from storage.tables.changes import Change
from storage.tables.deliveries import Delivery, SignalNotice
from storage.tables.imports import ImportBatch, RememberedColumns, StagedImport
from storage.tables.integrations import CalendarFeed, Integration, KeptAnswer
from storage.tables.ledger import Activity, ChannelLink
from storage.tables.partner_records import Cost, Matter, NextStep, Review
from storage.tables.partners import Partner, PartnerMerge, PartnerName, Vertical
from storage.tables.processes import Heartbeat, SeenRequest
from storage.tables.slack import OF_SLACK, SLACK_BOTS, SLACK_INSTALLATIONS, SLACK_STATES
from storage.tables.trust import TrustQuestion, TrustRating
from storage.tables.workspaces import Person, Workspace

__all__ = [
    "OF_SLACK",
    "SLACK_BOTS",
    "SLACK_INSTALLATIONS",
    "SLACK_STATES",
    "Activity",
    "CalendarFeed",
    "Change",
    "ChannelLink",
    "Cost",
    "Delivery",
    "Heartbeat",
    "ImportBatch",
    "Integration",
    "KeptAnswer",
    "Matter",
    "NextStep",
    "Partner",
    "PartnerMerge",
    "PartnerName",
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
