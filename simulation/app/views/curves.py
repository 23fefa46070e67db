"""Followers over time: all of them, those of the most followed creators, and gains and losses by the day."""

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, DataRange1d, Span

from simulation.analysis.wording import number
from simulation.app.session import Session
from simulation.app.views.frame import (
    COLOURS,
    LINE,
    counts,
    legend_below,
    of_runs,
    only,
    plain_figure,
    run_line,
    without_sign,
)
from simulation.plots.style import GREEN, ORANGE

TOP = 12
"""Creators whose own curves are drawn: the most followed ones of today."""


class CurvesView:
    """Two figures over the same days: follows held, and how many came and went a day."""

    def __init__(self) -> None:
        self.lane = "A"
        days = DataRange1d(only_visible=True, range_padding=0.02, start=0)
        self._held, self._flows = of_runs("day", "held"), of_runs("day", "gained", "lost")
        self._stars = ColumnDataSource({"day": [], "followers": []})
        self._marks = ColumnDataSource({"day": []})
        labels = ("followers, all creators", "followers of one creator", "followers/day, lost below")
        made = [plain_figure("day", label, height=230, x_range=days) for label in labels]
        self.held, self.stars, self.flows = made
        for whole in (self.held, self.stars):
            whole.y_range = DataRange1d(start=0, range_padding=0.08)
            counts(whole.yaxis)
        self.flows.y_range = DataRange1d(range_padding=0.08)
        without_sign(self.flows.yaxis)
        self.flows.add_layout(Span(location=0, dimension="width", line_color=LINE, line_width=1))
        self.stars.multi_line("day", "followers", source=self._stars, color="color", line_width=1.6, alpha=0.85)
        for name in COLOURS:
            run_line(self.held, "day", "held", self._held[name], name)
            for what, colour in (("gained", GREEN), ("lost", ORANGE)):
                label = f"{what}, {name}"
                run_line(self.flows, "day", what, self._flows[name], name, label, color=colour, line_width=1.8)
        for one in made:
            one.vspan(x="day", source=self._marks, line_color=LINE, line_dash="dotted", line_width=1.2)
        legend_below(self.held)
        legend_below(self.flows)
        self.roots: dict[str, Any] = {"held": self.held, "stars": self.stars, "flows": self.flows}

    def begin(self, session: Session) -> None:
        """Runs were started over: curves of B go with it, and so does its place in the legends."""
        only(session.lanes, self.held, self._held)
        only(session.lanes, self.flows, self._flows)

    def draw(self, session: Session) -> dict[str, str]:
        """Curves up to today."""
        for name, lane in session.lanes.items():
            history = lane.history
            self._held[name].data = {"day": history.days, "held": history.total("follows")}
            self._flows[name].data = {
                "day": history.days[1:],
                "gained": history.rate("gained"),
                "lost": -history.rate("lost"),
            }
        lane = session.lanes[self.lane]
        top = np.argsort(-lane.model.state.creators.followers, kind="stable")[:TOP]
        days = lane.history.days
        self._stars.data = {
            "day": [days] * top.size,
            "followers": [lane.history.of_creator(int(creator), "followers") for creator in top],
            "color": [_STAR_COLOURS[min(place // 2, len(_STAR_COLOURS) - 1)] for place in range(top.size)],
        }
        self._marks.data = {
            "day": sorted({item.day for run in session.lanes.values() for item in run.scenario.interventions})
        }
        return self._words(session)

    def _words(self, session: Session) -> dict[str, str]:
        held, flows = [], []
        for name, lane in session.lanes.items():
            creators = lane.model.state.creators
            held.append(f"Run {name}, day {lane.day}: {creators.followers.sum():,} followers in all.")
            gained, lost = int(creators.gained.sum()), int(creators.lost.sum())
            flows.append(
                f"Run {name}, latest day: {gained:,} gained, {lost:,} lost, {number(gained - lost, signed=True)}."
                if lane.day
                else "Nothing has happened yet: press Play or Step."
            )
        lane = session.lanes[self.lane]
        followers = lane.model.state.creators.followers
        best = np.argsort(-followers, kind="stable")[:3]
        stars = ", ".join(f"creator {creator} has {followers[creator]:,}" for creator in best)
        return {
            "held": " ".join(held),
            "flows": " ".join(dict.fromkeys(flows)),
            "stars": f"Run {self.lane}, the {min(TOP, followers.size)} most followed today, darker for more; {stars}.",
        }


_STAR_COLOURS = ("#08306B", "#0B5A9C", "#0072B2", "#3A95C9", "#56B4E9", "#9CCBE8")
"""From dark to light: the most followed first."""
