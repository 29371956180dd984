"""Several workspaces behind one stand-in, and the one Tend that each of them may install."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

from bot.config import Settings
from bot.fake_slack import FakeSlack, HttpConnection, Message
from bot.services import Services
from bot.slack.manifest import build_manifest
from bot.slack.oauth import OAuthWorkspaces
from storage.db.engine import make_engine, reading, writing
from storage.partners import partners
from storage.tables import SLACK_TABLES
from storage.workspaces import workspaces
from tests.listeners.office import Heard
from tests.notifications.office import COMPLETE, Clock
from tests.patience import PATIENCE
from tests.web.endpoint import Endpoint

KEY = Fernet.generate_key().decode()
CLIENT_ID, CLIENT_SECRET, SIGNING = "1.2", "stand-in-client-secret", "stand-in-secret"
HOME = "https://tend.example.com"


@dataclass(frozen=True)
class Page:
    """What the browser got."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def to(self) -> str:
        return self.headers["location"]


@dataclass
class Browser:
    """Keeps cookies, and goes where it is told; never to anywhere but our endpoint."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, method: str = "GET") -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, headers={"Cookie": cookies} if cookies else {})
            response = connection.getresponse()
            for header in response.headers.get_all("set-cookie") or []:
                for name, morsel in SimpleCookie(header).items():
                    self.cookies[name] = morsel.value
                    if morsel["max-age"] == "0":
                        del self.cookies[name]
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Page(response.status, response.read().decode(), headers)
        finally:
            connection.close()

    def back(self, url: str) -> Page:
        """Follow Slack's redirect, which goes to the address that the manifest names."""
        assert url.startswith(f"{HOME}/slack/oauth_redirect?"), url
        where = urlsplit(url)
        return self.get(f"{where.path}?{where.query}")


@dataclass
class Street:
    """The workspaces, the first of which owns the stand-in's server, and Tend at its endpoint."""

    first: FakeSlack
    second: FakeSlack
    clock: Clock
    url: str
    engine: Engine
    services: Services
    endpoint: Endpoint
    houses: list[Services] = field(default_factory=list)

    @property
    def by_oauth(self) -> OAuthWorkspaces:
        assert isinstance(self.services.workspaces, OAuthWorkspaces)
        return self.services.workspaces

    def browser(self) -> Browser:
        return Browser(self.endpoint.port)

    def began(self, browser: Browser) -> str:
        """The address at Slack to which whoever wants to install is sent."""
        page = browser.get("/slack/install")
        assert page.status == 302, page
        return page.to

    def install(self, slack: FakeSlack, user: str = "U1") -> Page:
        """All the way, in a browser of its own."""
        browser = self.browser()
        page = browser.back(slack.approve(self.began(browser), user))
        assert page.status == 200, page
        return page

    def other_house(self, **changed: Any) -> Services:
        """Another process's."""
        made = Services.build(self.services.settings.model_copy(update=changed), make_engine(self.url), self.clock)
        self.houses.append(made)
        return made

    def workspace_id(self, slack: FakeSlack) -> int:
        with reading(self.engine) as session:
            found = workspaces.lock_by_team(session, team_id=slack.world.team_id)
            assert found
            return found.id or 0

    def partner(self, slack: FakeSlack, name: str, owner: str | None = "U1", **more: Any) -> int:
        with writing(self.engine) as session:
            made = partners.add(
                session,
                workspace_id=self.workspace_id(slack),
                name=name,
                since_on=date(2026, 10, 1),
                owner=owner,
                by="U1",
                now=min(self.clock.now, datetime(2026, 10, 1, 12, tzinfo=UTC)),
                **(COMPLETE | more),
            )
            return made.id or 0

    def close(self) -> None:
        for services in self.houses:
            services.engine.dispose()
        self.engine.dispose()


def nudges_of(slack: FakeSlack, user: str) -> list[Message]:
    """What Tend told somebody in a DM, but for the welcome of whoever installed it."""
    return [one for one in slack.dm(user) if not one.text.startswith("Welcome to Tend")]


def make_settings(slack: FakeSlack, **changed: Any) -> Settings:
    return Settings(
        **{
            "slack_client_id": CLIENT_ID,
            "slack_client_secret": CLIENT_SECRET,
            "slack_signing_secret": SIGNING,
            "tend_token_key": KEY,
            "slack_api_url": slack.api_url,
        }
        | changed
    )


def furnish(slack: FakeSlack) -> None:
    """The same ids in every workspace, as they may well be in a test and hardly ever are in Slack."""
    slack.world.add_person("U1", f"ana-{slack.world.team_id.lower()}", is_admin=True)
    slack.world.add_person("U2", f"ben-{slack.world.team_id.lower()}")
    slack.world.add_channel("C1", "partners", members=["U1", "U2"])


def distribute(slack: FakeSlack, **how: Any) -> None:
    slack.distribute(build_manifest(HOME), client_id=CLIENT_ID, client_secret=CLIENT_SECRET, **how)


def hears(slack: FakeSlack, endpoint: Endpoint) -> Heard:
    """Connect a workspace with Tend's endpoint."""
    slack.link = heard = Heard(HttpConnection(endpoint.url, SIGNING, limit=PATIENCE))
    return heard


def dump(engine: Engine, workspace_id: int | None = None, team_id: str | None = None) -> dict[str, list[str]]:
    """Every row as it stands in the database; of one workspace alone, if it is given."""
    found = {}
    with Session(engine) as session:
        for name, table in SQLModel.metadata.tables.items():
            query = table.select().order_by(text("id"))
            if workspace_id is not None:
                of_team = name in SLACK_TABLES and "team_id" in table.c
                if not of_team and name != "workspace" and "workspace_id" not in table.c:
                    continue  # it is of the processes, or of nobody yet
                if of_team:
                    query = query.where(table.c.team_id == team_id)
                else:
                    query = query.where(table.c["id" if name == "workspace" else "workspace_id"] == workspace_id)
            found[name] = [repr(tuple(row)) for row in session.execute(query)]
    return found
