"""Typed text into words."""

import pytest

from bot.grammar import UsageError, quote_word
from bot.grammar.tokens import clean_text, plain_text, strip_hidden, tokenize


def _texts(text: str) -> list[str]:
    return [token.text for token in tokenize(text).tokens]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  two\u00a0 words\t\n", ["two", "words"]),
        ("O'Brien said 'hello there'", ["O'Brien", "said", "'hello", "there'"]),
        ('"Acme Legal" x', ["Acme Legal", "x"]),
        ("“Acme Legal” x", ["Acme Legal", "x"]),
        ('“Acme Legal" x', ["Acme Legal", "x"]),
        ("„Acme Legal“ x", ["Acme Legal", "x"]),
        ("« Acme Legal » x", ["Acme Legal", "x"]),
        ('a 5" pipe', ["a", '5"', "pipe"]),
        ('"say ""hi"" now"', ['say "hi" now']),
        ('"""hi"""', ['"hi"']),
        ('"Acme", x', ["Acme", ",", "x"]),
        ("Smith &amp; Co &lt;3", ["Smith", "&", "Co", "<3"]),
        ("&amp;lt;", ["&lt;"]),
        ("with <@U123|ana b> in <#C1|general>", ["with", "@ana b", "in", "#general"]),
        ("<@U123> <!here> <https://x.com/a|x>", ["@U123", "@here", "https://x.com/a"]),
        ("a\u200bb\u202ec\u2066d", ["abcd"]),
        ("Cafe\u0301", ["Café"]),
        ("👩\u200d💻 and\u200dmore", ["👩\u200d💻", "andmore"]),
        ("a\u3164b\ud800", ["a", "b"]),
    ],
)
def test_text_falls_into_words(text: str, words: list[str]) -> None:
    """Quotes group words, apostrophes are letters, Slack's escapes and invisible characters are gone."""
    assert _texts(text) == words


@pytest.mark.parametrize("text", ['a "b c', "“b", '"Acme" "', "«a"])
def test_an_unclosed_quotation_mark_is_refused(text: str) -> None:
    """The error says that a mark was never closed."""
    with pytest.raises(UsageError, match="never closed"):
        tokenize(text)


def test_empty_quotation_marks_are_refused() -> None:
    """Nothing between quotation marks is a slip, not a name."""
    with pytest.raises(UsageError, match="nothing between"):
        tokenize('a "" b')


def test_a_text_may_have_1500_characters_and_no_more() -> None:
    """The error tells the length and the limit."""
    assert len(tokenize("x" * 1500).tokens) == 1
    with pytest.raises(UsageError, match=r"1,501 characters.*1,500"):
        tokenize("x" * 1501)


def test_only_a_real_mention_names_a_user() -> None:
    """Typing the characters of a mention makes no mention."""
    real, typed = tokenize("<@U1|ana> &lt;@U1&gt;").tokens
    assert (real.user, typed.user, typed.text) == ("U1", None, "<@U1>")


def test_quoting_survives_every_mark() -> None:
    """What `quote_word` writes is read back as one word."""
    for name in ('The "Best" Co', "A & B", "<@U1>", "“x”", '"', "»«", "&amp;"):
        assert _texts(quote_word(name)) == [name]


def test_cleaning_and_plain_text_are_stable() -> None:
    """Doing either twice changes nothing more."""
    for text in ("  a \u200b b ", "e\u0301", "👩\u200d💻"):
        assert clean_text(clean_text(text)) == clean_text(text)
        assert plain_text(plain_text(clean_text(text))) == plain_text(clean_text(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("an\x1b[2J \x9b1m\x00word", "an[2J 1mword"),
        ("pay \u202e001 \u2066now\u2069", "pay 001 now"),
        ("hello\U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065", "hello"),
        ("\ud800x", "x"),
        ("two\r\nlines\tand \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", None),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f \U0001f469\u200d\U0001f680 e\u0301",
            None,
        ),
    ],
)
def test_what_only_programs_read_is_left_out(text: str, shown: str | None) -> None:
    assert strip_hidden(text) == (text if shown is None else shown)
