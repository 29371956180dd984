"""A short message to a partner, drafted from the record, to be copied."""

from bot.actions.activity.entries import Entry
from bot.actions.notifications.occasions import CheckIn
from bot.formatting import format_day
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.messages.forms import build_form, input_block
from bot.messages.notifications.signals import topic_words
from bot.slack import callback_ids
from bot.slack.blocks import Block, bold, clip, context, section
from scoring.vocabulary import Direction


def check_in_form(found: CheckIn) -> Block:
    """Build the form with the draft, to be changed and copied. Submitting it logs a mail as sent."""
    partner = found.scored.partner
    element: Block = {"type": "plain_text_input", "multiline": True, "max_length": MAX_TEXT_LENGTH}
    element["initial_value"] = draft(found)[:MAX_TEXT_LENGTH]
    topic = found.occasion.topic
    reminder = (
        f"Last time: {topic_words(topic)}, {format_day(topic.occurred_on, found.scored.now.day)}. " if topic else ""
    )
    return build_form(
        f"{callback_ids.CHECK_IN}:{partner.id}",
        "A short message",
        "I sent it: log a mail",
        [
            section(
                f"For {bold(partner.name)}. Make it your own, copy it, and send it however you usually write to them."
            ),
            input_block("message", "Message", element, optional=True),
            context(f"{reminder}Tend doesn't send it. It logs only that you wrote, never what you wrote."),
        ],
    )


def draft(found: CheckIn) -> str:
    """Write a short message: what we owe first, then the lead, what is planned. It never quotes our notes."""
    today, occasion = found.scored.now.day, found.occasion
    told = []
    if found.scored.promises:
        told.append(
            f"I haven't forgotten my promise ({clip(found.scored.promises[0].text, 200)}). You'll have it this week."
        )
    if occasion.lead:
        told.append(_lead(occasion.lead))
    if occasion.coming:
        what = occasion.coming.title or occasion.coming.note or "what we planned"
        told.append(f"I'm looking forward to {clip(what, 150)} on {format_day(occasion.coming.occurred_on, today)}.")
    if not told:
        told.append("It's been a while since we spoke. What's new with you?")
    return "\n\n".join(["Hello,", " ".join(told), "Do you have 20 minutes for a call in the next couple of weeks?"])


def _lead(lead: Entry) -> str:
    name = clip(lead.title, 120)
    if lead.direction == Direction.OUT:
        return f"How are things going with {name} since I introduced you?"
    return f"Thanks again for introducing us to {name}. I'd like to tell you where we are with them."
