"""Installing: from the page to Slack and back. What is not right leaves nothing behind, and says so in plain words."""

import threading
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.app import create_app
from bot.config import Settings
from bot.fake_slack.web_api.oauth import Distribution
from bot.services import Services
from bot.slack.manifest import SCOPES
from bot.web.app import make_web
from storage.db.engine import reading, writing
from storage.tables import SLACK_BOTS, SLACK_INSTALLATIONS, SLACK_STATES, Workspace
from storage.workspaces import oauth_states, workspaces
from tests.slack.street import Browser, Page, Street, dump
from tests.web.conftest import Door


def stored(street: Street) -> list[object]:
    """All that an installation leaves."""
    with reading(street.engine) as session:
        return [
            *session.execute(select(SLACK_BOTS)),
            *session.execute(select(SLACK_INSTALLATIONS)),
            *session.exec(select(Workspace)),
        ]


def words(page: Page, status: int) -> str:
    """What a page says that tells of nothing installed."""
    assert page.status == status, page.text
    assert "<h1>Tend was not installed</h1>" in page.text
    for stack in ("Traceback", "Error", "xoxb", "secret"):
        assert stack not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    return page.text


def test_whoever_begins_is_sent_to_slack_with_the_manifests_scopes_and_a_state(street: Street) -> None:
    browser = street.browser()
    page = browser.get("/slack/install")
    where = urlsplit(page.to)
    asked = parse_qs(where.query)
    assert page.status == 302
    assert f"{where.scheme}://{where.netloc}/" == street.first.page_url
    assert where.path == "/oauth/v2/authorize"
    assert asked["client_id"] == ["1.2"]
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert browser.cookies["__Host-tend-install"] == asked["state"][0]
    assert len(asked["state"][0]) >= 40


def test_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(street: Street) -> None:
    header = street.browser().get("/slack/install").headers["set-cookie"].lower()
    for part in ("__host-tend-install=", "secure", "httponly", "samesite=lax", "path=/", "max-age=600"):
        assert part in header
    assert "domain" not in header


def test_an_installation_stores_the_token_makes_the_workspace_and_says_so(street: Street) -> None:
    page = street.install(street.second)
    assert "<h1>Tend is installed</h1>" in page.text
    assert "Second &amp; Sons" in page.text
    (team,) = street.services.workspaces.teams()
    assert (team.team_id, team.name, team.bot_user_id) == ("T0SECOND", "Second & Sons", "U0TENDBOT")
    assert street.services.workspaces.client(team).auth_test()["team_id"] == "T0SECOND"
    assert street.second.command("U1", "/partner", "list", channel="C1").ok
    assert len(dump(street.engine)["slack_oauth_states"]) == 1, "it was used"


def test_the_cookie_is_gone_afterwards(street: Street) -> None:
    browser = street.browser()
    browser.back(street.first.approve(street.began(browser), "U1"))
    assert browser.cookies == {}


def test_a_state_serves_once(street: Street) -> None:
    browser = street.browser()
    begun = street.began(browser)
    cookies = dict(browser.cookies)
    assert browser.back(street.first.approve(begun, "U1")).status == 200
    before = dump(street.engine)
    again = Browser(street.endpoint.port, cookies)
    assert "already used" in words(again.back(street.second.approve(begun, "U1")), 400)
    assert dump(street.engine) == before


def test_who_brings_a_state_in_another_browser_gets_nowhere(street: Street) -> None:
    """Nor can anyone be made to end what another began: an address with somebody else's code installs nothing."""
    theirs, mine = street.browser(), street.browser()
    url = street.first.approve(street.began(theirs), "U1")
    street.began(mine)
    assert "another browser" in words(mine.back(url), 400)
    assert "another browser" in words(street.browser().back(url), 400)
    assert stored(street) == []
    assert theirs.back(url).status == 200, "and the one who began it can still end it"


@pytest.mark.parametrize("state", ["", "made-up", "é", "x" * 5_000])
def test_a_state_that_nobody_gave_out_is_refused(street: Street, state: str) -> None:
    browser = street.browser()
    url = street.first.approve(street.began(browser), "U1")
    code = parse_qs(urlsplit(url).query)["code"][0]
    browser.cookies["__Host-tend-install"] = quote(state)
    page = browser.get(f"/slack/oauth_redirect?code={code}&state={quote(state)}")
    words(page, 400)
    assert stored(street) == []


def test_without_any_state_or_code_there_is_nothing_to_do(street: Street) -> None:
    words(street.browser().get("/slack/oauth_redirect"), 400)
    browser = street.browser()
    state = parse_qs(urlsplit(street.began(browser)).query)["state"][0]
    assert "response was incomplete" in words(browser.get(f"/slack/oauth_redirect?state={state}"), 400)
    assert stored(street) == []


def test_a_state_runs_out_after_ten_minutes_and_is_forgotten(street: Street) -> None:
    browser = street.browser()
    begun = street.began(browser)
    street.clock.now += timedelta(minutes=9)
    street.began(street.browser())
    street.clock.now += timedelta(minutes=2)
    assert "has expired" in words(browser.back(street.first.approve(begun, "U1")), 400)
    assert stored(street) == []
    street.install(street.first)
    street.clock.now += timedelta(minutes=11)
    street.install(street.second)
    assert len(dump(street.engine)["slack_oauth_states"]) == 1, "what ran out went with the next"


def test_nothing_is_stored_before_slack_has_sent_somebody_back(street: Street) -> None:
    """However many open the page, and whatever they bring back that Slack does not confirm."""
    before = dump(street.engine)
    for _ in range(20):
        browser = street.browser()
        state = parse_qs(urlsplit(street.began(browser)).query)["state"][0]
        browser.get(f"/slack/oauth_redirect?code=nonsense&state={state}")
    assert dump(street.engine) == before


def test_a_state_that_was_signed_by_nobody_or_changed_is_refused(street: Street) -> None:
    for change in (
        lambda state: ("y" if state[0] == "x" else "x") + state[1:],
        lambda state: state[:-1],
        lambda state: state.replace("-1", "-2"),
    ):
        browser = street.browser()
        state = change(parse_qs(urlsplit(street.began(browser)).query)["state"][0])
        browser.cookies["__Host-tend-install"] = state
        words(browser.get(f"/slack/oauth_redirect?code=1&state={state}"), 400)
    assert street.first.world.calls_to("oauth.v2.access") == []


def test_who_declines_changes_nothing(street: Street) -> None:
    browser = street.browser()
    assert "Installation cancelled" in words(browser.back(street.first.cancel(street.began(browser))), 200)
    assert stored(street) == []


def test_what_slack_complains_of_is_shown_to_nobody(street: Street) -> None:
    page = street.browser().get("/slack/oauth_redirect?error=<script>alert(1)</script>&state=x")
    assert "script" not in words(page, 500)


def test_a_code_that_is_no_longer_good(street: Street) -> None:
    browser = street.browser()
    state = parse_qs(urlsplit(street.began(browser)).query)["state"][0]
    assert "has expired" in words(browser.get(f"/slack/oauth_redirect?code=nonsense&state={state}"), 400)
    assert stored(street) == []


@pytest.mark.parametrize("kind", ["500", "503", "drop", "429", "internal_error"])
def test_a_slack_in_trouble_leaves_nothing_behind(street: Street, kind: str) -> None:
    browser = street.browser()
    url = street.first.approve(street.began(browser), "U1")
    street.first.world.faults.add("oauth.v2.access", kind)
    words(browser.back(url), 503)
    assert stored(street) == []
    assert street.install(street.first).status == 200


def test_a_wrong_secret_is_the_affair_of_whoever_runs_it(
    street: Street, served: tuple[Door, int], caplog: pytest.LogCaptureFixture
) -> None:
    services = street.other_house(slack_client_secret=type(street.services.settings.tend_token_key)("wrong"))
    served[0].behind = make_web(services, create_app(services))
    browser = street.browser()
    url = street.first.approve(street.began(browser), "U1")
    assert "its log" in words(browser.back(url), 500)
    assert "bad_client_secret" in caplog.text
    assert parse_qs(urlsplit(url).query)["code"][0] not in caplog.text
    assert stored(street) == []


def test_what_names_neither_workspace_nor_organisation_is_refused_and_its_token_given_back(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = street.browser()
    url = street.first.approve(street.began(browser), "U1")
    original = Distribution.access
    monkeypatch.setattr(Distribution, "access", lambda self, args: {**original(self, args), "team": None})
    assert "named no workspace" in words(browser.back(url), 500)
    assert stored(street) == []
    assert len(street.first.world.calls_to("auth.revoke")) == 1
    assert street.first.tokens.lasting() is None


def test_a_database_in_trouble_says_so_in_plain_words(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    browser = street.browser()
    url = street.first.approve(street.began(browser), "U1")
    monkeypatch.setattr(workspaces, "connect", broken)
    assert "can't reach its database" in words(browser.back(url), 503)
    assert stored(street) == []
    monkeypatch.setattr(oauth_states, "use_state", broken)
    browser = street.browser()
    assert "can't reach its database" in words(browser.back(street.first.approve(street.began(browser), "U1")), 503)


def test_what_cannot_be_stored_whole_is_not_stored_at_all(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace without a token, or a token without a workspace, would be worse than neither."""

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    monkeypatch.setattr(type(street.by_oauth.store), "save_bot", broken)
    browser = street.browser()
    words(browser.back(street.first.approve(street.began(browser), "U1")), 503)
    assert stored(street) == []


def test_what_waits_for_its_first_workspace_is_nobodys_who_installs(street: Street) -> None:
    """Anyone may install: what was imported before must not become the first stranger's."""
    with writing(street.engine) as session:
        waiting = workspaces.get_or_create_unconnected(session, now=street.clock.now).id
    street.install(street.first)
    (team,) = street.services.workspaces.teams()
    assert team.id != waiting
    with reading(street.engine) as session:
        assert workspaces.get(session, workspace_id=waiting or 0).team_id is None


def test_installing_again_takes_the_place_of_the_installation_before(both: Street) -> None:
    both.clock.now += timedelta(minutes=5)
    ids = [both.workspace_id(both.first), both.workspace_id(both.second)]
    both.install(both.first, "U2")
    assert [both.workspace_id(both.first), both.workspace_id(both.second)] == ids
    with reading(both.engine) as session:
        assert len(session.execute(select(SLACK_BOTS)).all()) == 2
        rows = session.execute(select(SLACK_INSTALLATIONS.c.team_id, SLACK_INSTALLATIONS.c.user_id)).all()
    assert sorted(rows) == [("T0SECOND", "U1"), ("T0TEND", "U2")]


def test_two_who_install_the_same_workspace_at_once_make_one(street: Street) -> None:
    gate, pages = threading.Barrier(2), list[Page]()
    ready = [(browser := street.browser(), street.first.approve(street.began(browser), "U1")) for _ in range(2)]

    def end(browser: Browser, url: str) -> None:
        gate.wait()
        pages.append(browser.back(url))

    threads = [threading.Thread(target=end, args=one) for one in ready]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [page.status for page in pages] == [200, 200]
    assert len(street.services.workspaces.teams()) == 1
    with reading(street.engine) as session:
        for table in (SLACK_BOTS, SLACK_INSTALLATIONS):
            assert len(session.execute(select(table)).all()) == 1


def test_two_who_bring_the_same_state_at_once_install_once(street: Street) -> None:
    browser = street.browser()
    begun = street.began(browser)
    urls = [street.first.approve(begun, "U1"), street.second.approve(begun, "U1")]
    gate, pages = threading.Barrier(2), list[Page]()

    def end(url: str) -> None:
        mine = Browser(street.endpoint.port, dict(browser.cookies))
        gate.wait()
        pages.append(mine.back(url))

    threads = [threading.Thread(target=end, args=(url,)) for url in urls]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(page.status for page in pages) == [200, 400]
    assert len(street.services.workspaces.teams()) == 1
    with reading(street.engine) as session:
        assert len(session.execute(select(SLACK_STATES)).all()) == 1


def test_nothing_but_get_is_taken(street: Street) -> None:
    for path in ("/slack/install", "/slack/oauth_redirect"):
        assert street.browser().get(path, "POST").status == 405


def test_one_token_offers_no_installation(street: Street, served: tuple[Door, int]) -> None:
    services = Services.build(
        Settings(slack_bot_token="xoxb-x", slack_signing_secret="s", slack_api_url=street.first.api_url), street.engine
    )
    served[0].behind = make_web(services, create_app(services))
    assert street.browser().get("/slack/install").status == 404


def test_two_tabs_of_one_browser_both_end_what_they_began(street: Street) -> None:
    browser = street.browser()
    first, second = street.began(browser), street.began(browser)
    assert browser.back(street.first.approve(first, "U1")).status == 200
    assert browser.back(street.second.approve(second, "U1")).status == 200
    assert browser.cookies == {}


def test_a_browser_keeps_five_that_it_began(street: Street) -> None:
    browser = street.browser()
    first, *_, last = [street.began(browser) for _ in range(6)]
    assert "another browser" in words(browser.back(street.first.approve(first, "U1")), 400)
    assert browser.back(street.first.approve(last, "U1")).status == 200
