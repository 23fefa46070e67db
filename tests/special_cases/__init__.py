"""Special cases whose outcome theory gives exactly, in both engines: the targets of ``benchmarks.validation.exact``.

Error rates. Every target is run in its quick form, with fixed seeds; all fits of all targets are one family, of which
a right model fails any with probability .01 at most: here each fit fails below .01 / 100 (Bonferroni; there are fewer
than 100). The same bound is used the other way round: a wrong law counts as noticed only where it would be over all.
"""

from collections.abc import Iterable

from benchmarks.validation.target import FAMILY_ALPHA, Fit

FITS = 100
"""More than there are in all targets together; :mod:`test_targets` counts them."""


def refused(fits: Iterable[Fit]) -> list[Fit]:
    """Fits whose law is refused, allowing for all the others of a run."""
    return [fit for fit in fits if fit.p < FAMILY_ALPHA / FITS]
