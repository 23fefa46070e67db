"""How an experiment in arms is run: two studies, tidy tables, figures, the summary."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from simulation.experiment.declare import ArmsExperiment
from simulation.experiment.judge import Findings, judged
from simulation.experiment.options import Options, Scale, Setting, claim_folder, finish_study
from simulation.experiment.paired import effects_design, points_of, sampled_design
from simulation.experiment.robustness import Robustness, measured
from simulation.experiment.uncertain import implausible, uncertainties
from simulation.files import write_whole
from simulation.study import Design, Evaluate, Store, Study, Uncertainty, latin_hypercube

if TYPE_CHECKING:
    from simulation.study.design.designs import Point

RUNS, DETAILS, EFFECTS, ROBUSTNESS, SAMPLES, DEPENDENCE, FURTHER = (
    f"{name}.parquet" for name in ("runs", "details", "effects", "robustness", "samples", "dependence", "further")
)
CONTENTS = (RUNS, DETAILS, EFFECTS, ROBUSTNESS, SAMPLES, DEPENDENCE, FURTHER, "figures", "summary.md")
"""What an experiment in arms leaves in its folder, besides the studies."""

Labels = Callable[[int], dict[str, object]]
"""What a point of a design stands for: columns by its place."""


def run_arms(experiment: ArmsExperiment, options: Options, found: Setting) -> bool:
    """Run both studies of an experiment and report; False where runs failed."""
    from simulation.experiment.answer import report

    folder = claim_folder(options, experiment.name, found, CONTENTS)
    arms = [arm.name for arm in experiment.arms]

    def study(design: Design, evaluate: Evaluate = experiment.evaluate) -> Study:
        return finish_study(design, evaluate, folder, options, found)

    effects = study(effects_design(experiment, found, options.seed))
    runs, details = tables(effects.store, lambda point: {"arm": arms[point]})
    write_table(options.out / RUNS, runs)
    if not details.empty:
        write_table(options.out / DETAILS, details)
    if not effects.complete:
        return False
    robustness = sample(experiment, options, found, study)
    if robustness is None:
        return False
    write_table(options.out / SAMPLES, robustness.samples)
    if experiment.further is not None:
        table = experiment.further(found, options, study)
        if table is None:
            return False
        write_table(options.out / FURTHER, table)
    report(Findings(experiment, found, options, runs, judged(experiment, runs), robustness, details))
    return True


def sample(
    experiment: ArmsExperiment, options: Options, found: Setting, study: Callable[[Design], Study]
) -> Robustness | None:
    """Live sampled points: all in the base arm, those that are plausible there in every arm; None where runs failed."""
    assert isinstance(found.size, Scale)
    count, others = found.size.samples, experiment.arms[1:]
    known = varied(experiment, found)
    names = [uncertain.name for uncertain in known]
    points = list(enumerate(latin_hypercube(known, count, options.seed)))

    def lived(stage: str, arms: Sequence[int], samples: Sequence[tuple[int, Point]]) -> pd.DataFrame | None:
        chosen = [experiment.arms[place] for place in arms]
        design = sampled_design(f"{stage}-{count}", experiment, chosen, found, options.seed, samples)
        done = study(design)
        labels = [{"sample": number, "arm": arm.name} for number, _ in samples for arm in chosen]
        return tables(done.store, lambda point: labels[point])[0] if done.complete else None

    base = lived("screening", [0], points)
    if base is None:
        return None
    plausible = set(base["sample"][~implausible(base, experiment.plausible).any(axis=1)])
    kept = [point for point in points if point[0] in plausible]
    rest: pd.DataFrame | None = pd.DataFrame()
    if kept and others:
        rest = lived("robustness", range(1, len(experiment.arms)), kept)
    return None if rest is None else measured(experiment, names, base, rest)


def varied(experiment: ArmsExperiment, found: Setting) -> list[Uncertainty]:
    """What varies: everything uncertain that may matter here, by the common rule or by the experiment's own ranges."""
    constants = {**experiment.constants, **found.constants}
    settings = [{**constants, **point} for point in points_of(experiment, experiment.arms)]
    own = {uncertain.name: uncertain for uncertain in experiment.uncertain}
    common = uncertainties(settings, (*experiment.certain, *own))
    return [*common, *own.values()]


def tables(store: Store, labels: Labels) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a finished run, and the details of all of them; both begin with what the point stands for."""
    rows, details = [], []
    for _, run, done in store.finished():
        named = {**labels(run.point), "replicate": run.replicate.population}
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
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    write_whole(path, buffer.getvalue())
