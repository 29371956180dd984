"""People's private mail addresses, found by the hash of their token, and the mails that were taken."""

from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import MailAddress, MailReceipt


def get_address(session: Session, *, workspace_id: int, user_id: str) -> MailAddress | None:
    """Return a person's private address."""
    return session.exec(
        select(MailAddress).where(MailAddress.workspace_id == workspace_id, MailAddress.user_id == user_id)
    ).one_or_none()


def find_by_token(session: Session, *, token_hash: str) -> MailAddress | None:
    """Return the private address with that token, in any workspace."""
    return session.exec(select(MailAddress).where(MailAddress.token_hash == token_hash)).one_or_none()


def set_address(session: Session, *, workspace_id: int, user_id: str, token_hash: str, now: datetime) -> None:
    """Set a person's private address. An earlier one stops working."""
    key = {"workspace_id": workspace_id, "user_id": user_id}
    values = {"token_hash": token_hash, "made_at": now, "offers_people": True}  # its message says so
    if insert_once(session, MailAddress, key | values, unique=["workspace_id", "user_id"]) is None:
        session.exec(
            update(MailAddress)
            .where(col(MailAddress.workspace_id) == workspace_id, col(MailAddress.user_id) == user_id)
            .values(**values)
        )


def remove_address(session: Session, *, workspace_id: int, user_id: str) -> bool:
    """Remove a person's private address. Return False if there is none."""
    gone = delete(MailAddress).where(col(MailAddress.workspace_id) == workspace_id, col(MailAddress.user_id) == user_id)
    return bool(session.exec(gone).rowcount)


def claim_mail(session: Session, *, workspace_id: int, key: str, now: datetime) -> bool:
    """Return True to the first who takes a mail. A rollback releases it."""
    values = {"workspace_id": workspace_id, "key": key, "taken_at": now}
    return insert_once(session, MailReceipt, values, unique=["workspace_id", "key"]) is not None


def forget_mails(session: Session, *, instant: datetime) -> int:
    """Forget the mails of every workspace that were taken before an instant. Return how many."""
    return session.exec(delete(MailReceipt).where(col(MailReceipt.taken_at) < instant)).rowcount
