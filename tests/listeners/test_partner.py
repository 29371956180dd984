"""The partner record, typed: add, show, list, edit, due, explain, pause, resume, end."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.grammar import PartnerVerb
from bot.slack.charts import TABLE_TYPE
from storage.tables import AuditEntry, Partner, PartnerName, Vertical
from tests.listeners.office import (
    ADA,
    ANA,
    BOB,
    GONE,
    GUEST,
    ROBOT,
    STEVE,
    STRANGER,
    TODAY,
    Office,
    first_values,
    labels,
    only_answer,
)


@pytest.fixture(autouse=True)
def lists_as_text(office: Office) -> None:
    """What lists say is looked at as text here; `test_tables.py` looks at Slack's own."""
    office.slack.world.refuse_blocks.add(TABLE_TYPE)


@pytest.mark.parametrize(
    ("line", "name", "vertical", "owner", "since"),
    [
        ("/partner add Acme", "Acme", None, ANA, TODAY),
        ("/partner add Acme Legal vertical Solicitors", "Acme Legal", "Solicitors", ANA, TODAY),
        ('/partner add "Acme Legal" solicitors @bob since 2024-03-01', "Acme Legal", "solicitors", BOB, None),
        ("/partner add Acme owner @bob since 1 March 2024", "Acme", None, BOB, None),
    ],
)
def test_a_partner_is_added(
    office: Office, line: str, name: str, vertical: str | None, owner: str, since: date | None
) -> None:
    """Tended by who adds it, from today, unless said otherwise; its card is one click away."""
    answer = office.told(line)
    row = office.row(Partner)
    assert (row.name, row.owner, row.since_on) == (name, owner, since or date(2024, 3, 1))
    assert [one.name for one in office.rows(Vertical)] == ([vertical] if vertical else [])
    assert f"*{name}* was added." in answer.visible_text
    assert "Acme" in only_answer(office.press(answer, "open_card")).visible_text


@pytest.mark.parametrize("name", ["Acme Legal", "ACME  legal", "acmelegal", "AL"])
def test_no_name_is_given_twice(office: Office, name: str) -> None:
    """However it is spelt, and be it another's other name."""
    office.partner(aliases=["AL"])
    before = office.records()
    said = "There is already a partner called “AL”: Acme Legal." if name == "AL" else "Acme Legal is already a partner"
    assert said in office.told(f'/partner add "{name}"').visible_text
    assert office.records() == before


def test_a_card_has_all_that_matters(office: Office) -> None:
    """Both RVIs, what was done last, what is open and promised, and what to do next."""
    partner_id = office.partner(vertical="solicitors", wiifm_us="Introductions", aliases=["AL"])
    office.rate(partner_id, 3)
    office.activity(partner_id, title="Northwind", outcome="met", value_minor=500_000)
    office.told("/touch Acme Legal coffee talked next: send deck by friday")
    card = office.told("/partner show AL")
    for part in (
        "solicitors",
        f"owner <@{ANA}>",
        "since 1 Jan 2025 (23 months)",
        "also known as AL",
        "*Relationship Value Index (RVI)* *0.25*",
        "Seen from their side",
        "estimated from ours",
        "*For us*: Introductions",
        "doesn't say what is in it for them",
        "Promised by 27 Nov: send deck",
        "Open: referral from *Acme Legal* · Northwind · £5,000 · met · today",
        "coffee with *Acme Legal* · talked · today",
    ):
        assert part in card.visible_text, part
    assert labels(card) == [
        "Done", "Update outcome…", "Log a touch", "Rate trust", "Ask for their view", "Snooze", "Edit", "RVI over time",
        "More",
    ]  # fmt: skip


def test_a_known_name_alone_shows_the_card(office: Office) -> None:
    """`/partner Acme Legal` is `/partner show Acme Legal`."""
    office.partner()
    assert office.told("/partner acme legal").visible_text == office.told("/partner show acme legal").visible_text


def test_the_list_is_worst_first(office: Office) -> None:
    """Those with a reason to act, then by RVI, then those without one."""
    for name, level, since in (("Strong", 5, TODAY), ("Unrated", 0, TODAY), ("Quiet", 3, date(2025, 1, 1))):
        partner_id = office.partner(name, since=since)
        if level:
            office.rate(partner_id, level)
            office.activity(partner_id, occurred_on=date(2026, 9, 1) if name == "Quiet" else TODAY)
    words = office.told("/partner list").visible_text
    assert "*3 partners*: those that need you first" in words
    assert words.index("*Quiet*") < words.index("*Strong*") < words.index("*Unrated*")
    assert "no RVI yet" in words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"A", "B", "P"}),
        ("solicitors", {"A"}),
        ("Solicitors @ana", {"A"}),
        ("@bob", {"B"}),
        ("paused", {"P"}),
        ("ended", {"E"}),
        ("all", {"A", "B", "P", "E"}),
        ("mine", {"A", "P"}),
        ("weak", {"B"}),
        ("strong", {"A"}),
        ("strong solicitors", {"A"}),
        ("quiet", {"A"}),
        ("quiet mine active strong", {"A"}),
        ("bakers", set()),
    ],
)
def test_the_list_can_be_narrowed(office: Office, asked: str, found: set[str]) -> None:
    """By line of business, by person, by status; ended ones only when asked for."""
    a = office.partner("A", vertical="solicitors")
    b = office.partner("B", owner=BOB)
    for partner_id, day, times in ((a, date(2026, 9, 1), 12), (b, TODAY, 1)):
        office.rate(partner_id, 3)
        for _ in range(times):
            office.activity(partner_id, occurred_on=day)
    office.partner("P", status="paused")
    office.partner("E", status="ended")
    words = office.told(f"/partner list {asked}".rstrip()).visible_text
    assert {name for name in "ABPE" if f"*{name}*" in words} == found
    assert ("No partner matches (bakers)" in words) == (not found)


def test_a_long_list_says_how_much_is_left_out(office: Office) -> None:
    """Thirty are shown."""
    for number in range(35):
        office.partner(f"Partner {number}")
    words = office.told("/partner list").visible_text
    assert words.count("• ") + words.count("*Partner") == 30
    assert "and 5 more" in words


def test_an_edit_notes_who_changed_what(office: Office) -> None:
    """One row a field in the history, with what it was before; unchanged fields are not noted."""
    office.partner(vertical="solicitors")
    form = office.asked("/partner edit Acme Legal", user=BOB)
    assert first_values(form) == {
        "name": "Acme Legal",
        "vertical": "solicitors",
        "owner": ANA,
        "since_on": "2025-01-01",
        "role": "partner",
    }
    seen = office.submit(form, user=BOB, name="Acme Law", owner=BOB, cadence_days="14", vertical=None, aliases="AL")
    words = only_answer(seen).visible_text
    assert "was saved: Name, Other names, Vertical, Owner, Speak at least every … days" in words
    changes = {row.field: (row.old, row.new, row.changed_by) for row in office.rows(AuditEntry)}
    assert changes == {
        "Name": ("Acme Legal", "Acme Law", BOB),
        "Owner": (ANA, BOB, BOB),
        "Speak at least every … days": (None, "14 days", BOB),
        "Other names": (None, "AL, Acme Legal", BOB),
        "Vertical": ("solicitors", None, BOB),
    }
    assert {row.subject for row in office.rows(AuditEntry)} == {"partner"}
    assert "*Acme Law*" in office.told("/partner list").visible_text


def test_an_edit_without_a_change_changes_nothing(office: Office) -> None:
    """Names with commas, several others and an owner that Slack does not know stay as they are."""
    office.partner("Acme, Inc.", aliases=["Smith, Jones & Co", "AL"], owner="ana@example.com", wiifm_us="a\nb")
    form = office.asked('/partner edit "Acme, Inc."')
    before = office.records()
    assert "is unchanged" in only_answer(office.submit(form)).visible_text
    after = office.records()
    assert [after[name] for name in ("partner", "change")] == [before[name] for name in ("partner", "change")]
    assert {row.name for row in office.rows(PartnerName)} == {"Acme, Inc.", "Smith, Jones & Co", "AL"}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (GUEST, "guest is a guest"),
        (STRANGER, "stranger belongs to another organisation"),
        (ROBOT, "robot is a bot"),
        (GONE, "gone has left the workspace"),
        ("U0NOBODY", "U0NOBODY has left the workspace"),
    ],
)
def test_whoever_would_be_told_nothing_can_tend_no_partner(office: Office, who: str, said: str) -> None:
    """By name, and nothing is recorded; one who tends it already stays, whatever else is changed."""
    office.partner(owner=who)
    before = office.records()
    assert said in office.told(f"/partner add NewCo owner <@{who}>").visible_text
    seen = office.submit(office.asked("/partner add"), name="NewCo", owner=who)
    assert said in (seen.errors or {})["owner"]
    assert office.records() == before
    office.told("/partner add NewCo owner @bob")
    seen = office.submit(office.asked("/partner edit NewCo"), owner=who)
    assert list(seen.errors or {}) == ["owner"]
    assert {row.owner for row in office.rows(Partner)} == {who, BOB}
    office.submit(office.asked("/partner edit Acme Legal"), vertical="tax")
    assert [row.name for row in office.rows(Vertical)] == ["tax"]


def test_an_owner_can_be_taken_away(office: Office) -> None:
    """The partner is then nobody's."""
    office.partner()
    office.submit(office.asked("/partner edit Acme Legal"), owner=None)
    assert office.row(Partner).owner is None
    assert "owner nobody" in office.told("/partner show Acme Legal").visible_text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "Zenith"}, "name"),
        ({"name": "   "}, "name"),
        ({"aliases": "zenith"}, "aliases"),
        ({"aliases": "x" * 121}, "aliases"),
        ({"cadence_days": "0"}, "cadence_days"),
        ({"cadence_days": "two"}, "cadence_days"),
        ({"since_on": "2031-01-01"}, "since_on"),
    ],
)
def test_what_a_record_cannot_take_is_said_on_the_field(office: Office, values: dict[str, str], field: str) -> None:
    """The form stays open with what was typed, and nothing is changed."""
    office.partner("Zenith")
    office.partner()
    form = office.asked("/partner edit Acme Legal")
    before = office.records()
    seen = office.submit(form, **values)
    assert list(seen.errors or {}) == [field]
    assert not seen.closed
    assert office.records() == before
    assert office.submit(form, name="Acme", aliases="Other", cadence_days="7", since_on="2026-01-01").closed


def test_due_lists_ones_own(office: Office) -> None:
    """Worst first, with the reason, something to call about and what one click can do; others' are not on it."""
    office.partner(since=date(2026, 1, 1), wiifm_them="A specialist for tax")
    office.partner("Bobs", owner=BOB, since=date(2026, 1, 1))
    answer = office.told("/partner due")
    assert "1 partner to look after today" in answer.visible_text
    assert "*Quiet*: no contact for 326 days; nothing is logged yet" in answer.visible_text
    assert "What matters to them: A specialist for tax" in answer.visible_text
    assert "Bobs" not in answer.visible_text
    assert labels(answer) == ["Log a touch", "Copy a message", "Brief", "Snooze", "Open card"]


def test_nothing_due_is_said_too(office: Office) -> None:
    """Rather than an empty list."""
    assert "None of your partners needs you today" in office.told("/partner due").visible_text


def test_an_explanation_adds_up(office: Office) -> None:
    """The sum, the literal reading beside it, and the causes of the change, from both sides."""
    partner_id = office.partner()
    office.rate(partner_id, 3, on=date(2026, 7, 1))
    for day in (date(2026, 3, 1), date(2026, 11, 20)):
        office.activity(partner_id, occurred_on=day)
    office.activity(partner_id, kind="event", direction="joint", occurred_on=date(2025, 11, 10))
    words = office.told("/partner explain Acme Legal").visible_text
    assert "*Our side*: 2 referrals, over 12 months, × trust 3 = 0.50" in words
    assert "over all 23 months instead: 0.26" in words
    assert "• 1 new referral (+0.25)" in words
    assert "• 1 event turned 12 months old (−0.25)" in words
    assert "*Their side*: nothing that counts = 0" in words
    since = office.told("/partner explain Acme Legal since 1 March 2026").visible_text
    assert "Since 1 Mar" in since


@pytest.mark.parametrize("since", ["1 July 2026", "1 March 2026", "2 Nov 2025", "20 Nov"])
def test_the_causes_that_are_shown_add_up_to_the_change_that_is_shown(office: Office, since: str) -> None:
    """From both sides and since any day, with several raters a side, and with something undone."""
    partner_id = office.partner(since=date(2025, 10, 15))
    for level, side, on in ((3, "ours", 300), (2, "theirs", 380), (5, "ours", 90), (4, "theirs", 10)):
        office.rate(partner_id, level, side=side, on=TODAY - timedelta(on))
    office.told("/trust Acme Legal 2", user=BOB)
    office.told("/trust Acme Legal 1 them", user=BOB)
    for ago in (390, 380, 200, 90, 20, 3):
        for kind, way in (("referral", "in"), ("event", "joint"), ("referral", "out")):
            office.activity(partner_id, kind=kind, direction=way, occurred_on=TODAY - timedelta(ago))
    office.press_label(office.told("/event Acme Legal Webinar on 1 June 2026"), "Undo")
    words = office.told(f"/partner explain Acme Legal since {since}").visible_text
    for part in re.split(r"\n(?=Since )", words)[1:]:
        first, *causes = part.split("\n")
        effects = [re.search(r"\(([+−±])([\d.]+)\)$", line) for line in causes if line.startswith("• ")]
        total = sum((Decimal(hit[2]) * (-1 if hit[1] == "−" else 1) for hit in effects if hit), Decimal(0))
        moved = re.search(r"([▲▼]) ([\d.]+):$", first)
        assert moved or "No change" in first or "no RVI" in first or "no change" in first, first
        assert total == (Decimal(moved[2]) * (1 if moved[1] == "▲" else -1) if moved else 0)
    assert words.count("Since ") == 2


def test_the_causes_in_the_digest_and_the_nudge_add_up(office: Office) -> None:
    """The heaviest by name, one more by name too, and several more as one."""
    grown, fallen = office.partner("Acme Legal"), office.partner("Zed")
    for partner_id in (grown, fallen):
        office.rate(partner_id, 4, on=date(2026, 7, 1))
    for kind, way in (("referral", "in"), ("event", "joint"), ("collaboration", "joint")):
        office.activity(grown, kind=kind, direction=way, occurred_on=date(2026, 11, 20))
    for kind, number in (("referral", 6), ("event", 5), ("collaboration", 2), ("cross_promotion", 1)):
        office.activity(fallen, kind=kind, direction="in", occurred_on=date(2025, 11, 10), count=number)
    office.activity(fallen, kind="event", direction="joint", occurred_on=date(2026, 11, 20), count=4)
    words = office.told("/tend digest").visible_text
    assert "RVI 0.00 → 1.00, weak → good in 30 days: 1 new referral (+0.33), " in words
    assert "(+0.33), 1 new collaboration (+0.34), 1 new event (+0.33)." in words
    assert "RVI 4.67 → 1.33, strong → good in 30 days: 6 referrals turned 12 months old (−2.00), " in words
    assert "5 events turned 12 months old (−1.67) and 3 more (+0.33)." in words
    assert "(−1.67) and 3 more (+0.33)." in office.told("/partner due").visible_text


def test_an_explanation_of_the_first_month_reads_well(office: Office) -> None:
    """One month is one month."""
    office.rate(office.partner(since=TODAY), 3)
    words = office.told("/partner explain Acme Legal").visible_text
    assert "over all 1 month instead: 0.00" in words


def test_pause_resume_and_their_history(office: Office) -> None:
    """A pause may have an end and a reason; both are on the card, and the button takes it up again."""
    office.partner()
    answer = office.told("/partner pause Acme Legal until 2026-12-24 because budgets freeze", user=BOB)
    assert "is paused until 24 Dec 2026" in answer.visible_text
    row = office.row(Partner)
    assert (row.status, row.status_reason, row.paused_until_on) == ("paused", "budgets freeze", date(2026, 12, 24))
    card = office.told("/partner show Acme Legal")
    assert "*paused until 24 Dec* (budgets freeze)" in card.visible_text
    assert " · paused until 24 Dec" in office.told("/partner list").visible_text
    assert "*paused until 24 Dec* · owner" in office.told("/partner review Acme Legal").visible_text
    said = office.told("/touch Acme Legal call").visible_text
    assert "stays paused until 24 Dec, or until you resume it." in said
    assert labels(card)[0] == "Resume"
    assert "is active again" in only_answer(office.press(answer, "resume_partner", user=BOB)).visible_text
    row = office.row(Partner)
    assert (row.status, row.status_reason, row.paused_until_on) == ("active", None, None)
    assert [(one.field, one.old, one.new, one.changed_by) for one in office.rows(AuditEntry)] == [
        ("status", "active", "paused: budgets freeze", BOB),
        ("status", "paused", "active", BOB),
    ]


@pytest.mark.parametrize("who", [ADA, STEVE])
def test_stewards_end_a_partnership(office: Office, who: str) -> None:
    """The record stays, and can be taken up again."""
    office.partner()
    answer = office.told("/partner end Acme Legal moved abroad", user=who)
    assert "has ended (moved abroad). The record and its history stay." in answer.visible_text
    assert office.row(Partner).status == "ended"
    assert [(one.new, one.changed_by) for one in office.rows(AuditEntry)] == [("ended: moved abroad", who)]
    before = office.records()
    for line in ("resume Acme Legal", "pause Acme Legal until 2027-02-01"):
        assert "steward" in office.told(f"/partner {line}").visible_text
    assert (
        "ended on 23 Nov 2026. A steward can resume it"
        in office.told("/partner pause Acme Legal", user=who).visible_text
    )
    assert office.records() == before
    assert "good time to catch up" not in office.told("/partner show Acme Legal").visible_text
    office.told("/partner resume Acme Legal", user=who)
    assert office.row(Partner).status == "active"


def test_the_list_says_quiet_and_never_of_whom_nobody_touched_that_they_were(office: Office) -> None:
    """What is the reason to act stands in the line."""
    touched = office.partner("Acme Legal")
    office.activity(touched, kind="meeting", occurred_on=date(2026, 8, 1))
    office.partner("Zed", since=TODAY)
    words = office.told("/partner list").visible_text
    assert "*Acme Legal* · no RVI yet · last touch 114 days ago · quiet" in words
    assert "*Zed* · no RVI yet · no touch yet" in words


def test_what_is_not_paused_is_not_taken_up_again(office: Office) -> None:
    """It is said, and nothing is changed."""
    office.partner()
    office.partner("Zed", status="prospect")
    before = office.records()
    assert "is active already; nothing changed" in office.told("/partner resume Acme Legal").visible_text
    assert "is a prospect already; nothing changed" in office.told("/partner resume Zed").visible_text
    assert office.records() | {"seen_request": []} == before


def test_a_prospect_that_was_paused_is_a_prospect_again(office: Office) -> None:
    """One that was ended is active when it is taken up."""
    office.partner(status="prospect")
    office.told("/partner pause Acme Legal")
    assert "is a prospect again" in office.told("/partner resume Acme Legal").visible_text
    assert office.row(Partner).status == "prospect"
    office.told("/partner pause Acme Legal until tomorrow")
    office.told("/partner end Acme Legal", user=ADA)
    assert "is active again" in office.told("/partner resume Acme Legal", user=ADA).visible_text


def test_others_may_not_end_one(office: Office) -> None:
    """It is said who may."""
    office.partner()
    before = office.records()
    assert (
        "Only workspace admins and stewards can end a partnership"
        in office.told("/partner end Acme Legal").visible_text
    )
    assert office.records() == before


@pytest.mark.parametrize("verb", ["pause", "resume", "end"])
def test_a_verb_without_a_partner_says_what_is_missing(office: Office, verb: str) -> None:
    """With the right form, rather than a partner without a name."""
    before = office.records()
    words = office.told(f"/partner {verb}", user=ADA).visible_text
    assert "Which partner?" in words
    assert f"`/partner {verb} PARTNER" in words
    assert office.records() == before


@pytest.mark.parametrize("verb", ["pause", "end", "issue", "idea", "ask", "history", "link", "unlink"])
def test_a_partner_can_be_chosen_for_a_verb(office: Office, verb: str) -> None:
    """From a menu, which then does what the verb does of the one that is chosen."""
    partner_id = office.partner()
    office.partner("Bakers Ltd", status="ended")
    answer = office.told(f"/partner {verb}", user=ADA)
    assert "Bakers" not in answer.visible_text
    chosen = office.press(answer, f"verb:{verb}", user=ADA, value=f"{verb}:{partner_id}")
    assert chosen.ok
    assert "Acme Legal" in (str(chosen.view) if chosen.view else only_answer(chosen).visible_text)


def test_only_who_rests_can_be_chosen_to_resume(office: Office) -> None:
    office.partner()
    resting = office.partner("Bakers Ltd", status="paused")
    answer = office.told("/partner resume")
    assert "Acme Legal" not in str(answer.blocks)
    assert "is active again" in only_answer(office.press(answer, "verb:resume", value=f"resume:{resting}")).visible_text


def test_a_list_for_a_verb_has_a_menu(office: Office) -> None:
    partner_id = office.partner()
    answer = office.told("/partner explain")
    shown = only_answer(office.press(answer, "verb:explain", value=f"explain:{partner_id}"))
    assert "Acme Legal: how the RVI adds up" in shown.visible_text


def test_due_takes_a_person_or_a_partner(office: Office) -> None:
    """Of another person the list, of oneself what is due, of a partner the card."""
    office.partner("Bakers", owner=BOB)
    office.partner()
    assert f"*1 partner (<@{BOB}>)*" in office.told("/partner due @bob").visible_text
    assert "*Bakers*" in office.told("/partner due @bob").visible_text
    for line in ("/partner due @ana", "/partner due mine", "/partner due today"):
        assert office.told(line).visible_text == office.told("/partner due").visible_text
    assert office.told("/partner due Bakers").visible_text == office.told("/partner show Bakers").visible_text
    assert labels(office.told("/partner due Bakrs")) == ["Bakers"]


def test_a_list_says_how_it_was_narrowed(office: Office) -> None:
    office.partner(vertical="solicitors", owner=BOB)
    assert (
        f"*1 partner (<@{BOB}>, solicitors, active)*"
        in office.told("/partner list active @bob solicitors").visible_text
    )
    assert f"No partner matches (<@{ANA}>, solicitors)" in office.told("/partner list @ana solicitors").visible_text


@pytest.mark.parametrize("verb", ["show", "edit", "explain"])
def test_looking_without_a_partner_lists_them(office: Office, verb: str) -> None:
    """To choose from."""
    office.partner()
    assert "*1 partner*" in office.told(f"/partner {verb}").visible_text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/partner shwo Acme Legal", "did you mean “show”"),
        ("/partner pause Acme Legal until yesterday", "cannot end in the past"),
        ("/partner pause Acme Legal until today", "Choose a future date"),
        ("/partner add Acme owner bob", "Name the owner with an @"),
        ("/partner add Acme vertical", "nothing after"),
        ("/partner explain Acme Legal since whenever", "whenever"),
        ("/partner list @ana @bob", "one owner"),
    ],
)
def test_what_cannot_be_read_is_named(office: Office, line: str, said: str) -> None:
    """And nothing changes."""
    office.partner()
    before = office.records()
    answer = office.told(line)
    assert said in answer.visible_text
    assert "Nothing was recorded." in answer.visible_text
    assert office.records() == before


def test_a_close_name_is_only_offered(office: Office) -> None:
    """Acme Legl does not show Acme, nor pause it."""
    office.partner("Acme")
    before = office.records()
    answer = office.told("/partner pause Acmee")
    assert labels(answer)[0] == "Acme"
    assert office.records() == before


@pytest.mark.parametrize(
    ("step", "field"), [("who", "name"), ("why", "wiifm_us"), ("terms", "terms"), ("more", "our_sponsor")]
)
def test_each_part_of_a_record_is_edited_from_its_card(office: Office, step: str, field: str) -> None:
    """Only what stands in that part is touched; the rest stays."""
    office.partner(wiifm_us="Introductions", our_sponsor_id="U0ANA", terms="retainer", aliases=["AL"])
    before = office.row(Partner)
    form = office.press(office.told("/partner show Acme Legal"), "edit_partner", value=f"1:{step}").view
    assert form is not None
    assert field in first_values(form)
    assert "is unchanged" in only_answer(office.submit(form)).visible_text
    assert office.row(Partner) == before


@pytest.mark.parametrize("value", ["edit:1", "nonsense:1", "end:1", "review:99", "pause", "add:1", ":"])
def test_a_forged_verb_has_only_ones_own_rights(office: Office, value: str) -> None:
    """What a button asks for is checked as if it had been typed."""
    office.partner()
    record = only_answer(office.press(office.told("/partner show Acme Legal"), "more_of_partner"))
    before = office.records()
    assert office.forge(record, "verb:history", value).ok
    assert office.records() == before
    assert office.row(Partner).status == "active"


def test_help_is_one_word_away(office: Office) -> None:
    """`/partner help` names every verb; a slip of a verb is told what it may be, and the form stays readable."""
    words = office.told("/partner help").visible_text
    assert "`/partner pause PARTNER [until DAY] [REASON…]`" in words
    for verb in PartnerVerb:
        assert f"`{verb}`" in words
    words = office.told("/partner lst").visible_text
    assert "did you mean “list”?" in words
    assert "`/partner add|show|list|edit|due|explain|review|… [PARTNER]`" in words


def test_nothing_fits_is_not_nobody_yet(office: Office) -> None:
    """Without partners the first is asked for; where none fits, what can be asked for."""
    assert "No partners yet. Add one with `/partner add`" in (office.told("/partner list").visible_text)
    office.partner("Acme Legal")
    words = office.told("/partner list bakers").visible_text
    assert "No partner matches (bakers)" in words
    assert "Add one" not in words


def test_a_name_of_blanks_is_no_name(office: Office) -> None:
    """Slack lets blanks pass where something must be typed."""
    seen = office.submit(office.asked("/partner add"), name="   ")
    assert seen.errors == {"name": "A partner needs a name."}
    assert office.submit(seen.view or office.asked("/partner add"), name="Zenith").closed


def test_a_first_rating_is_no_standstill(office: Office) -> None:
    """Where no RVI was a month ago, the card does not say that nothing changed."""
    partner_id = office.partner()
    assert "no change" not in office.told("/partner show Acme Legal").visible_text
    office.rate(partner_id, 4)
    office.activity(partner_id)
    words = office.told("/partner show Acme Legal").visible_text
    assert "in 30 days" not in words
    office.clock.forward(days=31)
    assert "→ no change in 30 days" in office.told("/partner show Acme Legal").visible_text


def test_an_old_form_takes_back_nothing_that_a_colleague_wrote_meanwhile(office: Office) -> None:
    """Only what was changed in the form is saved, whatever stood in its other fields when it was opened."""
    office.partner(wiifm_us="Introductions")
    anas = office.asked("/partner edit Acme Legal")
    bobs = office.asked("/partner edit Acme Legal", BOB)
    assert office.submit(bobs, BOB, vertical="solicitors", cadence_days="14").closed
    assert office.submit(anas, aliases="Acme LLP").closed
    partner = office.row(Partner)
    assert partner.cadence_days == 14
    assert partner.vertical_id is not None


def test_what_is_planned_stands_on_the_card(office: Office) -> None:
    """An event to come counts into the forecast, so it is seen; with one, something is open between the two."""
    partner_id = office.partner()
    for day in ("2026-12-12", "2026-11-30", "2027-01-05", "2027-02-01"):
        office.told(f"/event Acme Legal Breakfast of {day} on {day}")
    office.activity(partner_id, kind="event", direction="joint", title="Gone")
    words = office.told("/partner show Acme Legal").visible_text
    planned = words[words.index("*Planned*") : words.index("*Last touches*")]
    assert [line.split(" · ")[-1] for line in planned.splitlines()[1:]] == ["30 Nov", "12 Dec", "5 Jan 2027"]
    assert "• event with *Acme Legal* · Breakfast of 2026-12-12 · 12 Dec" in planned
    assert "Nothing is open between you" not in words
    office.clock.forward(days=30)
    words = office.told("/partner show Acme Legal").visible_text
    assert "Breakfast of 2026-12-12" not in words[words.index("*Planned*") : words.index("*Last touches*")]


def test_what_a_record_lacks_is_a_press_away(office: Office) -> None:
    """The form opens that asks for it, with the name of a partner that could be another's."""
    partner_id = office.partner("X", since=date(2026, 10, 1))
    office.activity(partner_id)
    office.rate(partner_id, 4)
    due = office.told("/partner due")
    assert "Some details are missing for *X*." in due.visible_text
    form = office.press_label(due, "Complete it").view
    assert form is not None
    assert {"wiifm_us", "wiifm_them"} <= {block["block_id"] for block in form.blocks}
