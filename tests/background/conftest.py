"""The office of the typed commands, and short ways to bring a file in."""

from tests.background.desk import desk
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.storage.conftest import database_kind, engine, url

__all__ = ["clock", "database_kind", "desk", "engine", "judged", "no_proxy", "office", "running", "url"]
