"""Expected results: what a number should be, how replicates test it, and the verdict on a family of expectations.

This is the one place where the project states "this should come out": experiments expect contrasts of arms, validation
expects published numbers, and both are judged here.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Final, Literal, NamedTuple

import numpy as np

from simulation.analysis.intervals import Interval, t_interval
from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError

FAMILY_ALPHA = 0.05
"""Largest probability that any expectation that is false is called supported, over a whole family."""
FEWEST = 5
"""Replicates below which no verdict is given."""
TOO_SMALL: Final = "quick run: too small to decide"
"""Stands where a verdict would, for fewer replicates or a run that was asked to be quick."""

Verdict = Literal["supported", "contradicted", "undecided", "quick run: too small to decide"]


@dataclass(frozen=True)
class Expectation:
    """The mean of one number over replicates lies between two bounds.

    Attributes
    ----------
    says
        What is expected, one sentence without a full stop.
    name
        Short name of the number, unique in its family.
    low, high
        The bounds; infinite where there is none.
    unit
        What the number counts; empty for a pure number.
    source
        Where the bounds come from.

    Raises
    ------
    ParameterError
        If there is no bound, or the low one is not below the high one.
    """

    says: str
    _: KW_ONLY
    name: str = ""
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not self.low < self.high or (math.isinf(self.low) and math.isinf(self.high)):
            raise ParameterError(
                f"{self.name or self.says!r} needs a bound, and the low one must be below the high one; "
                f"they are {self.low:g} and {self.high:g}"
            )

    def contains(self, value: float) -> bool:
        """Whether a number lies within the bounds, both included; NaN does not."""
        return self.low <= value <= self.high

    def contains_all(self, found: Interval) -> bool:
        """Whether a whole interval lies within the bounds, both included."""
        return self.contains(found.low) and self.contains(found.high)

    def excludes(self, found: Interval) -> bool:
        """Whether a whole interval lies beyond one of the bounds; one without width on a bound does not."""
        if found.low == found.high:
            return found.high < self.low or found.low > self.high
        return found.high <= self.low or found.low >= self.high


class Judgement(NamedTuple):
    """What replicates say about an expectation."""

    expectation: Expectation
    found: Interval
    """Mean over replicates with Student's t interval."""
    deviation: float
    """Standard deviation between replicates."""
    size: int
    """Number of replicates."""
    p: float
    """p-value against the hypothesis that the true mean lies on or beyond a bound."""

    def holds(self, alpha: float) -> bool:
        """Whether the mean lies within the bounds, at this error rate."""
        return self.p < alpha

    def verdict(self, adjusted_p: float | None = None, *, quick: bool = False, alpha: float = FAMILY_ALPHA) -> Verdict:
        """Supported, contradicted or undecided; too small to decide for a quick run or few replicates.

        Supported where the p-value, adjusted for its family, is below ``alpha`` and the interval lies within the
        bounds; contradicted where the interval lies beyond a bound.
        """
        if quick or self.size < FEWEST:
            return TOO_SMALL
        p = self.p if adjusted_p is None else adjusted_p
        if p < alpha and self.expectation.contains_all(self.found):
            return "supported"
        return "contradicted" if self.expectation.excludes(self.found) else "undecided"


def judge(expectation: Expectation, values: FloatArray, confidence: float = 0.95) -> Judgement:
    """Test an expectation on one number per replicate, (n,): a one-sided t-test per bound; the larger p-value counts.

    Two bounds make the two one-sided tests of equivalence (Schuirmann 1987).

    Raises
    ------
    ParameterError
        If there are fewer than two replicates, or a number is not finite.
    """
    if values.ndim != 1 or values.size < 2 or not np.isfinite(values).all():
        raise ParameterError(
            f"{expectation.name or expectation.says}: needs one finite number from each of at least 2 replicates, "
            f"not {values}"
        )
    deviation = float(values.std(ddof=1))
    tails = [_tail(distance, deviation, values.size) for distance in _distances(expectation, float(values.mean()))]
    return Judgement(expectation, t_interval(values, confidence), deviation, values.size, max(tails))


def judge_defined(expectation: Expectation, values: FloatArray, confidence: float = 0.95) -> Judgement:
    """The same for numbers that may be undefined (NaN) in some replicates: those left out, p = 1 where < 2 are left."""
    defined = values[np.isfinite(values)]
    if defined.size < 2:
        return Judgement(expectation, t_interval(defined, confidence), math.nan, defined.size, 1.0)
    return judge(expectation, defined, confidence)


def chance_to_fail(judgement: Judgement, replicates: int, alpha: float) -> float:
    """Largest probability that a test with so many replicates fails, if mean and spread are as estimated.

    By the noncentral t distribution; with two bounds, the sum of both probabilities (Bonferroni).
    """
    from scipy.stats import nct, t

    distances = _distances(judgement.expectation, judgement.found.estimate)
    if judgement.deviation == 0.0:
        return 0.0 if min(distances) > 0.0 else 1.0
    critical, root = float(t.isf(alpha, replicates - 1)), math.sqrt(replicates)
    fails = [float(nct.cdf(critical, replicates - 1, root * distance / judgement.deviation)) for distance in distances]
    return min(1.0, sum(0.0 if math.isnan(chance) else chance for chance in fails))


def holm(p_values: Sequence[float]) -> FloatArray:
    """p-values adjusted for being a family: each may be compared with the family's error rate (Holm 1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)), 1.0)
    return adjusted


def by_name(rows: Iterable[Mapping[str, float]]) -> dict[str, FloatArray]:
    """Numbers by name, (replicates,) each, from one mapping per replicate."""
    listed = list(rows)
    return {name: np.array([row[name] for row in listed], dtype=np.float64) for name in listed[0]}


def _distances(expectation: Expectation, mean: float) -> list[float]:
    """How far inside each bound a mean lies."""
    return [distance for distance in (mean - expectation.low, expectation.high - mean) if math.isfinite(distance)]


def _tail(distance: float, deviation: float, replicates: int) -> float:
    from scipy.stats import t

    if deviation == 0.0:
        return 0.0 if distance > 0.0 else 1.0
    return float(t.sf(distance * math.sqrt(replicates) / deviation, replicates - 1))
