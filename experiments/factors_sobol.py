"""The study of all six weights at once for the experiment ``factors``: which weights do outcomes depend on?

Weights are drawn from nothing to twice as much as by default, by Saltelli's sample. In every world the follow threshold
is set such that users follow as much as on real platforms (`simulation.experiment.volume`); the threshold found tells
how the weights shift the level of appeal, all other outcomes are free of it.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from simulation.analysis.headline import HEADLINE
from simulation.experiment.options import Options, Scale, Setting
from simulation.experiment.volume import THRESHOLD, hold
from simulation.factors import FACTORS
from simulation.study import Design, Evaluate, Outcome, Run, Study, Sweep, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from simulation.analysis.tables import Tables
    from simulation.records import Result
    from simulation.social_graph import SocialGraph

NAME = "weights"
USUAL = {"samples": 32, "replicates": 2, "users": 250, "days": 50}
QUICK = {"samples": 2, "replicates": 2, "users": 60, "days": 14}
MOST_WEIGHT = 2.0
LEVEL = ("threshold", "follower_gini", "merit", "unfollows_per_tie_day")
"""Outcomes that are no share of a cause."""
WORDS = {"follows": "gained", "unfollows": "lost"}
"""What the ledger calls follows and unfollows."""


def share_outcome(kind: str, factor: str) -> str:
    """Name of the share of follows or unfollows that the ledger books under a factor."""
    return f"{kind}_by_{factor}"


OUTCOMES = (*LEVEL, *(share_outcome(kind, factor.name) for kind in WORDS for factor in FACTORS))


def weights_sweep(found: Setting, options: Options) -> Sweep:
    """The declaration: six weights, Saltelli's sample, people and luck shared by all points.

    The social graph that was given, or with ``--users`` and ``--days`` the size asked for, if it is smaller than usual.
    """
    assert isinstance(found.size, Scale)
    size = QUICK if options.quick else USUAL
    users = found.size.users if found.graph is not None else min(found.size.users, size["users"])
    smaller = dataclasses.replace(found, size=dataclasses.replace(found.size, users=users))
    return Sweep(
        NAME,
        days=min(found.size.days, size["days"]),
        uncertainties=[Uncertainty(f"factors.{factor.name}.weight", 0.0, MOST_WEIGHT) for factor in FACTORS],
        constants=smaller.constants,
        sampling="sobol",
        samples=size["samples"],
        replicates=size["replicates"],
        seed=options.seed,
    )


def weights_study(found: Setting, options: Options, study: Callable[[Design, Evaluate], Study]) -> pd.DataFrame | None:
    """Sobol's indices, one row an outcome and weight; None where runs failed.

    Outcomes that are one of nothing in some world, such as shares of unfollows where nobody left, are left out.
    """
    from simulation.study.sensitivity.table import sensitivity_of

    sweep = weights_sweep(found, options)
    done = study(sweep.design, live_held)
    if not done.complete:
        return None
    table = done.store.table()
    known = [name for name in OUTCOMES if table[name].notna().all()]
    indices = sensitivity_of(sweep, table, known)
    indices["parameter"] = [name.split(".")[1].replace("_", " ") for name in indices["parameter"]]
    return indices.assign(users=sweep.constants["population.users"], days=sweep.days)


def live_held(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world at the threshold that holds the volume there, measured."""
    worlds: dict[float, Result] = {}

    def follows(threshold: float) -> float:
        worlds[threshold] = _live(run, threshold, social_graph)
        return HEADLINE["follows_per_user_day"](worlds[threshold])

    held = hold(follows)
    result = worlds[held.threshold]
    return Outcome({"threshold": held.threshold, "follows_per_user_day": held.follows, **outcomes(result)})


def _live(run: Run, threshold: float, social_graph: SocialGraph | None) -> Result:
    from simulation.model import FollowerModel

    model = FollowerModel(
        {**run.parameters(), THRESHOLD: threshold},
        seed=run.replicate.seed,
        luck=run.replicate.luck,
        social_graph=social_graph,
        threads=1,
        record="daily",
    )
    model.run_for(run.days)
    return model.result()


def outcomes(result: Tables) -> dict[str, float]:
    """All but the threshold; shares of causes are of those follows and unfollows that factors decided."""
    from simulation.analysis import rank_correlation

    creators, table = result.creators, result.creator_days
    found = {name: HEADLINE[name](result) for name in ("follower_gini", "unfollows_per_tie_day")}
    found["merit"] = rank_correlation(creators["followers"], creators["talent"])
    for kind, word in WORDS.items():
        counts = {factor.name: int(table[f"{word}_{factor.name}"].sum()) for factor in FACTORS}
        total = sum(counts.values())
        for name, count in counts.items():
            found[share_outcome(kind, name)] = count / total if total else math.nan
    return found
