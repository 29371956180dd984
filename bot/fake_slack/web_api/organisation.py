"""An Enterprise organisation: many workspaces, with one installation of the app and one token for those it is granted.

The sources are Slack's pages on developing for Enterprise orgs, on organization-ready apps and on auth.teams.list.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import Json, SlackError
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.web_api.call import ApiCall, paginate
from bot.fake_slack.web_api.oauth import Tokens

TEAM_ID_METHODS = frozenset({"users.list", "users.conversations", "conversations.list"})
"""Of the methods that Slack lists as needing `team_id` with an organisation's token, those that exist here."""
IDENTITY_METHODS = frozenset({"api.test", "auth.test", "auth.revoke", "auth.teams.list"})


class Organisation:
    """The workspaces of an organisation. People are the same in all of them, and so is their DM with the bot."""

    def __init__(self, id: str, name: str, worlds: Sequence[WorkspaceState]) -> None:
        self.id, self.name, self.worlds = id, name, tuple(worlds)
        self.tokens = Tokens()
        # The workspaces that the app was added to, once it is installed.
        self.granted: set[str] = set()
        self.app: InstalledApp | None = None
        homes = self.worlds[0].homes
        for world in self.worlds:
            world.enterprise_id, world.organisation, world.homes = id, self, homes

    def covers(self, team_id: str) -> bool:
        """Whether the organisation's installation is what a workspace uses."""
        return self.app is not None and team_id in self.granted

    def install(self, app: InstalledApp, scopes: tuple[str, ...]) -> None:
        """Install the app for the organisation, which adds it to no workspace yet."""
        self.app = app
        for world in self.worlds:
            world.scopes = scopes
        self.add_to(*self.granted)

    def add_to(self, *team_ids: str) -> None:
        """Add the app to workspaces."""
        self.granted |= set(team_ids)
        for world in self.worlds:
            if world.team_id in self.granted and self.app is not None:
                world.installed = self.app

    def take_from(self, *team_ids: str) -> None:
        """Take the app out of workspaces."""
        self.granted -= set(team_ids)
        for world in self.worlds:
            if world.team_id in team_ids:
                world.installed = InstalledApp()

    def home_of(self, user: str) -> WorkspaceState:
        """Return the workspace in which a person's DM is kept: their home, or the first that they belong to."""
        known = [world for world in self.worlds if user in world.people]
        if not known:
            raise SlackError("user_not_found")
        return next((world for world in known if world.people[user].team_id == world.team_id), known[0])

    def world_of(self, method: str, args: Json) -> WorkspaceState:
        """Return the workspace that a call with the organisation's token is about, or raise Slack's error."""
        if method in IDENTITY_METHODS:
            return self.worlds[0]
        team_id = str(args.get("team_id") or "")
        if method in TEAM_ID_METHODS:
            if not team_id:
                raise SlackError("missing_argument")
            return self._named(team_id)
        found = self._holding(args) or next((one for one in self.worlds if one.team_id == team_id), self.worlds[0])
        if not self._is_shared(args) and found.team_id not in self.granted:
            raise SlackError("team_access_not_granted")
        return found

    def _named(self, team_id: str) -> WorkspaceState:
        world = next((world for world in self.worlds if world.team_id == team_id), None)
        if world is None:
            raise SlackError("team_not_found")
        if team_id not in self.granted:
            raise SlackError("team_access_not_granted")
        return world

    def _is_shared(self, args: Json) -> bool:
        """Whether it is about a person or a DM, which belong to no single workspace."""
        return bool(args.get("user") or args.get("users") or args.get("user_id")) or self._person_in(args) is not None

    def _person_in(self, args: Json) -> str | None:
        channel = str(args.get("channel") or args.get("channel_id") or "")
        if any(channel in world.people for world in self.worlds):
            return channel
        held = next((world.channels[channel] for world in self.worlds if channel in world.channels), None)
        return held.user if held else None

    def _holding(self, args: Json) -> WorkspaceState | None:
        """Return the workspace that has what a call names: a channel, a person, a trigger, a view or a file."""
        if person := self._person_in(args):
            return self.home_of(person)
        places = ((args.get("channel") or args.get("channel_id"), "channels"), (args.get("trigger_id"), "triggers"),
                  (args.get("file"), "files"))  # fmt: skip
        for key, place in places:
            for world in self.worlds:
                if key and key in getattr(world, place):
                    return world
        if view_id := args.get("view_id"):
            return next((w for w in self.worlds if any(v.id == view_id for s in w.stacks.values() for v in s)), None)
        person = args.get("user") or args.get("user_id") or args.get("users")
        return self.home_of(str(person)) if person and isinstance(person, str) and "," not in person else None

    def auth_test(self, ask: ApiCall) -> Json:
        """auth.test with the organisation's token."""
        world = self.worlds[0]
        return {
            "url": ask.base_url,
            "team": self.name,
            "user": world.people[world.bot_user].name,
            "team_id": self.id,
            "user_id": world.bot_user,
            "bot_id": world.bot_id,
            "enterprise_id": self.id,
            "is_enterprise_install": True,
        }

    def teams_list(self, ask: ApiCall) -> Json:
        """auth.teams.list: the workspaces that the app was added to."""
        granted = [world for world in self.worlds if world.team_id in self.granted]
        page, more = paginate(granted, ask, 100)
        return {"teams": [{"id": w.team_id, "name": w.team_name} for w in page], "response_metadata": more}
