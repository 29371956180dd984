"""Nudges, digests, and which signals people were told."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in, partner_key
from storage.tables.enums import DELIVERY_KINDS, DELIVERY_STATES


class Delivery(Base, table=True):
    """One nudge, digest or brief to send exactly once. The unique row is the claim.

    A nudge is known by its owner (`recipient`) and local day (`period`), a brief by whose it is and when the meeting
    starts, a digest by its own day alone (`recipient` is empty, so that moving the digest to another channel posts no
    second one; those of older versions are known by their ISO week). `awaits` are the ids of the partners in a nudge
    that nobody has acted on since, parted by spaces.

    `posting_since` and `posting_until` are the instants between which Slack stamped the last try, if it was posted;
    None if there was none, or if it is known not to be there. They close in while the channel is read. `look_at` is
    when Slack lets us read on, `looks` how often that was so.
    """

    __tablename__: ClassVar[str] = "delivery"
    __table_args__ = (
        check_in("kind", DELIVERY_KINDS),
        check_in("state", DELIVERY_STATES),
        UniqueConstraint("workspace_id", "kind", "recipient", "period"),
        Index("ix_delivery_open", "state", "claimed_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    kind: str
    recipient: str
    period: str
    as_of_on: date
    token: str = Field(unique=True)
    state: str = "claimed"
    first_claimed_at: datetime
    claimed_at: datetime
    attempts: int = 1
    sent_at: datetime | None = None
    channel: str | None = None
    message_ts: str | None = None
    problem: str | None = None
    awaits: str | None = None
    posting_since: datetime | None = None
    posting_until: datetime | None = None
    look_at: datetime | None = None
    looks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SignalNotice(Base, table=True):
    """The last time a person was told about a partner's signal whose cause lasts, and how often so far.

    `times` is 0 if it was only included in a count. Signals in the team's digest have no personal recipient.
    """

    __tablename__: ClassVar[str] = "signal_notice"
    __table_args__ = (UniqueConstraint("workspace_id", "partner_id", "signal", "told_to"), partner_key())
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    signal: str
    told_to: str = Field(max_length=32)
    level: int
    times: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    told_on: date
    delivery_id: int = Field(foreign_key="delivery.id", index=True)


class NudgedSignal(Base, table=True):
    """A signal that a nudge told a person about, kept for good: to see later what came of it."""

    __tablename__: ClassVar[str] = "nudged_signal"
    __table_args__ = (
        UniqueConstraint("delivery_id", "partner_id", "signal"),
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
        Index(None, "workspace_id", "told_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    signal: str
    told_to: str = Field(max_length=32)
    told_on: date
    delivery_id: int = Field(foreign_key="delivery.id")
