"""The first hour: three steps, each done in place, in the DM to whoever installed Tend and on the Home."""

from datetime import date

from bot.actions.workspace.first_steps import FirstSteps, NamedPartners
from bot.formatting import count, format_day, list_first
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    context,
    header,
    option,
    plain_text,
    section,
    with_confirm,
)
from scoring.noise_budget import PATIENT

ZONES = (
    "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Amsterdam",
    "Europe/Brussels", "Europe/Berlin", "Europe/Zurich", "Europe/Vienna", "Europe/Rome", "Europe/Prague",
    "Europe/Warsaw", "Europe/Copenhagen", "Europe/Stockholm", "Europe/Oslo", "Europe/Helsinki", "Europe/Athens",
    "Europe/Istanbul", "Africa/Cairo", "Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg", "Asia/Jerusalem",
    "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Jakarta", "Asia/Singapore",
    "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Manila", "Asia/Seoul", "Asia/Tokyo", "Australia/Perth",
    "Australia/Brisbane", "Australia/Sydney", "Australia/Melbourne", "Pacific/Auckland", "America/St_Johns",
    "America/Halifax", "America/New_York", "America/Toronto", "America/Chicago", "America/Mexico_City",
    "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Vancouver", "America/Anchorage",
    "Pacific/Honolulu", "America/Bogota", "America/Lima", "America/Santiago", "America/Sao_Paulo",
    "America/Buenos_Aires", "UTC",
)  # fmt: skip
INVITATION = (
    ":wave: *Tend* keeps our partnerships alive. When you've spoken to a partner, log it here or in any channel: "
    "`/touch Acme Legal call about their new office`. Only you see the reply. I'll DM you, once a day at most, when "
    "a partner of yours needs you, and post one short digest a week. Add a partner you look after: `/partner add`."
)


def welcome(found: FirstSteps) -> Message:
    """Build the DM after the installation."""
    text = "Welcome to Tend: three steps, and you won't lose touch with a partner."
    return Message(text, [header("Welcome to Tend"), section(WHAT_IT_IS), *steps(found), context(NEXT)])


WHAT_IT_IS = (
    "Tell me when you've worked with a partner, and I'll let you know quietly before one goes cold. "
    "Three steps, all of them right here:"
)
NEXT = (
    "That's it. I only write when there's something to do: one DM a day at most, and one digest a week for the team. "
    f"If you're busy and ignore {PATIENT} DMs in a row, I drop to one a week at most, except about your promises."
)


def steps(found: FirstSteps) -> list[Block]:
    """Build the three steps. A finished one is a single line."""
    return [*_place(found), *_partners(found), *_invite(found)]


def next_page_form(found: FirstSteps) -> list[Block]:
    """Build the first unfinished step; empty once all are done. Only those who may set things up are asked to."""
    if not found.partners:
        return _partners(found)
    if not found.is_placed and found.may_set_up:
        return _place(found)
    return [] if found.colleagues else _invite(found)


def _place(found: FirstSteps) -> list[Block]:
    if found.is_placed:
        return [_done(f"Time zone {found.team.zone.key}; the digest goes to <#{found.team.digest_channel}>.")]
    if not found.may_set_up:
        return [
            section("*1. Time zone and channel.* A workspace admin chooses the time zone, and where the digest goes.")
        ]
    asked = "*1. Time zone and channel.* Choose your time zone, and one of your team's channels for the weekly digest:"
    if found.team.digest_channel:
        zone = found.team.zone.key
        asked = f"*1. Time zone and channel.* Only your time zone is missing; until you choose it, it's {zone}:"
    elif found.zone_chosen:
        asked = "*1. Time zone and channel.* Only the channel for the weekly digest is missing:"
    return [section(asked), actions(_zone(found), _channel(found))]


def _zone(found: FirstSteps) -> Block:
    now = found.team.zone.key if found.zone_chosen else found.zone
    zones = [option(zone.replace("_", " "), zone) for zone in dict.fromkeys((now, *ZONES))][:100]
    chosen = {"initial_option": zones[0]} if found.zone_chosen else {}
    asked = {"placeholder": plain_text("Time zone", 150), "options": zones, **chosen}
    return {"type": "static_select", "action_id": action_ids.SET_ZONE, **asked}


def _channel(found: FirstSteps) -> Block:
    ours = {"include": ["public", "private"], "exclude_external_shared_channels": True}
    chosen = {"initial_conversation": found.team.digest_channel} if found.team.digest_channel else {}
    asked = {"placeholder": plain_text("Digest channel", 150), "filter": ours, **chosen}
    return {"type": "conversations_select", "action_id": action_ids.SET_DIGEST_CHANNEL, **asked}


def _partners(found: FirstSteps) -> list[Block]:
    if found.partners:
        return [_done(f"{count(found.partners, 'partner')} added.")]
    asked = "*2. Name your partners.* Five is plenty to start with; add the rest later."
    made = [button("Name your partners", action_ids.NAME_PARTNERS, "names", style="primary")]
    if found.may_set_up:
        made.append(button("Import a list", f"{action_ids.OPEN_FORM}:import", "/tend import"))
    return [section(asked), actions(*made)]


def _invite(found: FirstSteps) -> list[Block]:
    if found.colleagues:
        return [_done("Your colleagues are here.")]
    asked = "*3. Invite the team.* Anyone who talks to partners can log it here."
    if not found.may_set_up:
        return [section(f"{asked} A workspace admin or steward can have me say hello in the digest's channel.")]
    channel = found.team.digest_channel
    if not channel:
        return [section(f"{asked} Choose the digest's channel first, then I can say hello there.")]
    hello = with_confirm(
        button("Say hello in the channel", action_ids.INVITE_TEAM, "hello"),
        "Say hello?",
        "I post a short introduction in the digest channel, once.",
        "Post it",
    )
    return [section(f"{asked} I can introduce myself in <#{channel}>."), actions(hello)]


def _done(text: str) -> Block:
    return section(f":white_check_mark: {text}")


def names_form() -> Block:
    """Build the form that adds several partners at once: their names, and one day for all."""
    names: Block = {"type": "plain_text_input", "multiline": True, "max_length": 3_000}
    names["placeholder"] = plain_text("Acme Legal\nBirch & Co\nCardo Wealth", 150)
    return build_form(
        callback_ids.NAME_PARTNERS,
        "Name your partners",
        "Add them",
        [
            input_block("names", "Your partners, one per line", names, optional=False),
            input_block(
                "last_spoke_on",
                "When did you last speak?",
                {"type": "datepicker"},
                optional=True,
                hint="A rough date for all of them; a day behind a name goes first: Acme Legal, yesterday. "
                "You can correct each one later. Leave it empty and I'll ask.",
            ),
        ],
    )


def partners_named(done: NamedPartners, found: FirstSteps, today: date) -> Message:
    """Say which partners were added, with the days that stood behind their names, and what comes next."""
    days = {name: f" ({format_day(day, today)})" for name, day in done.days.items()}
    names = list_first([f"{bold(name, 60)}{days.get(name, '')}" for name in done.added], 10)
    told = [f":white_check_mark: Added, with you as the owner: {names}."] if done.added else ["Nothing was added."]
    if done.known:
        told.append(f"Already here: {list_first([bold(name, 60) for name in done.known], 10)}.")
    if len(done.added) > len(done.days) and done.last_spoke_on:
        others = "With the others you last" if done.days else "Last"
        told.append(f"{others} spoke on {format_day(done.last_spoke_on, today)}.")
    if done.added:
        told.append("Next time you speak to one of them: `/touch NAME call about …`")
    text = " ".join(told)
    return Message(text, [section(text), *next_page_form(found)])


def invited(channel: str) -> Message:
    text = f":white_check_mark: I've said hello in <#{channel}>."
    return Message(text, [section(text)])


def invitation() -> Message:
    """Tell the team's channel about Tend, once."""
    return Message(INVITATION, [section(INVITATION)])
