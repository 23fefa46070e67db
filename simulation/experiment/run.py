"""How an experiment is run: arms with the same replicates, then sampled parameters in every arm, then the report."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.analysis.headline import Measure
from simulation.analysis.wording import listed
from simulation.compiling import compilation_note
from simulation.errors import ParameterError, ResultError
from simulation.experiment.declare import Arm, Experiment
from simulation.experiment.judge import Findings, judged
from simulation.experiment.options import Options, Setting
from simulation.experiment.robustness import Robustness, measured
from simulation.experiment.uncertain import implausible, uncertainties
from simulation.experiment.world import Evaluation, World
from simulation.files import write_whole
from simulation.interventions import Intervention, as_data
from simulation.study import (
    Design,
    Outcome,
    Run,
    Store,
    Study,
    Uncertainty,
    latin_hypercube,
    run_study,
    spawn_replicates,
)
from simulation.study.design.designs import Point
from simulation.study.folder.files import claim, refuse_other
from simulation.versions import history_version

RUNS, DETAILS, EFFECTS, ROBUSTNESS, SAMPLES, DEPENDENCE, FURTHER = (
    f"{name}.parquet" for name in ("runs", "details", "effects", "robustness", "samples", "dependence", "further")
)
DECLARED = "experiment.py"
"""The file that declares an experiment of one's own, in its folder; kept when that is started over."""
CONTENTS = (RUNS, DETAILS, EFFECTS, ROBUSTNESS, SAMPLES, DEPENDENCE, FURTHER, "figures", "summary.md")
"""What an experiment leaves in its folder, besides the studies."""
STUDIES = "studies"
"""Folder, inside that of an experiment, of the studies it runs."""
SAMPLED = 1
"""Added to the seed of an experiment for the replicates of sampled points: other populations, other random draws."""


@dataclass(frozen=True)
class Paired(Design):
    """A design in which points differ in interventions too, and may have one replicate of their own each.

    Attributes
    ----------
    by_point
        Interventions of each point.
    replicate_of
        For each point the index of its one replicate; empty where every point meets all replicates.

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
        every = [[place] * len(self.points) for place in range(len(self.replicates))]
        for places in [self.replicate_of] if self.replicate_of else every:
            for index, (point, items, place) in enumerate(zip(self.points, self.by_point, places, strict=True)):
                yield Run(index, point, self.constants, self.replicates[place], self.days, items)


def points_of(experiment: Experiment, arms: Sequence[Arm]) -> list[dict[str, object]]:
    """What each arm sets; what it leaves alone and another one sets has the value it would have anyway, if any."""
    names = list(dict.fromkeys(name for arm in arms for name in arm.values))
    points = []
    for arm in arms:
        parameters = arm.parameters_type().with_values({**experiment.constants, **arm.values}).resolved()
        points.append({name: parameters[name] for name in names if name in arm.known})
    return points


def effects_design(
    experiment: Experiment, found: Setting, seed: int, arms: Sequence[Arm] | None = None, name: str = "effects"
) -> Paired:
    """Arms (by default all but points), each with every replicate; in one of ``thin`` replicates where ``points``."""
    chosen = experiment.arms if arms is None else arms
    count = found.size.replicates
    return Paired(
        name,
        tuple(points_of(experiment, experiment.every_arm)[experiment.every_arm.index(arm)] for arm in chosen),
        spawn_replicates(seed, 1, max(2, count // experiment.thin) if chosen[0] in experiment.points else count),
        found.size.days,
        {**experiment.constants, **found.constants},
        by_point=tuple(arm.interventions_at(found.size) for arm in chosen),
    )


def sampled_design(
    name: str,
    experiment: Experiment,
    arms: Sequence[Arm],
    found: Setting,
    seed: int,
    samples: Sequence[tuple[int, Point]],
) -> Paired:
    """Sampled points, each in some arms, in order of the samples and then the arms.

    Parameters
    ----------
    samples
        Number and values of each point; all arms of a point have the replicate of that number.
    """
    settings = points_of(experiment, experiment.arms)
    own = [(arm, settings[experiment.arms.index(arm)]) for arm in arms]
    return Paired(
        name,
        tuple({**setting, **_known(arm, point), **arm.values} for _, point in samples for arm, setting in own),
        spawn_replicates((seed + SAMPLED) % 2**64, 1, found.size.samples),
        found.size.days,
        {**experiment.constants, **found.constants},
        by_point=tuple(arm.interventions_at(found.size) for _ in samples for arm, _ in own),
        replicate_of=tuple(number for number, _ in samples for _ in own),
    )


def _known(arm: Arm, point: Point) -> dict[str, object]:
    """What of a sampled point is in an arm: parameters of plug-ins are where these are."""
    return {name: value for name, value in point.items() if name in arm.known}


def by_model(arms: Sequence[Arm]) -> list[list[Arm]]:
    """Arms in groups of the same further arguments: each group is a study of its own."""
    scenarios = [arm.scenario for arm in arms]
    different = [one for place, one in enumerate(scenarios) if one not in scenarios[:place]]
    return [[arm for arm in arms if arm.scenario == one] for one in different]


def arms_told(experiment: Experiment, found: Setting) -> dict[str, str]:
    """A digest of what each arm and point sets, by its name; of classes and the like a study knows the version."""
    told = {}
    for arm in experiment.every_arm:
        given = {**experiment.constants, **arm.values}
        parameters = arm.parameters_type().with_values(given).resolved()
        what = [{name: parameters[name] for name in given}, as_data(arm.interventions_at(found.size))]
        told[arm.name] = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]
    return told


def refuse_other_arms(folder: Path, label: str, there: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse the folder of another experiment; the same one may have further arms now.

    Raises
    ------
    ResultError
        Says what differs.
    """
    known, now = there.get("arms", {}), wanted["arms"]
    refuse_other(folder, label, {**there, "arms": now}, wanted)
    if others := [name for name, digest in known.items() if now.get(name) != digest]:
        raise ResultError(
            f"{folder}: holds the experiment {there['name']} with the arms {listed(known)}, of which {listed(others)} "
            f"{'is' if len(others) == 1 else 'are'} missing or different now: choose another folder, or start this one "
            "over (fresh=True)",
            path=folder,
        )


class RunsFailedError(Exception):
    """Runs failed, as was said."""


class Runner:
    """Runs the studies of one experiment in its folder."""

    def __init__(self, experiment: Experiment, options: Options, found: Setting) -> None:
        """Make the folder, or make sure that it is that of the same experiment."""
        self.experiment, self.options, self.found = experiment, options, found
        identity: dict[str, Any] = {
            "name": experiment.name,
            "quick": options.quick,
            "users": found.size.users,
            "days": found.size.days,
            "seed": options.seed,
            "graph": None if found.graph is None else found.graph.digest(),
            "code": history_version(),
            "arms": arms_told(experiment, found),
        }
        contents = (STUDIES, *CONTENTS)
        claim(options.out, "experiment", identity, fresh=options.fresh, contents=contents, check=refuse_other_arms)

    def study(self, design: Design, function: Callable[[World], Outcome]) -> Study:
        """Run a design by a function of a world: for a further study."""
        return self._study(design, Evaluation(function, self.experiment.record, {}, function))

    def _study(self, design: Design, evaluation: Evaluation) -> Study:
        options = self.options
        if word := compilation_note("compiled"):
            options.say(word)
        study = run_study(
            design,
            evaluation,
            options.out / STUDIES / design.name,
            social_graph=self.found.graph,
            workers=options.workers,
            progress=options.progress,
            retry=options.retry,
        )
        if not study.complete:
            options.say(
                f"{len(study.failures)} of {len(design)} runs failed; the reasons are in {study.failures[0].parent}. "
                "All others are kept; --retry runs these again."
            )
        return study

    def arms(
        self,
        design: Callable[[Sequence[Arm], str], Paired],
        arms: Sequence[Arm],
        name: str,
        samples: Sequence[int] = (),
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Runs and details of some arms.

        Parameters
        ----------
        design
            Of arms and the name of a study.
        samples
            Numbers of sampled points, each simulated in all arms; none for the main study.

        Raises
        ------
        RunsFailedError
            If runs failed.
        """
        of, found, complete = self.experiment, [], True
        declared = [one for one in of.outcomes.values() if isinstance(one, Measure)]
        depends = (of.live, of.measure, of.measure_model, of.details, declared)
        for number, group in enumerate(by_model(arms)):
            evaluation = Evaluation(of.evaluate, of.record, group[0].scenario, depends)
            done = self._study(design(group, f"{name}-{number}" if number else name), evaluation)
            labels = [{"sample": one, "arm": arm.name} for one in samples for arm in group]
            found.append(tables(done.store, labels or [{"arm": arm.name} for arm in group]))
            complete = complete and done.complete
        runs, details = (pd.concat(part, ignore_index=True) for part in zip(*found, strict=True))
        if not samples:
            write_table(self.options.out / RUNS, runs)
        if not complete:
            raise RunsFailedError
        return runs, details


def run_experiment(experiment: Experiment, options: Options, found: Setting) -> bool:
    """Run all studies of an experiment and report; False where runs failed."""
    from simulation.experiment.report import report

    try:
        report(simulated(Runner(experiment, options, found)))
    except RunsFailedError:
        return False
    return True


def simulated(runner: Runner) -> Findings:
    """What the main study, the robustness study and, if there is one, the further study give."""
    experiment, options, found = runner.experiment, runner.options, runner.found
    design = partial(effects_design, experiment, found, options.seed)
    parts = [runner.arms(design, experiment.arms, "effects")]
    if experiment.points:
        parts.append(runner.arms(design, experiment.points, "points"))
    runs, details = (pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True))
    robustness, further = sample(runner), None
    if experiment.further is not None:
        further = experiment.further(found, options, runner.study)
        if further is None:
            raise RunsFailedError
    for name, table in ((RUNS, runs), (DETAILS, details), (SAMPLES, robustness.samples), (FURTHER, further)):
        if table is not None and not table.empty:
            write_table(options.out / name, table)
    effects, checks = (
        judged(experiment, runs, expected, quick=options.quick)
        for expected in (experiment.expectations, experiment.checks)
    )
    return Findings(experiment, found, options, runs, effects, checks, robustness, details, further)


def sample(runner: Runner) -> Robustness:
    """Simulate sampled points: all in the base arm, plausible ones in every arm."""
    experiment, found, seed = runner.experiment, runner.found, runner.options.seed
    count, known = found.size.samples, varied(experiment, found)

    def runs(stage: str, arms: Sequence[Arm], samples: Sequence[tuple[int, Point]]) -> pd.DataFrame:
        def design(some: Sequence[Arm], name: str) -> Paired:
            return sampled_design(name, experiment, some, found, seed, samples)

        return runner.arms(design, arms, f"{stage}-{count}", [number for number, _ in samples])[0]

    points = list(enumerate(latin_hypercube(known, count, seed)))
    base, rest = runs("screening", experiment.arms[:1], points), pd.DataFrame()
    plausible = set(base["sample"][~implausible(base, experiment.plausible).any(axis=1)])
    kept = [point for point in points if point[0] in plausible]
    if kept and experiment.arms[1:]:
        rest = runs("robustness", experiment.arms[1:], kept)
    return measured(experiment, [one.name for one in known], base, rest)


def varied(experiment: Experiment, found: Setting) -> list[Uncertainty]:
    """What varies: everything uncertain that may matter here, by the common rule or by the experiment's own ranges."""
    constants = {**experiment.constants, **found.constants}
    settings = [{**constants, **point} for point in points_of(experiment, experiment.arms)]
    own = {uncertain.name: uncertain for uncertain in experiment.uncertain}
    known = {name: declared for arm in experiment.arms for name, declared in arm.known.items()}
    return [*uncertainties(settings, (*experiment.certain, *own), known), *own.values()]


def tables(store: Store, labels: Sequence[dict[str, object]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per finished run, and the details of all of them; both begin with what the point stands for."""
    rows, details = [], []
    for _, run, done in store.finished():
        named = {**labels[run.point], "replicate": run.replicate.population}
        seeds = {"seed": run.replicate.seed, "luck": run.replicate.luck}
        rows.append({**named, **run.values, **seeds, **done.values, "seconds": done.seconds})
        if done.table.num_columns:
            frame = done.table.to_pandas()
            for place, (name, value) in enumerate(named.items()):
                frame.insert(place, name, value)
            details.append(frame)
    runs = pd.DataFrame(rows)
    runs = runs.astype({name: "uint64" for name in ("seed", "luck") if name in runs})
    return runs, pd.concat(details, ignore_index=True) if details else pd.DataFrame()


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet, whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_whole(path, table.to_parquet(None, index=False, compression="zstd"))
