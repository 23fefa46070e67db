"""A sweep: what is varied, what stays, what is measured, and by what design; many runs declared in a few lines."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self, cast, get_args

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.headline import HEADLINE
from simulation.arguments import one_of, whole_number
from simulation.errors import ParameterError
from simulation.interventions import Intervention, read_interventions
from simulation.presets import PRESETS
from simulation.presets import preset as preset_parameters
from simulation.records.schema import Record
from simulation.scenario import Scenario
from simulation.study.compare.worlds import Worlds
from simulation.study.design.choices import Alternatives, fingerprints, read_choices
from simulation.study.design.designs import Design, Point, full_grid, spawn_replicates
from simulation.study.design.outcomes import Outcomes, checked_outcomes
from simulation.study.design.sampling import morris, saltelli
from simulation.study.design.space import Shares, Uncertainty, augmented, checked, latin_hypercube_shares, points_at
from simulation.study.folder.tables import LABELS

Sampling = Literal["full_grid", "latin_hypercube", "sobol", "morris"]
_DRAWS: dict[str, Callable[[int, int, int], Shares]] = {
    "latin_hypercube": latin_hypercube_shares,
    "sobol": saltelli,
    "morris": morris,
}
"""By sampling: ``draw(dimensions, samples, seed)``."""
MOST_POINTS = 1_000_000
"""More points than this are a slip of the keyboard."""


@dataclass(frozen=True)
class Sweep:
    """What a sweep runs: every sampled point of the uncertainties, with every combination of levers, replicated.

    Examples
    --------
    >>> sweep = Sweep(
    ...     "sharpness",
    ...     days=90,
    ...     uncertainties=[Uncertainty("decision.follow_sharpness", 7.0, 21.0)],
    ...     levers={"feed.popularity_bias": [0.0, 1.0]},
    ...     constants={"population.users": 500},
    ...     samples=16,
    ... )
    >>> len(sweep.design)
    128

    Raises
    ------
    ParameterError
        If a parameter is unknown or two of them are the same, a value is not allowed, there is nothing to run, or a
        number is no sensible one.
    """

    name: str
    days: int = 0
    """Of each run; 0 takes those of the scenario."""
    uncertainties: Sequence[Uncertainty] = ()
    """Parameters of which only a range is known."""
    levers: Mapping[str, Sequence[object] | Mapping[str, object]] = field(default_factory=dict)
    """What somebody may choose: the values of each parameter, also yes/no parameters and choices among words. Besides
    parameters ``engine``, ``interventions``, ``creators``, ``social_graph``, ``factors``, ``sources``, ``user_type``,
    ``creator_type`` and ``model_type``: a mapping of names, which the table shows, to values."""
    constants: Point = field(default_factory=dict)
    """Parameters that are the same in all runs, where they are not at the preset's values."""
    outcomes: Outcomes | Sequence[str] = field(default_factory=lambda: HEADLINE)
    """What is measured: by name, headline outcomes, or anything that makes a number of a result; a list, as in a file,
    names headline outcomes and references such as ``mine.py:rate``."""
    sampling: Sampling = "latin_hypercube"
    """How points of the uncertainties are drawn: "full_grid" (``samples`` values of each, ends included, all
    combinations), "latin_hypercube", "sobol" (Saltelli's sample, for Sobol indices), "morris" (trajectories, for
    screening). Means nothing where nothing is uncertain."""
    samples: int | Sequence[int] = 64
    """Points of a Latin hypercube; values of each uncertainty in a full grid; base samples of Saltelli's, a power of
    two; trajectories of Morris's. Of a Latin hypercube also the numbers that it grew by: ``[64, 128]`` are 64 points
    and then 64 more, drawn between them."""
    replicates: int = 4
    """Populations that every point meets: other people and other random draws."""
    worlds: int = 1
    """Worlds of each population: the same population, other random draws."""
    shared: bool = True
    """Whether all points meet the same replicates (common random numbers), which makes differences between points far
    more precise; else each point has people and random draws of its own."""
    seed: int = 0
    """Of the sample and of all replicates, from 0 to 2**64 - 1."""
    interventions: Sequence[Intervention | Mapping[str, object]] = ()
    record: Record = "daily"
    """"events" if outcomes ask for the event log, "posts" if for posts as well."""
    scenario: Scenario | None = None
    """What all runs share besides: preset, creators, agent classes, factors and sources, social graph, and parameters,
    interventions and days, as far as nothing is said of them here. Its seeds mean nothing here."""

    def __post_init__(self) -> None:
        """Refuse a sweep that cannot be run, before anything was run."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise ParameterError(f"a sweep needs a name, not {self.name!r}")
        if not self.days and self.scenario is not None:
            object.__setattr__(self, "days", self.scenario.days or 0)
        one_of("sampling", self.sampling, get_args(Sampling))
        if not isinstance(self.shared, bool):
            raise ParameterError(f"shared = {self.shared!r} must be true or false")
        if self.uncertainties:
            checked(self.uncertainties)
        _check_levers({name: of for name, of in self.levers.items() if name not in self.choices})
        for name in ("replicates", "worlds"):
            whole_number(name, getattr(self, name))
        if not self.stages or sorted({whole_number("samples", count) for count in self.stages}) != list(self.stages):
            raise ParameterError(f"samples = {self.samples!r} must grow from number to number, such as [64, 128]")
        if len(self.stages) > 1 and self.sampling != "latin_hypercube":
            raise ParameterError(f"samples = {self.samples!r} must be one number for {self.sampling}, such as 64")
        if both := {known.name for known in self.uncertainties} & set(self.levers):
            raise ParameterError(f"{', '.join(sorted(both))} cannot be a lever and an uncertainty of one sweep")
        if varied := self.varied & set(self.constants):
            raise ParameterError(f"{', '.join(sorted(varied))} is varied, so it cannot be a constant as well")
        self._check_outcomes()
        read_interventions(self.interventions)
        self._check_size()
        _ = self.design

    def _check_outcomes(self) -> None:
        object.__setattr__(self, "outcomes", checked_outcomes(self.outcomes))
        for name in sorted((LABELS | self.varied) & set(self.outcomes)):
            raise ParameterError(f"an outcome cannot be called {name!r}: the table has a column of that name already")

    def _check_size(self) -> None:
        """Refuse more points than anybody means, before they fill the memory."""
        known, count = len(self.uncertainties), self.stages[-1]
        each = {"full_grid": count**known, "sobol": count * (known + 2), "morris": count * (known + 1)}
        rows = each.get(self.sampling, count) if known else 1
        combinations = math.prod(len(values) for values in self.levers.values())
        if rows * combinations > MOST_POINTS:
            fewer = "sample them by a Latin hypercube" if self.sampling == "full_grid" else "take fewer samples"
            raise ParameterError(
                f"the sweep has {rows:,} points of its uncertainties with {combinations:,} combinations of its levers "
                f"each, and more than {MOST_POINTS:,} in all are too many: {fewer}, or leave something out"
            )

    @property
    def stages(self) -> tuple[int, ...]:
        """Numbers of samples that the sample grew by, one for most."""
        return tuple(self.samples) if isinstance(self.samples, list | tuple) else (cast(int, self.samples),)

    @property
    def varied(self) -> set[str]:
        """Names of uncertainties and levers."""
        return {known.name for known in self.uncertainties} | set(self.levers)

    @cached_property
    def sample(self) -> Shares:
        """The sample of the uncertainties, (rows, uncertainties), as shares of their ranges; one row if none."""
        dimensions, (first, *later) = len(self.uncertainties), self.stages
        if not dimensions:
            return np.zeros((1, 0))
        if self.sampling == "full_grid":
            values = np.linspace(0.0, 1.0, first) if first > 1 else np.array([0.5])
            grid: Shares = np.stack(np.meshgrid(*[values] * dimensions, indexing="ij"), axis=-1)
            return grid.reshape(-1, dimensions)
        shares = _DRAWS[self.sampling](dimensions, first, self.seed)
        for samples in later:
            shares = augmented(shares, samples, self.seed)
        return shares

    @cached_property
    def combinations(self) -> list[dict[str, object]]:
        """Every combination of values of the levers; one empty one where there is no lever."""
        values = {**self.levers, **self.choices}
        return full_grid({name: list(values[name]) for name in self.lever_names}) if self.levers else [{}]

    @property
    def lever_names(self) -> list[str]:
        """Names of the levers in their order; those whose values have names come last, as in a file."""
        return sorted(self.levers, key=lambda name: name in self.choices and name != "engine")

    @cached_property
    def choices(self) -> Alternatives:
        """Levers that are no parameters: their values by name."""
        return read_choices(self.levers)

    @cached_property
    def _plan(self) -> tuple[list[dict[str, object]], NDArray[np.int64]]:
        """Points, each once, and the point of every row of the sample with every combination of levers.

        Rows of a sample may meet in one point, where a parameter takes whole numbers.
        """
        every = [{**known, **to} for known in points_at(self.uncertainties, self.sample) for to in self.combinations]
        points = {tuple(point.values()): point for point in every}
        places = {values: place for place, values in enumerate(points)}
        rows = np.array([places[tuple(point.values())] for point in every], np.int64)
        return list(points.values()), rows.reshape(len(self.sample), len(self.combinations))

    @property
    def rows(self) -> NDArray[np.int64]:
        """Place in the design of every row of the sample with every combination of levers, (rows, combinations)."""
        return self._plan[1]

    @cached_property
    def design(self) -> Design:
        """Every run: points, replicates, days."""
        preset = self.base.preset
        start = {**({} if preset is None else _preset_values(preset)), **dict(self.base.values)}
        constants = {name: value for name, value in start.items() if name not in self.varied} | dict(self.constants)
        known = self.base.parameters.known()  # of plug-ins too, but where their files are gone
        there = {name: value for name, value in constants.items() if name in known}
        return Design(
            self.name,
            tuple(self._plan[0]),
            spawn_replicates(self.seed, self.worlds, self.replicates),
            self.days,
            constants,
            read_interventions([*self.base.interventions, *self.interventions]),
            self.shared,
            fingerprints(self.base.with_values(there), self.choices, self.days),
        )

    def worlds_measured(self) -> Worlds:
        """Lives a run and measures it: what is evaluated."""
        base = self.base.replace(values={}, preset=None, seed=0, luck=None, interventions=(), days=None)
        return Worlds(self.measures, base, self.record, threads=1, finite=False, choices=self.choices)

    @property
    def measures(self) -> Outcomes:
        """Outcomes by name, also where a list was given."""
        return cast(Outcomes, self.outcomes)

    @cached_property
    def base(self) -> Scenario:
        """What all runs share."""
        return self.scenario or Scenario()

    def with_options(self, **options: Any) -> Self:
        """The same sweep with some things said anew; None leaves a thing as it is."""
        return dataclasses.replace(self, **{name: value for name, value in options.items() if value is not None})


def _preset_values(name: str) -> Mapping[str, object]:
    """What a preset sets, also where that is the default: what is set does not follow other parameters."""
    preset_parameters(name)  # says which are nearest where there is none
    return PRESETS[name].values


def _check_levers(levers: Mapping[str, object]) -> None:
    """Refuse what is no list of different values; whether they are allowed is checked with the points."""
    for name, values in levers.items():
        if isinstance(values, str | Mapping) or not isinstance(values, Sequence):
            raise ParameterError(f"the lever {name} needs a list of values, not {values!r}")
        for place, value in enumerate(values):
            if not isinstance(value, bool | int | float | str | np.generic):
                raise ParameterError(f"the lever {name} takes numbers, words, or true and false, not {value!r}")
            if value in values[:place]:
                raise ParameterError(f"the lever {name} has the value {value!r} twice")
