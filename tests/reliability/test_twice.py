"""What Slack sends twice, and what somebody clicks twice, is done once, also where two processes get it at once."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from bot.fake_slack import FakeSlack
from bot.fake_slack.transport.link import BotRequest
from storage.db.engine import make_engine, writing
from storage.partners import promises
from tests.listeners.office import ANA, Clock, Office
from tests.reliability.databases import Fresh
from tests.reliability.twins import Caught, Request, Twins, twins

pytestmark = pytest.mark.slow

TIMES = 3
"""How often each is tried, for the two do not always meet."""


@pytest.fixture(scope="module")
def two() -> Iterator[Twins]:
    with twins() as running:
        yield running


@pytest.fixture
def opened(running: FakeSlack, fresh: Fresh) -> Iterator[Callable[[], Office]]:
    """Opens the workspace anew on an empty database, with one partner and one promise."""
    offices: list[Office] = []

    def open_one() -> Office:
        if offices:
            offices[-1].engine.dispose()
        clock = Clock()
        running.clock = clock
        running.reset()
        office = Office(running, make_engine(fresh()), clock)
        offices.append(office)
        partner = office.partner()
        with writing(office.engine) as session:
            promises.add(session, workspace_id=office.workspace_id, partner_id=partner, what="send the deck",
                         due_on=date(2026, 11, 20), by=ANA, now=clock.now)  # fmt: skip
        return office

    yield open_one
    offices[-1].engine.dispose()


def caught(office: Office, act: Callable[[], object]) -> BotRequest:
    """The request that an act sends, which Tend does not get yet."""
    known, link = office.slack.link, Caught()
    office.slack.link = link
    act()
    office.slack.link = known
    (delivery,) = link.deliveries
    return delivery


def pressed(line: str, action: str, value: Any = None) -> Callable[[Office], BotRequest]:
    def make(office: Office) -> BotRequest:
        message = office.told(line)
        return caught(office, lambda: office.press(message, action, value=value))

    return make


def sent(line: str, **values: Any) -> Callable[[Office], BotRequest]:
    def make(office: Office) -> BotRequest:
        form = office.asked(line)
        return caught(office, lambda: office.submit(form, **values))

    return make


def written(office: Office) -> BotRequest:
    return caught(office, lambda: office.slack.say(ANA, office.slack.world.open_dm(ANA).id, "Hello Tend"))


ACTS: Mapping[str, Callable[[Office], BotRequest]] = {
    "an event": written,
    "the form of an event": sent("/event Acme Legal", title="Webinar"),
    "the form of a touch": sent("/touch Acme Legal", note="talked", step="send it", step_due_on="2026-12-01"),
    "the form of a rating": sent("/trust Acme Legal", level="4"),
    "the form of a partner": sent("/partner add", name="Zenith"),
    "the form of a cost": sent("/partner cost Acme Legal", cost="£50", what="lunch"),
    "the form of an issue": sent("/partner issue Acme Legal", what="late"),
    "did you mean": pressed("/event Acme Legl Webinar", "answer_line:0"),
    "add and record": pressed("/event Zenith Webinar", "answer_line:add"),
    "undo": pressed("/event Acme Legal Webinar", "undo_activity"),
    "undo of a rating": pressed("/trust Acme Legal 4", "undo_trust"),
    "undo of a cost": pressed("/partner cost Acme Legal 50 lunch", "undo_cost"),
    "how it went": pressed("/referral from Acme Legal Northwind", "outcome", "1:met"),
    "a snooze": pressed("/partner due", "snooze", "Snooze 1 week"),
    "a promise kept": pressed("/partner show Acme Legal", "promise_kept"),
    "resume": pressed("/partner pause Acme Legal", "resume_partner"),
    "an idea done": pressed("/partner idea Acme Legal a fair", "idea_done"),
}  # fmt: skip


def left(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds, but for rows' numbers, of which PostgreSQL skips some, and names of requests."""
    with Session(office.engine) as session:
        return {
            name: [tuple(row) for row in session.execute(select(*columns).order_by(text("id")))]
            for name, table in SQLModel.metadata.tables.items()
            if name != "seen_request" and (columns := [c for c in table.c if not c.name.endswith("id")])
        }


def shown(office: Office) -> int:
    """How many messages are there, to one person or to all."""
    return sum(change.kind in ("posted", "ephemeral") for change in office.slack.world.journal)


@pytest.mark.parametrize("name", ACTS)
def test_of_two_processes_that_get_the_same_one_does_it(opened: Callable[[], Office], two: Twins, name: str) -> None:
    """The records are those that one request leaves, and nobody is told of an error."""
    office = opened()
    delivery = ACTS[name](office)
    before = shown(office)
    office.slack.link.send(delivery)
    once, said = left(office), shown(office) - before
    for _ in range(TIMES):
        office = opened()
        delivery = ACTS[name](office)
        before = shown(office)
        url = office.engine.url.render_as_string(hide_password=False)
        answers = two.both(Request(delivery, url, office.slack.api_url))
        assert [answer.status for answer in answers] == [200, 200]
        assert left(office) == once
        words = " ".join(str(one.item.visible_text) for one in office.slack.world.journal)
        assert "reference" not in words + str([answer.body for answer in answers])
        if "event" in name or "form" in name:
            assert shown(office) - before == said
