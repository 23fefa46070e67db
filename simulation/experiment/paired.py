"""The runs of an experiment in arms: every arm with the same replicates, or every sampled point with one of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulation.errors import ParameterError
from simulation.experiment.declare import Arm, ArmsExperiment
from simulation.experiment.options import Scale, Setting
from simulation.interventions import Intervention
from simulation.parameters import Parameters
from simulation.study import Design, Replicate, Run, spawn_replicates
from simulation.study.design.designs import Point

SAMPLED = 1
"""What is added to the seed of an experiment for the replicates of sampled points: other people, other luck."""


@dataclass(frozen=True)
class PairedWorlds(Design):
    """A design in which points differ in interventions too, and may have one replicate of their own each.

    Attributes
    ----------
    by_point
        Interventions of each point.
    replicate_of
        For each point the place of its one replicate; empty where every point meets all replicates.

    Raises
    ------
    ParameterError
        As for `Design`, point by point; or if two points are the same in all.
    """

    by_point: tuple[tuple[Intervention, ...], ...] = ()
    replicate_of: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check every point as a design of its own; what may differ between points cannot be checked together."""
        alone = [
            Design(self.name, (point,), self.replicates, self.days, self.constants, items)
            for point, items in zip(self.points, self.by_point, strict=True)
        ]
        places = self.replicate_of or (0,) * len(alone)
        once = {(str(one.points[0]), one.interventions, place) for one, place in zip(alone, places, strict=True)}
        if len(once) < len(alone):
            raise ParameterError(f"two arms of {self.name!r} are the same world")
        object.__setattr__(self, "points", tuple(one.points[0] for one in alone))
        object.__setattr__(self, "constants", alone[0].constants)
        object.__setattr__(self, "by_point", tuple(one.interventions for one in alone))

    def __len__(self) -> int:
        """Number of runs."""
        return len(self.points) * (1 if self.replicate_of else len(self.replicates))

    def runs(self) -> Iterator[Run]:
        """Every run; all points come before the next replicate."""
        rounds = [self.replicate_of] if self.replicate_of else [[place] * len(self.points) for place in self._places()]
        for places in rounds:
            for index, (point, items, place) in enumerate(zip(self.points, self.by_point, places, strict=True)):
                yield Run(index, point, self.constants, self.replicates[place], self.days, items)

    def _places(self) -> range:
        return range(len(self.replicates))


def effects_design(experiment: ArmsExperiment, found: Setting, seed: int) -> PairedWorlds:
    """Every arm met by every replicate; points are arms, in order."""
    size = found.size
    assert isinstance(size, Scale)
    return PairedWorlds(
        "effects",
        tuple(points_of(experiment, experiment.arms)),
        spawn_replicates(seed, 1, size.replicates),
        size.days,
        {**experiment.constants, **found.constants},
        by_point=tuple(arm.interventions_at(size) for arm in experiment.arms),
    )


def sampled_design(
    name: str,
    experiment: ArmsExperiment,
    arms: Sequence[Arm],
    found: Setting,
    seed: int,
    samples: Sequence[tuple[int, Point]],
) -> PairedWorlds:
    """Sampled points, each in some arms, in order of the samples and then the arms.

    Parameters
    ----------
    samples
        Number and values of each point; all arms of a point have the replicate of that number.
    """
    size = found.size
    assert isinstance(size, Scale)
    settings = points_of(experiment, experiment.arms)
    own = [(arm, settings[experiment.arms.index(arm)]) for arm in arms]
    return PairedWorlds(
        name,
        tuple({**setting, **point, **arm.values} for _, point in samples for arm, setting in own),
        _sampled_replicates(seed, size.samples),
        size.days,
        {**experiment.constants, **found.constants},
        by_point=tuple(arm.interventions_at(size) for _ in samples for arm, _ in own),
        replicate_of=tuple(number for number, _ in samples for _ in own),
    )


def _sampled_replicates(seed: int, samples: int) -> tuple[Replicate, ...]:
    return spawn_replicates((seed + SAMPLED) % 2**64, 1, samples)


def points_of(experiment: ArmsExperiment, arms: Sequence[Arm]) -> list[dict[str, object]]:
    """What each arm sets; an arm that leaves alone what another one sets has it as it would be anyway."""
    names = list(dict.fromkeys(name for arm in arms for name in arm.values))
    points = []
    for arm in arms:
        parameters = Parameters().with_values({**experiment.constants, **arm.values}).resolved()
        points.append({name: parameters[name] for name in names})
    return points
