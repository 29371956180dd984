"""Channels linked to a partner: contact that logs itself, and what is kept of it."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest

from bot.actions.partners import channels
from bot.fake_slack.state.models import Message
from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.db.engine import reading
from storage.tables import Activity, ChannelLink, Person
from storage.workspaces import workspaces
from tests.listeners.office import ANA, BOB, GUEST, ROOM, STEVE, STRANGER, TODAY, Office

SHARED = "C0SHARED"
THEIRS = {"user": STRANGER, "user_team": "T0ELSEWHERE"}


@pytest.fixture
def acme(office: Office) -> int:
    """A partner of Ana's, and a channel shared with them."""
    office.slack.world.add_channel(SHARED, "acme-shared", is_ext_shared=True, members=[ANA, BOB, STRANGER])
    return office.partner()


def link(office: Office, channel: str = SHARED, user: str = ANA) -> Any:
    return office.submit(office.asked(f"/partner link Acme Legal <#{channel}|x>", user=user), user=user)


def seen_by(office: Office, channel: str, user: str) -> list[Message]:
    """All that somebody sees in a channel."""
    hidden = [one for one in office.slack.ephemerals(user) if one.channel == channel]
    return [*office.slack.channel(channel), *hidden]


def contacts(office: Office) -> list[tuple[date, str]]:
    return [(row.occurred_on, row.direction) for row in office.rows(Activity)]


def test_a_link_is_told_in_the_channel_before_anything_counts(office: Office, acme: int) -> None:
    """By words that name nobody and judge nothing; and the person reads what was done."""
    office.slack.say(BOB, SHARED, "before")
    answer = link(office).ephemerals[-1]
    assert "now count as contact with *Acme Legal*" in answer.visible_text
    told = [one for one in office.slack.channel(SHARED) if one.by_bot]
    assert "on which days each side posts in this channel" in told[0].visible_text
    assert "Acme" not in told[0].visible_text
    assert contacts(office) == []


def test_messages_count_once_a_day_and_only_day_and_side_are_kept(office: Office, acme: int) -> None:
    link(office)
    for text in ("hello", "a secret between us", "bye"):
        office.slack.say(BOB, SHARED, text)
    (row,) = office.rows(Activity)
    assert (row.partner_id, row.kind, row.direction, row.occurred_on) == (acme, "meeting", "out", TODAY)
    assert (row.title, row.recorded_by) == ("", "channel")
    kept = str(office.records())
    assert "secret" not in kept
    assert "hello" not in kept


def test_both_sides_on_a_day_are_one_touch_together(office: Office, acme: int) -> None:
    link(office)
    office.slack.say(STRANGER, SHARED, "hi from them")
    assert contacts(office) == [(TODAY, "in")]
    office.slack.say(BOB, SHARED, "hi from us")
    office.slack.say(STRANGER, SHARED, "again")
    assert contacts(office) == [(TODAY, "joint")]
    assert not [one for one in office.rows(Person) if one.user_id == STRANGER], "nobody of theirs is looked up"


def test_it_ends_the_silence_and_moves_no_rvi(office: Office, acme: int) -> None:
    office.rate(acme, 3)
    assert "Quiet" in office.told("/partner due").visible_text
    link(office)
    office.slack.say(STRANGER, SHARED, "hi")
    assert "Quiet" not in office.told("/partner due").visible_text
    card = office.told("/partner Acme Legal").visible_text
    assert "shared channel from *Acme Legal* · today" in card
    assert "*0.00*" in card


def test_the_next_day_counts_again(office: Office, acme: int, clock: Any) -> None:
    link(office)
    office.slack.say(BOB, SHARED, "one")
    clock.forward(days=1)
    office.slack.say(BOB, SHARED, "two")
    assert contacts(office) == [(TODAY, "out"), (TODAY + timedelta(1), "out")]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"}, {"subtype": "message_changed"}, {"subtype": "channel_join"}, {"ts": "yesterday"},
        {"ts": "1e400"}, {"ts": "-5"}, {"channel": "C0OTHER"}, {"user": None},
    ],
)  # fmt: skip
def test_what_nobody_wrote_there_counts_nothing(office: Office, acme: int, more: dict[str, Any]) -> None:
    link(office)
    event = {"type": "message", "channel_type": "channel", "user": BOB, "channel": SHARED, "text": "x", "ts": "1.1"}
    office.slack.event({**event, **more})
    assert contacts(office) == []


def test_one_that_was_undone_stays_undone(office: Office, acme: int) -> None:
    link(office)
    office.slack.say(BOB, SHARED, "one")
    confirmed = office.told("/event Acme Legal Fair on 2 Nov", user=STEVE)
    office.forge(confirmed, "undo_activity", "1", user=STEVE)
    office.slack.say(STRANGER, SHARED, "two")
    row = office.rows(Activity)[0]
    assert row.voided_at is not None
    assert row.direction == "out"


def test_an_unlinked_channel_counts_no_more(office: Office, acme: int) -> None:
    link(office)
    assert f"<#{SHARED}> is no longer counted" in office.told("/partner unlink Acme Legal").visible_text
    office.slack.say(BOB, SHARED, "one")
    assert contacts(office) == []
    assert "has no linked channel" in office.told("/partner unlink Acme Legal").visible_text
    assert link(office).ephemerals[-1].visible_text.startswith(":link:"), "and can be linked again"


def test_a_channel_is_one_partners(office: Office, acme: int) -> None:
    link(office)
    office.partner("Bolt Ltd")
    seen = office.submit(office.asked(f"/partner link Bolt Ltd <#{SHARED}|x>"))
    assert "already linked to Acme Legal" in (seen.errors or {})["channel"]


def test_where_tend_is_not_in_the_channel_nothing_is_linked(office: Office, acme: int) -> None:
    office.slack.world.add_channel("C0FAR", "far", members=[ANA], bot_is_member=False)
    seen = link(office, "C0FAR")
    assert "/invite @Tend" in (seen.errors or {})["channel"]
    assert all(row.unlinked_at for row in office.rows(ChannelLink))


def test_only_who_tends_it_and_stewards_may_link(office: Office, acme: int) -> None:
    assert "Only the partner's owner" in office.told("/partner link Acme Legal", user=BOB).visible_text
    assert link(office, user=STEVE).ephemerals[-1].visible_text.startswith(":link:")


def test_an_ended_partners_channel_counts_no_more(office: Office, acme: int) -> None:
    link(office)
    office.told("/partner end Acme Legal", user=STEVE)
    office.slack.say(BOB, SHARED, "one")
    assert contacts(office) == []


def test_nobody_is_thanked_and_no_hour_is_counted_for_it(office: Office, acme: int) -> None:
    link(office)
    office.slack.say(BOB, SHARED, "one")
    assert "Thanks" not in office.told("/tend digest").visible_text
    assert office.told("/partner served").visible_text.startswith("0 partners")


def test_two_workers_that_hear_both_sides_at_once_keep_one_touch(office: Office, acme: int) -> None:
    """Whoever comes second finds the first one's row."""
    link(office)
    now = office.clock()
    with reading(office.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=office.workspace_id))
    heard = [
        threading.Thread(
            target=channels.record_channel_message,
            args=(office.engine, team, SHARED),
            kwargs={"ours": place % 2 == 0, "at": now.timestamp(), "now": now},
        )
        for place in range(8)
    ]
    for one in heard:
        one.start()
    for one in heard:
        one.join()
    assert contacts(office) == [(TODAY, Direction.JOINT)]


def test_a_mention_is_understood_as_a_command_and_answered_to_its_writer_alone(office: Office, acme: int) -> None:
    """The channel may be read by the partner."""
    seen = office.slack.mention(ANA, SHARED, "referral from Acme Legal Northwind 5k won")
    assert seen.ok
    (row,) = office.rows(Activity)
    assert (row.title, row.value_minor, row.outcome) == ("Northwind", 500_000, "won")
    said = [one for one in seen_by(office, SHARED, ANA) if one.by_bot]
    assert "Recorded: referral from *Acme Legal*" in said[-1].visible_text
    assert said[-1].only_for == ANA
    assert not [one for one in seen_by(office, SHARED, STRANGER) if one.by_bot]


def test_a_mention_that_slack_repeats_records_once(office: Office, acme: int) -> None:
    event = {
        "type": "app_mention",
        "user": ANA,
        "channel": ROOM,
        "text": "<@U0TENDBOT> event Acme Legal Fair",
        "ts": "1.1",
    }
    for retry in (None, 1):
        assert office.slack.event(event, event_id="Ev9", retry_num=retry).ok
    assert len(office.rows(Activity)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how are you?", "Who needs me?"),
        ("referral", "Fix it in the form"),
        ("referral from Acm Legal Northwind", "No partner is called “Acm Legal Northwind”"),
        ("trust Acme Legal 9", "from 1"),
    ],
)
def test_a_mention_that_is_no_whole_command_is_answered_with_what_would_be(
    office: Office, acme: int, text: str, said: str
) -> None:
    office.slack.mention(ANA, ROOM, text)
    answers = [one.visible_text for one in seen_by(office, ROOM, ANA) if one.by_bot]
    assert said.lower() in answers[-1].lower()
    assert contacts(office) == []


def test_guests_and_strangers_who_mention_it_are_refused_quietly(office: Office, acme: int) -> None:
    for user in (GUEST, STRANGER):
        office.slack.mention(user, SHARED if user == STRANGER else ROOM, "event Acme Legal Fair")
    assert contacts(office) == []
    said = [one for one in seen_by(office, SHARED, STRANGER) if one.by_bot]
    assert "Only people from the organisation" in said[-1].visible_text


def test_a_command_without_its_slash_is_understood_in_the_dm(office: Office, acme: int) -> None:
    office.slack.direct_message(ANA, "touch Acme Legal coffee talked about their office")
    (row,) = office.rows(Activity)
    assert row.title == "talked about their office"
    assert "Recorded" in [one.visible_text for one in office.slack.dm(ANA) if one.by_bot][-1]
