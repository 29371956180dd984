"""Other records of a partnership: promises, costs, issues and reviews."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from storage.tables.base import Base, check_in, partner_key
from storage.tables.enums import ISSUE_KINDS, PROMISERS


class NextStep(Base, table=True):
    """A promise to a partner or from it (`side`), with its due day. `promised_by` recorded it."""

    __tablename__: ClassVar[str] = "next_step"
    __table_args__ = (
        check_in("side", PROMISERS),
        partner_key(),
        Index(None, "workspace_id", "partner_id", "due_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
    what: str
    side: str = "us"
    due_on: date | None = None
    promised_by: str
    created_at: datetime
    done_at: datetime | None = None
    voided_at: datetime | None = None


class Cost(Base, table=True):
    """The cost of a partnership on a day: money, or minutes of our time. Voided, never deleted."""

    __tablename__: ClassVar[str] = "cost"
    __table_args__ = (
        CheckConstraint("(money_minor IS NULL) <> (minutes IS NULL)", "one_of_two"),
        partner_key(),
        Index(None, "workspace_id", "partner_id", "spent_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    spent_on: date
    money_minor: int | None = Field(default=None, sa_type=BigInteger)
    minutes: int | None = None
    what: str = ""
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class IssueRecord(Base, table=True):
    """An issue with a partner, or an idea, until it is resolved."""

    __tablename__: ClassVar[str] = "matter"
    __table_args__ = (check_in("kind", ISSUE_KINDS), partner_key(), Index(None, "workspace_id", "partner_id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    kind: str
    what: str
    opened_at: datetime
    opened_by: str
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_how: str | None = None


class Review(Base, table=True):
    """A completed review: the answers, and the scores at that time."""

    __tablename__: ClassVar[str] = "review"
    __table_args__ = (partner_key(), Index(None, "workspace_id", "partner_id", "held_on"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    held_on: date
    benefits: str = ""
    reasons: str = ""
    profit: str = ""
    strengths: str = ""
    weaknesses: str = ""
    customer_benefit: str = ""
    rvi: str | None = None
    reverse_rvi: str | None = None
    wiifm_us: str | None = None
    wiifm_them: str | None = None
    next_on: date | None = None
    recorded_at: datetime
    recorded_by: str
