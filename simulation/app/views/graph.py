"""The social graph: creators by followers and by mood or authenticity, the other users as small dots."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from bokeh.events import Tap
from bokeh.models import ColorBar, ColumnDataSource, LinearColorMapper, Range1d
from bokeh.palettes import interp_palette

from simulation.analysis.wording import number
from simulation.app.drawing import GREYS, REACH, ground
from simulation.app.lane import Lane
from simulation.app.layout import Layout, layout
from simulation.app.session import Session
from simulation.app.views.frame import FAINT, INK, plain_figure
from simulation.plots.style import SCALES as STOPS

Colour = Literal["mood", "authenticity"]

SCALES: dict[Colour, tuple[float, float, str]] = {
    "mood": (-0.5, 0.5, "creators' mood, \N{MINUS SIGN}1 to 1 (clipped at ±0.5)"),
    "authenticity": (0.0, 1.0, "creators' authenticity, 0 to 1"),
}


PALETTES = {name: interp_palette(STOPS[name], 64) for name in SCALES}

LARGEST, SMALLEST = 38.0, 5.0
"""Diameters of the most followed creator and of one without followers, pixels."""


class GraphView:
    """The social graph of one run, laid out once.

    Parameters
    ----------
    on_pick
        Called with the number of a user (who may be a creator) when a node is clicked.
    """

    def __init__(self, on_pick: Callable[[int], object]) -> None:
        self.colour: Colour = "mood"
        self.lane = "A"
        self.chosen = 0
        self._on_pick = on_pick
        self._layout: Layout | None = None
        self._ground = ColumnDataSource({"ground": []})
        self._creators = ColumnDataSource({"x": [], "y": [], "size": [], "value": []})
        self._ring = ColumnDataSource({"x": [], "y": [], "size": []})
        self._mapper = LinearColorMapper(palette=PALETTES["mood"], low=-0.5, high=0.5)
        self.figure = self._figure()
        self.roots: dict[str, Any] = {"graph": self.figure}

    def _figure(self) -> Any:
        x, y = Range1d(-REACH, REACH), Range1d(-REACH, REACH)
        made = plain_figure("", "", height=470, x_range=x, y_range=y, match_aspect=True)
        # As wide as its place, and as high as that asks for, or a circle becomes an egg on a narrow screen.
        made.update(height=None, sizing_mode="scale_width", aspect_ratio=0.9, max_width=560, align="center")
        made.axis.visible = False
        made.grid.visible = False
        greys = LinearColorMapper(palette=GREYS, low=0, high=len(GREYS) - 1)
        corner, side = -REACH, 2 * REACH
        made.image("ground", source=self._ground, x=corner, y=corner, dw=side, dh=side, color_mapper=greys)
        fill = {"field": "value", "transform": self._mapper}
        look = {"fill_color": fill, "fill_alpha": 0.92, "line_color": "#3A4650", "line_width": 0.7}
        made.scatter("x", "y", size="size", source=self._creators, **look)
        made.scatter("x", "y", size="size", source=self._ring, fill_color=None, line_color=INK, line_width=2.5)
        place = {"orientation": "horizontal", "height": 10, "width": "auto", "padding": 4, "margin": 4}
        self._bar = ColorBar(color_mapper=self._mapper, title=SCALES["mood"][2], border_line_color=None, **place)
        self._bar.update(title_text_font_style="normal", title_text_font_size="12px", title_text_color=INK)
        self._bar.update(major_label_text_font_size="12px", major_label_text_color=FAINT)
        made.add_layout(self._bar, "below")
        made.on_event(Tap, self._tap)
        return made

    def set_colour(self, colour: Colour) -> None:
        """Colour creators by something else; shows with the next drawing."""
        self.colour = colour
        low, high, words = SCALES[colour]
        self._mapper.update(palette=PALETTES[colour], low=low, high=high)
        self._bar.title = words

    def begin(self, session: Session) -> None:
        """Lay out the graph of the run shown."""
        state = session.lanes[self.lane].model.state
        found = self._layout = layout(state)
        others = state.users.creator[found.users] < 0
        self._ground.data = {"ground": [ground(found, others)]}

    def draw(self, session: Session) -> dict[str, str]:
        """Sizes and colours as they are now."""
        assert self._layout is not None
        lane, found = session.lanes[self.lane], self._layout
        state = lane.model.state
        nodes = np.flatnonzero(state.users.creator[found.users] >= 0)
        numbers = state.users.creator[found.users[nodes]]
        followers = state.creators.followers[numbers]
        sizes = SMALLEST + (LARGEST - SMALLEST) * np.sqrt(followers / max(int(followers.max(initial=0)), 1))
        order = np.argsort(-sizes, kind="stable")  # small ones on top, so that none is hidden
        value = state.minds.mood if self.colour == "mood" else state.creators.authenticity
        x, y = found.at[nodes[order]].T
        self._creators.data = {"x": x, "y": y, "size": sizes[order], "value": value[numbers[order]]}
        ring = np.flatnonzero(numbers == self.chosen)
        self._ring.data = {"x": found.at[nodes[ring], 0], "y": found.at[nodes[ring], 1], "size": sizes[ring] + 7}
        return {"graph": self._words(lane, value)}

    def _words(self, lane: Lane, value: Any) -> str:
        assert self._layout is not None
        found, creators = self._layout, lane.model.state.creators
        top = int(creators.followers.argmax())
        some = "" if found.users.size == lane.users else f" ({found.users.size:,} of {lane.users:,} drawn)"
        edges = f"{len(found.edges):,} friendships"
        mean = number(float(value.mean()), 2)
        return (
            f"Run {self.lane}: {lane.users:,} users{some}, {lane.creators:,} of them creators; {edges}. The largest is "
            f"creator {top} with {creators.followers[top]:,} followers; mean {self.colour} {mean}. "
            "Click a node to see it up close."
        )

    def _tap(self, event: Any) -> None:
        if self._layout is None or event.x is None:
            return
        nearest = int(np.hypot(*(self._layout.at - (event.x, event.y)).T).argmin())
        self._on_pick(int(self._layout.users[nearest]))
