"""Algorithm: what does the recommender do to what people see, whom they follow, and whom they leave?

The claim has three parts. That the feed *curates by preference* shows in how well posts fit their viewers' interests,
with recommendations and with strangers drawn at random in their place. That it *favours the popular* shows in who is
watched and followed, with and without its bias toward popularity. That it *prompts people to reconsider whom they
follow* needs more care: a better feed also finds people better creators to follow, and these they keep. So
recommendations are switched on at half time in one of two worlds that are one history until then: the follows held at
that moment are the same in both, and so are the people. That it is the raised bar, and not how often one is reminded of
whom one follows, shows where the bar is held still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import HEADLINE, RECENT, Measure
from simulation.analysis.wording import interval
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation, ModelMeasure
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.parameters import KNOWN
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from simulation.analysis.tables import Tables
    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.social_graph import SocialGraph

RECOMMENDED = ("feed.mix.popular", "feed.mix.interest", "feed.mix.random")
"""Parts of the feed that a platform chooses; what one follows and what friends follow stay as they are."""
USUAL_MIX = {name: float(str(KNOWN[name].default)) for name in RECOMMENDED}
STRANGERS = {name: sum(USUAL_MIX.values()) if name == "feed.mix.random" else 0.0 for name in RECOMMENDED}
POPULAR_ONLY = {
    "feed.mix.popular": USUAL_MIX["feed.mix.popular"] + USUAL_MIX["feed.mix.interest"],
    "feed.mix.interest": 0.0,
}
BAR, START = "change.aspiration_rate", "change.aspiration_start"
HELD = {BAR: 0.0}
"""What people expect of a feed stays what it was on their first day."""


def switched_on(size: Scale) -> list[Intervention]:
    """Recommendations as usual from half time on."""
    return [Intervention(half_time(size.days), name, share) for name, share in USUAL_MIX.items()]


def half_time(days: int) -> int:
    """First day of the second half."""
    return days // 2


def interest_shown(model: FollowerModel) -> float:
    """Fit of posts with their viewers' interests: the factor's mean over the first posts of the last day's sessions."""
    names = [factor.name for factor in model.factors]
    return float(model.state.reference[names.index("shared_interest")])


def popular_views(result: Tables) -> float:
    """Share of views, over the last four weeks, of the tenth of creators with most followers before them."""
    table = result.creator_days
    start = max(1, result.days - RECENT)
    followers = table.loc[table["day"] == start - 1].set_index("creator")["followers"]
    views = table[table["day"] >= start].groupby("creator")["views"].sum()
    top = followers.sort_values(ascending=False, kind="stable").index[: max(1, round(len(followers) / 10))]
    return float(views[top].sum() / views.sum()) if views.sum() else float("nan")


def bar(result: Tables) -> float:
    """Appeal that users expect of a feed, at the end."""
    users = result.users
    return float(users.loc[users["left"] < 0, "aspiration"].mean())


def old_ties_left(result: Tables) -> float:
    """Unfollows, from half time on, of follows held at half time, per day that these were still held."""
    from simulation.analysis.churn import tie_spells

    half = half_time(result.days)
    spells = tie_spells(result.events, result.follows, result.days)
    old = (spells.start < half) & (spells.end >= half)
    at_risk = int((spells.end[old] - half + 1).sum())
    return float(spells.unfollowed[old].sum()) / at_risk if at_risk else float("nan")


def merit(result: Tables) -> float:
    """Rank correlation of followers with talent."""
    from simulation.analysis import rank_correlation

    creators = result.creators
    return rank_correlation(creators["followers"].to_numpy(np.float64), creators["talent"].to_numpy(np.float64))


def remarks(found: Findings) -> list[str]:
    """What else the arms say: where the fit comes from, the switch without the bar, and what becomes of merit."""
    held = found.difference("old_ties_left", "switched on (bar held)", "strangers (bar held)", relative=True)
    moving = found.difference("old_ties_left", "switched on", "strangers", relative=True)
    by_chance, unbiased = (found.difference("merit", "usual", arm) for arm in ("strangers", "no popularity"))
    follows = found.difference("follows_held", "usual", "strangers", relative=True)
    fit, by_interest, by_popularity = (
        found.difference("interest_shown", "usual", arm) for arm in ("strangers", "no interests", "no popularity")
    )
    return [
        f"**Curation.** The usual feed's fit with interests differs from that of strangers by "
        f"{interval(fit, signed=True)}; from that of a feed without recommendations by interest by "
        f"{interval(by_interest, signed=True)}, and from that of one without popularity bias by "
        f"{interval(by_popularity, signed=True)}.",
        f"**Reconsidering.** Switching recommendations on changes how often old follows are ended by "
        f"{interval(moving, '%', signed=True)} where the bar moves, and by {interval(held, '%', signed=True)} where "
        "it is held still.",
        f"**Side effects.** The rank correlation of followers with talent is {interval(found.mean('merit', 'usual'))} "
        f"with the usual feed. It differs from that with strangers by {interval(by_chance, signed=True)}, and from "
        f"that without popularity bias by {interval(unbiased, signed=True)}. Follows held at the end differ from those "
        f"with strangers by {interval(follows, '%', signed=True)}.",
    ]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


EXPERIMENT = ArmsExperiment(
    name="algorithm",
    question="What does the recommender do to what people see, whom they follow, and whom they leave?",
    claim="8. The algorithm curates by preference, favours the popular, and prompts people to reconsider whom they "
    "follow",
    about="""
In place of recommendations people see *strangers*, creators drawn at random; what they see of those they follow, and of
what friends follow, is the same share of the feed in all arms. *No interests* gives the share of recommendations by
interest to the popular; *no popularity* keeps both and ignores who is popular. To see whether better curation makes
people reconsider, recommendations replace strangers at half time, and what is counted is who leaves the follows that
were held then: these are the same follows as in the world where strangers go on, so that better recommendations before
cannot have made them better or worse. Recommendations also change how often one sees whom one follows, and so how often
one thinks about it. Therefore the same pair of worlds is lived with a *bar held still*: there people go on expecting of
the feed what they expected on the first day, and what the switch does less there is what the raised bar does.
""",
    arms=(
        Arm("usual", "the feed as it is by default"),
        Arm("strangers", "creators drawn at random in place of recommendations", STRANGERS),
        Arm("no interests", "nothing is recommended by interest, more of what is popular instead", POPULAR_ONLY),
        Arm("no popularity", "recommendations ignore how popular a creator is", {"feed.popularity_bias": 0.0}),
        Arm("switched on", "strangers, and from half time on recommendations as usual", STRANGERS, switched_on),
        Arm("strangers (bar held)", "strangers, and nobody's bar moves", {**STRANGERS, **HELD}),
        Arm("switched on (bar held)", "switched on, and nobody's bar moves", {**STRANGERS, **HELD}, switched_on),
    ),
    outcomes={
        "interest_shown": ModelMeasure(
            interest_shown, "1", "Fit of the posts shown on the last day with the viewers' interests and values, 0 to 1"
        ),
        "popular_views": Measure(
            popular_views, "1", "Share of views, over the last four weeks, of the tenth of creators followed most then"
        ),
        "follower_gini": HEADLINE["follower_gini"],
        "merit": Measure(merit, "1", "Rank correlation of followers with talent", ratio=False),
        "bar": Measure(bar, "1", "Appeal that people have come to expect of the feed (aspiration), 0 to 1"),
        "old_ties_left": Measure(
            old_ties_left,
            "unfollows/tie-day",
            "Unfollows, from half time on, of the follows held at half time, for each day that one of them was held",
        ),
        "follows_held": HEADLINE["follows_held"],
    },
    expectations=(
        Expectation("recommendations fit interests better than strangers do", "interest_shown", "usual", "strangers"),
        Expectation("recommending by interest has a part in that", "interest_shown", "usual", "no interests"),
        Expectation("popularity bias brings views to the popular", "popular_views", "usual", "no popularity"),
        Expectation("popularity bias makes followers more unequal", "follower_gini", "usual", "no popularity"),
        Expectation("better recommendations raise the bar", "bar", "switched on", "strangers"),
        Expectation(
            "people leave more of those they followed before",
            "old_ties_left",
            "switched on",
            "strangers",
            relative=True,
        ),
        Expectation(
            "it is the raised bar that makes them leave",
            "old_ties_left",
            "switched on",
            "strangers",
            relative=True,
            beyond=("switched on (bar held)", "strangers (bar held)"),
        ),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=120, replicates=24, samples=64),
    record="events",
    remarks=remarks,
    caveats=(
        "that people come to expect what they are shown, and leave whom they expect more than, is a rule of the model "
        "(an aspiration level, Simon 1955): what is found is how much comes of it, beside all else the feed changes",
    ),
    uncertain=(Uncertainty(BAR, 0.05 / 1.5, 0.05 * 1.5, "log"),),
)
