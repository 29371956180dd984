"""What tests of the views of all partners share."""

from datetime import date
from typing import Any

from bot.fake_slack import Message
from storage.tables import AuditEntry, Partner
from tests.listeners.office import ANA, Office, only_answer

OLD = date(2024, 1, 1)
VIEWS = ("prune", "verticals", "stakeholders", "candidates", "concentration", "served")


def won(office: Office, partner_id: int, pounds: int, **more: Any) -> None:
    office.activity(partner_id, outcome="won", value_minor=pounds * 100, **more)


def joint(office: Office, partner_id: int, number: int, kind: str = "event") -> None:
    office.activity(partner_id, kind=kind, direction="joint", count=number)


def changes(office: Office) -> list[tuple[str, str, str | None]]:
    return [(row.subject, row.field, row.new) for row in office.rows(AuditEntry)]


def partner(office: Office, partner_id: int) -> Partner:
    return next(row for row in office.rows(Partner) if row.id == partner_id)


def pressed(office: Office, where: Message, action: str, value: str, user: str = ANA) -> Any:
    """Press one of several buttons of the same kind: the one with that value."""
    from bot.fake_slack.state.blocks import elements

    same = [one for _, one in elements(where.blocks) if one["action_id"] == action]
    place = next(place for place, one in enumerate(same) if one.get("value") == value)
    return office.slack.click(user, where, action, index=place)


def forged(office: Office, action: str, value: str, user: str = ANA) -> Message:
    """What a made-up button is answered with."""
    message = office.told("/partner verticals", user)
    block = {
        "type": "actions",
        "block_id": "forged",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "text": {"type": "plain_text", "text": "?"},
                "value": value,
            }
        ],
    }
    with office.slack.world.lock:
        found = office.slack.world.find(message.channel, message.ts)
        assert found is not None
        office.slack.world.change(found, blocks=[block])
    seen = office.press(message, action, user)
    assert seen.status == 200
    assert seen.view is None
    return only_answer(seen)
