"""All names of a workspace, as typed lines are read against them: built once, and again when one of them changed."""

from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.grammar.lines.names import KnownName, NameKind, Names
from storage.db.engine import reading
from storage.partners import names, spellings

_Version = tuple[int | None, ...]
_MOST_KEPT = 256  # workspaces
_kept: "WeakKeyDictionary[Engine, dict[int, tuple[_Version, Names]]]" = WeakKeyDictionary()


def names_of(engine: Engine, caller: Caller) -> Names:
    """Return the names and learnt spellings of the workspace's partners, built anew after a change."""
    of_engine = _kept.setdefault(engine, {})
    with reading(engine) as session:
        version = names.version(session, workspace_id=caller.team.id)
        known = of_engine.get(caller.team.id)
        if known is not None and known[0] == version:
            return known[1]
        built = names_in(session, caller)
    if len(of_engine) >= _MOST_KEPT:
        of_engine.clear()
    of_engine[caller.team.id] = (version, built)
    return built


def names_in(session: Session, caller: Caller) -> Names:
    """The same, read anew within a transaction."""
    return Names(_all(session, caller))


def _all(session: Session, caller: Caller) -> list[KnownName]:
    rows = names.list_names_with_kind(session, workspace_id=caller.team.id)
    own = {partner_id: name for name, partner_id, is_alias in rows if not is_alias}
    found = [
        KnownName(name, partner_id, own[partner_id], NameKind.ALIAS if is_alias else NameKind.NAME)
        for name, partner_id, is_alias in sorted(rows, key=lambda row: row[2])
        if partner_id in own
    ]
    learnt = spellings.all_of(session, workspace_id=caller.team.id)
    return found + [KnownName(text, id, own[id], NameKind.SPELLING) for text, id in learnt if id in own]
