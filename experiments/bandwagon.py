"""Bandwagon: does following what others follow make stars of the lucky?

Peer influence enters a user's choice with a weight, part of it through the user's own peers and part through the crowd
(the shown number of followers); the recommender shows the popular more, by its popularity bias. Both are swept against
each other in parallel worlds (Salganik, Dodds and Watts, Science 2006): the same users, creators, talents and social
graph, different luck. If the bandwagon makes stars, worlds become more unequal and less alike, and success follows
talent less closely, as its weight grows.

Weights are shares of one appeal: more weight for peers is less for everything else, and since at first nobody is
followed, a heavier bandwagon by itself means far fewer follows, and few follows are both unequal and unpredictable for
no other reason than being few. Therefore the follow threshold is set anew at every point, such that users follow as
much as on real platforms (VOLUME); the first study finds the thresholds, the second lives the worlds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.common import Experiment, Options, Size, claim_folder, finish_study, setting
from simulation.analysis import effective_number, gini, rank_correlation, top_share
from simulation.errors import ParameterError
from simulation.parameters import KNOWN
from simulation.study import Design, Outcome, Run, full_grid, spawn_replicates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.model import FollowerModel
    from simulation.social_graph import SocialGraph

WEIGHT = "factors.peer_influence.weight"
CROWD = "factors.peer_influence.crowd_weight"
BIAS = "feed.popularity_bias"
THRESHOLD = "decision.follow_threshold"

VOLUME = 0.15
"""Follows a user and day that thresholds are set for; on short-video platforms they are .13 to .2."""
PRECISION = 0.002
"""How closely, in appeal, a threshold is found."""
EARLY = 0.25
"""Share of the days after which followers count as early."""
CROWD_SWEPT_AT = 2.0
"""Weight of peer influence at which the share of the crowd is swept."""

USUAL = Size(users=1000, days=100, populations=8, worlds=4)
QUICK = Size(users=300, days=24, populations=6, worlds=2)


def points(*, quick: bool) -> list[dict[str, object]]:
    """Weight against popularity bias at the usual share of the crowd; share of the crowd against it at one weight."""
    weights = [0.0, CROWD_SWEPT_AT] if quick else [0.0, 0.5, 1.0, 2.0, 4.0]
    biases = [0.0, 1.0] if quick else [0.0, 1.0, 2.0]
    crowds = [0.0, 1.0] if quick else [0.0, 0.7, 1.0]
    usual = KNOWN[CROWD].default
    return [
        *full_grid({BIAS: biases, WEIGHT: weights, CROWD: [usual]}),
        *full_grid({BIAS: biases, WEIGHT: [CROWD_SWEPT_AT], CROWD: crowds}),
    ]


def find_threshold(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """The follow threshold at which users follow VOLUME a day, found in one world by Brent's method."""
    from scipy.optimize import brentq

    tried: dict[float, float] = {}

    def excess(threshold: float) -> float:
        """Logarithm of follows over those wanted; falls with the threshold."""
        if threshold not in tried:
            tried[threshold] = math.log((_follows_per_user_day(run, social_graph, threshold) + 1e-9) / VOLUME)
        return tried[threshold]

    usual = float(str(KNOWN[THRESHOLD].default))
    near, step = usual, 0.1 if excess(usual) > 0 else -0.1
    far = near + step
    while excess(near) * excess(far) > 0 and abs(far) < 3:
        step *= 1.5
        near, far = far, far + step
    if excess(near) * excess(far) > 0:
        raise ParameterError(f"no threshold gives {VOLUME} follows a user and day: too few creators for so many days")
    brentq(excess, near, far, xtol=PRECISION)
    best = min(tried, key=lambda threshold: abs(tried[threshold]))
    volume = {"follows_per_user_day": best, "follows_per_user_day_at_usual": usual}
    return Outcome({"threshold": best, **{name: VOLUME * math.exp(tried[at]) for name, at in volume.items()}})


def _follows_per_user_day(run: Run, social_graph: SocialGraph | None, threshold: float) -> float:
    values = {**run.parameters(), THRESHOLD: threshold}
    model = _model(run, values, social_graph)
    model.run_for(run.days)
    return int(model.state.creators.total_gained.sum()) / (model.parameters.population.users * run.days)


def live_world(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Live one world: its inequality, its rank correlation with talent, and every creator's success."""
    model = _model(run, run.parameters(), social_graph)
    model.run_for(early_day(run.days))
    creators = model.state.creators
    early, gained = creators.followers.copy(), creators.total_gained.copy()
    model.run_for(run.days - early_day(run.days))
    followers, user_days = creators.followers.copy(), model.parameters.population.users * run.days
    return Outcome(
        {
            "follows_per_user_day": int(creators.total_gained.sum()) / user_days,
            "unfollows_per_user_day": int(creators.total_lost.sum()) / user_days,
            "followers": int(followers.sum()),
            "gini": gini(followers),
            "top_share": top_share(followers),
            "effective_number": effective_number(followers),
            "rank_correlation": rank_correlation(followers, creators.talent),
        },
        {
            "creator": np.arange(followers.size),
            "talent": creators.talent.copy(),
            "followers": followers,
            "early": early,
            "late": creators.total_gained - gained,
        },
    )


def _model(run: Run, values: Mapping[str, object], social_graph: SocialGraph | None) -> FollowerModel:
    from simulation.model import FollowerModel

    return FollowerModel(
        values,
        seed=run.replicate.seed,
        luck=run.replicate.luck,
        social_graph=social_graph,
        interventions=run.interventions,
        threads=1,
        record="daily",
    )


def early_day(days: int) -> int:
    """Days after which followers count as early."""
    return max(1, round(EARLY * days))


CONTENTS = ("runs.parquet", "creators.parquet", "thresholds.parquet", "estimates.parquet", "figures", "summary.md")
"""What the experiment leaves in its folder, besides the studies."""


def run(options: Options) -> bool:
    """Find the thresholds, live the worlds, measure, draw, and write the summary."""
    from experiments.bandwagon_report import report

    found = setting(options, USUAL, QUICK)
    replicates = spawn_replicates(options.seed, found.size.worlds, found.size.populations)
    folder = claim_folder(options, EXPERIMENT.name, found, CONTENTS)
    plain = points(quick=options.quick)
    days, constants = found.size.days, found.constants

    search = Design("thresholds", tuple(plain), replicates[:1], days, constants)
    thresholds = finish_study(search, find_threshold, folder, options, found)
    thresholds.store.write_tables(options.out / "thresholds.parquet")
    if not thresholds.complete:
        return False
    at = thresholds.store.table().set_index("point")["threshold"]
    held = tuple({**point, THRESHOLD: float(at[place])} for place, point in enumerate(plain))

    worlds = finish_study(Design("worlds", held, replicates, days, constants), live_world, folder, options, found)
    worlds.store.write_tables(options.out / "runs.parquet", options.out / "creators.parquet")
    if not worlds.complete:
        return False
    report(options, found)
    return True


EXPERIMENT = Experiment(
    name="bandwagon",
    question="Does following what others follow make stars of the lucky?",
    claim="6. Peers' choices and a large following draw more followers: the bandwagon",
    run=run,
)
