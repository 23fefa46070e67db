"""The elementary functions: how close they are, what they give at the edges, and that their bits never differ."""

import doctest
import math
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import mpmath
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import arithmetic
from simulation.arithmetic import cos_turns, exp, log, log1p, power, tanh
from tests.bits.points import FUNCTIONS, LARGEST, SMALLEST, digest, points, results, with_neighbours

INF, NAN = math.inf, math.nan
TOLERANCE = 0.8
"""In units in the last place; half of one is the least that rounding allows."""
DIGESTS = {
    "exp": "7a64714701eaa0a3",
    "log": "c8b757140be8c024",
    "log1p": "0f5ea757840d9a9c",
    "tanh": "2dd5dc759ddded02",
    "power": "6c8bc529f61bdcbe",
    "cos_turns": "47b8564db776956b",
}
"""The same on every machine; new only where a function is meant to give something else, and with it every history."""


# ---------------------------------------------------------------- how close

TRUE: dict[str, Callable[..., mpmath.mpf]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "log1p": lambda x: mpmath.log(1 + x),  # exact: 1 + x has fewer bits than it is computed with
    "tanh": mpmath.tanh,
    "power": lambda x, y: mpmath.exp(y * mpmath.log(x)),
    "cos_turns": lambda turns: mpmath.cospi(2 * turns),
}
BITS = {"log1p": 1200, "power": 250}
"""Of precision, where 130 would not do."""


def error(found: float, true: mpmath.mpf) -> float:
    """Distance from the true value in units in its last place; an infinity counts as the power of 2 it stands for."""
    if math.isinf(found):
        if mpmath.sign(true) * found > 0 and abs(true) >= mpmath.ldexp(1, 1024):
            return 0.0
        found_exactly = mpmath.sign(found) * mpmath.ldexp(1, 1024)
    else:
        found_exactly = mpmath.mpf(found)
    if not true:
        return 0.0 if found == 0.0 else INF
    _, exponent = mpmath.frexp(true)
    return float(abs(found_exactly - true) / mpmath.ldexp(1, min(max(exponent - 53, -1074), 971)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_close_to_the_true_value(name: str) -> None:
    arguments = [part.tolist() for part in points(name)]
    worst, where = 0.0, None
    with mpmath.workprec(BITS.get(name, 130)):
        for value, at in zip(results(name), zip(*arguments, strict=True), strict=True):
            exactly = [mpmath.mpf(number) for number in at]
            if name == "power" and at[0] < 0.0:
                exactly[0], value = -exactly[0], value if at[1] % 2 == 0 else -value
            off = error(value, TRUE[name](*exactly))
            if off > worst:
                worst, where = off, at
    assert worst < TOLERANCE, f"{worst} ulp at {where}"


SMOOTH: dict[str, tuple[Callable[[float], float], list[float]]] = {
    "exp": (exp, [1e-9, 0.5, 1.0, 0.0027076061740622863, 20.1, 709.7, -0.3, -40.0, -708.4, -744.0]),
    "log": (log, [1e-310, 1e-9, 0.5, 0.70703125, 0.99609375, 1.0, 1.00390625, 1.4140625, 2.0, 1e300]),
    "log1p": (log1p, [-0.99, -0.2929, 2.0**-28, -(2.0**-28), 0.00390625, 1e-9, 0.41421, 1.0, 1e10]),
    "tanh": (tanh, [1e-300, 0.01, 0.125, 0.13, 0.5, 2.0, 19.0, 20.0, -0.125]),
    "power": (lambda x: power(x, 1.7), [1e-200, 0.3, 1.0, 2.0, 1e100]),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_never_falls_from_one_float_to_the_next(name: str) -> None:
    function, centres = SMOOTH[name]
    for centre in centres:
        near = sorted(with_neighbours(centre, 600).tolist())
        found = [function(x) for x in near]
        assert found == sorted(found), f"near {centre}"


# ---------------------------------------------------------------- edges

EDGES: list[tuple[Callable[..., float], tuple[float, ...], float]] = [
    *[(exp, (x,), y) for x, y in [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (NAN, NAN), (SMALLEST, 1.0)]],
    *[(exp, (x,), y) for x, y in [(709.782712893384, 1.7976931348622732e308), (709.7827128933841, INF), (1e308, INF)]],
    *[(exp, (x,), y) for x, y in [(-745.1332191019411, SMALLEST), (-745.1332191019412, 0.0), (-1e308, 0.0)]],
    *[(log, (x,), y) for x, y in [(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN)]],
    *[(log, (x,), y) for x, y in [(-1.0, NAN), (-SMALLEST, NAN), (SMALLEST, -744.4400719213812)]],
    *[(log1p, (x,), y) for x, y in [(0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN)]],
    *[(log1p, (x,), y) for x, y in [(-1.0000000000000002, NAN), (SMALLEST, SMALLEST), (-SMALLEST, -SMALLEST)]],
    *[(tanh, (x,), y) for x, y in [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN), (1e308, 1.0)]],
    *[(tanh, (x,), x) for x in (SMALLEST, -SMALLEST, 1e-308, -1e-308, 1e-9)],
    *[(cos_turns, (x,), y) for x, y in [(0.0, 1.0), (0.25, 0.0), (0.5, -1.0), (0.75, 0.0), (1.0, 1.0), (-0.0, 1.0)]],
    # power, in the order of C99, annex F.9.4.4
    *[(power, (0.0, y), INF) for y in (-1.0, -3.0, -2.0, -0.5, -1e300, -INF)],
    *[(power, (-0.0, y), -INF) for y in (-1.0, -3.0, -(2.0**53) + 1.0)],
    *[(power, (-0.0, y), INF) for y in (-2.0, -0.5, -(2.0**53), -1e300, -INF)],
    *[(power, (0.0, y), 0.0) for y in (1.0, 3.0, 2.0, 0.5, 1e300, INF)],
    *[(power, (-0.0, y), -0.0) for y in (1.0, 3.0, 2.0**53 - 1.0)],
    *[(power, (-0.0, y), 0.0) for y in (2.0, 0.5, 2.0**53, 1e300, INF)],
    *[(power, (-1.0, y), 1.0) for y in (INF, -INF, 2.0, -2.0, 2.0**53, 1e300)],
    *[(power, (-1.0, y), -1.0) for y in (1.0, -1.0, 3.0, 2.0**52 + 1.0, 2.0**53 - 1.0)],
    *[(power, (1.0, y), 1.0) for y in (0.0, 3.0, -0.5, INF, -INF, NAN)],
    *[(power, (x, y), 1.0) for x in (0.0, -0.0, 3.0, -3.0, INF, -INF, NAN) for y in (0.0, -0.0)],
    *[(power, (x, y), NAN) for x in (-2.0, -SMALLEST, -LARGEST) for y in (0.5, -0.5, 1.5, 1e-300)],
    *[(power, (x, y), INF) for x, y in [(0.5, -INF), (-0.5, -INF), (2.0, INF), (-2.0, INF), (INF, INF), (-INF, INF)]],
    *[(power, (x, y), 0.0) for x, y in [(0.5, INF), (-0.5, INF), (2.0, -INF), (-2.0, -INF), (INF, -INF)]],
    *[(power, (-INF, y), z) for y, z in [(-1.0, -0.0), (-2.0, 0.0), (-0.5, 0.0), (3.0, -INF), (2.0, INF), (0.5, INF)]],
    *[(power, (INF, y), z) for y, z in [(-1.0, 0.0), (-0.5, 0.0), (3.0, INF), (1e-300, INF)]],
    *[(power, (x, y), NAN) for x, y in [(NAN, 1.0), (NAN, 0.5), (NAN, INF), (0.0, NAN), (-1.0, NAN), (INF, NAN)]],
    # power, where the result is a float
    *[(power, (2.0, float(n)), math.ldexp(1.0, n)) for n in (-1074, -1073, -1023, -1022, -1, 1, 2, 53, 1023)],
    *[(power, (0.5, float(n)), math.ldexp(1.0, -n)) for n in (-1023, -2, 2, 1022, 1023, 1074)],
    *[(power, (3.0, 2.0), 9.0), (power, (10.0, 22.0), 1e22), (power, (-7.0, 3.0), -343.0), (power, (1e4, 0.25), 10.0)],
    *[(power, (2.0, 1024.0), INF), (power, (-2.0, 1025.0), -INF), (power, (2.0, -1076.0), 0.0)],
    *[(power, (-2.0, -1077.0), -0.0), (power, (SMALLEST, -1.0), INF), (power, (SMALLEST, 1.0), SMALLEST)],
    *[(power, (1.0000000000000002, 1e300), INF), (power, (0.9999999999999999, 1e300), 0.0)],
    *[(power, (LARGEST, 1e-300), 1.0), (power, (SMALLEST, -1e-300), 1.0), (power, (-3.0, 1e300), INF)],
]


@pytest.mark.parametrize(("function", "arguments", "expected"), EDGES)
def test_edges(function: Callable[..., float], arguments: tuple[float, ...], expected: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = function(*arguments)
    assert type(found) is float
    # As text, 0.0 differs from -0.0, and NaN is as good as another.
    assert repr(found) == repr(expected)


@settings(deadline=None)
@given(st.floats(0.0))
def test_tanh_is_odd(x: float) -> None:
    assert repr(tanh(-x)) == repr(-tanh(x))


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(1, 60), st.integers(-8, 8))
def test_whole_powers_that_are_floats_are_exact(base: int, exponent: int, places: int) -> None:
    while abs(base) ** exponent >= 2**53:
        base = int(base / 2)
    # Moving the binary point of the base by some places moves that of the power by ``exponent`` times as many.
    assert power(math.ldexp(base, places), exponent) == math.ldexp(base**exponent, places * exponent)


@settings(deadline=None)
@given(st.integers(1, 2**26 - 1), st.integers(-100, 100))
def test_square_roots_that_are_floats_are_exact(root: int, places: int) -> None:
    assert power(math.ldexp(root * root, 2 * places), 0.5) == math.ldexp(root, places)


# ---------------------------------------------------------------- bits


def in_a_loop(name: str) -> np.ndarray:
    """What a function gives inside a compiled loop."""
    function, arguments = FUNCTIONS[name], points(name)
    out = np.empty(arguments[0].size)
    if name == "power":

        @numba.njit
        def each_pair(x, y, out):
            for n in range(out.size):
                out[n] = function(x[n], y[n])

        each_pair(*arguments, out)
    else:

        @numba.njit
        def each(x, out):
            for n in range(out.size):
                out[n] = function(x[n])

        each(*arguments, out)
    return out


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_same_bits_from_python_and_in_compiled_loops_on_every_machine(name: str) -> None:
    called = results(name)
    assert {type(value) for value in called} == {float}
    assert {"called": digest(called), "in a loop": digest(in_a_loop(name))} == {
        "called": DIGESTS[name],
        "in a loop": DIGESTS[name],
    }


def test_the_same_bits_where_loops_are_interpreted() -> None:
    program = "from tests.bits.points import *; print({name: digest(results(name)) for name in FUNCTIONS})"
    interpreted = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", program],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert interpreted.returncode == 0, interpreted.stderr
    assert interpreted.stdout.strip() == str(DIGESTS)


@pytest.mark.parametrize("kind", [int, bool, np.int64, np.int32, np.uint8, np.float32, np.float64])
def test_other_kinds_of_numbers(kind: type) -> None:
    one_argument = [function for function in FUNCTIONS.values() if function is not power]
    for value in (kind(1), kind(0.1)):
        for function in one_argument:
            assert repr(function(value)) == repr(function(float(value)))
        assert power(value, kind(1)) == float(value)


def test_other_kinds_of_numbers_in_compiled_loops() -> None:
    @numba.njit
    def all_of_them(x):
        return exp(x), log(x), log1p(x), tanh(x), power(x, x), cos_turns(x)

    for value in (1, np.float32(0.1), np.float32(0.7)):
        assert all_of_them(value) == all_of_them(float(value))
    assert all_of_them(0.1) == (exp(0.1), log(0.1), log1p(0.1), tanh(0.1), power(0.1, 0.1), cos_turns(0.1))


def test_examples() -> None:
    tried = doctest.testmod(arithmetic)
    assert tried.attempted >= len(FUNCTIONS)
    assert tried.failed == 0
