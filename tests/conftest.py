"""The tiers of the tests: fast unless something here, or a mark of its own, says that a test is slow.

``pytest -m "not slow"`` is the fast tier. A file, a folder or one test of a file is slow where it starts processes or
a browser, runs whole studies, experiments or notebooks, or is a statistical test; so are tests marked ``validation``.
"""

from __future__ import annotations

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
    "engines/test_one_history.py::test_wide_creator_ids_have_the_same_history",
    "experiments",
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow."""
    for item in items:
        place = item.path.relative_to(TESTS)
        name = item.name.partition("[")[0]
        names = {place.as_posix(), *(folder.as_posix() for folder in place.parents), f"{place.as_posix()}::{name}"}
        if item.get_closest_marker("validation") or not names.isdisjoint(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours in one process, which then share what their file sets up, until a process has nothing left to do."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)
