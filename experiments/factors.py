"""Factors: which motives draw follows, and which drive unfollows?

Every motive is removed in turn, and the outcome is not how many follow but whom: how much higher the factor is in posts
that are followed than in posts that are shown, with the motive and without. In the same way for leaving: how much the
hazard of unfollowing falls with the factor among existing ties. A further study varies all six weights at once, by
Saltelli's sample, and asks by Sobol's indices which of them outcomes depend on. In every world of it the follow
threshold is set such that users follow as much as on real platforms (`simulation.experiment.volume`); the threshold
tells how the weights shift the level of appeal, all other outcomes are free of it.

Each motive is removed from every user's appeal in turn. Weights are shares of one appeal, so that without one motive
the others count for more and the level of appeal shifts: without peer influence, which is low for most creators, more
is followed. The number of follows and unfollows therefore says little about a motive. What does is *whom* they concern.
**Followed**: how much higher a factor is in posts that were followed than in the posts shown the day before, on the
factor's scale from 0 to 1. If the motive draws follows, this falls when the motive is gone; what then remains is due to
the feed, to other motives whose values correlate with this one, and to creators followed already being among the shown.
Where following is rare, its probability is exponential in appeal, so that the excess hardly depends on how much is
followed. **Leaving**: by how many per cent the hazard of unfollowing changes where a factor is .1 higher, the other
five the same (Poisson regression over all ties of a world, values as they are at the end). If the motive drives
unfollows, this is more negative with it than without.
"""

import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import Interval, rank_correlation, tie_spells
from simulation.analysis.headline import HEADLINE
from simulation.analysis.tables import FloatArray, IntArray, Tables
from simulation.analysis.wording import interval, listed, number, table_of, words
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, World, around, headline, less
from simulation.experiment.draw import Series, forest
from simulation.experiment.groups import Booleans, share_of
from simulation.experiment.judge import mean_of
from simulation.experiment.options import Options, Setting, Study
from simulation.experiment.volume import THRESHOLD, VOLUME, hold
from simulation.factors.meeting import meeting
from simulation.model import FollowerModel
from simulation.people import no_posts
from simulation.plots.sensitivity import sobol
from simulation.plots.style import BLACK, BLUE, GREY, VERMILLION
from simulation.state import find_follow
from simulation.study import Outcome, Sweep, Uncertainty, sensitivity_of

MOTIVES = {
    "shared_interest": ("no interests", "those who share their interests and values less"),
    "talent": ("no talent", "the less talented"),
    "authenticity": ("no authenticity", "the less authentic and relatable"),
    "emotional_connection": ("no emotion", "those who move them less"),
    "consistency": ("no consistency", "those who deliver less consistently"),
    "peer_influence": ("no peers", "those whom peers and crowd follow less"),
}
"""Of every factor that is a motive: the arm without it, and whom the claim says people leave.

They follow the same without "less".
"""
NOTHING = 0.001
"""Weight that counts as none: at 0 the log of follows could no longer tell what the factor was in them."""
FEWEST_LEFT = 5
"""Unfollows per factor, below which slopes of the hazard are not estimated."""
KNOWN_FOR = (
    "identity", "expression", "intensity", "talent", "authenticity", "consistency", "followers", "joined", "key",
    "segment", "own",
)  # fmt: skip
"""What a creator is known for, whatever the latest post."""
STEP = 0.1
"""Step of a factor, on its scale from 0 to 1, for which changes of the hazard are given."""
OTHER_CAUSES = ("absence", "overload", "aspiration")
"""Causes of unfollows that are no factor."""
LEVEL = {
    "threshold": "level of appeal",
    "follower_gini": "inequality of followers",
    "merit": "followers by talent",
    "unfollows_per_tie_day": "hazard of unfollowing",
}
"""Outcomes of the study of weights that are no share of a cause, as a panel is headed."""
WORDS = {"follows": "gained", "unfollows": "lost"}
"""The ledger's words for follows and unfollows."""
SHARES = [f"{kind}_by_{factor}" for kind in WORDS for factor in MOTIVES]
MOST_WEIGHT = 2.0
WEIGHTS = {False: Scale(250, 50, 2, 32), True: Scale(60, 14, 2, 2)}
"""Size of the study of weights, and with ``--quick``."""
AXES = {
    "followed": "factor in posts followed\nminus that in posts shown",
    "leaving": "change of the hazard of unfollowing\nper .1 of the factor (%)",
}


def weight(factor: str) -> str:
    """Name of the weight of a factor."""
    return f"factors.{factor}.weight"


def followed(model: FollowerModel) -> dict[str, float]:
    """How much higher each motive is in posts that were followed than in those shown the day before; 0 to 1 each."""
    events = model.result().events
    chosen = events[(events["kind"] == "follow") & (events["cause"] != "reciprocity")]
    weights = model.state.users.factor_weights[chosen["user"].to_numpy()]
    excess = {
        factor.name: chosen[f"contribution_{factor.name}"].to_numpy() / weights[:, place]
        for place, factor in enumerate(model.factors)
        if factor.name in MOTIVES
    }
    return {name: float(values.mean()) if values.size else math.nan for name, values in excess.items()}


def leaving(model: FollowerModel) -> dict[str, float]:
    """By how many % the hazard of unfollowing is higher where a motive is higher by `STEP`, the others the same.

    Poisson regression of unfollows on all motives, with tie-days as exposure.
    """
    result = model.result()
    spells = tie_spells(result.events, result.follows, result.days)
    at_risk = spells.duration > 0
    values = factor_values(model, spells.user[at_risk], spells.creator[at_risk])
    places = {factor.name: place for place, factor in enumerate(model.factors) if factor.name in MOTIVES}
    slopes = hazard_slopes(values[:, list(places.values())], spells.unfollowed[at_risk], spells.duration[at_risk])
    return {name: 100 * math.expm1(STEP * slope) for name, slope in zip(places, slopes, strict=True)}


def factor_values(model: FollowerModel, users: IntArray, creators: IntArray) -> FloatArray:
    """Value of every factor for pairs of user and creator, (pairs, factors), as things stand.

    Of posts it takes what a creator is known for: own voice as topic, talent as quality, no engagement.
    """
    from scipy.sparse import csr_array

    state, held = model.state, model.result().follows
    n, m = state.users.activity.size, state.creators.user.size
    follows = csr_array((np.ones(len(held), np.int64), (held["user"], held["creator"])), shape=(n, m))
    ties = csr_array((np.ones(state.peers.peer.size, np.int64), state.peers.peer, state.peers.start), shape=(n, n))
    peers = (ties @ follows).toarray()
    known = {name: getattr(state.creators, name) for name in KNOWN_FOR}
    crowd = np.log1p(known["followers"]) / np.log1p(n)
    voices = SimpleNamespace(**known, engagement=np.zeros(m), crowd=crowd)
    unchanged = {name: getattr(state, name) for name in ("users", "peers", "rows", "memory")}
    world = SimpleNamespace(creators=voices, posts=no_posts(state.creators, 1), **unchanged)
    meet, scale, lately = meeting(()), model.parameters.users.identity_scale, model.parameters.session.lately
    met = [
        meet(
            user,
            creator,
            creator,
            state.day,
            find_follow(state.rows, user, creator),
            peers[user, creator],
            world,
            scale,
            lately,
        )
        for user, creator in zip(users, creators, strict=True)
    ]
    rules = [(factor.rule, getattr(model.parameters.factors, factor.name)) for factor in model.factors]
    return np.array([[rule(one, section) for rule, section in rules] for one in met]).reshape(-1, len(rules))


def hazard_slopes(values: FloatArray, left: Booleans, days: IntArray) -> FloatArray:
    """Slopes of the logarithm of a hazard on some values, by Poisson regression (Newton's method).

    Parameters
    ----------
    values
        (ties, factors).
    left
        (ties,): whether it ended in an unfollow.
    days
        (ties,): days at risk, above 0.

    Returns
    -------
    (factors,): NaN throughout where too few left, or without convergence.
    """
    count = values.shape[1]
    if left.sum() < FEWEST_LEFT * count:
        return np.full(count, math.nan)
    design = np.column_stack([np.ones(len(values)), values - values.mean(axis=0)])
    slopes = np.zeros(count + 1)
    slopes[0] = math.log(left.sum() / days.sum())
    for _ in range(50):
        expected = days * np.exp(np.clip(design @ slopes, -50, 50))
        information = design.T @ (expected[:, None] * design)
        step, *_ = np.linalg.lstsq(information, design.T @ (left - expected), rcond=None)
        slopes += step
        if np.abs(step).max() < 1e-8:
            return slopes[1:]
    return np.full(count, math.nan)


def measure_model(model: FollowerModel) -> dict[str, float]:
    """All factors in what is followed, and their part in leaving."""
    both = {"followed": followed(model), "leaving": leaving(model)}
    return {f"{factor}_{what}": values[factor] for what, values in both.items() for factor in MOTIVES}


def causes(result: Tables) -> dict[str, Any]:
    """Share of follows and of unfollows by cause in the ledger, and mean contributions of factors."""
    events, names = result.events, list(result.cause_names)
    found: dict[str, Any] = {"cause": names}
    for kind, word in WORDS.items():
        counts = np.array([result.creator_days[f"{word}_{name}"].sum() for name in names], dtype=np.float64)
        found[f"share_{kind}"] = counts / counts.sum() if counts.sum() else np.full(len(names), math.nan)
        rows = events[events["kind"] == kind[:-1]].reindex(columns=[f"contribution_{name}" for name in names])
        found[f"contribution_{kind}"] = rows.mean().to_numpy(np.float64)
    return found


# All weights at once ------------------------------------------------------------------------------------------------


def weights_sweep(found: Setting, options: Options) -> Sweep:
    """Six weights, Saltelli's sample, populations and random draws shared by all points.

    The social graph that was given, or with ``--users`` and ``--days`` the size asked for, if it is smaller than usual.
    """
    size = WEIGHTS[options.quick]
    users = found.size.users if found.graph is not None else min(found.size.users, size.users)
    smaller = dataclasses.replace(found, size=dataclasses.replace(found.size, users=users))
    return Sweep(
        "weights",
        days=min(found.size.days, size.days),
        uncertainties=[Uncertainty(weight(factor), 0.0, MOST_WEIGHT) for factor in MOTIVES],
        constants=smaller.constants,
        sampling="sobol",
        samples=size.samples,
        replicates=size.replicates,
        seed=options.seed,
    )


def weights_study(found: Setting, options: Options, study: Study) -> pd.DataFrame | None:
    """Sobol's indices, one row per outcome and weight; None where runs failed.

    Outcomes that are undefined in some world, such as shares of unfollows without unfollows, are left out.
    """
    sweep = weights_sweep(found, options)
    done = study(sweep.design, live_held)
    if not done.complete:
        return None
    runs = done.store.table()
    indices = sensitivity_of(sweep, runs, [name for name in (*LEVEL, *SHARES) if runs[name].notna().all()])
    indices["parameter"] = [name.split(".")[1].replace("_", " ") for name in indices["parameter"]]
    return indices.assign(users=sweep.constants["population.users"], days=sweep.days)


def live_held(world: World) -> Outcome:
    """One world at the threshold that holds the volume there, measured."""
    held = hold(lambda at: world.simulated({THRESHOLD: at}).result(), HEADLINE["follows_per_user_day"])
    return Outcome({"threshold": held.threshold, "follows_per_user_day": held.follows, **outcomes(held.found)})


def outcomes(result: Tables) -> dict[str, float]:
    """All but the threshold; shares of causes are of those follows and unfollows that motives decided."""
    creators, days = result.creators, result.creator_days
    found = {name: HEADLINE[name](result) for name in ("follower_gini", "unfollows_per_tie_day")}
    found["merit"] = rank_correlation(creators["followers"], creators["talent"])
    for kind, word in WORDS.items():
        counts = {factor: int(days[f"{word}_{factor}"].sum()) for factor in MOTIVES}
        found |= {f"{kind}_by_{name}": share_of(count, sum(counts.values())) for name, count in counts.items()}
    return found


# Figures and remarks ------------------------------------------------------------------------------------------------


def of_cause(details: pd.DataFrame, column: str, cause: str) -> Interval:
    """Mean over replicates of a column of the details for one cause, in the usual worlds; shares in %."""
    rows = details[(details["arm"] == "usual") & (details["cause"] == cause)]
    return mean_of(rows[column] * (100 if column.startswith("share") else 1))


def figures(found: Findings) -> Figures:
    """Motives with and without; which weights outcomes depend on, where all weights vary."""
    assert found.further is not None
    panels: dict[str, dict[str, Series]] = {
        label: {
            "with the motive": (BLUE, [found.mean(f"{factor}_{outcome}", "usual") for factor in MOTIVES]),
            "without it": (GREY, [found.mean(f"{factor}_{outcome}", arm) for factor, (arm, *_) in MOTIVES.items()]),
        }
        for outcome, label in AXES.items()
    }
    panels["share by cause in the ledger (%)"] = {
        kind: (colour, [of_cause(found.details, f"share_{kind}", factor) for factor in MOTIVES])
        for kind, colour in (("follows", BLACK), ("unfollows", VERMILLION))
    }
    yield "motives", forest(panels, list(map(words, MOTIVES)), 2.7)
    indices = found.further.set_index(["outcome", "parameter"])
    weights: dict[str, dict[str, Series]] = {
        level: {
            order: (colour, [_index(indices.loc[outcome, words(factor)], column) for factor in MOTIVES])
            for order, colour, column in (("total order", BLUE, "ST"), ("first order", VERMILLION, "S1"))
        }
        for outcome, level in LEVEL.items()
        if outcome in indices.index
    }
    yield "weights", forest(weights, list(map(words, MOTIVES)), 2.7)
    by_cause = found.further[found.further["outcome"].isin(SHARES)]
    if by_cause["outcome"].nunique() > 3:
        yield "weights_causes", sobol(by_cause, of="mean")


def remarks(found: Findings) -> list[str]:
    """Motives ranked by what they add to follows and unfollows; volume; the study of the weights."""
    assert found.further is not None
    return [_ranking(found), _volume(found), "### All weights at once", _weights(found.further), _causes(found.further)]


def _ranking(found: Findings) -> str:
    def row(factor: str) -> dict[str, str]:
        booked = {
            f"{column} {of} {event}{unit}": interval(
                of_cause(found.details, f"{column}_{event}", factor), signed=not unit
            )
            for event in ("follows", "unfollows")
            for column, of, unit in (("contribution", "to", ""), ("share", "of", " (%)"))
        }
        hazard = interval(found.mean(f"{factor}_leaving", "usual"), signed=True)
        return {"motive": words(factor), **booked, "hazard of unfollowing (% per .1)": hazard}

    ranked = sorted(MOTIVES, key=lambda one: -of_cause(found.details, "contribution_follows", one).estimate)
    other = [f"{cause} {interval(of_cause(found.details, 'share_unfollows', cause))}%" for cause in OTHER_CAUSES]
    return (
        "**Which motives decide.** In the usual worlds all six weigh the same, so a motive decides the more, the more "
        "creators differ in it for one user. Contribution: what the factor added to the appeal of a post at the time, "
        "relative to a usual post (means over follows and over unfollows); share: events of which the factor is the "
        f"recorded cause.\n\n{table_of([row(factor) for factor in ranked])}\n\nThe "
        f"other unfollows have causes that are no factor: {listed(other)}."
    )


def _volume(found: Findings) -> str:
    changes = found.by_arm("follows_per_user_day", [arm for arm, _ in MOTIVES.values()], "usual", relative=True)
    return (
        f"**How much is followed** is another matter. Follows change as follows: {changes}. This is mostly the level "
        "of appeal: the removed motive has high or low values, and the others count for more. It says nothing about "
        "how much people follow by a motive."
    )


def _weights(indices: pd.DataFrame) -> str:
    first = indices.iloc[0]
    rows = []
    for name, level in LEVEL.items():
        part = indices[(indices["outcome"] == name) & np.isfinite(indices["ST"])].sort_values("ST", ascending=False)
        if len(part) > 1:
            most, then = part.iloc[0], part.iloc[1]
            rows.append(
                {
                    "outcome": level,
                    "depends most on (ST)": f"{most.parameter}: {interval(_index(most, 'ST'))}",
                    "its S1": interval(_index(most, "S1")),
                    "next (ST)": f"{then.parameter}: {interval(_index(then, 'ST'))}",
                    "sum of S1": interval(_index(most, "S1_sum")),
                    "share of chance": number(most.luck_share, 2),
                }
            )
    return (
        f"A separate study varied all six weights at once, each from 0 to {MOST_WEIGHT:g} (by default all are 1), by "
        f"Saltelli's sample of {first.samples} base points: {first.samples * (len(MOTIVES) + 2)} settings, each in "
        f"{first.replicates} populations of {first.users:,} users for {first.days} days. In every world the follow "
        f"threshold was set such that users follow {VOLUME:g} creators per day. First order S1: share of the variance "
        "of an outcome that goes once this weight is known; total order ST: share that stays while it is unknown. "
        "Intervals are those of a bootstrap over the points; sampling error may bring numbers below 0 and above 1. "
        "Share of chance: part of the variance between settings that would go with endless replicates.\n\n"
        + table_of(rows)
    )


def _index(row: pd.Series, index: str) -> Interval:
    return Interval(row[index], row[f"{index}_low"], row[f"{index}_high"], 0.95)


def _causes(indices: pd.DataFrame) -> str:
    sentences = []
    for kind in WORDS:
        shares = indices[indices["outcome"].isin([f"{kind}_by_{factor}" for factor in MOTIVES])]
        most = [rows.loc[rows["ST"].idxmax()] for _, rows in shares.groupby("outcome") if rows["ST"].notna().all()]
        own = [row["outcome"] == f"{kind}_by_{row['parameter'].replace(' ', '_')}" for row in most]
        if own:
            sentences.append(
                f"Of the shares of {kind} by recorded cause, {sum(own)} of {len(own)} depend most on the weight of "
                "that motive itself"
            )
    found = f"{'. '.join(sentences)}." if sentences else "Shares of causes are undefined in some worlds."
    return f"{found} `further.parquet` has all indices with their intervals."


EXPERIMENT = Experiment(
    name="factors",
    question="Which motives draw follows, and which drive unfollows?",
    claim="1, 2, 3, 4, 5 and 6. People follow creators who share their interests, who have talent, who are authentic, "
    "who move them, who deliver consistently, and whom peers and crowd follow",
    about=__doc__,
    arms=(
        Arm("usual", "all six motives weigh the same"),
        *(
            Arm(arm, f"{words(factor)} counts for next to nothing", {weight(factor): NOTHING})
            for factor, (arm, _) in MOTIVES.items()
        ),
    ),
    outcomes={
        **{
            f"{factor}_followed": ("1", f"{words(factor)} of posts that were followed minus that of posts shown")
            for factor in MOTIVES
        },
        **{
            f"{factor}_leaving": (
                "% per .1",
                f"change of the hazard of unfollowing where {words(factor)} is {STEP:g} higher",
            )
            for factor in MOTIVES
        },
        **headline("follows_per_user_day", "unfollows_per_tie_day", "follower_gini"),
    },
    measure_model=measure_model,
    record="events",
    expectations=(
        *(
            Expectation(f"people follow {whom.replace(' less', '')}", f"{factor}_followed", "usual", arm, headline=True)
            for factor, (arm, whom) in MOTIVES.items()
        ),
        *(less(f"people leave {whom}", f"{factor}_leaving", "usual", arm) for factor, (arm, whom) in MOTIVES.items()),
    ),
    usual=Scale(users=1000, days=90, replicates=12, samples=32),
    quick=Scale(users=120, days=21, replicates=2, samples=8),
    details=causes,
    further=weights_study,
    figures=figures,
    remarks=remarks,
    caveats=(
        "that people follow by these six motives is what the model assumes; the result is which of them decide, given "
        "how much creators differ in each and what the feed shows",
        "all motives weigh the same by default; how strong a motive is in reality is unknown, and the study of the "
        "weights shows how much depends on it",
        "values of factors in ties are those of the end of a run; peers' choices and authenticity change with time",
    ),
    uncertain=around(*map(weight, MOTIVES)),
)

if __name__ == "__main__":
    main(__file__)
