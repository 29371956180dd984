"""Which signals people have heard of, while their causes last."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam
from sqlalchemy import delete as delete_from
from sqlmodel import Session, col, delete, select

from storage.db import statements
from storage.tables import Delivery, SignalNotice


def told(session: Session, *, workspace_id: int, told_to: str, partner_ids: Collection[int]) -> list[SignalNotice]:
    """What somebody was told of these partners and not forgotten since; failed deliveries told nothing."""
    return list(
        session.exec(
            select(SignalNotice)
            .join(Delivery, col(Delivery.id) == col(SignalNotice.delivery_id))
            .where(
                SignalNotice.workspace_id == workspace_id,
                SignalNotice.told_to == told_to,
                col(SignalNotice.partner_id).in_(partner_ids),
                Delivery.state != "failed",
            )
        )
    )


def tell(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    signal: str,
    level: int,
    told_to: str,
    told_on: date,
    delivery_id: int,
) -> None:
    """Note that a delivery tells of a signal."""
    session.exec(
        delete(SignalNotice).where(
            col(SignalNotice.workspace_id) == workspace_id,
            col(SignalNotice.partner_id) == partner_id,
            col(SignalNotice.signal) == signal,
            col(SignalNotice.told_to) == told_to,
        )
    )
    session.add(
        SignalNotice(
            workspace_id=workspace_id,
            partner_id=partner_id,
            signal=signal,
            level=level,
            told_to=told_to,
            told_on=told_on,
            delivery_id=delivery_id,
        )
    )
    session.flush()


def forget_delivery(session: Session, *, workspace_id: int, delivery_id: int) -> None:
    """Take back what a delivery was to tell, before it is put together anew."""
    session.exec(
        delete(SignalNotice).where(
            col(SignalNotice.workspace_id) == workspace_id, col(SignalNotice.delivery_id) == delivery_id
        )
    )


_TOLD = statements.table_of(SignalNotice).c
_ANY = delete_from(statements.table_of(SignalNotice)).where(
    _TOLD.workspace_id == bindparam("workspace"), _TOLD.partner_id == bindparam("partner")
)
_SOME = _ANY.where(_TOLD.signal.in_(bindparam("signals", expanding=True)))


def forget(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    signals: Collection[str] | None = None,
    but: str | None = None,
) -> None:
    """Forget that these signals (None: any) were told, so that they are new when they come again.

    Those whose names begin with `but` stay told.
    """
    gone = _ANY if signals is None else _SOME
    if but is not None:
        gone = gone.where(~_TOLD.signal.startswith(but, autoescape=True))
    statements.ask(session, gone, {"workspace": workspace_id, "partner": partner_id, "signals": list(signals or ())})
