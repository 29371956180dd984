"""Split typed text into words. Slack's escapes are decoded only here.

Words keep their position in the received text, so that free text can be cut out of it as typed, and the text can be
rebuilt around another name (see `names.NameSplit`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.grammar.errors import UsageError

MAX_TEXT_LENGTH = 1_500

# The closing mark for each opening mark. Phones mix curly and straight marks. A straight mark is only closed by a
# straight one, so that `quote_word` can contain every other mark.
_CLOSING_QUOTES = {'"': '"', "“": '”“"', "”": '”"', "„": '“”"', "«": "»"}
# Letters and symbols that look empty but are not white space in Unicode.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_JOINER = "\u200d"  # joins compound emoji; invisible anywhere else

# What nobody sees and programs obey: controls of terminals, reversals of the direction, and the letters that only
# assistants read. Three flags are spelt with the last.
_HIDDEN = re.compile(
    "(\U0001f3f4[\U000e0061-\U000e007a]{5}\U000e007f)"
    "|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)

_WORD = re.compile(r"(?:<[@#!][^<>]*>|\S)+")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")
_REFERENCE = re.compile(r"<([@#!])([^<>|]+)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<(?:(?:mailto|tel):)?((?<=:)[^<>|]+|https?://[^<>|]+)(?:\|[^<>]*)?>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITY_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or several in quotation marks: plain text and its position in the received text."""

    text: str
    start: int
    end: int
    quoted: bool = False
    user: str | None = None  # the user's id, if the word is a mention
    channel: str | None = None  # the channel's id, if the word is a channel

    @property
    def word(self) -> str:
        """The word in lower case, to compare with keywords; empty if it was quoted."""
        return "" if self.quoted else self.text.casefold()

    def without(self, length: int) -> "Token":
        """Return the token without its first characters, which must be plain ones: `next:call` → `call`."""
        return Token(self.text[length:], self.start + length, self.end)

    def ending(self, marks: str) -> "Token":
        """Return the token without these marks at its end: `won,` → `won`."""
        if self.quoted or not (text := self.text.rstrip(marks)):
            return self
        return replace(self, text=text, end=self.end - len(self.text) + len(text))


Tokens = Sequence[Token]


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text and its words. The text has single spaces and no invisible characters, and is still escaped."""

    source: str
    tokens: tuple[Token, ...]

    def phrase(self, tokens: Tokens) -> str | None:
        """Return the words as typed, without one pair of quotation marks around all of them; None if there are no
        words.
        """
        if not tokens:
            return None
        if len(tokens) == 1:
            return tokens[0].text
        return plain_text(" ".join(self.source[token.start : token.end] for token in tokens))


def tokenize(text: str) -> ParsedText:
    """Split a text as Slack sends it. Raise UsageError if it is too long or a quotation mark is not closed."""
    source = clean_text(text)
    if len(source) > MAX_TEXT_LENGTH:
        problem = f"That is {len(source):,} characters long; I can read up to {MAX_TEXT_LENGTH:,}."
        raise UsageError(source, problem)
    tokens = []
    position = 0
    while position < len(source):
        if source[position] == " ":
            position += 1
            continue
        token = (
            _quoted_token(source, position) if source[position] in _CLOSING_QUOTES else _plain_token(source, position)
        )
        tokens.append(token)
        position = token.end
    return ParsedText(source, tuple(tokens))


def clean_text(text: str) -> str:
    """Return the text without invisible characters, with runs of white space as single spaces, composed (NFC)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    characters: list[str] = []
    for character in text:
        if character.isspace() or character in _BLANKS:
            characters.append(" ")
        elif character == _JOINER:
            # After a symbol (an emoji, perhaps with a variation selector or skin tone) it joins visible characters.
            if characters and unicodedata.category(characters[-1]) in ("So", "Mn", "Sk"):
                characters.append(character)
        elif unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
            characters.append(character)
    return " ".join(unicodedata.normalize("NFC", "".join(characters)).split())


def strip_hidden(text: str) -> str:
    """Return a text, also of several lines, without what is there to mislead a terminal, a reader or an assistant."""
    return text if text.isprintable() else _HIDDEN.sub(r"\1", text)


def plain_text(text: str) -> str:
    """Decode Slack's escapes: `<@U1|ana>` → `@ana`, `<https://x.com|x>` → `https://x.com`, `&amp;` → &.

    Of an address or a number, `<mailto:a@x.com|a@x.com>`, only that is left.
    """
    if "<" in text:
        text = _REFERENCE.sub(_reference, _LINK.sub(r"\1", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: _ENTITY_CHARACTERS[entity[1]], text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def quote_word(text: str) -> str:
    """Return plain text as one word of a command, escaped for Slack, whatever marks it contains."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return '"' + text.replace('"', '""') + '"'


def _reference(match: re.Match[str]) -> str:
    """Decode `<@U1|ana>` → `@ana`, `<#C1>` → `#C1`, `<!here>` → `@here`."""
    sign = "#" if match[1] == "#" else "@"
    return sign + (match[3] or match[2]).removeprefix(sign)


def _plain_token(source: str, start: int) -> Token:
    match = _WORD.match(source, start)
    assert match is not None  # the caller starts at a non-space character
    mention = _USER.fullmatch(match[0])
    channel = _CHANNEL.fullmatch(match[0])
    return Token(
        plain_text(match[0]),
        start,
        match.end(),
        user=mention[1] if mention else None,
        channel=channel[1] if channel else None,
    )


def _quoted_token(source: str, start: int) -> Token:
    """Return the quoted token that opens at `start`. Inside straight marks, a doubled straight mark is a
    literal one.
    """
    closers = _CLOSING_QUOTES[source[start]]
    inside: list[str] = []
    position = start + 1
    while position < len(source):
        character = source[position]
        if character not in closers:
            inside.append(character)
        elif closers == '"' and source.startswith('""', position):
            inside.append('"')
            position += 1
        else:
            return _make_group("".join(inside), source, start, position + 1)
        position += 1
    raise UsageError(plain_text(source[start:]), "A quotation mark opens here and is never closed.")


def _make_group(inside: str, source: str, start: int, end: int) -> Token:
    text = plain_text(inside)
    if not text:
        raise UsageError(source[start:end], "There is nothing between these quotation marks.")
    return Token(text, start, end, quoted=True)
