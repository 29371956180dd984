"""A scheduler tick over many workspaces, few of them due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from slack_sdk.oauth.installation_store.models import Installation
from sqlalchemy import text

from benchmarks.ledgers import NOW, OWNER
from benchmarks.measuring import CPU, WALL, Clock, Found, Rounds, Target, figure, timed
from benchmarks.place import Place
from bot.config import Settings
from bot.notifications import pool
from bot.services import Services
from bot.slack.oauth import OAuthWorkspaces
from storage.db.engine import writing
from storage.workspaces import members

DAY = timedelta(days=1)
DUE = 10
"""The number of due workspaces. Fewer in the smallest sizes."""

NOTHING_TO_SAY = """
    UPDATE partner SET since_on = '2026-11-20', cadence_days = 3650, next_review_on = '2035-01-01', fit = 'a',
        wiifm_us = 'leads', wiifm_them = 'a stage', our_role = 'host', their_role = 'guest'
"""


class Moving:
    """A clock that moves a day per round, so that there is something to claim again."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def ticks(place: Place) -> Iterator[Found]:
    """Row 9: a tick over many workspaces with ten due, against one over ten that are all due.

    A due workspace has an owner whose nudge hour has come: the owner is loaded, and the nudge is claimed, found empty
    and closed, without a call to Slack. The second line adds the regular checks of a minute, as every workspace is
    checked once an hour.
    """
    many, few = place.sizes.workspaces, min(DUE, place.sizes.workspaces // 2)
    large, small = _Street(place, many), _Street(place, few)
    try:
        for clock, unit in ((CPU, "ms CPU"), (WALL, "ms")):
            rounds = _in_turn(large, small, few, place.sizes.rounds, clock)
            target = Target(1.5) if clock is CPU else None
            yield figure(9, f"a tick over {many:,} workspaces, {few} due", f"over {few}", rounds, target, unit=unit)
        share = max(1, many // 45)  # looks are planned 30 to 60 minutes ahead
        rounds = []
        for _ in range(place.sizes.rounds):
            theirs = small.tick(few, CPU)
            large.tick(share, CPU)  # what was due that day
            rounds.append((large.tick(share, CPU, later=timedelta(minutes=1)), theirs))
        yield figure(9, f"the hourly look at {share} of them", f"over {few}", rounds, unit="ms CPU")
    finally:
        large.rounds.close()
        small.rounds.close()


def _in_turn(large: "_Street", small: "_Street", due: int, rounds: int, clock: Clock) -> Rounds:
    large.tick(due, clock), small.tick(due, clock)
    return [(large.tick(due, clock), small.tick(due, clock)) for _ in range(rounds)]


class _Street:
    """Installed workspaces, each with one partner and one cached owner."""

    def __init__(self, place: Place, workspaces: int) -> None:
        path = place.copy(place.ledger(partners=workspaces, activities=0, workspaces=workspaces))
        settings = Settings(
            slack_client_id="1.2",
            slack_client_secret=SecretStr("secret"),
            tend_token_key=SecretStr(Fernet.generate_key().decode()),
        )
        self.clock, self.workspaces = Moving(), workspaces
        self.services = Services.build(settings, place.open(path), self.clock)
        self.rounds = pool.WorkspacePool(self.services)
        self._furnish()

    def _furnish(self) -> None:
        by_oauth = self.services.workspaces
        assert isinstance(by_oauth, OAuthWorkspaces)
        with writing(self.services.engine) as session:
            store = by_oauth.store.within(session)
            for id in range(1, self.workspaces + 1):
                store.save(_installation(id))
                person: dict[str, Any] = {"timezone": "Europe/London", "standing": "member", "is_admin": True}
                members.save_member(session, workspace_id=id, user_id=OWNER, name="ana", now=NOW, **person)
            # Nothing that would be said: what is measured is the way there.
            session.connection().execute(text("DELETE FROM trust_rating"))
            session.connection().execute(text(NOTHING_TO_SAY))

    def tick(self, due: int, clock: Clock, *, later: timedelta = DAY) -> float:
        """Return the milliseconds of a tick `later`. Only the due workspaces are scheduled before it."""
        self.clock.now += later
        with writing(self.services.engine) as session:
            plan = text("UPDATE workspace SET look_at = CASE WHEN id <= :due THEN :now ELSE :later END")
            after = self.clock.now + timedelta(minutes=30)
            session.connection().execute(plan, {"due": due, "now": _kept(self.clock.now), "later": _kept(after)})
            session.connection().execute(text("UPDATE person SET checked_at = :now"), {"now": _kept(self.clock.now)})
        return timed(self._go, clock)

    def _go(self) -> None:
        result = self.rounds.run(self.clock.now)
        assert result == type(result)(), result  # nothing was said, and nothing failed


def _kept(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S.%f")


def _installation(id: int) -> Installation:
    return Installation(
        app_id="A1",
        team_id=f"T{id:08}",
        team_name=f"Firm {id}",
        bot_token=f"xoxb-{id}",
        bot_id="B1",
        bot_user_id="UBOT",
        bot_scopes=["commands"],
        user_id=OWNER,
        installed_at=NOW.timestamp(),
    )
