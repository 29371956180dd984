"""Unknown addresses at a partner's own domain are offered as persons there; no other address is kept."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import update

from bot.actions.caller import Caller
from bot.actions.workspace.mail import MailOwner, find_owner, renew_address, take_mail
from bot.mail.message import read_mail
from bot.workspace.retention import forget_addresses
from bot.workspace.team import Team
from storage.contacts import addresses
from storage.contacts.mailboxes import guess_name, is_personal, role_words
from storage.contacts.seen_addresses import MAX_OFFERED
from storage.db.engine import reading, writing
from storage.tables import Activity, ActivityContact, ContactPerson, MailAddress, Partner, SeenAddress
from storage.workspaces import workspaces
from tests.listeners.office import ADA, ANA, BOB, STEVE, Office, first_values, labels, only_answer, replaced
from tests.mail.mails import JANE, REPORT, mail
from tests.patience import PATIENCE
from tests.stored import stored

CARL = "carl.roe@acme.example"
ALL = (
    f"{JANE}, Carl <Carl.Roe@Acme.example>, info@acme.example, no-reply@mail.acme.example, x@gmail.com, y@else.example"
)


@pytest.fixture
def acme(office: Office) -> int:
    partner = office.partner("Acme Legal", owner=ANA, since=date(2025, 1, 1))
    office.person(partner, "Jane Doe", address="jane@acme.example")
    add_domain(office, partner, "acme.example")
    return partner


def add_domain(office: Office, partner_id: int, domain: str) -> None:
    with writing(office.engine) as session:
        of = {"workspace_id": office.workspace_id, "partner_id": partner_id}
        assert addresses.add_domain(session, **of, domain=domain, by=ANA, now=office.clock())


def take(office: Office, to: str = CARL, number: int = 1, **more: Any) -> None:
    team = team_of(office)
    made = mail(to=to, Message_ID=f"<{number}@x>", **more)
    take_mail(office.engine, MailOwner(team, ANA), read_mail(bytes(made)), office.clock())


def people(office: Office, user: str = ANA, partner: str = "Acme Legal") -> Any:
    return office.told(f"/partner people {partner}", user=user)


def offered(office: Office) -> list[str | None]:
    return [row.address for row in office.rows(SeenAddress)]


def test_only_a_persons_address_at_a_partners_domain_is_kept(office: Office, acme: int) -> None:
    take(office, ALL)
    assert offered(office) == [CARL]
    kept = stored(office.engine)
    for secret in ("Pricing", "Hello", "gmail.com", "else.example", "info@", "reply@", "fairweather.example"):
        assert secret not in kept, secret


def test_it_is_shown_to_the_owner_and_stewards_only(office: Office, acme: int) -> None:
    take(office)
    for user in (ANA, STEVE, ADA):
        assert f"{CARL}\nSeen in mail, today" in people(office, user).visible_text
    card = office.told("/partner show Acme Legal")
    assert "Seen in mail or calendars: 1 address there that you may want to add." in card.visible_text
    assert CARL in only_answer(office.press_label(card, "People")).visible_text
    assert CARL not in people(office, BOB).visible_text
    assert "Seen in mail" not in office.told("/partner show Acme Legal", user=BOB).visible_text
    set_owner(office, None)
    assert CARL not in people(office, ANA).visible_text
    assert CARL in people(office, STEVE).visible_text


def test_adding_makes_a_person_and_credits_nothing(office: Office, acme: int) -> None:
    take(office)
    assert len(office.rows(Activity)) == 1
    form = office.press_label(people(office), "Add").view
    assert form is not None
    assert first_values(form) == {"name": "Carl Roe", "address": CARL}
    assert "Added Carl Roe" in only_answer(office.submit(form)).visible_text
    assert office.rows(ActivityContact) == []
    listed = people(office)
    assert "No touch with them yet" in listed.visible_text
    assert "Not a contact" not in labels(listed)
    take(office, number=2)
    assert len(office.rows(SeenAddress)) == 1
    assert [row.contact_person_id for row in office.rows(ActivityContact)] == [2]


def test_what_is_no_contact_is_forgotten_and_never_offered_again(office: Office, acme: int) -> None:
    take(office)
    listed = people(office)
    done = only_answer(office.press_label(listed, "Not a contact"))
    assert "It is deleted here and not offered again" in done.visible_text
    assert CARL not in stored(office.engine)
    assert "no longer offered" in only_answer(office.press_label(listed, "Add")).visible_text
    assert "no longer offered" in only_answer(office.press_label(listed, "Not a contact")).visible_text
    office.clock.forward(days=3)  # type: ignore[attr-defined]
    take(office, number=2, Date="Thu, 26 Nov 2026 10:05:00 +0000")
    assert CARL not in stored(office.engine)
    assert "Not a contact" not in labels(people(office))
    assert "offered as a contact again" in replaced(office.press(done, "undo_refusal")).visible_text
    assert "Not a contact" in labels(people(office))


def test_nobody_else_decides(office: Office, acme: int) -> None:
    """Nor does whoever saw it while they were the owner."""
    take(office)
    take(office, "dan@acme.example", 2)
    listed = people(office)
    done = only_answer(office.press(listed, "refuse_seen_person:1"))
    set_owner(office, BOB)
    for action in ("add_seen_person:2", "refuse_seen_person:2"):
        seen = office.press(listed, action)
        assert seen.view is None
        assert "Only the partner's owner" in only_answer(seen).visible_text
    assert "Only the partner's owner" in only_answer(office.press(done, "undo_refusal")).visible_text
    set_owner(office, ANA)
    forged = office.forge(done, "undo_refusal", "1:somebody@else.example")
    assert "no longer offered" in only_answer(forged).visible_text
    assert offered(office) == [None, "dan@acme.example"]


def set_owner(office: Office, owner: str | None) -> None:
    with writing(office.engine) as session:
        session.exec(update(Partner).values(owner=owner))


def test_it_goes_after_ninety_days_and_what_was_refused_stays_refused(office: Office, acme: int) -> None:
    take(office)
    take(office, "Dan <dan@acme.example>", 2)
    office.press(people(office), "refuse_seen_person:1", value=None)
    assert forget_addresses(office.engine, office.clock() + timedelta(days=90)) == 0
    assert forget_addresses(office.engine, office.clock() + timedelta(days=91)) == 1
    assert offered(office) == [None]
    take(office, number=3)
    take(office, "dan@acme.example", 4, Date="Mon, 23 Aug 2026 10:05:00 +0000")
    assert offered(office) == [None], "it was seen too long ago"


def test_seen_again_it_stays_for_longer(office: Office, acme: int) -> None:
    take(office, Date="Fri, 20 Nov 2026 10:05:00 +0000")
    take(office, number=2)
    take(office, number=3, Date="Wed, 18 Nov 2026 10:05:00 +0000")
    assert [row.seen_on for row in office.rows(SeenAddress)] == [date(2026, 11, 23)]


def test_it_goes_with_the_domain(office: Office, acme: int) -> None:
    take(office, f"{CARL}, dan@mail.acme.example, eve@notacme.example")
    assert len(offered(office)) == 2
    form = office.press(office.told("/partner show Acme Legal"), "edit_partner", value="1:more").view
    assert office.submit(form, domains="acme.test").closed
    assert offered(office) == []


def test_whoever_was_deleted_on_request_is_not_offered(office: Office, acme: int) -> None:
    asked = only_answer(office.press(people(office), "change_person:1", value="1:erase"))
    office.press(asked, "erase_person")
    take(office, JANE)
    assert offered(office) == [None]
    assert office.rows(ContactPerson) == []
    assert "jane@acme.example" not in stored(office.engine)


def test_it_moves_with_a_merge_and_back(office: Office, acme: int) -> None:
    take(office)
    office.partner("Beta", owner=ANA)
    plan = office.told("/partner merge Acme Legal into Beta", user=STEVE)
    done = replaced(office.press_label(plan, "Merge", STEVE))
    assert CARL in people(office, STEVE, "Beta").visible_text
    office.press_label(done, "Undo the merge", STEVE)
    assert CARL in people(office, STEVE).visible_text


def test_mail_that_comes_back_takes_it_away(office: Office, acme: int) -> None:
    take(office, "jane.gone@acme.example")
    assert len(offered(office)) == 1
    team = team_of(office)
    report = REPORT if isinstance(REPORT, bytes) else bytes(REPORT)
    raw = report.replace(b"jane@acme.example", b"jane.gone@acme.example")
    take_mail(office.engine, MailOwner(team, ANA), read_mail(raw), office.clock())
    assert offered(office) == []


def test_nothing_is_offered_of_whoever_was_not_told(office: Office, acme: int) -> None:
    """An address that was made before people were offered, as the migration leaves it, until it is renewed."""
    caller = Caller(team_of(office), ANA, office.clock(), mail_host="tend.example.com")
    for is_told in (False, True):
        made = renew_address(office.engine, caller).address
        if not is_told:
            with writing(office.engine) as session:
                session.exec(update(MailAddress).values(offers_people=False))
        owner = find_owner(office.engine, made or "", "tend.example.com")
        assert owner is not None
        facts = read_mail(bytes(mail(to=CARL, Message_ID=f"<{is_told}@x>")))
        take_mail(office.engine, owner, facts, office.clock())
        assert offered(office) == ([CARL] if is_told else [])


def team_of(office: Office) -> Team:
    with reading(office.engine) as session:
        return Team.of(workspaces.get(session, workspace_id=office.workspace_id))


def test_two_mails_at_once_offer_it_once(office: Office, acme: int) -> None:
    gate = threading.Barrier(2)

    def work(number: int) -> None:
        gate.wait(PATIENCE)
        take(office, number=number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert offered(office) == [CARL]


def test_no_more_wait_than_somebody_could_look_at(office: Office, acme: int) -> None:
    """Whoever gets hold of a private address can't fill the database."""
    first = (f"p{chr(97 + at)}@acme.example" for at in range(26))
    second = (f"q{chr(97 + at)}@acme.example" for at in range(26))
    take(office, ", ".join(first), 1)
    take(office, ", ".join(second), 2)
    assert len(offered(office)) == MAX_OFFERED
    listed = people(office)
    assert labels(listed).count("Not a contact") <= 5


@pytest.mark.parametrize(
    "address",
    ["info", "no-reply", "no.reply", "noreply42", "do-not-reply", "support", "acme-sales", "sales.emea", "team", "büro",
     "bounce+x=y", "bounces-12", "mailer-daemon", "notifications", "owner-announce", "announce-request", "invoices",
     "customer.service", "jobs", "12345", "a8f0123e9c", "meeting-room", "newsletter2", "x" * 41],
)  # fmt: skip
def test_what_is_no_persons_address(address: str) -> None:
    assert not is_personal(f"{address}@acme.example")


@pytest.mark.parametrize(
    ("address", "name"),
    [("jane.doe", "Jane Doe"), ("jane", "Jane"), ("jdoe7", "Jdoe"), ("jane_doe+work", "Jane Doe"),
     ("o'neill", "O Neill"), ("jörg-peter.müller", "Jörg Peter Müller"), ("dev.patel", "Dev Patel")],
)  # fmt: skip
def test_what_is_a_persons_address(address: str, name: str) -> None:
    assert is_personal(f"{address}@acme.example")
    assert guess_name(f"{address}@acme.example") == name


@given(st.sampled_from(sorted(role_words())), st.sampled_from(["", "-uk", ".1", "_team", "+tag"]))
def test_a_role_is_one_in_every_form(word: str, ending: str) -> None:
    assert not is_personal(f"{word}{ending}@acme.example")


@given(st.from_regex(r"[^@\s]{1,30}", fullmatch=True))
def test_any_mailbox_is_told(box: str) -> None:
    assert is_personal(f"{box}@acme.example") in (True, False)
    assert "@" not in guess_name(f"{box}@acme.example")
