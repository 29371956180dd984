"""The office of the typed commands, and short ways to bring a file in."""

from tests.jobs.desk import desk
from tests.listeners.conftest import clock, judged, no_proxy, office, running
from tests.storage.conftest import empty_url, engine, migrated_file, url

__all__ = ["clock", "desk", "empty_url", "engine", "judged", "migrated_file", "no_proxy", "office", "running", "url"]
