"""What tests of reviews, issues and ideas share."""

from datetime import date, timedelta
from typing import Any

from bot.fake_slack import Message, View
from storage.db.engine import writing
from storage.partners import promises
from tests.listeners.office import ANA, TODAY, Office, only_answer

LONG_AGO, LAST = date(2025, 1, 1), TODAY - timedelta(days=91)
RATED = LAST - timedelta(days=29)
SAID = {"benefits": "Two clients each", "strengths": "They: reach. We: speed", "weaknesses": "We answer late"}


def rated(office: Office, name: str = "Acme Legal", level: int = 4, **fields: Any) -> int:
    """A partner since 2025 whose trust was rated before the quarter began."""
    made = office.partner(name, **fields)
    office.rate(made, level, on=RATED)
    return made


def promised(office: Office, partner_id: int, what: str, due_on: date | None) -> None:
    with writing(office.engine) as session:
        promises.add(
            session,
            workspace_id=office.workspace_id,
            partner_id=partner_id,
            what=what,
            due_on=due_on,
            by=ANA,
            now=office.clock(),
        )


def form(office: Office, brief: Message, action: str = "hold_review") -> View:
    view = office.press(brief, action).view
    assert view is not None
    return view


def held(office: Office, line: str = "/partner review Acme Legal", **values: Any) -> Message:
    """Prepare and hold a review: what is said of it."""
    return only_answer(office.submit(form(office, office.told(line)), **(SAID | values)))
