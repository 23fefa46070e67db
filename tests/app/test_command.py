"""The command `app`, without a browser."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulation.app.beginnings import MOST_USERS
from tests.cli.conftest import say  # noqa: F401
from tests.cli.saying import Said
from tests.told import tells

ROOT = Path(__file__).parents[2]
Say = Callable[..., Said]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command would have served."""
    found: dict[str, Any] = {}

    def start(scenario: Any, **options: Any) -> None:
        options.pop("said")("http://127.0.0.1:1")
        found.update(options, scenario=scenario)

    monkeypatch.setattr("simulation.app.serve.start", start)
    return found


def test_it_begins_with_what_was_said(say: Say, begun: dict[str, Any]) -> None:  # noqa: F811
    Path("study.toml").write_text("[run]\npreset = 'tiktok'\nseed = 3\n[population]\nusers = 300\n")
    said = say("app", "study.toml", "--no-open", "--port", 0)
    assert said.code == 0
    assert said.out == "http://127.0.0.1:1  (Ctrl-C stops it)\n"
    assert (begun["scenario"].preset, dict(begun["scenario"].values)) == ("tiktok", {"population.users": 300})
    assert (begun["scenario"].seed, begun["port"], begun["show"]) == (3, 0, False)


def test_it_needs_nothing(say: Say, begun: dict[str, Any]) -> None:  # noqa: F811
    assert say("app").code == 0
    assert (begun["scenario"].preset, begun["port"], begun["show"]) == ("default", 5006, True)


def test_what_it_does_not_take_is_refused(say: Say, begun: dict[str, Any]) -> None:  # noqa: F811
    say("app", "--preset", "tiktk").refused("tiktok")
    say("app", "--seed", -1).refused("seed")
    Path("large.toml").write_text(f"[population]\nusers = {MOST_USERS + 1}\n")
    say("app", "large.toml").refused("20,000")
    Path("graph.toml").write_text("[run]\ngraph = 'friends.csv'\n")
    say("app", "graph.toml").refused("social graph from a file")
    Path("later.toml").write_text("[[interventions]]\nday = 3\nlever = 'popularity_bias'\nvalue = 0\n")
    say("app", "later.toml").refused("interventions planned beforehand")
    assert begun == {}


def test_a_port_that_is_taken(say: Say) -> None:  # noqa: F811
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = say("app", "--no-open", "--port", taken.getsockname()[1])
    assert said.code == 2
    assert tells(said.err, "--port 0")


def test_without_panel_it_says_what_to_install(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("simulation.cli.dashboard.find_spec", lambda _: None)
    say("app").refused("pip install 'follower-dynamics[app]'")


def test_ctrl_c_stops_it_without_a_traceback() -> None:
    command = [sys.executable, "-m", "simulation", "app", "--port", "0", "--no-open", "--threads", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        address = running.stdout.readline().split()[0]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=120) as page:
            text = page.read().decode()
        assert "Follower dynamics" in text
        assert "cdn." not in text
        running.send_signal(signal.SIGINT)
        try:
            _, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 0
    assert err == "starting ...\nstopped\n"
