"""The tiers of the tests: fast unless something here, or a mark of its own, says that a test is slow.

``pytest -m "not slow"`` is the fast tier. A file, a folder or one test of a file is slow where it starts processes or
a browser, runs whole studies, experiments or notebooks, or is a statistical test; so are tests marked ``validation``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
SLOW = (
    "app/test_browser.py",
    "app/test_command.py",
    "bits/test_machines.py",
    "cli/test_processes.py",
    "contracts/test_plugged_in.py::test_a_seventh_factor_works_in_both_engines_alike",
    "engines/test_interpreted.py",
    "engines/test_one_history.py::test_any_configuration_has_one_history",
    "engines/test_one_history.py::test_wide_creator_ids_have_the_same_history",
    "experiments",
    "study/test_calibration.py::test_one_seed_gives_one_posterior_whoever_does_the_work",
    "study/test_cluster.py",
    "test_batch_run.py::test_two_processes_give_the_same_rows",
    "test_notebooks.py::test_it_runs",
    "test_notebooks.py::test_sliders_degrade_to_pictures",
    "test_notebooks.py::test_the_kernel_is_this_interpreter",
    "test_packaging.py::test_the_quick_start_runs",
    "test_style.py",
    "validation",
)
"""Folders, files and tests, from this folder on."""
UNMEASURED = (
    "bits/test_machines.py",
    "engines/test_one_history.py",
    "special_cases",
    "test_notebooks.py::test_it_runs",
    "test_notebooks.py::test_sliders_degrade_to_pictures",
    "test_style.py",
)
"""Tests during which coverage rests: it doubles their time, and all lines they reach are those of other tests too."""
FOR_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""Where coverage tells child processes that they count as well."""


def listed(item: pytest.Item, places: tuple[str, ...]) -> bool:
    """Whether a test, its file or a folder of it is among some places."""
    place = item.path.relative_to(TESTS)
    test = f"{place.as_posix()}::{item.name.partition('[')[0]}"
    return not {test, *(part.as_posix() for part in (place, *place.parents))}.isdisjoint(places)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow."""
    for item in items:
        if item.get_closest_marker("validation") or listed(item, SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours in one process, which then share what their file sets up, until a process has nothing left to do."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest where it is told to."""
    coverage: Any = sys.modules.get("coverage")
    measuring = coverage and listed(item, UNMEASURED) and coverage.Coverage.current()
    if not measuring:
        return (yield)
    children = os.environ.pop(FOR_CHILDREN, None)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        if children is not None:
            os.environ[FOR_CHILDREN] = children
