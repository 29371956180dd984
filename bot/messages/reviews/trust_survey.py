"""Their view: the link for a contact, who is still asked, and what was said."""

from datetime import date

from bot.actions.reviews.trust_survey import Asked, Linked, Said, TheirView, Withdrawn
from bot.formatting import count, day_words
from bot.forms.partner_fields import LONGEST_NAME
from bot.messages.activity.confirm import open_card
from bot.messages.forms import form, input_block
from bot.slack.blocks import Block, Message, actions, bold, brief, button, clip, context, mention, section

FORM = "ask_view"
WITHDRAW = "withdraw_question"
KEEP_WORDS = "keep_their_words"
MOST = 3
ONLY_MONEY = "_It names only pay, so it stays their words: our record asks what they gain besides._"


def ask_form(partner_id: int, name: str, contact: str | None) -> Block:
    """Whom do you want to ask?"""
    element: Block = {"type": "plain_text_input", "max_length": LONGEST_NAME}
    if contact:
        element["initial_value"] = contact[:LONGEST_NAME]
    about = context(
        "You get a private link to send to one person there. It asks how much they trust you, 1 to 5, and what is in "
        "it for them; it shows nothing of what you keep here. It is good for one answer, for 30 days."
    )
    field = input_block("contact", "Who of them?", element, False, "e.g. Jane Doe; they do not see it")
    return form(f"{FORM}:{partner_id}", "Ask for their view", "Make the link", [section(bold(name)), about, field])


def linked(done: Linked) -> Message:
    """The link, to be copied, and the way back."""
    who = f"{brief(done.asked.contact, LONGEST_NAME)} of {bold(done.partner)}"
    text = f":mailbox: A private link for {who}, good for one answer until {day_words(done.asked.until)}."
    again = " The one you had made before is of no use any more." if done.instead else ""
    how = (
        "Copy it and send it yourself, by mail or as you like; whoever has it can answer. It shows your firm's name, "
        f"your name and theirs, and nothing else.{again}"
    )
    blocks = [
        section(text),
        section(f"```{done.link}```"),
        context(how),
        actions(_withdraw(done.asked), open_card(done.partner_id)),
    ]
    return Message(text, blocks)


def withdrawn(done: Withdrawn) -> Message:
    """What became of a link."""
    name = brief(done.contact, LONGEST_NAME)
    if done.answered:
        text = f"{name} of {bold(done.partner)} has answered already: the card shows it. Nothing was withdrawn."
    else:
        text = f":wastebasket: The link for {name} of {bold(done.partner)} is of no use any more."
    return Message(text, [section(text), actions(open_card(done.partner_id))])


def on_card(found: TheirView, today: date, *, record_is_empty: bool) -> list[Block]:
    """What a partner's card shows."""
    blocks = []
    for said in found.said[:MOST]:
        text = f":speech_balloon: *Their view*: {said_words(said, today)}"
        blocks.append(section(text, keep_button(said, record_is_empty)))
    for asked in found.waiting[:MOST]:
        until = day_words(asked.until, today)
        text = f":hourglass_flowing_sand: {brief(asked.contact, LONGEST_NAME)} was asked for their view"
        by = f"by {mention(asked.by)} {_when(asked.on, today)}; the link is good until {until}"
        blocks.append(section(f"{text} {by}.", _withdraw(asked)))
    left = len(found.said[MOST:]) + len(found.waiting[MOST:])
    return [*blocks, context(f"and {count(left, 'more contact')}")] if left else blocks


def news(said: Said, today: date) -> Block:
    """That somebody answered, for whoever tends the partner."""
    return section(
        f":speech_balloon: *{_short(said.partner, 80)}*: {said_words(said, today, 200)}", open_card(said.partner_id)
    )


def said_words(said: Said, today: date, longest: int = 400) -> str:
    """`4 of 5, said by Jane on 3 Nov`, and what is in it for them, as far as there is room."""
    who = _short(said.contact, LONGEST_NAME)
    told = f"they trust us {said.level} of 5, said by {who} {_when(said.on, today)}"
    if not said.words:
        return told
    money = f"\n{ONLY_MONEY}" if said.only_money else ""
    return f"{told}\nIn it for them: “{_short(said.words, longest)}”{money}"


def keep_button(said: Said, record_is_empty: bool) -> Block | None:
    """Takes their words into the record; nothing is replaced without it."""
    if not said.can_be_kept:
        return None
    label = "Keep in the record" if record_is_empty else "Put in place of ours"
    return button(label, f"{KEEP_WORDS}:{said.id}", str(said.id))


def _withdraw(asked: Asked) -> Block:
    return button("Withdraw", f"{WITHDRAW}:{asked.id}", str(asked.id))


def _short(text: str, limit: int) -> str:
    """Within the limit also where signs had to be escaped: a nudge has little room."""
    return clip(brief(text, limit), limit)


def _when(day: date, today: date) -> str:
    words = day_words(day, today)
    return f"on {words}" if words[0].isdigit() else words
