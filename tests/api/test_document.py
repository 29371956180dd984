"""`docs/api.md` tells the truth: its examples run, and its table is whole."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.web.api.routes import OPERATIONS, PREFIX
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.listeners.office import Office
from tests.patience import PATIENCE

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
CURL = 'curl() { command curl -sS --fail-with-body -w "\\n" "$@"; }\n'


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_examples_run(nobody: Client, office: Office) -> None:
    """One after the other, as they stand."""
    examples = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(examples) >= 8
    here = {**os.environ, "TEND_TOKEN": token_for(office), "no_proxy": "127.0.0.1"}
    for example in examples:
        line = CURL + example.replace("https://tend.example.com", f"http://127.0.0.1:{nobody.port}")
        ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=here, timeout=PATIENCE)
        assert ran.returncode == 0, (example, ran.stdout, ran.stderr)
    card = office.told("/partner show Acme Legal").visible_text
    assert "Jane" not in card
    assert "Northwind" not in card  # the last example took it back


def test_every_address_is_in_its_table() -> None:
    for one in OPERATIONS:
        path = f"{PREFIX}{one.path}" + (f"/{{{one.named}}}" if one.named else "")
        assert re.search(rf"^\|.*`[^`]*{one.method}\b.*{re.escape(path)}`", TEXT, flags=re.MULTILINE), path
