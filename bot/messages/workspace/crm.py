"""CRMs in words: what reading one did, and what keeps it from being read."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.actions.workspace.crm_connections import ConnectedCrm
from bot.actions.workspace.crm_intake import IntakeResult
from bot.crm.records import PartnerMark, Problem, Refusal, System
from bot.formatting import count
from bot.slack.blocks import Block, context

LABELS = {"rvi": "RVI", "band": "band", "last_touch": "last touch", "owner": "owner"}
_PROBLEMS = {
    Problem.TOKEN: "{crm} no longer lets Tend in: {renew}",
    Problem.SCOPE: "Tend may not read all it needs: {scopes}",
    Problem.LIMIT: "{crm} takes no more requests for now; Tend tries again later",
    Problem.HOST: "{crm} can't be reached; Tend tries again",
    Problem.BUSY: "{crm} has trouble of its own; Tend tries again",
    Problem.REFUSED: "{crm} refused what Tend asked; was a field renamed or removed there?",
    Problem.ANSWER: "{crm} answered something that Tend can't read; please report it",
    Problem.KEY: "TEND_TOKEN_KEY lacks the key that this connection was stored with: set it, or connect {crm} anew",
    Problem.CLIENT: "the client of {crm} is not installed: `pip install --require-hashes -r requirements-crm.txt`",
}
_RENEW = {
    System.HUBSPOT: "was its token replaced? `tend crm remove hubspot`, then add it with the new one",
    System.SALESFORCE: "was its secret replaced, or its user frozen? `tend crm remove salesforce`, then add it anew",
}
_SCOPES = {
    System.HUBSPOT: "give the private app the scopes crm.objects.companies.read, crm.objects.contacts.read and "
    "crm.objects.deals.read, and crm.objects.companies.write and crm.schemas.companies.read to write fields",
    System.SALESFORCE: "give its user the permission to read accounts, contacts and opportunities, and to edit the "
    "fields of accounts that it writes",
}


def problem_text(system: System, problem: Problem) -> str:
    """Say what is wrong and what to do, as a sentence without its full stop."""
    return _PROBLEMS[problem].format(crm=system.label, renew=_RENEW[system], scopes=_SCOPES[system])


def refusals_text(system: System, refused: Sequence[Refusal]) -> str:
    """Say how many companies were not written, and why the first one was not."""
    number = count(len(refused), "company was", "companies were")
    return f"in {system.label} {number} not written: {refused[0].reason or 'no reason given'}"


def result_lines(result: IntakeResult, *, would: bool = False) -> list[str]:
    """Say what reading did, or would do."""
    to = "would be " if would else ""
    lines = [
        f"{count(result.companies, 'company', 'companies')} of partners: "
        f"{count(result.partners_added, 'partner')} {to}added, {result.partners_updated:,} {to}filled in",
        f"{count(result.deals, 'deal')}: {result.deals_added:,} {to}added, {result.deals_updated:,} {to}corrected"
        + (f", {result.others:,} with no partner" if result.others else ""),
    ]
    for title, listed in (("Left out", result.rejected), ("Without", result.lost), ("Who is it?", result.doubts)):
        lines += [f"{title}: {one}" for one in listed[:20]]
        if len(listed) > 20:
            lines.append(f"… and {len(listed) - 20:,} more")
    if result.doubts:
        lines.append("Add the name to the partner as an alias, or add a partner of that name; Tend then takes it.")
    return lines


def mark_text(mark: PartnerMark) -> str:
    """Say which companies become partners."""
    if mark.field:
        return f"companies with {mark.field} = {' or '.join(mark.values)}"
    return "all companies" if mark.everyone else "no companies but those that Tend knows"


def connection_lines(one: ConnectedCrm, at: Mapping[str, str]) -> list[str]:
    """Say how a connection stands. `at` has its instants as the workspace writes them."""
    state = f"read {at['read_at']}" if one.read_at else "not read yet"
    if one.confirmed_at is None:
        state = f"not started: `tend crm preview {one.system}`, then `tend crm run {one.system} --confirm`"
    lines = [f"{one.system.label}: {state}", f"  partners: {mark_text(one.mark)}"]
    if one.confirmed_at is not None:
        lines.append(f"  next: {at['due_at']}")
    if named := one.fields.named():
        told = ", ".join(f"{LABELS[name]} → {field}" for name, field in named.items())
        lines.append(f"  writes: {told}" + (f" (last {at['written_at']})" if one.written_at else ""))
    lines += [f"  ✗ {text}" for text in problems(one)]
    lines += [f"  left out: {text}" for text in _listed(one.report, "rejected")]
    lines += [f"  who is it? {text}" for text in _listed(one.report, "doubts")]
    return lines


def problems(one: ConnectedCrm) -> list[str]:
    """Say what is wrong with a connection."""
    found = [problem_text(one.system, one.problem)] if one.problem else []
    return [*found, *([one.write_problem] if one.write_problem else [])]


def _listed(report: Mapping[str, Any], name: str) -> Sequence[str]:
    found: Sequence[str] = report.get(name, ())
    return found


def problem_blocks(connections: Sequence[ConnectedCrm]) -> list[Block]:
    """Tell stewards on the Home what is wrong with a CRM."""
    return [context(f":warning: {text}.") for one in connections for text in problems(one)]
