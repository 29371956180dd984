"""What the articles ask for that no other test here lives through: each row as a person would do it in Slack."""

from datetime import UTC, date, datetime, timedelta

from bot.actions.notifications.digest import build_digest
from bot.fake_slack import Message
from bot.notifications.claim import run_all
from storage.db.engine import reading, writing
from storage.tables import Activity, AuditEntry, Partner
from storage.workspaces import workspaces
from tests.listeners.office import ANA, BOB, ROOM, STEVE, TODAY, Office, labels, only_answer

MONDAY = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)


def nudges(office: Office, at: datetime, user: str = ANA) -> list[Message]:
    """What somebody is sent when the clock stands there."""
    office.clock.now = at
    run_all(office.services, at)
    return office.slack.dm(user)


def digest(office: Office, at: datetime = MONDAY) -> str:
    """What the team reads in its channel."""
    with writing(office.engine) as session:
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields={"digest_channel": ROOM})
    office.clock.now = at
    run_all(office.services, at)
    return office.slack.channel(ROOM)[-1].visible_text


def test_row_05_the_rvi_is_there_for_any_day_and_says_whether_it_grows_or_weakens(office: Office) -> None:
    """A manager looks a partner up, sees which way it goes, and has the move explained from a day on."""
    acme = office.partner()
    office.rate(acme, 3, on=date(2026, 9, 1))
    office.activity(acme, kind="event", direction="joint", count=4, occurred_on=date(2026, 11, 2))
    card = office.told("/partner show Acme Legal").visible_text
    assert "*1.00* :large_yellow_circle: good" in card
    assert "▲ 1.00 in 30 days" in card
    explained = office.told("/partner explain Acme Legal since 1 Nov").visible_text
    assert "4 events, over 12 months, × trust 3 = 1.00" in explained
    assert "4 new events (+1.00)" in explained


def test_row_06_the_rvi_with_the_roles_reversed_stands_beside_ours(office: Office) -> None:
    acme = office.partner()
    office.told("/trust Acme Legal 4 us")
    office.told("/trust Acme Legal 2 them")
    office.activity(acme, kind="referral", direction="out", count=6)
    card = office.told("/partner show Acme Legal").visible_text
    assert "*Relationship Value Index (RVI)* *0.00*" in card
    assert "*Seen from their side* *1.00*" in card


def test_row_07_who_takes_without_return_is_told_either_way(office: Office) -> None:
    giver, taker = office.partner("They give"), office.partner("They take")
    office.activity(giver, direction="in", count=5)
    office.activity(taker, direction="out", count=5)
    due = office.told("/partner due").visible_text
    assert "they do 100% of the giving. Give something back." in due
    assert "we do 100% of the giving. Ask for something in return." in due


def test_row_08_a_nudge_carries_a_reason_of_value_to_them_and_one_click_logs_or_snoozes(office: Office) -> None:
    """The whole way: quiet for a month, told why and what to bring, and then logged with one click."""
    office.partner(since=TODAY - timedelta(days=40), wiifm_them="a stage for their guides")
    (nudge,) = nudges(office, datetime(2026, 11, 24, 9, 5, tzinfo=UTC))
    assert "*Quiet*: no contact for 41 days" in nudge.visible_text
    assert "What matters to them: a stage for their guides" in nudge.visible_text
    form = office.press(nudge, "log_touch").view
    assert form is not None
    assert office.submit(form, note="Called them").closed
    assert office.row(Activity).title == "Called them"
    assert office.press(nudge, "snooze", value="1:7").ok
    assert office.row(Partner).snoozed_until_on == date(2026, 12, 1)


def test_row_09_trust_is_rated_on_both_sides_with_day_rater_and_note(office: Office) -> None:
    office.partner()
    office.told("/trust Acme Legal 5 us they kept their word")
    office.told("/trust Acme Legal 2 them said so at lunch", BOB)
    from storage.tables import TrustRating

    ours, theirs = office.rows(TrustRating)
    assert (ours.side, ours.level, ours.rater, ours.rated_on, ours.note) == (
        "ours",
        5,
        ANA,
        TODAY,
        "they kept their word",
    )
    assert (theirs.side, theirs.level, theirs.rater, theirs.note) == ("theirs", 2, BOB, "said so at lunch")


def test_row_03_and_14_a_motive_on_both_sides_and_a_sponsor_on_each(office: Office) -> None:
    """A record without a motive is incomplete until both sides' are there; the sponsors have their place in it."""
    office.partner(since=date(2025, 1, 1), our_role="host", their_role="bring", fit="a")
    assert "*Incomplete*" in office.told("/partner show Acme Legal").visible_text
    why = office.press(office.told("/partner show Acme Legal"), "edit_partner", value="1:why").view
    assert why is not None
    assert office.submit(why, wiifm_us="Introductions", wiifm_them="A specialist for their clients").closed
    more = office.press(office.told("/partner show Acme Legal"), "edit_partner", value="1:more").view
    assert more is not None
    assert office.submit(more, our_sponsor="Ana Ruiz", their_sponsor="Tom Acme").closed
    card = office.told("/partner show Acme Legal")
    assert "*Incomplete*" not in card.visible_text
    record = only_answer(office.press(card, "more_of_partner")).visible_text
    assert "Our sponsor: Ana Ruiz" in record
    assert "Their sponsor: Tom Acme" in record
    assert {change.field for change in office.rows(AuditEntry)} >= {"What's in it for us?", "Our sponsor"}


def test_row_13_an_outcome_that_is_missed_is_said_in_the_digest(office: Office) -> None:
    office.partner(outcome_target="3 clients won together", outcome_due_on=date(2026, 11, 20))
    assert "1 outcome missed" in digest(office)
    assert (
        "Outcomes missed (1)*: *Acme Legal* 3 clients won together by 20 Nov"
        in office.told("/tend digest").visible_text
    )


def test_row_13_an_outcome_met_since_was_missed_on_the_day_that_is_asked_about(office: Office) -> None:
    """As of a day, a digest knows nothing of what was met after it."""
    office.partner(outcome_target="3 clients", outcome_due_on=date(2026, 11, 10), outcome_met_on=date(2026, 11, 20))
    team = office.services.workspaces.teams()[0]
    with reading(office.engine) as session:
        missed = {
            day: [one.partner.name for one in build_digest(session, team=team, day=date(2026, 11, day)).missed_outcomes]
            for day in (10, 15, 20)
        }
    assert missed == {10: [], 15: ["Acme Legal"], 20: []}


def test_row_15_an_overlap_wants_a_written_boundary_and_a_day_to_look_at_it(office: Office) -> None:
    """Without the boundary the record is incomplete; with it, its review comes due on its day."""
    office.partner(
        wiifm_us="x",
        wiifm_them="y",
        our_role="a",
        their_role="b",
        fit="a",
        overlap="some",
        next_review_on=date(2027, 6, 1),
    )
    assert "a boundary for the overlap" in office.told("/partner show Acme Legal").visible_text
    form = office.press(office.told("/partner show Acme Legal"), "edit_partner", value="1:why").view
    assert form is not None
    office.submit(form, boundary="They do payroll, we do not", boundary_review_on="2026-12-01")
    assert "a boundary for the overlap" not in office.told("/partner show Acme Legal").visible_text
    office.clock.now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert "*Review due*: the boundary review" in office.told("/partner show Acme Legal").visible_text


def test_row_16_each_partner_has_an_owner_and_nobodys_are_named_to_stewards_and_team(office: Office) -> None:
    office.partner("Orphan Ltd", owner=None)
    assert (
        "Without an owner: *Orphan Ltd*"
        in nudges(office, datetime(2026, 11, 24, 9, 5, tzinfo=UTC), STEVE)[-1].visible_text
    )
    assert "1 without an owner" in digest(office)


def test_row_21_customers_to_introduce_and_value_both_ways_are_in_the_record(office: Office) -> None:
    acme = office.partner()
    form = office.press(office.told("/partner show Acme Legal"), "edit_partner", value=f"{acme}:more").view
    assert form is not None
    wrong = office.submit(form, customers_we_can="many")
    assert "customers_we_can" in wrong.errors
    assert office.submit(form, customers_we_can="10", customers_they_can="25").closed
    office.told("/referral Acme Legal Northwind 5k won")
    card = office.told("/partner show Acme Legal")
    assert "£5,000 won" in card.visible_text
    record = only_answer(office.press(card, "more_of_partner")).visible_text
    assert "Customers we can introduce: 10" in record
    assert "Customers they can introduce: 25" in record


def test_row_23_an_introduction_is_followed_up_until_it_is_won_with_its_value(office: Office) -> None:
    """Three weeks without news, and the nudge asks; won asks for the value; both ways are kept."""
    office.partner()
    office.told("/referral to Acme Legal Their Client introduced on 2 Nov")
    office.told("/referral from Acme Legal Northwind introduced on 2 Nov")
    (nudge,) = nudges(office, datetime(2026, 11, 24, 9, 5, tzinfo=UTC))
    assert "Any news on these introductions?" in nudge.visible_text
    assert "referral from *Acme Legal* · Northwind · introduced · 2 Nov" in nudge.visible_text
    northwind = next(row.id for row in office.rows(Activity) if row.title == "Northwind")
    asked = office.slack.click(ANA, nudge, "outcome", f"{northwind}:won", index=1).view
    assert asked is not None
    assert office.submit(asked, value="£8,400").closed
    row = next(row for row in office.rows(Activity) if row.id == northwind)
    assert (row.outcome, row.value_minor, row.outcome_on) == ("won", 840_000, date(2026, 11, 24))
    later = nudges(office, datetime(2026, 11, 25, 9, 5, tzinfo=UTC))
    assert len(later) == 1, "what was asked is not asked again the next day"


def test_row_24_the_digest_counts_producing_partners_not_signed_ones(office: Office) -> None:
    for name in ("Logo One", "Logo Two"):
        office.partner(name, since=date(2025, 1, 1))
    acme = office.partner()
    office.activity(acme, occurred_on=date(2026, 11, 26))
    words = digest(office)
    assert "1 of 3 partners producing" in words
    assert "On paper only (2 of 3 partners)*: Logo One · Logo Two" in office.told("/tend digest").visible_text


def test_row_31_one_sided_without_trust_says_talk_or_end(office: Office) -> None:
    acme = office.partner()
    office.rate(acme, 2)
    office.activity(acme, direction="out", count=5)
    due = office.told("/partner due").visible_text
    assert "*Low trust*" in due
    assert "Talk it through with them, or part ways." in due
    assert due.count("one-sided") == 1, "said once"


def test_the_digest_of_forty_partners_stays_within_one_screen(office: Office) -> None:
    for place in range(40):
        partner = office.partner(f"Partner {place:02}", since=date(2025, 1, 1) + timedelta(days=place))
        office.rate(partner, 1 + place % 5, on=date(2026, 1, 1))
        office.activity(partner, direction=("in", "out", "joint")[place % 3], kind="event", count=1 + place % 6)
        office.activity(partner, kind="event", direction="in", count=4, occurred_on=date(2025, 11, 25))
    words = digest(office)
    assert len(words.splitlines()) <= 30
    assert max(len(line) for line in words.splitlines()) <= 400


def test_a_new_user_adds_a_partner_and_lives_its_first_quarter(office: Office) -> None:
    """From nothing to the first review: added in one short form, worked with, gone quiet, called, reviewed."""
    form = office.asked("/partner add")
    assert office.submit(form, name="Harrow & Vale", vertical="solicitors").closed
    said: dict[str, dict[str, object]] = {
        "why": {"wiifm_us": "Introductions to sellers", "wiifm_them": "Clients who need a deal done", "fit": ["b"]},
        "terms": {"terms": "none", "our_role": "Host", "their_role": "Bring"},
    }
    for step, values in said.items():
        part = office.press(office.told("/partner show Harrow & Vale"), "edit_partner", value=f"1:{step}").view
        assert part is not None
        assert office.submit(part, **values).closed
    office.told("/trust Harrow & Vale 4")
    office.told('/referral from "Harrow & Vale" Northwind 5k introduced')
    office.clock.now = datetime(2026, 12, 28, 9, 5, tzinfo=UTC)
    told = nudges(office, office.clock.now)
    assert "no contact for 35 days" in told[-1].visible_text
    office.told('/touch "Harrow & Vale" coffee and plans for spring next: send the guide by 15 Jan')
    again = nudges(office, datetime(2026, 12, 29, 9, 5, tzinfo=UTC))
    assert len(again) == len(told), "nobody nags after the thing is done"
    late = nudges(office, datetime(2027, 1, 18, 9, 5, tzinfo=UTC))
    assert "*Promise overdue*: “send the guide” was due on 15 Jan, 3 days ago" in late[-1].visible_text
    office.clock.now = datetime(2027, 2, 23, 10, tzinfo=UTC)
    brief = office.told("/partner review Harrow & Vale")
    assert "Hold the review" in labels(brief)


def test_the_currency_stays_once_money_is_recorded(office: Office) -> None:
    """Amounts are not worth the same in another currency, so they are never relabelled."""
    office.partner()
    assert "EUR" in office.told("/tend settings currency EUR", STEVE).visible_text
    office.told("/referral Acme Legal Northwind 5k won")
    assert "already recorded in EUR" in office.told("/tend settings currency GBP", STEVE).visible_text


def test_partner_alone_lists_ones_own(office: Office) -> None:
    office.partner("Mine Ltd")
    office.partner("Theirs Ltd", owner=BOB)
    words = office.told("/partner").visible_text
    assert "Mine Ltd" in words
    assert "Theirs Ltd" not in words


def test_a_snoozed_partner_rests_on_the_home_too_and_its_card_wakes_it(office: Office) -> None:
    office.partner(since=TODAY - timedelta(days=90))
    nudge = office.told("/partner due")
    office.press(nudge, "snooze", value="1:7")
    assert "None of your partners needs you today" in office.told("/partner due").visible_text
    assert "snoozed until 30 Nov" in office.told("/partner list").visible_text
    office.press_label(office.told("/partner show Acme Legal"), "Wake it up")
    assert "*Quiet*" in office.told("/partner due").visible_text
