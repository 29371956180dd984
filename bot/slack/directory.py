"""Everybody in the workspace, by the names and addresses that Slack tells."""

from collections.abc import Iterator

from slack_sdk import WebClient

from bot.slack.members import MEMBER, membership_of
from bot.workspace.team import Team

PAGE_SIZE = 1_000


def fetch_people(client: WebClient, team: Team) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Yield each full member's user id, names and mail address; the address is empty without `users:read.email`."""
    for page in client.users_list(limit=PAGE_SIZE):
        for user in page["members"]:
            if membership_of(user, team) == MEMBER:
                profile = user.get("profile") or {}
                names = (user.get("name"), user.get("real_name"), profile.get("display_name"), profile.get("real_name"))
                yield user["id"], tuple(dict.fromkeys(name for name in names if name)), profile.get("email") or ""
