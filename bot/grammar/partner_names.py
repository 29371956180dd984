"""Where a partner's name ends in a typed text: names may have spaces, and only the known ones tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.grammar.errors import UsageError, shown
from bot.grammar.tokens import Tokens, Typed, quoted
from scoring.words import Direction

LONGEST_NAME = 12  # words of a known name
_LONGEST_GUESS = 5  # words of a name that nobody knows yet
_DIRECTIONS = {"from": Direction.IN, "to": Direction.OUT, "with": Direction.JOINT}

Known = Callable[[Sequence[str]], str | None]
Guess = Callable[[Tokens], int]


@dataclass(frozen=True, slots=True)
class Split:
    """One way to tell a partner's name from what follows it.

    `name` is plain text, to be shown or stored; `before` and `after` are the rest as it arrived, still in Slack's
    escaped spelling.
    """

    name: str
    before: str
    after: str

    def retype(self, name: str) -> str:
        """The whole text with `name`, quoted, in the place of the unknown one: ready to be read again."""
        gap = " " if self.after and not self.after.startswith(" ") else ""
        return f"{self.before}{quoted(name)}{gap}{self.after}"


class UnknownPartner(ValueError):
    """The text names a partner that is not known; `splits` holds what the name may be, best guess first."""

    def __init__(self, splits: tuple[Split, ...]) -> None:
        super().__init__(f"No partner is called {shown(splits[0].name)}.")
        self.splits = splits


@dataclass(frozen=True, slots=True)
class Named:
    """A known partner, as typed, who did it for whom where that was said, and the words that follow."""

    name: str
    rest: Tokens
    direction: Direction | None = None


def first_word(tokens: Tokens) -> int:
    """The guess where nothing tells how long the name is: its first word."""
    return 1


def name_first(typed: Typed, tokens: Tokens, known: Known, guess: Guess = first_word) -> Named:
    """The known name that `tokens` (at least one) begin with. Raises UnknownPartner, split by `guess` first."""
    named = find_name(typed, tokens, known)
    if named is None:
        raise UnknownPartner(splits(typed, tokens, guess(tokens)))
    return named


def name_after_direction(
    typed: Typed, tokens: Tokens, known: Known, guess: Guess = first_word
) -> Named | Direction | None:
    """The known name after a leading `from`, `to` or `with`; where no word of a name is, the direction alone, or None.

    The whole text is tried first, because a partner may be called "To Scale". Raises UnknownPartner.
    """
    if not tokens:
        return None
    direction = _DIRECTIONS.get(tokens[0].word)
    after = tokens[1:] if direction else ()
    may_be = _may_be(typed, tokens)
    for name, named in _may_be(typed, after).items():  # in the same question, which is asked of the database
        may_be.setdefault(name, replace(named, direction=direction))
    found = known(list(may_be))
    if found is not None:
        return may_be[found]
    if direction and not after:
        return direction
    raise UnknownPartner(splits(typed, after or tokens, guess(after or tokens)))


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
    lengths = [1] if tokens[0].quoted else range(min(LONGEST_NAME, len(tokens)), 0, -1)
    spellings = {typed.phrase(tokens[:length]) or "": length for length in lengths}
    return {name: Named(name, tokens[length:]) for name, length in spellings.items()}


def splits(typed: Typed, tokens: Tokens, guess: int) -> tuple[Split, ...]:
    """What an unknown name may be: the guess, then the other beginnings of 1 to 5 words; a quoted word is just that."""
    lengths = [1] if tokens[0].quoted else range(1, min(_LONGEST_GUESS, len(tokens)) + 1)
    guess = 1 if tokens[0].quoted else guess
    ordered = [guess, *(length for length in lengths if length != guess)]
    return tuple(split_at(typed, tokens, length) for length in ordered)


def split_at(typed: Typed, tokens: Tokens, length: int) -> Split:
    """The split where the name is the first `length` of the tokens."""
    return Split(
        name=typed.phrase(tokens[:length]) or "",
        before=typed.source[: tokens[0].start],
        after=typed.source[tokens[length - 1].end :],
    )
