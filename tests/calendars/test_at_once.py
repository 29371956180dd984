"""Several workers read the calendars of two people at once: each calendar is one's, and each touch is one."""

import threading
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.actions.workspace.meetings import claim_calendar, list_due, take_calendar
from bot.calendars.events import read_calendar
from storage.contacts import calendars, persons
from storage.db.engine import writing
from storage.partners import partners
from storage.tables import Activity, ActivityContact, CalendarMeeting
from storage.workspaces import workspaces
from tests.calendars.feeds import JANE, calendar, event
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WORKERS = 4
FEED = calendar(event("a"), event("b", "20261119T100000Z", "20261119T110000Z"))


def test_many_workers_record_each_touch_once(engine: Engine) -> None:
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0CALENDAR", now=NOW).id or 0
        by = {"by": "U1", "now": NOW}
        acme = (
            partners.add(session, workspace_id=ours, name="Acme", owner="U1", since_on=date(2025, 1, 1), **by).id or 0
        )
        persons.add(session, workspace_id=ours, partner_id=acme, name="Jane", address=JANE, **by)
        for user in ("U1", "U2"):
            calendars.set_source(session, workspace_id=ours, user_id=user, sealed="sealed", sends_briefs=True, now=NOW)
    rows = list_due(engine, NOW, 10)
    gate, news, taken = threading.Barrier(WORKERS), list[int](), list[str]()

    def work() -> None:
        gate.wait(PATIENCE)
        for row in rows:
            if due := claim_calendar(engine, row, NOW):
                taken.append(due.user_id)
                news.append(take_calendar(engine, due, read_calendar(FEED, due.window), None, NOW))

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (sorted(taken), sum(news)) == (["U1", "U2"], 2)
    with Session(engine) as session:
        days = sorted(row.occurred_on for row in session.exec(select(Activity)))
        assert days == [date(2026, 11, 19), date(2026, 11, 20)]
        assert len(session.exec(select(ActivityContact)).all()) == 2
        assert len(session.exec(select(CalendarMeeting)).all()) == 4
