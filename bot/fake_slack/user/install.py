"""User actions on the app: approve, cancel and uninstall."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import FakeSlackError
from bot.fake_slack.user.base import UserBase
from bot.fake_slack.user.messages import MessageActions
from bot.fake_slack.user.result import UserResult
from bot.fake_slack.web_api.oauth import Distribution, Grant, Tokens

AUTHORIZE = "/oauth/v2/authorize"


class InstallActions(MessageActions, UserBase):
    """A mixin of install actions. The subclass has a `world`, a `link`, `tokens` and a `distribution`."""

    tokens: Tokens

    @property
    def distribution(self) -> Distribution | None:
        """The distributed app, or None."""
        raise NotImplementedError

    def approve(self, url: str, user: str, *, organisation: str | None = None) -> str:
        """Open an authorize URL and approve it. Return the redirect URL with code and state.

        `organisation`: approve it for all workspaces of that Enterprise organisation.

        Raises:
            FakeSlackError: Slack would show an error, or this person may not install apps.
        """
        app, params = self._asked(url)
        person = self._person(user)
        if person.is_restricted or person.is_bot or person.is_stranger or person.deleted:
            raise FakeSlackError("only full members may install an app")
        scopes = tuple(scope for scope in params.get("scope", "").split(",") if scope)
        if not scopes or not set(scopes) <= set(app.app.scopes):
            raise FakeSlackError(
                f"invalid_scope: the app's manifest does not have all of {', '.join(scopes) or 'none'}"
            )
        if organisation is not None and not app.app.is_org_ready:
            raise FakeSlackError("the app's manifest does not have org_deploy_enabled")
        redirect = app.redirect_of(params.get("redirect_uri"))
        code = app.grant(Grant(self, user, scopes, redirect, self.world.clock(), organisation))
        return f"{redirect}?{urlencode({'code': code, 'state': params.get('state', '')})}"

    def cancel(self, url: str) -> str:
        """Open an authorize URL and cancel. Return the redirect URL."""
        app, params = self._asked(url)
        answer = {"error": "access_denied", "state": params.get("state", "")}
        return f"{app.redirect_of(params.get('redirect_uri'))}?{urlencode(answer)}"

    def uninstall(self, word: str = "account_inactive") -> tuple[UserResult, UserResult]:
        """Uninstall the app. Its tokens then fail with `word`, and it gets app_uninstalled and tokens_revoked."""
        self.tokens.end(word)
        if self.distribution is not None:
            self.distribution.forget(self)
        tokens = {"oauth": [], "bot": [self.world.bot_user]}
        results = self.event({"type": "app_uninstalled"}), self.event({"type": "tokens_revoked", "tokens": tokens})
        self.world.installed = InstalledApp()
        return results

    def _asked(self, url: str) -> tuple[Distribution, dict[str, str]]:
        parts = urlsplit(url)
        base = urlsplit(self.base_url)
        if (parts.scheme, parts.netloc, parts.path) != (base.scheme, base.netloc, AUTHORIZE):
            raise FakeSlackError(f"{url} is not an authorize URL")
        values_by_name = parse_qs(parts.query, keep_blank_values=True)
        if duplicates := [name for name, values in values_by_name.items() if len(values) > 1]:
            raise FakeSlackError(f"{', '.join(duplicates)} is given twice")
        params = {name: values[0] for name, values in values_by_name.items()}
        if self.distribution is None or params.get("client_id") != self.distribution.client_id:
            raise FakeSlackError("invalid_client_id")
        return self.distribution, params
