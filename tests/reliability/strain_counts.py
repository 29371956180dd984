"""What is there after everything happened at once, compared with what everybody was told."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from bot.fake_slack import FakeSlack
from storage.db.engine import reading
from storage.tables import Activity, Partner
from tests.reliability.killing import posted_in, token_of
from tests.reliability.strain import Strain, own_database

SENDERS = ("Typed", "Sent", "Imported")


@dataclass(frozen=True)
class Counts:
    """What a run came to."""

    figures: Mapping[str, int]
    problems: tuple[str, ...]


def strained(kind: str, minutes: float, seed: int) -> Counts:
    """Do everything at once for so long, and count."""
    with (
        tempfile.TemporaryDirectory(prefix="tend-strain-") as name,
        FakeSlack(rates=None) as slack,
        own_database(kind, Path(name)) as (url, served),
    ):
        strain = Strain(slack, url, served, Path(name), seed)
        try:
            strain.go(minutes)
        finally:
            strain.stop()
        try:
            problems = [
                f"seed {seed}: {problem}" for problem in (*strain.told.problems, *_rows(strain), *_posts(strain))
            ]
            return Counts(dict(strain.told.figures), tuple(problems))
        finally:
            strain.close()


def _rows(strain: Strain) -> list[str]:
    """Compare the ledger's rows with what senders were told."""
    told = strain.told
    with reading(strain.office.engine) as session:
        rows = session.exec(select(Activity.title, Activity.partner_id).where(col(Activity.voided_at).is_(None))).all()
        merged = set(session.exec(select(Partner.id).where(col(Partner.merged_into_id).is_not(None))))
    there = Counter(str(title) for title, _ in rows)
    known = told.recorded | told.refused | told.unknown
    for sender in SENDERS:
        told.figures[f"rows {sender.lower()}"] = sum(title.startswith(sender) for title in there)
    told.figures["refused, and not there"] = len(told.refused - there.keys())
    told.figures["told neither, and there"] = len((told.unknown - told.recorded) & there.keys())
    told.figures["told neither, and not there"] = len(told.unknown - told.recorded - there.keys())
    wrong = {
        "told as recorded and not there": told.recorded - there.keys(),
        "told as not recorded and there": told.refused & there.keys(),
        "there more than once": {title for title, times in there.items() if times > 1},
        "sent by nobody": there.keys() - known,
        "with a partner that was merged into another": {str(title) for title, partner in rows if partner in merged},
    }
    return [f"{len(titles)} rows are {words}: {sorted(titles)[:3]}" for words, titles in wrong.items() if titles]


def _posts(strain: Strain) -> list[str]:
    """Compare the messages in Slack with the deliveries."""
    posted = Counter(token_of(message) for message in posted_in(strain.office))
    rows = strain.office.all_deliveries()
    strain.told.figures["deliveries posted once"] = sum(times == 1 for times in posted.values())
    wrong = {
        "posted more than once": [token for token, times in posted.items() if times > 1],
        "posted and unknown": list(posted.keys() - {row.token for row in rows}),
        "marked as sent and not there": [row.token for row in rows if row.state == "sent" and not posted[row.token]],
        "unfinished": [row.token for row in rows if row.state in ("claimed", "retry")],
    }
    return [f"{len(tokens)} deliveries are {words}" for words, tokens in wrong.items() if tokens]
