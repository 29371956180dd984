"""Where a partner's name ends in a typed text: names may have spaces, and only the known ones tell."""

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
    """One way to tell a partner's name from what follows it.

    `name` is plain text, to be shown or stored; `before` and `after` are the rest as it arrived, still in Slack's
    escaped spelling. `may_be_new` is false for what nobody is called: a number, a mention, a word of the form.
    """

    name: str
    before: str
    after: str
    may_be_new: bool = True

    def retype(self, name: str) -> str:
        """The whole text with `name`, quoted, in the place of the unknown one: ready to be read again."""
        gap = " " if self.after and not self.after.startswith(" ") else ""
        return f"{self.before}{quote_word(name)}{gap}{self.after}"


class UnknownPartner(ValueError):
    """The text names a partner that is not known; `splits` holds what the name may be, best guess first.

    `for_new` says whether what was asked makes sense for a partner that is only just added, `no_verb` that the text has
    no verb where it needs one.
    """

    def __init__(self, splits: tuple[NameSplit, ...], for_new: bool = True, no_verb: bool = False) -> None:
        super().__init__(f"No partner is called {quote(splits[0].name)}.")
        self.splits = splits
        self.for_new = for_new
        self.no_verb = no_verb

    def new_names(self) -> list[NameSplit]:
        """What a new partner may be called, at most three: the best guess, and longer ones that are all capitals."""
        if not self.for_new:
            return []
        guess, *others = self.splits
        longer = (one for one in others if len(one.name) > len(guess.name) and _looks_like_name(one))
        return [one for one in islice((guess, *longer), _MAX_NEW_NAMES) if one.may_be_new]


def _looks_like_name(split: NameSplit) -> bool:
    """Whether every word has a capital, and a word is left that may be what was done."""
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
    """The guess where nothing tells how long the name is: its first word."""
    return 1


def match_leading_name(
    typed: ParsedText, tokens: Tokens, known: NameLookup, guess: NameGuess = first_word
) -> PartnerMatch:
    """The known name that `tokens` (at least one) begin with. Raises UnknownPartner, split by `guess` first."""
    named = find_name(typed, tokens, known)
    if named is None:
        raise UnknownPartner(possible_splits(typed, tokens, guess(tokens)))
    return named


def find_name(typed: ParsedText, tokens: Tokens, known: NameLookup) -> PartnerMatch | None:
    """The longest known name that `tokens` begin with, or the quoted word that stands first, if it is known."""
    may_be = _possible_names(typed, tokens)
    name = known(list(may_be))
    return None if name is None else may_be[name]


def is_whole_name(typed: ParsedText, tokens: Tokens, known: NameLookup) -> bool:
    """Whether all of `tokens` are one known name."""
    named = find_name(typed, tokens, known)
    return named is not None and not named.rest


def match_whole_name(typed: ParsedText, tokens: Tokens, known: NameLookup, length: int | None = None) -> str:
    """The partner that the first `length` of the tokens (all, if not given) name, and nothing else.

    No shorter name will do: "Acme Legl" must not show Acme. Raises UnknownPartner, UsageError.
    """
    words = tokens[:length]
    named = find_name(typed, words, known)
    if words[0].quoted and len(words) > 1 and named:
        extra = typed.phrase(words[1:]) or ""
        raise UsageError(extra, f"I do not know what {quote(extra)} means after the partner's name.")
    if named is None or named.rest:
        raise UnknownPartner((split_at(typed, tokens, 1 if words[0].quoted else len(words)),))
    return named.name


def _possible_names(typed: ParsedText, tokens: Tokens) -> dict[str, PartnerMatch]:
    """The names that `tokens` may begin with, the longest first, as they are typed."""
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
    """What an unknown name may be: the guess, then the other beginnings of 1 to 5 words; a quoted word is just that."""
    lengths = [1] if tokens[0].quoted else range(1, min(_MAX_GUESS_WORDS, len(tokens)) + 1)
    guess = 1 if tokens[0].quoted else guess
    ordered = [guess, *(length for length in lengths if length != guess)]
    return tuple(split_at(typed, tokens, length) for length in ordered)


def split_at(typed: ParsedText, tokens: Tokens, length: int) -> NameSplit:
    """The split where the name is the first `length` of the tokens."""
    last = tokens[length - 1]
    words = [*tokens[: length - 1], last.ending(PUNCTUATION.replace(".", ""))]  # "Ltd." keeps its point
    return NameSplit(
        name=typed.phrase(words) or "",
        before=typed.source[: tokens[0].start],
        after=typed.source[last.end :],
        may_be_new=_may_be_new_name(words),
    )


def _may_be_new_name(words: Tokens) -> bool:
    """Whether somebody may be called so: not `4`, `@ben`, `from` or `?`. What was quoted is meant as a name."""
    first = words[0]
    if first.quoted:
        return True
    if first.user or first.channel or first.text.startswith(("@", "#")):
        return False
    has_letter = any(letter.isalpha() for token in words for letter in token.text)
    return has_letter and not all(token.word.rstrip(PUNCTUATION) in _KEYWORDS for token in words)
