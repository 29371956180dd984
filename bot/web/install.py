"""OAuth install pages: redirect to Slack, and handle the callback."""

import hmac
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from html import escape
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store.models import Installation as Installed
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.notifications.welcome import send_welcome
from bot.services import Services
from bot.slack.client import is_transient, make_client, slack_error_code
from bot.slack.manifest import REDIRECT_PATH, SCOPES
from bot.slack.oauth import OAuthWorkspaces
from bot.slack.token_store import Holder
from bot.web.bulkhead import Bulkhead, Busy, Stopping
from bot.web.html import HEADERS, render_page
from bot.web.install_state import is_valid_state, make_state
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.db.retry import transact
from storage.workspaces import oauth_states

log = logging.getLogger(__name__)

INSTALL_PATH = "/slack/install"
STATE_LIFETIME = timedelta(minutes=10)
# Browsers accept a cookie with the __Host- prefix only from this exact host over https.
COOKIE = "__Host-tend-install"
_BETWEEN_STATES = "."
MAX_TABS = 5
TRY_AGAIN = f'<a href="{INSTALL_PATH}">Start again</a>'
# Slack's errors for an expired code. Any other error means that this Tend is misconfigured.
STALE_CODES = ("invalid_code", "code_already_used", "code_expired")


@dataclass(frozen=True, slots=True)
class InstallOutcome:
    """A failed installation. `words` is HTML that says what to do next."""

    status: int
    words: str
    title: str = "Tend was not installed"


CANCELLED = InstallOutcome(
    200, f"Installation cancelled; nothing was changed. {TRY_AGAIN} if you didn't mean to cancel."
)
OTHER_BROWSER = InstallOutcome(
    400,
    f"This installation was started in another browser or has expired. {TRY_AGAIN} here and finish it.",
)
NO_CODE = InstallOutcome(400, f"Slack's response was incomplete. {TRY_AGAIN}.")
EXPIRED = InstallOutcome(400, f"This install link has expired or was already used. {TRY_AGAIN}.")
SLACK_UNAVAILABLE = InstallOutcome(503, f"Slack did not answer. {TRY_AGAIN} in a minute.")
BUSY = InstallOutcome(503, f"Tend is busy with other installations right now. {TRY_AGAIN} in a minute.")
DATABASE_UNAVAILABLE = InstallOutcome(503, f"Tend can't reach its database right now. {TRY_AGAIN} in a minute.")
MISCONFIGURED = InstallOutcome(
    500, "Slack rejected this app's configuration. The administrator of this Tend can find the reason in its log."
)
NO_TOKEN = InstallOutcome(500, f"Slack's response named no workspace. {TRY_AGAIN}.")
ADD_TO_WORKSPACES = "https://app.slack.com/manage/{enterprise}/integrations/profile/{app}/workspaces/add"
"""Where Slack's page on developing for Enterprise orgs says to send whoever installed an app for an organisation."""


class InstallFailed(Exception):
    """The installation failed, and nothing was stored."""

    def __init__(self, outcome: InstallOutcome) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


def install_routes(services: Services, by_oauth: OAuthWorkspaces) -> list[Route]:
    """Return the routes that start an installation and handle Slack's redirect.

    Whoever comes back may still be anybody, and Slack is asked about them: a few at a time, beside all other requests.
    """
    handlers, bulkhead = _Handlers(by_oauth), Bulkhead(services, calls_slack=True)

    async def begin(request: Request) -> Response:
        try:
            return await bulkhead.look_up(handlers.begin, request)
        except Stopping:
            return _failure_page(BUSY)

    async def end(request: Request) -> Response:
        try:
            return await bulkhead.run(REDIRECT_PATH, handlers.end, request)
        except (Busy, Stopping):
            return _failure_page(BUSY)

    return [Route(INSTALL_PATH, begin, methods=["GET"]), Route(REDIRECT_PATH, end, methods=["GET"])]


class _Handlers:
    def __init__(self, by_oauth: OAuthWorkspaces) -> None:
        self._by_oauth, self._settings = by_oauth, by_oauth.settings
        self._addresses = AuthorizeUrlGenerator(
            client_id=by_oauth.store.client_id,
            scopes=SCOPES,
            authorization_url=self._settings.slack_api_url.removesuffix("api/") + "oauth/v2/authorize",
        )

    def begin(self, request: Request) -> Response:
        """Redirect to Slack, with a signed state bound to the browser by a cookie, beside those of its other tabs."""
        state = make_state(self._settings.need("slack_client_secret"), self._by_oauth.clock() + STATE_LIFETIME)
        response = RedirectResponse(self._addresses.generate(state), 302, HEADERS)
        _set_states(response, [*_states(request), state][-MAX_TABS:])
        return response

    def end(self, request: Request) -> Response:
        """Exchange Slack's code and store the installation."""
        try:
            installation = self._exchanged(request)
            teams = self._by_oauth.installed(installation)
        except InstallFailed as failed:
            response = _failure_page(failed.outcome)
        except DBAPIError as error:
            log.error("could not store an installation", exc_info=error)
            response = _failure_page(DATABASE_UNAVAILABLE)
        else:
            log.info("%s installed Tend", Holder.of(installation))
            if not installation.is_enterprise_install:  # of whose workspaces nobody said which are the installer's
                self._welcome(teams[0], installation.user_id)
            response = _page("Tend is installed", _installed_words(installation, teams))
        _set_states(response, [state for state in _states(request) if state != request.query_params.get("state")])
        return response

    def _welcome(self, team: Team, user_id: str | None) -> None:
        services = self._by_oauth
        if user_id:
            send_welcome(services.engine, services.clock, services, team, user_id)

    def _exchanged(self, request: Request) -> Installed:
        """Validate the callback and exchange its code, or raise InstallFailed."""
        params = request.query_params
        if refusal := params.get("error"):
            if refusal == "access_denied":
                raise InstallFailed(CANCELLED)
            log.warning("could not install Tend: Slack says %s", re.sub(r"\W", "_", refusal)[:50])
            raise InstallFailed(MISCONFIGURED)
        state = params.get("state", "")
        # The state must match the browser's cookie, so nobody can be tricked into finishing another's installation.
        if not any([hmac.compare_digest(state.encode(), begun.encode()) for begun in _states(request)]):
            raise InstallFailed(OTHER_BROWSER)
        now, secret = self._by_oauth.clock(), self._settings.need("slack_client_secret")
        if not is_valid_state(secret, state, now):
            raise InstallFailed(EXPIRED)
        with reading(self._by_oauth.engine) as session:
            if oauth_states.was_used(session, state=state):
                raise InstallFailed(EXPIRED)
        if not (code := params.get("code")):
            raise InstallFailed(NO_CODE)
        installation = self._installation(self._asked_slack(code))
        use = partial(oauth_states.use_state, state=state, until=now + STATE_LIFETIME, now=now)
        if not transact(self._by_oauth.engine, use):  # only now, after Slack has confirmed the code
            raise InstallFailed(EXPIRED)
        return installation

    def _asked_slack(self, code: str) -> dict[str, Any]:
        try:
            answer = make_client(None, self._settings.slack_api_url, patience=0).oauth_v2_access(
                code=code,
                client_id=self._by_oauth.store.client_id,
                client_secret=self._settings.need("slack_client_secret"),
            )
        except SlackApiError as error:
            log.warning("could not install Tend: Slack says %s", slack_error_code(error))
            if is_transient(error):
                raise InstallFailed(SLACK_UNAVAILABLE) from None
            raise InstallFailed(EXPIRED if slack_error_code(error) in STALE_CODES else MISCONFIGURED) from None
        except (OSError, HTTPException) as error:
            log.warning("could not install Tend: Slack is unreachable (%s)", type(error).__name__)
            raise InstallFailed(SLACK_UNAVAILABLE) from None
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _installation(self, answer: dict[str, Any]) -> Installed:
        team, organisation = answer.get("team") or {}, answer.get("enterprise") or {}
        is_organisations, token = bool(answer.get("is_enterprise_install")), answer.get("access_token")
        if not (organisation if is_organisations else team).get("id") or not token:
            self._give_back(token)
            raise InstallFailed(NO_TOKEN)
        ends = answer.get("expires_in")
        return Installed(
            app_id=str(answer.get("app_id") or ""),
            is_enterprise_install=is_organisations,
            enterprise_id=organisation.get("id"),
            enterprise_name=organisation.get("name"),
            team_id=team.get("id"),
            team_name=team.get("name"),
            bot_token=token,
            bot_user_id=answer.get("bot_user_id"),
            bot_scopes=answer.get("scope") or "",
            bot_refresh_token=answer.get("refresh_token"),
            bot_token_expires_at=None if ends is None else int(self._by_oauth.clock().timestamp()) + int(ends),
            user_id=str((answer.get("authed_user") or {}).get("id") or ""),
            token_type=answer.get("token_type"),
        )

    def _give_back(self, token: str | None) -> None:
        """Revoke a token that will not be stored."""
        try:
            if token:
                make_client(token, self._settings.slack_api_url, patience=0).auth_revoke()
        except (SlackApiError, OSError, HTTPException) as error:
            log.warning("could not revoke an unused token: %s", type(error).__name__)


def _installed_words(installation: Installed, teams: Sequence[Team]) -> str:
    """Say in HTML where Tend works now, and what is left to do."""
    names = escape(", ".join(team.name or team.team_id or "your workspace" for team in teams))
    start = "Type <code>/tend help</code> in Slack to get started."
    if not installation.is_enterprise_install:
        return f"It now works in {names}. {start}"
    url = ADD_TO_WORKSPACES.format(
        enterprise=quote(installation.enterprise_id or ""), app=quote(installation.app_id or "")
    )
    add = f'<a href="{url}">Add it to workspaces in Slack</a>'
    of = escape(installation.enterprise_name or "your organisation")
    if names:
        return f"It is installed for {of}, and works in {names}. {start} To have it in others: {add}."
    return f"It is installed for {of}, but not yet in any workspace. {add}; then type <code>/tend help</code> there."


def _states(request: Request) -> list[str]:
    """The states of the installations that were begun in this browser, oldest first."""
    return [state for state in request.cookies.get(COOKIE, "").split(_BETWEEN_STATES) if state]


def _set_states(response: Response, states: list[str]) -> None:
    if states:
        value, age = _BETWEEN_STATES.join(states), int(STATE_LIFETIME.total_seconds())
        response.set_cookie(COOKIE, value, max_age=age, secure=True, httponly=True, samesite="lax")
    else:
        response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")


def _failure_page(failed: InstallOutcome) -> Response:
    return _page(failed.title, failed.words, failed.status)


def _page(title: str, words: str, status: int = 200) -> Response:
    return render_page("installing.html", status, title=title, words=words)
