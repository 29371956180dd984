"""Typed text → words. Slack's escapes are undone here, and only here.

The words keep their place in the text as it arrived, so that free text is cut out of it as typed, and a text can be
put together again around another name (see `errors.Split`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.grammar.errors import UsageError

MAX_TEXT_LENGTH = 1_500

# What closes a group, by what opened it. Telephones mix curly and straight marks; a straight one is closed only by
# its like, so that `quote_word` can carry every other mark inside.
_CLOSING_QUOTES = {'"': '"', "“": '”“"', "”": '”"', "„": '“”"', "«": "»"}
# Letters and symbols that show as nothing but are no white space to Unicode.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_JOINER = "\u200d"  # holds compound emoji together; anywhere else it only hides

_WORD = re.compile(r"(?:<[@#!][^<>]*>|\S)+")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")
_REFERENCE = re.compile(r"<([@#!])([^<>|]+)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|]+)(?:\|[^<>]*)?>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITY_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or several in quotation marks: plain text, and its place in the text."""

    text: str
    start: int
    end: int
    quoted: bool = False
    user: str | None = None  # the user's id, where the word is a mention
    channel: str | None = None  # the channel's, where it is one

    @property
    def word(self) -> str:
        """The word in small letters, to be compared with the words of a form; nothing if it was quoted."""
        return "" if self.quoted else self.text.casefold()

    def without(self, length: int) -> "Token":
        """The word without its first characters, which must be plain ones: `next:call` → `call`."""
        return Token(self.text[length:], self.start + length, self.end)

    def ending(self, marks: str) -> "Token":
        """The word without such marks at its end: `won,` → `won`."""
        if self.quoted or not (text := self.text.rstrip(marks)):
            return self
        return replace(self, text=text, end=self.end - len(self.text) + len(text))


Tokens = Sequence[Token]


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text with single spaces and nothing invisible, still escaped, and its words."""

    source: str
    tokens: tuple[Token, ...]

    def phrase(self, tokens: Tokens) -> str | None:
        """The words as typed, without the quotation marks if one pair holds them all; None if there are none."""
        if not tokens:
            return None
        if len(tokens) == 1:
            return tokens[0].text
        return plain_text(" ".join(self.source[token.start : token.end] for token in tokens))


def tokenize(text: str) -> ParsedText:
    """The words of a text as Slack sends it. Raises UsageError: too long, or a quotation mark is not closed."""
    source = clean_text(text)
    if len(source) > MAX_TEXT_LENGTH:
        problem = f"That is {len(source):,} characters long; I can read up to {MAX_TEXT_LENGTH:,}."
        raise UsageError(source, problem)
    tokens = []
    at = 0
    while at < len(source):
        if source[at] == " ":
            at += 1
            continue
        token = _quoted_token(source, at) if source[at] in _CLOSING_QUOTES else _plain_token(source, at)
        tokens.append(token)
        at = token.end
    return ParsedText(source, tuple(tokens))


def clean_text(text: str) -> str:
    """The text without invisible characters, white space of any kind collapsed to single spaces, composed (NFC)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    for character in text:
        if character.isspace() or character in _BLANKS:
            kept.append(" ")
        elif character == _JOINER:
            # After a symbol (an emoji, perhaps with its variation selector or skin tone) it joins what is seen.
            if kept and unicodedata.category(kept[-1]) in ("So", "Mn", "Sk"):
                kept.append(character)
        elif unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
            kept.append(character)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def plain_text(text: str) -> str:
    """Slack's spelling → what people see: `<@U1|ana>` → `@ana`, `<https://x.com|x>` → `https://x.com`, `&amp;` → &."""
    if "<" in text:
        text = _REFERENCE.sub(_reference, _LINK.sub(r"\1", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: _ENTITY_CHARACTERS[entity[1]], text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def quote_word(text: str) -> str:
    """Plain text → one word of a command, in Slack's spelling, whatever marks it holds."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return '"' + text.replace('"', '""') + '"'


def _reference(match: re.Match[str]) -> str:
    """`<@U1|ana>` → `@ana`, `<#C1>` → `#C1`, `<!here>` → `@here`."""
    sign = "#" if match[1] == "#" else "@"
    return sign + (match[3] or match[2]).removeprefix(sign)


def _plain_token(source: str, start: int) -> Token:
    found = _WORD.match(source, start)
    assert found is not None  # the caller stands on a character that is no space
    mention = _USER.fullmatch(found[0])
    channel = _CHANNEL.fullmatch(found[0])
    return Token(
        plain_text(found[0]),
        start,
        found.end(),
        user=mention[1] if mention else None,
        channel=channel[1] if channel else None,
    )


def _quoted_token(source: str, start: int) -> Token:
    """The group that opens at `start`. A straight mark that is doubled inside straight marks is a letter."""
    closers = _CLOSING_QUOTES[source[start]]
    inside: list[str] = []
    at = start + 1
    while at < len(source):
        character = source[at]
        if character not in closers:
            inside.append(character)
        elif closers == '"' and source.startswith('""', at):
            inside.append('"')
            at += 1
        else:
            return _make_group("".join(inside), source, start, at + 1)
        at += 1
    raise UsageError(plain_text(source[start:]), "A quotation mark opens here and is never closed.")


def _make_group(inside: str, source: str, start: int, end: int) -> Token:
    text = plain_text(inside)
    if not text:
        raise UsageError(source[start:end], "There is nothing between these quotation marks.")
    return Token(text, start, end, quoted=True)
