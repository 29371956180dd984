"""Which workspace a request is of, and the marks by which what is shown says it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.origin import Origin, origin_of
from bot.slack.shown_in import MAX_BLOCK_ID, MAX_PRIVATE_METADATA, clear_messages, mark_shown, take_mark

ORG = {"enterprise": {"id": "E1", "name": "Acme"}, "is_enterprise_install": True}
SEEN_BY = {"enterprise_id": "E1", "team_id": "T2", "is_enterprise_install": True}
TEXTS = st.text(max_size=40)
TEAMS = st.from_regex(r"T[0-9A-Z]{2,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        ({"command": "/tend", "team_id": "T1", "user_id": "W1"}, Origin(("T1",))),
        (
            {
                "command": "/tend",
                "team_id": "T1",
                "enterprise_id": "E1",
                "user_id": "W1",
                "is_enterprise_install": "false",
            },
            Origin(("T1",)),
        ),
        (
            {
                "command": "/tend",
                "team_id": "T1",
                "enterprise_id": "E1",
                "user_id": "W1",
                "is_enterprise_install": "true",
            },
            Origin(("T1",), "E1"),
        ),
        ({"type": "shortcut", "user": {"id": "W1", "team_id": "T1"}, **ORG}, Origin(("T1",), "E1", "W1")),
        (
            {"type": "view_submission", "user": {"id": "W1", "team_id": "T1"}, "view": {"team_id": "T3"}, **ORG},
            Origin(("T3", "T1"), "E1", "W1"),
        ),
        (
            {
                "event": {"type": "message", "channel_type": "channel", "user": "W1"},
                "team_id": "T1",
                "enterprise_id": "E1",
                "authorizations": [SEEN_BY],
            },
            Origin(("T1", "T2"), "E1", is_for_all=True),
        ),
        (
            {
                "event": {"type": "app_home_opened", "user": "W1"},
                "team_id": "E1",
                "enterprise_id": "E1",
                "authorizations": [{**SEEN_BY, "team_id": "E1"}],
            },
            Origin((), "E1", "W1"),
        ),
        (
            {
                "event": {"type": "team_access_granted", "team_ids": ["T1"]},
                "team_id": "T9",
                "enterprise_id": "E1",
                "authorizations": [{**SEEN_BY, "is_enterprise_install": False}],
            },
            Origin(("T9", "T2"), "E1"),
        ),
        ({"event": {"type": "app_uninstalled"}, "enterprise_id": "E1"}, Origin((), "E1")),
        (
            {
                "event": {"type": "app_uninstalled"},
                "team_id": "T1",
                "enterprise_id": "E1",
                "authorizations": [{**SEEN_BY, "team_id": "T1", "is_enterprise_install": False}],
            },
            Origin(("T1",)),
        ),
        (
            {
                "event": {"type": "user_change", "user": {"id": "W1"}},
                "team_id": "T1",
                "enterprise_id": "E1",
                "authorizations": [SEEN_BY],
            },
            Origin(("T1", "T2"), "E1", is_for_all=True),
        ),
        ({}, Origin(())),
    ],
)
def test_where_a_request_comes_from(body: dict[str, Any], origin: Origin) -> None:
    assert origin_of(body) == origin


def test_what_is_marked_is_of_that_workspace_and_no_other() -> None:
    pressed = {"type": "block_actions", "user": {"id": "W1", "team_id": "T1"}, **ORG}
    assert origin_of(pressed, "T7") == Origin(("T7",), "E1")
    by_itself = {"type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}, "is_enterprise_install": False}
    assert origin_of(by_itself, "T7") == Origin(("T1",)), (
        "a mark opens no other workspace than those of an organisation"
    )


@given(team=TEAMS, kept=TEXTS, ids=st.lists(TEXTS, max_size=5))
def test_what_is_marked_comes_back_as_it_was(team: str, kept: str, ids: list[str]) -> None:
    view = {"type": "home", "private_metadata": kept}
    body: dict[str, Any] = {"view": mark_shown({"view": view}, team)["view"]}
    assert take_mark(body) == team
    assert body["view"] == view
    blocks = [{"type": "actions", **({"block_id": id} if id else {})} for id in ids]
    shown = mark_shown({"text": "hi", "blocks": blocks}, team)["blocks"]
    assert len({one["block_id"] for one in shown}) >= len(set(ids) - {""})
    for number, block in enumerate(shown):
        pressed = {"actions": [{"action_id": "a", "block_id": block["block_id"]}], "message": {"blocks": shown}}
        assert take_mark(copy.deepcopy(pressed)) == team
        assert len(block["block_id"]) <= MAX_BLOCK_ID
        messages = {"messages": [{"blocks": copy.deepcopy(shown)}]}
        clear_messages(messages)
        assert messages["messages"][0]["blocks"][number]["block_id"] == (ids[number] or str(number))


@given(kept=TEXTS)
def test_what_nobody_marked_stays_as_it_is(kept: str) -> None:
    body = {"view": {"private_metadata": kept}, "actions": [{"block_id": kept}], "block_id": kept, "message": None}
    if kept.startswith("@T"):
        return
    before = copy.deepcopy(body)
    assert take_mark(body) is None
    assert body == before


def test_what_has_no_room_for_a_mark_is_shown_without() -> None:
    view = {"private_metadata": "x" * MAX_PRIVATE_METADATA}
    assert mark_shown({"view": view}, "T123")["view"] == view
    block = {"block_id": "x" * MAX_BLOCK_ID}
    assert mark_shown({"blocks": [block]}, "T123")["blocks"] == [block]


def test_a_suggestion_and_a_state_lose_their_marks() -> None:
    body: dict[str, Any] = {"block_id": "@T123@name", "state": {"values": {"@T123@name": {"a": {}}, "plain": {}}}}
    assert take_mark(body) == "T123"
    assert body == {"block_id": "name", "state": {"values": {"name": {"a": {}}, "plain": {}}}}
