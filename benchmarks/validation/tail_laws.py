"""Laws whose limits are power laws, fitted to a tail of whole numbers in a form that stays exact near those limits.

A lognormal with a mean far below the tail, and a stretched exponential with a small exponent, come as near to a power
law as one likes. A fit that loses its digits on the way there makes them look worse than a power law, which they cannot
be by more than a little.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.tables import FloatArray

Law = Callable[[FloatArray, FloatArray, float, FloatArray], FloatArray]
"""Log-probabilities of whole numbers between (below, above), given that they are above a start, by parameters."""


def _power_law(below: FloatArray, above: FloatArray, start: float, p: FloatArray) -> FloatArray:
    """Survival (x / start)^-exp(p)."""
    slope = np.exp(p[0])
    return _between(-slope * np.log(below / start), -slope * np.log(above / start))


def _lognormal(below: FloatArray, above: FloatArray, start: float, p: FloatArray) -> FloatArray:
    from scipy.special import log_ndtr

    def survives(x: FloatArray | float) -> FloatArray:
        return np.asarray(log_ndtr((p[0] - np.log(x)) / np.exp(p[1])))

    return _between(survives(below) - survives(start), survives(above) - survives(start))


def _stretched(below: FloatArray, above: FloatArray, start: float, p: FloatArray) -> FloatArray:
    """Survival exp(-c ((x / start)^b - 1)), c and b by their logarithms."""
    scale, power = np.exp(p[0]), np.exp(p[1])

    def survives(x: FloatArray) -> FloatArray:
        return np.asarray(-scale * np.expm1(power * np.log(x / start)))

    return _between(survives(below), survives(above))


def _between(log_more: FloatArray, log_less: FloatArray) -> FloatArray:
    """Logarithm of the difference of two probabilities of survival."""
    gap = np.minimum(log_less - log_more, -1e-300)
    return np.asarray(log_more + np.log(-np.expm1(gap)))


def fitted(name: str, values: ArrayLike, minimum: float, exponent: float) -> FloatArray:
    """Log-probabilities of ``values`` (n,) under a law of highest likelihood.

    ``name`` is ``power_law``, ``lognormal`` or ``stretched_exponential``. Whole numbers are rounded from the continuous
    law, for all three alike, so that limits agree. The search begins at several points, among them such as lie near the
    power law of ``exponent``.
    """
    from scipy.optimize import minimize

    distinct, place, counts = np.unique(np.asarray(values, np.float64), return_inverse=True, return_counts=True)
    below, above, start, slope = distinct - 0.5, distinct + 0.5, minimum - 0.5, exponent - 1.0
    law = LAWS[name]
    begins = {
        "power_law": [[np.log(slope)]],
        "lognormal": [[np.log(start) - slope * s * s, np.log(s)] for s in (0.5, 1.5, 4.0, 12.0)],
        "stretched_exponential": [[np.log(slope / b), np.log(b)] for b in (1.0, 0.3, 0.05, 0.005)],
    }

    def cost(p: FloatArray) -> float:
        with np.errstate(all="ignore"):
            total = -float(counts @ law(below, above, start, p))
        return total if np.isfinite(total) else 1e300

    found = [minimize(cost, np.array(begin), method="Nelder-Mead") for begin in begins[name]]
    best = min(found, key=lambda one: float(one.fun))
    return law(below, above, start, best.x)[place]


LAWS: dict[str, Law] = {"power_law": _power_law, "lognormal": _lognormal, "stretched_exponential": _stretched}
