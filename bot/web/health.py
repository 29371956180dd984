"""Whether we are well: the database answers, and the clockwork has not stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.services import House
from storage.db.engine import reading
from storage.notifications import heartbeat

STOPPED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """What `/healthz` says."""

    well: bool
    words: dict[str, Any]

    @property
    def status(self) -> int:
        return 200 if self.well else 503


def look(house: House) -> Health:
    """A process that ticks answers for its own ticks; one that does not, for the last of all on the database.

    Never raises: a database that does not answer is told by the error's type, since its text may hold an address.
    """
    try:
        with reading(house.engine) as session:
            anybody = heartbeat.last(session)
    except Exception as error:
        return Health(False, {"ok": False, "database": type(error).__name__})
    begun, own = house.pulse.begun, house.pulse.last
    last = own if begun else anybody
    expected = last or begun
    well = expected is None or house.clock() - expected <= STOPPED_AFTER
    return Health(well, {"ok": well, "ticking": _told(last)})


def _told(last: datetime | None) -> str:
    return f"last at {last:%Y-%m-%dT%H:%M:%SZ}" if last else "not yet"
