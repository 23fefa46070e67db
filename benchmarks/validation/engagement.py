"""Rates of liking and following, follows returned, and what the feed of TikTok shows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.validation.field import QUICK, SHORT_VIDEO, Size, measured, worlds
from benchmarks.validation.figures import panels
from benchmarks.validation.target import Band, Effort, Evidence, Target, band
from simulation.analysis.engagement import follows_per_user_day, likes_per_exposure, likes_per_follow
from simulation.analysis.network import reciprocity
from simulation.engines.agents import User
from simulation.engines.watcher import Showing
from simulation.model import FollowerModel
from simulation.plots.style import BLUE, GREY, PALE, VERMILLION, styled

NOT_FOR_YOU = ["following", "friends"]
"""Sources of the feed that are no recommendation."""
LOGS = "short-video logs"
POPULAR = 0.9
"""A post is popular where its views of the day reach this quantile of all of the run."""
SETTINGS = ("default", SHORT_VIDEO)
WANTED = (
    ("likes", (0.02, 0.15, "per exposure"), 0.02, LOGS),
    ("likes on popular posts", (0.085, 0.15, "per exposure"), math.nan, LOGS),
    ("likes per follow", (12.0, 14.0, ""), 13.0, LOGS),
    ("follows", (0.13, 0.20, "per user-day"), 0.165, LOGS),
    ("reciprocity", (0.2, 0.6, "of follows"), 0.2, "KuaiRand; Kwak et al., WWW 2010"),
)
GROWN = Size(5000, 800, 365, 5)
"""A world of default size that has simulated the days of ``follower-dynamics check``: what rates are reported for."""
MISSED = {
    ("default", "likes on popular posts"): "what is liked much is shown much, so that in the model popular posts are "
    "those of creators whom nearly everybody likes; like rates have no upper bound but 1",
    (SHORT_VIDEO, "follows"): (
        "a year on, the eager follow nearly all that is worth it to them; a lower threshold brings "
        "the rate into its band and makes followers too even (docs/calibration.md, on how the values were found)"
    ),
}
"""By setting and band, for what is known to stay missed."""


def _bands(setting: str) -> dict[str, Band]:
    return {
        name: band(f"{name}, {setting}", *span, given=given, source=source, missed=MISSED.get((setting, name), ""))
        for name, span, given, source in WANTED
    }


def _measure(effort: Effort) -> Evidence:
    """Worlds of the defaults and of the preset `short_video`: likes per exposure, of all posts and of those with the
    most views of a day (their top tenth), likes per follow, follows per user and day, and the share of follows
    between creators that are returned. Rates move with the age of a world (younger ones have fewer likes per
    follow): these are of a year, in worlds of default size.
    """
    rows = []
    for setting in SETTINGS:
        for seed, model in worlds(QUICK if effort.quick else GROWN, setting):
            result = model.result()
            likes = likes_per_exposure(result.daily), _popular(result.creator_days), likes_per_follow(result.daily)
            returned = reciprocity(result.follows, result.creators)
            rows.append((setting, seed, *likes, follows_per_user_day(result.daily), returned))
    table = pd.DataFrame(rows, columns=["setting", "seed", *(name for name, *_ in WANTED)])
    bands = [one for setting, part in table.groupby("setting") for one in measured(part, _bands(str(setting)))]
    return Evidence(tuple(bands), {"rates": table})


def _popular(creator_days: pd.DataFrame) -> float:
    """Likes per view of posts with the most views in a day."""
    views = creator_days["views"].to_numpy(np.float64)
    much = views >= max(np.quantile(views[views > 0], POPULAR), 1.0)
    return float(creator_days["likes"].to_numpy(np.float64)[much].sum() / views[much].sum())


@styled
def _figure(evidence: Evidence) -> Figure:
    figure, columns = panels(evidence, len(WANTED), height=1.7)
    rates = evidence.tables["rates"]
    for axes, (name, (low, high, unit), _, _) in zip(columns, WANTED, strict=True):
        axes.axhspan(low, high, color=PALE, alpha=0.6, lw=0)
        for x, setting in enumerate(SETTINGS):
            values = rates[rates["setting"] == setting][name]
            met = low <= values.mean() <= high
            axes.plot(np.full(len(values), x), values, "o", ms=3, mew=0, color=BLUE if met else VERMILLION)
        axes.set_xticks(range(len(SETTINGS)), ["default", "short\nvideo"], fontsize=6)
        axes.set(xlim=(-0.6, 1.6), ylim=(0, None))
        axes.set_title(name.replace(" on ", "\non "), fontsize=7)
        axes.set_ylabel(unit)
    return figure


class Viewer(User):
    """A user whose feed is counted by source."""

    def fill_feed(self, slots: int) -> dict[int, Showing]:
        """The same feed; what of it is seen is added to the model's counts."""
        shown = super().fill_feed(slots)
        for creator, showing in shown.items():
            if self.creators.visible[creator]:
                self.model.seen_by_source[showing.source] += showing.times
        return shown


class CountedModel(FollowerModel):
    """A model that knows how many posts were seen from each source."""

    def __init__(self, users: int, seed: int) -> None:
        sizes = {"population.users": users, "population.creators": users // 5}
        super().__init__(sizes, preset="tiktok", seed=seed, record="daily", engine="mesa", user_type=Viewer)
        self.seen_by_source = np.zeros(len(self.source_names), dtype=np.int64)


def _measure_feed(effort: Effort) -> Evidence:
    """Worlds of the preset `tiktok`, simulated by agents who count what they see by source. The preset is made to show
    .85 for-you; whether that comes out depends on whether other sources have anybody to show. The width of the
    band, a tenth to either side, is an assumption.
    """
    users, days, seeds = (60, 15, 2) if effort.quick else (250, 60, 5)
    rows = []
    for seed in range(seeds):
        model = CountedModel(users, seed)
        model.run_for(days)
        rows.append(model.seen_by_source / model.seen_by_source.sum())
    table = pd.DataFrame(rows, columns=list(model.source_names))
    share = (1.0 - table[NOT_FOR_YOU].sum(axis=1)).tolist()
    for_you = band("for-you", 0.75, 0.95, "of views", given=0.85, source="TikTok creators' reports (weak)")
    return Evidence((for_you.measured(share),), {"shares": table})


@styled
def _figure_feed(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(evidence, width=4.5, height=1.9)
    shares = evidence.tables["shares"]
    for row, source in enumerate(shares.columns):
        axes.plot(shares[source], np.full(len(shares), row), "o", ms=3, mew=0, alpha=0.7,
                  color=GREY if source in NOT_FOR_YOU else BLUE)  # fmt: skip
    axes.set_yticks(range(len(shares.columns)), list(shares.columns))
    axes.set(ylim=(len(shares.columns) - 0.5, -0.5), xlim=(0, 0.5), xlabel="share of views, by source (blue: for-you)")
    return figure


ENGAGEMENT = Target(
    name="engagement",
    title="Likes, follows and follows returned",
    kind="field",
    source=f"{LOGS}; reciprocity: KuaiRand, Kwak et al. 2010",
    measure=_measure,
    figure=_figure,
)

FEED = Target(
    name="feed",
    title="What a for-you feed shows",
    kind="field",
    source="TikTok creators' reports (weak)",
    measure=_measure_feed,
    figure=_figure_feed,
)
