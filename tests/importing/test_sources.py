"""Ids belong to their source and kind of row: the ids of two systems never meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exporting.id_cells import format_ids, parse_ids
from storage.db.engine import reading, writing
from storage.ledger import source_keys
from storage.partners import external_ids, merges, partners
from storage.tables import Activity
from tests.importing.offices import NOW, Office

HEAD = "partner,kind,occurred_on,outcome,value,title,external_id\n"
IDS = "name,external_id\n"


def _source(kind: str, source: str) -> str:
    return f'kind_of_file = "{kind}"\nsource = "{source}"\n'


def test_partners_of_two_systems_that_count_from_one_stay_two(office: Office) -> None:
    office.take("partners", IDS + "Acme Legal,1\n", _source("partners", "Sheet A"))
    report = office.take("partners", IDS + "Gamma Ltd,1\n", _source("partners", "Sheet B"))
    assert (report.added, report.bad) == (1, ())
    assert [row["name"] for row in office.rows("partner_name")] == ["Acme Legal", "Gamma Ltd"]
    assert [(row["source"], row["external_id"]) for row in office.rows("partner_external_id")] == [
        ("sheet a", "1"),
        ("sheet b", "1"),
    ]
    office.take("trust", "partner,level,rated_on\nGamma Ltd,5,2026-01-05\n")
    assert [row["partner_id"] for row in office.rows("trust_rating")] == [2]


def test_without_a_source_a_known_id_under_another_name_is_a_bad_row(office: Office) -> None:
    office.take("partners", IDS + "Acme Legal,1\n")
    before = office.dump()
    report = office.take("partners", IDS + "Gamma Ltd,1\n")
    assert [row.reason for row in report.bad] == [
        "“1” is already the id of “Acme Legal”, and “Gamma Ltd” is not like it"
    ]
    assert office.dump() == before
    assert office.take("partners", IDS + "Acme Legal LLP,1\n").updated == 1


def test_events_and_deals_that_count_from_one_both_go_in(acme: Office) -> None:
    acme.take("activities", HEAD + "ACME,event,2026-01-05,,,Webinar,1\nACME,event,2026-01-06,,,Fair,2\n")
    report = acme.take(
        "activities", HEAD + "ACME,referral,2026-01-05,won,500,A,1\nACME,referral,2026-01-06,won,600,B,2\n"
    )
    assert (report.added, report.known) == (2, 0)
    assert [row["value_minor"] for row in acme.rows("activity")] == [None, None, 50000, 60000]


def test_a_known_id_under_another_partner_is_a_bad_row_that_says_which_row_has_it(acme: Office) -> None:
    acme.take("activities", HEAD + "ACME,referral,2026-01-05,met,500,Northwind,3\n")
    before = acme.dump()
    report = acme.take("activities", HEAD + "Béla & Söhne,referral,2026-02-05,won,900,Contoso,3\n")
    assert [(row.reason, row.column) for row in report.bad] == [
        ("“3” is already the id of Acme Legal's referral “Northwind” of 5 Jan 2026", "external_id")
    ]
    unknown = acme.take(
        "activities", HEAD + "Gamma Ltd,referral,2026-02-05,won,900,Contoso,3\n", _source("activities", "activities")
    )
    assert len(unknown.bad) == 1
    assert acme.dump() == before


def test_a_third_system_has_its_own_three(acme: Office) -> None:
    acme.take("activities", HEAD + "ACME,referral,2026-01-05,met,500,Northwind,3\n")
    text = HEAD + "Béla & Söhne,referral,2026-02-05,met,900,Contoso,3\n"
    assert acme.take("activities", text, _source("activities", "Pipe")).added == 1
    assert acme.take("activities", text, _source("activities", "PIPE ")).known == 1


def test_ids_that_a_spreadsheet_shortened_are_no_ids(acme: Office) -> None:
    rows = "ACME,referral,2026-01-05,met,500,A,1.23457E+11\nACME,referral,2026-01-06,met,600,B,1.23457E+11\n"
    report = acme.take("activities", HEAD + rows)
    assert (report.added, report.bad) == (2, ())
    assert {row.short for row in report.lost_cells} == {"an id that a spreadsheet has shortened"}
    other = acme.take("activities", HEAD + "Béla & Söhne,referral,2026-03-05,won,900,C,1.23457E+11\n")
    assert other.added == 1
    assert [row["title"] for row in acme.rows("activity")] == ["A", "B", "C"]


@pytest.mark.parametrize(("partner", "added"), [("ACME", 0), ("Béla & Söhne", 1)])
def test_an_id_from_before_sources_is_taken_over_for_the_same_partner_only(
    acme: Office, partner: str, added: int
) -> None:
    acme.take("activities", HEAD + "ACME,referral,2026-01-05,met,500,Northwind,D-1\n")
    with writing(acme.engine) as session:
        row = session.get_one(Activity, 1)
        row.source_key = source_keys.unsourced_key("D-1")
    mapping = _source("activities", "hubspot")
    text = HEAD + f"{partner},referral,2026-01-05,won,500,Northwind,D-1\n"
    report = acme.take("activities", text, mapping)
    assert (report.added, report.updated) == (added, 1 - added)
    again = acme.take("activities", text, mapping)
    assert (again.known, len(acme.rows("activity"))) == (1, 1 + added)
    assert source_keys.external_id_of(acme.rows("activity")[-1]["source_key"]) == "D-1"


def test_a_partner_s_id_from_before_sources_is_taken_over_under_its_own_name_only(acme: Office) -> None:
    with writing(acme.engine) as session:
        external_ids.add_many(session, workspace_id=acme.team.id, ids=[(1, None, "7")])
    mapping = _source("partners", "hubspot")
    assert acme.take("partners", IDS + "Other Firm,7\n", mapping).added == 1
    assert acme.take("partners", IDS + "Acme Legal,7\n", _source("partners", "crm")).bad == ()
    with reading(acme.engine) as session:
        found = external_ids.find_partner(session, workspace_id=acme.team.id, source="crm", external_id="7")
        assert found
        assert found.name == "Acme Legal"


@pytest.mark.parametrize("name", ["hubspot-deals", "salesforce-opportunities", "pipedrive-deals"])
def test_the_systems_that_are_known_name_themselves(name: str) -> None:
    from bot.importing.presets import load_preset

    preset = load_preset(name)
    assert preset
    assert preset.source == name.split("-")[0]


HUBSPOT, SALESFORCE = _source("partners", "hubspot"), _source("partners", "salesforce")


def _ids(office: Office) -> list[tuple[str, str | None, str]]:
    """Whose id is which, merged partners counting as those that they were merged into."""
    with reading(office.engine) as session:
        named = {row.id: row.name for row in partners.list_partners(session, workspace_id=office.team.id)}
        ids = external_ids.list_ids(session, workspace_id=office.team.id)
        return [(named[one.partner_id], one.source, one.external_id) for one in ids]


def test_a_partner_has_an_id_in_each_of_several_systems(office: Office) -> None:
    office.take("partners", IDS + "Acme Legal,H1\n", HUBSPOT)
    report = office.take("partners", IDS + "Acme Legal,S1\nBeta,S2\n", SALESFORCE)
    assert (report.added, report.updated, report.bad) == (1, 1, ())
    assert sorted(_ids(office)) == [
        ("Acme Legal", "hubspot", "H1"),
        ("Acme Legal", "salesforce", "S1"),
        ("Beta", "salesforce", "S2"),
    ]
    for source, own, name in ((HUBSPOT, "H1", "Acme Legal LLP"), (SALESFORCE, "S1", "ACME Legal Ltd")):
        again = office.take("partners", IDS + f"{name},{own}\n", source)
        assert (again.added, again.bad) == (0, ())
    assert len(office.rows("partner")) == 2
    other = office.take("partners", IDS + "Acme Legal,S9\n", SALESFORCE)
    assert [row.reason for row in other.bad] == ["“Acme Legal” already has the external id “S1”"]


def test_the_undo_of_an_import_takes_back_the_ids_that_it_gave_and_no_others(office: Office) -> None:
    office.take("partners", IDS + "Acme Legal,H1\n", HUBSPOT)
    report = office.take("partners", IDS + "Acme Legal,S1\nBeta,S2\n", SALESFORCE)
    assert office.undo(report.batch_id) == []
    assert _ids(office) == [("Acme Legal", "hubspot", "H1")]


def test_merged_partners_bring_their_ids_and_take_them_along_again(office: Office) -> None:
    office.take("partners", IDS + "Acme Legal,H1\nAcme Solicitors,H2\n", HUBSPOT)
    office.take("partners", IDS + "Acme Solicitors,S2\n", SALESFORCE)
    with writing(office.engine) as session:
        merge = merges.merge(session, workspace_id=office.team.id, partner_id=2, into_id=1, before={}, by="U1", now=NOW)
        assert merge
        merge_id = merge.id or 0
    assert sorted(_ids(office)) == [
        ("Acme Legal", "hubspot", "H1"),
        ("Acme Legal", "hubspot", "H2"),
        ("Acme Legal", "salesforce", "S2"),
    ]
    report = office.take("partners", IDS + "Acme Legal,H1\nAcme Solicitors,H2\n", HUBSPOT)
    assert (report.known, report.bad) == (2, ())
    assert office.take("partners", IDS + "Acme Legal,S1\n", SALESFORCE).updated == 1
    with writing(office.engine) as session:
        assert merges.undo(session, workspace_id=office.team.id, merge_id=merge_id, by="U1", now=NOW)
    assert sorted(_ids(office)) == [
        ("Acme Legal", "hubspot", "H1"),
        ("Acme Legal", "salesforce", "S1"),
        ("Acme Solicitors", "hubspot", "H2"),
        ("Acme Solicitors", "salesforce", "S2"),
    ]


@given(
    st.lists(
        st.tuples(st.none() | st.text("ab:|% é", min_size=1).map(str.strip).filter(bool), st.text("1:|%x", min_size=1)),
        max_size=4,
    )
)
def test_any_ids_survive_being_one_cell(ids: list[tuple[str | None, str]]) -> None:
    assert list(parse_ids(format_ids(ids))) == ids
