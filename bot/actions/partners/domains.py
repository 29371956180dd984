"""The mail domains of partners."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner
from bot.errors import FieldError
from storage.contacts import addresses, seen_addresses


def set_domains(session: Session, caller: Caller, partner_id: int, domains: Sequence[str]) -> None:
    """Give a partner exactly these mail domains.

    Raises:
        FieldError: one is no domain, is one where anybody can have an address, or is another partner's.
    """
    of = {"workspace_id": caller.team.id, "partner_id": partner_id}
    wanted = {_domain(text) for text in domains}
    before = set(addresses.domains_of(session, **of))
    addresses.remove_domains(session, **of, domains=before - wanted)
    seen_addresses.forget_at_domains(session, **of, domains=before - wanted)
    for domain in sorted(wanted - before):
        if not addresses.add_domain(session, **of, domain=domain, by=caller.user_id, now=caller.now):
            other = addresses.domain_owner(session, workspace_id=caller.team.id, domain=domain)
            name = get_partner(session, caller, other).name if other else "another partner"
            raise FieldError("domains", f"{domain} already belongs to {name}.")


def _domain(text: str) -> str:
    domain = addresses.domain_key(text.rpartition("@")[2])
    if domain is None:
        raise FieldError("domains", f"“{text[:80]}” is not a mail domain, such as acme.com.")
    if addresses.is_public(domain):
        raise FieldError("domains", f"Anybody can have an address at {domain}, so it doesn't tell who they work for.")
    return domain
