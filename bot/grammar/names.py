"""Where a partner's name ends in a typed text: names may have spaces, and only the known ones tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.grammar.errors import UsageError, shown
from bot.grammar.tokens import Tokens, Typed, quoted
from scoring.vocabulary import Outcome

LONGEST_NAME = 12  # words of a known name
_LONGEST_GUESS = 5  # words of a name that nobody knows yet
_MOST_NEW = 3  # guesses at a new name that are offered
MARKS = ":,;.?!"
_KEYWORDS = frozenset(("from", "to", "with", *Outcome, "on", "by", "next", "strategic", "us", "them", "help"))

Known = Callable[[Sequence[str]], str | None]
Guess = Callable[[Tokens], int]


@dataclass(frozen=True, slots=True)
class Split:
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
        return f"{self.before}{quoted(name)}{gap}{self.after}"


class UnknownPartner(ValueError):
    """The text names a partner that is not known; `splits` holds what the name may be, best guess first.

    `for_new` says whether what was asked makes sense for a partner that is only just added, `no_verb` that the text has
    no verb where it needs one.
    """

    def __init__(self, splits: tuple[Split, ...], for_new: bool = True, no_verb: bool = False) -> None:
        super().__init__(f"No partner is called {shown(splits[0].name)}.")
        self.splits = splits
        self.for_new = for_new
        self.no_verb = no_verb

    def new_names(self) -> list[Split]:
        """What a new partner may be called, at most three: the best guess, and longer ones that are all capitals."""
        if not self.for_new:
            return []
        guess, *others = self.splits
        longer = (one for one in others if len(one.name) > len(guess.name) and _stands_as_name(one))
        return [one for one in islice((guess, *longer), _MOST_NEW) if one.may_be_new]


def _stands_as_name(split: Split) -> bool:
    """Whether every word has a capital, and a word is left that may be what was done."""
    left = split.after.split(maxsplit=1)
    return (
        all(word[0].isupper() for word in split.name.split())
        and bool(left)
        and left[0][0].isalpha()
        and left[0].casefold().rstrip(MARKS) not in _KEYWORDS
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A known partner, as typed, and the words that follow."""

    name: str
    rest: Tokens


def first_word(tokens: Tokens) -> int:
    """The guess where nothing tells how long the name is: its first word."""
    return 1


def name_first(typed: Typed, tokens: Tokens, known: Known, guess: Guess = first_word) -> Named:
    """The known name that `tokens` (at least one) begin with. Raises UnknownPartner, split by `guess` first."""
    named = find_name(typed, tokens, known)
    if named is None:
        raise UnknownPartner(splits(typed, tokens, guess(tokens)))
    return named


def find_name(typed: Typed, tokens: Tokens, known: Known) -> Named | None:
    """The longest known name that `tokens` begin with, or the quoted word that stands first, if it is known."""
    may_be = _may_be(typed, tokens)
    name = known(list(may_be))
    return None if name is None else may_be[name]


def is_whole_name(typed: Typed, tokens: Tokens, known: Known) -> bool:
    """Whether all of `tokens` are one known name."""
    named = find_name(typed, tokens, known)
    return named is not None and not named.rest


def whole_name(typed: Typed, tokens: Tokens, known: Known, length: int | None = None) -> str:
    """The partner that the first `length` of the tokens (all, if not given) name, and nothing else.

    No shorter name will do: "Acme Legl" must not show Acme. Raises UnknownPartner, UsageError.
    """
    words = tokens[:length]
    named = find_name(typed, words, known)
    if words[0].quoted and len(words) > 1 and named:
        extra = typed.phrase(words[1:]) or ""
        raise UsageError(extra, f"I do not know what {shown(extra)} means after the partner's name.")
    if named is None or named.rest:
        raise UnknownPartner((split_at(typed, tokens, 1 if words[0].quoted else len(words)),))
    return named.name


def _may_be(typed: Typed, tokens: Tokens) -> dict[str, Named]:
    """The names that `tokens` may begin with, the longest first, as they are typed."""
    if not tokens:
        return {}
    if tokens[0].quoted:
        follows = len(tokens) > 1 and not tokens[1].word.strip(MARKS) and not tokens[1].quoted  # "Acme Legal": 4
        return {tokens[0].text: Named(tokens[0].text, tokens[2 if follows else 1 :])}
    may_be: dict[str, Named] = {}
    for length in range(min(LONGEST_NAME, len(tokens)), 0, -1):
        for last in (tokens[length - 1], tokens[length - 1].ending(MARKS)):
            name = typed.phrase([*tokens[: length - 1], last]) or ""
            may_be.setdefault(name, Named(name, tokens[length:]))
    return may_be


def splits(typed: Typed, tokens: Tokens, guess: int) -> tuple[Split, ...]:
    """What an unknown name may be: the guess, then the other beginnings of 1 to 5 words; a quoted word is just that."""
    lengths = [1] if tokens[0].quoted else range(1, min(_LONGEST_GUESS, len(tokens)) + 1)
    guess = 1 if tokens[0].quoted else guess
    ordered = [guess, *(length for length in lengths if length != guess)]
    return tuple(split_at(typed, tokens, length) for length in ordered)


def split_at(typed: Typed, tokens: Tokens, length: int) -> Split:
    """The split where the name is the first `length` of the tokens."""
    last = tokens[length - 1]
    words = [*tokens[: length - 1], last.ending(MARKS.replace(".", ""))]  # "Ltd." keeps its point
    return Split(
        name=typed.phrase(words) or "",
        before=typed.source[: tokens[0].start],
        after=typed.source[last.end :],
        may_be_new=_may_be_new(words),
    )


def _may_be_new(words: Tokens) -> bool:
    """Whether somebody may be called so: not `4`, `@ben`, `from` or `?`. What was quoted is meant as a name."""
    first = words[0]
    if first.quoted:
        return True
    if first.user or first.channel or first.text.startswith(("@", "#")):
        return False
    has_letter = any(letter.isalpha() for token in words for letter in token.text)
    return has_letter and not all(token.word.rstrip(MARKS) in _KEYWORDS for token in words)
