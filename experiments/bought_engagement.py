"""Bought engagement: what do bought followers and likes bring to those who buy, and who pays for it?

A random quarter of the creators buys on a day; until then all worlds are one, and the same creators who buy in one do
not in the other. What they gain is counted in followers who are somebody. Bought followers can work in one way only,
through the crowd that viewers see and go by: so where counts are hidden, or nobody goes by the crowd, they must do
nothing. Bought likes work where the feed counts likes; elsewhere viewers who see them like more themselves, and grow
fonder of the topic, which is next to nothing. The platform may remove what was bought; and those who do not buy compete
for the same viewers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import RECENT, Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.parameters import KNOWN
from simulation.study import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.figure import Figure

    from simulation.analysis.tables import FloatArray, Tables
    from simulation.experiment.judge import Findings
    from simulation.social_graph import SocialGraph

BUYING = 4
"""One creator in so many buys: those with the lowest numbers, which say nothing of who they are."""
SHARE, FEW = 0.3, 0.03
"""Followers bought by each, as a share of all users; and a tenth of it."""
LIKES = 50
"""Likes bought for every post, by each."""
STAGED: Mapping[str, object] = {
    "feed.mix.staged": 0.8,
    "feed.mix.popular": 0.0,
    "feed.mix.interest": 0.05,
    "feed.mix.random": 0.0,
}
"""A feed in which posts make their way up traffic pools by the likes they get."""
HIDDEN: Mapping[str, object] = {"feed.hide_follower_counts": True}
MUTE: Mapping[str, object] = {"factors.peer_influence.crowd_weight": 0.0}
NOTHING = 2.0
"""% of followers: closer to zero than that is called nothing."""


def bought_on(days: int) -> int:
    """The day of buying."""
    return days // 4


def purged_on(days: int) -> int:
    """The day on which the platform removes bought followers."""
    return days // 2


def buyers(creators: int) -> int:
    """How many creators buy."""
    return max(1, creators // BUYING)


def _who(size: Scale) -> tuple[int, ...]:
    users, creators = (int(str(KNOWN[f"population.{name}"].default)) for name in ("users", "creators"))
    return tuple(range(buyers(max(2, round(size.users * creators / users)))))


def followers_bought(size: Scale) -> list[Intervention]:
    """As many followers for each buyer as three users in ten."""
    return [Intervention(bought_on(size.days), "bought_followers", max(1, round(SHARE * size.users)), _who(size))]


def few_bought(size: Scale) -> list[Intervention]:
    """A tenth as many."""
    return [Intervention(bought_on(size.days), "bought_followers", max(1, round(FEW * size.users)), _who(size))]


def then_purged(size: Scale) -> list[Intervention]:
    """Bought followers, and later none of them."""
    return [*followers_bought(size), Intervention(purged_on(size.days), "purge", 1.0)]


def likes_bought(size: Scale) -> list[Intervention]:
    """Likes for every post from the day of buying on."""
    return [Intervention(day, "bought_likes", LIKES, _who(size)) for day in range(bought_on(size.days), size.days)]


def buyers_followers(result: Tables) -> float:
    """Followers at the end who are somebody, of each creator who buys, or would."""
    return float(_real(result)[: buyers(len(result.creators))].mean())


def others_followers(result: Tables) -> float:
    """The same of all other creators."""
    return float(_real(result)[buyers(len(result.creators)) :].mean())


def engagement(result: Tables) -> float:
    """Real likes a day for each 1,000 followers shown by those who buy, over the last four weeks."""
    table = result.creator_days
    rows = table[(table["creator"] < buyers(len(result.creators))) & (table["day"] >= result.days - RECENT)]
    followers = float(rows["followers"].sum())
    return 1000.0 * float(rows["likes"].sum()) / followers if followers else float("nan")


def others_mood(result: Tables) -> float:
    """Mean mood, over the last four weeks, of creators who do not buy."""
    table = result.creator_days
    rows = table[(table["creator"] >= buyers(len(result.creators))) & (table["day"] >= result.days - RECENT)]
    return float(rows["mood"].mean())


def buyers_authenticity(result: Tables) -> float:
    """Mean authenticity of those who buy at the end."""
    creators = result.creators.sort_values("creator")
    return float(creators["authenticity"].to_numpy(np.float64)[: buyers(len(creators))].mean())


def _real(result: Tables) -> FloatArray:
    creators = result.creators.sort_values("creator")
    return creators["followers"].to_numpy(np.float64) - creators["bought"].to_numpy(np.float64)


def days_of(result: Tables) -> Mapping[str, object]:
    """Real followers a buyer and another creator have, and followers shown by buyers, a row a day."""
    table = result.creator_days
    count = buyers(len(result.creators))
    real = table["followers"] - table["bought"]
    buys = table["creator"] < count
    day = table["day"]
    means = {
        "buyers": real[buys].groupby(day[buys]).mean(),
        "others": real[~buys].groupby(day[~buys]).mean(),
        "shown": table.loc[buys, "followers"].groupby(day[buys]).mean(),
    }
    return {"day": means["buyers"].index.to_numpy(), **{name: mean.to_numpy(float) for name, mean in means.items()}}


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """What buying changes, day by day."""
    from experiments.bought_engagement_figures import days_figure

    yield "days", days_figure(found)


def remarks(found: Findings) -> list[str]:
    """What a follower who is somebody costs in bought ones."""
    from experiments.bought_engagement_figures import remark

    return [remark(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


def _brings(says: str, arm: str, than: str, *, low: float | None = None, high: float | None = None) -> Expectation:
    return Expectation(says, "buyers_followers", arm, than, low=low, high=high, relative=True)


EXPERIMENT = ArmsExperiment(
    name="bought_engagement",
    question="What do bought followers and likes bring to those who buy them, and who pays for it?",
    claim="16. Followers and likes are a currency: they can be bought",
    about=f"""
One creator in {BUYING} buys, whoever that is, after a quarter of the days: as many followers as {100 * SHARE:.0f}% of
the users, or a tenth of that (*few bought*). They are counted and shown, and do nothing. In *purged* the platform
takes them away half-way, and everybody sees it. In *counts hidden* and *crowd mute* the same is done where it cannot
work, each beside its own world without buying. Likes, {LIKES} for every post, are bought in the usual feed, which
counts follows only, and in a *staged feed*, where posts move to larger pools of viewers while they are liked: bought
likes are a currency only where somebody takes them. If buying works it is a contest, in which others lose viewers and
followers, and compare themselves with counts that are not real.
""",
    arms=(
        Arm("usual", "nobody buys"),
        Arm("bought", "a quarter of the creators buys followers", interventions=followers_bought),
        Arm("few bought", "they buy a tenth as many", interventions=few_bought),
        Arm("purged", "they buy, and the platform takes it away", interventions=then_purged),
        Arm("counts hidden", "nobody buys, and nobody sees follower counts", HIDDEN),
        Arm("hidden and bought", "they buy where nobody sees it", HIDDEN, followers_bought),
        Arm("crowd mute", "nobody buys, and nobody goes by the crowd", MUTE),
        Arm("mute and bought", "they buy where nobody goes by it", MUTE, followers_bought),
        Arm("likes bought", "they buy likes, in the usual feed", interventions=likes_bought),
        Arm("staged feed", "nobody buys, and posts rise by likes", STAGED),
        Arm("staged and likes", "they buy likes where posts rise by them", STAGED, likes_bought),
    ),
    outcomes={
        "buyers_followers": Measure(
            buyers_followers, "followers", "Followers at the end who are somebody, a creator who buys, or would"
        ),
        "others_followers": Measure(others_followers, "followers", "The same, a creator who does not buy"),
        "engagement": Measure(
            engagement,
            "likes/1,000 followers-day",
            "Real likes a day for a thousand followers shown by buyers, last weeks",
        ),
        "others_mood": Measure(others_mood, "1", "Mean mood of creators who do not buy, last four weeks", ratio=False),
        "buyers_authenticity": Measure(buyers_authenticity, "1", "Mean authenticity of those who buy, at the end"),
    },
    expectations=(
        _brings("bought followers bring real ones", "bought", "usual"),
        _brings("more of them bring more", "bought", "few bought"),
        _brings("nothing where nobody sees them", "hidden and bought", "counts hidden", low=-NOTHING, high=NOTHING),
        _brings("nothing where nobody goes by them", "mute and bought", "crowd mute", low=-NOTHING, high=NOTHING),
        _brings("a purge costs real followers", "purged", "bought", high=0.0),
        _brings("in the end buyers are worse off than without", "purged", "usual", high=0.0),
        Expectation(
            "real likes for each follower shown fall", "engagement", "bought", "usual", high=0.0, relative=True
        ),
        Expectation(
            "those who do not buy lose followers", "others_followers", "bought", "usual", high=0.0, relative=True
        ),
        Expectation("and feel worse", "others_mood", "bought", "usual", high=0.0),
        _brings(
            "bought likes bring next to nothing where the feed does not count them",
            "likes bought",
            "usual",
            low=-NOTHING,
            high=NOTHING,
        ),
        _brings("they bring followers where posts rise by likes", "staged and likes", "staged feed"),
        Expectation(
            "at the cost of those who do not buy",
            "others_followers",
            "staged and likes",
            "staged feed",
            high=0.0,
            relative=True,
        ),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=160, replicates=20, samples=32),
    quick=Scale(users=120, days=21, replicates=3, samples=6),
    details=days_of,
    figures=figures,
    remarks=remarks,
    caveats=(
        "that real likes for each follower shown fall is arithmetic: what is bought is counted and does not like",
        "bought followers weigh by the logarithm of the count, as the crowd does in the model: a second thousand "
        "impresses less than the first",
        "what a purge costs hangs on how much of authenticity it takes (`minds.voice.exposure`), which nobody measured",
        "bought followers do not move recommendations here: momentum counts follows by people",
    ),
)
