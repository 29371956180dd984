"""What the administrator of an Enterprise organisation does with an app, and what Slack tells the app of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.fake_slack.state.models import Json
from bot.fake_slack.user import payloads
from bot.fake_slack.user.install import InstallActions
from bot.fake_slack.user.result import UserResult
from bot.fake_slack.web_api.organisation import Organisation


class Grid(Organisation):
    """An organisation whose administrator adds the app to workspaces. `offices` are its workspaces."""

    def __init__(self, id: str, name: str, offices: Sequence[InstallActions]) -> None:
        super().__init__(id, name, [office.world for office in offices])
        self.offices = tuple(offices)

    def grant(self, *team_ids: str) -> UserResult:
        """Add the app to workspaces; it gets `team_access_granted`."""
        self.add_to(*team_ids)
        return self.tell({"type": "team_access_granted", "team_ids": list(team_ids)})

    def revoke(self, *team_ids: str) -> UserResult:
        """Take the app out of workspaces; it gets `team_access_revoked`."""
        self.take_from(*team_ids)
        return self.tell({"type": "team_access_revoked", "team_ids": list(team_ids)})

    def uninstall(self, word: str = "account_inactive") -> tuple[UserResult, UserResult]:
        """Uninstall the app from the organisation. It gets app_uninstalled and tokens_revoked."""
        self.tokens.end(word)
        distribution = self.offices[0].distribution
        if distribution is not None:
            distribution.forget(self.offices[0])
        tokens = {"oauth": [], "bot": [self.worlds[0].bot_user]}
        told = self.tell({"type": "app_uninstalled"}), self.tell({"type": "tokens_revoked", "tokens": tokens})
        self.take_from(*self.granted)
        self.app = None
        return told

    def tell(self, inner: Json, *, event_id: str | None = None) -> UserResult:
        """Send an event of the organisation, to which no single workspace belongs."""
        if self.app is not None and inner["type"] not in self.app.events:
            return UserResult()
        body = payloads.organisation_event(self.worlds[0], self.id, inner, event_id or self.worlds[0].fresh_id("Ev"))
        return self.offices[0].deliver(body)
