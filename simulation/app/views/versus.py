"""Run A against run B in numbers."""

from typing import Any

import numpy as np

from simulation.analysis.headline import HEADLINE
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.wording import number, word
from simulation.app.lane import Lane
from simulation.app.session import Session
from simulation.app.views.frame import html_table

EMPTY = (
    "<p class='empty'>Turn on <b>Compare</b> to add a run B: the same population, random draws and days so far. "
    "Then change B, and whatever becomes different is the effect of your change.</p>"
)


class VersusView:
    """A table of headline numbers of today; the difference is the effect, because both have the same draws."""

    def __init__(self) -> None:
        self.roots: dict[str, Any] = {}

    def begin(self, session: Session) -> None:
        """Nothing is kept between drawings."""

    def draw(self, session: Session) -> dict[str, str]:
        """The table as HTML."""
        if session.b is None:
            return {"versus": EMPTY}
        rows = []
        for (name, decimals, a), (_, _, b) in zip(_numbers(session.a), _numbers(session.b), strict=True):
            difference = number(b - a, decimals, signed=True) if a != b else "none"
            cells = "".join(f"<td>{cell}</td>" for cell in (number(a, decimals), number(b, decimals), difference))
            rows.append(f"<tr><th scope='row'>{name}</th>{cells}</tr>")
        table = html_table(("today", "run A", "run B", "B - A"), rows, " class='wide'")
        return {"versus": table + _changes(session)}


def _numbers(lane: Lane) -> list[tuple[str, int, float]]:
    """Name with unit, decimals and number of each row."""
    state = lane.model.state
    followers = state.creators.followers
    days = min(28, lane.day)
    recent = lane.history.days >= lane.day - days
    span = max(days, 1)
    gained, lost = (float(np.ptp(lane.history.total(name)[recent])) / span for name in ("gained", "lost"))
    return [
        ("followers, all creators", 0, float(followers.sum())),
        ("gained, followers/day", 1, gained),
        ("lost, followers/day", 1, lost),
        (_about("follower_gini"), 3, gini(followers)),
        (_about("follower_top_share"), 3, top_share(followers)),
        (_about("creator_mood"), 3, float(state.minds.mood.mean())),
        ("Mean authenticity of all creators", 3, float(state.creators.authenticity.mean())),
        (_about("creator_burnout"), 3, float(state.minds.burnout.mean())),
        (_about("user_mood"), 3, float(state.users.mood.mean())),
    ]


def _about(outcome: str) -> str:
    """An outcome as all comparisons call it."""
    return HEADLINE[outcome].about


def _changes(session: Session) -> str:
    """What differs between the scenarios of the runs."""
    assert session.b is not None
    a, b = session.a.model.initial_parameters, session.b.model.initial_parameters
    first = [f"{name} {word(a[name])} and {word(b[name])}" for name, value in b.flat().items() if a[name] != value]
    later = [
        f"run {name}, day {item.day}: {item.lever} = {word(item.value)}"
        for name, lane, other in (("A", session.a, session.b), ("B", session.b, session.a))
        for item in lane.scenario.interventions
        if item not in other.scenario.interventions
    ]
    if not first and not later:
        return (
            "<p class='empty'>Both runs are the same so far: choose B under “sliders change”, and change one thing.</p>"
        )
    return f"<p class='note'>Different: {'; '.join([*first, *later])}. Gains and losses: mean of up to 28 days.</p>"
