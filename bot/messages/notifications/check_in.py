"""A short message to a partner, drafted from the record, to be copied."""

from bot.actions.activity.entries import Entry
from bot.actions.notifications.occasions import CheckIn
from bot.formatting import format_day
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.messages.forms import build_form, input_block
from bot.slack import callback_ids
from bot.slack.blocks import Block, bold, clip, context, section
from scoring.vocabulary import Direction


def check_in_form(found: CheckIn) -> Block:
    """Build the form with the draft, to be changed and copied. Submitting it logs a mail as sent."""
    partner = found.scored.partner
    element: Block = {"type": "plain_text_input", "multiline": True, "max_length": MAX_TEXT_LENGTH}
    element["initial_value"] = draft(found)[:MAX_TEXT_LENGTH]
    return build_form(
        f"{callback_ids.CHECK_IN}:{partner.id}",
        "A short message",
        "I sent it: log a mail",
        [
            section(f"For {bold(partner.name)}. Change what you like, copy it, and send it from where you write."),
            input_block("message", "Message", element, optional=True),
            context("Tend sends nothing itself. It logs only that you wrote, not what you wrote."),
        ],
    )


def draft(found: CheckIn) -> str:
    """Write a short message: what we owe first, then the lead, what is planned, else the last topic."""
    today, occasion = found.scored.now.day, found.occasion
    told = []
    if found.scored.promises:
        told.append(f"I still owe you this: {clip(found.scored.promises[0].text, 200)}. You will have it this week.")
    if occasion.lead:
        told.append(_lead(occasion.lead))
    if occasion.coming:
        what = occasion.coming.title or occasion.coming.note or "what we planned"
        told.append(f"I look forward to {clip(what, 150)} on {format_day(occasion.coming.occurred_on, today)}.")
    if not told and occasion.topic:
        about = clip(occasion.topic.title or occasion.topic.note or "", 150)
        told.append(f"Last time we spoke about “{about}”. How has that gone since?")
    if not told:
        told.append("It has been a while since we spoke. What is new with you?")
    return "\n\n".join(["Hello,", " ".join(told), "Would you have twenty minutes for a call in the next two weeks?"])


def _lead(lead: Entry) -> str:
    name = clip(lead.title, 120)
    if lead.direction == Direction.OUT:
        return f"How are things going with {name}, whom I sent your way?"
    return f"Thank you again for {name}. I would like to tell you where we stand with them."
