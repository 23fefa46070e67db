"""How unequally followers are shared: for each number of followers, the share of creators with at least as many."""

from typing import Any

import numpy as np
from bokeh.models import DataRange1d

from simulation.analysis.inequality import gini, top_share
from simulation.analysis.wording import number, percent
from simulation.app.session import Session
from simulation.app.views.frame import legend_below, of_runs, only, plain, plain_figure, run_line


class DistributionView:
    """The complementary cumulative distribution of followers, on two logarithmic axes."""

    def __init__(self) -> None:
        self._sources = of_runs("followers", "share")
        self.figure = plain_figure("followers of a creator", "share of creators", x_axis_type="log", y_axis_type="log")
        self.figure.x_range = DataRange1d(range_padding=0.05)
        self.figure.y_range = DataRange1d(range_padding=0.08)
        for name, source in self._sources.items():
            run_line(self.figure, "followers", "share", source, name)
        plain(self.figure.xaxis)
        plain(self.figure.yaxis)
        legend_below(self.figure)
        self.roots: dict[str, Any] = {"distribution": self.figure}

    def begin(self, session: Session) -> None:
        """Runs were started over."""
        only(session.lanes, self.figure, self._sources)

    def draw(self, session: Session) -> dict[str, str]:
        """The distribution today."""
        words = []
        for name, lane in session.lanes.items():
            followers = np.sort(lane.model.state.creators.followers)
            values, first = np.unique(followers, return_index=True)
            some = values > 0
            share = 1 - first / followers.size
            self._sources[name].data = {"followers": values[some], "share": share[some]}
            words.append(
                f"Run {name}: the most followed tenth has {percent(top_share(followers))} of all followers "
                f"(Gini {number(gini(followers), 2)}); {percent(float(np.mean(followers == 0)))} of creators have none."
                if followers.any()
                else f"Run {name}: nobody has followers yet."
            )
        return {"distribution": " ".join(words)}
