"""Followers over time: all of them, those of the most followed creators, and gains and losses by the day."""

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, DataRange1d, Span

from simulation.analysis.wording import number
from simulation.app.views.frame import COLOURS, counts, legend_below, plain_figure, run_line, without_sign
from simulation.plots.style import GREEN, ORANGE

if TYPE_CHECKING:
    from simulation.app.session import Session

TOP = 12
"""Creators whose own curves are drawn: the most followed ones of today."""


class CurvesView:
    """Two figures over the same days: follows held, and how many came and went a day."""

    def __init__(self) -> None:
        self.lane = "A"
        days = DataRange1d(only_visible=True, range_padding=0.02, start=0)
        self._held = {name: ColumnDataSource({"day": [], "held": []}) for name in COLOURS}
        self._flows = {name: ColumnDataSource({"day": [], "gained": [], "lost": []}) for name in COLOURS}
        self._stars = ColumnDataSource({"day": [], "followers": []})
        self._marks = ColumnDataSource({"day": []})
        self.held = self._held_figure(days)
        self.stars = self._stars_figure(days)
        self.flows = self._flows_figure(days)
        self.roots: dict[str, Any] = {"held": self.held, "stars": self.stars, "flows": self.flows}

    def _mark(self, made: Any) -> None:
        made.vspan(x="day", source=self._marks, line_color="#9AA5B1", line_dash="dotted", line_width=1.2)

    def _held_figure(self, days: Any) -> Any:
        made = plain_figure("day", "followers, all creators", height=230, x_range=days)
        made.y_range = DataRange1d(start=0, range_padding=0.08)
        counts(made.yaxis)
        for name, source in self._held.items():
            run_line(made, "day", "held", source, name)
        self._mark(made)
        legend_below(made)
        return made

    def _stars_figure(self, days: Any) -> Any:
        made = plain_figure("day", "followers of one creator", height=230, x_range=days)
        made.y_range = DataRange1d(start=0, range_padding=0.08)
        counts(made.yaxis)
        made.multi_line("day", "followers", source=self._stars, color="color", line_width=1.6, alpha=0.85)
        self._mark(made)
        return made

    def _flows_figure(self, days: Any) -> Any:
        made = plain_figure("day", "followers/day, lost below", height=230, x_range=days)
        made.y_range = DataRange1d(range_padding=0.08)
        without_sign(made.yaxis)
        made.add_layout(Span(location=0, dimension="width", line_color="#9AA5B1", line_width=1))
        for name, source in self._flows.items():
            for what, colour in (("gained", GREEN), ("lost", ORANGE)):
                run_line(made, "day", what, source, name, f"{what}, {name}", color=colour, line_width=1.8)
        self._mark(made)
        legend_below(made)
        return made

    def begin(self, session: "Session") -> None:
        """Runs were started over: curves of B go with it, and so does its place in the legends."""
        for made in (self.held, self.flows):
            for item in made.legend[0].items:
                item.visible = "B" in session.lanes or not str(item.label.value).endswith("B")
        if "B" not in session.lanes:
            self._held["B"].data = {"day": [], "held": []}
            self._flows["B"].data = {"day": [], "gained": [], "lost": []}

    def draw(self, session: "Session") -> dict[str, str]:
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

    def _words(self, session: "Session") -> dict[str, str]:
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
