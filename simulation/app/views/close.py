"""One user and one creator up close: what they are like, what they feel, and what happened to them lately."""

from html import escape
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, DataRange1d, Range1d

from simulation.analysis.wording import words
from simulation.app.lane import Lane
from simulation.app.session import Session
from simulation.app.views.frame import bar_figure, counts, html_table, legend_below, plain_figure
from simulation.plots.cause_colours import COLOURS
from simulation.plots.style import BLUE, GREEN, ORANGE, PURPLE
from simulation.state import NEVER

MIND = {
    "mood": (BLUE, "solid"),
    "authenticity": (GREEN, "dashed"),
    "obsession": (PURPLE, "dotdash"),
    "burnout": (ORANGE, "dotted"),
}


class CreatorView:
    """A creator: followers and mind over time."""

    def __init__(self) -> None:
        self.lane = "A"
        self.creator = 0
        days = DataRange1d(range_padding=0.02, start=0)
        self._source = ColumnDataSource({"day": [], "followers": [], **{name: [] for name in MIND}})
        self.followers = plain_figure("day", "followers", height=170, x_range=days)
        self.followers.y_range = DataRange1d(start=0, range_padding=0.1)
        counts(self.followers.yaxis)
        self.followers.line("day", "followers", source=self._source, color=BLUE, line_width=2.2)
        self.mind = plain_figure(
            "day", "level, \N{MINUS SIGN}1 to 1", height=210, x_range=days, y_range=Range1d(-1.05, 1.05)
        )
        for name, (colour, dash) in MIND.items():
            look = {"color": colour, "line_dash": dash, "line_width": 2}
            self.mind.line("day", name, source=self._source, legend_label=name, **look)
        legend_below(self.mind)
        self.roots: dict[str, Any] = {"creator": self.followers, "mind": self.mind}

    def begin(self, session: Session) -> None:
        """Runs were started over; with fewer creators another one has to be shown."""
        self.creator = min(self.creator, session.lanes[self.lane].creators - 1)

    def draw(self, session: Session) -> dict[str, str]:
        """Curves up to today, and the creator in words."""
        lane, creator = session.lanes[self.lane], self.creator
        history = lane.history
        columns = {name: history.of_creator(creator, name) for name in ("followers", *MIND)}
        self._source.data = {"day": history.days, **columns}
        return {"creator": _creator_words(lane, creator), "mind": _events(lane, creator=creator)}


class UserView:
    """A user: what counts for this one, and whom the user follows."""

    def __init__(self) -> None:
        self.lane = "A"
        self.user = 0
        self._source = ColumnDataSource({"factor": [], "weight": [], "color": []})
        self.figure, self._rows = bar_figure("weight in appeal, of 1", height=210)
        self.figure.x_range = DataRange1d(start=0, range_padding=0.08)
        self.figure.hbar(y="factor", right="weight", height=0.66, source=self._source, color="color")
        self.roots: dict[str, Any] = {"user": self.figure}

    def begin(self, session: Session) -> None:
        """Runs were started over; with fewer users another one has to be shown."""
        self.user = min(self.user, session.lanes[self.lane].users - 1)

    def draw(self, session: Session) -> dict[str, str]:
        """Weights, and the user in words."""
        lane = session.lanes[self.lane]
        names = [factor.name for factor in lane.model.factors]
        named = [words(name) for name in names]
        if self._rows.factors != named[::-1]:
            self._rows.factors = named[::-1]
        weights = lane.model.state.users.factor_weights[self.user]
        colours = [COLOURS.get(name, BLUE) for name in names]
        self._source.data = {"factor": named, "weight": weights, "color": colours}
        return {"user": _user_words(lane, self.user), "ties": _events(lane, user=self.user)}


def _creator_words(lane: Lane, creator: int) -> str:
    state = lane.model.state
    c, minds = state.creators, state.minds
    today = f"latest day +{c.gained[creator]:,} \N{MINUS SIGN}{c.lost[creator]:,}"
    away = c.away_until[creator]
    doing = (
        "has quit"
        if away >= NEVER
        else "on a break"
        if away > lane.day
        else lane.model.strategy_names[minds.strategy[creator]].replace("_", " ")
    )
    rank = 1 + int((c.followers > c.followers[creator]).sum())
    return (
        f"User {c.user[creator]}, rank {rank:,} of {lane.creators:,}: {c.followers[creator]:,} followers, {today}. "
        f"Talent {c.talent[creator]:.2f}, authenticity {c.authenticity[creator]:.2f}, "
        f"{c.rate[creator]:.2f} posts/day; this week: {doing}."
    )


def _user_words(lane: Lane, user: int) -> str:
    state = lane.model.state
    u, rows = state.users, state.follows.rows
    start, held = rows.start[user], int(rows.length[user])
    satisfied = rows.satisfaction[start : start + held]
    best = np.argsort(-satisfied, kind="stable")[:3]
    dear = ", ".join(str(int(state.follows.of(user)[k])) for k in best)
    creator = f", who is creator {u.creator[user]}" if u.creator[user] >= 0 else ""
    gone = " Has left the platform." if u.left[user] <= lane.day else ""
    return (
        f"User {user}{creator}: follows {held:,} creators{f' (favourite: {dear})' if dear else ''}, watches on "
        f"{u.activity[user]:.0%} of days, {u.use[user]:.0f} posts/day. Mood {u.mood[user]:.2f}, fear of missing out "
        f"{u.fomo[user]:.2f}, expects an appeal of {u.aspiration[user]:.2f}.{gone}"
    )


def _events(lane: Lane, *, user: int | None = None, creator: int | None = None) -> str:
    """The latest follows and unfollows as a table in HTML."""
    found = lane.recent(user=user, creator=creator)
    if not found:
        return "<p class='empty'>No follow and no unfollow lately.</p>"
    whom = "creator" if creator is None else "user"
    rows = (
        f"<tr><td>{day}</td><td>{'followed' if follows else 'unfollowed'}</td>"
        f"<td>{who if creator is not None else what}</td><td>{escape(words(cause))}</td></tr>"
        for day, follows, who, what, cause in found
    )
    return html_table(("day", "what", whom, "because of"), rows)
