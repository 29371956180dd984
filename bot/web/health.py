"""Whether we are well: the database answers, and the clockwork has not stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.services import Services
from storage.db.engine import reading
from storage.notifications import heartbeat

STALE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """What `/healthz` says."""

    is_healthy: bool
    body: dict[str, Any]

    @property
    def status(self) -> int:
        return 200 if self.is_healthy else 503


def check_health(services: Services) -> Health:
    """A process that ticks answers for its own ticks; one that does not, for the last of all on the database.

    Never raises: a database that does not answer is told by the error's type, since its text may hold an address.
    """
    try:
        with reading(services.engine) as session:
            anybody = heartbeat.last(session)
    except Exception as error:
        return Health(False, {"ok": False, "database": type(error).__name__})
    begun, own = services.liveness.begun, services.liveness.last
    last = own if begun else anybody
    expected = last or begun
    well = expected is None or services.clock() - expected <= STALE_AFTER
    return Health(well, {"ok": well, "ticking": _tick_text(last)})


def _tick_text(last: datetime | None) -> str:
    return f"last at {last:%Y-%m-%dT%H:%M:%SZ}" if last else "not yet"
