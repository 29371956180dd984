"""`/trust`, typed."""

import pytest

from bot.grammar import CommandContext, TrustRequest, UnknownPartner, UsageError, read_trust
from scoring.vocabulary import Side


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        ("", TrustRequest(partner=None)),
        ("Acme", TrustRequest(partner="Acme")),
        ("Acme 4", TrustRequest(partner="Acme", level=4)),
        ("Acme 1 us", TrustRequest(partner="Acme", level=1)),
        ("Acme Legal 5 Them", TrustRequest(partner="Acme Legal", level=5, side=Side.THEIRS)),
        ("Acme 3 theirs they said so", TrustRequest(partner="Acme", level=3, side=Side.THEIRS, note="they said so")),
        ("Acme 3 ours 2 late", TrustRequest(partner="Acme", level=3, note="2 late")),
        ("Acme them 2 late", TrustRequest(partner="Acme", level=2, side=Side.THEIRS, note="late")),
        ("Acme them", TrustRequest(partner="Acme", side=Side.THEIRS)),
        ("Acme 4 of 5", TrustRequest(partner="Acme", level=4)),
        ("Acme 4/5 them quick", TrustRequest(partner="Acme", level=4, side=Side.THEIRS, note="quick")),
        ("Acme 4 out of 5, quick", TrustRequest(partner="Acme", level=4, note="quick")),
        ("Acme four quick", TrustRequest(partner="Acme", level=4, note="quick")),
        ("Acme 4 of them", TrustRequest(partner="Acme", level=4, note="of them")),
    ],
)
def test_a_rating_is_understood(text: str, trust: TrustRequest, reading: CommandContext) -> None:
    """Ours unless said otherwise; what is missing stays missing."""
    assert read_trust(text, reading) == trust


@pytest.mark.parametrize("word", ["6", "0", "4.5", "six", "-1", "45", "good", "3/4"])
def test_a_level_that_is_none_is_named(word: str, reading: CommandContext) -> None:
    """Trust is a whole number from 1 to 5."""
    with pytest.raises(
        UsageError, match=rf"Trust goes from 1 \(weak\) to 5 \(strongest\); I read “{word}”\."
    ) as caught:
        read_trust(f"Acme {word} us", reading)
    assert (caught.value.word, caught.value.form) == (word, "/trust PARTNER 1-5 [us|them] [NOTE…]")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Zed and Sons 4 us", "Zed and Sons"),
        ("Zed and Sons them", "Zed and Sons"),
        ("Zed Corp", "Zed Corp"),
        ("9", "9"),
    ],
)
def test_an_unknown_name_ends_before_the_number(text: str, name: str, reading: CommandContext) -> None:
    """The best guess is what stands before the level, or everything."""
    with pytest.raises(UnknownPartner) as caught:
        read_trust(text, reading)
    assert caught.value.splits[0].name == name
