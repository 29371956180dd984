"""Acts about the app itself: allowing it in a workspace, declining it, throwing it out."""

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
    """The acts. Whoever mixes it in has a `world`, a `link`, `tokens` and a `distribution`."""

    tokens: Tokens

    @property
    def distribution(self) -> Distribution | None:
        """The app that any workspace may install; None where there is none."""
        raise NotImplementedError

    def approve(self, url: str, user: str, *, organisation: str | None = None) -> str:
        """Open the address that an app sends people to, and allow what it asks for.

        Returns where Slack then sends the browser, with the code and the state. `organisation`: an admin allows it in
        all workspaces of that organisation at once.

        Raises:
            StandInError: Slack would show an error instead, or this person may not install apps.
        """
        app, asked = self._asked(url)
        person = self._person(user)
        if person.is_restricted or person.is_bot or person.is_stranger or person.deleted:
            raise FakeSlackError("only full members may install an app")
        scopes = tuple(scope for scope in asked.get("scope", "").split(",") if scope)
        if not scopes or not set(scopes) <= set(app.app.scopes):
            raise FakeSlackError(
                f"invalid_scope: the app's manifest does not have all of {', '.join(scopes) or 'none'}"
            )
        redirect = app.redirect_of(asked.get("redirect_uri"))
        code = app.grant(Grant(self, user, scopes, redirect, self.world.clock(), organisation))
        return f"{redirect}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def cancel(self, url: str) -> str:
        """Open that address and decline; returns where Slack then sends the browser."""
        app, asked = self._asked(url)
        answer = {"error": "access_denied", "state": asked.get("state", "")}
        return f"{app.redirect_of(asked.get('redirect_uri'))}?{urlencode(answer)}"

    def uninstall(self, word: str = "account_inactive") -> tuple[UserResult, UserResult]:
        """Remove the app: its tokens are no longer good (Slack then says `word`), and it hears of it, twice over."""
        self.tokens.end(word)
        if self.distribution is not None:
            self.distribution.forget(self)
        tokens = {"oauth": [], "bot": [self.world.bot_user]}
        heard = self.event({"type": "app_uninstalled"}), self.event({"type": "tokens_revoked", "tokens": tokens})
        self.world.installed = InstalledApp()
        return heard

    def _asked(self, url: str) -> tuple[Distribution, dict[str, str]]:
        where = urlsplit(url)
        here = urlsplit(self.base_url)
        if (where.scheme, where.netloc, where.path) != (here.scheme, here.netloc, AUTHORIZE):
            raise FakeSlackError(f"{url} is no address at which to allow an app")
        found = parse_qs(where.query, keep_blank_values=True)
        if twice := [name for name, values in found.items() if len(values) > 1]:
            raise FakeSlackError(f"{', '.join(twice)} stands there twice")
        asked = {name: values[0] for name, values in found.items()}
        if self.distribution is None or asked.get("client_id") != self.distribution.client_id:
            raise FakeSlackError("invalid_client_id")
        return self.distribution, asked
