"""The people at a partner, as somebody lists, adds, changes and deletes them; and who was spoken with."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions.automatic_contact import Source, record_automatic_contact
from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.contacts import spoken_with
from storage.db.engine import reading, writing
from storage.tables import Activity, ActivityContact, AuditEntry, ContactPerson, PartnerDomain, TrustQuestion
from storage.workspaces import workspaces
from tests.listeners.office import ANA, BOB, ROOM, STEVE, STRANGER, TODAY, Office, only_answer, replaced


def first(office: Office) -> ContactPerson:
    return office.rows(ContactPerson)[0]


def people(office: Office, user: str = ANA) -> Any:
    return office.told("/partner people Acme Legal", user=user)


def automatic(office: Office, partner_id: int, source: Source = Source.MAIL, **more: Any) -> bool:
    with reading(office.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=office.workspace_id))
    more = {"side": Direction.IN, "now": office.clock(), "day": TODAY} | more
    return record_automatic_contact(office.engine, team, partner_id, source=source, **more)


def recorded(office: Office) -> Any:
    """What is recorded of the partner, each with the way to take it back."""
    more = only_answer(office.press(office.told("/partner show Acme Legal"), "more_of_partner"))
    return only_answer(office.press(more, "take_back"))


def standing(office: Office) -> list[tuple[str, str | None]]:
    return [(row.recorded_by, row.medium) for row in office.rows(Activity) if row.voided_at is None]


def test_a_person_is_added_listed_changed_and_put_back(office: Office) -> None:
    office.partner()
    empty = people(office)
    assert "Nobody yet" in empty.visible_text
    form = office.press(empty, "add_person").view
    filled = {"name": " Jane  Doe", "role": "CFO", "address": "Jane <Jane@Acme.example>", "is_sponsor": ["yes"]}
    done = only_answer(office.submit(form, **filled))
    assert "Added Jane Doe of *Acme Legal*" in done.visible_text
    listed = people(office).visible_text
    assert "*Jane Doe*, CFO" in listed
    assert "their sponsor" in listed
    assert first(office).address_key == "jane@acme.example"
    form = office.press(people(office), "change_person:1", value="1:edit").view
    changed = only_answer(office.submit(form, role="Managing partner"))
    assert "Saved Jane Doe of *Acme Legal*: Role" in changed.visible_text
    assert "CFO" in office.told("/partner history Acme Legal").visible_text
    office.press(changed, "undo_person_edit")
    assert first(office).role == "CFO"
    office.press(done, "undo_person")
    assert "Nobody yet" in people(office).visible_text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("address", "nowhere"),
        ("left_on", "2027-01-01"),
        ("name", "jane doe"),
        ("address", "J@a.example"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(office: Office, field: str, value: str) -> None:
    office.person(office.partner(), "Jane Doe", address="j@A.example")
    form = office.press(people(office), "add_person").view
    assert set(office.submit(form, **({"name": "Joe"} | {field: value})).errors or ()) == {field}
    assert len(office.rows(ContactPerson)) == 1


def test_who_left_is_last_and_said_to_have_left(office: Office) -> None:
    acme = office.partner()
    office.person(acme, "Ann")
    office.person(acme, "Zoe")
    office.press(people(office), "change_person:1", value="1:left")
    listed = people(office).visible_text
    assert listed.index("Zoe") < listed.index("Ann")
    assert "left on" in listed


def test_a_person_is_deleted_on_request_with_all_that_names_them(office: Office) -> None:
    """By the owner or a steward; what was done stays."""
    acme = office.partner()
    jane = office.person(acme, "Jane Doe", address="jane@acme.example")
    office.told("/touch Acme Legal call with Jane Doe")
    office.submit(office.asked("/partner ask Acme Legal"), contact="Jane Doe")
    office.press(people(office), f"change_person:{jane}", value=f"{jane}:left")
    refused = office.press(people(office, BOB), f"change_person:{jane}", value=f"{jane}:erase", user=BOB)
    assert "Only the partner's owner" in only_answer(refused).visible_text
    form = office.press(office.told("/partner show Acme Legal"), "edit_partner", value=f"{acme}:more").view
    office.submit(form, their_sponsor="Jane Doe")
    asked = only_answer(office.press(people(office), f"change_person:{jane}", value=f"{jane}:erase"))
    assert "can't be undone" in asked.visible_text
    office.press(asked, "erase_person")
    assert office.rows(ContactPerson) == []
    assert office.rows(ActivityContact) == []
    assert not [one for one in office.rows(AuditEntry) if one.subject == "contact_person"]
    assert [one.contact for one in office.rows(TrustQuestion)] == [f"somebody {jane}"]
    assert office.rows(TrustQuestion)[0].withdrawn_at is not None
    assert len(office.rows(Activity)) == 1
    kept = str([one for one in office.rows(AuditEntry)])
    assert "Jane" not in kept
    assert "jane@" not in kept


def test_domains_are_the_partners_own_and_never_public(office: Office) -> None:
    office.partner()
    office.partner("Beta")
    form = office.press(office.told("/partner show Acme Legal"), "edit_partner", value="1:more").view
    assert office.submit(form, domains="Acme.example\nme@acme.co.test").closed
    assert {row.domain for row in office.rows(PartnerDomain)} == {"acme.example", "acme.co.test"}
    form = office.press(office.told("/partner show Beta"), "edit_partner", value="2:more").view
    for wrong in ("gmail.com", "acme.example", "x y"):
        assert set(office.submit(form, domains=wrong).errors or ()) == {"domains"}, wrong


def test_a_typed_touch_knows_whom_it_names(office: Office) -> None:
    """The words stay; nobody else is guessed, and a word that is a name elsewhere is none."""
    acme = office.partner()
    jane, will = office.person(acme, "Jane Doe"), office.person(acme, "Will Smith")
    office.person(office.partner("Beta"), "Bob Ray")
    office.told("/touch Acme Legal call with Jane about the office, Bob Ray will come")
    assert [(row.contact_person_id) for row in office.rows(ActivityContact)] == [jane]
    office.told("/touch Acme Legal coffee with Will Smith")
    assert [(row.contact_person_id) for row in office.rows(ActivityContact)] == [jane, will]
    card = office.told("/partner show Acme Legal").visible_text
    assert "Last spoke: Will Smith, today, coffee" in card
    assert "Jane" in office.rows(Activity)[0].title


def test_all_sources_of_a_day_are_one_touch(office: Office) -> None:
    acme = office.partner()
    jane = office.person(acme)
    assert automatic(office, acme, Source.MAIL, person_ids=[jane])
    assert automatic(office, acme, Source.CALENDAR, side=Direction.JOINT)
    assert not automatic(office, acme, Source.MAIL)
    (row,) = office.rows(Activity)
    assert (row.medium, row.direction, row.recorded_by) == ("mail, calendar meeting", "joint", "mail")
    assert "Last spoke: Jane Doe, today, mail" in office.told("/partner show Acme Legal").visible_text


def test_what_somebody_typed_is_the_same_touch(office: Office) -> None:
    """Before or after; and without it the automatic one stands again."""
    acme = office.partner()
    automatic(office, acme)
    typed = office.told("/touch Acme Legal lunch")
    assert standing(office) == [(ANA, "lunch")]
    assert not automatic(office, acme, Source.MAIL)
    assert automatic(office, acme, Source.CALENDAR)
    assert standing(office) == [(ANA, "lunch")]
    office.press(typed, "undo_activity")
    assert standing(office) == [("mail", "mail, calendar meeting")]
    office.told("/touch Acme Legal no answer")
    assert len(standing(office)) == 2, "an attempt is no contact"


def test_automatic_contact_is_undone_by_the_owner_and_stays_so(office: Office) -> None:
    acme = office.partner()
    automatic(office, acme)
    office.press(recorded(office), "undo_activity:1")
    assert standing(office) == []
    assert not automatic(office, acme, Source.CALENDAR)
    assert standing(office) == []


def test_contact_with_who_never_counts_is_none(office: Office) -> None:
    acme = office.partner()
    jane, joe = office.person(acme), office.person(acme, "Joe")
    automatic(office, acme, person_ids=[jane, joe])
    office.press(recorded(office), f"never_count:1:{jane}")
    assert first(office).never_counts
    tomorrow = TODAY + timedelta(days=1)
    assert not automatic(office, acme, person_ids=[jane], day=tomorrow)
    assert automatic(office, acme, person_ids=[jane, joe], day=tomorrow)


def test_merged_partners_keep_their_people_and_one_sponsor(office: Office) -> None:
    acme, twin = office.partner(), office.partner("Acme Solicitors")
    office.person(acme, "Ann", is_sponsor=True)
    office.person(twin, "Zoe", is_sponsor=True)
    for one in (acme, twin):
        automatic(office, one)
    plan = office.told("/partner merge Acme Solicitors into Acme Legal", user=STEVE)
    done = office.press(plan, "merge_partners", user=STEVE)
    assert {(one.partner_id, one.name, one.is_sponsor) for one in office.rows(ContactPerson)} == {
        (acme, "Ann", True), (acme, "Zoe", False),
    }  # fmt: skip
    assert len(standing(office)) == 1
    office.press(replaced(done), "undo_merge", user=STEVE)
    assert {(one.partner_id, one.is_sponsor) for one in office.rows(ContactPerson)} == {(acme, True), (twin, True)}
    assert len(standing(office)) == 2


def test_a_post_of_a_known_person_names_them(office: Office) -> None:
    acme = office.partner()
    office.slack.world.add_channel("C0SHARED", "acme-shared", is_ext_shared=True, members=[ANA, BOB, STRANGER])
    office.submit(office.asked("/partner link Acme Legal <#C0SHARED|x>"))
    jane = office.person(acme, slack_id=STRANGER)
    office.slack.say(STRANGER, "C0SHARED", "hi")
    assert [row.contact_person_id for row in office.rows(ActivityContact)] == [jane]


def test_the_brief_says_what_to_know(office: Office) -> None:
    acme = office.partner(wiifm_them="Speakers for their evenings")
    office.person(acme, "Jane Doe")
    office.rate(acme, 4)
    office.told("/referral from Acme Legal Northwind 5k met")
    office.told("/referral to Acme Legal Contoso")
    office.told("/touch Acme Legal call with Jane Doe about the fair next: send the deck by friday")
    brief = office.told("/partner brief Acme Legal")
    for words in (
        "Last spoke: Jane Doe, today, call",
        "send the deck",
        "Northwind",
        "Contoso",
        "RVI, ours",
        "RVI, theirs",
    ):
        assert words in brief.visible_text, words
    assert "Only you see this" in brief.visible_text
    assert not office.slack.channel(ROOM), "nobody else sees it"


def good(office: Office) -> int:
    """A partner with a good RVI, spoken with today."""
    acme = office.partner(wiifm_us="Leads", wiifm_them="Leads", our_role="a", their_role="b", fit="a")
    office.rate(acme, 3)
    for ago in (40, 80, 120, 160):
        office.activity(acme, kind="event", direction="joint", occurred_on=TODAY - timedelta(days=ago))
    return acme


def test_a_sponsor_who_left_is_a_reason_to_act(office: Office) -> None:
    acme = good(office)
    ann = office.person(acme, "Ann", is_sponsor=True)
    office.told("/touch Acme Legal lunch")
    assert "sponsor left" not in office.told("/partner due").visible_text
    office.press(people(office), f"change_person:{ann}", value=f"{ann}:left")
    due = office.told("/partner due").visible_text
    assert "*Their sponsor left*: Ann left on" in due
    assert "Ann left" in office.told("/partner review Acme Legal").visible_text
    assert "whose sponsor left" in office.told("/tend digest").visible_text
    office.person(acme, "Zoe")
    form = office.press(people(office), "change_person:2", value="2:edit").view
    office.submit(form, is_sponsor=["yes"])
    assert "sponsor left" not in office.told("/partner due").visible_text


def test_a_partnership_that_hangs_on_one_person_is_told(office: Office) -> None:
    acme = good(office)
    jane = office.person(acme)
    for row in office.rows(Activity):
        with writing(office.engine) as session:
            of = {"workspace_id": office.workspace_id, "partner_id": acme, "activity_id": row.id or 0}
            spoken_with.name_persons(session, **of, person_ids=[jane])
    assert "hangs on one person" in office.told("/partner due").visible_text
    card = office.told("/partner show Acme Legal").visible_text
    assert "every touch of the last six months was with Jane Doe" in card
    office.person(acme, "Joe Ray")
    office.told("/touch Acme Legal lunch with Joe Ray")
    assert "six months" not in office.told("/partner show Acme Legal").visible_text
