"""Activities, and the channels in which contact is recorded automatically."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in, partial_index, partner_key
from storage.tables.enums import DIRECTIONS, KINDS, OUTCOMES


class Activity(Base, table=True):
    """A row of the ledger. `source_key` identifies a row that was already imported.

    `title` is the lead, the event or the subject; `note` holds further remarks on a lead. A referral's `outcome`
    changes after the introduction: `outcome_on` is the day it did, and `outcome_at` when that was recorded (empty: with
    the row). `file_values` is a JSON object of what an imported file last said, and when, of columns that a person had
    edited: {"outcome": ["met", "2026-11-22T09:30:00+00:00"]}.
    """

    __tablename__: ClassVar[str] = "activity"
    __table_args__ = (
        check_in("kind", KINDS),
        check_in("direction", DIRECTIONS),
        check_in("outcome", OUTCOMES),
        CheckConstraint("count >= 1", "count"),
        UniqueConstraint("workspace_id", "source_key"),
        partner_key(),
        # A covering index for the sums of all scores, without table lookups. It includes voided rows, so that it also
        # tells whether a partner has any row.
        Index(
            "ix_activity_sums",
            "workspace_id", "partner_id", "occurred_on", "kind", "direction", "count", "voided_at",
        ),
        # Finds a week's rows without a scan of the ledger.
        Index(None, "workspace_id", "occurred_on"),
        Index(None, "workspace_id", "recorded_at"),
        # A covering index for the value won and failed referrals, also used to find open referrals.
        Index(
            "ix_activity_outcomes",
            "workspace_id", "outcome", "partner_id", "direction", "outcome_on", "value_minor",
            "kind", "occurred_on", "count",
            **partial_index("voided_at IS NULL AND outcome IS NOT NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    kind: str
    direction: str
    occurred_on: date
    count: int = 1
    title: str = ""
    note: str | None = None
    medium: str | None = None
    outcome: str | None = None
    outcome_on: date | None = None
    outcome_at: datetime | None = None
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    source_key: str | None = None
    file_values: str | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class ChannelLink(Base, table=True):
    """A channel whose messages count as contact with a partner, from `told_at` on, when that was announced in it."""

    __tablename__: ClassVar[str] = "channel_link"
    __table_args__ = (
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
        # A channel belongs to one partner at a time.
        Index(
            "uq_channel_link_workspace_id_channel_id", "workspace_id", "channel_id", unique=True,
            **partial_index("unlinked_at IS NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    channel_id: str = Field(max_length=32)
    linked_by: str
    linked_at: datetime
    told_at: datetime | None = None
    unlinked_by: str | None = None
    unlinked_at: datetime | None = None
