"""Well-being: does the chase for followers and likes harm those who watch and those who post, and what would help?

The first half of the claim is that people fear to miss out, go along with others, and compare themselves, and that this
makes for more use and worse moods. The second is that there are ways out: limits to use, numbers that are hidden, a
feed that does not push what is popular, more of those whom one chose to follow. Each way out is an intervention on a
day: until then its world and the usual one are the same. What it costs the platform is measured beside what it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import HEADLINE, RECENT, Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation, ModelMeasure
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from matplotlib.figure import Figure

    from simulation.analysis.tables import FloatArray, Tables
    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.social_graph import SocialGraph

SMALL = 0.3
"""Standard deviations: the most that limiting use has been found to bring (Hunt et al. 2018; Allcott et al. 2020)."""
SPREAD = "set_point"
"""Moods are told in standard deviations of the moods to which people return: those are the same in all arms."""

CAP: Mapping[str, bool | float] = {"session.session_cap": 10}
NUDGE: Mapping[str, bool | float] = {"session.break_nudge": 0.5}
LIKES_HIDDEN: Mapping[str, bool | float] = {"feed.hide_like_counts": True}
FOLLOWERS_HIDDEN: Mapping[str, bool | float] = {"feed.hide_follower_counts": True}
UNPOPULAR: Mapping[str, bool | float] = {
    "feed.popularity_bias": 0.0,
    "feed.mix.popular": 0.0,
    "feed.mix.interest": 0.8,
}
FOLLOWED: Mapping[str, bool | float] = {
    "feed.mix.following": 0.6,
    "feed.mix.friends": 0.05,
    "feed.mix.popular": 0.1,
    "feed.mix.interest": 0.2,
}
FRIENDS: Mapping[str, bool | float] = {
    "feed.mix.following": 0.1,
    "feed.mix.friends": 0.55,
    "feed.mix.popular": 0.1,
    "feed.mix.interest": 0.2,
}
COMBINED: Mapping[str, bool | float] = {**CAP, **NUDGE, **LIKES_HIDDEN, **FOLLOWERS_HIDDEN, **FOLLOWED}


def from_then(moved: Mapping[str, bool | float]) -> Callable[[Scale], list[Intervention]]:
    """Levers moved after a third of the days, for good."""
    return lambda size: [Intervention(begin(size.days), lever, value) for lever, value in moved.items()]


def begin(days: int) -> int:
    """The day on which interventions take place."""
    return days // 3


def user_wellbeing(result: Tables) -> float:
    """Users' mean mood over the last four weeks, in standard deviations of the moods to which they return."""
    spread = float(result.users.loc[result.users["left"] < 0, SPREAD].std())
    return float(result.daily["mood"].iloc[-RECENT:].mean()) / spread if spread > 1e-12 else float("nan")


def fomo_and_use(result: Tables) -> float:
    """Correlation (Pearson) over users of fear of missing out with use."""
    users = result.users[result.users["left"] < 0]
    return _pearson(users["fomo"].to_numpy(np.float64), users["use"].to_numpy(np.float64))


def follows_since(result: Tables) -> float:
    """Follows a user and day since interventions took place."""
    from simulation.analysis.engagement import follows_per_user_day

    return follows_per_user_day(result.daily[result.daily["day"] >= begin(result.days)])


def views_since(result: Tables) -> float:
    """Posts shown a user and day since interventions took place."""
    daily = result.daily[result.daily["day"] >= begin(result.days)]
    return float(daily["views"].sum()) / float(daily["users"].sum())


def conformity_and_peers(model: FollowerModel) -> float:
    """Rank correlation, over users, of conformity with the share of their follows that a peer follows too."""
    from simulation.analysis import rank_correlation

    shared = shared_with_peers(model)
    known = np.isfinite(shared)
    return rank_correlation(model.state.users.conformity[known], shared[known])


def shared_with_peers(model: FollowerModel) -> FloatArray:
    """For every user, the share of follows whose creator at least one peer follows too; NaN for nobody followed."""
    import networkx as nx

    users, entries = model.state.follows.entries()
    follows = np.zeros((model.state.users.activity.size, model.state.creators.user.size), dtype=np.int64)
    follows[users, model.state.follows.rows.creator[entries]] = 1
    by_peers = nx.to_scipy_sparse_array(model.social_graph, weight=None, dtype=np.int64, format="csr") @ follows
    held = follows.sum(axis=1)
    shared = (follows * (by_peers > 0)).sum(axis=1)
    return np.divide(shared, held, out=np.full(held.size, np.nan), where=held > 0)


def _pearson(one: FloatArray, other: FloatArray) -> float:
    if one.size < 3 or min(np.ptp(one), np.ptp(other)) < 1e-12:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """What every way out does to every outcome."""
    from experiments.wellbeing_figures import dashboard

    yield "dashboard", dashboard(found)


def remarks(found: Findings) -> list[str]:
    """What each way out brings, and what it costs."""
    from experiments.wellbeing_figures import remark

    return [remark(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


def _helps(what: str, arm: str) -> Expectation:
    return Expectation(f"{what} helps viewers, a little", "user_wellbeing", arm, "usual", low=0.0, high=SMALL)


EXPERIMENT = ArmsExperiment(
    name="wellbeing",
    question="Does the chase for followers and likes harm those who watch and those who post, and what would help?",
    claim="15. FOMO, conformity, comparison and anxiety; digital well-being and genuine connection as the way out",
    about=f"""
Harm: fear of missing out should go with use (about .5 in meta-analyses), those who conform should follow what their
peers follow, and in a world in which *nobody compares* moods should be better. Ways out begin after a third of the
days. Two limit use (*session cap*, *break nudge*), two hide numbers (*likes hidden*, *followers hidden*), and three
change what is shown: *no popularity* recommends by interest alone; *chosen feed* gives six posts in ten to those whom
one follows, *friends' feed* nearly as many to those whom friends follow, both in place of recommendations: is either
the genuine connection that is meant? *All together* has cap, nudge, hidden numbers and the chosen feed. Limiting use
has been found to bring 0 to {SMALL:g} standard deviations of well-being; any of these should bring as much, and none a
cure. Mood is not all there is: anxiety shows in creators' burnout and obsession, and the price in follows and views.
""",
    arms=(
        Arm("usual", "the platform as it is by default"),
        Arm(
            "nobody compares",
            "neither viewers nor creators compare themselves with others",
            {"wellbeing.envy": 0.0, "minds.mood.envy": 0.0},
        ),
        Arm("session cap", "sessions end after ten posts", interventions=from_then(CAP)),
        Arm("break nudge", "every other session ends with a nudge after ten posts", interventions=from_then(NUDGE)),
        Arm("likes hidden", "nobody sees like counts", interventions=from_then(LIKES_HIDDEN)),
        Arm("followers hidden", "nobody sees follower counts", interventions=from_then(FOLLOWERS_HIDDEN)),
        Arm("no popularity", "recommended is by interest, whoever is popular", interventions=from_then(UNPOPULAR)),
        Arm("chosen feed", "most of the feed is from those one follows", interventions=from_then(FOLLOWED)),
        Arm("friends' feed", "most of the feed is from those whom friends follow", interventions=from_then(FRIENDS)),
        Arm("all together", "cap, nudge, hidden counts and the chosen feed", interventions=from_then(COMBINED)),
    ),
    outcomes={
        "user_wellbeing": Measure(
            user_wellbeing,
            "sd",
            "Mean mood of viewers over the last four weeks, in standard deviations of the moods to which they return",
            ratio=False,
        ),
        "user_fomo": HEADLINE["user_fomo"],
        "user_use": HEADLINE["user_use"],
        "fomo_and_use": Measure(fomo_and_use, "1", "Correlation of fear of missing out with use, over viewers", False),
        "conformity_and_peers": ModelMeasure(
            conformity_and_peers,
            "1",
            "Rank correlation, over viewers, of conformity with the share of follows that a peer has too",
            ratio=False,
        ),
        "creator_mood": HEADLINE["creator_mood"],
        "creator_obsession": HEADLINE["creator_obsession"],
        "creator_burnout": HEADLINE["creator_burnout"],
        "follows_since": Measure(follows_since, "follows/user-day", "Follows a user and day since ways out began"),
        "views_since": Measure(views_since, "views/user-day", "Posts shown a user and day since ways out began"),
    },
    expectations=(
        Expectation("fear of missing out goes with use: about .5", "fomo_and_use", "usual", low=0.4, high=0.6),
        Expectation("those who conform follow what peers follow", "conformity_and_peers", "usual"),
        Expectation("comparison lowers viewers' moods", "user_wellbeing", "usual", "nobody compares", high=0.0),
        Expectation("comparison lowers creators' moods", "creator_mood", "usual", "nobody compares", high=0.0),
        Expectation("comparison burns creators out", "creator_burnout", "usual", "nobody compares", relative=True),
        _helps("a cap on sessions", "session cap"),
        _helps("a nudge to take a break", "break nudge"),
        _helps("hiding follower counts", "followers hidden"),
        _helps("a feed without popularity", "no popularity"),
        _helps("a feed of those one chose", "chosen feed"),
        _helps("a feed of friends' choices", "friends' feed"),
        Expectation(
            "all together is no cure either", "user_wellbeing", "all together", "usual", low=-SMALL, high=SMALL
        ),
        Expectation("a chosen feed calms fear of missing out", "user_fomo", "chosen feed", "usual", high=0.0),
        Expectation("so does a feed of friends' choices", "user_fomo", "friends' feed", "usual", high=0.0),
        Expectation(
            "a cap on sessions does not burn creators out",
            "creator_burnout",
            "session cap",
            "usual",
            high=10.0,
            relative=True,
        ),
        Expectation(
            "hidden likes calm creators' obsession",
            "creator_obsession",
            "likes hidden",
            "usual",
            high=0.0,
            relative=True,
        ),
        Expectation(
            "hidden followers spare creators burnout",
            "creator_burnout",
            "followers hidden",
            "usual",
            high=0.0,
            relative=True,
        ),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=120, replicates=16, samples=40),
    quick=Scale(users=120, days=21, replicates=3, samples=6),
    figures=figures,
    remarks=remarks,
    caveats=(
        "how much use displaces, and how many posts a nudge saves, was fitted so that limits help by 0 to "
        f"{SMALL:g} standard deviations: the size of that gain is put in, which ways out share it is not",
        "connection is what the model has of it: whom one follows, and whom friends follow; nobody talks to anybody",
    ),
    uncertain=(
        Uncertainty("wellbeing.envy", 0.2 / 1.5, 0.2 * 1.5, "log"),
        Uncertainty("minds.mood.envy", 0.05 / 1.5, 0.05 * 1.5, "log"),
    ),
)
