"""What a partnership costs us: typed, in a form, taken back; and what it returns."""

from datetime import date
from typing import Any

import pytest

from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.messages.as_json import score as score_json
from bot.messages.economics.costs import describe_roi, format_minutes, format_roi
from bot.scores import models, query
from bot.workspace.team import Team
from scoring.roi import return_on_investment
from storage.db.engine import reading, writing
from storage.ledger import costs
from storage.tables import Cost, Workspace
from storage.workspaces import workspaces
from tests.listeners.office import ADA, ANA, BOB, STEVE, TODAY, Office, first_values, labels, replaced

NO_PRICE = "`/tend settings hourly_rate 80`"


def won(office: Office, partner_id: int, value: int = 840_000) -> None:
    office.activity(partner_id, outcome="won", value_minor=value)


def set_up(office: Office, **fields: Any) -> None:
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields=fields)


def scored(office: Office, day: date = TODAY) -> models.ScoredPartner:
    with reading(office.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=office.workspace_id))
        (found,) = query.load_scored(session, team=team, day=day)
        return found


def spend(office: Office, partner_id: int, on: date, money: int = 10_000) -> None:
    with writing(office.engine) as session:
        costs.record(
            session,
            workspace_id=office.workspace_id,
            partner_id=partner_id,
            spent_on=on,
            money_minor=money,
            what="a stand",
            by=ANA,
            now=office.clock(),
        )


def test_row_04_roi_is_what_is_left_of_the_value_won_by_what_it_cost(office: Office) -> None:
    """£8,400 won for £2,000 of money, hours at their price, and a commission: each moves the ROI as it is recorded."""
    partner_id = office.partner(terms="commission", terms_share=1_000)
    won(office, partner_id)
    office.told("/tend settings hourly_rate £80", ADA)
    answer = office.told("/partner cost Acme Legal £1000 stand at the fair on 2 Nov")
    assert ":white_check_mark: Recorded: £1,000 for *Acme Legal* · stand at the fair · 2 Nov" in answer.visible_text
    assert "ROI +900% → +357%: £8,400 won for £1,840" in answer.visible_text
    assert labels(answer) == ["Undo", "Open card"]
    answer = office.told("/partner cost Acme Legal 2h slides")
    assert "ROI +357% → +320%: £8,400 won for £2,000" in answer.visible_text
    assert NO_PRICE not in answer.visible_text
    told = score_json(scored(office), "GBP")
    assert (told["value_won"], told["cost"], told["roi"]) == ("8400.00", "2000.00", "3.20")


def test_row_04_without_a_cost_the_roi_is_a_dash(office: Office) -> None:
    """Undoing the only cost brings the dash back."""
    won(office, office.partner())
    answer = office.told("/partner cost Acme Legal £2,000 stand")
    assert "ROI – → +320%: £8,400 won for £2,000" in answer.visible_text
    message = replaced(office.press(answer, "undo_cost"))
    assert "Undone for *Acme Legal*: £2,000 · stand" in message.visible_text
    assert "ROI +320% → –: £8,400 won, no cost logged" in message.visible_text


def test_hours_without_a_rate_are_kept_and_told(office: Office) -> None:
    """They have no price: a dash, and how to set one. Once it is set, they count from their day."""
    won(office, office.partner())
    answer = office.told("/partner cost Acme Legal 1h30 slides")
    assert "1 h 30 min for *Acme Legal*" in answer.visible_text
    assert "No ROI yet: £8,400 won, no cost logged" in answer.visible_text
    assert f"a steward can set an hourly rate with {NO_PRICE}" in (answer.visible_text)
    answer = office.told("/partner cost Acme Legal £2000 stand")
    assert "ROI – → +320%: £8,400 won for £2,000" in answer.visible_text
    assert NO_PRICE in answer.visible_text
    office.told("/tend settings hourly_rate 80", STEVE)
    assert scored(office).now.facts.cost == 212_000


@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("", {}),
        (" Acme Legal", {"partner": "Acme Legal"}),
        (" Acme Legal £1,234.50", {"partner": "Acme Legal", "cost": "1234.50"}),
        (" Acme Legal 90 min on 2 Nov", {"partner": "Acme Legal", "cost": "1 h 30 min", "spent_on": "2026-11-02"}),
    ],
)
def test_too_little_text_opens_the_form_with_what_was_understood(
    office: Office, line: str, filled: dict[str, str]
) -> None:
    office.partner()
    view = office.asked(f"/partner cost{line}")
    assert first_values(view) == {"spent_on": TODAY.isoformat()} | filled
    assert office.rows(Cost) == []


@pytest.mark.parametrize(
    ("typed", "money", "minutes"),
    [("£200", 20_000, None), ("1.2k", 120_000, None), ("2h", None, 120), ("1 h 30 min", None, 90), ("45m", None, 45)],
)
def test_one_field_takes_money_or_hours(office: Office, typed: str, money: int | None, minutes: int | None) -> None:
    partner_id = office.partner()
    seen = office.submit(office.asked("/partner cost Acme Legal"), cost=typed, what="Lunch", spent_on="2026-11-02")
    assert seen.ok
    row = office.row(Cost)
    assert (row.partner_id, row.money_minor, row.minutes) == (partner_id, money, minutes)
    assert (row.what, row.spent_on, row.recorded_by) == ("Lunch", date(2026, 11, 2), ANA)
    assert "Recorded: " in seen.ephemerals[0].visible_text


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"cost": "lots"}, "cost", "I could not read the amount “lots”"),
        ({"cost": "$200"}, "cost", "keeps this workspace's money in GBP"),
        ({"cost": "0h"}, "cost", "between a minute and 1,000 hours"),
        ({"cost": "£0"}, "cost", "greater than zero"),
        ({"cost": "-£5"}, "cost", "below zero"),
        ({"spent_on": "1969-12-31"}, "spent_on", "between 1970 and two years ahead"),
        ({"spent_on": "2028-12-01"}, "spent_on", "between 1970 and two years ahead"),
    ],
)
def test_what_cannot_be_taken_comes_back_on_its_field(
    office: Office, values: dict[str, str], field: str, problem: str
) -> None:
    """And nothing is recorded."""
    office.partner()
    view = office.asked("/partner cost Acme Legal")
    seen = office.submit(view, **({"cost": "£200", "what": "Lunch"} | values))
    assert seen.errors is not None
    assert list(seen.errors) == [field]
    assert problem in seen.errors[field]
    assert office.rows(Cost) == []


def test_a_form_sent_twice_records_once(office: Office) -> None:
    """Slack repeats what it heard no answer to."""
    office.partner()
    office.submit(office.asked("/partner cost Acme Legal"), cost="£200", what="Lunch")
    assert office.again().status == 200
    assert len(office.rows(Cost)) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Acme Legal £0 lunch", "greater than zero"),
        ("Acme Legal lunch", "Say what it cost first"),
        (f"Acme Legal £200 {'x' * (MAX_TEXT_LENGTH + 1)}", "the limit is 1,000"),
    ],
)
def test_a_line_that_cannot_be_taken_records_nothing(office: Office, line: str, problem: str) -> None:
    office.partner()
    answer = office.told(f"/partner cost {line}")
    assert problem in answer.visible_text
    assert "Nothing was recorded." in answer.visible_text
    assert office.rows(Cost) == []


def test_an_unknown_partner_is_added_and_the_cost_recorded_in_one_press(office: Office) -> None:
    answer = office.told("/partner cost Zeta £200 lunch")
    assert "There is no partner called “Zeta”" in answer.visible_text
    assert office.rows(Cost) == []
    assert "Recorded: £200 for *Zeta*" in replaced(office.press(answer, "add_and_retype")).visible_text


def test_a_voided_cost_counts_no_more_and_stays(office: Office) -> None:
    """Undo twice changes nothing the second time."""
    partner_id = office.partner()
    won(office, partner_id)
    answer = office.told("/partner cost Acme Legal £2,000 stand")
    first = office.press(answer, "undo_cost")
    assert first.ok
    row = office.row(Cost)
    assert (row.voided_at, row.voided_by) == (office.clock(), ANA)
    assert scored(office).now.facts.cost is None
    forged = office.told("/partner cost Acme Legal £1 pen")
    again = replaced(office.forge(forged, "undo_cost", str(row.id)))
    assert again.visible_text.startswith("That was already undone")
    assert [one.voided_at is None for one in office.rows(Cost)] == [False, True]


@pytest.mark.parametrize(("user", "may"), [(ANA, True), (STEVE, True), (ADA, True), (BOB, False)])
def test_who_recorded_it_and_stewards_may_undo(office: Office, user: str, may: bool) -> None:
    office.partner()
    office.told("/partner cost Acme Legal £2,000 stand", ANA)
    (row,) = office.rows(Cost)
    own = office.told("/partner cost Acme Legal £1 pen", user)
    office.forge(own, "undo_cost", str(row.id), user)
    assert (office.rows(Cost)[0].voided_at is not None) == may


def test_another_workspaces_cost_cannot_be_undone(office: Office) -> None:
    """A number in a button can be changed on its way."""
    partner_id, _, _ = office.neighbour()
    office.partner()
    ours, other = office.workspace_id, next(row.id for row in office.rows(Workspace) if row.id != office.workspace_id)
    office.workspace_id = other or 0
    spend(office, partner_id, TODAY)
    office.workspace_id = ours
    answer = office.told("/partner cost Acme Legal £1 pen", STEVE)
    office.forge(answer, "undo_cost", str(office.rows(Cost)[0].id), STEVE)
    assert [row.voided_at for row in office.rows(Cost)] == [None, None]


@pytest.mark.parametrize(
    ("day", "cost"),
    [
        (date(2026, 3, 9), None),
        (date(2026, 3, 10), 10_000),
        (date(2027, 3, 9), 10_000),
        (date(2027, 3, 10), None),
    ],
)
def test_a_cost_counts_from_its_day_for_twelve_months(office: Office, day: date, cost: int | None) -> None:
    """Whatever day is asked for, only what was spent in the twelve months that end with it counts."""
    spend(office, office.partner(), date(2026, 3, 10))
    assert scored(office, day).now.facts.cost == cost


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("24 Nov 2026", "counts from then on"),
        ("23 Nov 2025", "That is over 12 months ago"),
        ("24 Nov 2025", None),
    ],
)
def test_a_day_that_does_not_count_today_is_told(office: Office, on: str, told: str | None) -> None:
    won(office, office.partner())
    answer = office.told(f"/partner cost Acme Legal £2,000 stand on {on}")
    assert ("ROI – → +320%" in answer.visible_text) == (told is None)
    assert told is None or told in answer.visible_text


def test_an_ended_partnerships_last_invoice_is_recorded(office: Office) -> None:
    office.partner(status="ended")
    assert "Recorded: £200" in office.told("/partner cost Acme Legal £200 the last invoice").visible_text


def test_what_people_typed_rings_nobody(office: Office) -> None:
    office.partner("A & <!here>")
    answer = office.told("/partner cost A & <!here> £200 lunch with <!channel> & co")
    assert "*A &amp; &lt;!here&gt;* · lunch with &lt;!channel&gt; &amp; co" in answer.text


@pytest.mark.parametrize(
    ("value", "cost", "words"),
    [
        (840_000, 200_000, "ROI +320%: £8,400 won for £2,000"),
        (0, 200_000, "ROI −100%: £0 won for £2,000"),
        (200_000, 200_000, "ROI 0%: £2,000 won for £2,000"),
        (199_999, 200_000, "ROI 0%: £1,999.99 won for £2,000"),
        (10_000_000, 1_000, "ROI +999,900%: £100,000 won for £10"),
        (840_000, None, "No ROI yet: £8,400 won, no cost logged"),
    ],
)
def test_a_return_in_words(office: Office, value: int, cost: int | None, words: str) -> None:
    """In percent of the cost, with what stands behind it."""
    partner_id = office.partner()
    if value:
        won(office, partner_id, value)
    if cost:
        spend(office, partner_id, TODAY, cost)
    now = scored(office).now
    assert describe_roi(now, "GBP") == words
    assert words.startswith(f"ROI {format_roi(now)}:" if cost else "No ROI yet:")
    assert (return_on_investment(now.facts.value_won, now.facts.cost) is None) == (cost is None)


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 min"), (60, "1 h"), (90, "1 h 30 min"), (60_000, "1,000 h")])
def test_time_in_words(minutes: int, words: str) -> None:
    assert format_minutes(minutes) == words


# -- the settings that this needs


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [("80", 8_000, "80"), ("£80.50", 8_050, "80.50"), ("1,200", 120_000, "1200"), ("none", None, "")],
)
def test_what_an_hour_costs_is_a_setting(office: Office, typed: str, stored: int | None, shown: str) -> None:
    """It is shown the way it is taken, and empty again with none."""
    office.told("/tend settings hourly_rate 75", ADA)
    answer = office.told(f"/tend settings hourly_rate {typed}", ADA)
    assert office.row(Workspace).hourly_rate_minor == stored
    assert f"What an hour of our time costs: {shown or 'not set'}" in answer.visible_text
    if shown:
        office.told(f"/tend settings hourly_rate {shown}", ADA)
        assert office.row(Workspace).hourly_rate_minor == stored


@pytest.mark.parametrize("typed", ["0", "$80", "80.555", "-80", "a lot"])
def test_an_hour_that_cannot_be_priced_is_refused(office: Office, typed: str) -> None:
    office.told(f"/tend settings hourly_rate {typed}", ADA)
    assert office.row(Workspace).hourly_rate_minor is None


def test_a_rate_is_read_in_the_currency_as_it_will_be(office: Office) -> None:
    """Eighty stays eighty where yen have no pence; where the figure does not fit, nothing changes."""
    set_up(office, hourly_rate_minor=8_000)
    office.told("/tend settings currency JPY", ADA)
    assert (office.row(Workspace).currency, office.row(Workspace).hourly_rate_minor) == ("JPY", 80)
    set_up(office, currency="GBP", hourly_rate_minor=8_050)
    answer = office.told("/tend settings currency JPY", ADA)
    assert "no digits after the point" in answer.visible_text
    assert office.row(Workspace).currency == "GBP"


@pytest.mark.parametrize(("typed", "stored"), [("30", 30), ("730", 730), ("0", 91), ("731", 91), ("soon", 91)])
def test_the_days_between_reviews_are_a_setting(office: Office, typed: str, stored: int) -> None:
    office.told(f"/tend settings review_days {typed}", ADA)
    assert office.row(Workspace).review_days == stored


def test_agreed_terms_settle_the_currency_too(office: Office) -> None:
    """A retainer of £500 is not one of ¥50,000."""
    office.partner(terms="retainer", terms_retainer_minor=50_000)
    assert "already recorded in GBP" in office.told("/tend settings currency JPY", ADA).visible_text
