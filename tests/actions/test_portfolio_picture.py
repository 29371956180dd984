"""The picture of all partners by trust and activity: drawn on demand, sent to whoever asked, and to nobody else."""

import re
import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from bot.actions.caller import Caller
from bot.actions.portfolio.charts import PartnerDot, PortfolioChart, get_portfolio_chart
from bot.background import portfolio_png
from bot.fake_slack import Message, pages
from bot.messages.portfolio import charts
from scoring.portfolio import Potential
from scoring.vocabulary import Band
from storage.tables import Partner
from tests.listeners.office import ADA, ANA, ROOM, TODAY, Office
from tests.patience import PATIENCE, until

LONG_AGO = date(2024, 1, 1)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def filled(office: Office) -> Office:
    """A partner of each kind, one that nobody rated, and a prospect."""
    for name, level, done in (("Trusted Ltd", 5, 9), ("Could Be", 5, 1), ("Risky & Co", 2, 8), ("Regular", 3, 4)):
        made = office.partner(name, since=LONG_AGO)
        office.rate(made, level, on=TODAY - timedelta(days=200))
        office.activity(made, count=done, occurred_on=TODAY - timedelta(days=30))
    office.partner("Unrated", since=LONG_AGO)
    office.rate(office.partner("Prospect", since=LONG_AGO, status="prospect"), 5)
    return office


def in_dm(office: Office, user: str = ANA) -> Message:
    """What comes into somebody's DM, in a while."""
    found = until(lambda: office.slack.dm(user))
    assert office.services.in_flight.finish(PATIENCE)
    return found[-1]


def press(office: Office, user: str = ANA) -> str:
    """Ask for the picture; what the answer says."""
    seen = office.press(office.told("/partner review all", user), "draw_portfolio", user)
    (answer,) = seen.ephemerals
    return answer.visible_text


def test_the_picture_comes_into_the_dm_of_whoever_asked(filled: Office) -> None:
    """Beside the answer, with words for those who don't see it."""
    assert "will arrive in your DM" in press(filled)
    message = in_dm(filled)
    (file,) = message.files
    assert file.data is not None
    assert file.data.startswith(PNG)
    assert file.channels == (message.channel,)
    assert "4 partners: 1 could become trusted (stars), 1 at risk (triangles)" in message.text
    assert "Not drawn: 1 partner" in message.text
    assert "Could become trusted (stars): Could Be (activity 1)." in file.alt
    assert "At risk (triangles): Risky & Co (activity 8)." in file.alt
    assert "Prospect" not in file.alt
    assert filled.slack.dm(ADA) == []
    assert filled.slack.channel(ROOM) == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["error", "500", "drop"])
def test_where_it_cannot_be_uploaded_the_numbers_come_as_text(filled: Office, method: str, kind: str) -> None:
    """Whichever of the three calls fails, and however."""
    filled.slack.world.faults.add(method, "restricted_action" if kind == "error" else kind, times=5)
    press(filled)
    message = in_dm(filled)
    assert message.files == ()
    assert "The picture could not be sent" in message.visible_text
    assert "Risky &amp; Co: activity 8, trust 2" in message.visible_text
    assert "Could Be: activity 1, trust 5" in message.visible_text


def test_an_app_that_was_installed_before_there_were_pictures_says_what_it_lacks(filled: Office) -> None:
    filled.slack.world.scopes = tuple(one for one in filled.slack.world.scopes if one != "files:write")
    press(filled)
    message = in_dm(filled)
    assert "reinstall it with the latest manifest" in message.visible_text
    filled.slack.world.calls.clear()  # the judge minds a missing scope, which is the point here


def test_a_process_that_ends_gives_the_numbers_at_once(filled: Office) -> None:
    filled.services.in_flight.finish(0)
    assert "Could Be: activity 1" in press(filled)
    assert filled.slack.dm(ANA) == []


def test_without_a_rating_there_is_nothing_to_draw(office: Office) -> None:
    office.partner()
    assert "nothing to draw" in press(office)


def test_it_judges_as_the_review_does(filled: Office) -> None:
    caller = Caller(filled.services.workspaces.teams()[0], ANA, filled.clock.now, is_steward=False)
    found = get_portfolio_chart(filled.engine, caller)
    kinds = {dot.name: dot.promise for dot in found.dots}
    assert kinds == {
        "Could Be": Potential.COULD_BE,
        "Regular": Potential.REGULAR,
        "Risky & Co": Potential.AT_RISK,
        "Trusted Ltd": Potential.TRUSTED,
    }
    assert (found.unrated, len(filled.rows(Partner))) == (1, 6)


def test_a_dot_has_the_colour_of_its_band(filled: Office) -> None:
    """As the bands' signs have it; grey while it is too early to say."""
    office, young = filled, filled.partner("Young Ltd", since=TODAY - timedelta(days=20))
    office.rate(young, 4)
    caller = Caller(office.services.workspaces.teams()[0], ANA, office.clock.now, is_steward=False)
    found = get_portfolio_chart(office.engine, caller)
    bands = {dot.name: dot.band for dot in found.dots}
    assert bands == {
        "Trusted Ltd": Band.STRONG, "Could Be": Band.WEAK, "Risky & Co": Band.GOOD, "Regular": Band.GOOD,
        "Young Ltd": None,
    }  # fmt: skip
    drawn = colours_of(portfolio_png.draw_portfolio(found)[0])
    for band, colour in portfolio_png.BAND_COLOURS.items():
        assert (colour in drawn) == (band in bands.values()), band


def colours_of(picture: bytes) -> set[str]:
    from matplotlib.image import imread

    red, green, blue = (imread(BytesIO(picture))[..., :3].reshape(-1, 3).T * 255).round().astype(int)
    return {f"#{colour:06x}" for colour in set((red * 65536 + green * 256 + blue).tolist())}


def test_the_digests_chart_is_drawn_in_the_bands_colours(filled: Office) -> None:
    """By the stand-in: Slack's own block takes no colours, so only the order of its series is ours."""
    css = (Path(pages.__file__).parent / "page.css").read_text(encoding="utf-8")
    palette = dict(re.findall(r"\.s(\d) \{ --c: (#\w+); \}", css))
    for place, band in enumerate([*reversed(Band), None]):
        assert palette[str(place)] == portfolio_png.BAND_COLOURS[band]


def made_up(number: int, name: str = "Partner") -> PortfolioChart:
    kinds = list(Potential)
    dots = [PartnerDot(f"{name} {n}", n % 17, 1 + n % 5, kinds[n % 4]) for n in range(number)]  # type: ignore[arg-type]
    return PortfolioChart(TODAY, dots, 0, 6)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1, 30, pytest.param(1_000, marks=pytest.mark.slow)])
def test_the_same_numbers_make_the_same_picture_and_names_are_few(number: int) -> None:
    picture, named = portfolio_png.draw_portfolio(made_up(number))
    assert picture == portfolio_png.draw_portfolio(made_up(number))[0]
    assert 0 < named <= portfolio_png.MAX_LABELS
    assert len(picture) < 500_000


@pytest.mark.parametrize("name", ["$x^2$ \\frac", "שלם 日本 🦄", "a\nb\t\u202e", "x" * 200, "&<>_^{}"])
@pytest.mark.filterwarnings("error")
def test_any_name_can_be_drawn(name: str) -> None:
    """It is no formula, and what the font lacks is no warning; in words it stays whole enough."""
    found = made_up(3, name)
    portfolio_png.draw_portfolio(found)
    assert len(charts.chart_alt_text(made_up(900, name))) <= charts.MAX_ALT_LENGTH


@pytest.mark.slow
def test_nothing_but_a_picture_imports_matplotlib() -> None:
    """Neither the app nor the command line, nor the digest and its chart."""
    code = (
        "import sys, bot.app, bot.cli.main, bot.messages.notifications.digest, bot.notifications.claim;"
        "import bot.listeners.portfolio;"
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
