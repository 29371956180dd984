"""What a Tend in one workspace does not bring into memory until somebody asks for it."""

import subprocess
import sys

import pytest

from tests.patience import PATIENCE

HEAVY = (
    "cryptography", "starlette", "uvicorn", "rapidfuzz", "alembic", "matplotlib", "numpy", "psycopg",
    "sqlalchemy.dialects.postgresql",
)  # fmt: skip
RUN = f"""
import sys
import bot.app, bot.cli.serve, bot.notifications.scheduler, bot.services, bot.slack.socket_mode, bot.web.metrics_server
print([name for name in {HEAVY} if name in sys.modules])
"""


@pytest.mark.slow
def test_tend_run_brings_nothing_along_that_only_others_need() -> None:
    told = subprocess.run(
        [sys.executable, "-c", RUN], check=True, capture_output=True, text=True, timeout=PATIENCE
    ).stdout
    assert told.strip() == "[]"
