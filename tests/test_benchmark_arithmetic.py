"""What fixed arithmetic costs is measured beside the C library's. Nothing here is timed."""

import math
import os
from typing import Any

import pytest

from benchmarks import arithmetic
from benchmarks.summary import spread
from tests.told import raises


def test_every_function_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "POINTS", 100)
    found = arithmetic.calls(1)
    assert list(found) == ["exp", "log", "log1p", "tanh", "power", "cos_turns"]
    for one in found.values():
        assert one["times"]["median"] == pytest.approx(one["ours"]["median"] / one["libm"]["median"])


def test_worlds_take_turns_and_are_paired_by_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both with the package's functions here: compiling the C library's would take half a minute."""
    worker = arithmetic._worker
    monkeypatch.setattr(arithmetic, "_worker", lambda name, users, environment: worker("ours", users, dict(os.environ)))
    monkeypatch.setattr(arithmetic, "BLOCK_USER_DAYS", 300)
    found = arithmetic.user_days(300, 2)
    assert found["users"] == 300
    pairs = zip(found["ours"]["values"], found["libm"]["values"], strict=True)
    assert found["times"]["values"] == [ours / libm for ours, libm in pairs]
    assert all(math.isfinite(value) and value > 0 for value in found["times"]["values"])


def test_a_world_runs_with_the_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    with arithmetic._worker("libm", 40, {**os.environ, "NUMBA_DISABLE_JIT": "1"}) as worker:
        assert arithmetic._ask(worker, 1) > 0.0


def test_a_process_that_ends_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def __getattr__(self, name: str) -> Any:
            return self

        def __call__(self, *arguments: Any) -> str:
            return ""

    with raises(RuntimeError, "ended"):
        arithmetic._ask(Gone(), 1)  # type: ignore[arg-type]


def test_the_tables_name_both_and_their_ratio() -> None:
    one = {"ours": spread([3.0, 3.0, 4.0]), "libm": spread([4.0, 4.0, 5.0]), "times": spread([0.75, 0.75, 0.8])}
    text = arithmetic.table({"exp": one}, [{"users": 10_000, **one}])
    assert text.splitlines()[1].split() == ["exp", "3.00", "4.00", "0.75", "0.75", "-", "0.80"]
    assert text.splitlines()[-1].split() == ["10,000", "3.000", "4.000", "0.75", "0.75", "-", "0.80"]
