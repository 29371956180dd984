"""What stands in the channels when the page opens: a little talk, and what Tend said before a restart."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from bot.actions import digest, nudge
from bot.deliveries import DIGEST
from bot.demo.cast import ADMIN, ANA, BEN, CHLOE, GENERAL, PARTNERSHIPS, SHARED, STRANGER
from bot.demo.days import DAY, at, days_of
from bot.messages.digest import digest as digest_message
from bot.messages.nudge import nudge as nudge_message
from bot.sandbox import World
from bot.team import Team
from storage import deliveries
from storage.engine import reading

At = Callable[[datetime], AbstractContextManager[None]]

MOST_SHOWN = 12


def talk(world: World, when: At, team: Team, now: datetime, *, before_digest: bool) -> None:
    """What people said: on the Friday before the digest, or since. What would be later than `now` is not said yet."""
    days = days_of(team, now)
    friday = days.monday - 3 * DAY
    early = (
        (at(team, friday, 10, 4), SHARED, STRANGER, "Hello from Acme Legal. Is the webinar still on?"),
        (at(team, friday, 10, 11), SHARED, ANA, "It is. I'll send you the outline today."),
        (at(team, friday, 15, 20), GENERAL, ADMIN, "Anyone can try Tend here: type `/tend help`."),
    )
    late = (
        (at(team, days.monday, 10, 2), PARTNERSHIPS, CHLOE, "I'll ring Saltmarsh this week."),
        (
            at(team, days.workday, 11, 40),
            PARTNERSHIPS,
            BEN,
            "Met Copperline at the chamber lunch, they want to do a seminar with us in spring.",
        ),
    )
    for instant, channel, user, text in sorted(early if before_digest else late):
        if instant <= now:
            with when(instant):
                world.post(channel, text, user=user)


def again(engine: Engine, world: World, when: At, team: Team) -> None:
    """Show the last digest and everyone's last nudge that were sent before.

    Slack would have kept them; the stand-in starts with an empty memory.
    """
    with reading(engine) as session:
        rows = [row for row in deliveries.last(session, workspace_id=team.id, limit=MOST_SHOWN) if row.sent_at]
        latest = {(row.kind, row.recipient): row for row in reversed(rows)}
        for row in sorted(latest.values(), key=lambda row: row.first_claimed_at):
            if row.kind == DIGEST:
                channel = team.digest_channel or PARTNERSHIPS
                message = digest_message(digest.find(session, team=team, day=row.as_of_on))
            elif row.recipient in world.people:
                channel = world.open_dm(row.recipient).id
                found = nudge.find(session, team=team, owner=row.recipient, day=row.as_of_on, everything=True)
                message = nudge_message(replace(found, items=tuple(filter(_awake, found.items))))
            else:
                continue
            if channel in world.channels:
                with when(row.first_claimed_at):
                    world.post(channel, message.text, message.blocks)


def _awake(item: nudge.Item) -> bool:
    until = item.scored.partner.snoozed_until_on
    return until is None or until <= item.scored.now.day
