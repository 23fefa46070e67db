"""The authenticity paradox: does chasing numbers bring followers at first and cost them in the end?

From one day on a random half of all creators keeps to chasing trends in one world, and to their own voice in the other;
both worlds are identical until then. Where off-voice posts do not wear authenticity away, or viewers do not care for
it, the same pair shows what the chase would be worth without its price.

A random half of all creators keeps to a strategy from a quarter of the time on: to chasing trends in one world of a
pair, to their own voice in the other. Counted are the followers of the established creators among them (followed by
1% of the users by then), 14 days later and on the last day; all others choose as ever. The same pair is
simulated with *no erosion* of authenticity by the chase, *no care* of viewers for it, and *no push* of trends by the
feed: what the paradox is beyond the first two is the price of lost authenticity, and what the early gain is beyond the
last is what the platform pays for following trends. That people follow the authentic is measured in the first two
weeks, in which creators are as authentic as they were at the start.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import rank_correlation
from simulation.analysis.tables import Tables
from simulation.analysis.wording import interval
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, around
from simulation.experiment.draw import Panel, change, curves
from simulation.experiment.groups import Booleans, Floats, books, by_day, excess, kept_strategy
from simulation.experiment.judge import mean_of, resampled
from simulation.interventions import Intervention
from simulation.plots.style import BLACK, BLUE, GREEN, LINES, ORANGE, VERMILLION

EARLY = 14
"""Days after which the gain is looked at; the loss is looked at on the last day."""
KNOWN = 0.01
"""Share of users who follow an established creator."""
STRANGERS = 14
"""First days, in which nearly all who see a post do not follow its creator."""
EROSION, CARE, PUSH = "minds.voice.erosion", "factors.authenticity.weight", "feed.trend_effect"
OWN, CHASE = "own voice", "chase"
WORLDS: dict[str, tuple[dict[str, object], str, str]] = {
    "": ({}, "", VERMILLION),
    " (no erosion)": ({EROSION: 0.0}, ", and off-voice posts cost no authenticity", GREEN),
    " (no care)": ({CARE: 0.0}, ", and viewers do not care for authenticity", BLUE),
    " (no push)": ({PUSH: 0.0}, ", and the feed does not favour what trends", ORANGE),
}
"""What sets a pair of worlds apart from the usual one, by what stands after the names of its arms; its colour."""
RESAMPLES = 2000


def keep(size: Scale, strategy: str) -> list[Intervention]:
    """Half of the creators keep to a strategy after a quarter of the time."""
    return [Intervention(size.days // 4, "keep_strategy", strategy, tuple(range(size.creators // 2)))]


def treated(result: Tables) -> tuple[int, Booleans]:
    """The day on which strategies part, and who is then established and keeps to one, (M,)."""
    start, chosen = kept_strategy(result)
    return start, chosen & (by_day(result, "followers")[start - 1] >= KNOWN * len(result.users))


def measure(result: Tables) -> dict[str, float]:
    """All outcomes, of the established creators who keep to a strategy; NaN where no creator is established."""
    start, chosen = treated(result)
    names = ("early_followers", "late_followers", "early_likes", "authenticity", "off_topic")
    found = dict.fromkeys(names, float("nan"))
    if chosen.any():
        followers = by_day(result, "followers")[:, chosen].sum(axis=1)
        posted = by_day(result, "posted")[start:, chosen] > 0
        other = by_day(result, "topic")[start:, chosen] != result.creators["topic"].to_numpy()[chosen]
        found = {
            "early_followers": float(followers[min(start + EARLY, result.days - 1)]),
            "late_followers": float(followers[-1]),
            "early_likes": float(by_day(result, "likes")[start : start + EARLY, chosen].sum()),
            "authenticity": float(by_day(result, "authenticity")[-1, chosen].mean()),
            "off_topic": float(other[posted].mean()) if posted.any() else float("nan"),
        }
    table, baseline = books(result, last=STRANGERS - 1), result.creators["authenticity_baseline"]
    found["trust_in_authentic"] = excess(table["gained"], table["views"], baseline)
    return {**found, "chased_for_numbers": chased_for_numbers(result)}


def chased_for_numbers(result: Tables) -> float:
    """Rank correlation, over creators who choose freely, of the motive of validation with the share of days chasing."""
    free = ~kept_strategy(result)[1]
    chasing = (result.creator_days["strategy"] == "chase_trends").to_numpy().reshape(result.days, -1).mean(axis=0)
    return rank_correlation(result.creators["motive_validation"].to_numpy(np.float64)[free], chasing[free])


def by_days(result: Tables) -> dict[str, Any]:
    """Followers and authenticity of those treated, and followers of the other established creators, by day."""
    start, chosen = treated(result)
    followers, authentic = by_day(result, "followers"), by_day(result, "authenticity")
    rivals = ~kept_strategy(result)[1] & (followers[start - 1] >= KNOWN * len(result.users))
    return {
        "day": np.arange(result.days) - start,
        "followers": followers[:, chosen].sum(axis=1),
        "rivals": followers[:, rivals].sum(axis=1),
        "authenticity": authentic[:, chosen].mean(axis=1) if chosen.any() else np.full(result.days, np.nan),
    }


def changes(found: Findings, world: str, column: str = "followers") -> pd.DataFrame:
    """What the chase does to a column, in % of their own voice: replicates by day since strategies parted."""
    own, chase = (found.wide(f"{name}{world}", column).loc[:, 0:] for name in (OWN, CHASE))
    return change(chase, own)


def crossing(curves: Floats) -> float:
    """Days until the mean of curves (replicates, days) is below zero for good; NaN where it ends at zero or above."""
    mean = curves.mean(axis=0)
    if mean.size == 0 or not mean[-1] < 0:
        return float("nan")
    above = np.flatnonzero(mean >= 0)
    return float(above[-1] + 1) if above.size else 0.0


def remarks(found: Findings) -> Sequence[str]:
    """When the gain is over, where it ends, and how rivals fare."""
    curves, rivals = (changes(found, "", column).to_numpy() for column in ("followers", "rivals"))
    if len(curves) < 2:
        return ["Too few worlds have established creators to say when the gain is over."]
    peak, at = int(curves.mean(axis=0).argmax()), resampled(curves, crossing, RESAMPLES)
    when = (
        f"is over {interval(at, 'days')} after strategies part"
        if np.isfinite([at.estimate, at.low]).all()
        else "does not end for good in all resamples of the replicates"
    )
    most = interval(mean_of(curves[:, peak]), "%", signed=True)
    text = (
        f"The gain is largest {peak} days after strategies part ({most} "
        f"of followers; somewhat too large, since the day was chosen by its size), and {when} (percentile bootstrap "
        "over replicates)."
    )
    if len(rivals) > 1:
        last = interval(mean_of(rivals[:, -1]), "%", signed=True)
        text += f" The others' chase changes the followers of established free creators by {last} at the end."
    return [text]


def figures(found: Findings) -> Figures:
    """What the chase changes of followers, by day, in four worlds; and authenticity in both arms of the usual one."""
    gains = [
        (world.strip(" ()") or "as usual", colour, changes(found, world)) for world, (*_, colour) in WORLDS.items()
    ]
    own = [
        (name, colour, found.wide(name, "authenticity").loc[:, 0:].dropna())
        for name, colour in ((OWN, BLACK), (CHASE, LINES[1]))
    ]
    panels = [
        Panel("Gain and loss", "followers, chase relative to own voice (%)", gains),
        Panel("Authenticity", "mean authenticity (0 to 1)", own, at=None, low=0.0),
    ]
    yield "paradox", curves(panels, ["time since strategies part (days)"], 2.9, rows=1)


def chasing(says: str, outcome: str, world: str = "", beyond: str | None = None, **more: Any) -> Expectation:
    """What chasing changes relative to their own voice, in %; ``beyond``: minus the same in another pair of worlds."""
    other = None if beyond is None else (f"{CHASE}{beyond}", f"{OWN}{beyond}")
    return Expectation(says, outcome, f"{CHASE}{world}", f"{OWN}{world}", relative=True, beyond=other, **more)


EXPERIMENT = Experiment(
    name="authenticity_paradox",
    question="Does chasing numbers bring followers at first and cost them in the end?",
    claim="3 and 11. People follow the authentic and relatable; chasing numbers changes what is made, at the cost of "
    "authenticity, and so costs followers in the end: the paradox",
    about=__doc__,
    arms=tuple(
        Arm(f"{name}{world}", f"{what}{about}", values, partial(keep, strategy=strategy))
        for world, (values, about, _) in WORLDS.items()
        for name, what, strategy in (
            (OWN, "half of the creators keep to their own voice", "own_voice"),
            (CHASE, "the same half keeps to chasing trends", "chase_trends"),
        )
    ),
    outcomes={
        "early_followers": ("followers", f"Followers of those treated {EARLY} days later"),
        "late_followers": ("followers", "Followers of those treated on the last day"),
        "early_likes": ("likes", f"Likes of those treated in the first {EARLY} days"),
        "authenticity": ("1", "Mean authenticity of those treated on the last day"),
        "off_topic": ("1", "Share of their posts mostly about another topic than their own"),
        "trust_in_authentic": (
            "%",
            f"Excess of follows per view in the first {STRANGERS} days of the most over the least authentic third",
        ),
        "chased_for_numbers": ("1", "Rank correlation of the motive of validation with days chasing, free creators"),
    },
    measure=measure,
    expectations=(
        Expectation("people follow the authentic", "trust_in_authentic", OWN),
        Expectation("creators who seek likes and followers chase trends more", "chased_for_numbers", OWN),
        chasing("chasing costs authenticity", "authenticity", high=0.0),
        chasing("at first chasing brings followers", "early_followers", headline=True),
        chasing("it brings them because the feed pushes trends", "early_followers", beyond=" (no push)"),
        chasing("in the end chasing costs followers", "late_followers", high=0.0, headline=True),
        chasing("lost authenticity is what costs followers", "late_followers", beyond=" (no erosion)", high=0.0),
        chasing(
            "where viewers do not care for authenticity chasing costs less",
            "late_followers",
            beyond=" (no care)",
            high=0.0,
        ),
        chasing("where authenticity does not erode chasing pays in the end", "late_followers", " (no erosion)"),
    ),
    checks=(Expectation("chasing changes what is made", "off_topic", CHASE, OWN),),
    usual=Scale(users=1000, days=180, replicates=24, samples=48),
    quick=Scale(users=120, days=32, replicates=3, samples=6),
    details=by_days,
    figures=figures,
    remarks=remarks,
    uncertain=around(EROSION, CARE, PUSH),
    caveats=(
        "half of all creators chase the same topics at once, so that each has many rivals there; docs/directions.md "
        "has the paradox by kind of creator and by strategy, over longer times",
    ),
)

if __name__ == "__main__":
    main(__file__)
