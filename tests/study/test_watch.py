"""How far a study is, told where nobody sees a bar."""

from __future__ import annotations

import pytest

from simulation.study.run import watch as module
from simulation.study.run.watch import Watch, say_above


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which stands still unless it is moved."""
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_line_now_and_then_with_rate_time_left_and_failures(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with Watch("small", 100, done=20) as watch:
        for run in range(40):
            clock[0] += 0.5
            watch.count(failed=run == 3)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3, "after 10 s, after 20 s, and at the end"
    assert "\r" not in lines[0] and lines[0].startswith("small: ")
    assert "40/100" in lines[0] and "2.00run/s" in lines[0] and "<00:30" in lines[0] and "1 failed" in lines[0]
    assert "60/100" in lines[1] == lines[2] or "60/100" in lines[2]


def test_nothing_is_told_where_nothing_was_done_or_nobody_wants_it(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with Watch("small", 5, done=5):
        pass
    with Watch("small", 5, shown=False) as watch:
        clock[0] += 100
        watch.count()
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(module.sys.stderr, "isatty", lambda: True, raising=False)
    with Watch("small", 3) as watch:
        watch.count()
        watch.count(failed=True)
        say_above("a sentence")
    shown = capsys.readouterr().err
    assert "a sentence" in shown and "2/3" in shown and "1 failed" in shown
