"""Find where a partner's name ends in typed text. Names may contain spaces, so only known names can tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.grammar.errors import UsageError, quote
from bot.grammar.tokens import ParsedText, Tokens, quote_word
from scoring.vocabulary import Outcome

MAX_NAME_WORDS = 12  # words of a known name
_MAX_GUESS_WORDS = 5  # words of a name that nobody knows yet
_MAX_NEW_NAMES = 3  # guesses at a new name that are offered
PUNCTUATION = ":,;.?!"
_KEYWORDS = frozenset(("from", "to", "with", *Outcome, "on", "by", "next", "strategic", "us", "them", "help"))

NameLookup = Callable[[Sequence[str]], str | None]
NameGuess = Callable[[Tokens], int]


@dataclass(frozen=True, slots=True)
class NameSplit:
    """One way to split text into a partner's name and the rest.

    `name` is plain text, to show or store. `before` and `after` are the rest as received, with Slack's escapes.
    `may_be_new` is false for text that cannot be a name: a number, a mention, a keyword.
    """

    name: str
    before: str
    after: str
    may_be_new: bool = True

    def retype(self, name: str) -> str:
        """Return the whole text with `name`, quoted, in place of the unknown name, ready to be parsed again."""
        gap = " " if self.after and not self.after.startswith(" ") else ""
        return f"{self.before}{quote_word(name)}{gap}{self.after}"


class UnknownPartner(ValueError):
    """The text names an unknown partner. `splits` holds possible names, best guess first.

    `for_new`: the request makes sense for a partner that is added now. `no_verb`: the text lacks a required verb.
    """

    def __init__(self, splits: tuple[NameSplit, ...], for_new: bool = True, no_verb: bool = False) -> None:
        super().__init__(f"No partner is called {quote(splits[0].name)}.")
        self.splits = splits
        self.for_new = for_new
        self.no_verb = no_verb

    def new_names(self) -> list[NameSplit]:
        """Return at most three names for a new partner: the best guess, and longer ones with all words capitalized."""
        if not self.for_new:
            return []
        guess, *others = self.splits
        longer = (split for split in others if len(split.name) > len(guess.name) and _looks_like_name(split))
        return [split for split in islice((guess, *longer), _MAX_NEW_NAMES) if split.may_be_new]


def _looks_like_name(split: NameSplit) -> bool:
    """Return whether every word has a capital, and a word remains for what was done."""
    left = split.after.split(maxsplit=1)
    return (
        all(word[0].isupper() for word in split.name.split())
        and bool(left)
        and left[0][0].isalpha()
        and left[0].casefold().rstrip(PUNCTUATION) not in _KEYWORDS
    )


@dataclass(frozen=True, slots=True)
class PartnerMatch:
    """A known partner, as typed, and the words that follow."""

    name: str
    rest: Tokens


def first_word(tokens: Tokens) -> int:
    """Guess that the name is the first word, for lack of a better hint."""
    return 1


def match_leading_name(
    typed: ParsedText, tokens: Tokens, known: NameLookup, guess: NameGuess = first_word
) -> PartnerMatch:
    """Return the known name at the start of `tokens` (at least one). Raise UnknownPartner, split by `guess` first."""
    match = find_name(typed, tokens, known)
    if match is None:
        raise UnknownPartner(possible_splits(typed, tokens, guess(tokens)))
    return match


def find_name(typed: ParsedText, tokens: Tokens, known: NameLookup) -> PartnerMatch | None:
    """Return the longest known name at the start of `tokens`, or a quoted first word that is known."""
    may_be = _possible_names(typed, tokens)
    name = known(list(may_be))
    return None if name is None else may_be[name]


def is_whole_name(typed: ParsedText, tokens: Tokens, known: NameLookup) -> bool:
    """Return whether all of `tokens` are one known name."""
    match = find_name(typed, tokens, known)
    return match is not None and not match.rest


def match_whole_name(typed: ParsedText, tokens: Tokens, known: NameLookup, length: int | None = None) -> str:
    """Return the partner named by exactly the first `length` tokens (default: all).

    A shorter match does not count: "Acme Legl" must not show Acme. Raise UnknownPartner or UsageError.
    """
    name_tokens = tokens[:length]
    match = find_name(typed, name_tokens, known)
    if name_tokens[0].quoted and len(name_tokens) > 1 and match:
        extra = typed.phrase(name_tokens[1:]) or ""
        raise UsageError(extra, f"I do not know what {quote(extra)} means after the partner's name.")
    if match is None or match.rest:
        raise UnknownPartner((split_at(typed, tokens, 1 if name_tokens[0].quoted else len(name_tokens)),))
    return match.name


def _possible_names(typed: ParsedText, tokens: Tokens) -> dict[str, PartnerMatch]:
    """Return the names that `tokens` may begin with, longest first, as typed."""
    if not tokens:
        return {}
    if tokens[0].quoted:
        follows = len(tokens) > 1 and not tokens[1].word.strip(PUNCTUATION) and not tokens[1].quoted  # "Acme Legal": 4
        return {tokens[0].text: PartnerMatch(tokens[0].text, tokens[2 if follows else 1 :])}
    may_be: dict[str, PartnerMatch] = {}
    for length in range(min(MAX_NAME_WORDS, len(tokens)), 0, -1):
        for last in (tokens[length - 1], tokens[length - 1].ending(PUNCTUATION)):
            name = typed.phrase([*tokens[: length - 1], last]) or ""
            may_be.setdefault(name, PartnerMatch(name, tokens[length:]))
    return may_be


def possible_splits(typed: ParsedText, tokens: Tokens, guess: int) -> tuple[NameSplit, ...]:
    """Return the possible splits for an unknown name: the guess, then the other beginnings of 1 to 5 words. A quoted
    word has one split only.
    """
    lengths = [1] if tokens[0].quoted else range(1, min(_MAX_GUESS_WORDS, len(tokens)) + 1)
    guess = 1 if tokens[0].quoted else guess
    ordered = [guess, *(length for length in lengths if length != guess)]
    return tuple(split_at(typed, tokens, length) for length in ordered)


def split_at(typed: ParsedText, tokens: Tokens, length: int) -> NameSplit:
    """Return the split after the first `length` tokens."""
    last = tokens[length - 1]
    name_tokens = [*tokens[: length - 1], last.ending(PUNCTUATION.replace(".", ""))]  # "Ltd." keeps its point
    return NameSplit(
        name=typed.phrase(name_tokens) or "",
        before=typed.source[: tokens[0].start],
        after=typed.source[last.end :],
        may_be_new=_may_be_new_name(name_tokens),
    )


def _may_be_new_name(tokens: Tokens) -> bool:
    """Return whether it could be a name: not `4`, `@ben`, `from` or `?`. Quoted text always can."""
    first = tokens[0]
    if first.quoted:
        return True
    if first.user or first.channel or first.text.startswith(("@", "#")):
        return False
    has_letter = any(letter.isalpha() for token in tokens for letter in token.text)
    return has_letter and not all(token.word.rstrip(PUNCTUATION) in _KEYWORDS for token in tokens)
