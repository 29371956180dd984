"""Partners, their names and verticals, and merges."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, check_in, partner_key
from storage.tables.enums import OVERLAPS, ROLES, STATUSES, TERMS, TERMS_ANSWERS

BASIS_POINTS = 10_000
"""100 percent, in the unit of `Partner.terms_share`."""


class Vertical(Base, table=True):
    """A line of business, with its own cadence if the team set one."""

    __tablename__: ClassVar[str] = "vertical"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), UniqueConstraint("workspace_id", "id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str
    name: str
    cadence_days: int | None = None


class Partner(Base, table=True):
    """An outside organisation or person that we work with. Its names are in `PartnerName`.

    `fit` holds the letters of the three kinds of fit, separated by spaces. Terms are computed from `terms_*`: money in
    minor units, the share of a success's worth in hundredths of a percent. `our_sponsor_id` is the member who backs the
    partnership; `our_sponsor` is the name of somebody whom no member's name matched. `merged_into_id` is the partner
    that this one was merged into. A merged partner is hidden, and kept so that the merge can be undone.
    """

    __tablename__: ClassVar[str] = "partner"
    __table_args__ = (
        check_in("status", STATUSES),
        check_in("role", ROLES),
        check_in("overlap", OVERLAPS),
        check_in("terms", TERMS),
        check_in("terms_answer", TERMS_ANSWERS),
        CheckConstraint("openness BETWEEN 1 AND 5", "openness"),
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(["workspace_id", "vertical_id"], ["vertical.workspace_id", "vertical.id"]),
        ForeignKeyConstraint(["workspace_id", "merged_into_id"], ["partner.workspace_id", "partner.id"]),
        Index(None, "workspace_id", "owner"),
        Index(None, "workspace_id", "vertical_id"),
        Index(None, "workspace_id", "merged_into_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    vertical_id: int | None = None
    owner: str | None = None
    since_on: date
    status: str = "active"
    status_reason: str | None = None
    paused_until_on: date | None = None
    snoozed_until_on: date | None = None
    cadence_days: int | None = None
    wiifm_us: str | None = None
    wiifm_them: str | None = None
    wiifm_clients: str | None = None
    role: str = "partner"
    stakeholder: str | None = None
    customer_benefit: str | None = None
    fit: str = ""
    same_customer: bool = False
    other_industry: bool | None = None
    overlap: str | None = None
    boundary: str | None = None
    boundary_link: str | None = None
    boundary_review_on: date | None = None
    customers_we_can: int | None = None
    customers_they_can: int | None = None
    other_partners: str | None = None
    our_role: str | None = None
    their_role: str | None = None
    our_sponsor: str | None = None
    our_sponsor_id: str | None = Field(default=None, max_length=32)
    openness: int | None = None
    terms: str | None = None
    terms_answer: str = "not_asked"
    terms_rate_minor: int | None = Field(default=None, sa_type=BigInteger)
    terms_hours: int | None = None
    terms_months: int | None = None
    terms_retainer_minor: int | None = Field(default=None, sa_type=BigInteger)
    terms_fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    terms_share: int | None = None
    terms_worth_minor: int | None = Field(default=None, sa_type=BigInteger)
    outcome_target: str | None = None
    outcome_due_on: date | None = None
    outcome_met_on: date | None = None
    risk_plan: str | None = None
    next_review_on: date | None = None
    merged_into_id: int | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    created_at: datetime
    created_by: str


class PartnerName(Base, table=True):
    """All names of a partner. One table for names and aliases, so that they are unique together."""

    __tablename__: ClassVar[str] = "partner_name"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), partner_key())
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int = Field(index=True)
    key: str
    name: str
    is_alias: bool = False


class PartnerExternalId(Base, table=True):
    """A partner's id in another system: `source`, or None where the id was stored before sources were kept.

    The ids of a merged partner stay with it, and stand for the one that it was merged into.
    """

    __tablename__: ClassVar[str] = "partner_external_id"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    source: str | None = None
    external_id: str


class PartnerSpelling(Base, table=True):
    """What a person typed for a partner before choosing it from suggestions. Used for lookup, never shown as a name."""

    __tablename__: ClassVar[str] = "partner_spelling"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), partner_key(), Index(None, "workspace_id", "partner_id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    key: str
    spelling: str
    learnt_at: datetime
    learnt_by: str


class PartnerMerge(Base, table=True):
    """A merge of one partner into another (`into_id`), with what is needed to undo it.

    `moved` is a JSON object with the ids of the moved rows by table; for names it holds their keys, and for notices the
    signal and recipient, since those rows may be created again. `before` is a JSON object with the previous values of
    the other partner's fields that the merge filled.
    """

    __tablename__: ClassVar[str] = "partner_merge"
    __table_args__ = (
        partner_key(),
        ForeignKeyConstraint(["workspace_id", "into_id"], ["partner.workspace_id", "partner.id"]),
        Index(None, "workspace_id", "partner_id"),
        Index(None, "workspace_id", "into_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    into_id: int
    moved: str
    before: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None
