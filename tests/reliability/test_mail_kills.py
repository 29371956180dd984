"""Mail counts once, although `tend mail` is killed at any moment and its senders try again until they hear 250."""

import ssl
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.clock import system_clock
from bot.mail.message import read_mail
from bot.signed_links import hash_secret
from storage.contacts import mail as mails
from storage.contacts import persons
from storage.db.engine import make_engine, writing
from storage.partners import partners
from storage.tables import Activity, ActivityContact, MailReceipt
from storage.workspaces import workspaces
from tests.calendars.servers import certificate
from tests.examples import seeds
from tests.mail.mails import mail
from tests.patience import PATIENCE
from tests.reliability.databases import Fresh
from tests.reliability.mail_kills import MailProcess, environment, mail_to
from tests.reliability.senders import Sender, kill_at_random
from tests.stored import stored

pytestmark = pytest.mark.slow

HOST = "tend.example.com"
TOKEN = "0123456789abcdef0123"
MAILS, KILLS, SENDERS = 48, 6, 3
SECRETS = ("Takeover", "Nobody may know", "fairweather.example", "stranger@elsewhere.example", "mail.example")


def open_office(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0MAIL", now=now).id or 0
        partner = partners.add(
            session, workspace_id=ours, name="Acme", owner="U1", since_on=now.date() - timedelta(500), by="U1", now=now
        )
        persons.add(
            session, workspace_id=ours, partner_id=partner.id or 0, name="Jane", address="jane@acme.example",
            by="U1", now=now,
        )  # fmt: skip
        mails.set_address(session, workspace_id=ours, user_id="U1", token_hash=hash_secret(TOKEN), now=now)


@pytest.mark.parametrize("seed", seeds(2))
def test_each_mail_counts_once_however_often_its_server_is_killed(fresh: Fresh, tmp_path: Path, seed: int) -> None:
    """One mail a day, over STARTTLS; a kill every few attempts. What was answered with 250 is committed."""
    url, now = fresh(), system_clock()
    engine = make_engine(url)
    open_office(engine, now)
    made = [
        mail("Nobody may know", to="jane@acme.example, stranger@elsewhere.example", Subject="Takeover",
             Message_ID=f"<{number}@mail.example>", Date=format_datetime(now - timedelta(days=number + 1)))
        for number in range(MAILS)
    ]  # fmt: skip
    _, authority = certificate(tmp_path, "localhost", now)
    pem, temporary = tmp_path / "both.pem", tmp_path / "temporary"
    pem.write_bytes(authority.read_bytes() + (tmp_path / "localhost.key").read_bytes())
    temporary.mkdir()
    trust = ssl.create_default_context(cafile=str(authority))
    with (tmp_path / "mail.log").open("wb", buffering=0) as log:
        server = MailProcess(environment(url, HOST, temporary), pem, log)
        sender = Sender(server, mail_to(f"tend+{TOKEN}@{HOST}", trust))
        try:
            server.start()
            threads = sender.start(SENDERS)
            kill_at_random(server, sender, Random(seed), made, KILLS)
            for thread in threads:
                thread.join(PATIENCE)
            assert {id(message) for message in sender.accepted} == {id(message) for message in made}
            assert sender.deliver(made[0]), "a mail server that missed the answer sends it once more"
        finally:
            server.kill()
    with Session(engine) as session:
        keys = sorted(row.key for row in session.exec(select(MailReceipt)))
        rows = session.exec(select(Activity)).all()
        named = session.exec(select(ActivityContact)).all()
    assert keys == sorted(read_mail(bytes(message)).key for message in made)
    assert len({row.occurred_on for row in rows}) == len(rows) == len(named) == MAILS
    assert all(row.voided_at is None for row in rows)
    logged = (tmp_path / "mail.log").read_text(encoding="utf-8")
    kept = stored(engine)
    engine.dispose()
    assert [secret for secret in SECRETS if secret in kept or secret in logged] == []
    assert list(temporary.rglob("*")) == []
    print(f"mails {MAILS}, kills {KILLS}, attempts {sender.attempts}, retries {sender.attempts - MAILS - 1}")
