"""Contact that counts by itself, from many at once: one touch a partner and day."""

import threading
from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from storage.db.engine import make_engine, reading, writing
from storage.ledger import activities, automatic
from storage.tables import Activity
from storage.workspaces import workspaces
from tests.patience import PATIENCE
from tests.storage.making import DAY, NOW, activity, partner

AT_ONCE = 4


def record(session: Session, workspace_id: int, partner_id: int, source: str) -> tuple[int, bool]:
    of = {"workspace_id": workspace_id, "partner_id": partner_id, "day": DAY, "now": NOW}
    return automatic.record_contact(session, **of, source=source, medium=source, side="in")


def test_many_processes_record_one_touch(engine: Engine, url: str) -> None:
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T1", now=NOW).id or 0
        acme = partner(session, ours)
    news: list[bool] = []

    def other(source: str) -> None:
        mine = make_engine(url)
        with writing(mine) as session:
            news.append(record(session, ours, acme, source)[1])
        mine.dispose()

    threads = [threading.Thread(target=other, args=("mail",)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(news) == [False] * (AT_ONCE - 1) + [True]
    with reading(engine) as session:
        assert len(session.exec(select(Activity)).all()) == 1


def test_a_row_that_was_moved_to_another_day_leaves_its_day_free(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    first, _ = record(session, ours, acme, "mail")
    row = activities.get(session, workspace_id=ours, activity_id=first)
    assert row
    row.occurred_on = DAY - timedelta(1)
    session.flush()
    second, is_new = record(session, ours, acme, "calendar")
    assert is_new
    assert second != first


def test_what_is_typed_absorbs_and_gives_back(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    first, _ = record(session, ours, acme, "mail")
    typed = activity(session, ours, acme, kind="meeting")

    def settled() -> list[int | None]:
        automatic.settle(session, workspace_id=ours, now=NOW)
        return list(
            session.exec(select(Activity.id).where(col(Activity.voided_at).is_(None)).order_by(col(Activity.id)))
        )

    assert settled() == [typed]
    row = activities.get(session, workspace_id=ours, activity_id=typed)
    assert row
    row.voided_at = NOW
    assert settled() == [first]
