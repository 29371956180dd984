"""The people at a partner, its domains, and addresses that never count as contact."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.base import Base, partner_key


class ContactPerson(Base, table=True):
    """Somebody at a partner. `left_on` is the day from which they no longer work there.

    `address` is a mail address as it was written, `address_key` the form in which addresses are compared.
    `is_sponsor`: they back the partnership on the partner's side; one person of a partner at most. `bounced_at`: mail
    to them came back. `never_counts`: contact with them is not recorded automatically.
    """

    __tablename__: ClassVar[str] = "contact_person"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
        Index(None, "workspace_id", "address_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    name: str
    role: str | None = None
    address: str | None = None
    address_key: str | None = None
    slack_id: str | None = None
    notes: str | None = None
    left_on: date | None = None
    is_sponsor: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    never_counts: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    bounced_at: datetime | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    created_at: datetime
    created_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class ActivityContact(Base, table=True):
    """A contact person named at an activity."""

    __tablename__: ClassVar[str] = "activity_contact"
    __table_args__ = (
        UniqueConstraint("activity_id", "contact_person_id"),
        partner_key(),
        ForeignKeyConstraint(
            ["workspace_id", "contact_person_id"], ["contact_person.workspace_id", "contact_person.id"]
        ),
        Index(None, "workspace_id", "partner_id"),
        Index(None, "workspace_id", "contact_person_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    activity_id: int = Field(foreign_key="activity.id")
    contact_person_id: int
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class PartnerDomain(Base, table=True):
    """A mail domain of a partner, in lower case. Nobody else's: a workspace has it once."""

    __tablename__: ClassVar[str] = "partner_domain"
    __table_args__ = (
        UniqueConstraint("workspace_id", "domain"),
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    domain: str
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    added_at: datetime
    added_by: str


class SeenAddress(Base, table=True):
    """A mail address at a partner's domain that nobody known there has, seen in somebody's mail or calendar.

    `key` is a hash of it. `address` is the address itself while it is offered as a contact person; once it is refused,
    only the hash is left, so that it is not offered again. `seen_on` is the last day on which it was seen.
    """

    __tablename__: ClassVar[str] = "seen_address"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        partner_key(),
        Index(None, "workspace_id", "partner_id"),
        Index(None, "seen_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    key: str = Field(max_length=64)
    address: str | None = None
    seen_on: date
    seen_in: str = Field(max_length=16)
    refused_at: datetime | None = None
    refused_by: str | None = None


class IgnoredAddress(Base, table=True):
    """A mail address with which contact never counts, whoever it belongs to."""

    __tablename__: ClassVar[str] = "ignored_address"
    __table_args__ = (UniqueConstraint("workspace_id", "address_key"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    address_key: str
    ignored_at: datetime
    ignored_by: str
