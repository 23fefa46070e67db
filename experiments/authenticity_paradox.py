"""The authenticity paradox: does chasing numbers bring followers at first and cost them in the end?

From one day on a random half of all creators keep to chasing trends in one world, and to their own voice in the other;
both worlds are one history until then. Where posts off the own voice do not wear authenticity away, or nobody cares for
it, the same pair shows what the chase would be worth without its price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.groups import books, by_day, creators_in, excess, kept_strategy
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from matplotlib.figure import Figure

    from simulation.analysis.tables import Tables
    from simulation.experiment.groups import Booleans
    from simulation.experiment.judge import Findings
    from simulation.records import Result
    from simulation.social_graph import SocialGraph

EARLY = 14
"""Days after which the gain is looked at; the loss is looked at on the last day."""
KNOWN = 0.01
"""Share of users who follow an established creator."""
STRANGERS = 14
"""First days, in which nearly all who see a post do not follow its creator."""
EROSION, CARE, PUSH = "minds.voice.erosion", "factors.authenticity.weight", "feed.trend_effect"
WORLDS = {"": {}, " (no erosion)": {EROSION: 0.0}, " (nobody cares)": {CARE: 0.0}, " (no push)": {PUSH: 0.0}}
"""What sets a pair of worlds apart from the usual one, by what stands after the names of its arms."""
OWN, CHASE = "own voice", "chase"


def keep(strategy: str, size: Scale) -> list[Intervention]:
    """Half of the creators keep to a strategy after a quarter of the time."""
    return [Intervention(size.days // 4, "keep_strategy", strategy, tuple(range(creators_in(size) // 2)))]


def keep_own(size: Scale) -> list[Intervention]:
    """Half of the creators keep to their own voice."""
    return keep("own_voice", size)


def keep_chasing(size: Scale) -> list[Intervention]:
    """Half of the creators keep to chasing trends."""
    return keep("chase_trends", size)


def treated(result: Tables) -> tuple[int, Booleans]:
    """The day on which strategies part, and who is then established and keeps to one, (M,)."""
    start, chosen = kept_strategy(result)
    before = by_day(result, "followers")[start - 1]
    return start, chosen & (before >= KNOWN * len(result.users))


def followers_after(result: Tables, days: int | None) -> float:
    """Followers of those treated so many days later, or on the last day; NaN where nobody is established."""
    start, chosen = treated(result)
    day = result.days - 1 if days is None else min(start + days, result.days - 1)
    return float(by_day(result, "followers")[day, chosen].sum()) if chosen.any() else float("nan")


def early_followers(result: Tables) -> float:
    """Followers soon after."""
    return followers_after(result, EARLY)


def late_followers(result: Tables) -> float:
    """Followers on the last day."""
    return followers_after(result, None)


def early_likes(result: Tables) -> float:
    """Likes of those treated on the first days."""
    start, chosen = treated(result)
    return float(by_day(result, "likes")[start : start + EARLY, chosen].sum()) if chosen.any() else float("nan")


def authenticity(result: Tables) -> float:
    """Mean authenticity of those treated on the last day."""
    _, chosen = treated(result)
    return float(by_day(result, "authenticity")[-1, chosen].mean()) if chosen.any() else float("nan")


def off_topic(result: Tables) -> float:
    """Share of posts of those treated, since strategies parted, that are mostly about another topic than their own."""
    start, chosen = treated(result)
    posted = by_day(result, "posted")[start:, chosen] > 0
    other = by_day(result, "topic")[start:, chosen] != result.creators["topic"].to_numpy()[chosen]
    return float(other[posted].mean()) if posted.any() else float("nan")


def trust_in_authentic(result: Tables) -> float:
    """Follows a view in the first days, most authentic third of all creators against the least: more, in %."""
    table = books(result, last=STRANGERS - 1)
    return excess(table["gained"], table["views"], result.creators["authenticity_baseline"])


def chased_for_numbers(result: Tables) -> float:
    """Rank correlation, over creators who choose freely, of the motive of validation with the share of days chasing."""
    from simulation.analysis import rank_correlation

    free = ~kept_strategy(result)[1]
    days = result.creator_days
    chasing = (days["strategy"] == "chase_trends").to_numpy().reshape(result.days, -1).mean(axis=0)
    return rank_correlation(result.creators["motive_validation"].to_numpy(np.float64)[free], chasing[free])


def followed(result: Result) -> Mapping[str, Any]:
    """Followers and authenticity of those treated, and followers of the other established creators, by day."""
    start, chosen = treated(result)
    followers, genuine = by_day(result, "followers"), by_day(result, "authenticity")
    rivals = ~kept_strategy(result)[1] & (followers[start - 1] >= KNOWN * len(result.users))
    return {
        "day": np.arange(result.days) - start,
        "followers": followers[:, chosen].sum(axis=1),
        "rivals": followers[:, rivals].sum(axis=1),
        "authenticity": genuine[:, chosen].mean(axis=1) if chosen.any() else np.full(result.days, np.nan),
    }


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """Followers over days, with and without the chase."""
    from experiments.authenticity_paradox_figures import paradox_figure

    yield "paradox", paradox_figure(found)


def remarks(found: Findings) -> Sequence[str]:
    """When the gain turns into a loss, and what rivals have of it."""
    from experiments.authenticity_paradox_figures import crossing_remark

    return [crossing_remark(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


ABOUT = {
    "": "",
    " (no erosion)": ", and what is off the own voice costs no authenticity",
    " (nobody cares)": ", and viewers do not care for authenticity",
    " (no push)": ", and the feed does not favour what trends",
}
EXPERIMENT = ArmsExperiment(
    name="authenticity_paradox",
    question="Does chasing numbers bring followers at first and cost them in the end?",
    claim="3 and 11. People follow the authentic and relatable; chasing numbers changes what is made, at the cost of "
    "authenticity, and so costs followers in the end: the paradox",
    about=f"""
A random half of all creators keeps to a strategy from a quarter of the time on: to chasing trends in one world of a
pair, to the own voice in the other. Counted are the followers of those among them who are established by then (whom
{KNOWN:.0%} of the users follow), {EARLY} days later and on the last day; everybody else chooses as ever. The same pair
is lived where the chase does *not erode* authenticity, where *nobody cares* for it, and where the feed does *not push*
trends: what the paradox does beyond the first two is the price of lost authenticity, and what the early gain does
beyond the last is what the platform pays for following trends. That people follow the authentic is read from the first
two weeks, in which all creators still are as authentic as they were born.
""",
    arms=tuple(
        Arm(f"{name}{world}", f"{what}{ABOUT[world]}", values, kept)
        for world, values in WORLDS.items()
        for name, what, kept in (
            (OWN, "half of the creators keep to their own voice", keep_own),
            (CHASE, "the same half keeps to chasing trends", keep_chasing),
        )
    ),
    outcomes={
        "early_followers": Measure(early_followers, "followers", f"Followers of those treated {EARLY} days later"),
        "late_followers": Measure(late_followers, "followers", "Followers of those treated on the last day"),
        "early_likes": Measure(early_likes, "likes", f"Likes of those treated in the first {EARLY} days"),
        "authenticity": Measure(authenticity, "1", "Mean authenticity of those treated on the last day"),
        "off_topic": Measure(off_topic, "1", "Share of their posts mostly about another topic than their own"),
        "trust_in_authentic": Measure(
            trust_in_authentic,
            "%",
            f"Follows a view in the first {STRANGERS} days of the most authentic third, against the least: more, in %",
            ratio=False,
        ),
        "chased_for_numbers": Measure(
            chased_for_numbers,
            "1",
            "Rank correlation of the motive of validation with days spent chasing, over creators who choose freely",
            ratio=False,
        ),
    },
    expectations=(
        Expectation("people follow the authentic", "trust_in_authentic", OWN),
        Expectation("who lives for likes and followers chases trends more", "chased_for_numbers", OWN),
        Expectation("chasing changes what is made", "off_topic", CHASE, OWN),
        Expectation("chasing costs authenticity", "authenticity", CHASE, OWN, high=0.0, relative=True),
        Expectation("at first chasing brings followers", "early_followers", CHASE, OWN, relative=True),
        Expectation(
            "it brings them because the feed pushes trends",
            "early_followers",
            CHASE,
            OWN,
            relative=True,
            beyond=(f"{CHASE} (no push)", f"{OWN} (no push)"),
        ),
        Expectation("in the end chasing costs followers", "late_followers", CHASE, OWN, high=0.0, relative=True),
        Expectation(
            "it is lost authenticity that costs followers",
            "late_followers",
            CHASE,
            OWN,
            high=0.0,
            relative=True,
            beyond=(f"{CHASE} (no erosion)", f"{OWN} (no erosion)"),
        ),
        Expectation(
            "where nobody cares for authenticity chasing costs less",
            "late_followers",
            CHASE,
            OWN,
            high=0.0,
            relative=True,
            beyond=(f"{CHASE} (nobody cares)", f"{OWN} (nobody cares)"),
        ),
        Expectation(
            "where authenticity does not erode chasing pays in the end",
            "late_followers",
            f"{CHASE} (no erosion)",
            f"{OWN} (no erosion)",
            relative=True,
        ),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=180, replicates=24, samples=48),
    quick=Scale(users=120, days=32, replicates=3, samples=6),
    details=followed,
    figures=figures,
    remarks=remarks,
    uncertain=(
        Uncertainty(EROSION, 0.02 / 1.5, 0.02 * 1.5, "log"),
        Uncertainty(CARE, 1 / 1.5, 1.5, "log"),
        Uncertainty(PUSH, 0.5 / 1.5, 0.5 * 1.5, "log"),
    ),
    caveats=(
        "half of all creators chase the same topics at once, so that each has many rivals there; docs/directions.md "
        "has the paradox by kind of creator and by strategy, over longer times",
    ),
)
