"""What was done with partners, and the channels in which it is counted unasked."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in, partial_index, partner_key
from storage.tables.enums import DIRECTIONS, KINDS, OUTCOMES


class Activity(Base, table=True):
    """A row of the ledger. `source_key` is how an import knows a row it has already taken.

    `title` is the lead, the event, or what it was about; `note` is what else was said of a lead. A referral's `outcome`
    moves on after the introduction; `outcome_on` is the day it came to stand there, and `outcome_at` when somebody said
    so (empty: with the row).
    """

    __tablename__: ClassVar[str] = "activity"
    __table_args__ = (
        check_in("kind", KINDS),
        check_in("direction", DIRECTIONS),
        check_in("outcome", OUTCOMES),
        CheckConstraint("count >= 1", "count"),
        UniqueConstraint("workspace_id", "source_key"),
        partner_key(),
        # Covers the sums of all scores: no table row is read for them. Voided rows are in it, so that whether a partner
        # has any can be told from it, too.
        Index(
            "ix_activity_sums",
            "workspace_id", "partner_id", "occurred_on", "kind", "direction", "count", "voided_at",
        ),
        # Find a week's rows without reading the whole ledger.
        Index(None, "workspace_id", "occurred_on"),
        Index(None, "workspace_id", "recorded_at"),
        # Covers the value won and what came to nothing, and finds the referrals that are still open.
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
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class ChannelLink(Base, table=True):
    """A channel in which messages count as contact with a partner, from `told_at` on, when the channel was told so."""

    __tablename__: ClassVar[str] = "channel_link"
    __table_args__ = (
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
        # A channel is one partner's at a time.
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
