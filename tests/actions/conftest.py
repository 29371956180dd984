"""The same office as for the typed commands: a stand-in for Slack, Tend behind it, and a judge of all that is shown."""

from tests.listeners.conftest import clock, judged, no_proxy, office, running

__all__ = ["clock", "judged", "no_proxy", "office", "running"]
