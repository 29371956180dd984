"""Where a request comes from: which workspaces it names, and whether it is of an organisation's installation.

Slack's pages on developing for Enterprise orgs say what each field means; Bolt reads most of them in
`slack_bolt.request.internals`, which is asked for everything that is not an organisation's.
"""

from dataclasses import dataclass
from typing import Any

from slack_bolt.request.internals import (
    extract_enterprise_id,
    extract_is_enterprise_install,
    extract_team_id,
    extract_user_id,
)

from bot.slack.manifest import GRANTED, MEMBER_CHANGED, REVOKED

ORIGIN = "origin"
"""The key under which a request's context has it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The workspaces that a request may be of, likeliest first.

    `enterprise_id` is the organisation, if the request is of its installation for many workspaces. `user_id` is whose
    workspaces may be asked for if none of those has Tend; None where that would say nothing, as in a channel.
    `is_for_all`: whichever of the organisation's workspaces it names, all may want to know of it.
    """

    team_ids: tuple[str, ...]
    enterprise_id: str | None = None
    user_id: str | None = None
    is_for_all: bool = False


def origin_of(body: dict[str, Any], shown_in: str | None = None) -> Origin:
    """Return where a request comes from. `shown_in` is the workspace that a message or view was made for."""
    enterprise_id = extract_enterprise_id(body)
    event = body.get("event") or {}
    team_id = extract_team_id(body)
    is_organisations = bool(enterprise_id) and (
        event.get("type") in (GRANTED, REVOKED)  # in which Slack does not say so
        or bool(extract_is_enterprise_install(body))
        or not team_id
        or team_id == enterprise_id
    )
    if not is_organisations:
        return Origin((team_id,) if team_id else ())  # whose token is its own, and marks nothing
    if shown_in:
        return Origin((shown_in,), enterprise_id)
    named = _named_by_event(body) if event else _named_by_person(body)
    teams = tuple(dict.fromkeys(one for one in named if isinstance(one, str) and one != enterprise_id))
    if event.get("type") == MEMBER_CHANGED or event.get("channel_type") in ("channel", "group"):
        return Origin(teams, enterprise_id, is_for_all=True)
    is_in_dm = event.get("type") == "app_home_opened" or event.get("channel_type") == "im"
    # A command names where it was typed, and counts nowhere else; so does an interaction with a `team`.
    is_unplaced = not event and not (body.get("team_id") or body.get("team"))
    return Origin(teams, enterprise_id, extract_user_id(body) if is_in_dm or is_unplaced else None)


def _named_by_event(body: dict[str, Any]) -> tuple[Any, ...]:
    """`team_id` is where whoever caused the event is; an authorization is only one of those that may see it."""
    seen_by = (body.get("authorizations") or [{}])[0]
    return body.get("team_id"), body.get("context_team_id"), seen_by.get("team_id")


def _named_by_person(body: dict[str, Any]) -> tuple[Any, ...]:
    """A command names its workspace; of an interaction often only the person's is known, and no `team`."""
    team, user, view = (body.get(name) for name in ("team", "user", "view"))
    return (
        body.get("team_id"),
        team.get("id") if isinstance(team, dict) else team,
        body.get("context_team_id"),
        view.get("team_id") if isinstance(view, dict) else None,
        user.get("team_id") if isinstance(user, dict) else None,
    )
