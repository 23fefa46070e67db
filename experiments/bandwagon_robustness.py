"""How robust the findings of the experiment ``bandwagon`` are where all uncertain parameters vary at once.

The ends of both sweeps are arms: no peer influence and the heaviest, only peers and only the crowd, all at the usual
popularity bias. Every sampled point is a population of its own, lived in two worlds of each arm, with the follow
threshold set anew in each, as in the main study. Everything else is as for experiments in arms.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from experiments.bandwagon import (
    BIAS,
    CROWD,
    CROWD_SWEPT_AT,
    EXPERIMENT,
    THRESHOLD,
    WEIGHT,
    early_day,
    follows_per_user_day,
    world_model,
)
from experiments.worlds import MEASURES, point_where, within_populations
from simulation.analysis.headline import HEADLINE, Measure
from simulation.experiment.declare import VOLUME, Arm, ArmsExperiment, Expectation
from simulation.experiment.judge import Findings, judged
from simulation.experiment.options import Options, Scale, Setting, Size, finish_study
from simulation.experiment.run import sample
from simulation.experiment.volume import hold
from simulation.parameters import KNOWN
from simulation.study import Design, Outcome, Run, Study

if TYPE_CHECKING:
    from simulation.experiment.robustness import Robustness
    from simulation.social_graph import SocialGraph

WORLDS = 2
"""Worlds of each population and arm."""
HEAVY = 4.0
"""The heaviest weight of peer influence in the main study."""
LITTLE = 2.0
"""The heaviest with ``--quick``."""
SIGNS = {"inequality": 1, "unpredictability": 1, "rank_correlation": -1, "early_lead": 1}
"""Sign of the change that the claim leads one to expect."""
WORDS = {
    "inequality": "makes followers more unequal",
    "unpredictability": "makes success less predictable",
    "rank_correlation": "lets success follow talent less",
    "early_lead": "makes early luck pay more",
}
USUAL_CROWD = float(str(KNOWN[CROWD].default))


def live_sample(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """A population in some worlds, measured together; the threshold is found in the first of them."""
    values = run.parameters()
    threshold = hold(lambda one: follows_per_user_day(run, {**values, THRESHOLD: one}, social_graph)).threshold
    frames, volumes = [], []
    for world in range(WORLDS):
        model = world_model(run, {**values, THRESHOLD: threshold}, social_graph, run.replicate.luck + world)
        model.run_for(early_day(run.days))
        creators = model.state.creators
        early, gained = creators.followers.copy(), creators.total_gained.copy()
        model.run_for(run.days - early_day(run.days))
        columns = {"talent": creators.talent, "followers": creators.followers, "early": early}
        frame = pd.DataFrame({**columns, "late": creators.total_gained - gained})
        frames.append(frame.assign(point=0, population=0, world=world, creator=frame.index))
        volumes.append({name: HEADLINE[name](model.result()) for name in VOLUME})
    together = pd.concat(frames)
    measures = {name: measure(together, name) for name in MEASURES}
    return Outcome({**pd.DataFrame(volumes).mean(), **measures, "threshold": threshold})


def measure(worlds: pd.DataFrame, name: str) -> float:
    """One measure of the worlds of one population: see `experiments.worlds`."""
    return float(within_populations(worlds)[name].iloc[0])


def sampled(heavy: float) -> ArmsExperiment:
    """The arms and what is expected of them, as an experiment in arms whose runs are populations."""
    expectations = [
        Expectation(f"{more} {WORDS[name]}", name, arm, than, **({} if sign > 0 else {"high": 0.0}))
        for more, arm, than in (("a heavier bandwagon", "heavy", "none"), ("more crowd in it", "crowd", "peers"))
        for name, sign in SIGNS.items()
    ]
    return ArmsExperiment(
        name=EXPERIMENT.name,
        question=EXPERIMENT.question,
        claim=EXPERIMENT.claim,
        about="",
        arms=(
            Arm("none", "no peer influence", {WEIGHT: 0.0, CROWD: USUAL_CROWD}),
            Arm("heavy", "the heaviest peer influence", {WEIGHT: heavy, CROWD: USUAL_CROWD}),
            Arm("peers", "peer influence of peers only", {WEIGHT: CROWD_SWEPT_AT, CROWD: 0.0}),
            Arm("crowd", "peer influence of the crowd only", {WEIGHT: CROWD_SWEPT_AT, CROWD: 1.0}),
        ),
        outcomes={name: Measure(partial(measure, name=name), "1", name.replace("_", " ")) for name in MEASURES},
        expectations=tuple(expectations),
        evaluate=live_sample,
        certain=(THRESHOLD,),
    )


def run_robustness(options: Options, found: Setting) -> Robustness | None:
    """Live the sampled points; None where runs failed."""
    size = found.size
    assert isinstance(size, Size)
    scaled = Setting(
        Scale(size.users, size.days, replicates=size.populations, samples=size.samples), found.graph, found.graph_name
    )

    def study(design: Design) -> Study:
        return finish_study(design, live_sample, options.out / "studies", options, found)

    return sample(sampled(heaviest(quick=options.quick)), options, scaled, study)


def heaviest(*, quick: bool) -> float:
    """The heaviest weight that the main study visits."""
    return LITTLE if quick else HEAVY


def findings(
    options: Options, found: Setting, points: pd.DataFrame, measured: pd.DataFrame, robustness: Robustness
) -> Findings:
    """The ends of the sweeps in the main study, as runs in arms, with what sampled points say of them.

    Parameters
    ----------
    points, measured
        Levers of the points of the main study, and every measure of every population there.
    """
    experiment = sampled(heaviest(quick=options.quick))
    bias = min(points[BIAS].unique(), key=lambda value: abs(value - float(str(KNOWN[BIAS].default))))
    parts = []
    for arm in experiment.arms:
        point = point_where(points, **{BIAS: bias, **arm.values})
        parts.append(measured[measured["point"] == point].assign(arm=arm.name))
    runs = pd.concat(parts, ignore_index=True).rename(columns={"population": "replicate"})
    return Findings(experiment, found, options, runs, judged(experiment, runs), robustness, pd.DataFrame())
