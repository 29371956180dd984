"""In a partner's first three months no band is named and no colour shown, wherever its number stands."""

import pytest

from bot.formatting import BAND_SIGNS
from scoring.vocabulary import Band
from tests.listeners.office import ANA, Office

EARLY = "too early to say, until 24 Feb 2027"


def card(office: Office) -> str:
    return office.told("/partner show Acme Legal").visible_text


def confirmed(office: Office) -> str:
    return office.told("/referral from Acme Legal Eastwind").visible_text


def listed(office: Office) -> str:
    return office.told("/partner list").visible_text


def explained(office: Office) -> str:
    return office.told("/partner explain Acme Legal").visible_text.partition("The Relationship Value Index (RVI) is")[0]


def brief(office: Office) -> str:
    return office.told("/partner review Acme Legal").visible_text


def home(office: Office) -> str:
    office.slack.open_home(ANA)
    return str(office.slack.world.homes[ANA].blocks)


@pytest.mark.parametrize("place", [card, confirmed, listed, explained, brief, home])
def test_a_young_partner_has_a_number_and_no_band(office: Office, place) -> None:  # type: ignore[no-untyped-def]
    office.partner(since=office.clock.now.date())
    office.told("/trust Acme Legal 4")
    office.told("/referral from Acme Legal Northwind")
    words = place(office)
    assert EARLY in words.replace("Too", "too")
    assert not [band for band in Band if f" {band}" in words.replace("strongest", "")]
    assert not [sign for sign in BAND_SIGNS.values() if sign in words]
    assert "provisional" not in words.lower()
