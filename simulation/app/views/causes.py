"""Why followers came and went on the latest day."""

from typing import Any

import numpy as np
from bokeh.models import Range1d, Span
from bokeh.transform import dodge

from simulation.analysis.wording import words
from simulation.app.session import Session
from simulation.app.views.frame import LINE, bar_figure, of_runs, without_sign
from simulation.plots.style import GREEN, ORANGE

WIDTH = 0.36
"""Of a bar, in rows."""


class CausesView:
    """Bars by cause: gained to the right, lost to the left; A above B where there are two runs."""

    def __init__(self) -> None:
        self._sources = of_runs("cause", "gained", "lost")
        self._reach = Range1d(-10, 10)
        label = "← lost    followers, latest day    gained →"
        made, self._rows = bar_figure(label, height=330, x_range=self._reach)
        without_sign(made.xaxis)
        self._bars: dict[str, list[Any]] = {"A": [], "B": []}
        for name, alpha in (("A", 0.95), ("B", 0.45)):
            look = {"source": self._sources[name], "height": 2 * WIDTH, "fill_alpha": alpha, "line_color": None}
            for what, colour in (("gained", GREEN), ("lost", ORANGE)):
                self._bars[name].append(made.hbar(y="cause", right=what, color=colour, **look))
        made.add_layout(Span(location=0, dimension="height", line_color=LINE, line_width=1))
        self.roots: dict[str, Any] = {"causes": made}

    def begin(self, session: Session) -> None:
        """Runs were started over: a row for each cause, and room for one bar or two."""
        names = [words(cause) for cause in session.a.cause_names]
        self._rows.factors = names[::-1]
        both = "B" in session.lanes
        for name, bars in self._bars.items():
            shift = (WIDTH / 2 + 0.02) * (1 if name == "A" else -1)
            for bar in bars:
                bar.visible = name in session.lanes
                bar.glyph.height = WIDTH if both else 2 * WIDTH
                bar.glyph.y = dodge("cause", shift if both else 0.0, range=self._rows)
        self._reach.update(start=-10, end=10)

    def draw(self, session: Session) -> dict[str, str]:
        """Today's bars; the axis moves seldom, so that days can be compared."""
        said, most = [], 1
        for name, lane in session.lanes.items():
            gained, lost = lane.today_by_cause()
            names = [words(cause) for cause in lane.cause_names]
            self._sources[name].data = {"cause": names, "gained": gained, "lost": -lost}
            most = max(most, int(gained.max()), int(lost.max()))
            said.append(f"Run {name}: {_foremost(names, gained, 'gained')}; {_foremost(names, lost, 'lost')}.")
        reach = float(np.ceil(1.25 * most / 10) * 10)
        if most > self._reach.end or reach < self._reach.end / 4:
            self._reach.update(start=-reach, end=reach)
        if session.day == 0:
            return {"causes": "Nothing has happened yet: press Play or Step."}
        paler = " Run B is paler." if "B" in session.lanes else ""
        return {"causes": " ".join(said) + paler}


def _foremost(names: list[str], counts: Any, what: str) -> str:
    total = int(counts.sum())
    if total == 0:
        return f"nobody {what}"
    first = int(counts.argmax())
    return f"{total:,} {what}, most by {names[first]} ({counts[first]:,})"
