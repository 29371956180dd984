"""What a test needs and a machine may lack."""

import os
from typing import NoReturn

import pytest


def lacking(word: str) -> NoReturn:
    """Skip the test, and say what for; fail it in CI, which has to bring everything."""
    if os.environ.get("CI"):
        pytest.fail(word, pytrace=False)
    pytest.skip(word)
