"""Template values: what one person sees in one place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.fake_slack.demo_hooks import Desk
from bot.fake_slack.pages.host import Host
from bot.fake_slack.pages.mrkdwn import Viewer, to_html
from bot.fake_slack.state.models import Channel, Json, Message, Person, View
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.user import payloads
from bot.fake_slack.user.form_input import state_values

MAX_MESSAGES = 40
HOME, MAIL, CALENDAR = "home", "mail", "calendar"


@dataclass(frozen=True)
class PageRequest:
    """Query parameters of the page: the person, the place, and whether to show older messages."""

    user: str = ""
    at: str = ""
    everything: bool = False


def page_context(slack: Host, request: PageRequest) -> Json:
    """Return all template values in one consistent snapshot, and mark the place as read."""
    world = slack.world
    with world.lock:
        people = [p for p in world.people.values() if not p.is_bot and not p.deleted]
        me = world.people.get(request.user) or (people[0] if people else None)
        places = [c for c in world.channels.values() if me and not c.is_im and me.id in c.members]
        dm = world.open_dm(me.id) if me else None
        desk = slack.desk if slack.desk and me and slack.desk.is_for(me.id) else None
        at = _place(request.at, [*places, *([dm] if dm else [])], dm, (HOME, *((MAIL, CALENDAR) if desk else ())))
        messages, fresh = _messages(world, me, at) if me and at in world.channels else ([], "")
        shown = messages if request.everything else messages[-MAX_MESSAGES:]
        stack = world.stacks.get(me.id, []) if me else []
        reader = _reader(world, me)
        return {
            "team": world.team_name, "me": me, "people": people, "places": places, "dm": dm, "at": at,
            "here": world.channels.get(at), "messages": shown, "older": len(messages) - len(shown), "fresh": fresh,
            "prompts": _prompts(world, at),
            "home": world.homes.get(me.id) if me else None,
            "modal": stack[-1] if stack else None, "depth": len(stack),
            "unread": dict(world.unread), "all_people": dict(world.people), "menu": slack.menu,
            "all_channels": [c for c in world.channels.values() if not c.is_im],
            "md": lambda text: to_html(str(text), reader),
            "time": lambda at: at.astimezone(reader.zone),
            "clock": lambda ts: _clock(ts, reader.zone),
            "day": lambda ts: _day(datetime.fromtimestamp(float(ts), reader.zone).date(), world, reader.zone),
            "now": _now(world, reader.zone),
            "state": lambda where: _state(world, where, me),
            "bot": world.people[world.bot_user],
            "waiting": world.faults.waiting(), "connections": slack.sockets.connections,
            "time_machine": slack.time_machine,
            "journey": slack.time_machine.journey() if slack.time_machine else None,
            "story": slack.story if slack.story and me and slack.story.is_open(me.id) else None,
            "has_story": slack.story is not None,
            "steps": slack.story.steps(me.id) if slack.story and me else (),
            "desk": desk, "outside": _outside(desk, me, at) if desk and me else {},
        }  # fmt: skip


def version(slack: Host, seen: Json) -> str:
    """Return a value that changes whenever the page does."""
    world = slack.world
    counts = (len(world.journal), len(world.people), len(world.channels), len(world.faults.waiting()))
    story = "".join(str(int(step.done)) for step in seen["steps"]) + str(seen["story"] is not None)
    outside = tuple(seen["outside"].items())
    marks = (id(world), *counts, seen["connections"], hash((seen["journey"], seen["now"], story, outside)))
    return "-".join(map(str, marks))


def _outside(desk: Desk, me: Person, at: str) -> Json:
    """Return what changes of a page outside Slack."""
    if at not in (MAIL, CALENDAR):
        return {}
    news = {"sent": desk.sent(me.id)} if at == MAIL else {"meetings": desk.meetings(me.id)}
    return {"standings": tuple(desk.standings(me.id)), **{name: tuple(values) for name, values in news.items()}}


def _place(at: str, places: list[Channel], dm: Channel | None, pages: Collection[str]) -> str:
    if at in pages or at in {place.id for place in places}:
        return at
    return dm.id if dm else ""


def _messages(world: WorkspaceState, me: Person, at: str) -> tuple[list[Message], str]:
    """Return the person's messages, oldest first, and the timestamp of the first unread one."""
    ordered = sorted([*world.messages(at), *world.ephemerals(me.id, at)], key=lambda message: float(message.ts))
    first_unread = ""
    if count := world.unread.get((me.id, at)):
        first_unread = [message.ts for message in ordered if message.user != me.id][-count:][0]
    world.mark_read(me.id, at)
    return ordered, first_unread


def _reader(world: WorkspaceState, me: Person | None) -> Viewer:
    try:
        zone: tzinfo = ZoneInfo(me.tz if me else "UTC")
    except (KeyError, ValueError):
        zone = ZoneInfo("UTC")
    return Viewer(
        {person.id: person.real_name for person in world.people.values()},
        {channel.id: channel.name for channel in world.channels.values()},
        zone,
    )


def _prompts(world: WorkspaceState, at: str) -> tuple[tuple[str, str], ...]:
    """What the app suggests to write in this DM, else what its manifest does."""
    place = world.channels.get(at)
    if place is None or not place.is_im:
        return ()
    return world.prompts.get(at) or (world.installed.prompts if world.installed else ())


def _state(world: WorkspaceState, where: Message | View, me: Person | None) -> Json:
    place = where.id if isinstance(where, View) else f"{where.ts}/{me.id if me else ''}"
    return state_values(where.blocks, payloads.typed_values(world, place))


def _clock(ts: str, zone: tzinfo) -> Markup:
    at = datetime.fromtimestamp(float(ts), zone)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="minutes"), f"{at:%H:%M}")


def _now(world: WorkspaceState, zone: tzinfo) -> str:
    at = world.clock().astimezone(zone)
    return f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M}"


def _day(day: date, world: WorkspaceState, zone: tzinfo) -> str:
    today = world.clock().astimezone(zone).date()
    if day in (today, today - timedelta(days=1)):
        return "Today" if day == today else "Yesterday"
    return f"{day:%A}, {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")
