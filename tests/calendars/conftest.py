"""The office, of which a Tend that reads calendars knows."""

from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.storage.conftest import database_kind, engine, url

__all__ = ["clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "url"]
