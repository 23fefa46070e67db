"""The measurement of sweeps, at a size at which it says little but runs at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchmarks import sweep_runs, sweeps
from tests.told import tells


def test_it_prints_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--runs", "6", "--long-runs", "8", "--run-s", "0.001", "--users", "60", "--rounds", "1"]
    assert sweeps.main([*sizes, "--memory", "4", "12"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Work per run beyond the simulation, of 6 runs")
    assert tells(out, "8 runs")
    tables = [line for line in out.splitlines() if line.startswith("|")]
    assert len(tables) == (2 + 4 + 5) + (2 + 3) + (2 + 2)
    for runs in (4, 12):
        (peak,) = (line for line in tables if line.startswith(f"| {runs} |"))
        before, swept, table = (int(cell) for cell in peak.split("|")[2:5])
        assert 10 < before <= swept <= table
    assert sum(line.endswith((": met", ": missed")) for line in out.splitlines()) == 3


def test_every_run_is_a_point_of_its_own() -> None:
    assert len(sweep_runs.declared(50).design.points) == len(sweep_runs.declared(50).design) == 50


def test_a_sweep_is_measured_in_the_processes_that_do_it() -> None:
    found = sweeps.swept(sweep_runs.declared(6), 1)
    assert 0 < found.first < found.whole
    assert 0 < found.runs < found.whole
    assert 0 < found.run_cpu < found.parent_cpu
    assert found.per_s > 0
    assert 0 < found.disk < found.whole - found.runs


def test_syncs_are_timed_and_done(tmp_path: Path) -> None:
    before = os.fsync
    with sweeps.syncs_timed() as taken, (tmp_path / "file").open("wb") as file:
        os.fsync(file.fileno())
    assert os.fsync is before
    assert len(taken) == 1
    assert taken[0] > 0


@pytest.mark.parametrize(
    ("value", "at_least", "verdict"), [(2.0, True, "met"), (1.8, True, "missed"), (1.8, False, "met")]
)
def test_verdicts(value: float, at_least: bool, verdict: str) -> None:
    text = sweeps._verdict("speed", value, 1.9, at_least=at_least)
    assert text == f"speed: {value:.2f}, to be at {'least' if at_least else 'most'} 1.9: {verdict}"


def test_peaks_are_told_in_megabytes_and_judged_by_the_last_against_the_first() -> None:
    peaks = json.loads('[{"runs": 500, "before": 1e8, "swept": 1.1e8, "table": 1.2e8}]')
    more = {"runs": 8000, "before": 1e8, "swept": 1.15e8, "table": 1.5e8}
    text = sweeps.memory_markdown([*peaks, more])
    assert "| 8,000 | 100 | 115 | 150 |" in text
    assert tells(text, "0.7 KB 4.0 KB")
    assert text.endswith("peak at the most runs over the fewest: 1.25, to be at most 1.1: missed")
