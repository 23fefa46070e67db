"""What happens around every command: help, errors nobody foresaw, progress, compilation."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from simulation.cli import group
from simulation.study.run.watch import Watch
from tests.cli.saying import SMALL_OPTIONS
from tests.told import tells

COMMANDS = (
    "demo",
    "run",
    "resume",
    "compare",
    "experiment",
    "show",
    "rerun",
    "export",
    "archive",
    "odd",
    "app",
    "parameters",
    "levers",
    "presets",
    "check",
    "sweep",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_by_example(say: Any, command: str) -> None:
    said = say(command, "--help")
    assert said.code == 0, said
    assert f"follower-dynamics {command}" in said.out.partition("Example")[2]
    assert say(command, "-h").out == said.out


def test_help_names_every_command(say: Any) -> None:
    said = say("--help")
    assert said.code == 0
    listed = said.out.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in listed if line.strip()] == list(COMMANDS)


def test_version(say: Any) -> None:
    from simulation import __version__

    assert say("--version").out == f"follower-dynamics {__version__}\n"


def test_unknown_command(say: Any) -> None:
    say("rn").refused("rn", "run")


def test_an_error_nobody_foresaw(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation import presets

    monkeypatch.setattr(presets, "PRESETS", None)
    said = say("presets")
    assert said.code == 1
    assert said.out == ""
    assert tells(said.err, "Internal error TypeError")
    assert "--debug" in said.err
    assert "Traceback" not in said.err
    told = say("--debug", "presets")
    assert told.code == 1
    assert tells(told.err, "Traceback")


def test_debug_shows_the_traceback_of_a_refusal(say: Any) -> None:
    said = say("--debug", "presets", "tiktk")
    assert said.code == 2
    assert "Traceback" in said.err
    assert tells(said.err, "preset 'tiktk'")


def test_a_file_that_may_not_be_read(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", denied)
    Path("out").mkdir()
    say("run", "--preset", "default", "--out", "out").refused("out", "Permission denied")


def test_interrupted(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation.model import FollowerModel

    days = []

    def stop_on_the_third(self: FollowerModel) -> None:
        days.append(1)
        if len(days) == 3:
            raise KeyboardInterrupt
        self.state.day += 1

    monkeypatch.setattr(FollowerModel, "step", stop_on_the_third)
    said = say("run", "--preset", "default", *SMALL_OPTIONS, "--days", 5, "--out", "out")
    assert (said.code, said.out) == (130, "")
    assert "interrupted" in said.err
    assert "Traceback" not in said.err
    assert list(Path().iterdir()) == []


class TestProgress:
    def test_a_line_now_and_then_where_there_is_no_terminal(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        now = [0.0]
        monkeypatch.setattr("simulation.study.run.watch.time.monotonic", lambda: now[0])
        with Watch("seed 3", 100, unit="day", stays=False) as watch:
            for _ in range(100):
                now[0] += 0.5
                watch.count()
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 5, "every 10 s, and none more at the end"
        assert all(line.startswith("seed 3: ") and "2.00day/s" in line for line in lines)
        assert [f"{day}/100" in line for day, line in zip((20, 40, 60, 80, 100), lines, strict=True)] == [True] * 5

    def test_a_bar_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        with Watch("", 4, unit="day", stays=False) as watch:
            for _ in range(4):
                watch.count()
        assert "0/4" in terminal.getvalue()


class TestCompilation:
    def test_said_once_only(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from simulation import compiling

        monkeypatch.setattr(compiling, "cache_folder", lambda: str(tmp_path))
        group.announce_compilation("compiled")
        assert tells(capsys.readouterr().err, "first time")
        (tmp_path / "loops.nbi").touch()
        group.announce_compilation("compiled")
        assert capsys.readouterr().err == ""

    def test_every_time_where_nothing_can_be_kept(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from simulation import compiling

        monkeypatch.setattr(compiling, "cache_folder", lambda: None)
        group.announce_compilation("compiled")
        assert "every time" in capsys.readouterr().err

    def test_agents_need_none(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        from simulation import compiling

        monkeypatch.setattr(compiling, "cache_folder", lambda: None)
        group.announce_compilation("mesa")
        assert capsys.readouterr().err == ""
