"""Net followers: why do follows and unfollows ebb and flow, and what does that do to those who are followed?

That net followers are followers gained less followers lost is bookkeeping, and must hold for every creator, day and
cause without exception. That interests, quality and the wish for a tidy feed drive losses is put to the test by taking
each away: interests that stand still (and, the other way, wander), quality that never varies, nobody who tidies. Ebb
and flow is what is left of a creator's weeks beyond a steady trend and the chance of counts. That worth is measured in
followers shows in moods that go by them, and do so less where nobody sees them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import HEADLINE, RECENT, Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.options import Scale
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.figure import Figure

    from simulation.analysis.tables import FloatArray, Tables
    from simulation.experiment.judge import Findings
    from simulation.social_graph import SocialGraph

WEEK, WEEKS = 7, 8
"""Days of a week, and weeks at the end over which ebb and flow and moods are looked at."""
INTEREST = ("shared_interest",)
QUALITY = ("talent", "consistency")
"""Causes that say a post was not as good as others, or not as good as one had come to rely on."""
THOUSAND = 1000.0


def ledger_gap(result: Tables) -> float:
    """Largest difference, over creators and days, of what the ledger says and what the counts do."""
    change = np.diff(by_day(result, "followers"), axis=0, prepend=0.0)
    gained, lost = by_day(result, "gained"), by_day(result, "lost")
    causes = {
        word: sum(by_day(result, f"{word}_{cause}") for cause in result.cause_names) for word in ("gained", "lost")
    }
    held = np.bincount(result.follows["creator"].to_numpy(np.int64), minlength=change.shape[1])
    real = result.creators["followers"].to_numpy(np.int64) - result.creators["bought"].to_numpy(np.int64)
    gaps = (change - (gained - lost), causes["gained"] - gained, causes["lost"] - lost, real - held)
    return float(max(np.abs(gap).max(initial=0.0) for gap in gaps))


def lost_to(result: Tables, causes: Sequence[str]) -> float:
    """Followers lost for these causes, for a thousand days that one was held."""
    from simulation.analysis.churn import tie_days

    lost = float(sum(result.creator_days[f"lost_{cause}"].sum() for cause in causes))
    held = tie_days(result.daily)
    return THOUSAND * lost / held if held else float("nan")


def lost_to_interest(result: Tables) -> float:
    """Losses put down to what people have in common with a creator."""
    return lost_to(result, INTEREST)


def lost_to_quality(result: Tables) -> float:
    """Losses put down to talent shown and consistency."""
    return lost_to(result, QUALITY)


def lost_to_tidying(result: Tables) -> float:
    """Losses by tidying."""
    return lost_to(result, ("overload",))


def ebb_and_flow(result: Tables) -> float:
    """Variance of weekly net followers about each creator's own straight line, over what chance alone would leave.

    Gains and losses that come one by one at steady rates leave a variance of gained + lost (Skellam 1946): the number
    is then 1.
    """
    net, flow = (weekly(by_day(result, "gained") + sign * by_day(result, "lost")) for sign in (-1, 1))
    weeks = len(net)
    if weeks < 3 or not flow.sum():
        return float("nan")
    time = np.arange(weeks) - (weeks - 1) / 2
    slope = time @ net / (time @ time)
    left = net - net.mean(axis=0) - time[:, None] * slope
    return float((left**2).sum() / (weeks - 2) / flow.mean(axis=0).sum())


def ebbs(result: Tables) -> float:
    """Share of creators' weeks, of those with any gain or loss, that lost more followers than they gained."""
    gained, lost = (weekly(by_day(result, word)) for word in ("gained", "lost"))
    moved = int((gained + lost > 0).sum())
    return float((lost > gained).sum() / moved) if moved else float("nan")


def mood_with_net(result: Tables) -> float:
    """Correlation of a week's change in mood with its net followers, within creators who worked through all weeks.

    Net followers as the model's creators take them, sign(n) log(1 + |n|); of both, each creator's own mean and each
    week's mean are taken off, so that neither who somebody is nor how old the world is can make them go together.
    """
    mood, away = by_day(result, "mood"), by_day(result, "away")
    net = weekly(by_day(result, "gained") - by_day(result, "lost"))[1:]
    ends = mood[::-1][::WEEK][: len(net) + 1][::-1]
    at_work = away[-WEEK * (len(net) + 1) :].sum(axis=0) == 0
    change = np.diff(ends, axis=0)[:, at_work]
    net = (np.sign(net) * np.log1p(np.abs(net)))[:, at_work]
    return correlation(own(change), own(net))


def mood_by_standing(result: Tables) -> float:
    """Rank correlation, over creators at work, of followers with mood over the last four weeks."""
    from simulation.analysis import rank_correlation

    mood = by_day(result, "mood")[-RECENT:].mean(axis=0)
    at_work = (result.creators["status"] == "active").to_numpy(bool)
    followers = result.creators["followers"].to_numpy(np.float64)
    return rank_correlation(followers[at_work], mood[at_work])


def by_day(result: Tables, column: str) -> FloatArray:
    """A column of ``creator_days``, a row a day and a column a creator."""
    table = result.creator_days
    return table[column].to_numpy(np.float64).reshape(result.days, len(table) // max(result.days, 1))


def weekly(values: FloatArray) -> FloatArray:
    """Sums over the last whole weeks, at most `WEEKS`, a row a week."""
    weeks = min(WEEKS, len(values) // WEEK)
    return values[len(values) - weeks * WEEK :].reshape(weeks, WEEK, values.shape[1]).sum(axis=1)


def own(values: FloatArray) -> FloatArray:
    """What is left of a table of weeks and creators without the means of its rows and of its columns."""
    if not values.size:
        return values
    return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()


def correlation(one: FloatArray, other: FloatArray) -> float:
    """Pearson's, of two tables of one shape; NaN where one of them does not vary."""
    if one.size < 3 or min(np.ptp(one), np.ptp(other)) < 1e-12:
        return float("nan")
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def flows(result: Tables) -> Mapping[str, object]:
    """Followers gained and lost by cause, a row a day, over all creators."""
    causes = [f"{word}_{cause}" for word in ("gained", "lost") for cause in result.cause_names]
    table = result.creator_days.groupby("day")[causes].sum()
    return {"day": table.index.to_numpy(), **{name: table[name].to_numpy(np.int64) for name in causes}}


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """Gains and losses by cause, and one creator whose followers ebb and flow."""
    from experiments.net_followers_figures import causes_figure, one_creator

    yield "causes", causes_figure(found)
    yield "one_creator", one_creator(found)


def remarks(found: Findings) -> list[str]:
    """What losses are put down to."""
    from experiments.net_followers_figures import remark

    return [remark(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


EXPERIMENT = ArmsExperiment(
    name="net_followers",
    question="Why do follows and unfollows ebb and flow, and what does that do to those who are followed?",
    claim="7 and 10. Net followers = gained - lost; follows and unfollows ebb and flow with shifting interests, "
    "content quality, the wish for a tidy feed; a surge brings euphoria, a decline anxiety, and worth is measured in "
    "followers",
    about="""
Each reason is taken away in an arm of its own. Interests shift in the model in two ways: toward what one likes, and,
now and then, to something new. *Still interests* have neither; in *restless interests* every third session brings a
new interest, half as strong as all the old ones together. *Even quality* makes every post as good as its creator's
talent; in *no tidying* nobody clears out follows for being too many, nor leaves sooner for holding many. The ledger
puts every loss down to one cause; how much that says is seen by how losses of that cause, and losses in all, change
where the reason is gone. Ebb and flow is told from chance: whoever gains ten followers a week by luck alone has weeks
of five and of fifteen. For claim 10, moods are set against followers within creators (does a good week lift?) and
between them (do those with few feel worse?), and *counts hidden* shows what is left of both where nobody sees a
follower count.
""",
    arms=(
        Arm("usual", "interests shift, quality varies, people tidy"),
        Arm("still interests", "interests stay as they are", {"change.interest_drift": 0.0, "change.curiosity": 0.0}),
        Arm(
            "restless interests",
            "interests wander, in every third session to something new",
            {"change.curiosity": 0.3, "change.curiosity_step": 0.5},
        ),
        Arm("even quality", "every post is as good as the last", {"posting.quality_noise": 0.0}),
        Arm("no tidying", "nobody minds a full feed", {"leaving.tidy_probability": 0.0, "leaving.overload": 0.0}),
        Arm("counts hidden", "nobody sees follower counts", {"feed.hide_follower_counts": True}),
    ),
    outcomes={
        "ledger_gap": Measure(
            ledger_gap,
            "followers",
            "Largest gap, over all creators, days and causes, between followers and the ledger of gains and losses",
        ),
        "unfollows_per_tie_day": HEADLINE["unfollows_per_tie_day"],
        "lost_to_interest": Measure(
            lost_to_interest, "losses/1,000 tie-days", "Followers lost for what they have in common with the creator"
        ),
        "lost_to_quality": Measure(
            lost_to_quality, "losses/1,000 tie-days", "Followers lost for quality (talent shown, and consistency)"
        ),
        "lost_to_tidying": Measure(lost_to_tidying, "losses/1,000 tie-days", "Followers lost as people tidied"),
        "ebb_and_flow": Measure(
            ebb_and_flow,
            "1",
            "Variance of a creator's weekly net followers about a straight line over what chance leaves (1: chance), "
            "last eight weeks",
        ),
        "ebbs": Measure(ebbs, "1", "Share of creators' weeks that lost more followers than they gained, last eight"),
        "mood_with_net": Measure(
            mood_with_net,
            "1",
            "Correlation of a week's change in mood with net followers, within creators, last eight weeks",
            ratio=False,
        ),
        "mood_by_standing": Measure(
            mood_by_standing,
            "1",
            "Rank correlation of creators' mood with their followers, last four weeks",
            ratio=False,
        ),
        "creator_mood": HEADLINE["creator_mood"],
    },
    expectations=(
        Expectation("net is gained less lost, always, to the last follower", "ledger_gap", "usual", low=-0.5, high=0.5),
        Expectation("follows ebb and flow by more than chance", "ebb_and_flow", "usual", low=1.0),
        Expectation(
            "shifting interests cost followers", "unfollows_per_tie_day", "usual", "still interests", relative=True
        ),
        Expectation(
            "the more they shift the more are lost for interest",
            "lost_to_interest",
            "restless interests",
            "usual",
            relative=True,
        ),
        Expectation(
            "and the more are lost in all", "unfollows_per_tie_day", "restless interests", "usual", relative=True
        ),
        Expectation(
            "quality that varies loses followers for quality", "lost_to_quality", "usual", "even quality", relative=True
        ),
        Expectation("and more in all", "unfollows_per_tie_day", "usual", "even quality", relative=True),
        Expectation("it is part of the ebb and flow", "ebb_and_flow", "usual", "even quality"),
        Expectation(
            "the wish for a tidy feed costs followers", "unfollows_per_tie_day", "usual", "no tidying", relative=True
        ),
        Expectation("moods rise and fall with net followers", "mood_with_net", "usual"),
        Expectation("less so where counts are hidden", "mood_with_net", "usual", "counts hidden"),
        Expectation("creators with few followers feel worse", "mood_by_standing", "usual"),
        Expectation("less so where nobody sees how few", "mood_by_standing", "usual", "counts hidden"),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=120, replicates=24, samples=64),
    details=flows,
    figures=figures,
    remarks=remarks,
    caveats=(
        "interests drift toward what one likes, and so toward whom one follows already: shifting of this kind binds; "
        "what is new at random loosens",
        "the ledger puts a loss down to what spoke most against the last post seen; a follow that disappointed for "
        "weeks may end on a good day, and counts as lost to better offers",
        "where counts are hidden viewers do not see them either, so that follows themselves come out otherwise",
    ),
    uncertain=tuple(
        Uncertainty(name, usual / 1.5, usual * 1.5, "log")
        for name, usual in {
            "change.interest_drift": 0.005,
            "change.curiosity": 0.005,
            "change.curiosity_step": 0.2,
            "posting.quality_noise": 0.25,
            "leaving.tidy_probability": 0.05,
            "leaving.overload": 0.5,
        }.items()
    ),
)
