"""Factors: which motives draw follows, and which drive unfollows?

Every motive is taken away in turn, and what is looked at is not how many follow but whom: how much higher the factor is
in posts that are followed than in posts that are shown, with the motive and without. In the same way for leaving: how
much the hazard of unfollowing falls with the factor among ties that are held. A further study varies all six weights at
once and asks, by Sobol's indices, which of them the outcomes depend on (`experiments.factors_sobol`).
"""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.factors_sobol import weights_study
from simulation.analysis.headline import HEADLINE
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation, ModelMeasure
from simulation.experiment.options import Scale
from simulation.parameters import KNOWN
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulation.analysis.tables import Tables
    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.social_graph import SocialGraph

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOTIVES = {
    "shared_interest": ("no interests", "people follow those who share their interests and values"),
    "talent": ("no talent", "people follow the talented"),
    "authenticity": ("no authenticity", "people follow the authentic and relatable"),
    "emotional_connection": ("no emotion", "people follow those who move them"),
    "consistency": ("no consistency", "people follow those who deliver consistently"),
    "peer_influence": ("no peers", "people follow those whom peers and crowd follow"),
}
"""Of every factor: the arm without it, and what the claim says of it."""
LEAVING = {
    "shared_interest": "people leave those who share their interests and values less",
    "talent": "people leave the less talented",
    "authenticity": "people leave the less authentic and relatable",
    "emotional_connection": "people leave those who move them less",
    "consistency": "people leave those who deliver less consistently",
    "peer_influence": "people leave those whom peers and crowd follow less",
}
NOTHING = 0.001
"""Weight that counts as none: at 0 the log of follows could not tell any more what the factor was in them."""
FEWEST_LEFT = 5
"""Unfollows for each factor, below which slopes of the hazard are not looked at."""
STEP = 0.1
"""Step of a factor, on its scale from 0 to 1, for which changes of the hazard are given."""


def weight(factor: str) -> str:
    """Name of the weight of a factor."""
    return f"factors.{factor}.weight"


def followed(model: FollowerModel, factor: str) -> float:
    """How much higher a factor is in posts that were followed than in those shown the day before; 0 to 1 each."""
    return _followed(model)[factor]


def leaving(model: FollowerModel, factor: str) -> float:
    """By how many % the hazard of unfollowing is higher where a factor is higher by `STEP`, the others the same."""
    return _leaving(model)[factor]


@lru_cache(maxsize=1)
def _followed(model: FollowerModel) -> dict[str, float]:
    events = model.result().events
    chosen = events[(events["kind"] == "follow") & (events["cause"] != "reciprocity")]
    weights = model.state.users.factor_weights[chosen["user"].to_numpy()]
    found = {}
    for place, factor in enumerate(model.factors):
        excess = chosen[f"contribution_{factor.name}"].to_numpy() / weights[:, place]
        found[factor.name] = float(excess.mean()) if excess.size else math.nan
    return found


@lru_cache(maxsize=1)
def _leaving(model: FollowerModel) -> dict[str, float]:
    """Slopes of the logarithm of the hazard: Poisson regression of unfollows on all factors, tie-days as exposure."""
    from simulation.analysis import tie_spells

    result = model.result()
    spells = tie_spells(result.events, result.follows, result.days)
    at_risk = spells.duration > 0
    values = factor_values(model, spells.user[at_risk], spells.creator[at_risk])
    slopes = hazard_slopes(values, spells.unfollowed[at_risk], spells.duration[at_risk])
    return {factor.name: 100 * math.expm1(STEP * slope) for factor, slope in zip(model.factors, slopes, strict=True)}


def factor_values(model: FollowerModel, users: Ints, creators: Ints) -> Floats:
    """Value of every factor for pairs of user and creator, (pairs, factors), as things stand.

    Of posts it takes what a creator is known for: own voice as topic, talent as quality, no engagement.
    """
    from scipy.sparse import csr_array

    from simulation.factors.base import Encounter

    state = model.state
    them, voices = state.users, state.creators
    n, m = them.activity.size, voices.user.size
    held = model.result().follows
    follows = csr_array((np.ones(len(held), np.int64), (held["user"], held["creator"])), shape=(n, m))
    ties = csr_array((np.ones(state.peers.peer.size, np.int64), state.peers.peer, state.peers.start), shape=(n, n))
    apart = them.identity[users] - voices.identity[creators]
    scale = model.parameters.users.identity_scale
    encounter: Any = Encounter(
        user=users,
        creator=creators,
        day=model.state.day,
        interest_similarity=np.einsum("pk,pk->p", them.interests[users], voices.topics[creators]),
        identity_similarity=np.exp(-(apart**2).sum(axis=1) / (2 * scale**2)),
        emotional_resonance=np.einsum("pk,pk->p", them.taste[users], voices.expression[creators]),
        intensity=voices.intensity[creators],
        engagement=0.0,
        quality=voices.talent[creators],
        talent=voices.talent[creators],
        authenticity=voices.authenticity[creators],
        consistency=voices.consistency[creators],
        conformity=them.conformity[users],
        peers_following=(ties @ follows).toarray()[users, creators],
        crowd=np.log1p(voices.followers[creators]) / np.log1p(n),
        followers=voices.followers[creators],
        following=1,
    )
    sections = model.parameters.factors
    return np.column_stack([factor.rule(encounter, getattr(sections, factor.name)) for factor in model.factors])


def hazard_slopes(values: Floats, left: NDArray[np.bool_], days: Ints) -> Floats:
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
    (factors,): NaN throughout where too few left, or nothing converges.
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


def causes(result: Tables) -> dict[str, Any]:
    """Share of follows and of unfollows that the ledger books under each cause, and mean contributions of factors."""
    table = result.creator_days
    names = list(result.cause_names)
    events = result.events
    by_kind = [events[events["kind"] == kind] for kind in ("follow", "unfollow")]
    columns = [f"contribution_{name}" for name in names]
    means = [rows.reindex(columns=columns).mean().to_numpy(np.float64) for rows in by_kind]
    shares = []
    for word in ("gained", "lost"):
        counts = np.array([table[f"{word}_{name}"].sum() for name in names], dtype=np.float64)
        shares.append(counts / counts.sum() if counts.sum() else np.full(len(names), math.nan))
    return {
        "cause": names,
        "share_follows": shares[0],
        "share_unfollows": shares[1],
        "contribution_follows": means[0],
        "contribution_unfollows": means[1],
    }


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """Motives with and without; what outcomes depend on where all weights vary."""
    from experiments.factors_figures import causes_figure, motives_figure, weights_figure

    indices = weights_indices(found)
    yield "motives", motives_figure(found)
    yield "weights", weights_figure(indices)
    if any(name.startswith(("follows_by", "unfollows_by")) for name in indices["outcome"]):
        yield "weights_causes", causes_figure(indices)


def remarks(found: Findings) -> list[str]:
    """Which motives decide most, and what hangs on the weights."""
    from experiments.factors_summary import paragraphs

    return paragraphs(found, weights_indices(found))


def weights_indices(found: Findings) -> pd.DataFrame:
    """What the further study left."""
    import pandas as pd

    from simulation.experiment.run import FURTHER

    return pd.read_parquet(found.options.out / FURTHER)


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


EXPERIMENT = ArmsExperiment(
    name="factors",
    question="Which motives draw follows, and which drive unfollows?",
    claim="1, 2, 3, 4, 5 and 6. People follow creators who share their interests, who have talent, who are authentic, "
    "who move them, who deliver consistently, and whom peers and crowd follow",
    about="""
Each motive is taken out of every user's appeal in turn. Weights are shares of one appeal, so that without one motive
the others count for more and the level of appeal shifts: without peer influence, which is low for most creators, more
is followed. Follows and unfollows in all therefore say little about a motive. What does is *whom* they concern.
**Followed**: how much higher a factor is in posts that were followed than in the posts shown the day before, on the
factor's scale from 0 to 1. If the motive draws follows, this falls when the motive is gone; what then remains is
brought about by the feed, by other motives whose values go along with this one, and by those followed already being
among the shown. Where following is rare, its probability is exponential in appeal, so that the excess hardly depends
on how much is followed. **Leaving**: by how many per cent the hazard of unfollowing changes where a factor is .1
higher, the other five the same (Poisson regression over all ties of a world, values as they stand at the end). If the
motive drives unfollows, this is more negative with it than without.
""",
    arms=(
        Arm("usual", "all six motives weigh the same"),
        *(
            Arm(arm, f"{factor.replace('_', ' ')} counts for next to nothing", {weight(factor): NOTHING})
            for factor, (arm, _) in MOTIVES.items()
        ),
    ),
    outcomes={
        **{
            f"{factor}_followed": ModelMeasure(
                partial(followed, factor=factor),
                "1",
                f"{factor.replace('_', ' ')} of posts that were followed, less that of posts shown",
                ratio=False,
            )
            for factor in MOTIVES
        },
        **{
            f"{factor}_leaving": ModelMeasure(
                partial(leaving, factor=factor),
                "% per .1",
                f"change of the hazard of unfollowing where {factor.replace('_', ' ')} is {STEP:g} higher",
                ratio=False,
            )
            for factor in MOTIVES
        },
        **{name: HEADLINE[name] for name in ("follows_per_user_day", "unfollows_per_tie_day", "follower_gini")},
    },
    expectations=(
        *(Expectation(says, f"{factor}_followed", "usual", arm) for factor, (arm, says) in MOTIVES.items()),
        *(
            Expectation(LEAVING[factor], f"{factor}_leaving", "usual", arm, high=0.0)
            for factor, (arm, _) in MOTIVES.items()
        ),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=90, replicates=12, samples=32),
    quick=Scale(users=120, days=21, replicates=2, samples=8),
    record="events",
    details=causes,
    further=weights_study,
    figures=figures,
    remarks=remarks,
    caveats=(
        "that people follow by these six motives is what the model assumes; what is found is which of them decide, "
        "given how much creators differ in each and what the feed shows",
        "all motives weigh the same by default; how strong a motive is in the world is not known, and the study of the "
        "weights shows how much hangs on it",
        "values of factors in ties are those of the end of a run; peers' choices and authenticity change with time",
    ),
    uncertain=tuple(
        Uncertainty(weight(factor), float(str(KNOWN[weight(factor)].default)) / 1.5, 1.5, "log") for factor in MOTIVES
    ),
)
