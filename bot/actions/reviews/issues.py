"""Add and settle issues and ideas about a partner."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, log_change, require_max_length, row_id
from bot.errors import FieldError, NotFound
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.partners import issues
from storage.tables import IssueRecord as Row


class IssueKind(StrEnum):
    """The kind of an entry."""

    ISSUE = "issue"
    IDEA = "idea"


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue or an idea. `resolution` is None while it is open."""

    id: int
    kind: IssueKind
    text: str
    opened_by: str
    opened_on: date
    settled_on: date | None = None
    settled_by: str | None = None
    resolution: str | None = None

    @classmethod
    def of(cls, row: Row, team: Team) -> "Issue":
        assert row.id is not None  # stored
        settled_on = team.today(row.settled_at) if row.settled_at else None
        opened_on = team.today(row.opened_at)
        return cls(
            row.id, IssueKind(row.kind), row.what, row.opened_by, opened_on, settled_on, row.settled_by, row.settled_how
        )

    @property
    def is_open(self) -> bool:
        return self.settled_on is None


@dataclass(frozen=True, slots=True)
class IssueResult:
    """An issue or idea after it was added or settled. `was_settled` if it was settled before."""

    partner_id: int
    partner: str
    issue: Issue
    was_settled: bool = False


def list_issues(
    session: Session, *, team: Team, partner_id: int, settled_since: datetime | None = None
) -> tuple[Issue, ...]:
    """List a partner's open issues and ideas, and those settled since an instant, oldest first."""
    found = issues.list_issues(session, workspace_id=team.id, partner_id=partner_id, settled_since=settled_since)
    return tuple(Issue.of(row, team) for row in found)


@retried
def add_issue(engine: Engine, caller: Caller, partner_id: int, kind: IssueKind, what: str | None) -> IssueResult:
    """Add an issue or an idea.

    Raises:
        FieldError: the text is empty or too long.
    """
    what = _clean_text("what", what, f"Say what the {kind} is.")
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)
        partner_id, name = row_id(partner), partner.name
        row = issues.open_issue(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            kind=kind,
            what=what,
            by=caller.user_id,
            now=caller.now,
        )
        log_change(session, caller, "partner", partner_id, kind, None, what)
        return IssueResult(partner_id, name, Issue.of(row, caller.team))


@retried
def resolve_issue(engine: Engine, caller: Caller, matter_id: int, kind: IssueKind, how: str | None) -> IssueResult:
    """Settle an issue or an idea. One that is already settled stays as it is.

    Raises:
        FieldError: the text is empty or too long.
    """
    how = _clean_text("how", how, "Say how it was resolved, so the next review can show it.")
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _load_row(session, caller, matter_id, kind)
        name = get_partner(session, caller, row.partner_id).name
        if row.settled_at is not None:
            return IssueResult(row.partner_id, name, Issue.of(row, caller.team), was_settled=True)
        row.settled_at, row.settled_by, row.settled_how = caller.now, caller.user_id, how
        session.add(row)
        log_change(session, caller, "partner", row.partner_id, kind, row.what, how)
        return IssueResult(row.partner_id, name, Issue.of(row, caller.team))


def get_issue(engine: Engine, caller: Caller, matter_id: int, kind: IssueKind) -> IssueResult:
    """Load an issue or idea."""
    with reading(engine) as session:
        row = _load_row(session, caller, matter_id, kind)
        name = get_partner(session, caller, row.partner_id).name
        return IssueResult(row.partner_id, name, Issue.of(row, caller.team), was_settled=row.settled_at is not None)


def _clean_text(field: str, text: str | None, empty: str) -> str:
    text = (text or "").strip()
    if not text:
        raise FieldError(field, empty)
    return require_max_length(field, text)


def _load_row(session: Session, caller: Caller, matter_id: int, kind: IssueKind) -> Row:
    row = issues.get(session, workspace_id=caller.team.id, matter_id=matter_id)
    if row is None or row.kind != kind:
        raise NotFound(f"That {kind} is not in this workspace.")
    return row
