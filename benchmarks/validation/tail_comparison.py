"""Which law the tail of a distribution looks most like: likelihood ratios of a power law against its rivals.

The ratio is that of Vuong (1989), as Clauset, Shalizi and Newman (2009) use it: the sum of differences of
log-likelihoods over the tail, in units of its standard deviation. Its sign says which law is nearer to the data, its
p-value whether the sign may be chance. The package ``powerlaw`` (Alstott, Bullmore and Plenz 2014) computes it, but for
rivals whose limit is a power law (``tail_laws``).

Fits are biased at tails of some hundred creators, and the cutoff is chosen to suit the power law: what can be compared
between a model and data are verdicts found in the same way, not laws.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.validation.tail_laws import fitted
from simulation.analysis.tails import NO_FIT, PowerLawFit, fit_power_law, fit_tail

RIVALS = ("lognormal", "exponential", "stretched_exponential", "truncated_power_law")
"""Laws that a power law is compared with, by their names in ``powerlaw``."""
OUR_FITS = frozenset({"lognormal", "stretched_exponential"})
"""Rivals that ``powerlaw`` 2.0 does not fit reliably near their limit, which is a power law: fitted in `tail_laws`."""
UNDECIDED_ABOVE = 0.1
"""p-value above which the sign of a ratio is not trusted (Clauset, Shalizi and Newman 2009)."""


@dataclass(frozen=True)
class TailComparison:
    """A power law against one rival.

    ``ratio`` is positive where the power law is nearer to the data, in standard deviations; a truncated power law
    contains the plain one, so there it is at most 0, and ``p`` is that of a likelihood ratio test of nested laws.
    """

    rival: str
    ratio: float
    p: float

    @property
    def verdict(self) -> str:
        """``power_law``, the rival, or ``undecided``."""
        if not self.p <= UNDECIDED_ABOVE:
            return "undecided"
        return "power_law" if self.ratio > 0 else self.rival


def compare_tail(
    values: ArrayLike, minimum: float | None = None, rivals: tuple[str, ...] = RIVALS
) -> tuple[PowerLawFit, tuple[TailComparison, ...]]:
    """A power law fitted to the tail of counts, and how its rivals do on the same tail.

    Args:
        values: (n,), whole numbers such as followers; zeros are no part of a tail.
        minimum: where the tail begins; None chooses it as `fit_power_law` does.
        rivals: laws to compare with.

    Returns:
        The fit, and one comparison a rival, in order; none of them where there is no tail.
    """
    import powerlaw

    fit = fit_power_law(values) if minimum is None else fit_tail(values, minimum)
    if fit == NO_FIT:
        return fit, ()
    x = np.asarray(values, dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits at the edge of what a law's parameters may be
        tail = powerlaw.Fit(x[x >= fit.minimum], discrete=True, xmin=fit.minimum, verbose=0)
        found = []
        for rival in rivals:
            if rival in OUR_FITS:
                found.append(_against(rival, x[x >= fit.minimum], fit))
                continue
            ratio, p = tail.distribution_compare("power_law", rival, normalized_ratio=True)
            found.append(TailComparison(rival, float(ratio), float(p)))
    return fit, tuple(found)


def _against(rival: str, tail: np.ndarray, fit: PowerLawFit) -> TailComparison:
    """Vuong's ratio with a rival that is fitted here."""
    from scipy.stats import norm

    ours, theirs = (fitted(name, tail, fit.minimum, fit.exponent) for name in ("power_law", rival))
    difference = ours - theirs
    spread = float(difference.std())
    ratio = float(difference.sum()) / (spread * np.sqrt(tail.size)) if spread > 0 else 0.0
    return TailComparison(rival, float(ratio), float(2.0 * norm.sf(abs(ratio))))
