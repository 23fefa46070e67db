"""Elementary functions whose bits are the same on every machine.

``math.exp`` and ``np.exp`` leave the last bit to the C library and to the processor: with and without fused
multiply-add, or with wider vectors, they round differently. A history must not depend on that, so the functions here
use nothing but +, -, *, / and sqrt, which IEEE 754 fixes to the last bit, and whole-number arithmetic on a float's
bits.

Each is within 0.8 units in the last place (ulp) of the true value, follows C99 at the edges (zeros, infinities, NaN,
subnormals; no exceptions), takes and returns floats, and can be called from Python and from compiled loops alike.

Sources: P. T. P. Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic",
ACM Trans. Math. Softw. 15 (1989), and "... of the logarithm function ...", 16 (1990); T. J. Dekker, "A floating-point
technique for extending the available precision", Numer. Math. 18 (1971), for sums and products in two parts.
"""

import math
import struct
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simulation.compiling import INTERPRETED, inlined, rule


def _float_bits(typing_context: Any, x: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), codegen


def _bits_float(typing_context: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), codegen


_bits_of: Any = intrinsic(_float_bits)
"""The 64 bits of a float as a signed whole number."""
_from_bits: Any = intrinsic(_bits_float)

if INTERPRETED:

    def _bits_of(x: float) -> int:
        return int(struct.unpack("<q", struct.pack("<d", x))[0])

    def _from_bits(bits: int) -> float:
        return float(struct.unpack("<d", struct.pack("<q", bits))[0])


@rule
def running_mean(mean: float, newest: float, weight: float) -> float:
    """A mean in which older values fade: m + w (x - m), for a newest value x of weight w in [0, 1]."""
    return mean + weight * (newest - mean)


# ---------------------------------------------------------------- tables
# Made by the decimal module, whose ln and exp are correctly rounded on every machine, rather than written out.

_STEPS = 128
"""Parts into which the tables divide a factor of 2 (exp), and the distance from 0 to 1 (log)."""
_FIRST, _LAST = 90, 182
"""The logarithm's table spans _FIRST / _STEPS to _LAST / _STEPS, a little more than sqrt(1/2) to sqrt(2)."""


def _grid(exact: Decimal, bits: int) -> tuple[float, float]:
    """``exact`` as a whole multiple of 2**-bits and a rest, so that sums of few such multiples are exact."""
    high = float(round(exact * 2**bits)) / 2.0**bits
    return high, float(exact - Decimal(high))


def _nearest(exact: Decimal) -> tuple[float, float]:
    """``exact`` as the nearest float and a rest."""
    return float(exact), float(exact - Decimal(float(exact)))


with localcontext() as _context:
    _context.prec = 60
    _LN2 = Decimal(2).ln()
    _PER_STEP = float(_STEPS / _LN2)
    _STEP_HIGH, _STEP_LOW = _grid(_LN2 / _STEPS, 40)
    _LN2_HIGH, _LN2_LOW = _grid(_LN2, 40)
    _powers = [_nearest((_LN2 * i / _STEPS).exp()) for i in range(_STEPS)]
    _logs = [_grid((Decimal(i) / _STEPS).ln(), 40) for i in range(_FIRST, _LAST + 1)]
_POWER = np.array([power for power, _ in _powers]).view(np.int64)
"""Bits of 2**(i / _STEPS)."""
_POWER_REST = np.array([rest / power for power, rest in _powers])
"""What rounding left of them, as a share."""
_LOG_HIGH, _LOG_LOW = np.array(_logs).T.copy()
_INVERSE = np.array([_STEPS / i for i in range(_FIRST, _LAST + 1)])

_SERIES = tuple(1.0 / math.factorial(n) for n in range(19))
"""Reciprocals of factorials; Python's floats, since NumPy's would warn of an overflow where loops are interpreted."""
_SHIFT = 1.5 * 2.0**52
"""Added and taken away again, it rounds a float below 2**51 to a whole number."""
_SPLIT = 2.0**27 + 1.0
_LOWEST_NORMAL = 2.0**-1022
_SQRT_HALF = int(np.array(math.sqrt(0.5)).view(np.int64))
"""Bits of sqrt(1/2)."""
_TWO_PI_HIGH, _TWO_PI_LOW = 6.283185307179586, 2.4492935982947064e-16
"""2 pi in two parts."""


# ---------------------------------------------------------------- in two parts


@rule
def _upper(x: float) -> float:
    """The upper 26 bits of a float, so that products of two such are exact (Veltkamp's splitting)."""
    scaled = x * _SPLIT
    return scaled - (scaled - x)


@rule
def _product(x: float, y: float) -> tuple[float, float]:
    """``x * y`` as rounded, and what rounding left (Dekker)."""
    rounded = x * y
    x_high, y_high = _upper(x), _upper(y)
    x_low, y_low = x - x_high, y - y_high
    return rounded, ((x_high * y_high - rounded) + x_high * y_low + x_low * y_high) + x_low * y_low


@rule
def _exp_parts(x: float, rest: float) -> tuple[int, int, float]:
    """exp(x + rest) as 2**exponent * 2**(i / _STEPS) * (1 + more): exponent, i and more; abs(x) below 800."""
    steps = (x * _PER_STEP + _SHIFT) - _SHIFT
    r = ((x - steps * _STEP_HIGH) - steps * _STEP_LOW) + rest
    whole = int(steps)
    i = whole & (_STEPS - 1)
    square = r * r
    more = (float(_POWER_REST[i]) + r) + (
        square * (_SERIES[2] + r * _SERIES[3]) + square * square * (_SERIES[4] + r * _SERIES[5])
    )
    return whole >> 7, i, more


@rule
def _exp_of(x: float, rest: float) -> float:
    """exp(x + rest), where ``rest`` is what rounding left of x."""
    if not abs(x) < 800.0:
        if x != x:
            return x
        return math.inf if x > 0.0 else 0.0
    exponent, i, more = _exp_parts(x, rest)
    if -1022 < exponent < 1023:
        power = _from_bits(int(_POWER[i]) + (exponent << 52))
        return power + power * more  # type: ignore[no-any-return]
    half = exponent >> 1
    power = _from_bits(int(_POWER[i]) + (half << 52))
    return (power + power * more) * _from_bits((exponent - half + 1023) << 52)  # type: ignore[no-any-return]


@rule
def _log_parts(x: float) -> tuple[float, float]:
    """log(x) in two parts, to some 2**-66 of it; ``x`` positive and finite."""
    exponent = 0
    if x < _LOWEST_NORMAL:
        x *= 2.0**54
        exponent = -54
    bits = _bits_of(x)
    more = (bits - _SQRT_HALF) >> 52
    exponent += more
    z = _from_bits(bits - (more << 52))  # sqrt(1/2) <= z < sqrt(2), and x = 2**exponent * z
    nearest = int(z * _STEPS + 0.5)
    place = nearest - _FIRST
    centre = nearest / _STEPS
    # z = centre * (1 + high + low): the difference and both products below are exact.
    off = z - centre
    high = _upper(off * float(_INVERSE[place]))
    low = (off - high * centre) * float(_INVERSE[place])
    r = high + low
    tail = 1.0 / 6.0 - r * (1.0 / 7.0 - r * (1.0 / 8.0 - r * (1.0 / 9.0)))
    tail = 1.0 / 3.0 - r * (1.0 / 4.0 - r * (1.0 / 5.0 - r * tail))
    # The largest parts first; each sum leaves exactly what its rounding took.
    coarse = exponent * _LN2_HIGH + float(_LOG_HIGH[place])
    first = coarse + high
    left = (coarse - first) + high
    half_square = 0.5 * high * high
    second = first - half_square
    left += (first - second) - half_square
    left += exponent * _LN2_LOW + float(_LOG_LOW[place])
    left += low - low * (high + 0.5 * low) + r * r * r * tail
    whole = second + left
    return whole, (second - whole) + left


# ---------------------------------------------------------------- functions


@inlined
def exp(x: float) -> float:
    """Return e to the power of x.

    >>> exp(1.0), exp(-math.inf)
    (2.718281828459045, 0.0)
    """
    return _exp_of(x, 0.0)


@inlined
def log(x: float) -> float:
    """Natural logarithm: -inf at 0, NaN below.

    >>> log(10.0), log(0.0)
    (2.302585092994046, -inf)
    """
    if not 0.0 < x < math.inf:
        if x == 0.0:
            return -math.inf
        return x if x > 0.0 or x != x else math.nan
    return _log_parts(x)[0]


@inlined
def log1p(x: float) -> float:
    """log(1 + x), precise for small x too: -inf at -1, NaN below.

    >>> log1p(1e-10)
    9.999999999500001e-11
    """
    if not -1.0 < x < math.inf:
        if x == -1.0:
            return -math.inf
        return x if x > 0.0 or x != x else math.nan
    if abs(x) < 2.0**-28:
        return x - 0.5 * x * x
    near = 1.0 + x
    left = x - (near - 1.0) if x < 1.0 else 1.0 - (near - x)
    high, low = _log_parts(near)
    return high + (low + left / near)


@inlined
def tanh(x: float) -> float:
    """Hyperbolic tangent.

    >>> tanh(0.5), tanh(-40.0)
    (0.46211715726000974, -1.0)
    """
    size = abs(x)
    if size < 0.125:
        z = 1.0 * x * x  # in double precision, whatever the loop's x is in
        series = 21844.0 / 6081075.0 + z * (-929569.0 / 638512875.0 + z * (6404582.0 / 10854718875.0))
        series = -17.0 / 315.0 + z * (62.0 / 2835.0 + z * (-1382.0 / 155925.0 + z * series))
        return math.copysign(x + x * z * (-1.0 / 3.0 + z * (2.0 / 15.0 + z * series)), x)  # keeps the sign of -0.0
    if not size < 20.0:
        return x if x != x else math.copysign(1.0, x)
    # (e**2x - 1) / (e**2x + 1), all in two parts
    exponent, i, more = _exp_parts(2.0 * size, 0.0)
    power = _from_bits(int(_POWER[i]) + (exponent << 52))
    small = power * more
    above, below = power - 1.0, power + 1.0
    above_low = ((power - above) - 1.0) + small
    below_low = ((power - below) + 1.0) + small
    quotient = above / below
    product, left = _product(quotient, below)
    found = quotient + (((above - product) - left) + above_low - quotient * below_low) / (below + below_low)
    return math.copysign(found, x)


@inlined
def power(x: float, y: float) -> float:
    """Return x to the power of y; for a negative x, y must be whole, else NaN.

    >>> power(2.0, 0.5), power(-2.0, 3.0), power(0.0, -1.0)
    (1.4142135623730951, -8.0, inf)
    """
    if y == 0.0 or x == 1.0:
        return 1.0
    if y == 1.0:
        return x
    if x != x or y != y:
        return math.nan
    if y == 0.5 and x > 0.0:
        return math.sqrt(x)
    sign = 1.0
    if math.copysign(1.0, x) < 0.0 and abs(y) < 2.0**53:  # from there on every float is even
        whole = int(y)
        if float(whole) != y and -math.inf < x < 0.0:
            return math.nan
        if float(whole) == y and whole % 2 != 0:
            sign = -1.0
    size = abs(x)
    if size == 1.0:
        return sign
    if size == 0.0 or size == math.inf or abs(y) > 2.0**70:
        grows = (size > 1.0) == (y > 0.0)
        return sign * (math.inf if grows else 0.0)
    if abs(y) < 2.0**-70:
        return 1.0
    high, low = _log_parts(size)
    exponent, left = _product(y, high)
    return sign * _exp_of(exponent, left + y * low)


@inlined
def cos_turns(turns: float) -> float:
    """Cosine of an angle given in turns: cos(2 pi turns), for turns in [0, 1].

    >>> cos_turns(0.25), cos_turns(0.5)
    (0.0, -1.0)
    """
    quarter = int(4.0 * turns + 0.5)
    f = turns - 0.25 * quarter  # exact, and at most an eighth
    angle, left = _product(f, _TWO_PI_HIGH)
    left += f * _TWO_PI_LOW
    z = angle * angle
    if quarter % 2 == 0:
        tail = _SERIES[16] - z * _SERIES[18]
        tail = _SERIES[8] - z * (_SERIES[10] - z * (_SERIES[12] - z * (_SERIES[14] - z * tail)))
        tail = z * z * (_SERIES[4] - z * (_SERIES[6] - z * tail))
        half = 0.5 * z
        near = 1.0 - half
        found: float = near + (((1.0 - near) - half) + (tail - angle * left))
        return found if quarter % 4 == 0 else -found
    tail = _SERIES[9] - z * (_SERIES[11] - z * (_SERIES[13] - z * (_SERIES[15] - z * _SERIES[17])))
    tail = z * (_SERIES[5] - z * (_SERIES[7] - z * tail)) - _SERIES[3]
    found = angle + (left * (1.0 - 0.5 * z) + angle * z * tail)
    return 0.0 - found if quarter % 4 == 1 else found  # 0.0 at a quarter, not -0.0
