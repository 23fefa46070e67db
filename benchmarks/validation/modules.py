"""Reward and effort of creators, each alone: one creator whose posts are liked by everybody who is awake.

Whoever is awake sees the post and likes it; numbers are all the creator cares for, and nothing else in a mind moves.
So the reward of a post is R = log(1 + likes), and theory says to the last bit what comes of it.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.validation.directions.likes import EVERY_POST_IS_LIKED
from benchmarks.validation.special import ENGINES, ONE_TOPIC, Engine, Panel, law_figure, shown
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.tables import FloatArray
from simulation.creators.strategy import WEEK
from simulation.model import FollowerModel
from simulation.parameters import Parameters

ALPHA = Parameters().minds.habituation.rate
ROUNDING = 1e-12
"""How far numbers of double precision may stray from a law over the days simulated here, as a share of its largest."""
ALONE: dict[str, object] = {
    **ONE_TOPIC,
    **EVERY_POST_IS_LIKED,
    "creators.validation_mean": 1.0,
    "creators.influence_mean": 0.0,
}
VIEWERS: dict[Engine, tuple[int, ...]] = {"compiled": (15, 150, 1500), "mesa": (15, 60)}


def alone(engine: Engine, viewers: int, **values: object) -> FollowerModel:
    """One creator and so many viewers."""
    setting = {**ALONE, "population.users": viewers + 1, **values}
    return FollowerModel(setting, seed=0, engine=engine, threads=1, record="daily")


def exactly(name: str, unit: str, deviation: float, high: float = ROUNDING) -> Band:
    """A number that nothing random is in, and that must not be above ``high``."""
    return Band(name, low=0.0, high=high, unit=unit).exactly(float(deviation))


# Reward -------------------------------------------------------------------------------------------------------------


def errors(engine: Engine, viewers: int, trials: int) -> FloatArray:
    """Prediction errors of so many posts that everybody likes, and of one more that nobody sees, (trials + 1,)."""
    model = alone(engine, viewers)
    found = []
    for day in range(trials + 1):
        if day == trials:
            model.state.users.activity[:] = 0.0
        expected = float(model.state.minds.expected_reward[0])
        model.step()
        found.append(float(model.state.minds.reward[0]) - expected)
    return np.array(found)


def reward_bands(engine: Engine, viewers: int, found: FloatArray, alpha: float = ALPHA) -> list[Band]:
    """How far prediction errors are from R (1 - alpha)^n, and that of the omission from -V, as shares of R."""
    reward, trials = float(np.log1p(viewers)), found.size - 1
    law = reward * (1.0 - alpha) ** np.arange(trials)
    expected = reward * (1.0 - (1.0 - alpha) ** trials)
    where = f"{viewers:,} viewers, {engine}"
    return [
        exactly(f"constant likes, {where}", "largest deviation / R", float(np.abs(found[:-1] - law).max()) / reward),
        exactly(f"omission, {where}", "deviation from -V, / R", abs(found[-1] + expected) / reward),
    ]


ERRORS = Panel("The same likes surprise less and less", "post", "prediction error (units of reward)")


def measure_reward(effort: Effort) -> Evidence:
    """One creator, who creates for validation alone, posts every day, and all viewers like every post; nobody follows.
    With R = log(1 + likes), prediction errors must be R (1 - alpha)^n, alpha = {ALPHA:g}, and a post that nobody
    sees after n of them must disappoint by -V = -R (1 - (1 - alpha)^n). At three sizes in compiled loops and two
    in Mesa. Nothing is random here: deviations must be those of rounding, at most {ROUNDING:g} of R.
    """
    trials = 40 if effort.quick else 200
    checks, rows = [], []
    for engine in ENGINES:
        for viewers in VIEWERS[engine]:
            found = errors(engine, viewers, trials)
            checks += reward_bands(engine, viewers, found)
            reward, post = float(np.log1p(viewers)), np.arange(40)
            law = reward * (1.0 - ALPHA) ** post
            name = f"{viewers:,} likes, {engine}: R = {reward:.2f}"
            rows.append(shown(ERRORS.name, name, engine, post, found[:40], law))
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)})


REWARD_MODULE = Target(
    name="reward_module",
    title="Reward alone: habituation and omission",
    kind="exact",
    source="Rescorla and Wagner 1972",
    measure=measure_reward,
    figure=partial(law_figure, panels=(ERRORS,), height=3.0),
)
"""Prediction errors of constant likes, and of an omission."""

# Effort -------------------------------------------------------------------------------------------------------------

NATURAL, ACCUSTOMED = 0.05, 1.0
"""Posts a day, and reward, at which the natural rate is what pays best."""
COST = ACCUSTOMED / NATURAL**2
LIKES: dict[Engine, tuple[int, ...]] = {"compiled": (1, 5, 30, 200, 1500), "mesa": (2, 10, 60)}
_PACED: dict[str, object] = {
    "creators.posting_rate_median": NATURAL,
    "minds.effort.moves": True,
    "minds.effort.least": 0.0,
    "minds.effort.most": 10.0,
    "minds.habituation.average_rate": 1.0,
    "minds.habituation.accustomed_rate": 0.0,
}


class Paced(NamedTuple):
    """How one creator posts under a constant reward."""

    interval: float
    """Time between posts that was chosen, days."""
    posts: int
    """Posts simulated."""
    days: int
    """On which they were."""


def paced(engine: Engine, viewers: int, days: int) -> Paced:
    """The creator's pace once the reward is known, and its posts over the days after."""
    model = alone(engine, viewers, **_PACED)
    minds, creators = model.state.minds, model.state.creators
    minds.accustomed[:] = minds.average_reward[:] = ACCUSTOMED
    model.run_for(round(1.0 / NATURAL) + WEEK + 1)  # brings a post at the natural rate, and a plan that knows of it
    chosen, posts = 1.0 / float(creators.rate[0]), 0
    for _ in range(days):
        model.step()
        posts += int(creators.posted[0])
    return Paced(chosen, posts, days)


def effort_bands(engine: Engine, likes: tuple[int, ...], found: list[Paced], exponent: float = 0.5) -> list[Band]:
    """How far times between posts are from (C / R)^exponent, 1/2 by theory, and whether they fall as R rises."""
    law = (COST / np.log1p(likes)) ** exponent
    interval = np.array([its.interval for its in found])
    lived = np.array([its.posts - its.days / expected for its, expected in zip(found, law, strict=True)])
    rise = float(np.diff(interval).max())
    return [
        exactly(f"time between posts, {engine}", "largest deviation / law", float(np.abs(interval / law - 1.0).max())),
        exactly(f"posts simulated, {engine}", "largest deviation, posts", float(np.abs(lived).max()), high=1.0),
        Band(f"change with the next higher reward, {engine}", high=0.0, unit="days, largest").exactly(rise),
    ]


PACE = Panel("Rewards quicken", "reward rate R (units of reward)", "time between posts (days)")


def measure_effort(effort: Effort) -> Evidence:
    """One creator, as in the reward module, whose posts all viewers like; the reward rate R is the running mean of
    rewards that the model keeps, of one post here, and the cost C is held. For five audiences in compiled loops
    and three in Mesa: the time between posts that is chosen must be sqrt(C / R) but for rounding (at most
    {ROUNDING:g}), posts simulated must be what that makes to within one post, and the time must fall with every rise
    of the reward.
    """
    days = 150 if effort.quick else 1000
    checks, rows = [], []
    for engine in ENGINES:
        found = [paced(engine, likes, days) for likes in LIKES[engine]]
        checks += effort_bands(engine, LIKES[engine], found)
        reward = np.log1p(LIKES[engine])
        lived = [its.days / its.posts for its in found]
        rows.append(shown(PACE.name, f"as simulated, {engine}", engine, reward, lived, np.sqrt(COST / reward)))
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)})


EFFORT_MODULE = Target(
    name="effort_module",
    title="Effort alone: time between posts is sqrt(C / R)",
    kind="exact",
    source="Niv, Daw, Joel and Dayan, Psychopharmacology 2007; falls: Lindstrom et al., Nature Communications 2021",
    measure=measure_effort,
    figure=partial(law_figure, panels=(PACE,), height=3.0),
)
"""Times between posts under constant rewards."""
