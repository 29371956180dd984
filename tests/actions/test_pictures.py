"""Numbers as pictures: a partner's RVIs over time, and all partners by trust and activity."""

from datetime import date, timedelta
from typing import Any

from bot.fake_slack import Message
from bot.scores import query
from bot.slack.charts import CHART_TYPE
from bot.workspace.team import Team
from scoring.months import add_months
from scoring.vocabulary import Side
from storage.db.engine import reading
from storage.workspaces import workspaces
from tests.listeners.office import ANA, TODAY, Office, labels

LONG_AGO = date(2023, 1, 1)


def chart(message: Message) -> dict[str, Any] | None:
    return next((block for block in message.blocks if block["type"] == CHART_TYPE), None)


def over_time(office: Office, name: str = "Acme Legal") -> Message:
    """What the button on the card shows, beside the card."""
    seen = office.press(office.told(f"/partner show {name}"), "rvi_over_time")
    (message,) = seen.ephemerals
    return message


def filled(office: Office) -> int:
    """A partner of long ago: more in every later year, and a rating of each side."""
    acme = office.partner(since=LONG_AGO)
    office.rate(acme, 3, on=date(2024, 2, 1))
    office.rate(acme, 4, on=date(2026, 1, 1))
    office.rate(acme, 2, side="theirs", on=date(2025, 6, 1))
    for months in range(36):
        day = add_months(TODAY, -months) - timedelta(days=4)
        office.activity(acme, occurred_on=day, count=3 if months < 12 else 1)
        office.activity(acme, kind="event", direction="joint", occurred_on=day)
    return acme


def test_the_card_shows_both_rvis_over_two_years_and_what_is_to_come(office: Office) -> None:
    """Every second month; each number is that of its day, or of the forecast with nothing new."""
    acme = filled(office)
    block = chart(over_time(office))
    assert block is not None
    names = block["chart"]["axis_config"]["categories"]
    assert names[0] == "Nov 2024"
    assert names[11:] == [
        "Sept 2026", "today", "+ 2 months", "+ 4 months", "+ 6 months", "+ 8 months", "+ 10 months", "+ 12 months",
    ]  # fmt: skip
    shown = {one["name"]: [point["value"] for point in one["data"]] for one in block["chart"]["series"]}
    days = [add_months(TODAY, months) for months in range(-24, 1, 2)]
    with reading(office.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=office.workspace_id))
        for name, side in (("Ours", Side.OURS), ("Theirs", Side.THEIRS)):
            was = [
                query.load_scored(session, team=team, day=day, partner_id=acme)[0].now.view(side).rvi for day in days
            ]
            assert shown[name][:13] == [float(rvi or 0) for rvi in was]
            ahead = [add_months(TODAY, months) for months in range(2, 13, 2)]
            # Nothing is planned, so a later day as it would be asked then is the forecast of today.
            then = [
                query.load_scored(session, team=team, day=day, partner_id=acme)[0].now.view(side).rvi for day in ahead
            ]
            assert shown[name][13:] == [float(rvi or 0) for rvi in then]
    assert shown["Ours"][-1] == shown["Theirs"][-1] == 0


def test_it_says_in_words_where_the_forecast_ends(office: Office) -> None:
    filled(office)
    words = over_time(office).visible_text
    assert "ours goes from 16.00 today to 0.00" in words
    assert "by 23 Nov 2027" in words
    assert "+ marks the forecast" in str(chart(over_time(office)))


def test_what_was_begins_where_an_rvi_was_known(office: Office) -> None:
    """Months without one are no noughts."""
    acme = office.partner(since=LONG_AGO)
    office.activity(acme, occurred_on=TODAY - timedelta(days=100))
    office.rate(acme, 3, on=TODAY - timedelta(days=70))
    message = over_time(office)
    block = chart(message)
    assert block is not None
    assert block["chart"]["axis_config"]["categories"][:3] == ["Sept 2026", "today", "+ 2 months"]
    assert "It starts in Sept 2026" in message.visible_text


def test_a_side_that_is_not_known_is_left_out_and_said(office: Office) -> None:
    acme = office.partner(since=LONG_AGO)
    office.rate(acme, 3, side="theirs", on=TODAY - timedelta(days=300))
    message = over_time(office)
    block = chart(message)
    assert block is not None
    assert [one["name"] for one in block["chart"]["series"]] == ["Theirs"]
    assert "Ours is left out" in message.visible_text


def test_without_an_rvi_it_offers_to_rate_trust(office: Office) -> None:
    office.partner()
    message = over_time(office)
    assert chart(message) is None
    assert "Rate trust" in labels(message)


def test_the_first_three_months_are_said_to_be_provisional(office: Office) -> None:
    acme = office.partner(since=add_months(TODAY, -5))
    office.rate(acme, 3, on=add_months(TODAY, -5))
    assert "Too early to say until 23 Sept 2026" in over_time(office).visible_text


def test_a_workspace_without_charts_gets_the_rvis_as_a_table(office: Office) -> None:
    filled(office)
    card = office.told("/partner show Acme Legal")
    office.slack.world.refuse_blocks.add(CHART_TYPE)
    (message,) = office.press(card, "rvi_over_time").ephemerals
    assert chart(message) is None
    table = [line.rsplit(maxsplit=2) for line in message.visible_text.split("```")[1].splitlines()]
    assert [line[0].strip() for line in table[13:15]] == ["today", "+ 2 months"]
    assert len(table) == 20


def test_over_the_home_which_takes_no_charts_it_is_a_table_too(office: Office) -> None:
    """The Home has no place to answer in, so a window opens."""
    filled(office)
    home = office.slack.open_home(ANA).view
    assert home is not None
    opened = office.press(home, "open_card")
    assert opened.view is not None
    shown = office.press(opened.view, "rvi_over_time").view
    assert shown is not None
    assert "today" in str(shown.blocks)
    assert CHART_TYPE not in str(shown.blocks)
