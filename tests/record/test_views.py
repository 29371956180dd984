"""The views of all partners, used as people use them: look, press, and see what became of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.messages.views import fit_warnings
from bot.sandbox import Message
from storage import costs, partners, workspaces
from storage.engine import writing
from storage.tables import Change, NextStep, Partner, Vertical
from tests.app.office import ADA, ANA, BOB, GUEST, STEVE, TODAY, Office, first_values, labels, only_answer, replaced

OLD = date(2024, 1, 1)
VIEWS = ("prune", "verticals", "stakeholders", "candidates", "concentration", "served")


def won(office: Office, partner_id: int, pounds: int, **more: Any) -> None:
    office.activity(partner_id, outcome="won", value_minor=pounds * 100, **more)


def joint(office: Office, partner_id: int, number: int, kind: str = "event") -> None:
    office.activity(partner_id, kind=kind, direction="joint", count=number)


def changes(office: Office) -> list[tuple[str, str, str | None]]:
    return [(row.subject, row.field, row.new) for row in office.rows(Change)]


def partner(office: Office, partner_id: int) -> Partner:
    return next(row for row in office.rows(Partner) if row.id == partner_id)


def pressed(office: Office, where: Message, action: str, value: str, user: str = ANA) -> Any:
    """Press one of several buttons of the same kind: the one with that value."""
    from bot.sandbox.blocks import elements

    same = [one for _, one in elements(where.blocks) if one["action_id"] == action]
    place = next(place for place, one in enumerate(same) if one.get("value") == value)
    return office.slack.click(user, where, action, index=place)


def forged(office: Office, action: str, value: str, user: str = ANA) -> Message:
    """What a made-up button is answered with."""
    message = office.told("/partner verticals", user)
    block = {
        "type": "actions",
        "block_id": "forged",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "text": {"type": "plain_text", "text": "?"},
                "value": value,
            }
        ],
    }
    with office.slack.world.lock:
        found = office.slack.world.find(message.channel, message.ts)
        assert found is not None
        office.slack.world.change(found, blocks=[block])
    seen = office.press(message, action, user)
    assert seen.status == 200
    assert seen.view is None
    return only_answer(seen)


# -- prune


def test_row_18_logos_are_decided_on_one_by_one_in_the_same_place(office: Office) -> None:
    """Keep, pause, end: after each the next one stands where the last one stood; at the end what was decided."""
    first = office.partner("Alpha", since=OLD, vertical="law")
    second = office.partner("Beta", since=OLD + timedelta(1))
    third = office.partner("Gamma", since=OLD + timedelta(2))
    busy = office.partner("Busy", since=OLD)
    joint(office, busy, 1)
    office.partner("Young", since=TODAY - timedelta(60))

    shown = office.told("/partner prune", STEVE)
    assert "3 of 5 partners are logos" in shown.words
    for part in ("*Alpha* · law", "nothing that counts and nothing won in 12 months", "(35 months)", "no touch ever"):
        assert part in shown.words
    shown = replaced(office.press(shown, "prune_keep", STEVE))
    assert "*Alpha* is kept until 21 Feb 2027" in shown.words
    assert "*Beta*" in shown.words
    shown = replaced(office.press(shown, "prune_pause", STEVE))
    assert "*Beta* is paused" in shown.words
    shown = replaced(office.press(shown, "prune_ask_end", STEVE))
    seen = office.slack.click(STEVE, shown, "prune_end", values={"reason": "never sent anybody"})
    done = replaced(seen)
    for part in (
        "1 of 3 partners is a logo; none left to decide on",
        "*Kept*: Alpha",
        "*Paused*: Beta",
        "*Ended*: Gamma",
    ):
        assert part in done.words

    assert partner(office, first).snoozed_until_on == TODAY + timedelta(90)
    assert partner(office, second).status == "paused"
    assert (partner(office, third).status, partner(office, third).status_reason) == ("ended", "never sent anybody")
    assert changes(office) == [
        ("partner", "snoozed until", "21 Feb 2027"),
        ("partner", "status", "paused: on paper only"),
        ("partner", "status", "ended: never sent anybody"),
    ]
    assert "1 of 3 partners is a logo" in office.told("/partner prune").words  # Alpha, kept


def test_a_logo_that_was_kept_is_decided_on_once(office: Office) -> None:
    """A second press, or a colleague's on an old message, moves no day and writes nothing into the history."""
    office.partner("Alpha", since=OLD)
    office.partner("Beta", since=OLD + timedelta(1))
    first, again, late = (office.told("/partner prune", STEVE) for _ in range(3))
    assert (
        "is kept until 21 Feb 2027; no nudge speaks of it" in replaced(office.press(first, "prune_keep", STEVE)).words
    )
    before = office.records()
    for message, action in ((again, "prune_keep"), (late, "prune_pause")):
        assert "Somebody had decided on that one before." in replaced(office.press(message, action, STEVE)).words
    assert office.records() == before


def test_row_19_an_ended_partner_keeps_its_reason_in_the_history(office: Office) -> None:
    """The list is about customers' benefit: what the record says of it is asked at the decision."""
    office.partner("Alpha", since=OLD, customer_benefit="Tax advice on the day")
    office.partner("Beta", since=OLD + timedelta(1))
    shown = office.told("/partner prune", ADA)
    assert "for our customers: Tax advice on the day" in shown.words
    shown = replaced(office.press(shown, "prune_skip", ADA))
    assert "nobody has said how our customers benefit" in shown.words
    shown = replaced(office.press(shown, "prune_ask_end", ADA))
    replaced(office.slack.click(ADA, shown, "prune_end", values={"reason": "no use to our customers"}))
    history = office.told("/partner history Beta").words
    assert f"<@{ADA}> · *status*: active → ended: no use to our customers" in history


def test_a_partnership_is_not_ended_without_a_reason_and_one_can_go_back(office: Office) -> None:
    office.partner("Alpha", since=OLD)
    before = office.records()
    asking = replaced(office.press(office.told("/partner prune", STEVE), "prune_ask_end", STEVE))
    asking = replaced(office.press(asking, "prune_end", STEVE))
    assert "A few words, please" in asking.words
    assert "*Alpha*" in replaced(office.press(asking, "prune_back", STEVE)).words
    assert office.records() == before


def test_who_may_not_end_a_partnership_is_told_whom_to_ask(office: Office) -> None:
    alpha = office.partner("Alpha", since=OLD)
    shown = office.told("/partner prune")
    assert "End…" not in labels(shown)
    assert f"To end one, ask <@{STEVE}>" in shown.words
    before = office.records()
    for action in ("prune_ask_end", "prune_end"):
        assert "Only workspace admins and stewards may end" in forged(office, action, str(alpha)).words
    assert office.records() == before


def test_what_somebody_else_decided_meanwhile_is_left_as_it_is(office: Office) -> None:
    """An old message's buttons change nothing any more; the next logo is shown."""
    office.partner("Alpha", since=OLD)
    office.partner("Beta", since=OLD + timedelta(1))
    actions = ("prune_keep", "prune_pause", "prune_ask_end")
    stale = [office.told("/partner prune", STEVE) for _ in actions]
    office.told("/partner end Alpha too small", ADA)
    before = office.records()
    for action, message in zip(actions, stale, strict=True):
        shown = replaced(office.press(message, action, STEVE))
        assert "Somebody had decided on that one before." in shown.words
        assert "*Beta*" in shown.words
    assert office.records() == before


def test_skipped_logos_come_again(office: Office) -> None:
    office.partner("Alpha", since=OLD)
    office.partner("Beta", since=OLD)
    shown = replaced(office.press(office.told("/partner prune"), "prune_skip"))
    assert "*Beta*" in shown.words
    assert "Skip" not in labels(shown)
    done = replaced(office.press(shown, "prune_pause"))
    assert "1 left to decide on" in done.words
    assert "*Alpha*" in replaced(office.press(done, "prune_skip")).words


def test_a_touch_does_not_make_a_logo_a_partner_but_a_referral_does(office: Office) -> None:
    alpha = office.partner("Alpha", since=OLD)
    joint(office, alpha, 3, kind="meeting")
    assert "last touch 23 Nov 2026" in office.told("/partner prune").words
    office.activity(alpha)
    assert "No logos" in office.told("/partner prune").words


# -- verticals


def test_row_01_each_vertical_is_measured(office: Office) -> None:
    acme, bolt = office.partner("Acme", vertical="law", since=OLD), office.partner("Bolt", vertical="law", since=OLD)
    office.partner("Rest", vertical="law", status="paused")
    cold = office.partner("Cold", vertical="tax", since=OLD)
    office.partner("Alone", since=OLD)
    won(office, acme, 3000)
    won(office, cold, 9000)
    joint(office, bolt, 8)
    office.rate(acme, 3)
    office.rate(bolt, 3)
    with writing(office.engine) as session:
        partners.vertical_id(session, workspace_id=office.workspace_id, name="banks")
        costs.record(
            session,
            workspace_id=office.workspace_id,
            partner_id=acme,
            spent_on=TODAY,
            money_minor=100_000,
            what="dinner",
            by=ANA,
            now=office.clock(),
        )
    words = office.told("/partner verticals").words
    assert "3 verticals with partners, 1 with nobody" in words
    # 1 × 3/12 = 0.25 and 8 × 3/12 = 2: 1.125, rounded half up.
    law = "*law* · 2 partners, 1 producing · median RVI 1.13 · £3,000 won · ROI 200 % (cost known of 1)"
    tax = "*tax* · 1 partner, 1 producing · median RVI – · £9,000 won · ROI –"
    none = "_no vertical_ · 1 partner, 0 producing"
    assert words.index(tax) < words.index(law) < words.index(none)
    assert "*banks*: nobody yet" in words


def test_row_01_an_empty_vertical_is_one_click_from_its_first_partner(office: Office) -> None:
    form = office.press(office.told("/partner verticals"), "name_vertical").view
    assert form is not None
    named = only_answer(office.submit(form, name="  estate   agents "))
    assert "*estate agents* is one of our verticals" in named.words
    assert changes(office) == [("vertical", "added", "estate agents")]
    form = office.press(named, "add_to_vertical").view
    assert form is not None
    assert first_values(form)["vertical"] == "estate agents"
    office.fill(form, name="Homes & Co")
    words = office.told("/partner verticals").words
    assert "*estate agents* · 1 partner, 0 producing" in words
    assert "0 with nobody" in words
    assert len(office.rows(Vertical)) == 1


@pytest.mark.parametrize(
    ("name", "problem"),
    [("Law", "There is a vertical called “law” already."), ("   ", "A vertical needs a name.")],
)
def test_a_vertical_is_named_once_and_in_letters(office: Office, name: str, problem: str) -> None:
    office.partner(vertical="law")
    form = office.press(office.told("/partner verticals"), "name_vertical").view
    assert form is not None
    before = office.records()
    seen = office.submit(form, name=name)
    assert seen.errors == {"name": problem}
    assert office.records() == before


def test_a_verticals_cadence_holds_for_its_partners_without_one(office: Office) -> None:
    office.partner("Acme", vertical="law")
    office.partner("Bolt", vertical="law", cadence_days=14)
    shown = office.told("/partner verticals")
    form = office.press(shown, "vertical_cadence", value="law").view
    assert form is not None
    said = only_answer(office.submit(form, cadence_days="60"))
    assert "We speak with *law* every 60 days" in said.words
    assert ("vertical", "cadence", "60 days") in changes(office)
    assert "every 60 days" in office.told("/partner show Acme").words
    assert "every 14 days" in office.told("/partner show Bolt").words
    form = office.press(office.told("/partner verticals"), "vertical_cadence", value="law").view
    assert form is not None
    assert first_values(form)["cadence_days"] == "60"
    assert "as usual" in only_answer(office.submit(form, cadence_days=None)).words
    assert office.row(Vertical).cadence_days is None


def test_row_22_the_share_outside_our_own_industry_is_shown(office: Office) -> None:
    for place, outside in enumerate((True, False, False, None)):
        office.partner(f"P{place}", other_industry=outside)
    words = office.told("/partner verticals").words
    assert "1 of 3 partners is outside our own industry: 33 % (1 not said)" in words


# -- stakeholders


def test_row_02_kinds_of_stakeholders_without_a_candidate_are_listed(office: Office) -> None:
    office.partner("Steel Ltd", stakeholder="suppliers")
    office.partner("Jane Board", stakeholder="directors", role="introducer")
    office.partner("Bank", stakeholder="creditors", role="both", status="paused")
    office.partner("Gone", stakeholder="unions", status="ended")
    words = office.told("/partner stakeholders").words
    for part in (
        "5 of 8 kinds of stakeholders have no candidate",
        "*Suppliers*: Steel Ltd (partner)",
        "*Directors*: Jane Board (introducer)",
        "*Creditors*: Bank (paused, partner and introducer)",
        "*Unions*: nobody yet",
        "*Community*: nobody yet",
    ):
        assert part in words


def test_row_02_a_prospect_is_added_and_taken_in(office: Office, clock: Any) -> None:
    """The form knows the kind; once they are in, the partnership begins that day."""
    form = pressed(office, office.told("/partner stakeholders"), "add_prospect", "government").view
    assert first_values(form) == {"stakeholder": "government", "owner": ANA}
    added = only_answer(office.submit(form, name="Town Hall", role="introducer"))
    assert "*Town Hall* is a prospect" in added.words
    row = office.row(Partner)
    assert (row.status, row.stakeholder, row.role, row.owner) == ("prospect", "government", "introducer", ANA)
    assert "2 of" not in office.told("/partner prune").words  # a prospect is no active partner

    clock.forward(days=200)
    shown = office.told("/partner stakeholders")
    assert "*Government*: Town Hall (prospect, introducer)" in shown.words
    assert "*Town Hall* is a partner from today on" in only_answer(office.press(shown, "take_in")).words
    row = office.row(Partner)
    assert (row.status, row.since_on) == ("active", TODAY + timedelta(200))
    assert ("partner", "status", "active") in changes(office)
    assert "is no prospect any more" in only_answer(office.press(shown, "take_in")).words


# -- candidates


def test_row_27_candidates_and_the_share_as_measured(office: Office) -> None:
    """High trust and little done: a next step is planned, and is a promise from then on."""
    close = office.partner("Close", since=OLD)
    could = office.partner("Could", since=OLD)
    risky = office.partner("Risky", since=OLD)
    for name in ("Usual", "Other"):
        joint(office, office.partner(name, since=OLD), 2)
    joint(office, close, 5)
    joint(office, risky, 4)
    joint(office, could, 1)
    for id, level in ((close, 5), (could, 4), (risky, 2)):
        office.rate(id, level)
    shown = office.told("/partner candidates")
    for part in (
        "Trusted partnerships: 1 of 5, 20 %",
        "1 candidate, 1 without a next step",
        "*Could* · trust 4 · 1 activity\nNo next step",
        "1 at risk",
        "*Risky* · trust 2 · 4 activities",
        "Trusted: *Close*",
    ):
        assert part in shown.words
    form = pressed(office, shown, "plan_step", str(could)).view
    said = only_answer(office.submit(form, what="Lunch with two customers", due_on=TODAY + timedelta(9)))
    assert "*Could* has a next step: Lunch with two customers by 2 Dec" in said.words
    step = office.row(NextStep)
    assert (step.what, step.due_on, step.promised_by) == ("Lunch with two customers", date(2026, 12, 2), ANA)
    assert ("partner", "next step", "Lunch with two customers, by 2 Dec 2026") in changes(office)
    words = office.told("/partner candidates").words
    assert "1 candidate, 0 without a next step" in words
    assert "Next: Lunch with two customers by 2 Dec" in words


@pytest.mark.parametrize("off", [-1, 732])
def test_a_step_is_planned_for_a_day_to_come(office: Office, off: int) -> None:
    could = office.partner("Could", since=OLD)
    office.rate(could, 5)
    form = office.press(office.told("/partner candidates"), "plan_step").view
    assert form is not None
    seen = office.submit(form, what="Lunch", due_on=TODAY + timedelta(off))
    assert seen.errors == {"due_on": "Choose a day from today on, within two years."}
    assert office.rows(NextStep) == []


def test_no_share_of_trusted_partners_is_assumed(office: Office) -> None:
    for place in range(4):
        office.rate(office.partner(f"P{place}", since=OLD), 3)
    assert "Trusted partnerships: 0 of 4, 0 %" in office.told("/partner candidates").words


# -- concentration


def test_row_29_concentration_alarms_and_asks_for_a_plan(office: Office) -> None:
    big = office.partner("Big", since=OLD)
    won(office, big, 4000)
    for name, pounds in (("Mid", 3000), ("Low", 2000), ("Tiny", 1000)):
        won(office, office.partner(name, since=OLD), pounds)
    shown = office.told("/partner concentration")
    for part in (
        "The top partner brings 40 % of the value won, the top three 90 %",
        "1 at 40 % or more* of £10,000 in 12 months",
        "*Big*: nobody has written what we would do without them",
        "*Mid* · 30 % · £3,000",
    ):
        assert part in shown.words
    form = office.press_label(shown, "Write the plan").view
    assert form is not None
    assert "*Big* has a plan" in only_answer(office.submit(form, risk_plan="Two more by spring")).words
    assert ("partner", "If we lost them?", "Two more by spring") in changes(office)
    shown = office.told("/partner concentration")
    assert "*Big*: Two more by spring" in shown.words
    form = office.press_label(shown, "Change the plan").view
    assert form is not None
    assert first_values(form)["risk_plan"] == "Two more by spring"


def test_row_29_the_alarm_is_the_teams_own(office: Office) -> None:
    for name in ("A", "B"):
        won(office, office.partner(name, since=OLD), 1000)
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"concentration_percent": 51})
    shown = office.told("/partner concentration")
    assert "Nobody brings 51 % or more" in shown.words
    assert "Write the plan" not in labels(shown)


# -- served


def test_row_28_effort_against_value_and_the_regulars(office: Office) -> None:
    """Each is one click from what to do: a touch for who gets too little, a longer cadence for who gets too much."""
    over, under = office.partner("Over", since=OLD), office.partner("Under", since=OLD)
    regular = office.partner("Regular", since=OLD)
    joint(office, over, 9, kind="meeting")
    joint(office, under, 1, kind="meeting")
    won(office, under, 5000)
    office.activity(regular, kind="meeting", direction="in", occurred_on=TODAY - timedelta(45))
    shown = office.told("/partner served")
    for part in (
        "1 partner under-served, 1 over-served",
        "*Under* · 10 % of the effort (1 h) · 100 % of the value (£5,000)",
        "*Over* · 90 % of the effort (9 h) · 0 % of the value (£0)",
        "Effort: 1 hour for each touch in which we did something, and the hours of `/partner cost`.",
        "3 regular partners*, 1 quiet",
    ):
        assert part in shown.words
    form = office.press_label(shown, "Speak less often").view
    assert form is not None
    assert first_values(form)["cadence_days"] == "60"  # twice the 30 of now
    assert "*Over* is spoken with every 60 days" in only_answer(office.submit(form)).words
    assert partner(office, over).cadence_days == 60
    form = pressed(office, shown, "log_touch", str(under)).view
    assert first_values(form)["partner"] == "Under"


def test_row_28_hours_that_were_written_down_are_effort(office: Office) -> None:
    acme, bolt = office.partner("Acme", since=OLD), office.partner("Bolt", since=OLD)
    joint(office, acme, 1)
    won(office, bolt, 100)
    with writing(office.engine) as session:
        costs.record(
            session,
            workspace_id=office.workspace_id,
            partner_id=acme,
            spent_on=TODAY,
            minutes=90,
            what="prep",
            by=ANA,
            now=office.clock(),
        )
    assert "*Acme* · 100 % of the effort (2.5 h)" in office.told("/partner served").words


def test_row_17_a_quiet_regular_is_met_without_an_opportunity(office: Office) -> None:
    idle, open_ = office.partner("Idle", since=OLD), office.partner("Open", since=OLD)
    for id in (idle, open_):
        office.activity(id, kind="meeting", direction="joint", occurred_on=TODAY - timedelta(40))
    office.activity(open_, outcome="introduced", occurred_on=TODAY - timedelta(40))
    words = office.told("/partner served").words
    assert "*Idle* · 40 days without a word, every 30 days · nothing is open: meet anyway" in words
    assert "*Open* · 40 days without a word, every 30 days\n" in words


# -- history


def test_history_says_who_changed_what_and_when(office: Office, clock: Any) -> None:
    """Every field, and how referrals moved on; the newest first."""
    acme = office.partner("Acme", vertical="law")
    office.activity(acme, outcome="introduced", title="Northwind")
    office.submit(office.asked("/partner edit Acme"), vertical="tax & law", owner=BOB)
    clock.forward(hours=3)
    office.press(office.told("/partner show Acme", BOB), "outcome", BOB, value="Met")
    words = office.told("/partner history Acme").words
    lines = [
        f"23 Nov 2026, 13:00 · <@{BOB}> · Northwind: *outcome*: introduced → met",
        f"23 Nov 2026, 10:00 · <@{ANA}> · *Who tends them?*: <@{ANA}> → <@{BOB}>",
        f"23 Nov 2026, 10:00 · <@{ANA}> · *Vertical*: law → tax &amp; law",
    ]
    places = [words.index(line) for line in lines]
    assert places == sorted(places)


def test_history_is_paged_back_and_forth(office: Office) -> None:
    office.partner("Acme", risk_plan="0")
    for number in range(1, 46):
        office.told(f"/partner pause Acme because {number}")
        office.told("/partner resume Acme")
    shown = office.told("/partner history Acme")
    assert "paused: 45" in shown.words
    assert "paused: 35" not in shown.words
    shown = replaced(office.press_label(shown, "Older"))
    assert "paused: 35" in shown.words
    for _ in range(3):
        shown = replaced(office.press_label(shown, "Older"))
    assert "paused: 1\n" in shown.words
    assert "Older" not in labels(shown)
    assert "paused: 15" in replaced(office.press_label(shown, "Newer")).words


def test_history_needs_a_partner(office: Office) -> None:
    office.partner("Acme")
    assert "Whose history?" in office.told("/partner history").words
    assert "Nothing was changed" in office.told("/partner history Acme").words


# -- warnings of fit


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fit": "a b"}, []),
        ({"fit": "a", "overlap": "none", "same_customer": False}, []),
        ({"fit": ""}, ["No shape of a fit"]),
        ({}, ["No shape of a fit"]),
        ({"fit": "c", "same_customer": True}, ["same customer's same money"]),
        ({"fit": "c", "overlap": "some"}, ["the boundary is not in writing"]),
        ({"fit": "c", "overlap": "high", "boundary": "they do payroll"}, ["no day on which to look at it again"]),
        ({"fit": "c", "overlap": "high", "boundary": "they do payroll", "boundary_review_on": TODAY}, []),
        ({"fit": "", "same_customer": True, "overlap": "some"}, ["No shape", "same money", "not in writing"]),
    ],
)
def test_row_20_what_does_not_fit_is_said(values: dict[str, Any], words: list[str]) -> None:
    warnings = fit_warnings(values)
    assert len(warnings) == len(words)
    assert all(part in warning for part, warning in zip(words, warnings, strict=True))


def test_row_22_the_same_customers_same_money_is_a_warning() -> None:
    assert any("outside our own industry" in one for one in fit_warnings({"fit": "a", "same_customer": True}))


# -- all of them


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_workspace_has_a_word_for_each_view(office: Office, view: str) -> None:
    shown = office.told(f"/partner {view}")
    assert len(shown.words) > 20
    assert shown.only_for == ANA


NAMES = [f"{place} <!channel> & " + "w" * 120 for place in range(500)]


@pytest.fixture
def crowded(office: Office) -> Office:
    """Five hundred partners with long names, each of its own long vertical, with a little of everything."""
    with writing(office.engine) as session:
        made = []
        for place, name in enumerate(NAMES):
            row = partners.add(
                session,
                workspace_id=office.workspace_id,
                name=name[:120],
                since_on=OLD,
                vertical=name[:115] + " v" if place % 2 else None,
                owner=ANA,
                status="prospect" if place % 5 == 4 else "active",
                stakeholder="suppliers",
                risk_plan="p" * 1000 if place % 2 else None,
                by=ANA,
                now=office.clock(),
            )
            made.append(row.id or 0)
        for place in range(100):
            partners.vertical_id(session, workspace_id=office.workspace_id, name=f"{place} empty " + "e" * 100)
    for place, id in enumerate(made[:60]):
        if place % 3 == 0:
            won(office, id, 1_000_000 - place)
        if place % 3 == 1:
            joint(office, id, 2)
        office.rate(id, 5 if place % 2 else 1)
    return office


def test_five_hundred_partners_fit_on_every_screen(crowded: Office) -> None:
    """What does not fit is counted. The judge looks at the limits of all that was shown."""
    with writing(crowded.engine) as session:
        workspaces.set_fields(session, workspace_id=crowded.workspace_id, fields={"concentration_percent": 1})
    for view in VIEWS:
        shown = crowded.told(f"/partner {view}", ADA)
        assert len(shown.blocks) <= 50
        assert "more" in shown.words, view
        assert len(shown.words) < 9_000
    shown = crowded.told("/partner prune", ADA)
    for action in ("prune_keep", "prune_pause", "prune_skip"):
        shown = replaced(crowded.press(shown, action, ADA))
    replaced(crowded.press(shown, "prune_ask_end", ADA))
    long = crowded.told(f'/partner history "{NAMES[0][:120]}"')
    assert "Nothing was changed" in long.words


BY_ID = (
    "prune_keep",
    "prune_pause",
    "prune_skip",
    "prune_back",
    "prune_ask_end",
    "prune_end",
    "add_to_vertical",
    "vertical_cadence",
    "take_in",
    "plan_step",
    "risk_plan",
    "speak_less",
)


@pytest.mark.parametrize("value", ["", "0", "-1", "1e3", "٣", "x", "9" * 18, "9" * 40, "1:x", "1; DROP TABLE partner"])
def test_forged_ids_reach_nothing(office: Office, value: str) -> None:
    office.partner("Alpha", since=OLD)
    before = office.records()
    for action in (*BY_ID, "add_prospect", "page_of_history"):
        if value or action != "prune_skip":
            assert "not of this workspace" in (words := forged(office, action, value, STEVE).words) or (
                "not in this workspace" in words
            ), action
    assert office.records() == before


def test_another_workspaces_partner_is_not_there(office: Office) -> None:
    """Neither seen, nor decided on, nor changed, by whatever id; and no view counts it."""
    theirs, _, _ = office.neighbour()
    with writing(office.engine) as session:
        row = session.get_one(Partner, theirs)
        row.since_on, row.status = OLD, "prospect"
        vertical = partners.vertical_id(session, workspace_id=row.workspace_id, name="theirs")
        row.vertical_id = vertical
    before = office.records()
    for action in (*BY_ID, "page_of_history"):
        id = vertical if "vertical" in action else theirs
        value = f"{id}:0" if action == "page_of_history" else str(id)
        assert "not in this workspace" in forged(office, action, value, STEVE).words
    for view in VIEWS:
        words = office.told(f"/partner {view}").words
        assert "Neighbour" not in words
        assert "theirs" not in words
    assert office.records() == before


def test_guests_see_none_of_it(office: Office) -> None:
    office.partner("Alpha", since=OLD)
    for view in VIEWS:
        assert "Alpha" not in office.told(f"/partner {view}", GUEST).words
