"""Open a CRM by what was stored of it. Its client is imported only then: both are large."""

from collections.abc import Mapping
from importlib.util import find_spec

from bot.crm.records import Access, Crm, CrmError, PartnerMark, Problem, System

_CLIENTS = {System.HUBSPOT: "hubspot", System.SALESFORCE: "simple_salesforce"}
NEEDED = {System.HUBSPOT: ("token",), System.SALESFORCE: ("instance", "client_id", "client_secret")}


def require_client(system: System) -> None:
    """Raise CrmError if the client of a CRM is not installed."""
    if find_spec(_CLIENTS[system]) is None:
        raise CrmError(Problem.CLIENT)


def open_crm(system: System, secrets: Mapping[str, str], mark: PartnerMark, access: Access, *, hubspot_url: str) -> Crm:
    """Open a CRM.

    Raises:
        CrmError: its client is not installed, it can't be reached, or it does not let us in.
    """
    require_client(system)
    if system is System.HUBSPOT:
        from bot.crm.hubspot import HubSpot

        return HubSpot(secrets["token"], access, mark, hubspot_url)
    from bot.crm.salesforce import SalesforceOrg

    return SalesforceOrg(secrets, access, mark)
