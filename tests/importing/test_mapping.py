"""Mapping files: a CRM's deals as ours, and what is said of a mapping that is wrong."""

import random
from datetime import date, timedelta

import pytest

from bot.errors import TendError
from bot.importing import load_mapping

DEALS = """
kind_of_file = "activities"
create_partners = true
[columns]
partner = "account"
occurred_on = ["closed", "Opened At"]
outcome = "stage"
value = "amount"
external_id = "deal"
[constants]
kind = "referral"
[values.outcome]
"Closed Won" = "won"
Lost = "lost"
Talking = ""
"""


def _deals(count: int) -> tuple[str, int, int, int]:
    """A CRM's export, and how many of its rows are good, lack the account, and lack only a day."""
    dice = random.Random(7)
    lines, good, no_partner, no_day = ["deal,agent,account,stage,opened_at,closed,amount"], 0, 0, 0
    for number in range(count):
        account = dice.choice(["", "Cöde how", "Hottechi", "O'Brien, Sons"])
        stage = dice.choice(["Closed Won", "lost", "TALKING"])
        opened = dice.choice(["", (date(2016, 10, 1) + timedelta(dice.randrange(400))).isoformat()])
        closed = "" if stage == "TALKING" else "2017-12-31"
        amount = {"Closed Won": str(dice.randrange(30_000)), "lost": "0", "TALKING": ""}[stage]
        lines.append(f'{number:08X},Jo,"{account}",{stage},{opened},{closed},{amount}')
        no_partner += not account
        no_day += bool(account) and not opened and not closed
        good += bool(account) and bool(opened or closed)
    return "\n".join(lines) + "\n", good, no_partner, no_day


def test_a_crms_export_is_read(office):
    text, good, no_partner, no_day = _deals(3_000)
    report = office.take("activities", text, DEALS)
    assert (report.rows, report.added, report.partners_added) == (3_000, good, 3)
    assert report.reasons() == {"no partner": no_partner, "no day": no_day}
    assert min(good, no_partner, no_day) > 100
    assert {bad.column for bad in report.bad} == {"account", "closed or opened_at"}
    assert report.ignored_columns == ("agent",)
    rows = office.rows("activity")
    assert {row["outcome"] for row in rows} == {"won", "lost", None}
    assert {(row["kind"], row["direction"]) for row in rows} == {("referral", "in")}
    assert office.take("activities", text, DEALS).known == good


def test_a_word_that_the_mapping_does_not_know_is_named(office):
    report = office.take("activities", "account,stage,closed,opened at,amount,deal\nA,Stuck,2026-01-05,,,\n", DEALS)
    assert [(bad.reason, bad.column) for bad in report.lost_cells] == [
        ("“Stuck” has no outcome in the mapping", "stage")
    ]


def test_a_mapping_without_columns_reads_ours(acme):
    text = "Partner,occurred on\nACME,2026-01-05\n"
    report = acme.take("activities", text, 'kind_of_file = "activities"\n[constants]\nkind = "event"\ncount = 2\n')
    assert (report.added, acme.rows("activity")[0]["count"]) == (1, 2)


def test_with_a_mapping_only_its_columns_are_read(office):
    mapping = (
        'kind_of_file = "partners"\n[columns]\nname = "company"\n[constants]\nsince = 2016-10-01\nowner = "U0OWNER"\n'
    )
    report = office.take("partners", "company,status\nAcme,whatever\n", mapping)
    (partner,) = office.rows("partner")
    assert (report.ignored_columns, partner["owner"]) == (("status",), "U0OWNER")
    assert partner["since_on"] == date(2016, 10, 1)


ACTIVITIES = 'kind_of_file = "activities"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "kind_of_file is wrong; write partners, activities or trust"),
        ('kind_of_file = "deals"', "kind_of_file is wrong; write partners, activities or trust"),
        (ACTIVITIES + 'colums = "x"', "colums is wrong; a mapping has kind_of_file, create_partners, source, columns"),
        (ACTIVITIES + 'create_partners = "yes"', "create_partners is wrong; write true or false"),
        (ACTIVITIES + '[columns]\nwho = "x"', "columns.who is wrong; activities have partner, kind, occurred_on"),
        (ACTIVITIES + "[columns]\npartner = 3", "columns.partner is wrong; write our field"),
        (ACTIVITIES + "[columns]\npartner = []", "columns.partner is wrong; write our field"),
        (ACTIVITIES + "[constants]\nkind = true", "constants.kind is wrong; write our field"),
        (ACTIVITIES + '[constants]\nwho = "x"', "constants.who is wrong; activities have"),
        (ACTIVITIES + '[values]\nkind = "x"', "values.kind is wrong; write a table"),
        (ACTIVITIES + '[values.who]\na = "b"', "values.who is wrong; activities have"),
        (
            ACTIVITIES + '[columns]\nkind = "k"\n[constants]\nkind = "event"',
            "constants.kind is wrong; the field also has a column",
        ),
        (ACTIVITIES + '[columns]\npartner = "p"\n[values.kind]\na = "event"', "values.kind is wrong; words are"),
        (ACTIVITIES + '[values.kind]\nA = "event"\na = "meeting"', "values.kind.a is wrong; duplicate entry"),
        ("kind_of_file = ", "is not TOML"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key_and_what_is_right(office, text, said):
    with pytest.raises(TendError) as told:
        load_mapping(office.write(text, "map.toml"))
    assert "map.toml" in str(told.value)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ('kind_of_file = "trust"', "map.toml is for trust, and this is an import of activities"),
        (
            ACTIVITIES + '[columns]\npartner = "p"\nkind = "account"\noccurred_on = "day"',
            "map.toml: columns.partner is p, but file.csv has account, day",
        ),
        (
            ACTIVITIES + '[columns]\npartner = "account"',
            "map.toml names no column for kind and occurred_on, which activities need",
        ),
        (
            ACTIVITIES
            + '[columns]\npartner = "account"\noccurred_on = "day"\nkind = "kind"\n[values.kind]\nX = "evnt"',
            "map.toml: values.kind.x: “evnt” is not a known kind",
        ),
        (
            ACTIVITIES + '[columns]\npartner = "account"\noccurred_on = "day"\n[constants]\nkind = "referal"',
            "map.toml: constants.kind: “referal” is not a known kind",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(office, mapping, said):
    with pytest.raises(TendError) as told:
        office.take("activities", "account,day,kind\nA,2026-01-05,x\n", mapping)
    assert said in str(told.value)


def test_a_missing_mapping_is_said(office):
    with pytest.raises(TendError, match=r"no mapping file gone\.toml"):
        load_mapping(office.folder / "gone.toml")
    with pytest.raises(TendError, match="can't be read"):
        load_mapping(office.folder)
