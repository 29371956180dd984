"""A plugin of pytest's: notes which tests call which functions, or runs only some tests, in a given order."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from hypothesis import settings

NOTES, WANTED = "TEND_MUTANTS_NOTES", "TEND_MUTANTS_WANTED"
"""The environment's names of two files: where to write what was noted, and which tests to run."""

_calls: dict[str, set[CodeType]] = {}
_seconds: dict[str, float] = {}
_current = ""


def _trace(frame: FrameType, event: str, arg: Any) -> None:
    if _current:
        _calls[_current].add(frame.f_code)


def pytest_configure() -> None:
    settings.register_profile("mutants", database=None, derandomize=True)  # one mutant leaves nothing to the next
    settings.load_profile("mutants")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    global _current
    if NOTES in os.environ:
        _current = item.nodeid
        _calls[_current] = set()
        threading.settrace(_trace)
        sys.settrace(_trace)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        _current = ""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0) + report.duration


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if WANTED in os.environ:
        place = {name: at for at, name in enumerate(json.loads(Path(os.environ[WANTED]).read_text()))}
        items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if NOTES in os.environ:
        root = str(session.config.rootpath) + os.sep
        tests = [
            {
                "test": test,
                "seconds": _seconds[test],
                "functions": sorted(
                    f"{code.co_filename.removeprefix(root)}:{code.co_firstlineno}"
                    for code in codes
                    if code.co_filename.startswith(root)
                ),
            }
            for test, codes in _calls.items()
        ]
        Path(os.environ[NOTES]).write_text(json.dumps(tests))
