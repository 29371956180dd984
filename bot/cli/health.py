"""`tend health`: ask the Tend on METRICS_PORT how it is."""

import json

from bot.cli.printing import say
from bot.cli.setup import open_settings
from bot.errors import ConfigurationError
from bot.process.probe import ask


def run() -> bool:
    """Print the response of `/healthz`. Return whether all is well."""
    settings = open_settings()
    if settings.metrics_port is None:
        raise ConfigurationError("METRICS_PORT is not set: set it for `tend run`, `web` or `worker`, and here.")
    answer = ask(settings.metrics_host, settings.metrics_port, "/healthz")
    if answer is None:
        say(f"no Tend answers on port {settings.metrics_port}", err=True)
        return False
    status, body = answer
    say(json.dumps(body))
    return status == 200
