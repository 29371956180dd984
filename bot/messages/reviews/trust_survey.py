"""Messages about the trust survey: links, open requests and answers."""

from datetime import date

from bot.actions.reviews.trust_survey import SurveyAnswer, SurveyLink, SurveyRequest, SurveyStatus, WithdrawResult
from bot.formatting import count, format_day
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, choice_input, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, bold, button, context, escape_clip, mention, section, short

MAX_ANSWERS = 3
FOR_THEIR_VIEW, FOR_REFERRALS = "view", "referrals"
PURPOSES = (("Give their view of us", FOR_THEIR_VIEW), ("Refer somebody to us", FOR_REFERRALS))
MONEY_ONLY_NOTE = "_This names only pay. The record needs another reason, so it isn't kept there._"


def request_form(partner_id: int, name: str, contact: str | None) -> Block:
    """Ask whom to send a link to, and what for."""
    element: Block = {"type": "plain_text_input", "max_length": MAX_NAME_LENGTH}
    if contact:
        element["initial_value"] = contact[:MAX_NAME_LENGTH]
    about = context(
        "You get a private link to send to one person there. *Give their view* asks how much they trust you (1 to 5) "
        "and what's in it for them, once. *Refer somebody* asks whom they know, as often as they like. Either shows "
        "nothing from your records and expires after 30 days."
    )
    field = input_block("contact", "Who is it for?", element, False, "e.g. Jane Doe; they won't see this")
    return build_form(
        f"{callback_ids.ASK_VIEW}:{partner_id}",
        "Ask for their view",
        "Make the link",
        [section(bold(name)), choice_input("purpose", "What is it for?", PURPOSES, FOR_THEIR_VIEW), field, about],
    )


def link_message(done: SurveyLink) -> Message:
    """Show the link to copy, with a button to withdraw it."""
    who = f"{escape_clip(done.request.contact, MAX_NAME_LENGTH)} of {bold(done.partner)}"
    text = f":mailbox: A private link for {who}, valid for one answer until {format_day(done.request.expires_on)}."
    again = " Your earlier link no longer works." if done.replaced_count else ""
    how = (
        "Copy it and send it yourself, by email or however you like. Anyone who has it can answer. It shows your "
        f"firm's name, your name and theirs, and nothing else.{again}"
    )
    blocks = [
        section(text),
        section(f"```{done.link}```"),
        context(how),
        actions(_withdraw_button(done.request), open_card_button(done.partner_id)),
    ]
    return Message(text, blocks)


def withdrawn_message(done: WithdrawResult) -> Message:
    """Say whether a link was withdrawn."""
    name = escape_clip(done.contact, MAX_NAME_LENGTH)
    if done.was_answered:
        text = f"{name} of {bold(done.partner)} has already answered: see the card. Nothing was withdrawn."
    else:
        text = f":wastebasket: The link for {name} of {bold(done.partner)} no longer works."
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def card_blocks(found: SurveyStatus, today: date, *, record_is_empty: bool) -> list[Block]:
    """Build the card's blocks about the survey."""
    blocks = []
    for said in found.answers[:MAX_ANSWERS]:
        text = f":speech_balloon: *Their view*: {answer_text(said, today)}"
        blocks.append(section(text, keep_button(said, record_is_empty)))
    for asked in found.pending[:MAX_ANSWERS]:
        until = format_day(asked.expires_on, today)
        text = f":hourglass_flowing_sand: {escape_clip(asked.contact, MAX_NAME_LENGTH)} was asked for their view"
        by = f"by {mention(asked.asked_by)} {_day_text(asked.asked_on, today)}; the link is valid until {until}"
        blocks.append(section(f"{text} {by}.", _withdraw_button(asked)))
    left = len(found.answers[MAX_ANSWERS:]) + len(found.pending[MAX_ANSWERS:])
    return [*blocks, context(f"and {count(left, 'more contact')}")] if left else blocks


def answer_block(said: SurveyAnswer, today: date) -> Block:
    """Tell the partner's owner that somebody answered."""
    return section(
        f":speech_balloon: *{short(said.partner, 80)}*: {answer_text(said, today, 200)}",
        open_card_button(said.partner_id),
    )


def answer_text(said: SurveyAnswer, today: date, longest: int = 400) -> str:
    """Return how much a partner trusts us, by whom and when, and what is in it for them, as far as there is room."""
    who = short(said.contact, MAX_NAME_LENGTH)
    told = f"they trust us {said.level} of 5, said by {who} {_day_text(said.answered_on, today)}"
    if not said.text:
        return told
    money = f"\n{MONEY_ONLY_NOTE}" if said.only_money else ""
    return f"{told}\nIn it for them: “{short(said.text, longest)}”{money}"


def keep_button(said: SurveyAnswer, record_is_empty: bool) -> Block | None:
    """Build the button that saves their words in the record. Nothing is replaced without it."""
    if not said.can_be_kept:
        return None
    label = "Keep in the record" if record_is_empty else "Replace ours with this"
    return button(label, f"{action_ids.KEEP_THEIR_WORDS}:{said.id}", str(said.id))


def _withdraw_button(asked: SurveyRequest) -> Block:
    return button("Withdraw", f"{action_ids.WITHDRAW_QUESTION}:{asked.id}", str(asked.id))


def _day_text(day: date, today: date) -> str:
    words = format_day(day, today)
    return f"on {words}" if words[0].isdigit() else words
