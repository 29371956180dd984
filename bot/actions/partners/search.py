"""Find partners by name or by a similar name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_partner, partner_id_by_name
from bot.grammar import CommandContext, NameSplit, PartnerVerb
from bot.grammar.names import PUNCTUATION
from scoring.vocabulary import Status
from storage.db.engine import reading
from storage.name_key import name_key
from storage.partners import names, snapshots

MIN_SIMILARITY = 79
MAX_SUGGESTIONS = 3
MAX_CANDIDATES = 50
MAX_MENU_OPTIONS = 100  # that Slack takes in one menu
_MIN_WORD_LENGTH = 4  # letters of a name's beginning, or of a word in it


@dataclass(frozen=True, slots=True)
class CloseName:
    """A name similar to what was typed, with the partner's own name if that differs, and the text retyped with it."""

    name: str
    text: str


def command_context(engine: Engine, caller: Caller) -> CommandContext:
    """Build the context for parsing commands in this workspace today."""

    def known(spellings: Sequence[str]) -> str | None:
        with reading(engine) as session:
            found = names.find_name(session, workspace_id=caller.team.id, spellings=spellings, learnt=True)
        return found[0] if found else None

    return CommandContext(today=caller.today, currency=caller.team.currency, known=known)


def get_partner_id(engine: Engine, caller: Caller, name: str) -> int:
    """Find a partner's id by any of its names."""
    with reading(engine) as session:
        return partner_id_by_name(session, caller, name)


def get_partner_name(engine: Engine, caller: Caller, partner_id: int) -> str:
    """Return a partner's name."""
    with reading(engine) as session:
        return get_partner(session, caller, partner_id).name


def find_close_names(engine: Engine, caller: Caller, splits: Sequence[NameSplit]) -> list[CloseName]:
    """Find known names similar to the one typed, closest first, only to suggest them."""
    with reading(engine) as session:
        known = names.list_names(session, workspace_id=caller.team.id)
        best: dict[int, tuple[float, str, NameSplit]] = {}
        for split in splits:
            for name, partner_id in _find_candidates(split.name, known):
                alike = name_similarity(split.name, name)
                if alike < MIN_SIMILARITY:
                    continue
                # Similarity of the whole beats a name that only starts with a short typed word.
                rank = alike + _letter_similarity(name_key(split.name), name_key(name))
                if partner_id not in best or rank > best[partner_id][0]:
                    best[partner_id] = (rank, name, split)
        likest = sorted(best.items(), key=lambda one: -one[1][0])[:MAX_SUGGESTIONS]
        called = [(get_partner(session, caller, partner_id).name, *found[1:]) for partner_id, found in likest]
    return [
        CloseName(own if name_key(own) == name_key(name) else f"{own} ({name})", split.retype(own))
        for own, name, split in called
    ]


def _find_candidates(typed: str, known: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Narrow the names down. `name_similarity` on ten thousand would take a second."""
    from rapidfuzz import process, utils  # 3 MB, needed only after a typo

    found = process.extract(typed, [name for name, _ in known], processor=utils.default_process, limit=MAX_CANDIDATES)
    return [known[place] for _, _, place in found]


def name_similarity(typed: str, known: str) -> float:
    """Rate how similar a known name is to what was typed, in percent. From `MIN_SIMILARITY` it may be meant.

    Allow for a typo or two, the first words of a longer name, one of its words, or extra words after it.
    """
    typed_words, known_words = _name_words(typed), _name_words(known)
    if not typed_words or not known_words:
        return 0
    length = min(len(typed_words), len(known_words))
    whole, wanted = "".join(typed_words), "".join(known_words)
    alike = max(
        _letter_similarity(whole, wanted),
        _letter_similarity("".join(typed_words[:length]), "".join(known_words[:length])) - 0.5,
        _letter_similarity("".join(sorted(typed_words)), "".join(sorted(known_words))) - 0.5,
    )
    if len(whole) >= _MIN_WORD_LENGTH and alike < MIN_SIMILARITY:
        if wanted.startswith(whole):
            return MIN_SIMILARITY
        if len(typed_words) == 1 and whole in known_words:
            return MIN_SIMILARITY
    return alike


def _name_words(name: str) -> list[str]:
    return [word for word in (name_key(part).strip(PUNCTUATION) for part in name.split()) if word]


def _letter_similarity(one: str, other: str) -> float:
    """Rate similarity by letters, in percent. A swap is one typo; the first letter is seldom wrong."""
    from rapidfuzz.distance import OSA  # 3 MB, needed only after a typo

    return 100 * OSA.normalized_similarity(one, other) + (5 if one[0] == other[0] else 0)


def search_names(engine: Engine, caller: Caller, typed: str, most: int) -> list[tuple[int, str]]:
    """Find partners whose name contains the typed text, for a search menu."""
    return _matching_partners(engine, caller, typed, most, [Status.ACTIVE, Status.PROSPECT, Status.PAUSED])


def partners_for_menu(engine: Engine, caller: Caller, verb: PartnerVerb) -> list[tuple[int, str]]:
    """List the partners that a verb applies to, for a menu."""
    resting = verb is PartnerVerb.RESUME
    statuses = [Status.PAUSED, Status.ENDED] if resting else [Status.ACTIVE, Status.PROSPECT, Status.PAUSED]
    return _matching_partners(engine, caller, "", MAX_MENU_OPTIONS, statuses)


def _matching_partners(
    engine: Engine, caller: Caller, typed: str, most: int, statuses: Sequence[Status]
) -> list[tuple[int, str]]:
    wanted = name_key(typed)
    with reading(engine) as session:
        found = snapshots.list_snapshots(session, workspace_id=caller.team.id, statuses=statuses)
    hits = [(partner.id, partner.name) for partner in found if wanted in name_key(partner.name)]
    return sorted(hits, key=lambda hit: (not name_key(hit[1]).startswith(wanted), hit[1]))[:most]
