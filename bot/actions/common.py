"""Steps shared by most use cases: find the partner, check the input, log the change."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError, NotAllowed, NotFound
from bot.forms.partner_fields import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, Field
from bot.grammar.tokens import clean_text
from bot.scores import causes, query
from bot.scores.models import ScoredPartner
from bot.slack.blocks import clip
from scoring.explain import Change
from scoring.rvi import Score
from scoring.vocabulary import Side, Status
from storage.name_key import name_key
from storage.partners import audit_log, partners, snapshots
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import Activity, Partner

DUPLICATE_WINDOW = timedelta(minutes=10)
"""The same from the same person within it may have been a slip."""


def get_partner(session: Session, caller: Caller, partner_id: int) -> Partner:
    """Load a partner's row."""
    partner = partners.get(session, workspace_id=caller.team.id, partner_id=partner_id)
    if partner is None:
        raise NotFound("That partner is not in this workspace.")
    return partner


def get_snapshot(session: Session, caller: Caller, partner_id: int) -> PartnerSnapshot:
    """Load a partner's values without its row. A write transaction locks it."""
    partner = snapshots.get(session, workspace_id=caller.team.id, partner_id=partner_id)
    if partner is None:
        raise NotFound("That partner is not in this workspace.")
    return partner


def get_scored_partner(session: Session, caller: Caller, partner_id: int) -> ScoredPartner:
    """Load a partner with its scores and signals of today."""
    found = query.load_scored(session, team=caller.team, day=caller.today, partner_id=partner_id)
    if not found:
        raise NotFound("That partner is not in this workspace.")
    return found[0]


def get_partner_by_name(session: Session, caller: Caller, name: str) -> PartnerSnapshot:
    """Find a partner by any of its names."""
    found = snapshots.get_by_name(session, workspace_id=caller.team.id, name=name)
    if found is None:
        raise NotFound(f"There is no partner called “{clip(name, MAX_NAME_LENGTH)}”.")
    return found


def partner_id_by_name(session: Session, caller: Caller, name: str) -> int:
    """Find a partner's id by any of its names."""
    return get_partner_by_name(session, caller, name).id


def row_id(row: Partner | Activity) -> int:
    assert row.id is not None  # stored
    return row.id


def get_score(session: Session, caller: Caller, partner: Partner | PartnerSnapshot) -> Score:
    """Score a partner as of today, within a transaction."""
    return query.scores_of_partner(session, team=caller.team, partner=partner, days=[caller.today])[0]


def require_owner_or_steward(session: Session, caller: Caller, partner_id: int, doing: str) -> Partner:
    """Load a partner's row for its owner or a steward. `doing` completes “can …” in the error.

    Raises:
        NotAllowed: the caller is neither.
    """
    partner = get_partner(session, caller, partner_id)
    if partner.owner != caller.user_id and not caller.may_as_steward():
        raise NotAllowed(f"Only the partner's owner, a steward or a workspace admin can {doing}.")
    return partner


def require_not_ended(partner: Partner | PartnerSnapshot) -> None:
    """Require a partnership that has not ended.

    Raises:
        NotAllowed: it has.
    """
    if partner.status == Status.ENDED:
        raise NotAllowed(
            f"The partnership with {partner.name} has ended. A steward can restart it with `/partner resume`."
        )


def require_can_undo(caller: Caller, by: str) -> None:
    """Require that the caller may undo what `by` recorded.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if by != caller.user_id and not caller.may_as_steward():
        raise NotAllowed("Only the person who recorded this, a steward or a workspace admin can undo it.")


def require_max_length(field: str, text: str) -> str:
    """Return the text if it is short enough.

    Raises:
        FieldError: it is too long to store.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise FieldError(field, f"That is {len(text):,} characters; the limit is {MAX_TEXT_LENGTH:,}.")
    return text


def clean_name(field: str, name: str | None, empty: str, max_length: int = MAX_NAME_LENGTH) -> str:
    """Return a name without invisible signs and extra white space. `empty` is the error for one without a letter.

    Raises:
        FieldError: it has no letter or digit, or is too long.
    """
    name = clean_text(name or "")
    if not name_key(name):
        raise FieldError(field, empty)
    if len(name) > max_length:
        raise FieldError(field, f"A name can have up to {max_length} characters; this one has {len(name)}.")
    return name


def list_active_partners(session: Session, caller: Caller) -> list[ScoredPartner]:
    """Load all active partners with today's scores and signals."""
    return query.load_scored(session, team=caller.team, day=caller.today, statuses=[Status.ACTIVE])


def explain_change_since(session: Session, caller: Caller, partner_id: int, since: date) -> tuple[Change, Change]:
    """Explain what moved a partner's RVI since a day: ours, then theirs."""
    team, days = caller.team, [since, caller.today]
    before, after = query.partner_scores(session, team=team, partner_id=partner_id, days=days)
    ours, theirs = (
        causes.explain_between(session, team=team, partner_id=partner_id, before=before, after=after, side=side)
        for side in Side
    )
    return ours, theirs


def log_change(
    session: Session, caller: Caller, subject: str, subject_id: int, field: str, old: str | None, new: str | None
) -> None:
    """Record the caller's change in the history."""
    audit_log.log_change(
        session,
        workspace_id=caller.team.id,
        subject=subject,
        subject_id=subject_id,
        field=field,
        old=old,
        new=new,
        by=caller.user_id,
        now=caller.now,
    )


def log_field_change(session: Session, caller: Caller, partner: Partner, field: Field, old: Any, new: Any) -> None:
    """Record the caller's change of a partner's field in the history, formatted as that field is."""
    was, now = (field.input.words(value, caller.team) for value in (old, new))
    log_change(session, caller, "partner", row_id(partner), field.label, was, now)
