"""What a study varies: uncertainties with their ranges, levers with their values, and points drawn from both.

An uncertainty is a parameter of which only a range is known; a lever is somebody's choice; a constant stays as it is;
an outcome is what is measured. Keeping the four apart follows Kwakkel, Environmental Modelling & Software 2017.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from simulation.arguments import one_of, whole_number
from simulation.arithmetic import exp, log
from simulation.errors import ParameterError
from simulation.parameters import everything, unknown
from simulation.randomness import check_seed

Shares = NDArray[np.float64]
"""(points, uncertainties), each in [0, 1): how far into its range every uncertainty lies."""
Scale = Literal["linear", "log"]


@dataclass(frozen=True)
class Uncertainty:
    """A parameter of which only a range is known; all values in it are equally likely, or their logarithms are.

    Raises
    ------
    ParameterError
        If there is no such parameter, it is no number, or the range is empty, not finite, or not allowed.
    """

    name: str
    """Dotted name of the parameter."""
    low: float
    high: float
    """Ends of the range, in the unit of the parameter; a whole-number parameter takes both of them."""
    scale: Scale = "linear"

    def __post_init__(self) -> None:
        """Refuse a range that cannot be drawn from."""
        if self.name not in everything().known():
            raise unknown(str(self.name))
        declared = everything().known()[self.name]
        if isinstance(declared.default, bool) or not isinstance(declared.default, int | float):
            raise ParameterError(f"{self.name} is no number, so it has no range: vary it as a lever, by its values")
        one_of(f"scale of {self.name}", self.scale, get_args(Scale))
        for end in (self.low, self.high):
            if isinstance(end, bool) or not isinstance(end, int | float) or not math.isfinite(end):
                raise ParameterError(f"the range of {self.name} needs two finite numbers, not {end!r}")
            if self.whole and end != int(end):
                raise ParameterError(f"{self.name} takes whole numbers, so its range cannot end at {end!r}")
        if self.low >= self.high:
            raise ParameterError(f"the range of {self.name} is empty: {self.low!r} is not below {self.high!r}")
        if self.scale == "log" and self.low <= 0:
            raise ParameterError(f"{self.name}: a range on a log scale begins above 0, not at {self.low!r}")
        low, high = float(declared.low or 0.0), float(declared.high or 0.0)
        if self.low < low or self.high > high:
            raise ParameterError(
                f"the range {self.low:g} to {self.high:g} of {self.name} goes beyond what is allowed: "
                f"{low:g} to {high:g} ({declared.unit})"
            )

    @property
    def whole(self) -> bool:
        """Whether the parameter takes whole numbers."""
        return isinstance(everything().known()[self.name].default, int)

    def at(self, share: float) -> float | int:
        """The value that lies at a share of the range, from 0 to 1; of whole numbers each has an equal share."""
        low, high = float(self.low), float(self.high) + self.whole
        logarithmic = self.scale == "log"
        found = exp(log(low) + share * (log(high) - log(low))) if logarithmic else low + share * (high - low)
        if self.whole:
            return min(int(found), int(self.high))
        return min(max(found, low), high)


def points_at(uncertainties: Sequence[Uncertainty], shares: Shares) -> list[dict[str, object]]:
    """One point a row of shares: the value of every uncertainty by its dotted name."""
    return [
        {known.name: known.at(float(share)) for known, share in zip(uncertainties, row, strict=True)} for row in shares
    ]


def latin_hypercube(uncertainties: Sequence[Uncertainty], samples: int, seed: int) -> list[dict[str, object]]:
    """Points that fill the ranges evenly: in each range, cut into as many parts as points, every part has one point.

    Raises
    ------
    ParameterError
        If nothing is uncertain, one is named twice, or there are no samples.
    """
    return points_at(uncertainties, latin_hypercube_shares(len(checked(uncertainties)), samples, seed))


def latin_hypercube_shares(dimensions: int, samples: int, seed: int) -> Shares:
    """A Latin hypercube (McKay, Beckman and Conover, Technometrics 1979), (samples, dimensions)."""
    from scipy.stats.qmc import LatinHypercube

    sampler = LatinHypercube(dimensions, rng=np.random.default_rng(check_seed(seed)))
    return np.asarray(sampler.random(whole_number("samples", samples)))


def augmented(shares: Shares, samples: int, seed: int) -> Shares:
    """A Latin hypercube with more points, (samples, dimensions); those that it has already come first.

    Every dimension is cut into as many parts as there are points now, and new points are drawn in parts without one, as
    ``augmentLHS`` of the R package lhs does. Where the new number is a multiple of the old one, every part then has one
    point; elsewhere nearly every part, for those that were there lay evenly in other parts.
    """
    random = np.random.default_rng([check_seed(seed), samples])
    more = np.empty((samples - len(shares), shares.shape[1]))
    for new, known in zip(more.T, shares.T, strict=True):
        empty = np.setdiff1d(np.arange(samples), (known * samples).astype(np.int64))
        new[:] = (random.permutation(empty)[: len(new)] + random.random(len(new))) / samples
    return np.concatenate([shares, more])


def checked(uncertainties: Sequence[Uncertainty]) -> tuple[Uncertainty, ...]:
    """At least one uncertainty, none of them twice."""
    found = tuple(uncertainties)
    if not found or not all(isinstance(known, Uncertainty) for known in found):
        raise ParameterError("a sample needs at least one Uncertainty to vary")
    names = [known.name for known in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ParameterError(f"{', '.join(sorted(twice))} is uncertain twice")
    return found
