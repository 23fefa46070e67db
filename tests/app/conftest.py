"""A dashboard served from this process, and a browser to look at it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulation.app.beginnings import beginning
from tests.app.serving import Served, serving

CHROMIUM = os.environ.get("FOLLOWER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The dashboard with 150 users, at a free port."""
    with serving(beginning("default", {"population.users": 150})) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium without a window; not kept for longer, since Playwright's event loop is in other tests' way."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: install Debian's chromium, or name one in FOLLOWER_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Folder for screenshots: that of FOLLOWER_SCREENSHOTS, or one of pytest's."""
    folder = Path(os.environ.get("FOLLOWER_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
