"""`/tend export`: a zip file in the DM of the steward who asked, and in nobody else's."""

import io
import json
import zipfile

import pytest

from bot.fake_slack import Message
from tests.actions.test_portfolio_picture import in_dm
from tests.listeners.office import ADA, ANA, BOB, ROOM, STEVE, Office


def send(office: Office, line: str = "/tend export", user: str = STEVE) -> Message:
    """Ask and press; what came into the DM."""
    seen = office.press(office.told(line, user), "send_export", user)
    assert seen.ok
    return in_dm(office, user)


def opened(message: Message) -> zipfile.ZipFile:
    (file,) = message.files
    assert file.data is not None
    assert file.channels == (message.channel,)
    return zipfile.ZipFile(io.BytesIO(file.data))


def test_everything_comes_as_a_zip_to_whoever_asked(office: Office) -> None:
    office.activity(office.partner(), title="Northwind")
    message = send(office)
    archive = opened(message)
    assert archive.testzip() is None
    assert {"everything.jsonl", "partners.csv", "activities.csv", "trust.csv"} <= set(archive.namelist())
    assert b"Northwind" in archive.read("activities.csv")
    assert "Here is everything in this workspace" in message.text
    assert office.slack.dm(ADA) == office.slack.dm(ANA) == []
    assert office.slack.channel(ROOM) == []


@pytest.fixture
def two(office: Office) -> Office:
    office.activity(office.partner(), title="Northwind")
    office.partner("Beta", owner=BOB)
    return office


def test_of_one_partner(two: Office) -> None:
    beta = opened(send(two, "/tend export Beta")).read("everything.jsonl").decode()
    assert ("Beta" in beta, "Acme" in beta) == (True, False)


def test_of_one_person(two: Office) -> None:
    of_bob = opened(send(two, f"/tend export <@{BOB}|bob>", ADA)).read("everything.jsonl").decode()
    tables = [json.loads(line).get("table") for line in of_bob.splitlines()]
    assert "partner" in tables
    assert "Northwind" not in of_bob


def test_only_stewards_may(office: Office) -> None:
    assert "Only workspace admins and stewards" in office.told("/tend export").visible_text


def test_whoever_is_no_steward_any_more_gets_nothing_from_an_old_button(office: Office) -> None:
    offered = office.told("/tend export", STEVE)
    office.types(f"/tend settings stewards <@{ANA}|ana>", ADA)
    seen = office.press(offered, "send_export", STEVE)
    assert "Only workspace admins and stewards" in seen.ephemerals[0].visible_text
    assert office.slack.dm(STEVE) == []


def test_an_unknown_partner_is_said(office: Office) -> None:
    assert "Nobody Ltd" in office.told("/tend export Nobody Ltd", STEVE).visible_text


def test_a_forged_button_is_refused(office: Office) -> None:
    """Also one with the id of another workspace's partner."""
    theirs, _, _ = office.neighbour()
    for value in (f"partner:{theirs}", "partner:x", "person:x y", "all"):
        seen = office.forge(office.told("/tend export", STEVE), "send_export", value, STEVE)
        assert "not" in seen.ephemerals[0].visible_text
    assert office.slack.dm(STEVE) == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
def test_where_it_cannot_be_uploaded_that_is_told(office: Office, method: str) -> None:
    office.slack.world.faults.add(method, "500", times=5)
    message = send(office)
    assert message.files == ()
    assert "could not be sent" in message.visible_text


def test_a_process_that_ends_begins_none(office: Office) -> None:
    office.services.in_flight.finish(0)
    seen = office.press(office.told("/tend export", STEVE), "send_export", STEVE)
    assert "restarting" in seen.updated[0].visible_text
    assert office.slack.dm(STEVE) == []
