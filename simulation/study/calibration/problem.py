"""What is calibrated: which parameters may lie where, what was observed and how well, and how a world is simulated."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.arithmetic import log
from simulation.errors import ParameterError
from simulation.records import Result
from simulation.records.schema import Record
from simulation.scenario import Scenario

Floats = NDArray[np.float64]
DAYS = 120
"""Days that are simulated where a scenario does not say how many."""
Simulator = Callable[[dict[str, object], int], Any]
"""``simulator(values, seed)``: a world with these parameters and random draws, as the measures read it."""


class Ranged(Protocol):
    """A parameter and its range: an :class:`~simulation.study.Uncertainty`, or anything that has what one has."""

    @property
    def name(self) -> str:
        """Name of the parameter."""

    @property
    def low(self) -> float:
        """Lower end of the range."""

    @property
    def high(self) -> float:
        """Upper end of the range."""

    @property
    def scale(self) -> str:
        """Whether all values are equally likely beforehand ("linear"), or their logarithms are ("log")."""

    def at(self, share: float) -> float | int:
        """The value at a share of the range, from 0 to 1."""


def share_of(known: Ranged, value: float) -> float:
    """At which share of its range a value lies; outside [0, 1] where it is outside the range."""
    if known.scale == "log":
        return log(value / known.low) / log(known.high / known.low)
    return (value - known.low) / (known.high - known.low)


@dataclass(frozen=True)
class Observation:
    """Something that was observed in the world, and can be measured in a simulation.

    Raises
    ------
    ParameterError
        If value and scale are not finite numbers of the same shape, or a scale is not above 0.
    """

    name: str
    measure: Callable[[Any], float | ArrayLike]
    """What the same observation gives in a simulated world: a number, or a row of numbers."""
    value: float | Sequence[float]
    """What was observed."""
    scale: float | Sequence[float]
    """How well it is known: the standard deviation of its error (of sampling, of definition, of one platform against
    another). The smaller, the more the observation counts."""
    unit: str = "1"
    source: str = ""
    ratio: bool = False
    """Whether the ratio to what was observed is what counts, as with rates: deviations are those of logarithms, and the
    error is lognormal."""

    def __post_init__(self) -> None:
        """Refuse what no simulation could be compared with."""
        values, scales = self.values, np.atleast_1d(np.asarray(self.scale, dtype=np.float64))
        if values.ndim != 1 or scales.size not in {1, values.size} or not np.isfinite(values).all():
            raise ParameterError(f"observation {self.name!r} needs finite values, and one scale or as many as values")
        if not (np.isfinite(scales).all() and (scales > 0).all()):
            raise ParameterError(
                f"the scale of observation {self.name!r} must be above 0 and finite; it is {self.scale}"
            )
        if self.ratio and not (values > 0).all():
            raise ParameterError(f"observation {self.name!r} is compared by its ratio, so its values must be above 0")

    @property
    def values(self) -> Floats:
        """What was observed, as a row."""
        return np.atleast_1d(np.asarray(self.value, dtype=np.float64))

    @property
    def scales(self) -> Floats:
        """One scale a value."""
        return np.broadcast_to(np.asarray(self.scale, dtype=np.float64), self.values.shape)

    @property
    def labels(self) -> tuple[str, ...]:
        """One name a value: the name alone where there is one value, else with its place."""
        count = self.values.size
        return (self.name,) if count == 1 else tuple(f"{self.name} [{place}]" for place in range(count))

    def of(self, world: Any) -> Floats:
        """Measure a simulated world: as many numbers as were observed."""
        found = np.atleast_1d(np.asarray(self.measure(world), dtype=np.float64))
        if found.shape != self.values.shape:
            raise ParameterError(
                f"observation {self.name!r} has {self.values.size} values, and its measure {found.size}"
            )
        return found


@dataclass(frozen=True)
class ScenarioSimulator:
    """The usual simulator: runs a scenario for its days, with values on top, and gives the result."""

    scenario: Scenario
    record: Record = "daily"

    def __call__(self, values: dict[str, object], seed: int) -> Result:
        """Simulate once, in one thread."""
        model = self.scenario.with_values(values).replace(seed=seed, luck=None).model(threads=1, record=self.record)
        model.run_for(self.scenario.days or DAYS)
        return model.result()


class Simulated(NamedTuple):
    """What one simulation gave: a number for each label; where it failed, NaN and why."""

    measured: Floats
    failure: str


@dataclass(frozen=True)
class Problem:
    """Parameters to find, what was observed, and a simulator that leads from one to the other."""

    uncertainties: tuple[Ranged, ...]
    observations: tuple[Observation, ...]
    simulator: Simulator

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(known.name for known in self.uncertainties)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all observed values."""
        return tuple(label for observation in self.observations for label in observation.labels)

    @property
    def observed(self) -> Floats:
        """All observed values, (labels,)."""
        return np.concatenate([observation.values for observation in self.observations])

    @property
    def scales(self) -> Floats:
        """How well each is known, (labels,)."""
        return np.concatenate([observation.scales for observation in self.observations])

    @property
    def ratios(self) -> NDArray[np.bool_]:
        """Which of them are compared by their ratio, (labels,)."""
        return np.concatenate([np.full(len(entry.labels), entry.ratio) for entry in self.observations])

    def deviations(self, measured: Floats) -> Floats:
        """How far measures (..., labels) are from what was observed, in scales."""
        observed, scales = self.observed, self.scales
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.log(measured / observed) * observed / scales
        return np.where(self.ratios, relative, (measured - observed) / scales)

    def disturbed(self, measured: Floats, errors: Floats) -> Floats:
        """Measures (..., labels) as they would be observed, with errors in scales."""
        scales = self.scales
        return np.where(self.ratios, measured * np.exp(errors * scales / self.observed), measured + errors * scales)

    def at(self, shares: Floats) -> dict[str, object]:
        """Values of the parameters at shares of their ranges."""
        return {known.name: known.at(float(share)) for known, share in zip(self.uncertainties, shares, strict=True)}

    def simulate(self, shares: Floats, seed: int) -> Simulated:
        """Simulate once at shares of the ranges and measure."""
        return self.simulate_values(self.at(shares), seed)

    def simulate_values(self, values: dict[str, object], seed: int) -> Simulated:
        """Simulate once and measure; an exception of any kind, or a number that is none, is part of the answer."""
        try:
            world = self.simulator(values, seed)
            measured = np.concatenate([observation.of(world) for observation in self.observations])
        except Exception as error:
            return Simulated(np.full(len(self.labels), np.nan), f"{type(error).__name__}: {error}")
        bad = [label for label, number in zip(self.labels, measured, strict=True) if not math.isfinite(number)]
        return Simulated(measured, f"not a number: {', '.join(bad)}" if bad else "")


def checked_problem(
    uncertainties: Iterable[Ranged], observations: Iterable[Observation], simulator: Simulator
) -> Problem:
    """A problem that can be solved.

    Raises
    ------
    ParameterError
        If there is nothing to find or nothing was observed, or a name comes twice.
    """
    problem = Problem(tuple(uncertainties), tuple(observations), simulator)
    for what, names in (("uncertainty", problem.names), ("observation", problem.labels)):
        if not names:
            raise ParameterError(f"a calibration needs at least one {what}")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ParameterError(f"{', '.join(twice)} comes twice among what a calibration was given as {what}")
    return problem
