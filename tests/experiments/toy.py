"""An experiment in arms whose worlds are formulas, so that what must come out is known; it takes no time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from simulation.analysis.headline import Measure
from simulation.analysis.tables import Tables
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.social_graph import SocialGraph
from simulation.study import Outcome, Run

BIAS, JOY, THRESHOLD = "feed.popularity_bias", "minds.reward.joy", "decision.follow_threshold"


def unread(result: Tables) -> float:
    """The worlds here are formulas: no result is ever measured."""
    raise AssertionError("a formula has no result")


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Heat rises with the bias by about a quarter of joy, cold falls alike; steady stays; the rest is people's."""
    settings = run.flat()
    person = np.random.default_rng(run.replicate.seed).normal()
    luck = 0.01 * np.random.default_rng([run.replicate.seed, int(settings[BIAS] * 10)]).normal()
    effect = 0.25 * settings[JOY] * settings[BIAS] + luck
    volume = 0.15 if settings[THRESHOLD] < 0.9 else 0.0
    hidden = any(item.lever == "feed.hide_like_counts" for item in run.interventions)
    values = {
        "follows_per_user_day": volume,
        "likes_per_view": 0.1,
        "unfollows_per_tie_day": 0.002,
        "heat": 10 + person + effect,
        "cold": 10 + person - effect,
        "steady": 10 + person + luck,
        "nothing": math.nan if person > 0 else 1 + effect,
        "hidden": float(hidden),
    }
    return Outcome(values, {"creator": np.arange(3), "value": np.arange(3) + person})


def failing(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Fails wherever the bias is on."""
    if run.flat()[BIAS] > 0:
        raise ValueError("too hot")
    return live(run, social_graph)


def half_time(size: Scale) -> list[Intervention]:
    """Like counts are hidden from half time on."""
    return [Intervention(size.days // 2, "hide_like_counts", True)]


TOY = ArmsExperiment(
    name="toy",
    question="Does bias bring heat?",
    claim="99. Bias brings heat",
    about="Formulas.",
    arms=(
        Arm("biased", "as it is", {BIAS: 1.0}),
        Arm("plain", "no bias", {BIAS: 0.0}),
        Arm("hidden", "likes hidden later", {BIAS: 1.0}, half_time),
    ),
    outcomes={name: Measure(unread, "K", name) for name in ("heat", "cold", "steady", "nothing", "hidden")},
    expectations=(
        Expectation("bias brings heat", "heat", "biased", "plain"),
        Expectation("bias brings cold", "cold", "biased", "plain"),
        Expectation("it is steady", "steady", "biased", "plain", low=-1, high=1, relative=True),
        Expectation("it is hot anyway", "heat", "plain", low=5),
    ),
    evaluate=live,
    usual=Scale(users=100, days=10, replicates=8, samples=40),
    quick=Scale(users=50, days=4, replicates=3, samples=6),
    caveats=("formulas feel nothing",),
)

BROKEN = replace(TOY, evaluate=failing)
