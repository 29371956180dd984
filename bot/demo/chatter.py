"""What stands in the channels when the page opens: a little talk, and what Tend said before a restart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from bot.actions.notifications import digest, nudge
from bot.demo.calendar import DAY, at, days_of
from bot.demo.people import ADMIN, ANA, BEN, CHLOE, GENERAL, PARTNERSHIPS, SHARED, STRANGER
from bot.fake_slack import World
from bot.messages.notifications.digest import digest as digest_message
from bot.messages.notifications.nudge import nudge as nudge_message
from bot.notifications.compose import DIGEST
from bot.slack.blocks import Message
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.notifications import deliveries

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Said:
    """What a person wrote in a channel."""

    at: datetime
    channel: str
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What Tend wrote."""

    at: datetime
    channel: str
    message: Message


def talk(team: Team, now: datetime) -> list[Said]:
    """What people said since the Friday before the last digest. What would be later than `now` is not said yet."""
    days = days_of(team, now)
    friday = days.monday - 3 * DAY
    met = "Met Copperline at the chamber lunch, they want to do a seminar with us in spring."
    said = (
        Said(at(team, friday, 10, 4), SHARED, STRANGER, "Hello from Acme Legal. Is the webinar still on?"),
        Said(at(team, friday, 10, 11), SHARED, ANA, "It is. I'll send you the outline today."),
        Said(at(team, friday, 15, 20), GENERAL, ADMIN, "Anyone can try Tend here: type `/tend help`."),
        Said(at(team, days.monday, 10, 2), PARTNERSHIPS, CHLOE, "I'll ring Saltmarsh this week."),
        Said(at(team, days.workday, 11, 40), PARTNERSHIPS, BEN, met),
    )
    return [one for one in said if one.at <= now]


def again(engine: Engine, world: World, team: Team) -> list[Told]:
    """The last digest and everyone's last nudge that were sent before.

    Slack would have kept them; the stand-in starts with an empty memory.
    """
    with reading(engine) as session:
        rows = [row for row in deliveries.last(session, workspace_id=team.id, limit=MOST_SHOWN) if row.sent_at]
        latest = {(row.kind, row.recipient): row for row in reversed(rows)}

        def told() -> Iterator[Told]:
            for row in latest.values():
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
                    yield Told(row.first_claimed_at, channel, message)

        return list(told())


def _awake(item: nudge.Item) -> bool:
    until = item.scored.partner.snoozed_until_on
    return until is None or until <= item.scored.now.day
