"""Help, and how Tend is doing."""

from collections.abc import Sequence

from babel.dates import format_datetime

from bot.actions.overview import WorkspaceStatus
from bot.formatting import LOCALE, count
from bot.grammar import (
    PARTNER_FORMS,
    PARTNER_VIEWS,
    PartnerVerb,
)
from bot.messages.workspace.settings import DAY_NAMES
from bot.slack import action_ids
from bot.slack.action_ids import ASK_MINE, OPEN_CARD, OPEN_FORM
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    context,
    escape,
    escape_clip,
    header,
    mention,
    section,
)
from bot.slack.commands import COMMANDS
from scoring.noise_budget import PATIENT

MAX_TWINS = 10
EXAMPLES = {
    "/referral": ("from Acme Legal Northwind 5k won on 2 Nov", "to Acme Legal Hexley introduced strategic"),
    "/event": ("Acme Legal Webinar on pricing on last friday",),
    "/touch": ("Acme Legal coffee talked about their new office next: send the deck by friday",),
    "/trust": ("Acme Legal 4 they kept their word on the pilot", "Acme Legal 3 them"),
    "/partner": ("Acme Legal", "list solicitors quiet", "pause Acme Legal until 1 March", "what-if Acme Legal strong"),
    "/tend": ("settings", "settings digest_hour 9", "digest"),
}
IN_WORDS = (
    ("/touch Acme Legal call about their new office", "You spoke to someone"),
    ("/referral from Acme Legal Northwind 5k", "They sent you a lead"),
    ("/touch Acme Legal coffee next: send the deck by friday", "You promised something"),
    ("/partner Acme Legal", "You want to know how things stand"),
)
ALL_PARTNERS = (PartnerVerb.LIST, PartnerVerb.DUE, *PARTNER_VIEWS)
ONE_PARTNER = tuple(verb for verb in PartnerVerb if verb not in ALL_PARTNERS)


def _verb_list(verbs: Sequence[PartnerVerb]) -> str:
    return " · ".join(f"`{verb}`" for verb in verbs) + (" · `review all`" if PartnerVerb.LIST in verbs else "")


def help_message() -> Message:
    """Show what can be typed. Any command without text opens a form."""
    blocks = [
        header("Tend keeps partnerships alive"),
        section(
            "Tell me what you did, here or in any channel. Only you see the reply, and you can *Undo* it. For example:"
        ),
        section("\n".join(f"• {does}: `{line}`" for line, does in IN_WORDS)),
        *(section(f"`{form}`\n{does}") for form, does in COMMANDS),
        section(f"*One partner*: {_verb_list(ONE_PARTNER)}\n*All of them*: {_verb_list(ALL_PARTNERS)}"),
        context(
            "A command on its own opens a form. Put a new name of several words in quotes. "
            "Days: yesterday, last friday, 2 Nov, 2026-11-02. Money: £5,000, 5k.",
            f"Nudges: one DM on a working day at most. *Snooze* rests one partner. Ignore {PATIENT} in a row and "
            "they drop to one a week at most, except about your promises.",
            "Relationship Value Index (RVI): activities per month over 12 months × trust. Under 1 weak · 1 to 2 good · "
            "up to 3 growing · from 3 strong. `/partner explain PARTNER` shows how it adds up.",
        ),
    ]
    return Message("Tend: " + ", ".join(form.split()[0] for form, _ in COMMANDS), blocks)


def command_help(command: str) -> Message:
    """Show what one command can do, with lines to copy."""
    form, does = next((form, does) for form, does in COMMANDS if form.split()[0] == command)
    blocks = [section(f"`{form}`\n{does[0].upper()}{does[1:]}.")]
    if command == "/partner":
        blocks += [
            section("\n".join(f"`{one}`" for one in PARTNER_FORMS.values())),
            section(f"*One partner*: {_verb_list(ONE_PARTNER)}\n*All of them*: {_verb_list(ALL_PARTNERS)}"),
        ]
    blocks.append(section("*For example*\n" + "\n".join(f"`{command} {example}`" for example in EXAMPLES[command])))
    blocks.append(context("`/tend help` shows all commands."))
    return Message(f"Help for {command}", blocks)


def is_help_request(text: str) -> bool:
    """Return whether a text asks for help."""
    return text.strip().casefold() in ("help", "?", "help?", "-h", "--help")


def what_else(typed: str) -> Message:
    """Answer words that name no partner and no record: what can be done, and where help is."""
    text = "Tell me what you did and with which partner, or pick one of these."
    text += "\nFor example: `met Acme Legal yesterday, talked about pricing`"
    buttons = [
        button("Who needs me?", ASK_MINE, "mine", style="primary"),
        button("Log a touch", f"{OPEN_FORM}:touch", "/touch"),
        button("Record a referral", f"{OPEN_FORM}:referral", "/referral"),
    ]
    return Message(text, [section(text), actions(*buttons), context("`help` shows everything you can type.")])


def thanks() -> Message:
    """Answer thanks."""
    return Message("Any time.", [section("Any time.")])


def which_card(partners: Sequence[tuple[int, str]], typed: str) -> Message:
    """Ask which of several partners is meant, with a button for each card."""
    text = f"Which one do you mean by “{escape_clip(typed, 100)}”?"
    buttons = [button(name, f"{OPEN_CARD}:{id}", str(id)) for id, name in partners[:20]]
    return Message(text, [section(text), actions(*buttons)])


def form_only_message(command: str, also: Message | None = None) -> Message:
    """Say that a form needs a slash command, when a text to Tend asks for one."""
    form = next(form for form, _ in COMMANDS if form.split()[0] == command)
    text = (
        "That needs a form, and Slack opens forms only for slash commands. Type the command, or write it all here:\n"
        f"`{escape(form)}`"
    )
    told = [also.text] if also else []
    return Message(text, [section("\n".join([*told, text]))])


def no_form_message(command: str) -> Message:
    """Say what to type when Slack did not open a form."""
    form = next(form for form, _ in COMMANDS if form.split()[0] == command)
    text = f":warning: Slack did not open the form, and nothing was recorded. Type it instead:\n`{escape(form)}`"
    return Message(text, [section(text)])


def status_message(found: WorkspaceStatus) -> Message:
    """Say whether digest and nudges will come, and what came last."""
    team = found.team
    digest = (
        f"every {DAY_NAMES[team.digest_day]} at {team.digest_hour}:00 ({team.zone.key}) in <#{team.digest_channel}>"
    )
    if not team.digest_channel:
        digest = "not posted, as no channel is set (`/tend settings digest_channel`)"
    told = [
        f"*Partners*: {found.partners} active" + (f", {found.unowned} without an owner" if found.unowned else ""),
        f"*Digest*: {digest}",
        f"*Nudges*: on working days from {team.nudges_from}:00 to {team.quiet_hour}:00, each owner's local time",
        f"*Stewards*: {', '.join(mention(one) for one in sorted(team.stewards)) or 'workspace admins only'}",
    ]
    if team.digest_problem:
        told.append(f":warning: The last digest could not be posted: {escape_clip(team.digest_problem, 300)}")
    blocks = [section("\n".join(told))]
    if found.last_sent:
        rows = [
            f"• {kind}{' to ' + mention(to) if to else ''}, "
            f"{format_datetime(at.astimezone(team.zone), 'd MMM HH:mm', locale=LOCALE)}: {state}"
            + (f" ({escape_clip(why, 100)})" if why else "")
            for kind, to, at, state, why in found.last_sent
        ]
        blocks.append(context(f"*Last {count(len(rows), 'delivery', 'deliveries')}*\n" + "\n".join(rows)))
    blocks += [_twin_block(place, twin) for place, twin in enumerate(found.twins[:MAX_TWINS])]
    return Message("How Tend is doing", blocks)


def _twin_block(place: int, twin: tuple[int, str, int, str]) -> Block:
    """Offer to merge two partners whose names are one."""
    later, name, earlier, other = twin
    told = f"{bold(name, 80)} and {bold(other, 80)} are two partners with the same name. Are they one?"
    press = button("See the merge", f"{action_ids.PLAN_MERGE}:{place}", f"{later}:{earlier}")
    return section(told, press)
