"""An experiment in arms whose worlds are formulas, so that what must come out is known; it takes no time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from simulation.experiment import Arm, Expectation, Experiment, Scale, World
from simulation.interventions import Intervention
from simulation.study import Outcome

BIAS, JOY, THRESHOLD = "feed.popularity_bias", "minds.reward.joy", "decision.follow_threshold"


def live(world: World) -> Outcome:
    """Heat rises with the bias by about a quarter of joy, cold falls alike; steady stays; the rest is people's."""
    run, settings = world.run, world.run.flat()
    person = np.random.default_rng(run.replicate.seed).normal()
    luck = 0.01 * np.random.default_rng([run.replicate.seed, int(settings[BIAS] * 10)]).normal()
    effect = 0.25 * settings[JOY] * settings[BIAS] + luck
    values = {
        "follows_per_user_day": 0.15 if settings[THRESHOLD] < 0.9 else 0.0,
        "likes_per_view": 0.1,
        "unfollows_per_tie_day": 0.002,
        "heat": 10 + person + effect,
        "cold": 10 + person - effect,
        "steady": 10 + person + luck,
        "nothing": math.nan if person > 0 else 1 + effect,
        "hidden": float(any(item.lever == "feed.hide_like_counts" for item in run.interventions)),
    }
    return Outcome(values, {"creator": np.arange(3), "value": np.arange(3) + person})


def failing(world: World) -> Outcome:
    """Fails wherever the bias is on."""
    if world.run.flat()[BIAS] > 0:
        raise ValueError("too hot")
    return live(world)


def half_time(size: Scale) -> list[Intervention]:
    """Like counts are hidden from half time on."""
    return [Intervention(size.days // 2, "hide_like_counts", True)]


TOY = Experiment(
    name="toy",
    question="Does bias bring heat?",
    claim="99. Bias brings heat",
    about="Formulas.",
    arms=(
        Arm("biased", "as it is", {BIAS: 1.0}),
        Arm("plain", "no bias", {BIAS: 0.0}),
        Arm("hidden", "likes hidden later", {BIAS: 1.0}, half_time),
    ),
    outcomes={name: ("K", name) for name in ("heat", "cold", "steady", "nothing", "hidden")},
    live=live,
    expectations=(
        Expectation("bias brings heat", "heat", "biased", "plain"),
        Expectation("bias brings cold", "cold", "biased", "plain"),
        Expectation("it is steady", "steady", "biased", "plain", low=-1, high=1, relative=True),
        Expectation("it is hot anyway", "heat", "plain", low=5),
    ),
    checks=(Expectation("likes are hidden where they are", "hidden", "hidden", low=0.5),),
    usual=Scale(users=100, days=10, replicates=8, samples=40),
    quick=Scale(users=50, days=4, replicates=3, samples=6),
    caveats=("formulas feel nothing",),
)

BROKEN = replace(TOY, live=failing)
