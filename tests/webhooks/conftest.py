"""The office, and a server on this machine that takes events, or does not."""

from tests.calendars.conftest import acme, secured
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.storage.conftest import database_kind, engine, url

__all__ = ["acme", "clock", "database_kind", "engine", "judged", "no_proxy", "office", "running", "secured", "url"]
