"""Messages in linked channels count once a partner and day, although `tend web` is killed, or its database locked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import Session, col, select

from bot.actions.partners.channels import create_link, mark_announced
from bot.app import create_app
from bot.clock import system_clock
from bot.fake_slack import FakeSlack, InProcessConnection
from bot.fake_slack.transport.link import BotRequest
from bot.fake_slack.user import payloads
from bot.notifications.claim import fetch_recipient
from storage.tables import Activity, Person
from tests.notifications.office import Office, open_office
from tests.patience import PATIENCE
from tests.reliability.databases import Fresh
from tests.reliability.event_kills import SECRET, WebProcess, environment, message, send_events
from tests.reliability.senders import Sender, kill_at_random
from tests.reliability.test_locks import held

pytestmark = pytest.mark.slow

FIRMS = ("Acme", "Beta", "Gamma")
DAYS, KILLS, SENDERS = 12, 4, 3


def link_channels(office: Office) -> dict[str, int]:
    """A channel for each of some partners, whose ids it gives."""
    ids = {firm: office.partner(firm) for firm in FIRMS}
    for firm, partner_id in ids.items():
        mark_announced(
            office.engine, office.caller(), create_link(office.engine, office.caller(), partner_id, f"C0{firm.upper()}")
        )
    return ids


@pytest.mark.parametrize("seed", [1])
def test_each_side_of_a_day_counts_once_however_often_the_server_is_killed(
    unhurried: FakeSlack, fresh: Fresh, tmp_path: Path, seed: int
) -> None:
    """A message of each side a partner and day, some sent again though they were answered."""
    now, url = system_clock(), fresh()
    office = open_office(unhurried, url)
    unhurried.world.clock = system_clock
    office.clock.now = now
    ids = link_channels(office)
    made = [
        message(unhurried, f"C0{firm.upper()}", now - timedelta(days=day), ours=ours)
        for firm in FIRMS
        for day in range(DAYS)
        for ours in (True, False)
    ]
    Random(seed).shuffle(made)
    with (tmp_path / "web.log").open("wb", buffering=0) as log:
        server = WebProcess(environment(unhurried, url), log)
        sender = Sender(server, send_events())
        try:
            server.start()
            threads = sender.start(SENDERS)
            kill_at_random(server, sender, Random(seed), made, KILLS)
            for thread in threads:
                thread.join(PATIENCE)
            assert {id(each) for each in sender.accepted} == {id(each) for each in made}
            assert all(sender.deliver(each) for each in made[:5]), "Slack sends once more what it heard no answer to"
        finally:
            server.kill()
    with Session(office.engine) as session:
        rows = session.exec(select(Activity).order_by(col(Activity.id))).all()
    days = [office.team.today(now - timedelta(days=day)) for day in range(DAYS)]
    office.close()
    assert sorted((row.partner_id, row.occurred_on) for row in rows) == sorted(
        (partner_id, day) for partner_id in ids.values() for day in days
    )
    assert {(row.direction, row.recorded_by, row.voided_at) for row in rows} == {("joint", "channel", None)}
    assert "Nobody may know" not in (tmp_path / "web.log").read_text(encoding="utf-8")
    print(f"events {len(made)}, kills {KILLS}, attempts {sender.attempts}, touches {len(rows)}")


def test_what_the_database_could_not_take_slack_sends_again(
    unhurried: FakeSlack, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message in a linked channel, and word of somebody who was deactivated."""
    monkeypatch.setattr("bot.app.WAIT_SECONDS", 0.1)
    office = open_office(unhurried, fresh())
    link_channels(office)
    office.clock.now = now = system_clock()
    tend = InProcessConnection(create_app(office.houses[0]), SECRET)
    fetch_recipient(office.houses[0], office.team, "U1")
    left = {"type": "user_change", "user": {"id": "U1", "team_id": office.team.team_id, "deleted": True}}
    made = [
        message(unhurried, "C0ACME", now, ours=False),
        BotRequest("events_api", payloads.event(unhurried.world, left, "Ev0LEFT")),
    ]
    with held(office.url):
        assert [tend.send(each).status for each in made] == [500, 500]
    assert [tend.send(each).status for each in made * 2] == [200] * 4
    with Session(office.engine) as session:
        assert len(session.exec(select(Activity)).all()) == 1
        assert session.exec(select(Person.standing).where(Person.user_id == "U1")).one() == "gone"
    other = message(unhurried, "C0ACME", now, ours=False)
    strange = replace(other, payload=other.payload | {"team_id": "T0NOBODY", "event_id": "Ev0NOBODY"})
    assert tend.send(strange).status == 200, "sent again, it would be refused again"
    office.close()
