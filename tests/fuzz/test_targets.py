"""A few thousand cases of every target; `make soak` runs a hundred thousand."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.place import closed
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.slow

CASES = {
    "grammar": 1_500,
    "commands": 500,
    "forms": 700,
    "buttons": 300,
    "menus": 100,
    "sheets": 200,
    "mappings": 700,
    "bodies": 500,
}


@pytest.fixture(scope="module", autouse=True)
def put_away() -> Iterator[None]:
    """The stand-in of this process stops with its last case."""
    yield
    closed()


@pytest.mark.parametrize("name", TARGETS)
def test_no_case_fails_anybody(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered or refused in words that are ours, and shown as Slack takes it; the same cases at each run."""
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)

    @settings(
        max_examples=CASES[name], deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.binary(max_size=300))
    def case(data: bytes) -> None:
        TARGETS[name](data)

    case()
