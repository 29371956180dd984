"""All tables. Import them from here, so that all are loaded whenever one is.

Every table belongs to a workspace. Ledger rows are voided, never deleted, except when an import is rolled back.
Instants end in `_at` (aware, UTC), days in `_on` (the workspace's local day), and money is integer minor units of the
workspace's currency.

One file per subject: workspaces, partners, partner_records, contacts, mail, calendars, crm, ledger, trust, changes,
deliveries, imports, integrations, webhooks, processes, and slack, whose tables are slack_sdk's. `enums` holds the
allowed values, `base` shared helpers.
"""

from storage.tables.calendars import CalendarMeeting, CalendarSource
from storage.tables.changes import Amendment, AuditEntry
from storage.tables.contacts import ActivityContact, ContactPerson, IgnoredAddress, PartnerDomain, SeenAddress
from storage.tables.crm import CrmConnection
from storage.tables.deliveries import Delivery, NudgedSignal, SignalNotice
from storage.tables.imports import ImportBatch, RememberedColumns, StagedImport
from storage.tables.integrations import CalendarFeed, IdempotencyKey, Integration
from storage.tables.ledger import Activity, ChannelLink
from storage.tables.mail import MailAddress, MailReceipt
from storage.tables.partner_records import Cost, IssueRecord, NextStep, Review
from storage.tables.partners import (
    BASIS_POINTS,
    Partner,
    PartnerExternalId,
    PartnerMerge,
    PartnerName,
    PartnerSpelling,
    Vertical,
)
from storage.tables.processes import Heartbeat, SeenRequest
from storage.tables.slack import SLACK_BOTS, SLACK_INSTALLATIONS, SLACK_STATES, SLACK_TABLES
from storage.tables.trust import OfferedReferral, ReferralLink, TrustQuestion, TrustRating
from storage.tables.webhooks import WebhookDelivery, WebhookEndpoint, WebhookWatch
from storage.tables.workspaces import Person, Workspace

__all__ = [
    "BASIS_POINTS",
    "SLACK_BOTS",
    "SLACK_INSTALLATIONS",
    "SLACK_STATES",
    "SLACK_TABLES",
    "Activity",
    "ActivityContact",
    "Amendment",
    "AuditEntry",
    "CalendarFeed",
    "CalendarMeeting",
    "CalendarSource",
    "ChannelLink",
    "ContactPerson",
    "Cost",
    "CrmConnection",
    "Delivery",
    "Heartbeat",
    "IdempotencyKey",
    "IgnoredAddress",
    "ImportBatch",
    "Integration",
    "IssueRecord",
    "MailAddress",
    "MailReceipt",
    "NextStep",
    "NudgedSignal",
    "OfferedReferral",
    "Partner",
    "PartnerDomain",
    "PartnerExternalId",
    "PartnerMerge",
    "PartnerName",
    "PartnerSpelling",
    "Person",
    "ReferralLink",
    "RememberedColumns",
    "Review",
    "SeenAddress",
    "SeenRequest",
    "SignalNotice",
    "StagedImport",
    "TrustQuestion",
    "TrustRating",
    "Vertical",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookWatch",
    "Workspace",
]
