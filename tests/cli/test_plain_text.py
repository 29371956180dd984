"""What the command line prints of a message has none of Slack's marks."""

from fractions import Fraction

from bot.formatting import format_percent
from bot.messages.plain_text import as_text
from bot.slack.blocks import Message, section


def test_no_mark_of_slacks_is_left() -> None:
    """Words with a line between their parts stay as they are."""
    told = "*Quiet*: _in short_\n```\nA  1\n```\n`/partner candidates` of a_b_c & <@U1>, _Provisional._"
    assert as_text(Message("", [section(told)])) == (
        "Quiet: in short\nA  1\n/partner candidates of a_b_c & U1, Provisional."
    )


def test_a_large_share_is_read_like_any_number() -> None:
    assert format_percent(Fraction(1198, 100)) == "1,198%"
