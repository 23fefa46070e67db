"""Bought engagement: what do bought followers and likes bring to those who buy, and who pays for it?

A random quarter of the creators buys on a day; until then all worlds are identical, and the same creators who buy in
one do not in the other. What they gain is counted in real followers. Bought followers can work in one way only, through
the crowd that viewers see and are influenced by: so where counts are hidden, or the crowd has no influence, they must
do nothing. Bought likes work where the feed counts likes; elsewhere viewers who see them like more themselves, and grow
fonder of the topic, which is next to nothing. The platform may remove what was bought; and those who do not buy compete
for the same viewers.

One creator in 4, chosen at random, buys after a quarter of the days: as many followers as 30% of
the users, or a tenth of that (*few bought*). They are counted and shown, and do nothing. In *purged* the platform
removes them half-way, and everyone sees it. In *counts hidden* and *crowd ignored* the same is done where it cannot
work, each beside its own world without buying. Likes, 50 for every post, are bought in the usual feed, which
counts follows only, and in a *staged feed*, where posts move to larger pools of viewers while they are liked. If buying
works it is a contest, in which others lose viewers and followers, and compare themselves with counts that are not real.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis.headline import RECENT
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.wording import interval
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, less
from simulation.experiment.draw import Panel, curves
from simulation.experiment.groups import share_of
from simulation.experiment.judge import mean_of
from simulation.interventions import Intervention
from simulation.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILLION

BUYING = 4
"""One creator in so many buys: those with the lowest numbers, which say nothing about them."""
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
IGNORED: Mapping[str, object] = {"factors.peer_influence.crowd_weight": 0.0}
NOTHING = 2.0
"""% of followers: closer to zero than that is called nothing."""
Line = tuple[str, str, str, str, str]
"""A column of the details, an arm, the arm it is compared with, a label and a colour."""
BUYERS: tuple[Line, ...] = tuple(
    ("buyers", arm, "usual", arm, colour)
    for arm, colour in (("bought", BLUE), ("few bought", ORANGE), ("purged", VERMILLION))
)
PANELS: dict[str, tuple[Line, ...]] = {
    "Buyers of followers": BUYERS,
    "Buyers, where what they buy should not count": (
        ("buyers", "hidden and bought", "counts hidden", "counts hidden", GREY),
        ("buyers", "ignored and bought", "crowd ignored", "crowd ignored", GREEN),
        ("buyers", "likes bought", "usual", "likes in the\nusual feed", VERMILLION),
    ),
    "Those who do not buy": tuple(("others", *line[1:]) for line in BUYERS),
    "Likes bought where posts rise by likes": (
        ("buyers", "staged and likes", "staged feed", "buyers", BLUE),
        ("others", "staged and likes", "staged feed", "others", GREY),
    ),
}


def bought_on(days: int) -> int:
    """The day of buying."""
    return days // 4


def purged_on(days: int) -> int:
    """The day on which the platform removes bought followers."""
    return days // 2


def buyers(creators: int) -> int:
    """How many creators buy."""
    return max(1, creators // BUYING)


def followers_bought(size: Scale, share: float = SHARE) -> list[Intervention]:
    """So many followers for each buyer, as a share of the users."""
    who = tuple(range(buyers(size.creators)))
    return [Intervention(bought_on(size.days), "bought_followers", max(1, round(share * size.users)), who)]


def few_bought(size: Scale) -> list[Intervention]:
    """A tenth as many."""
    return followers_bought(size, FEW)


def then_purged(size: Scale) -> list[Intervention]:
    """Bought followers, and later none of them."""
    return [*followers_bought(size), Intervention(purged_on(size.days), "purge", 1.0)]


def likes_bought(size: Scale) -> list[Intervention]:
    """Likes for every post from the day of buying on."""
    who, days = tuple(range(buyers(size.creators))), range(bought_on(size.days), size.days)
    return [Intervention(day, "bought_likes", LIKES, who) for day in days]


def measure(result: Tables) -> dict[str, float]:
    """Real followers of buyers and others, likes per shown follower, moods and authenticity."""
    count, table = buyers(len(result.creators)), result.creator_days
    buys, recent = table["creator"] < count, table["day"] >= result.days - RECENT
    real, own = real_followers(result), table[buys & recent]
    authenticity = result.creators.sort_values("creator")["authenticity"].to_numpy(np.float64)
    return {
        "buyers_followers": float(real[:count].mean()),
        "others_followers": float(real[count:].mean()),
        "engagement": 1000.0 * share_of(own["likes"].sum(), own["followers"].sum()),
        "others_mood": float(table[~buys & recent]["mood"].mean()),
        "buyers_authenticity": float(authenticity[:count].mean()),
    }


def real_followers(result: Tables) -> FloatArray:
    """Followers of each creator that were not bought."""
    creators = result.creators.sort_values("creator")
    return creators["followers"].to_numpy(np.float64) - creators["bought"].to_numpy(np.float64)


def days_of(result: Tables) -> dict[str, Any]:
    """Mean real followers of buyers and of others, and shown followers of buyers, one row per day."""
    table = result.creator_days.assign(real=result.creator_days["followers"] - result.creator_days["bought"])
    buys = table["creator"] < buyers(len(result.creators))
    own, others = (part.groupby("day")[["real", "followers"]].mean() for part in (table[buys], table[~buys]))
    columns = {"buyers": own["real"], "others": others["real"], "shown": own["followers"]}
    return {"day": own.index.to_numpy(), **{name: mean.to_numpy(float) for name, mean in columns.items()}}


def change_by_day(found: Findings, line: Line) -> pd.DataFrame:
    """Difference between two arms by day, from a week before buying on, in % of the mean over replicates.

    Relative to the mean, so that worlds in which there is hardly anyone yet have little weight.
    """
    column, arm, than, *_ = line
    one, other = (found.wide(name, column) for name in (arm, than))
    change = 100.0 * (one - other) / other.mean().clip(lower=1e-9)
    return change.loc[:, bought_on(found.setting.size.days) - 7 :]


def figures(found: Findings) -> Figures:
    """What buying changes by day, of buyers where it can work and where it cannot, and of those who do not buy."""
    days = found.setting.size.days
    panels = [
        Panel(
            heading,
            "real followers (% change\nfrom not buying)",
            [(line[3], line[4], change_by_day(found, line)) for line in lines],
            days={bought_on(days): GREY}
            | ({purged_on(days): VERMILLION} if any("purged" in line for line in lines) else {}),
        )
        for heading, lines in PANELS.items()
    ]
    yield "days", curves(panels, ["time (days)"], 4.8)


def remarks(found: Findings) -> list[str]:
    """How many real followers come of a hundred bought."""
    said, usual = [], found.wide("usual", "buyers").iloc[:, -1]
    for arm in ("few bought", "bought"):
        real, shown = (found.wide(arm, column).iloc[:, -1] for column in ("buyers", "shown"))
        count = shown - real
        said.append(
            f"{interval(mean_of(100.0 * (real - usual) / count), signed=True)} per hundred where each buys "
            f"{count.mean():,.0f}"
        )
    return [
        f"Real followers that come of bought ones by the last day: {'; '.join(said)}. Each creator who does not buy "
        f"has {found.said('others_followers', 'bought', 'usual')} followers because of it. Dotted lines in the figure: "
        "the days of buying and of the purge."
    ]


def brings(says: str, arm: str, than: str, outcome: str = "buyers_followers", **more: Any) -> Expectation:
    """A change between two arms in %."""
    return Expectation(says, outcome, arm, than, relative=True, **more)


NONE = {"low": -NOTHING, "high": NOTHING}
EXPERIMENT = Experiment(
    name="bought_engagement",
    question="What do bought followers and likes bring to those who buy them, and who pays for it?",
    claim="16. Followers and likes are a currency: they can be bought",
    about=__doc__,
    arms=(
        Arm("usual", "no creator buys"),
        Arm("bought", "a quarter of the creators buys followers", interventions=followers_bought),
        Arm("few bought", "they buy a tenth as many", interventions=few_bought),
        Arm("purged", "they buy, and the platform removes it", interventions=then_purged),
        Arm("counts hidden", "no creator buys, and follower counts are hidden", HIDDEN),
        Arm("hidden and bought", "they buy where counts are hidden", HIDDEN, followers_bought),
        Arm("crowd ignored", "no creator buys, and the crowd has no influence", IGNORED),
        Arm("ignored and bought", "they buy where the crowd has no influence", IGNORED, followers_bought),
        Arm("likes bought", "they buy likes, in the usual feed", interventions=likes_bought),
        Arm("staged feed", "no creator buys, and posts rise by likes", STAGED),
        Arm("staged and likes", "they buy likes where posts rise by them", STAGED, likes_bought),
    ),
    outcomes={
        "buyers_followers": ("followers", "Real followers at the end per creator who buys in the arms with buying"),
        "others_followers": ("followers", "The same per creator who does not buy"),
        "engagement": ("likes/1,000 followers-day", "Real likes per day per 1,000 shown followers of buyers"),
        "others_mood": ("1", "Mean mood of creators who do not buy, last four weeks"),
        "buyers_authenticity": ("1", "Mean authenticity of those who buy, at the end"),
    },
    measure=measure,
    expectations=(
        brings("bought followers bring real ones", "bought", "usual", headline=True),
        brings("more of them bring more", "bought", "few bought"),
        brings("they bring nothing where counts are hidden", "hidden and bought", "counts hidden", **NONE),
        brings("they bring nothing where the crowd has no influence", "ignored and bought", "crowd ignored", **NONE),
        brings("a purge costs real followers", "purged", "bought", high=0.0),
        brings("after a purge buyers are worse off than without buying", "purged", "usual", high=0.0),
        brings("those who do not buy lose followers", "bought", "usual", "others_followers", high=0.0, headline=True),
        less("those who do not buy feel worse", "others_mood", "bought", "usual"),
        brings(
            "bought likes bring next to nothing where the feed does not count them", "likes bought", "usual", **NONE
        ),
        brings("bought likes bring followers where posts rise by likes", "staged and likes", "staged feed"),
        brings(
            "bought likes then cost those who do not buy followers",
            "staged and likes",
            "staged feed",
            "others_followers",
            high=0.0,
        ),
    ),
    checks=(brings("real likes per shown follower fall", "bought", "usual", "engagement", high=0.0),),
    usual=Scale(users=1000, days=160, replicates=20, samples=32),
    quick=Scale(users=120, days=21, replicates=3, samples=6),
    details=days_of,
    figures=figures,
    remarks=remarks,
    caveats=(
        "bought followers weigh by the logarithm of the count, as the crowd does in the model: a second thousand "
        "impresses less than the first",
        "what a purge costs depends on how much authenticity it takes (`minds.voice.exposure`), never measured",
        "bought followers do not move recommendations here: momentum counts follows by people",
    ),
)

if __name__ == "__main__":
    main(__file__)
