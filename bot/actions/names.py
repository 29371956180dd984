"""Partners by what they are called: found by a name, or by what is like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from bot.actions.basics import id_called, partner_of
from bot.actions.caller import Caller
from bot.grammar import Reading, Split
from scoring.words import Status
from storage import partner_names, standings
from storage.engine import reading
from storage.names import name_key

CLOSE_ENOUGH = 75
MOST_CLOSE = 3


@dataclass(frozen=True, slots=True)
class Close:
    """A known name that is like what was typed, and the whole text with it in place."""

    name: str
    text: str


def reading_for(engine: Engine, caller: Caller) -> Reading:
    """What typed text is read against in this workspace today."""

    def known(spellings: Sequence[str]) -> str | None:
        with reading(engine) as session:
            found = partner_names.find(session, workspace_id=caller.team.id, spellings=spellings)
        return found[0] if found else None

    return Reading(today=caller.today, currency=caller.team.currency, known=known)


def partner_id_of(engine: Engine, caller: Caller, name: str) -> int:
    """The partner that goes by a name.

    Raises:
        NotFound: none does.
    """
    with reading(engine) as session:
        return id_called(session, caller, name)


def name_of(engine: Engine, caller: Caller, partner_id: int) -> str:
    """What a partner is called.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        return partner_of(session, caller, partner_id).name


def close_names(engine: Engine, caller: Caller, splits: Sequence[Split]) -> list[Close]:
    """Known names like the one typed, the likest first. They are only ever suggested."""
    from rapidfuzz import fuzz, process, utils  # 3 MB, for who mistypes a name

    with reading(engine) as session:
        known = partner_names.all_of(session, workspace_id=caller.team.id)
    if not known:
        return []
    best: dict[int, tuple[float, Close]] = {}
    names = [name for name, _ in known]
    for split in splits:
        for name, likeness, place in process.extract(
            split.name,
            names,
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            limit=MOST_CLOSE,
            score_cutoff=CLOSE_ENOUGH,
        ):
            # A whole likeness beats a name that merely contains a short word that was typed.
            rank = likeness + fuzz.ratio(name_key(split.name), name_key(name))
            partner_id = known[place][1]
            if partner_id not in best or rank > best[partner_id][0]:
                best[partner_id] = (rank, Close(name, split.retype(name)))
    return [close for _, close in sorted(best.values(), key=lambda pair: -pair[0])][:MOST_CLOSE]


def names_like(engine: Engine, caller: Caller, typed: str, most: int) -> list[tuple[int, str]]:
    """Partners whose name holds what was typed so far, for a menu that fills as one types."""
    wanted = name_key(typed)
    with reading(engine) as session:
        found = standings.standings(
            session, workspace_id=caller.team.id, statuses=[Status.ACTIVE, Status.PROSPECT, Status.PAUSED]
        )
    hits = [(one.id, one.name) for one in found if wanted in name_key(one.name)]
    return sorted(hits, key=lambda hit: (not name_key(hit[1]).startswith(wanted), hit[1]))[:most]
