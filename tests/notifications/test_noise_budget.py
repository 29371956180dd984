"""Lived through: an owner who does nothing gets few messages, no two alike, and never a long one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.fake_slack import Message
from tests.notifications.office import MONDAY, Office

LONDON = ZoneInfo("Europe/London")
FIRST = MONDAY.date()
NAMES = ("Acme", "Béla", "Cardo", "Dunlin", "Elder", "Fenner", "Garrow", "Harrow", "Ivel")


def partners(office: Office, number: int, owner: str = "U1") -> list[int]:
    """Partners of two years, each with its own history: one goes quiet, one weakens, one waits for a promise."""
    made = []
    for place in range(number):
        name = f"{NAMES[place % len(NAMES)]} {place:02}"
        id = office.partner(name, owner, since=date(2024, 11, 1) + timedelta(days=7 * (place % 40)))
        made.append(id)
        office.rated(id, 1 + place % 5, FIRST - timedelta(days=60 + 11 * (place % 9)))
        office.did(id, FIRST - timedelta(days=5 + 4 * (place % 13)), kind="meeting", direction="joint")
        way = "in" if place % 3 else "out"
        for back in range(3 + place % 4):
            office.did(
                id, FIRST - timedelta(days=20 + 41 * back + 3 * (place % 11)), direction=way, count=1 + place % 3
            )
        if place % 3 == 0:
            office.promised(id, f"send the deck to {name}", FIRST + timedelta(days=6 * (place % 9) - 3))
        if place % 4 == 1:
            lead = {"title": f"Lead of {name}", "outcome": "introduced"}
            office.did(id, FIRST - timedelta(days=15 - place % 9), **lead)
    return made


def live(office: Office, days: int) -> list[Message]:
    """Each morning at nine comes and goes; the messages of those days."""
    for day in (FIRST + timedelta(days=n) for n in range(days)):
        office.at(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON))
    return office.nudges()


def within(messages: list[Message], days: int) -> int:
    end = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=LONDON) + timedelta(days=days)
    return sum(float(message.ts) < end.timestamp() for message in messages)


def test_an_owner_of_nine_who_does_nothing_is_told_seldom_and_never_the_same(office: Office) -> None:
    partners(office, 9)
    messages = live(office, 365)
    assert 1 <= within(messages, 84) <= 16
    assert len(messages) <= 40
    assert len({message.visible_text for message in messages}) == len(messages)


def test_an_owner_of_fifty_is_told_of_three_at_a_time(office: Office) -> None:
    partners(office, 50)
    messages = live(office, 84)
    assert 1 <= len(messages) <= 16
    assert max(map(len, office.told())) <= 3
