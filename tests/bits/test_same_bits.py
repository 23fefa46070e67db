"""The self-test: silent here, and one sentence for each kind of machine that would break the promise."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
import pytest

from simulation import FollowerModel, same_bits
from simulation.same_bits import SameBitsWarning, guarantee, trouble, warn_once
from tests.told import tells


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    trouble.cache_clear()
    warn_once.cache_clear()
    yield
    trouble.cache_clear()
    warn_once.cache_clear()


def readings(place: int, value: float) -> Callable[..., None]:
    """The readings of this machine with one of them replaced."""
    honest = same_bits._try_arithmetic

    def tried(*arguments: Any) -> None:
        honest(*arguments)
        arguments[-1][place] = value

    return tried


def test_this_machine_keeps_the_promise() -> None:
    assert trouble() is None
    assert guarantee() == {"since": same_bits.SINCE, "this_machine": "kept"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_once()


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [(0, 2.0**-60, "fuses"), (1, 0.0, "subnormals"), (2, 2.0**53 + 2.0, "more digits"), (3, 1.4142135, "square root")],
)
def test_a_reading_that_is_off_is_named(monkeypatch: pytest.MonkeyPatch, place: int, value: float, reason: str) -> None:
    monkeypatch.setattr(same_bits, "_try_arithmetic", readings(place, value))
    assert reason in str(trouble())


def test_fused_arithmetic_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a compiler with contraction on would make it; a processor without such an instruction cannot."""
    plain = same_bits._try_arithmetic.py_func  # type: ignore[attr-defined]
    monkeypatch.setattr(same_bits, "_try_arithmetic", numba.njit(fastmath={"contract"})(plain))
    features = str(numba.core.codegen.get_host_cpu_features())
    if "+fma," not in f"{features},":
        pytest.skip("this processor has no fused multiply-add")
    assert "fuses" in str(trouble())


def test_another_byte_order_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "byteorder", "big")
    assert "byte order" in str(trouble())


def test_one_bit_in_one_function_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = same_bits._probe

    def probed(out: Any) -> None:
        honest(out)
        out[7, 5] = np.nextafter(out[7, 5], 1.0)

    monkeypatch.setattr(same_bits, "_probe", probed)
    assert "elementary functions" in str(trouble())


def test_a_model_says_it_once_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "byteorder", "big")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        FollowerModel({"population.users": 50})
        FollowerModel({"population.users": 60})
    assert [warning.category for warning in caught] == [SameBitsWarning]
    assert tells(str(caught[0].message), "history machine")
    assert "byte order" in guarantee()["this_machine"]


@pytest.mark.parametrize(("root", "square", "right"), [(2.0, 4, True), (1.4142135623730951, 2, True)])
def test_a_root_is_judged_exactly(root: float, square: int, right: bool) -> None:
    assert same_bits._is_root(root, square) is right
    assert not same_bits._is_root(float(np.nextafter(root, 3.0)), square)
    assert not same_bits._is_root(float(np.nextafter(root, 0.0)), square)
