"""Claims: what must come out of a change, and whether enough seeds say that it does, at a stated error rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.intervals import Interval, t_interval
from simulation.errors import ParameterError

Floats = NDArray[np.float64]
Setting = Mapping[str, object]
"""Parameters by dotted name that differ from the defaults."""
Measure = Callable[[int, Setting], Mapping[str, float]]
"""Of a seed and a setting: one number for each claim, by its name."""

FAMILY_ALPHA = 0.05
"""How likely at most it is that any claim that does not hold passes, over all claims together."""


@dataclass(frozen=True)
class Claim:
    """The mean over seeds of one number lies between two bounds.

    Attributes
    ----------
    name, says, unit
        What the measure calls it, what is claimed in one sentence, and what the number counts.
    low, high
        The bounds, both excluded; infinite where there is none.
    source
        Whence the bounds are.
    """

    name: str
    says: str
    unit: str
    low: float = -math.inf
    high: float = math.inf
    source: str = ""

    def __post_init__(self) -> None:
        if not self.low < self.high or (math.isinf(self.low) and math.isinf(self.high)):
            raise ParameterError(f"claim {self.name!r} needs a bound, and the low one must be below the high one")


@dataclass(frozen=True)
class Direction:
    """Claims about one change, and how they are measured.

    Attributes
    ----------
    name, about
        What the direction is called, and what is lived to measure it.
    measure
        Gives one number a claim for a seed; a function at the top level of a module, so that other processes find it.
    claims
        What must come out.
    users, seeds
        Size of the worlds, and how many seeds a test takes.
    """

    name: str
    about: str
    measure: Measure
    claims: tuple[Claim, ...]
    users: int
    seeds: int

    def measured(self, seed: int, setting: Setting | None = None) -> dict[str, float]:
        """What one seed gives; ``setting`` comes on top of the direction's own size."""
        return dict(self.measure(seed, {"population.users": self.users, **(setting or {})}))


class Verdict(NamedTuple):
    """What seeds say about a claim."""

    claim: Claim
    found: Interval
    """Mean over seeds with Student's t interval."""
    deviation: float
    """Standard deviation between seeds."""
    p: float
    """How likely at most data so far inside the bounds are, where the true mean lies on one of them or beyond."""

    def holds(self, alpha: float) -> bool:
        """Whether the mean lies within the bounds, at this error rate."""
        return self.p < alpha


def table(rows: Iterable[Mapping[str, float]]) -> dict[str, Floats]:
    """Numbers by claim, (seeds,) each, from one mapping a seed."""
    listed = list(rows)
    return {name: np.array([row[name] for row in listed], dtype=np.float64) for name in listed[0]}


def judge(claim: Claim, values: Floats, confidence: float = 0.95) -> Verdict:
    """Test a claim on one number a seed, (n,): a one-sided t-test for each bound, of which the worse p-value counts.

    Where there are two bounds these are the two one-sided tests of equivalence (Schuirmann 1987).

    Raises
    ------
    ParameterError
        If there are fewer than two seeds, or a number is not finite.
    """
    if values.ndim != 1 or values.size < 2 or not np.isfinite(values).all():
        raise ParameterError(f"{claim.name}: needs one finite number from each of at least 2 seeds, not {values}")
    deviation = float(values.std(ddof=1))
    tails = [_tail(distance, deviation, values.size) for distance in _distances(claim, float(values.mean()))]
    return Verdict(claim, t_interval(values, confidence), deviation, max(tails))


def chance_to_fail(verdict: Verdict, seeds: int, alpha: float) -> float:
    """How likely at most a test with so many seeds fails, if mean and spread are what was found.

    By the noncentral t distribution; where there are two bounds, the sum of both chances (Bonferroni).
    """
    from scipy.stats import nct, t

    distances = _distances(verdict.claim, verdict.found.estimate)
    if verdict.deviation == 0.0:
        return 0.0 if min(distances) > 0.0 else 1.0
    critical, root = float(t.isf(alpha, seeds - 1)), math.sqrt(seeds)
    fails = [float(nct.cdf(critical, seeds - 1, root * distance / verdict.deviation)) for distance in distances]
    return min(1.0, sum(0.0 if math.isnan(chance) else chance for chance in fails))


def holm(p_values: Sequence[float]) -> Floats:
    """p-values adjusted for being a family: each may be compared with the family's error rate (Holm 1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)), 1.0)
    return adjusted


def _distances(claim: Claim, mean: float) -> list[float]:
    """How far inside each of the claim's bounds a mean lies."""
    return [distance for distance in (mean - claim.low, claim.high - mean) if math.isfinite(distance)]


def _tail(distance: float, deviation: float, seeds: int) -> float:
    from scipy.stats import t

    if deviation == 0.0:
        return 0.0 if distance > 0.0 else 1.0
    return float(t.sf(distance * math.sqrt(seeds) / deviation, seeds - 1))
