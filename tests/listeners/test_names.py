"""Names that nobody knows, and names that are hard: suggested, added, shown, and never rung."""

import pytest

from bot.grammar.likeness import MIN_SIMILARITY, similarity
from storage.tables import Activity, Partner, PartnerName, TrustRating
from tests.listeners.judge import marked_up
from tests.listeners.office import ANA, BOB, TEND_URL, Office, labels, only_answer, replaced

FIX = "Fix it in the form"
HARD = [
    "O'Brien & Söns",
    "L’Étoile",
    '6" Pipes',
    "“Quoted” Ltd",
    "<!channel>",
    "<!here|here>",
    "<@U0BOB>",
    "<@U0BOB|bob>",
    "<https://example.com|click>",
    "Tom & Jerry <tom@example.com>",
    "&lt;b&gt; &amp; co",
    "*bold* _it_ ~no~ `code`",
    "5k won",
    "from to on",
    "Ünïcödé 東京 株式会社",
    "שלום בע״מ",
    "🦄 Rainbows 👩‍👩‍👧",
    "/partner list",
    "a:b:c",
]


def test_close_names_are_offered_and_nothing_is_recorded(office: Office) -> None:
    """The likest first, and adding it last."""
    for name in ("Acme Legal", "Acme Logistics", "Zenith"):
        office.partner(name)
    before = office.records()
    answer = office.told("/touch Akme Legl coffee talked shop")
    assert "No partner is called “Akme Legl”." in answer.visible_text
    assert labels(answer)[0] == "Acme Legal"
    assert labels(answer)[-2:] == ["Add “Akme Legl”", FIX]
    assert "Zenith" not in labels(answer)
    assert office.records() == before


def test_nothing_close_offers_only_to_add(office: Office) -> None:
    """With no partner at all as with others that are far off."""
    assert labels(office.told("/trust Zeta 4")) == ["Add “Zeta”", FIX]
    office.partner()
    assert labels(office.told("/trust Zeta 4")) == ["Add “Zeta”", FIX]


@pytest.mark.parametrize("label", ["Acme Legal", "Add “Acme Legl”"])
def test_each_button_then_does_what_was_typed(office: Office, label: str) -> None:
    """The whole line, day and promise and all, in the place of the question."""
    office.partner()
    answer = office.told("/touch Acme Legl coffee talked shop on yesterday next: send deck by friday")
    shown = replaced(office.press_label(answer, label))
    name = label.removeprefix("Add “").removesuffix("”")
    assert f"Recorded: coffee with *{name}* · talked shop · yesterday" in shown.visible_text
    assert "Promised: send deck by 27 Nov" in shown.visible_text
    row = office.row(Activity)
    assert {one.id: one.name for one in office.rows(Partner)}[row.partner_id] == name
    assert labels(shown)[:3] == ["Undo", "Edit", "Edit promise"]


def test_an_added_partner_belongs_to_who_added_it(office: Office) -> None:
    """From today on, and it can be undone like any record."""
    shown = replaced(office.press(office.told("/trust Zeta 4", user=BOB), "answer_line:add", user=BOB))
    partner = office.row(Partner)
    assert (partner.name, partner.owner, partner.since_on) == ("Zeta", BOB, office.clock.now.date())
    assert office.row(TrustRating).rater == BOB
    replaced(office.press(shown, "undo_trust", user=BOB))


@pytest.mark.parametrize("action", ["answer_line:0", "answer_line:add"])
def test_a_press_that_slack_repeats_records_once(office: Office, action: str) -> None:
    """The second finds it done, and says nothing more."""
    office.partner("Zenith")
    answer = office.told("/event Zenit Fair")
    office.press(answer, action)
    before = office.records()
    shown = len(office.slack.world.journal)
    office.again()
    assert office.records() == before
    assert len(office.slack.world.journal) == shown
    assert len(office.rows(Activity)) == 1


def test_a_name_added_meanwhile_is_used(office: Office) -> None:
    """A colleague was faster: one partner, and the line is done."""
    answer = office.told("/event Zeta Fair")
    office.told("/partner add zeta", user=BOB)
    replaced(office.press(answer, "answer_line:add"))
    assert office.row(Activity).partner_id == office.row(Partner).id


def test_no_partner_is_added_for_what_cannot_be_read(office: Office) -> None:
    """The partner is chosen, what is missing is named, and neither is written."""
    shown = replaced(office.press(office.told("/trust Zeta 9"), "answer_line:add"))
    assert office.rows(Partner) == []
    assert office.rows(TrustRating) == []
    assert "“9”" in shown.visible_text
    assert "> /trust Zeta 9" in shown.visible_text
    assert labels(shown) == [FIX]


FORGED = (
    "/tend settings currency USD",
    "rm -rf",
    "",
    "[]",
    '["/partner end Zenith","partner","2026-11-23",[]]',
    '["x","touch","0001-01-01",[]]',
    '["x","touch","2026-11-23",[["a",1]]]',
    "[" * 900,
)


@pytest.mark.parametrize("value", FORGED)
def test_a_forged_line_has_only_ones_own_rights(office: Office, value: str) -> None:
    """What stands in the button is read as if that person had typed it."""
    office.partner("Zenith")
    answer = office.told("/event Zenit Fair")
    before = office.records()
    seen = office.forge(answer, "answer_line:0", value)
    assert seen.ok
    assert office.records() == before


@pytest.mark.parametrize("name", HARD)
def test_a_hard_name_is_kept_as_typed_and_rings_nobody(office: Office, name: str) -> None:
    """Added by form, found by typing, shown in each place; Slack reads none of it as a mention, link or mark-up."""
    form = office.asked("/partner add")
    answer = only_answer(office.fill(form, name=name, aliases=f"{name} Inc", wiifm_us=name, wiifm_them=name))
    assert office.row(Partner).name == name
    shown = [answer]
    quoted = '"' + name.replace('"', '""') + '"'
    for line in (
        f"/referral from {quoted} {name} 5k",
        f"/touch {quoted} coffee {name} next: {name} by friday",
        f"/trust {quoted} 4 {name}",
        f"/partner show {quoted}",
        f"/partner explain {quoted}",
        "/partner list",
        "/partner due",
        "/tend digest",
        f"/partner pause {quoted} because {name}",
        f"/partner show {quoted}",
        f"/trust {quoted}x 4",
    ):
        seen = office.types(line)
        assert seen.ok, (line, seen)
        shown += seen.ephemerals
    # A mention typed into a command arrives as a name: only forms can make such a partner, and only menus find it.
    assert len(office.rows(Activity)) in ((0, 2) if "<" in name else (2,))
    assert len(office.rows(Partner)) == 1
    office.slack.open_home(ANA)
    for message in shown:
        for text in (message.text, *marked_up(message.blocks)):
            assert "<!" not in text
            assert f"<@{BOB}" not in text
            assert "<http" not in text.replace(f"<{TEND_URL}/calendar/step/", "")  # which is ours


# Quotes within quotes, pictures and marks of formatting part a name that is not known yet.
PARTED = ('6" Pipes', "“Quoted” Ltd", "&lt;b&gt; &amp; co", "*bold* _it_ ~no~ `code`", "🦄 Rainbows 👩‍👩‍👧")


@pytest.mark.parametrize("name", [name for name in HARD if name not in PARTED])
def test_a_hard_name_survives_did_you_mean_and_add_it(office: Office, name: str) -> None:
    """Typed where it is not known yet: the button carries it there and back whole."""
    quoted = '"' + name.replace('"', '""') + '"'
    answer = office.told(f"/event {quoted} A fair")
    shown = replaced(office.press(answer, "answer_line:add"))
    stored = office.row(Partner).name
    assert office.row(Activity).title == "A fair"
    assert "Recorded: event with" in shown.visible_text
    # What Slack itself makes of it on the way: a mention becomes a name, and emoji are joined as they were.
    if "<" not in name and "&lt;" not in name:
        assert stored == name


def test_a_name_is_known_without_case_accents_and_spaces(office: Office) -> None:
    """And by each of its other names; it is one partner."""
    office.told("/partner add Béla & Söhne")
    form = office.asked("/partner edit bela & sohne")
    office.submit(form, aliases="B&S\nBéla und Söhne")
    for spelling in ("BÉLA & SÖHNE", "bela&sohne", "b&s", "béla UND söhne"):
        office.told(f"/touch {spelling} call")
    assert {row.partner_id for row in office.rows(Activity)} == {office.row(Partner).id}
    assert [row.name for row in office.rows(PartnerName)] == ["Béla & Söhne", "B&S", "Béla und Söhne"]


def test_the_longest_known_name_wins(office: Office) -> None:
    """Acme and Acme Legal are two."""
    office.partner("Acme")
    legal = office.partner("Acme Legal")
    office.told("/referral Acme Legal Northwind")
    assert office.row(Activity).partner_id == legal
    assert office.row(Activity).title == "Northwind"


def test_a_neighbours_partner_is_neither_known_nor_offered(office: Office) -> None:
    """Names of another workspace are nobody's business."""
    office.neighbour()
    answer = office.told("/event Neighbour Ltd Fair")
    assert labels(answer) == ["Add “Neighbour Ltd”", FIX]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Acme", "Acme Legal"),
        ("Acme Lgal", "Acme Legal"),
        ("Amce", "Acme Legal"),
        ("Acme Legal last month", "Acme Legal"),
        ("Acme Leagl:", "Acme Legal"),
        ("Legal Acme", "Acme Legal"),
        ("Legal", "Acme Legal"),
        ("Hexly", "Hexley Data"),
        ("hexley dta", "Hexley Data"),
        ("Tallow", "Tallow Bridge Accounting"),
        ("Tallow Brigde", "Tallow Bridge Accounting"),
        ("Tallow Bri", "Tallow Bridge Accounting"),
        ("Saltmarsch Legal", "Saltmarsh Legal"),
        ("New Co", "NewCo"),
        ("Zenit", "Zenith"),
    ],
)
def test_a_slip_and_a_part_of_a_name_are_close(typed: str, known: str) -> None:
    assert similarity(typed, known) >= MIN_SIMILARITY


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Nothing", "Tallow Bridge Accounting"),
        ("Nothing", "Northwind"),
        ("Nothing much happened", "Tallow Bridge Accounting"),
        ("Acme Legal: 4", "NewCo 4"),
        ("4 Acme Legal", "NewCo 4"),
        ("Acme Legl", "Zenith"),
        ("Zeta", "Beta"),
        ("Lunch with Acme Legal", "Acme Legal"),
        ("Webinar", "Saltmarsh Legal"),
        ("Ann", "Hannah Partners"),
        ("?", "Acme Legal"),
    ],
)
def test_what_only_shares_letters_is_not(typed: str, known: str) -> None:
    """A name further on is not close either: its button would lose the words before it."""
    assert similarity(typed, known) < MIN_SIMILARITY


def test_another_name_is_shown_with_the_partners_own(office: Office) -> None:
    """Who knows Acme LLP by the name of Acme Legal recognises the button."""
    office.partner()
    office.submit(office.asked("/partner edit Acme Legal"), aliases="Zeta LLP")
    answer = office.told("/partner Zetta")
    assert labels(answer) == ["Acme Legal (Zeta LLP)"]
    assert "What to do goes first" in answer.visible_text
    assert "also known as Zeta LLP" in replaced(office.press(answer, "retype:0")).visible_text


@pytest.mark.parametrize("label", ["Add “Acme”", "Add “Acme Legal”"])
def test_the_first_referral_of_an_empty_workspace(office: Office, label: str) -> None:
    """Nobody can tell where the name ends, so each way is offered, and does what was typed."""
    answer = office.told("/referral from Acme Legal Northwind 5k won on 2 Nov")
    assert labels(answer) == ["Add “Acme Legal”", "Add “Acme”", "Add “Acme Legal Northwind”", FIX]
    shown = replaced(office.press_label(answer, label))
    name = label.removeprefix("Add “").removesuffix("”")
    lead = "Acme Legal Northwind".removeprefix(name).strip()
    assert f"referral from *{name}* · {lead} · £5,000 · won · 2 Nov" in shown.visible_text


def test_a_run_of_capitals_offers_three_names_at_most(office: Office) -> None:
    answer = office.told("/referral North Sea Gas Oil Fair")
    assert labels(answer) == ["Add “North Sea”", "Add “North”", "Add “North Sea Gas”", FIX]


@pytest.mark.parametrize(
    "line", ["/event 4", "/event from:", "/event <@U0BOB|bob> fair", "/trust 9 5", "/event on friday", "/touch @bob"]
)
def test_what_nobody_is_called_is_not_added(office: Office, line: str) -> None:
    seen = office.types(line)
    assert "Add" not in " ".join(label for answer in seen.ephemerals for label in labels(answer))


def test_a_number_in_front_is_no_part_of_a_new_name(office: Office) -> None:
    answer = office.told("/trust 4 Zeta")
    assert labels(answer) == ["Add “Zeta”", FIX]
    assert "your trust in *Zeta* is 4 of 5" in replaced(office.press(answer, "answer_line:add")).visible_text


@pytest.mark.parametrize(
    ("line", "recorded"),
    [
        ("/trust Acme Legal: 4", "your trust in *Acme Legal* is 4 of 5"),
        ('/trust "Acme Legal": 4', "your trust in *Acme Legal* is 4 of 5"),
        ("/trust 4 Acme Legal they keep their word", "trust in *Acme Legal* is 4 of 5 · they keep their word"),
        ("/trust 4/5 to Acme Legal", "your trust in *Acme Legal* is 4 of 5"),
        ("/referral from Acme Legal: Northwind", "referral from *Acme Legal* · Northwind"),
        ("/referral from: Acme Legal, Northwind", "referral from *Acme Legal* · Northwind"),
        ("/event Webinar with Acme Legal", "event with *Acme Legal* · Webinar · today"),
        ("/event Webinar with Acme Legal on pricing on yesterday", "*Acme Legal* · Webinar on pricing · yesterday"),
        ("/touch Lunch with Acme Legal about prices", "lunch with *Acme Legal* · about prices"),
        ("/referral Northwind from Acme Legal 5k", "referral from *Acme Legal* · Northwind · £5,000"),
        ("/referral Northwind to Acme Legal", "referral to *Acme Legal* · Northwind"),
    ],
)
def test_a_name_is_found_with_marks_and_further_on(office: Office, line: str, recorded: str) -> None:
    """And the other words are kept."""
    office.partner()
    assert recorded in office.told(line).visible_text


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("/event Zeta Fair with Acme Legal and with Beta Ltd", "Zeta Fair and with Beta Ltd"),
        ('/event "Zeta" Fair with Acme Legal', '"Zeta" Fair'),
    ],
)
def test_a_name_further_on_keeps_the_words_before_it(office: Office, line: str, kept: str) -> None:
    """A known name is found wherever it stands; another one is offered, and no word is lost."""
    office.partner()
    office.partner("Beta Ltd")
    words = office.told(line).visible_text
    assert f"*Acme Legal* · {kept}" in words
    assert ("Record it for Beta Ltd too" in words) == ("Beta" in line)


def test_the_beginning_that_one_partner_has_is_enough_for_its_card(office: Office) -> None:
    """As in a line that records something; of several it is asked which."""
    office.partner("Acme Legal")
    office.partner("Birch Cloud")
    office.partner("Birch Law")
    for line in ("/partner acme", "/partner show acme", "/partner acme history", "/partner explain acme"):
        assert "Acme Legal" in office.told(line).visible_text, line
        assert "There is no partner" not in office.told(line).visible_text, line
    assert (
        "There is no partner called “birch”. Did you mean one of these?" in office.told("/partner birch").visible_text
    )
    office.told("/partner idea acme a guide to leases")
    assert "no partner" in office.told("/partner acme trust 4").visible_text


def test_a_keyword_is_no_beginning(office: Office) -> None:
    """`all` and `help` keep what they mean."""
    office.partner("All Saints")
    office.partner("Help at Home")
    assert "All Saints" not in office.told("/partner help").visible_text
    assert "Quarter" in office.told("/partner review all").visible_text
    assert "Help at Home" not in office.told("/partner help").visible_text


@pytest.mark.parametrize(("typed", "meant"), [("calender", "calendar"), ("setings", "settings"), ("halp", "help")])
def test_a_slip_in_what_tend_can_do_is_told(office: Office, typed: str, meant: str) -> None:
    assert f"I don't know “{typed}”; did you mean “{meant}”?" in office.told(f"/tend {typed}").visible_text


def test_an_address_is_repeated_as_it_was_typed(office: Office) -> None:
    assert "mailto:" not in office.told("/partner email acme jo@acmelegal.com").visible_text
