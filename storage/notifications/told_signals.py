"""Which signals people have heard of, while their causes last."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam
from sqlalchemy import delete as delete_from
from sqlmodel import Session, col, delete, select

from storage.db import statements
from storage.tables import Delivery, SignalNotice

TEAM = "#digest"
"""Who was told what the team's digest told: no person is called so."""


def list_told(
    session: Session,
    *,
    workspace_id: int,
    told_to: str,
    partner_ids: Collection[int] | None = None,
    signal: str | None = None,
) -> list[SignalNotice]:
    """What somebody was told and not forgotten since, of these partners or of any, of one signal or of any; failed
    deliveries told nothing."""
    wanted = (
        select(SignalNotice)
        .join(Delivery, col(Delivery.id) == col(SignalNotice.delivery_id))
        .where(SignalNotice.workspace_id == workspace_id, SignalNotice.told_to == told_to, Delivery.state != "failed")
    )
    if partner_ids is not None:
        wanted = wanted.where(col(SignalNotice.partner_id).in_(partner_ids))
    if signal is not None:
        wanted = wanted.where(SignalNotice.signal == signal)
    return list(session.exec(wanted))


def mark_told(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    signal: str,
    level: int,
    told_to: str,
    told_on: date,
    delivery_id: int,
    times: int = 1,
) -> None:
    """Note that a delivery tells of a signal, for the `times`-th time."""
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
            times=times,
            told_to=told_to,
            told_on=told_on,
            delivery_id=delivery_id,
        )
    )
    session.flush()


def delete_of_delivery(session: Session, *, workspace_id: int, delivery_id: int) -> None:
    """Take back what a delivery was to tell, before it is put together anew."""
    session.exec(
        delete(SignalNotice).where(
            col(SignalNotice.workspace_id) == workspace_id, col(SignalNotice.delivery_id) == delivery_id
        )
    )


_NOTICE = statements.table_of(SignalNotice).c
_DELETE_ALL = delete_from(statements.table_of(SignalNotice)).where(
    _NOTICE.workspace_id == bindparam("workspace"), _NOTICE.partner_id == bindparam("partner")
)
_DELETE_SOME = _DELETE_ALL.where(_NOTICE.signal.in_(bindparam("signals", expanding=True)))


def delete_told(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    signals: Collection[str] | None = None,
    but: str | None = None,
    told_to: str | None = None,
) -> None:
    """Forget that these signals (None: any) were told, so that they are new when they come again; to one who was told,
    or to every person. What the team's digest told stays told, unless it is asked for.

    Those whose names begin with `but` stay told.
    """
    gone = _DELETE_ALL if signals is None else _DELETE_SOME
    gone = gone.where(_NOTICE.told_to == told_to) if told_to else gone.where(_NOTICE.told_to != TEAM)
    if but is not None:
        gone = gone.where(~_NOTICE.signal.startswith(but, autoescape=True))
    statements.execute(
        session, gone, {"workspace": workspace_id, "partner": partner_id, "signals": list(signals or ())}
    )
