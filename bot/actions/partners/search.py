"""Find partners by name or by a similar name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_partner, partner_id_by_name
from bot.actions.partners.names_index import names_of
from bot.grammar import CommandContext, NameSplit, PartnerRequest, PartnerVerb, read_partner
from bot.grammar.likeness import NameList
from scoring.vocabulary import Status
from storage.db.engine import reading
from storage.name_key import name_key
from storage.partners import names, snapshots

MAX_MENU_OPTIONS = 100  # that Slack takes in one menu


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


def read_by_beginning(engine: Engine, caller: Caller, text: str) -> PartnerRequest | None:
    """Read `/partner …` as a line is read: of a name the beginning that only one partner has is enough.

    Raise UnknownPartner or UsageError where that does not help either.
    """
    found = names_of(engine, caller)
    request = read_partner(text, replace(command_context(engine, caller), known=found.known))
    typed = {name: getattr(request, name, None) for name in ("partner", "into")}
    meant = {name: found.partner_called(value) for name, value in typed.items() if value}
    own = {name: known.partner for name, known in meant.items() if known}
    return replace(request, **own) if request and own else request  # type: ignore[arg-type]  # each has its `partner`


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
        known = NameList(names.list_names(session, workspace_id=caller.team.id))
        similar = known.close_to([split.name for split in splits])
        called = [(get_partner(session, caller, each.partner_id).name, each.name, each.place) for each in similar]
    return [
        CloseName(own if name_key(own) == name_key(name) else f"{own} ({name})", splits[place].retype(own))
        for own, name, place in called
    ]


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
