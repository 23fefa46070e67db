"""Functions and sums over arrays: those of single numbers, one after the other, whatever an array looks like."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from simulation import vector_loops
from simulation.arithmetic import exp, log, log1p, power
from simulation.vectors import (
    column_sums,
    deviation,
    dot,
    exp_of,
    log1p_of,
    log_of,
    mean,
    power_of,
    products,
    row_sums,
    total,
    unit_rows,
)
from tests.told import raises

FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[float], float]]] = {
    "exp": (exp_of, exp),
    "log": (log_of, log),
    "log1p": (log1p_of, log1p),
}
"""Each function of arrays and of a single number."""
SUMS: dict[str, Callable[[Any], Any]] = {
    "total": total,
    "mean": mean,
    "deviation": deviation,
    "dot": lambda values: dot(values, values),
}
ANY = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)
MODEST = st.floats(-1e100, 1e100)
ARRAYS = arrays(np.float64, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5), elements=ANY)
TABLES = arrays(np.float64, st.tuples(st.integers(0, 6), st.integers(0, 6)), elements=MODEST)
ORDERED = np.array([1e16, 1.0, 1.0, -1e16, 1.0, 1.0, 0.1, 0.2, 0.3])
"""Numbers whose sum goes by their order: from the first to the last each 1 beside 1e16 is lost."""


def in_turn(values: Any) -> float:
    """Sum from the first number to the last, by Python."""
    found = 0.0
    for value in np.ravel(values).tolist():
        found += value
    return found


def same_bits(left: Any, right: Any) -> bool:
    """Zeros of equal sign too; NaN equals NaN."""
    one, other = np.asarray(left), np.asarray(right)
    equal = np.array_equal(one, other, equal_nan=True)
    here, there = (x[~np.isnan(x)] if x.ndim else x for x in (one, other))
    return one.dtype == other.dtype == np.float64 and equal and np.array_equal(np.signbit(here), np.signbit(there))


def disguises(values: Any) -> dict[str, Any]:
    """One array as it may be handed over: with gaps, backwards in memory, not to be written to, ..."""
    gaps = np.full([2 * side for side in values.shape], 7.0)
    gapped = gaps[tuple(slice(None, None, 2) for _ in values.shape)]
    gapped[...] = values
    backwards = np.ascontiguousarray(np.flip(values))
    fixed = values.copy()
    fixed.flags.writeable = False
    return {
        "list": values.tolist(),
        "gaps": gapped,
        "backwards": np.flip(backwards),
        "columns first": np.asfortranarray(values),
        "read-only": fixed,
        "other byte order": values.astype(values.dtype.newbyteorder()),
        "no view": values.astype(object),
    }


# --- element by element -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=100, deadline=None)
@given(values=ARRAYS)
def test_functions_are_those_of_single_numbers(name: str, values: Any) -> None:
    of_arrays, of_one = FUNCTIONS[name]
    found = of_arrays(values)
    assert isinstance(found, np.ndarray) and found.shape == values.shape
    assert same_bits(found, np.array([of_one(x) for x in np.ravel(values).tolist()]).reshape(values.shape))


@settings(max_examples=200, deadline=None)
@given(arrays(np.float64, (3, 1, 2), elements=ANY), arrays(np.float64, (4, 1), elements=ANY))
def test_powers_are_those_of_single_numbers_broadcast(base: Any, exponent: Any) -> None:
    found = power_of(base, exponent)
    assert found.shape == (3, 4, 2)
    expected = [[[power(base[i, 0, k], exponent[j, 0]) for k in range(2)] for j in range(4)] for i in range(3)]
    assert same_bits(found, expected)


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (2.0, 3.0, 8.0),
        ([1, 4, 9], 0.5, [1.0, 2.0, 3.0]),
        (2, [[0], [1], [2]], [[1.0], [2.0], [4.0]]),
        ([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0], [[1.0, 4.0], [3.0, 16.0]]),
        ([], 2.0, []),
        (np.ones((0, 3)), np.ones(3), np.ones((0, 3))),
    ],
)
def test_powers_of_small_arrays(base: Any, exponent: Any, expected: Any) -> None:
    found = power_of(base, exponent)
    assert found.shape == np.shape(expected)
    assert found.tolist() == np.asarray(expected).tolist()


def test_powers_of_shapes_that_do_not_fit_are_refused() -> None:
    with raises(ValueError, "broadcast"):
        power_of(np.ones(3), np.ones(4))


def test_arrays_reach_numba_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy warns where flags of broadcast arrays are read, which numba does at the first call in a process."""
    flags: list[bool] = []
    monkeypatch.setattr(vector_loops, "power_each", lambda *parts: flags.extend(part.flags.writeable for part in parts))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        power_of(np.ones(1), 0.5)
        power_of(2.0, np.ones((1, 1)))
    assert flags == [True] * 6


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 4)])
def test_what_an_array_looks_like_changes_no_function(name: str, shape: tuple[int, ...]) -> None:
    of_arrays, _ = FUNCTIONS[name]
    values = np.random.default_rng(1).random(shape) + 0.5
    expected, before = of_arrays(values), values.copy()
    for way, same in disguises(values).items():
        assert same_bits(of_arrays(same), expected), way
        assert same_bits(power_of(same, 1.5), power_of(values, 1.5)), way
        assert same_bits(power_of(1.5, same), power_of(1.5, values)), way
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint64, np.float32, np.bool_])
def test_whole_and_short_numbers_are_taken_as_floats(kind: Any) -> None:
    values = np.array([0, 1, 1, 0, 1]).astype(kind)
    floats = values.astype(np.float64)
    for of_arrays, _ in FUNCTIONS.values():
        assert same_bits(of_arrays(values), of_arrays(floats))
    assert same_bits(power_of(values, values), power_of(floats, floats))
    for summed in SUMS.values():
        assert summed(values) == summed(floats)
    table = np.stack([values, values])
    assert same_bits(row_sums(table), [3.0, 3.0]) and same_bits(column_sums(table), 2.0 * floats)
    assert same_bits(products(table, values), [3.0, 3.0])


def test_results_are_new_arrays() -> None:
    values, table = np.ones(3), np.ones((2, 3))
    for found in (exp_of(values), power_of(values, 1.0), power_of(1.0, values)):
        found[:] = 9.0
    for rows in (row_sums(table), column_sums(table), products(table, values)):
        rows[:] = 9.0
    unit_rows(table)[:] = 9.0
    assert values.tolist() == [1.0] * 3 and table.tolist() == [[1.0] * 3] * 2


# --- sums ---------------------------------------------------------------------------------------------------------


def test_sums_run_from_the_first_number_to_the_last() -> None:
    assert total(ORDERED) == in_turn(ORDERED) == 2.6
    assert total(ORDERED[::-1]) == in_turn(ORDERED[::-1]) != total(ORDERED)
    assert mean(ORDERED) == 2.6 / 9
    assert dot(ORDERED, np.ones(9)) == dot(np.ones(9), ORDERED) == 2.6
    assert products(np.stack([ORDERED, ORDERED[::-1]]), np.ones(9)).tolist() == [2.6, in_turn(ORDERED[::-1])]
    assert row_sums(np.stack([ORDERED, ORDERED[::-1]])).tolist() == [2.6, in_turn(ORDERED[::-1])]
    assert column_sums(np.stack([ORDERED, ORDERED[::-1]], axis=1)).tolist() == [2.6, in_turn(ORDERED[::-1])]


def test_sums_of_many_numbers_are_not_those_of_numpy() -> None:
    """NumPy sums in blocks, and pairs of blocks: the bits differ, which is why these functions exist."""
    values = np.random.default_rng(3).random(100_000)
    assert total(values) == in_turn(values)
    assert total(values) != values.sum()
    assert total(values) == pytest.approx(math.fsum(values), rel=1e-12)
    table = values.reshape(100, 1000)
    assert row_sums(table).tolist() == [in_turn(row) for row in table]
    assert column_sums(table).tolist() == [in_turn(column) for column in table.T]
    assert products(table, values[:1000]).tolist() == [in_turn(row * values[:1000]) for row in table]


@settings(max_examples=200, deadline=None)
@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6), elements=MODEST))
def test_totals_and_dot_products_are_sums_in_turn(values: Any) -> None:
    assert total(values) == in_turn(values)
    assert dot(values, 3.0 * values) == in_turn(values * (3.0 * values))
    assert type(total(values)) is type(mean(values)) is type(deviation(values)) is float
    if values.size:
        assert mean(values) == in_turn(values) / values.size


@settings(max_examples=200, deadline=None)
@given(TABLES)
def test_sums_of_tables_are_sums_in_turn(table: Any) -> None:
    rows, columns = table.shape
    vector = np.linspace(-1.0, 2.0, columns)
    assert same_bits(row_sums(table), [in_turn(row) for row in table] if rows else np.empty(0))
    assert same_bits(column_sums(table), [in_turn(column) for column in table.T] if columns else np.empty(0))
    assert same_bits(products(table, vector), [in_turn(row * vector) for row in table] if rows else np.empty(0))


def test_what_an_array_looks_like_changes_no_sum() -> None:
    table = np.random.default_rng(4).normal(size=(17, 9))
    vector = table[0].copy()
    for way, same in disguises(table).items():
        for name, summed in SUMS.items():
            assert summed(same) == summed(table), (way, name)
        assert same_bits(row_sums(same), row_sums(table)), way
        assert same_bits(column_sums(same), column_sums(table)), way
        assert same_bits(products(same, vector), products(table, vector)), way
    for way, same in disguises(vector).items():
        assert same_bits(products(table, same), products(table, vector)), way


def test_infinities_and_nans_are_summed_as_any_number() -> None:
    assert total([1.0, math.inf, 2.0]) == math.inf
    assert math.isnan(total([math.inf, -math.inf]))
    assert math.isnan(mean([1.0, math.nan]))
    found = row_sums([[1.0, math.inf], [1.0, math.nan], [1.0, 2.0]])
    assert same_bits(found, [math.inf, math.nan, 3.0])


@pytest.mark.parametrize("size", [2, 4])
def test_rows_are_weighted_by_as_many_numbers_as_they_have(size: int) -> None:
    """A compiled loop would read beyond the end, and give what stands there."""
    with raises(ValueError, "rows"):
        products(np.ones((2, 3)), np.ones(size))


def test_sums_of_nothing() -> None:
    assert total([]) == dot([], []) == 0.0
    assert math.isnan(mean([])) and math.isnan(deviation([]))
    assert row_sums(np.empty((3, 0))).tolist() == [0.0] * 3
    assert row_sums(np.empty((0, 3))).shape == (0,)
    assert column_sums(np.empty((0, 3))).tolist() == [0.0] * 3
    assert products(np.empty((0, 3)), np.ones(3)).shape == (0,)
    assert unit_rows(np.empty((0, 3))).shape == (0, 3)


# --- mean and deviation -------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-(2**40), 2**40), min_size=2, max_size=40))
def test_deviation_is_that_of_the_statistics_module(parts: list[int]) -> None:
    values = [part / 2**20 for part in parts]
    # The mean's rounding, at most size / 2**53 of the largest number, moves a deviation by no more than itself.
    room = 2.0 * len(values) * 2.0**-53 * max(map(abs, values))
    assert mean(values) == pytest.approx(statistics.fmean(values), rel=1e-14, abs=room)
    assert deviation(values) == pytest.approx(statistics.pstdev(values), rel=1e-14, abs=room)
    assert deviation(values, ddof=1) == pytest.approx(statistics.stdev(values), rel=1e-14, abs=2.0 * room)


def test_deviation_of_known_numbers() -> None:
    assert deviation([2, 4, 4, 4, 5, 5, 7, 9]) == 2.0
    assert deviation([1.0, 3.0], ddof=1) == math.sqrt(2.0)
    assert deviation([3.0] * 7) == deviation([5.0]) == 0.0
    assert deviation(np.array([[2, 4, 4, 4], [5, 5, 7, 9]])) == 2.0
    assert deviation(1e9 + np.array([0.0, 2.0])) == 1.0


@pytest.mark.parametrize(("values", "ddof"), [([], 0), ([], 1), ([1.0], 1), ([1.0, 2.0], 2), ([1.0, 2.0], 3)])
def test_deviation_of_too_few_is_undefined(values: list[float], ddof: int) -> None:
    assert math.isnan(deviation(values, ddof))


# --- unit rows ----------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(0.01, 1e6)))
def test_unit_rows_have_length_one_and_keep_their_direction(rows: Any) -> None:
    signs = np.where(np.arange(rows.size).reshape(rows.shape) % 3 == 0, -1.0, 1.0)
    found = unit_rows(signs * rows)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, rtol=0.0, atol=1e-15 * rows.shape[1])
    lengths = [math.sqrt(in_turn(row * row)) for row in rows]
    assert same_bits(found, signs * rows / np.array(lengths)[:, None])


def test_unit_rows_of_known_numbers() -> None:
    assert unit_rows(np.array([[3.0, -4.0], [0.0, 0.5]])).tolist() == [[0.6, -0.8], [0.0, 1.0]]


# --- the same bits everywhere -------------------------------------------------------------------------------------


def bits() -> list[str]:
    """What every function makes of some numbers, to the last bit."""
    values = (np.arange(1.0, 41.0) * 0.7137) ** 3 / 17.0
    table = values.reshape(8, 5)
    found = (
        exp_of(values[:20] / 9.0),
        log_of(values),
        log1p_of(values),
        power_of(table, [0.5, -1.5, 0.1, 2.0, 1.0 / 3.0]),
        row_sums(table),
        column_sums(table),
        products(table, values[:5]),
        unit_rows(table),
    )
    numbers = [total(values), mean(values), deviation(values), deviation(values, 1), dot(values, values[::-1])]
    return [float(x).hex() for array in found for x in array.flat] + [x.hex() for x in numbers]


def test_interpreted_loops_have_the_same_bits() -> None:
    interpreted = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "from tests.test_vectors import bits; print(*bits())"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert interpreted.split() == bits()
