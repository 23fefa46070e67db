"""Net followers: why do follows and unfollows ebb and flow, and what does that do to those who are followed?

That net followers are followers gained minus followers lost is bookkeeping: it must hold for every creator, day and
cause without exception. That interests, quality and the wish for a tidy feed drive losses is tested by removing each:
interests that stay (and, the other way, wander), quality that never varies, no tidying. Ebb and flow is what is left of
a creator's weeks beyond a steady trend and the chance of counts. That worth is measured in followers shows in moods
that depend on them, and less so where counts are hidden.

Each reason is removed in an arm of its own. Interests shift in the model in two ways: toward what one likes, and, now
and then, to something new. *Still interests* have neither; in *restless interests* every third session brings a new
interest, half as strong as all the old ones together. *Even quality* makes every post as good as its creator's talent;
in *no tidying* follows are never cleared out for being too many, nor left sooner for holding many. The ledger records
one cause for every loss; how much that says is seen by how losses of that cause, and losses in all, change where the
reason is removed. Ebb and flow is told from chance: a creator who gains ten followers a week by chance alone has weeks
of five and of fifteen. For claim 10, moods are compared with followers within creators (does a good week lift mood?)
and between them (do those with few feel worse?), and *counts hidden* shows what is left of both where follower counts
are not seen.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulation.analysis import rank_correlation
from simulation.analysis.churn import tie_days
from simulation.analysis.headline import RECENT
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.wording import interval, listed, words
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, around, headline
from simulation.experiment.groups import by_day, pearson, share_of
from simulation.experiment.judge import mean_of
from simulation.plots import rise_and_fall
from simulation.plots.axes import title
from simulation.plots.cause_colours import cause_colours
from simulation.plots.followers import weekly as smoothed
from simulation.plots.style import DOUBLE, label_key, new_figure, styled

WEEK, WEEKS = 7, 8
"""Days of a week, and weeks at the end over which ebb and flow and moods are looked at."""
INTEREST, QUALITY, TIDYING = ("shared_interest",), ("talent", "consistency"), ("overload",)
"""Causes of losses, by what they say about a post or a feed."""
THOUSAND = 1000.0
LEAST = 0.01
"""Share of gains and of losses below which a cause is not drawn by itself."""


def ledger_gap(result: Tables) -> float:
    """Largest difference, over creators and days, between the ledger and the counts."""
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
    """Followers lost for these causes, per thousand tie-days."""
    lost = float(sum(result.creator_days[f"lost_{cause}"].sum() for cause in causes))
    return THOUSAND * share_of(lost, tie_days(result.daily))


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
    return share_of((lost > gained).sum(), (gained + lost > 0).sum())


def mood_with_net(result: Tables) -> float:
    """Correlation of a week's change in mood with its net followers, within creators who worked through all weeks.

    Net followers as the model's creators take them, sign(n) log(1 + |n|); of both, each creator's own mean and each
    week's mean are subtracted, so that neither who a creator is nor how old the world is can correlate them.
    """
    mood, away = by_day(result, "mood"), by_day(result, "away")
    net = weekly(by_day(result, "gained") - by_day(result, "lost"))[1:]
    ends = mood[::-1][::WEEK][: len(net) + 1][::-1]
    at_work = away[-WEEK * (len(net) + 1) :].sum(axis=0) == 0
    change = np.diff(ends, axis=0)[:, at_work]
    net = (np.sign(net) * np.log1p(np.abs(net)))[:, at_work]
    return pearson(own(change), own(net))


def mood_by_standing(result: Tables) -> float:
    """Rank correlation, over creators at work, of followers with mood over the last four weeks."""
    mood = by_day(result, "mood")[-RECENT:].mean(axis=0)
    at_work = (result.creators["status"] == "active").to_numpy(bool)
    followers = result.creators["followers"].to_numpy(np.float64)
    return rank_correlation(followers[at_work], mood[at_work])


def weekly(values: FloatArray) -> FloatArray:
    """Sums over the last whole weeks, at most `WEEKS`, one row per week."""
    weeks = min(WEEKS, len(values) // WEEK)
    return values[len(values) - weeks * WEEK :].reshape(weeks, WEEK, values.shape[1]).sum(axis=1)


def own(values: FloatArray) -> FloatArray:
    """What is left of a table of weeks and creators without the means of its rows and of its columns."""
    if not values.size:
        return values
    return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()


def measure(result: Tables) -> dict[str, float]:
    """The ledger, losses by cause, ebb and flow, and moods."""
    return {
        "ledger_gap": ledger_gap(result),
        "lost_to_interest": lost_to(result, INTEREST),
        "lost_to_quality": lost_to(result, QUALITY),
        "lost_to_tidying": lost_to(result, TIDYING),
        "ebb_and_flow": ebb_and_flow(result),
        "ebbs": ebbs(result),
        "mood_with_net": mood_with_net(result),
        "mood_by_standing": mood_by_standing(result),
    }


def flows(result: Tables) -> dict[str, Any]:
    """Followers gained and lost by cause, one row per day, over all creators."""
    causes = [f"{word}_{cause}" for word in ("gained", "lost") for cause in result.cause_names]
    table = result.creator_days.groupby("day")[causes].sum()
    return {"day": table.index.to_numpy(), **{name: table[name].to_numpy(np.int64) for name in causes}}


def cause_names(details: pd.DataFrame) -> list[str]:
    """All causes, in the order of the ledger."""
    return [name.removeprefix("lost_") for name in details if name.startswith("lost_")]


def losses(details: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Followers lost by cause, one row per replicate and one column per cause."""
    rows = details[details["arm"] == arm]
    table = rows.groupby("replicate")[[f"lost_{cause}" for cause in cause_names(details)]].sum()
    return table.rename(columns=lambda name: name.removeprefix("lost_"))


def shown(details: pd.DataFrame) -> list[str]:
    """Causes large enough to be seen, of gains or losses."""
    causes = cause_names(details)
    totals = [details[[f"{word}_{cause}" for cause in causes]].sum().to_numpy() for word in ("gained", "lost")]
    seen = np.any([counts >= LEAST * max(counts.sum(), 1) for counts in totals], axis=0)
    return [cause for cause, large in zip(causes, seen, strict=True) if large]


@styled
def causes_figure(details: pd.DataFrame, rates: Mapping[str, float]) -> Figure:
    """Daily gains and losses, by cause, in the first arm; and losses per 1,000 tie-days (``rates``) in every arm."""
    causes, colours = shown(details), cause_colours(cause_names(details))
    figure = new_figure(DOUBLE, 5.6)
    panels = figure.subplots(3, 1, gridspec_kw={"height_ratios": [1, 1, 1.15]})
    usual = details[details["arm"] == next(iter(rates))].groupby("day").mean(numeric_only=True)
    for axes, word in zip(panels, ("gained", "lost"), strict=False):
        rows = smoothed(usual[[f"{word}_{cause}" for cause in causes]].to_numpy(np.float64).T)
        axes.stackplot(usual.index, rows, colors=[colours[cause] for cause in causes], linewidth=0)
        axes.set_xlim(usual.index[0], max(usual.index[-1], usual.index[0] + 1))
        axes.set_ylabel("followers per day, all\ncreators (7-day mean)")
    panels[1].set_xlabel("time (days)")
    label_key(panels[0], [(words(cause), colours[cause]) for cause in reversed(causes)])
    figure.align_ylabels(panels[:2])
    bars = pd.DataFrame({arm: losses(details, arm).sum() for arm in rates})
    widths = (bars / bars.sum().clip(lower=1.0) * pd.Series(rates)).loc[causes]
    for cause, left in (widths.cumsum() - widths).iterrows():
        panels[2].barh(list(rates), widths.loc[cause], left=left, height=0.62, color=colours[str(cause)])
    panels[2].invert_yaxis()
    panels[2].set_xlabel("followers lost per 1,000 tie-days")
    titles = ("Followers gained in the usual world, by cause", "Followers lost in the usual world, by cause")
    title(panels, (*titles, "Followers lost in every world, by cause (colours as above)"))
    return figure


def figures(found: Findings) -> Figures:
    """Gains and losses by cause, and the creator of one usual world whose weeks differ most in net followers."""
    means = {arm.name: found.mean("unfollows_per_tie_day", arm.name).estimate for arm in found.experiment.arms}
    yield "causes", causes_figure(found.details, {arm: np.nan_to_num(THOUSAND * mean) for arm, mean in means.items()})
    result = found.again()
    net = weekly(by_day(result, "gained") - by_day(result, "lost"))
    yield "one_creator", rise_and_fall(result, int(net.var(axis=0).argmax()) if len(net) else None)


def remarks(found: Findings) -> list[str]:
    """The recorded causes of losses in the usual world, the largest first."""
    table = losses(found.details, found.experiment.base.name)
    shares = 100 * table.div(table.sum(axis=1), axis=0)
    said = [
        f"{words(cause)} {interval(mean_of(shares[cause]), '%')}"
        for cause in shares.mean().sort_values(ascending=False).index
        if shares[cause].mean() >= 100 * LEAST
    ]
    return [f"Recorded causes of losses in the usual world: {listed(said)} of all losses."]


def costs(says: str, arm: str, than: str, outcome: str = "unfollows_per_tie_day", **more: Any) -> Expectation:
    """More losses in one arm than in another, in %."""
    return Expectation(says, outcome, arm, than, relative=True, **more)


EXPERIMENT = Experiment(
    name="net_followers",
    question="Why do follows and unfollows ebb and flow, and what does that do to those who are followed?",
    claim="7 and 10. Net followers = gained - lost; follows and unfollows ebb and flow with shifting interests, "
    "content quality, the wish for a tidy feed; a surge brings euphoria, a decline anxiety, and worth is measured in "
    "followers",
    about=__doc__,
    arms=(
        Arm("usual", "interests shift, quality varies, people tidy"),
        Arm("still interests", "interests stay as they are", {"change.interest_drift": 0.0, "change.curiosity": 0.0}),
        Arm(
            "restless interests",
            "interests wander, in every third session to something new",
            {"change.curiosity": 0.3, "change.curiosity_step": 0.5},
        ),
        Arm("even quality", "every post is as good as the last", {"posting.quality_noise": 0.0}),
        Arm(
            "no tidying",
            "a full feed does not bother users",
            {"leaving.tidy_probability": 0.0, "leaving.overload": 0.0},
        ),
        Arm("counts hidden", "follower counts are hidden", {"feed.hide_follower_counts": True}),
    ),
    outcomes={
        "ledger_gap": ("followers", "Largest gap, over creators, days and causes, between followers and the ledger"),
        **headline("unfollows_per_tie_day"),
        "lost_to_interest": ("losses/1,000 tie-days", "Followers lost for shared interests"),
        "lost_to_quality": ("losses/1,000 tie-days", "Followers lost for quality (talent shown, and consistency)"),
        "lost_to_tidying": ("losses/1,000 tie-days", "Followers lost as people tidied"),
        "ebb_and_flow": (
            "1",
            "Variance of a creator's weekly net followers about a straight line over that of chance (1: chance), last "
            "eight weeks",
        ),
        "ebbs": ("1", "Share of creators' weeks that lost more followers than they gained, last eight"),
        "mood_with_net": ("1", "Correlation of a week's change in mood with net followers, within creators"),
        "mood_by_standing": ("1", "Rank correlation of creators' mood with their followers, last four weeks"),
        **headline("creator_mood"),
    },
    measure=measure,
    expectations=(
        Expectation("follows ebb and flow by more than chance", "ebb_and_flow", "usual", low=1.0, headline=True),
        costs("shifting interests cost followers", "usual", "still interests", headline=True),
        costs(
            "interests that shift more cost more followers for interest",
            "restless interests",
            "usual",
            "lost_to_interest",
        ),
        costs("interests that shift more cost more followers in all", "restless interests", "usual"),
        costs("quality that varies costs followers for quality", "usual", "even quality", "lost_to_quality"),
        costs("quality that varies costs more followers in all", "usual", "even quality"),
        Expectation("varying quality is part of the ebb and flow", "ebb_and_flow", "usual", "even quality"),
        costs("the wish for a tidy feed costs followers", "usual", "no tidying"),
        Expectation("moods rise and fall with net followers", "mood_with_net", "usual", headline=True),
        Expectation("they do so less where counts are hidden", "mood_with_net", "usual", "counts hidden"),
        Expectation("creators with few followers feel worse", "mood_by_standing", "usual"),
        Expectation("they do so less where counts are hidden", "mood_by_standing", "usual", "counts hidden"),
    ),
    checks=(Expectation("net is gained minus lost, always", "ledger_gap", "usual", low=-0.5, high=0.5),),
    usual=Scale(users=1000, days=120, replicates=24, samples=64),
    details=flows,
    figures=figures,
    remarks=remarks,
    caveats=(
        "interests drift toward what one likes, and so toward whom one follows already: shifting of this kind binds; "
        "what is new at random loosens",
        "the ledger records what weighed most against the last post seen as the cause of a loss; a follow that "
        "disappointed for weeks may end on a good day, and counts as lost to better offers",
        "where counts are hidden viewers do not see them either, so that follows themselves change",
    ),
    uncertain=around(
        "change.interest_drift",
        "change.curiosity",
        "change.curiosity_step",
        "posting.quality_noise",
        "leaving.tidy_probability",
        "leaving.overload",
    ),
)

if __name__ == "__main__":
    main(__file__)
