"""The digest's picture: how many partners were in each band, week by week."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from bot.actions.partners.lifecycle import end, resume
from bot.app import create_app
from bot.fake_slack import InProcessConnection, Message
from bot.scores import query, trends
from bot.slack.charts import CHART_TYPE
from storage.db.engine import reading
from storage.partners import snapshots
from tests.notifications.office import MONDAY, Office

DAY = MONDAY.date()
LONG_AGO = date(2025, 1, 1)
WEEK = timedelta(weeks=1)


def chart(message: Message) -> dict[str, Any] | None:
    return next((block for block in message.blocks if block["type"] == CHART_TYPE), None)


def lines(block: dict[str, Any] | None) -> dict[str, list[float]]:
    """Each line's name with its numbers."""
    assert block is not None
    return {one["name"]: [point["value"] for point in one["data"]] for one in block["chart"]["series"]}


def posted(office: Office) -> Message:
    """The rest of this week's digest, as *More* shows it."""
    office.settle(digest_channel="C1")
    assert office.at(MONDAY).digests == 1
    office.slack.link = InProcessConnection(create_app(office.houses[0]), office.slack.keys.signing_secret)
    (answer,) = office.slack.click("U1", office.digests()[-1], "digest_more").ephemerals
    return answer


def busy(office: Office, name: str, each: int = 1, **fields: Any) -> int:
    """A partner of long ago with a rating and one row of `each` in every month."""
    made = office.partner(name, since=LONG_AGO, **fields)
    office.rated(made, 3)
    for months in range(24):
        office.did(made, DAY - timedelta(days=30 * months + 3), count=each)
    return made


def test_it_shows_the_bands_of_twelve_weeks_as_of_each_weeks_end(office: Office) -> None:
    """The numbers are those that a question about that very day answers."""
    busy(office, "Steady")
    fades = office.partner("Fades", since=LONG_AGO)
    office.rated(fades, 4)
    for back in (340, 350, 360, 362):
        office.did(fades, DAY - timedelta(days=back), count=2)
    rated_late = office.partner("Rated late", since=LONG_AGO)
    office.rated(rated_late, 2, on=DAY - 5 * WEEK)
    office.partner("New", since=DAY - timedelta(days=20))
    grows_up = office.partner("Grows up", since=DAY - timedelta(days=120))
    office.rated(grows_up, 1)
    found = lines(chart(posted(office)))
    assert list(found) == ["strong", "growing", "good", "weak", "no RVI"]
    with reading(office.engine) as session:
        for place in range(12):
            day = DAY - WEEK * (11 - place)
            at = [one.now for one in query.load_scored(session, team=office.team, day=day) if not one.now.provisional]
            expected = Counter(str(one.ours.band or "no RVI") for one in at)
            assert {name: values[place] for name, values in found.items()} == {name: expected[name] for name in found}
    assert found["no RVI"][0] == 1
    assert found["no RVI"][-1] == 0
    assert found["strong"][-1] + found["growing"][-1] < 3
    assert sum(values[-1] for values in found.values()) == 4  # the new one is provisional


def test_who_was_ended_or_paused_counts_while_it_was_active(office: Office) -> None:
    """By the history of its status, whatever the status is now."""
    ended, back = (busy(office, name) for name in ("Ended", "Back"))
    busy(office, "Steady")
    office.clock.now = MONDAY - 8 * WEEK
    end(office.engine, office.caller(), back, None)
    office.clock.now = MONDAY - 4 * WEEK
    resume(office.engine, office.caller(), back)
    end(office.engine, office.caller(), ended, "they moved")
    found = lines(chart(posted(office)))
    assert [sum(values) for values in zip(*found.values(), strict=True)] == [3] * 3 + [2] * 9


def test_without_a_rated_partner_there_is_none(office: Office) -> None:
    office.partner("Acme Legal", since=LONG_AGO)
    assert chart(posted(office)) is None


def test_with_fewer_than_two_weeks_there_is_none(office: Office) -> None:
    """A partner counts after its first three months; weeks before the first are left out."""
    made = office.partner("Acme Legal", None, since=DAY - timedelta(days=95))
    office.rated(made, 3)
    with reading(office.engine) as session:
        every = snapshots.list_snapshots(session, workspace_id=office.team.id)
        assert trends.weekly_bands(session, team=office.team, day=DAY - WEEK, every=every, now={}) == ()
        assert trends.weekly_bands(session, team=office.team, day=DAY, every=every, now={}) == ()
        assert len(trends.weekly_bands(session, team=office.team, day=DAY + WEEK, every=every, now={})) == 2
        assert len(trends.weekly_bands(session, team=office.team, day=DAY + 50 * WEEK, every=every, now={})) == 12
    assert chart(posted(office)) is None


def test_a_workspace_without_charts_gets_the_numbers_as_text(office: Office) -> None:
    """In its place, with the rest of the digest as it is."""
    busy(office, "Acme Legal")
    office.slack.world.refuse_blocks.add(CHART_TYPE)
    message = posted(office)
    assert chart(message) is None
    assert message.blocks[0]["type"] == "header"
    assert "*Partners by band* (At the end of; Partners, without provisional ones)" in message.visible_text
    table = [line.split() for line in message.visible_text.split("```")[1].splitlines()]
    assert table[0] == ["strong", "growing", "good", "weak"]
    assert table[-1] == ["23", "Nov", "1", "0", "0", "0"]
    assert len(table) == 13


def test_it_is_there_when_the_digest_is_asked_for(office: Office) -> None:
    """With the same numbers as in the channel."""
    busy(office, "Acme Legal")
    there = chart(posted(office))
    office.slack.link = InProcessConnection(create_app(office.houses[0]))
    seen = office.slack.command("U1", "/tend", "digest", channel="C2")
    assert lines(chart(seen.ephemerals[0])) == lines(there)
