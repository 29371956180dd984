"""Signals that people were told about, while their causes last."""

import operator
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy import Delete, bindparam
from sqlalchemy import delete as delete_from
from sqlmodel import Session, col, delete, select

from storage.db import statements
from storage.tables import Delivery, NudgedSignal, SignalNotice

TEAM = "#digest"
"""The recipient of signals told in the team's digest. No user id equals it."""


def list_told(
    session: Session,
    *,
    workspace_id: int,
    told_to: str,
    partner_ids: Collection[int] | None = None,
    signal: str | None = None,
) -> list[SignalNotice]:
    """Return what a person was told and still counts, of these partners or any, of one signal or any. Failed deliveries
    told nothing.
    """
    query = (
        select(SignalNotice)
        .join(Delivery, col(Delivery.id) == col(SignalNotice.delivery_id))
        .where(SignalNotice.workspace_id == workspace_id, SignalNotice.told_to == told_to, Delivery.state != "failed")
    )
    if partner_ids is not None:
        query = query.where(col(SignalNotice.partner_id).in_(partner_ids))
    if signal is not None:
        query = query.where(SignalNotice.signal == signal)
    return list(session.exec(query))


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
    """Record that a delivery tells of a signal, for the `times`-th time."""
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


def partners_of_delivery(session: Session, *, workspace_id: int, delivery_id: int) -> Collection[int]:
    """Return the partners of whom a delivery was to tell."""
    return session.exec(
        select(SignalNotice.partner_id)
        .where(SignalNotice.workspace_id == workspace_id, SignalNotice.delivery_id == delivery_id)
        .distinct()
    ).all()


def log_nudged(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    signal: str,
    told_to: str,
    told_on: date,
    delivery_id: int,
) -> None:
    """Keep for good that a nudge tells a person of a signal."""
    session.add(
        NudgedSignal(
            workspace_id=workspace_id,
            partner_id=partner_id,
            signal=signal,
            told_to=told_to,
            told_on=told_on,
            delivery_id=delivery_id,
        )
    )


def list_nudged(
    session: Session, *, workspace_id: int, since: date, told_to: str | None = None
) -> Sequence[NudgedSignal]:
    """Return what nudges that were sent told a person, or anybody, since a day, the earliest first."""
    query = (
        select(NudgedSignal)
        .join(Delivery, col(Delivery.id) == col(NudgedSignal.delivery_id))
        .where(
            NudgedSignal.workspace_id == workspace_id,
            col(NudgedSignal.told_on) >= since,
            Delivery.state == "sent",
        )
        .order_by(col(NudgedSignal.told_on), col(NudgedSignal.id))
    )
    if told_to is not None:
        query = query.where(NudgedSignal.told_to == told_to)
    return session.exec(query).all()


def delete_of_delivery(session: Session, *, workspace_id: int, delivery_id: int) -> None:
    """Delete what a delivery was to tell, before it is composed again."""
    for model in (SignalNotice, NudgedSignal):
        session.exec(
            delete(model).where(col(model.workspace_id) == workspace_id, col(model.delivery_id) == delivery_id)
        )


_NOTICE = statements.table_of(SignalNotice).c


def delete_told(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    signals: Collection[str] | None = None,
    but: str | None = None,
    told_to: str | None = None,
) -> None:
    """Delete these told signals (None: all) for one recipient or every person, so that they are new when they recur.
    What the team's digest told stays, unless it is the recipient.

    Signals whose names begin with `but` stay.
    """
    statement = _delete(signals is None, told_to is None, but)
    values = {"workspace": workspace_id, "partner": partner_id, "told_to": told_to or TEAM}
    statements.execute(session, statement, values | {"signals": list(signals or ())})


@lru_cache
def _delete(is_of_all: bool, is_of_everyone: bool, but: str | None) -> Delete:
    statement = delete_from(statements.table_of(SignalNotice)).where(
        _NOTICE.workspace_id == bindparam("workspace"),
        _NOTICE.partner_id == bindparam("partner"),
        (operator.ne if is_of_everyone else operator.eq)(_NOTICE.told_to, bindparam("told_to")),
    )
    if not is_of_all:
        statement = statement.where(_NOTICE.signal.in_(bindparam("signals", expanding=True)))
    return statement if but is None else statement.where(~_NOTICE.signal.startswith(but, autoescape=True))
