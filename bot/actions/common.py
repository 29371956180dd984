"""What most use cases begin and end with: finding the partner, checking a text, noting what changed."""

from datetime import date
from typing import Any

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError, NotAllowed, NotFound
from bot.forms.partner_fields import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, Field
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

MAX_DAYS_AHEAD = 731
"""How far ahead a day may be: two years, one of them a leap year."""


def get_partner(session: Session, caller: Caller, partner_id: int) -> Partner:
    """A partner's row.

    Raises:
        NotFound: it is none of this workspace.
    """
    partner = partners.get(session, workspace_id=caller.team.id, partner_id=partner_id)
    if partner is None:
        raise NotFound("That partner is not in this workspace.")
    return partner


def get_scored_partner(session: Session, caller: Caller, partner_id: int) -> ScoredPartner:
    """A partner with its scores and signals of today.

    Raises:
        NotFound: it is none of this workspace.
    """
    found = query.load_scored(session, team=caller.team, day=caller.today, partner_id=partner_id)
    if not found:
        raise NotFound("That partner is not in this workspace.")
    return found[0]


def get_partner_by_name(session: Session, caller: Caller, name: str) -> PartnerSnapshot:
    """The partner that goes by a name.

    Raises:
        NotFound: none does.
    """
    found = snapshots.get_by_name(session, workspace_id=caller.team.id, name=name)
    if found is None:
        raise NotFound(f"There is no partner called “{clip(name, MAX_NAME_LENGTH)}”.")
    return found


def partner_id_by_name(session: Session, caller: Caller, name: str) -> int:
    """The id of the partner that goes by a name.

    Raises:
        NotFound: none does.
    """
    return get_partner_by_name(session, caller, name).id


def row_id(row: Partner | Activity) -> int:
    assert row.id is not None  # stored
    return row.id


def get_score(session: Session, caller: Caller, partner: Partner | PartnerSnapshot) -> Score:
    """A partner's score of today, within a transaction."""
    return query.scores_of_partner(session, team=caller.team, partner=partner, days=[caller.today])[0]


def require_owner_or_steward(session: Session, caller: Caller, partner_id: int, doing: str) -> Partner:
    """A partner's row, for what only who tends it and stewards may.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: it is another's; naming what was to be done.
    """
    partner = get_partner(session, caller, partner_id)
    if partner.owner != caller.user_id and not caller.is_steward:
        raise NotAllowed(f"Only who tends the partner, a steward or a workspace admin may {doing}.")
    return partner


def require_not_ended(partner: Partner | PartnerSnapshot) -> None:
    """Nothing more is done with a partner that was ended.

    Raises:
        NotAllowed: it was.
    """
    if partner.status == Status.ENDED:
        raise NotAllowed(
            f"The partnership with {partner.name} has ended. A steward can take it up again with `/partner resume`."
        )


def require_can_undo(caller: Caller, by: str) -> None:
    """Whether the caller may take back what `by` recorded.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if by != caller.user_id and not caller.is_steward:
        raise NotAllowed("Only who recorded it, a steward or a workspace admin may undo it.")


def require_max_length(field: str, text: str) -> str:
    """The text as it is.

    Raises:
        FieldError: it is longer than what is kept.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise FieldError(field, f"That is {len(text):,} characters; Tend keeps up to {MAX_TEXT_LENGTH:,}.")
    return text


def clean_name(field: str, name: str, of: str) -> str:
    """The name on one line; `of` says of what it is.

    Raises:
        FieldError: it has no letter or digit, or is longer than what is kept.
    """
    name = " ".join(name.split())
    if not name_key(name):
        raise FieldError(field, f"A {of} needs a name.")
    if len(name) > MAX_NAME_LENGTH:
        raise FieldError(field, f"A name has at most {MAX_NAME_LENGTH} characters; this one has {len(name)}.")
    return name


def list_active_partners(session: Session, caller: Caller) -> list[ScoredPartner]:
    """All active partners, with their scores and signals of today."""
    return query.load_scored(session, team=caller.team, day=caller.today, statuses=[Status.ACTIVE])


def explain_change_since(session: Session, caller: Caller, partner_id: int, since: date) -> tuple[Change, Change]:
    """What moved a partner's RVI between a day and today: ours, and seen from their side."""
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
    """Keep that the caller changed something now: the history tells it."""
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
    """Keep that the caller changed a field of a partner's record now, in the field's own words."""
    was, now = (field.input.words(value, caller.team) for value in (old, new))
    log_change(session, caller, "partner", row_id(partner), field.label, was, now)
