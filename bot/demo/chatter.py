"""Messages in the channels when the page opens: some chat, and Tend's posts from before a restart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from bot.actions.notifications import digest, nudge
from bot.demo.calendar import DAY, demo_days, local_instant
from bot.demo.people import ADMIN, ANA, BEN, CHLOE, GENERAL, PARTNERSHIPS, SHARED, STRANGER
from bot.fake_slack import WorkspaceState
from bot.messages.notifications.digest import digest_message
from bot.messages.notifications.nudge import nudge_message
from bot.notifications.compose import DIGEST, NUDGE
from bot.slack.blocks import Message
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.notifications import deliveries

MAX_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MemberMessage:
    """A person's message in a channel."""

    at: datetime
    channel: str
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message posted by Tend."""

    at: datetime
    channel: str
    message: Message


def member_messages(team: Team, now: datetime) -> list[MemberMessage]:
    """Return people's messages from the Friday before the last digest until `now`."""
    days = demo_days(team, now)
    friday = days.monday - 3 * DAY
    met = "Met Copperline at the chamber lunch, they want to do a seminar with us in spring."
    messages = (
        MemberMessage(
            local_instant(team, friday, 10, 4), SHARED, STRANGER, "Hello from Acme Legal. Is the webinar still on?"
        ),
        MemberMessage(local_instant(team, friday, 10, 11), SHARED, ANA, "It is. I'll send you the outline today."),
        MemberMessage(
            local_instant(team, friday, 15, 20), GENERAL, ADMIN, "Anyone can try Tend here: type `/tend help`."
        ),
        MemberMessage(local_instant(team, days.monday, 10, 2), PARTNERSHIPS, CHLOE, "I'll ring Saltmarsh this week."),
        MemberMessage(local_instant(team, days.workday, 11, 40), PARTNERSHIPS, BEN, met),
    )
    return [message for message in messages if message.at <= now]


def past_bot_messages(engine: Engine, world: WorkspaceState, team: Team) -> list[BotMessage]:
    """Return the last digest and each owner's last nudge from an earlier run.

    Slack would have kept them; the fake Slack starts empty.
    """
    with reading(engine) as session:
        rows = [row for row in deliveries.latest(session, workspace_id=team.id, limit=MAX_SHOWN) if row.sent_at]
        latest = {(row.kind, row.recipient): row for row in reversed(rows)}

        def rebuild_messages() -> Iterator[BotMessage]:
            for row in latest.values():
                if row.kind == DIGEST:
                    channel = team.digest_channel or PARTNERSHIPS
                    message = digest_message(digest.build_digest(session, team=team, day=row.as_of_on))
                elif row.kind == NUDGE and row.recipient in world.people:
                    channel = world.open_dm(row.recipient).id
                    draft = nudge.build_nudge(
                        session, team=team, owner=row.recipient, day=row.as_of_on, everything=True
                    )
                    message = nudge_message(replace(draft, items=tuple(filter(_is_awake, draft.items))))
                else:
                    continue
                if channel in world.channels:
                    yield BotMessage(row.first_claimed_at, channel, message)

        return list(rebuild_messages())


def _is_awake(item: nudge.NudgeItem) -> bool:
    until = item.scored.partner.snoozed_until_on
    return until is None or until <= item.scored.now.day
