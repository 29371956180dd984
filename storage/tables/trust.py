"""Trust ratings, the links of trust surveys, and the links by which partners refer people to us."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in, partner_key
from storage.tables.enums import SIDES


class TrustRating(Base, table=True):
    """A rater's trust rating for one side on a day."""

    __tablename__: ClassVar[str] = "trust_rating"
    __table_args__ = (
        check_in("side", SIDES),
        CheckConstraint("level BETWEEN 1 AND 5", "level"),
        UniqueConstraint("workspace_id", "source_key"),
        partner_key(),
        Index(None, "workspace_id", "partner_id", "side", "rater", "rated_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    side: str
    level: int
    rated_on: date
    rater: str
    note: str = ""
    source_key: str | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class TrustQuestion(Base, table=True):
    """A private link for one trust rating of us by a contact at a partner.

    `contact` is the name that the asker uses. Only a hash of the link's random part is kept, so that nobody can rebuild
    the link from the database. `rating_id` is set once they answered.
    """

    __tablename__: ClassVar[str] = "trust_question"
    __table_args__ = (partner_key(), Index(None, "workspace_id", "partner_id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    contact: str
    secret_hash: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    rating_id: int | None = Field(default=None, foreign_key="trust_rating.id", index=True)
    withdrawn_at: datetime | None = None


class ReferralLink(Base, table=True):
    """A private link by which a contact at a partner refers people to us, several times.

    `contact` and the hash are as in `TrustQuestion`.
    """

    __tablename__: ClassVar[str] = "referral_link"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    contact: str
    secret_hash: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None


class OfferedReferral(Base, table=True):
    """Somebody whom a contact at a partner referred to us by a link. It counts once the partner's owner says yes.

    `form_key` is that of the form that was sent: a form counts once. `reach` is how to reach `name`. Undecided while
    `decided_at` is empty; `activity_id` is the referral that was recorded, empty for one that was declined.
    """

    __tablename__: ClassVar[str] = "offered_referral"
    __table_args__ = (
        partner_key(),
        ForeignKeyConstraint(["workspace_id", "link_id"], ["referral_link.workspace_id", "referral_link.id"]),
        UniqueConstraint("link_id", "form_key"),
        Index(None, "workspace_id", "partner_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    link_id: int
    form_key: str = Field(max_length=32)
    name: str
    reach: str | None = None
    note: str | None = None
    came_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
