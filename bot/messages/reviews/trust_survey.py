"""Their view: the link for a contact, who is still asked, and what was said."""

from datetime import date

from bot.actions.reviews.trust_survey import SurveyAnswer, SurveyLink, SurveyRequest, SurveyStatus, WithdrawResult
from bot.formatting import count, format_day
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, bold, button, clip, context, escape_clip, mention, section

MAX_ANSWERS = 3
MONEY_ONLY_NOTE = "_It names only pay, so it stays their words: our record asks what they gain besides._"


def request_form(partner_id: int, name: str, contact: str | None) -> Block:
    """Whom do you want to ask?"""
    element: Block = {"type": "plain_text_input", "max_length": MAX_NAME_LENGTH}
    if contact:
        element["initial_value"] = contact[:MAX_NAME_LENGTH]
    about = context(
        "You get a private link to send to one person there. It asks how much they trust you, 1 to 5, and what is in "
        "it for them; it shows nothing of what you keep here. It is good for one answer, for 30 days."
    )
    field = input_block("contact", "Who of them?", element, False, "e.g. Jane Doe; they do not see it")
    return build_form(
        f"{callback_ids.ASK_VIEW}:{partner_id}",
        "Ask for their view",
        "Make the link",
        [section(bold(name)), about, field],
    )


def link_message(done: SurveyLink) -> Message:
    """The link, to be copied, and the way back."""
    who = f"{escape_clip(done.request.contact, MAX_NAME_LENGTH)} of {bold(done.partner)}"
    text = f":mailbox: A private link for {who}, good for one answer until {format_day(done.request.expires_on)}."
    again = " The one you had made before is of no use any more." if done.replaced_count else ""
    how = (
        "Copy it and send it yourself, by mail or as you like; whoever has it can answer. It shows your firm's name, "
        f"your name and theirs, and nothing else.{again}"
    )
    blocks = [
        section(text),
        section(f"```{done.link}```"),
        context(how),
        actions(_withdraw_button(done.request), open_card_button(done.partner_id)),
    ]
    return Message(text, blocks)


def withdrawn_message(done: WithdrawResult) -> Message:
    """What became of a link."""
    name = escape_clip(done.contact, MAX_NAME_LENGTH)
    if done.was_answered:
        text = f"{name} of {bold(done.partner)} has answered already: the card shows it. Nothing was withdrawn."
    else:
        text = f":wastebasket: The link for {name} of {bold(done.partner)} is of no use any more."
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def card_blocks(found: SurveyStatus, today: date, *, record_is_empty: bool) -> list[Block]:
    """What a partner's card shows."""
    blocks = []
    for said in found.answers[:MAX_ANSWERS]:
        text = f":speech_balloon: *Their view*: {answer_text(said, today)}"
        blocks.append(section(text, keep_button(said, record_is_empty)))
    for asked in found.pending[:MAX_ANSWERS]:
        until = format_day(asked.expires_on, today)
        text = f":hourglass_flowing_sand: {escape_clip(asked.contact, MAX_NAME_LENGTH)} was asked for their view"
        by = f"by {mention(asked.asked_by)} {_day_text(asked.asked_on, today)}; the link is good until {until}"
        blocks.append(section(f"{text} {by}.", _withdraw_button(asked)))
    left = len(found.answers[MAX_ANSWERS:]) + len(found.pending[MAX_ANSWERS:])
    return [*blocks, context(f"and {count(left, 'more contact')}")] if left else blocks


def answer_block(said: SurveyAnswer, today: date) -> Block:
    """That somebody answered, for whoever tends the partner."""
    return section(
        f":speech_balloon: *{_escape_clip(said.partner, 80)}*: {answer_text(said, today, 200)}",
        open_card_button(said.partner_id),
    )


def answer_text(said: SurveyAnswer, today: date, longest: int = 400) -> str:
    """`4 of 5, said by Jane on 3 Nov`, and what is in it for them, as far as there is room."""
    who = _escape_clip(said.contact, MAX_NAME_LENGTH)
    told = f"they trust us {said.level} of 5, said by {who} {_day_text(said.answered_on, today)}"
    if not said.text:
        return told
    money = f"\n{MONEY_ONLY_NOTE}" if said.only_money else ""
    return f"{told}\nIn it for them: “{_escape_clip(said.text, longest)}”{money}"


def keep_button(said: SurveyAnswer, record_is_empty: bool) -> Block | None:
    """Takes their words into the record; nothing is replaced without it."""
    if not said.can_be_kept:
        return None
    label = "Keep in the record" if record_is_empty else "Put in place of ours"
    return button(label, f"{action_ids.KEEP_THEIR_WORDS}:{said.id}", str(said.id))


def _withdraw_button(asked: SurveyRequest) -> Block:
    return button("Withdraw", f"{action_ids.WITHDRAW_QUESTION}:{asked.id}", str(asked.id))


def _escape_clip(text: str, limit: int) -> str:
    """Within the limit also where signs had to be escaped: a nudge has little room."""
    return clip(escape_clip(text, limit), limit)


def _day_text(day: date, today: date) -> str:
    words = format_day(day, today)
    return f"on {words}" if words[0].isdigit() else words
