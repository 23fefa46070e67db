"""Bandwagon: does following what others follow make stars of the lucky?

Peer influence enters a user's choice with a weight, part of it through the user's own peers and part through the crowd
(the shown number of followers); the recommender shows the popular more, by its popularity bias. Both are swept against
each other in parallel worlds (Salganik, Dodds and Watts, Science 2006): the same users, creators, talents and social
graph, different luck. If the bandwagon makes stars, worlds become more unequal and less alike, and success follows
talent less closely, as its weight grows.

Weights are shares of one appeal: more weight for peers is less for everything else, and since at first nobody is
followed, a heavier bandwagon by itself means far fewer follows, and few follows are both unequal and unpredictable for
no other reason than being few. Therefore the follow threshold is set anew at every point, such that users follow as
much as on real platforms (`simulation.experiment.volume`); the first study finds the thresholds, the second lives the
worlds, and a third asks how robust the findings are (`experiments.bandwagon_robustness`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis import effective_number, gini, rank_correlation, top_share
from simulation.experiment.options import Experiment, Options, Size, claim_folder, finish_study, setting
from simulation.experiment.volume import THRESHOLD, hold
from simulation.parameters import KNOWN
from simulation.study import Design, Outcome, Run, full_grid, spawn_replicates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.model import FollowerModel
    from simulation.social_graph import SocialGraph

WEIGHT = "factors.peer_influence.weight"
CROWD = "factors.peer_influence.crowd_weight"
BIAS = "feed.popularity_bias"

EARLY = 0.25
"""Share of the days after which followers count as early."""
CROWD_SWEPT_AT = 2.0
"""Weight of peer influence at which the share of the crowd is swept."""

USUAL = Size(users=1000, days=100, populations=8, worlds=4, samples=24)
QUICK = Size(users=150, days=20, populations=3, worlds=2, samples=5)


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
    """The follow threshold that holds the volume, found in one world."""
    held = hold(lambda threshold: follows_per_user_day(run, {**run.parameters(), THRESHOLD: threshold}, social_graph))
    usual = next(iter(held.tried.values()))
    return Outcome(
        {"threshold": held.threshold, "follows_per_user_day": held.follows, "follows_per_user_day_at_usual": usual}
    )


def follows_per_user_day(run: Run, values: Mapping[str, object], social_graph: SocialGraph | None) -> float:
    """Follows a user and day in the world of a run, at these parameters."""
    model = world_model(run, values, social_graph, run.replicate.luck)
    model.run_for(run.days)
    return int(model.state.creators.total_gained.sum()) / (model.parameters.population.users * run.days)


def live_world(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Live one world: its inequality, its rank correlation with talent, and every creator's success."""
    model = world_model(run, run.parameters(), social_graph, run.replicate.luck)
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


def world_model(run: Run, values: Mapping[str, object], social_graph: SocialGraph | None, luck: int) -> FollowerModel:
    """The people of a run, before their first day, at these parameters and with this luck."""
    from simulation.model import FollowerModel

    return FollowerModel(
        values,
        seed=run.replicate.seed,
        luck=luck % 2**64,
        social_graph=social_graph,
        interventions=run.interventions,
        threads=1,
        record="daily",
    )


def early_day(days: int) -> int:
    """Days after which followers count as early."""
    return max(1, round(EARLY * days))


CONTENTS = (
    *(f"{name}.parquet" for name in ("runs", "creators", "thresholds", "estimates")),
    *(f"{name}.parquet" for name in ("samples", "robustness", "dependence")),
    "figures",
    "summary.md",
)
"""What the experiment leaves in its folder, besides the studies."""


def run(options: Options) -> bool:
    """Find the thresholds, live the worlds, vary what is uncertain, measure, draw, and write the summary."""
    from experiments.bandwagon_report import report
    from experiments.bandwagon_robustness import run_robustness

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
    robustness = run_robustness(options, found)
    if robustness is None:
        return False
    report(options, found, robustness)
    return True


EXPERIMENT = Experiment(
    name="bandwagon",
    question="Does following what others follow make stars of the lucky?",
    claim="6. Peers' choices and a large following draw more followers: the bandwagon",
    run=run,
)
