"""How many days a second the dashboard shows: read off its day counter in a real browser, with everything drawn.

    python -m benchmarks.dashboard --users 2000 --seconds 10

Serves the dashboard in a process of its own, plays it in a headless Chromium with a frame for every day, and counts
once as much as lies below ran before. A day counts when its number is on screen, which it comes to with all figures of
that day.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WARM_UP = 15
"""Days played before counting: code is compiled and loaded by then."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser("python -m benchmarks.dashboard", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--users", type=int, default=2000, metavar="N", help="of the run (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="of counting (default %(default)s)")
    parser.add_argument("--compare", action="store_true", help="with a run B beside it")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of the model (default %(default)s)")
    parser.add_argument("--chromium", default=shutil.which("chromium"), metavar="FILE", help="the browser")
    options = parser.parse_args(arguments)
    if options.chromium is None:
        parser.error("there is no chromium; name one with --chromium")
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study.toml"
        study.write_text(f"[population]\nusers = {options.users}\n", encoding="utf-8")
        command = ["app", str(study), "--port", "0", "--no-open", "--threads", str(options.threads)]
        with subprocess.Popen(
            [sys.executable, "-u", "-m", "simulation", *command], stdout=subprocess.PIPE, text=True
        ) as served:
            try:
                assert served.stdout is not None
                address = served.stdout.readline().split()[0]
                rate = days_a_second(address, options.chromium, options.seconds, compare=options.compare)
            finally:
                served.terminate()
    runs = "two runs" if options.compare else "one run"
    print(f"{rate:.1f} days/s on screen, {runs} of {options.users:,} users, every day drawn")
    return 0


def days_a_second(address: str, chromium: str, seconds: float, *, compare: bool) -> float:
    """Play the dashboard at an address, and count days on screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(address)
        page.wait_for_function("document.getElementById('say-graph').textContent.startsWith('Run A')")
        if compare:
            page.get_by_role("button", name="Compare").click()
            page.wait_for_function("document.getElementById('say-message').textContent.includes('Run B')")
        page.get_by_role("button", name="Play").click()
        page.wait_for_function(f"Number(document.getElementById('say-day').textContent) >= {WARM_UP}")
        first, began = _day(page), time.perf_counter()
        time.sleep(seconds)
        last, ended = _day(page), time.perf_counter()
        browser.close()
    return (last - first) / (ended - began)


def _day(page: Any) -> int:
    return int(page.inner_text("#say-day").replace(",", ""))


if __name__ == "__main__":
    raise SystemExit(main())
