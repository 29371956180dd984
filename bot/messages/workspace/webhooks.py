"""Messages about webhooks: the list, a new one, and what could not be delivered."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.actions.workspace.webhooks import DeadEvent, NewWebhook, WebhookInfo
from bot.formatting import count, format_day
from bot.messages.forms import build_form, input_block
from bot.outbound.addresses import MAX_ADDRESS
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, bold, button, context, escape, mention, option, section
from bot.webhooks.events import JUDGING, EventType

TITLE = "Webhooks"
ABOUT = "Tend tells other programs at once: each event is sent, signed, to the addresses that you choose."
EVENT_NAMES = {
    EventType.ACTIVITY_RECORDED: "Something was recorded",
    EventType.ACTIVITY_EDITED: "A record was edited",
    EventType.ACTIVITY_UNDONE: "A record was undone",
    EventType.BAND_CHANGED: "A partner's band changed",
    EventType.SIGNAL_NEW: "There is a new reason to act",
    EventType.REVIEW_DUE: "A review is due",
    EventType.IMPORT_FINISHED: "An import finished",
}
JUDGES = "It gets scores and reasons to act"
PROBLEMS = {
    "address": "its address can't be used",
    "private": "its address isn't on the public internet",
    "host": "its host wasn't found",
    "certificate": "its certificate isn't valid",
    "connection": "the connection failed",
    "timeout": "it took longer than 10 seconds",
    "key": "its secret can't be decrypted; whoever runs Tend checks TEND_TOKEN_KEY",
    "interrupted": "every try was interrupted",
    "410": "it said that it is gone (HTTP 410)",
}


def settings_block() -> Block:
    """Build the settings section for people who can manage webhooks."""
    return section(f"*{TITLE}*\n{ABOUT}", button(TITLE, action_ids.WEBHOOKS, "all"))


def problem_blocks(found: Sequence[WebhookInfo]) -> list[Block]:
    """Tell a steward in the Home of webhooks that need somebody."""
    lines = [f"{_named(one)} {_state(one)}" for one in found if one.needs_somebody]
    if not lines:
        return []
    return [section(":warning: Webhook: " + "\n".join(lines), button(TITLE, action_ids.WEBHOOKS, "all"))]


def problem_text(problem: str) -> str:
    """Return in words why something could not be delivered."""
    return PROBLEMS.get(problem, f"it answered HTTP {problem}" if problem.isdigit() else "it failed")


def list_message(found: Sequence[WebhookInfo]) -> Message:
    """List webhooks, each with what can be done with it."""
    blocks: list[Block] = [section(f"*{TITLE}*\n{ABOUT}")]
    for one in found:
        scores = f" · {JUDGES}" if set(JUDGING) & set(one.events) else ""
        gets = ", ".join(f"`{event}`" for event in one.events)
        blocks.append(section(f"{_named(one)} {_state(one)}\n{gets}{scores} · added by {mention(one.created_by)}"))
        blocks.append(_buttons(one))
    blocks.append(actions(button("New webhook", action_ids.MAKE_WEBHOOK, "new", style="primary")))
    return Message(TITLE, blocks)


def _named(one: WebhookInfo) -> str:
    return f"{bold(one.host, 80)} (no. {one.id})"


def _state(one: WebhookInfo) -> str:
    if one.paused_by and one.problem == "410":
        state = f"is paused: {PROBLEMS['410']}"
    elif one.paused_by:
        state = f"was paused by {mention(one.paused_by)}" if one.paused_by.startswith(("U", "W")) else "is paused"
    elif one.failures and one.problem:
        state = f"can't be reached: {problem_text(one.problem)}"
    else:
        state = "works" if one.delivered_at else "has had no event yet"
    parts = [f"{one.pending:,} waiting"] if one.pending else []
    parts += [f"{one.dead:,} not delivered"] if one.dead else []
    return " · ".join([state, *parts])


def _buttons(one: WebhookInfo) -> Block:
    id = str(one.id)
    pause = (
        button("Resume", f"{action_ids.RESUME_WEBHOOK}:{id}", id)
        if one.paused_by
        else button("Pause", f"{action_ids.PAUSE_WEBHOOK}:{id}", id)
    )
    test = [] if one.paused_by else [button("Send a test event", f"{action_ids.TEST_WEBHOOK}:{id}", id)]
    dead = [button("Not delivered", f"{action_ids.DEAD_EVENTS}:{id}", id)] if one.dead else []
    return actions(pause, *test, *dead, button("Delete", f"{action_ids.REMOVE_WEBHOOK}:{id}", id, style="danger"))


def new_webhook_form() -> Block:
    """Ask where events are to be sent, and which."""
    address: Block = {"type": "plain_text_input", "max_length": MAX_ADDRESS}
    options = [option(words, event) for event, words in EVENT_NAMES.items()]
    recorded = [one for one in options if one["value"] not in JUDGING]
    events: Block = {"type": "checkboxes", "options": options, "initial_options": recorded}
    return build_form(
        callback_ids.WEBHOOK,
        "New webhook",
        "Add",
        [
            input_block(
                "address", "Address", address, False, "Begins with https://; the next step shows its secret, once."
            ),
            input_block("events", "Events", events, False),
            context(
                "Events name partners, and what was recorded with them. The ones on bands, reasons to act and reviews "
                "also tell how each partner is judged: whoever reads this address reads that, so choose with care."
            ),
        ],
    )


def secret_view(done: NewWebhook) -> Block:
    """Show the secret once, in a window that is not stored."""
    view = build_form(
        callback_ids.WEBHOOK,
        "New webhook",
        "",
        [
            section(f"The secret of {bold(done.endpoint.host, 80)}. Copy it now: it is shown only once."),
            section(f"```{done.secret}```"),
            context("Your program checks with it that an event is from Tend, as Standard Webhooks describes."),
        ],
    )
    del view["submit"]
    view["close"]["text"] = "I have copied it"
    return view


def added_message(done: NewWebhook) -> Message:
    """Confirm a new webhook, without its secret."""
    id = str(done.endpoint.id)
    text = f":white_check_mark: Events go to {bold(done.endpoint.host, 80)} from now on."
    test = button("Send a test event", f"{action_ids.TEST_WEBHOOK}:{id}", id)
    return Message(text, [section(text), actions(test, button(TITLE, action_ids.WEBHOOKS, "all"))])


def paused_message(one: WebhookInfo) -> Message:
    """Confirm that a webhook was paused or resumed."""
    host = bold(one.host, 80)
    text = (
        f":double_vertical_bar: Nothing is sent to {host}. What happens is kept for 30 days, and sent when you resume."
        if one.paused_by
        else f":arrow_forward: Events go to {host} again, what has waited first."
    )
    return _done(text)


def removed_message(host: str) -> Message:
    """Confirm that a webhook was deleted."""
    return _done(f":wastebasket: Nothing is sent to {bold(host, 80)} any more. Its secret is forgotten.")


def tested_message(one: WebhookInfo) -> Message:
    """Confirm that a test event is on its way."""
    return _done(
        f":outbox_tray: A test event goes to {bold(one.host, 80)} within seconds. *Webhooks* shows what came of it."
    )


def dead_message(one: WebhookInfo, found: Sequence[DeadEvent], zone: tzinfo) -> Message:
    """List what an endpoint did not take, with a button to send it again."""
    title = f"{count(one.dead, 'event')} not delivered to {bold(one.host, 80)}"
    lines = [
        f"{format_day(at.date())}, {at:%H:%M} · `{escape(dead.event)}` · {count(dead.attempts, 'try', 'tries')}, "
        f"at last {problem_text(dead.problem)}"
        for dead in found
        for at in [dead.happened_at.astimezone(zone)]
    ]
    blocks = [section(title), *(section(line) for line in lines)]
    if one.dead > len(found):
        blocks.append(context(f"These are the latest {len(found)}."))
    again = button("Send again", f"{action_ids.REPLAY_EVENTS}:{one.id}", str(one.id), style="primary")
    return Message(title, [*blocks, *([actions(again)] if one.dead else [])])


def replayed_message(host: str, number: int) -> Message:
    """Confirm that what could not be delivered is sent again."""
    return _done(f":outbox_tray: {count(number, 'event')} to {bold(host, 80)} will be sent again.")


def _done(text: str) -> Message:
    return Message(text, [section(text), actions(button(TITLE, action_ids.WEBHOOKS, "all"))])
