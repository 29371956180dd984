"""Mail that counts as contact: people's private addresses, and which mails were taken."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.base import Base


class MailAddress(Base, table=True):
    """A person's private mail address. Anyone who has it can make contact count; only a hash of it is kept.

    `offers_people` says whether its person was told that unknown people at partners are offered.
    """

    __tablename__: ClassVar[str] = "mail_address"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    token_hash: str = Field(unique=True)
    made_at: datetime
    offers_people: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class MailReceipt(Base, table=True):
    """A mail that was taken, by a hash of its Message-ID, so that it counts once. Nothing else of it is kept."""

    __tablename__: ClassVar[str] = "mail_receipt"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), Index(None, "taken_at"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str = Field(max_length=64)
    taken_at: datetime
