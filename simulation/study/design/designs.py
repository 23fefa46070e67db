"""Designs: which settings a study visits, and with which random draws."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulation.arguments import whole_number
from simulation.errors import ParameterError
from simulation.interventions import Intervention, check_days, read_interventions
from simulation.parameters import KNOWN, everything
from simulation.randomness import check_seed

Point = Mapping[str, object]
"""A design point: a value for every lever, by the dotted name of the parameter."""


@dataclass(frozen=True)
class Replicate:
    """One repetition of every design point.

    Replicates of one ``population`` share ``seed`` (users, creators, talents, social graph) and differ in ``luck``
    (what happens to them): they are parallel *worlds* in the sense of Salganik, Dodds and Watts, Science 2006.
    """

    population: int
    world: int
    seed: int
    luck: int


@dataclass(frozen=True)
class Run:
    """One simulation of a study: a design point met by a replicate."""

    point: int
    """Place of the design point in the design, from 0."""
    values: Point
    """The value of every lever."""
    constants: Point
    replicate: Replicate
    days: int
    interventions: tuple[Intervention, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    """Of levers that are no parameters: what the alternative named among the values is, as a fingerprint."""

    def parameters(self) -> dict[str, object]:
        """Values of levers and constants together, as :class:`~simulation.model.FollowerModel` takes them."""
        values = {name: value for name, value in self.values.items() if name not in self.choices}
        return {**self.constants, **values}

    def flat(self) -> dict[str, Any]:
        """Every parameter of the run, those left at their defaults too."""
        given = self.parameters()
        theirs = {name.rpartition(".")[0] for name in given}  # tables of plug-ins count where something of them is set
        flat = everything()().with_values(given).flat()
        return {name: value for name, value in flat.items() if name in KNOWN or name.rpartition(".")[0] in theirs}


def full_grid(levers: Mapping[str, Iterable[object]]) -> list[dict[str, object]]:
    """All combinations of the values of some levers, the last lever varying fastest.

    Raises
    ------
    ParameterError
        If there is no lever, or one has no values.
    """
    values = {name: list(some) for name, some in levers.items()}
    empty = [name for name, some in values.items() if not some]
    if not values or empty:
        raise ParameterError(f"a grid needs values for every lever: {', '.join(empty) or 'it has no lever'}")
    return [dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())]


def spawn_replicates(seed: int, worlds: int, populations: int = 1) -> tuple[Replicate, ...]:
    """Replicates with seeds of their own, spawned from one seed by ``numpy.random.SeedSequence``.

    Every design point meets the same replicates, so that points are compared under common random numbers. More worlds
    or populations leave the seeds of the first ones as they are.

    Parameters
    ----------
    seed
        Of the whole study, from 0 to 2**64 - 1.
    worlds
        Worlds of each population, at least 1.
    populations
        Populations, at least 1.

    Raises
    ------
    ParameterError
        If a number is not whole or too small.
    """
    found = []
    root = np.random.SeedSequence(check_seed(seed))
    for population, sequence in enumerate(root.spawn(whole_number("populations", populations))):
        traits = _seed(sequence)
        lucks = [_seed(child) for child in sequence.spawn(whole_number("worlds", worlds))]
        found += [Replicate(population, world, traits, luck) for world, luck in enumerate(lucks)]
    return tuple(found)


def _seed(sequence: np.random.SeedSequence) -> int:
    return int(sequence.generate_state(1, np.uint64)[0])


@dataclass(frozen=True)
class Design:
    """What a study runs: every point with every replicate.

    Raises
    ------
    ParameterError
        If there is nothing to run, points have different levers or repeat each other, a parameter is unknown or its
        value not allowed, or an intervention is not allowed or falls on a day that the runs do not have.
    """

    name: str
    points: tuple[Point, ...]
    """All with the same levers, for example from :func:`full_grid`."""
    replicates: tuple[Replicate, ...]
    days: int
    constants: Point = field(default_factory=dict)
    """Parameters that start the same throughout, where they are not at their defaults."""
    interventions: tuple[Intervention, ...] = ()
    """What is changed in the middle of every run; the same design without them is paired with this one."""
    shared: bool = True
    """Whether all points meet the same replicates (common random numbers), so that they are compared pair by pair;
    else every point has people and random draws of its own, spawned from those."""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Levers that are no parameters: fingerprints of their alternatives, by the names that stand in points."""

    def __post_init__(self) -> None:
        """Refuse a design that cannot be run, before anything was run."""
        if not self.points or not self.replicates:
            raise ParameterError(f"the design {self.name!r} is empty: it needs at least one point and one replicate")
        whole_number("days", self.days)
        if both := set(self.points[0]) & set(self.constants):
            raise ParameterError(f"{', '.join(sorted(both))} cannot be a lever and a constant of one design")
        points, fewest = self._read_points()
        object.__setattr__(self, "interventions", read_interventions(self.interventions, fewest))
        check_days(self.interventions, self.days)
        # As declared: 0 and 0.0 are one value, and columns of tables have one type.
        constants = everything()().with_values(self.constants)
        object.__setattr__(self, "constants", {name: constants[name] for name in self.constants})
        object.__setattr__(self, "points", points)

    def _read_points(self) -> tuple[tuple[Point, ...], int | None]:
        """Points as declared, and the fewest creators of any; None where a graph may mean another number."""
        levers, name = tuple(self.points[0]), "population.creators"
        found: dict[tuple[object, ...], Point] = {}
        fewest: int | None = None
        for point in self.points:
            if set(point) != set(levers):
                raise ParameterError(
                    f"every point must set the same levers, {sorted(levers)}; one sets {sorted(point)}"
                )
            settable = {lever: value for lever, value in point.items() if lever not in self.choices}
            known = everything()().with_values({**self.constants, **settable})
            values = tuple(known[lever] if lever in settable else point[lever] for lever in levers)
            if values in found:
                raise ParameterError(f"two points of the design {self.name!r} are the same")
            found[values] = dict(zip(levers, values, strict=True))
            if name in self.constants or name in levers:
                fewest = known[name] if fewest is None else min(fewest, known[name])
        return tuple(found.values()), fewest

    @property
    def levers(self) -> tuple[str, ...]:
        """Names of what varies, in order."""
        return tuple(self.points[0])

    def __len__(self) -> int:
        """Number of runs."""
        return len(self.points) * len(self.replicates)

    def runs(self) -> Iterator[Run]:
        """Every run; all points with the first replicate come first: half a study is then a whole, smaller one."""
        for replicate in self.replicates:
            for index, point in enumerate(self.points):
                met = replicate if self.shared else _own(replicate, index)
                choices = {lever: of[str(point[lever])] for lever, of in self.choices.items()}
                yield Run(index, point, self.constants, met, self.days, self.interventions, choices)


def _own(replicate: Replicate, point: int) -> Replicate:
    """The replicate that one point meets alone."""
    seed, luck = (
        _seed(np.random.SeedSequence(known, spawn_key=(point,))) for known in (replicate.seed, replicate.luck)
    )
    return dataclasses.replace(replicate, seed=seed, luck=luck)
