"""Well-being: does the chase for followers and likes harm those who watch and those who post, and what would help?

The first half of the claim is that people fear to miss out, go along with others, and compare themselves, and that this
makes for more use and worse moods. The second is that there are ways out: limits to use, hidden numbers, a feed that
does not push what is popular, more of those whom one chose to follow. Each way out is an intervention on a day: until
then its world and the usual one are identical. What it costs the platform is measured as well.

Harm: fear of missing out should go with use (about .5 in meta-analyses), those who conform should follow what their
peers follow, and in a world with *no comparison* moods should be better. Ways out begin after a third of the days. Two
limit use (*session cap*, *break nudge*), two hide numbers (*likes hidden*, *followers hidden*), and three change what
is shown: *no popularity* recommends by interest alone; *chosen feed* gives six posts in ten to those whom one follows,
*friends' feed* nearly as many to those whom friends follow, both in place of recommendations. *All together* has cap,
nudge, hidden numbers and the chosen feed. Limiting use has been found to bring 0 to 0.3 standard deviations of
well-being; each of these should bring as much, and none a cure. Mood is not all: anxiety shows in creators' burnout and
obsession, and the price in follows and views.
"""

from functools import partial
from typing import Any

import numpy as np

from simulation.analysis import Interval, rank_correlation
from simulation.analysis.engagement import follows_per_user_day
from simulation.analysis.headline import RECENT
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.wording import interval, markdown_table
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, around, headline, less
from simulation.experiment.draw import forest
from simulation.experiment.groups import pearson, share_of
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.plots.style import BLACK, BLUE, GREY, VERMILLION

SMALL = 0.3
"""Standard deviations: the most that limiting use has been found to bring (Hunt et al. 2018; Allcott et al. 2020)."""
SPREAD = "set_point"
"""Moods are given in standard deviations of the moods to which people return: those are the same in all arms."""
Levers = dict[str, bool | float]
CAP: Levers = {"session.session_cap": 10}
NUDGE: Levers = {"session.break_nudge": 0.5}
LIKES_HIDDEN: Levers = {"feed.hide_like_counts": True}
FOLLOWERS_HIDDEN: Levers = {"feed.hide_follower_counts": True}
UNPOPULAR: Levers = {"feed.popularity_bias": 0.0, "feed.mix.popular": 0.0, "feed.mix.interest": 0.8}
LITTLE_ELSE: Levers = {"feed.mix.popular": 0.1, "feed.mix.interest": 0.2}
FOLLOWED: Levers = {"feed.mix.following": 0.6, "feed.mix.friends": 0.05, **LITTLE_ELSE}
FRIENDS: Levers = {"feed.mix.following": 0.1, "feed.mix.friends": 0.55, **LITTLE_ELSE}
COMBINED: Levers = {**CAP, **NUDGE, **LIKES_HIDDEN, **FOLLOWERS_HIDDEN, **FOLLOWED}
COLUMNS = (
    ("user_wellbeing", "viewers:\nwell-being", "sd", 1),
    ("user_fomo", "viewers: fear\nof missing out", "%", -1),
    ("user_use", "viewers:\nuse", "%", 0),
    ("creator_mood", "creators:\nmood", "points", 1),
    ("creator_obsession", "creators:\nobsession", "%", -1),
    ("creator_burnout", "creators:\nburnout", "%", -1),
    ("follows_since", "platform:\nfollows", "%", 0),
    ("views_since", "platform:\nviews", "%", 0),
)
"""Outcome, heading, unit of the change, and which way is better for people (0: a price, or neither)."""


def begin(days: int) -> int:
    """The day on which interventions take place."""
    return days // 3


def from_then(size: Scale, moved: Levers) -> list[Intervention]:
    """Levers moved after a third of the days, for good."""
    return [Intervention(begin(size.days), lever, value) for lever, value in moved.items()]


def measure(result: Tables) -> dict[str, float]:
    """Well-being of viewers, fear of missing out with use, and follows and views since interventions took place."""
    users, daily = result.users[result.users["left"] < 0], result.daily
    since, spread = daily[daily["day"] >= begin(result.days)], float(users[SPREAD].std())
    mood = float(daily["mood"].iloc[-RECENT:].mean())
    return {
        "user_wellbeing": mood / spread if spread > 1e-12 else float("nan"),
        "fomo_and_use": pearson(users["fomo"], users["use"]),
        "follows_since": follows_per_user_day(since),
        "views_since": share_of(since["views"].sum(), since["users"].sum()),
    }


def measure_model(model: FollowerModel) -> dict[str, float]:
    """Rank correlation, over users, of conformity with the share of their follows that a peer follows too."""
    shared = shared_with_peers(model)
    known = np.isfinite(shared)
    return {"conformity_and_peers": rank_correlation(model.state.users.conformity[known], shared[known])}


def shared_with_peers(model: FollowerModel) -> FloatArray:
    """For every user, the share of follows whose creator at least one peer follows too; NaN without follows."""
    import networkx as nx

    users, entries = model.state.follows.entries()
    follows = np.zeros((model.state.users.activity.size, model.state.creators.user.size), dtype=np.int64)
    follows[users, model.state.follows.rows.creator[entries]] = 1
    by_peers = nx.to_scipy_sparse_array(model.social_graph, weight=None, dtype=np.int64, format="csr") @ follows
    held = follows.sum(axis=1)
    shared = (follows * (by_peers > 0)).sum(axis=1)
    return np.divide(shared, held, out=np.full(held.size, np.nan), where=held > 0)


def changes_of(found: Findings) -> dict[str, dict[str, Interval]]:
    """What every arm changes of every outcome of the figure, from the usual world."""
    return {
        arm.name: {
            outcome: found.difference(outcome, arm.name, found.experiment.base.name, relative=unit == "%")
            for outcome, _, unit, _ in COLUMNS
        }
        for arm in found.experiment.arms[1:]
    }


def figures(found: Findings) -> Figures:
    """What every way out does to every outcome: blue where it helps people, red where it harms them."""
    changes = changes_of(found)
    panels = {}
    for outcome, heading, unit, better in COLUMNS:
        means = [by_outcome[outcome] for by_outcome in changes.values()]
        panels[f"{heading}\n({unit})"] = {"": ([_colour(mean, better) for mean in means], means)}
    yield "dashboard", forest(panels, list(changes), 0.9 + 0.26 * len(changes))


def _colour(change: Interval, better: int) -> str:
    """Grey where the interval does not tell the sign, black where neither is better."""
    if not change.low * change.high > 0:
        return GREY
    return BLACK if better == 0 else BLUE if change.estimate * better > 0 else VERMILLION


def remarks(found: Findings) -> list[str]:
    """What each way out brings viewers and creators, and what it costs in follows and views."""
    heads = ("way out", "viewers' well-being (sd)", "creators' burnout (%)", "follows (%)", "views (%)")
    shown = ("user_wellbeing", "creator_burnout", "follows_since", "views_since")
    rows = [
        [arm, *(interval(changes[name], signed=True) for name in shown)] for arm, changes in changes_of(found).items()
    ]
    return ["Benefits and costs of the ways out: changes from the usual world.\n\n" + markdown_table(heads, rows)]


def helps(what: str, arm: str, **more: Any) -> Expectation:
    """A small gain of viewers' well-being."""
    says = f"{what} helps viewers a little"
    return Expectation(says, "user_wellbeing", arm, "usual", low=0.0, high=SMALL, **more)


def way_out(name: str, about: str, levers: Levers) -> Arm:
    """An arm in which levers are moved on a day."""
    return Arm(name, about, interventions=partial(from_then, moved=levers))


EXPERIMENT = Experiment(
    name="wellbeing",
    question="Does the chase for followers and likes harm those who watch and those who post, and what would help?",
    claim="15. FOMO, conformity, comparison and anxiety; digital well-being and genuine connection as the way out",
    about=__doc__,
    arms=(
        Arm("usual", "the platform as it is by default"),
        Arm(
            "no comparison",
            "neither viewers nor creators compare themselves with others",
            {"wellbeing.envy": 0.0, "minds.mood.envy": 0.0},
        ),
        way_out("session cap", "sessions end after ten posts", CAP),
        way_out("break nudge", "every other session ends with a nudge after ten posts", NUDGE),
        way_out("likes hidden", "like counts are hidden", LIKES_HIDDEN),
        way_out("followers hidden", "follower counts are hidden", FOLLOWERS_HIDDEN),
        way_out("no popularity", "recommendations are by interest, whoever is popular", UNPOPULAR),
        way_out("chosen feed", "most of the feed is from those one follows", FOLLOWED),
        way_out("friends' feed", "most of the feed is from those whom friends follow", FRIENDS),
        way_out("all together", "cap, nudge, hidden counts and the chosen feed", COMBINED),
    ),
    outcomes={
        "user_wellbeing": ("sd", "Mean mood of viewers over the last four weeks, in sd of the moods they return to"),
        **headline("user_fomo", "user_use"),
        "fomo_and_use": ("1", "Correlation of fear of missing out with use, over viewers"),
        "conformity_and_peers": ("1", "Rank correlation of conformity with the share of follows that a peer has too"),
        **headline("creator_mood", "creator_obsession", "creator_burnout"),
        "follows_since": ("follows/user-day", "Follows per user per day since ways out began"),
        "views_since": ("views/user-day", "Posts shown per user per day since ways out began"),
    },
    measure=measure,
    measure_model=measure_model,
    expectations=(
        Expectation("fear of missing out correlates with use (about .5)", "fomo_and_use", "usual", low=0.4, high=0.6),
        Expectation("those who conform follow what peers follow", "conformity_and_peers", "usual"),
        less("comparison lowers viewers' moods", "user_wellbeing", "usual", "no comparison", headline=True),
        less("comparison lowers creators' moods", "creator_mood", "usual", "no comparison", headline=True),
        Expectation("comparison burns creators out", "creator_burnout", "usual", "no comparison", relative=True),
        helps("a cap on sessions", "session cap", headline=True),
        helps("a nudge to take a break", "break nudge"),
        helps("hiding follower counts", "followers hidden"),
        helps("a feed without popularity", "no popularity"),
        helps("a feed of those one chose", "chosen feed", headline=True),
        helps("a feed of friends' choices", "friends' feed"),
        Expectation(
            "all together is no cure either", "user_wellbeing", "all together", "usual", low=-SMALL, high=SMALL
        ),
        less("a chosen feed calms fear of missing out", "user_fomo", "chosen feed", "usual"),
        less("so does a feed of friends' choices", "user_fomo", "friends' feed", "usual"),
        Expectation(
            "a cap on sessions does not burn creators out",
            "creator_burnout",
            "session cap",
            "usual",
            high=10.0,
            relative=True,
        ),
        less("hidden likes calm creators' obsession", "creator_obsession", "likes hidden", "usual", relative=True),
        less("hidden followers spare creators burnout", "creator_burnout", "followers hidden", "usual", relative=True),
    ),
    usual=Scale(users=1000, days=120, replicates=16, samples=40),
    figures=figures,
    remarks=remarks,
    caveats=(
        "how much use displaces, and how many posts a nudge saves, was fitted so that limits help by 0 to "
        f"{SMALL:g} standard deviations: the size of that gain is put in, which ways out share it is not",
        "connection is what the model has of it: whom one follows, and whom friends follow; there are no conversations",
    ),
    uncertain=around("wellbeing.envy", "minds.mood.envy"),
)

if __name__ == "__main__":
    main(__file__)
