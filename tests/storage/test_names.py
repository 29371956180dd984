"""How two spellings of one name are told to be one, and who may take a name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from storage.name_key import name_key
from storage.partners import names as partner_names
from storage.partners import partners, snapshots, verticals
from storage.partners.names import NameTaken
from storage.tables import Partner
from tests.storage.making import partner

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(names)
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(names)
def test_case_changes_no_key(name: str) -> None:
    assert name_key(name.upper()) == name_key(name.lower()) == name_key(name.swapcase()) == name_key(name)


@given(names)
def test_the_way_accents_are_written_changes_no_key(name: str) -> None:
    assert name_key(unicodedata.normalize("NFC", name)) == name_key(unicodedata.normalize("NFD", name))


@given(st.lists(names, min_size=1, max_size=5), st.sampled_from([" ", "  ", "\t", "\u00a0", "\u200b", "\u2009\n"]))
def test_space_changes_no_key(parts: list[str], space: str) -> None:
    assert name_key(space.join(parts)) == name_key("".join(parts))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Söhne & Co", "sohne&co"),
        ("SOEHNE", "soehne"),
        ("Straße", "STRASSE"),
        ("Café Olé", "cafe  ole"),
        ("I\u015f\u0131k", "I\u015eIK"),
        ("İzmir", "izmir"),
        ("ﬁne", "FINE"),
        ("\ufeffAcme", "Acme"),
        ("O’Malley \u02bcn’ Sons", "O'Malley 'n' Sons"),
        ("Harrow & Vale", "harrow and vale"),
        ("Smith–Jones", "Smith-Jones"),
        ("Smith\u2011Jones", "smith\u2010jones"),
        ("Łódź Prawo", "Lodz Prawo"),
        ("Ørsted Råd", "Orsted Rad"),
        ("\uff21\uff43\uff4d\uff45\u3000\uff2c\uff45\uff47\uff41\uff4c", "Acme Legal"),
        ("\uff28\uff41\uff52\uff52\uff4f\uff57\u3000\uff06\u3000\uff36\uff41\uff4c\uff45", "Harrow and Vale"),
    ],
)
def test_these_are_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("A&B", "AB"), ("Acme Inc", "Acme"), ("Acme 1", "Acme 11"), ("Søren", "Sren"), ("C", "C++")]
)
def test_these_are_two_names(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


SPELLINGS = ["acme légal", "ACME LEGAL", "  AcmeLegal ", "Acme\u00a0Legal"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_is_taken_however_it_is_spelt(session: Session, ours: int, spelling: str) -> None:
    first = partner(session, ours, "Acme Legal")
    with pytest.raises(NameTaken) as refused:
        partner(session, ours, spelling)
    assert (refused.value.name, refused.value.partner_id) == (spelling, first)
    with pytest.raises(NameTaken):
        partner(session, ours, "Another", aliases=["Third", spelling])
    assert [name for name, _ in partner_names.list_names(session, workspace_id=ours)] == ["Acme Legal"]
    assert [p.name for p in snapshots.list_snapshots(session, workspace_id=ours)] == ["Acme Legal"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_alias_is_as_taken_as_a_name(session: Session, ours: int, spelling: str) -> None:
    first = partner(session, ours, "Acme", aliases=["Acme Legal"])
    with pytest.raises(NameTaken):
        partner(session, ours, spelling)
    assert partner_names.find_name(session, workspace_id=ours, spellings=["nobody", spelling, "Acme"]) == (
        spelling,
        first,
    )


def stored(session: Session, ours: int, name: str, **fields: object) -> Partner:
    found = partners.get(session, workspace_id=ours, partner_id=partner(session, ours, name, **fields))
    assert found
    return found


def known(session: Session, ours: int, of: Partner) -> list[tuple[str, bool]]:
    assert of.id
    return [(n.name, n.is_alias) for n in partner_names.partner_names(session, workspace_id=ours, partner_id=of.id)]


def test_a_partner_may_name_its_own_names_again(session: Session, ours: int) -> None:
    acme = stored(session, ours, "Acme", aliases=["ACME", "Acme Ltd", "acme ltd"])
    assert known(session, ours, acme) == [("Acme", False), ("Acme Ltd", True)]
    assert partner_names.add_alias(session, partner=acme, alias="ACME LTD") is False
    assert partner_names.add_alias(session, partner=acme, alias="A.") is True
    assert known(session, ours, acme) == [("Acme", False), ("Acme Ltd", True), ("A.", True)]


def test_an_alias_of_another_is_refused(session: Session, ours: int) -> None:
    acme, other = stored(session, ours, "Acme", aliases=["A."]), stored(session, ours, "Other")
    for call in (
        lambda: partner_names.add_alias(session, partner=other, alias="a."),
        lambda: partner_names.set_aliases(session, partner=other, aliases=["ACME"]),
        lambda: partner_names.rename(session, partner=other, name="acme"),
    ):
        with pytest.raises(NameTaken) as refused:
            call()
        assert refused.value.partner_id == acme.id
    assert (other.name, known(session, ours, other)) == ("Other", [("Other", False)])


def test_aliases_are_replaced_and_the_official_name_stays(session: Session, ours: int) -> None:
    acme = stored(session, ours, "Acme", aliases=["One", "Two"])
    partner_names.set_aliases(session, partner=acme, aliases=["Two", "Three", "ACME"])
    assert known(session, ours, acme) == [("Acme", False), ("Two", True), ("Three", True)]
    partner_names.set_aliases(session, partner=acme, aliases=[])
    assert known(session, ours, acme) == [("Acme", False)]
    assert partner(session, ours, "One"), "a name given up is free"


def test_a_renamed_partner_goes_by_its_new_name_and_is_found_by_its_old_one(session: Session, ours: int) -> None:
    acme = stored(session, ours, "Acme", aliases=["A."])
    partner_names.rename(session, partner=acme, name="Zenith")
    assert (acme.name, known(session, ours, acme)) == ("Zenith", [("Zenith", False), ("Acme", True), ("A.", True)])
    assert partner_names.find_name(session, workspace_id=ours, spellings=["Acme"]) == ("Acme", acme.id)


def test_a_partner_may_take_its_alias_as_its_name_or_write_its_name_otherwise(session: Session, ours: int) -> None:
    acme = stored(session, ours, "Acme", aliases=["Acme Légal"])
    partner_names.rename(session, partner=acme, name="ACME LEGAL")
    assert known(session, ours, acme) == [("ACME LEGAL", False), ("Acme", True)]
    partner_names.rename(session, partner=acme, name="Acme Legal")
    assert (acme.name, known(session, ours, acme)) == ("Acme Legal", [("Acme Legal", False), ("Acme", True)])


def test_a_vertical_is_one_however_it_is_spelt(session: Session, ours: int) -> None:
    law = verticals.get_or_create(session, workspace_id=ours, name="Law firms")
    assert verticals.get_or_create(session, workspace_id=ours, name=" LAWFIRMS ") == law
    assert verticals.get_or_create(session, workspace_id=ours, name="Banks") != law
    assert [v.name for v in verticals.list_verticals(session, workspace_id=ours)] == ["Banks", "Law firms"]
    assert [verticals.get_or_create(session, workspace_id=ours, name=none) for none in (None, "", "  ")] == [None] * 3


def test_a_partners_cadence_is_its_own_or_its_verticals(session: Session, ours: int) -> None:
    for name, own in (("A", None), ("B", 7)):
        partner(session, ours, name, vertical="law", cadence_days=own)
    partner(session, ours, "C")
    verticals.list_verticals(session, workspace_id=ours)[0].cadence_days = 14
    session.flush()
    assert [p.cadence_days for p in snapshots.list_snapshots(session, workspace_id=ours)] == [14, 7, None]
