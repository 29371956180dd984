"""What is sent keeps to Slack's limits however much there is to say, and a digest stays short."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from bot.fake_slack import Message
from bot.messages.plain_text import as_text
from bot.slack.blocks import Message as Told
from storage.db.engine import writing
from storage.tables import Activity, Partner, TrustRating
from tests.listeners.judge import judge_message
from tests.notifications.office import COMPLETE, MONDAY, Office

PEOPLE = ("U1", "U2", "U3", "UGONE", "UGUEST", "U0TENDBOT")
LONG = "W" * 116
NASTY = "<!channel> & *bold* `code` <@U2> <https://example.com|x> "


def crowd(office: Office, number: int, name: str = "Partner", owner: str | None = "U1") -> None:
    """Many partners in many states: quiet, falling, rising, one-sided, on paper only, with promises."""
    team = office.team.id
    made = [
        {
            "workspace_id": team,
            "name": f"{name}{n:04}",
            "owner": owner,
            "since_on": date(2025, 1, 1) + timedelta(days=n % 400),
            "created_at": office.clock.now,
            "created_by": "U1",
            **(COMPLETE | {"wiifm_them": NASTY * 12}),
        }
        for n in range(number)
    ]
    rows, rated = [], []
    for n in range(1, number + 1):
        if n % 3:
            day = date(2025, 11, 1) + timedelta(days=(n * 7) % 385)
            rows.append((n, "referral" if n % 2 else "event", ("in", "out", "joint")[n % 3], day, 1 + n % 9, n))
        rated.append((n, 1 + n % 5))
    with writing(office.engine) as session:
        session.execute(insert(Partner), made)
        session.execute(
            insert(Activity),
            [
                {
                    "workspace_id": team,
                    "partner_id": partner,
                    "kind": kind,
                    "direction": way,
                    "occurred_on": day,
                    "count": count,
                    "title": NASTY,
                    "outcome": "won" if kind == "referral" else None,
                    "outcome_on": day if kind == "referral" else None,
                    "value_minor": 100_000 * worth if kind == "referral" else None,
                    "recorded_at": office.clock.now,
                    "recorded_by": "U1",
                }
                for partner, kind, way, day, count, worth in rows
            ],
        )
        session.execute(
            insert(TrustRating),
            [
                {
                    "workspace_id": team,
                    "partner_id": partner,
                    "side": "ours",
                    "level": level,
                    "rated_on": date(2025, 6, 1),
                    "rater": "U1",
                    "note": "",
                    "recorded_at": office.clock.now,
                    "recorded_by": "U1",
                }
                for partner, level in rated
            ],
        )


def sent(office: Office) -> list[Message]:
    """Every nudge and digest, each judged."""
    messages = [*office.nudges(), *office.digests()]
    for message in messages:
        blocks = [{key: part for key, part in block.items() if key != "block_id"} for block in message.blocks]
        judge_message(message.text, blocks, PEOPLE)
    return messages


@pytest.mark.parametrize(
    "name", [LONG, (NASTY * 2)[:116], "名前" * 58, "Zoë & Co. "], ids=["long", "nasty", "cjk", "short"]
)
@pytest.mark.parametrize("number", [1, 40, 500])
def test_nudges_and_digests_keep_to_slacks_limits(office: Office, number: int, name: str) -> None:
    office.settle(digest_channel="C1", stewards="U1")
    crowd(office, number, name)
    for n in range(12):
        office.partner(f"{n}{name}"[:120], None)
    for n in range(min(number, 20)):
        office.promised(n + 1, NASTY * 15, date(2026, 11, 1))
    done = office.at(MONDAY)
    assert (done.nudges, done.digests, done.problems) == (1, 1, ())
    assert len(sent(office)) == 2


def test_a_digest_of_forty_partners_fits_one_screen(office: Office) -> None:
    office.settle(digest_channel="C1")
    crowd(office, 40)
    office.at(MONDAY)
    (digest,) = office.digests()
    words = as_text(Told(digest.text, digest.blocks))
    assert len(words.splitlines()) <= 45
    assert max(len(line) for line in words.splitlines()) < 400


def test_every_nudge_of_a_long_list_names_its_partners_in_the_notification(office: Office) -> None:
    crowd(office, 40)
    office.at(MONDAY)
    text = office.nudges()[0].text
    assert "partners to look after today" in text
    assert "more" in text
    assert len(text) < 400


def test_as_plain_lines_nothing_of_slacks_marks_is_left_and_nothing_people_typed_is_lost(office: Office) -> None:
    partner_id = office.partner("Tom & <Jerry> 10:30:15", wiifm_them="a stage at 09:00:00")
    assert partner_id
    office.at(MONDAY)
    (nudge,) = office.nudges()
    words = as_text(Told(nudge.text, nudge.blocks))
    assert "Tom & <Jerry> 10:30:15" in words
    assert "a stage at 09:00:00" in words
    assert ":bulb:" not in words
    assert "*" not in words
    assert "&amp;" not in words
