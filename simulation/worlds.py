"""The world as phases, acts and feed sources of one's own see it: all to be read, their own columns to be written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from simulation.columns import Column, views
from simulation.declare import PlugIn, Section, asked
from simulation.distributions import uniform_on
from simulation.errors import PluginError
from simulation.platform.feed import FeedParameters, PlatformView, PostsView
from simulation.posts import lives_of, newest, to_be_seen
from simulation.schedule import SCHEDULE
from simulation.state import Creators, Minds, Peers, Rows, State, Trends, Users, read_only

GROUPS = ("users", "creators", "minds", "trends")
"""Groups of arrays of which a phase may write some."""


class WorldView(NamedTuple):
    """The world at some moment of a day. Arrays are as in :mod:`simulation.state`, and can be read only.

    Those of ``columns`` are one's own, and can be written; so can those that the phase or act says it writes.
    """

    day: int
    users: Users
    creators: Creators
    minds: Minds
    trends: Trends
    peers: Peers
    follows: Rows
    columns: Any
    """Columns of one's own by name: ``world.columns.loneliness``, (N,), or (N, width)."""
    draw: Callable[..., Any]
    """``draw(count)``: numbers in [0, 1) that belong to this plug-in and this day, one for each row; ``draw(count, 1)``
    gives others."""


@dataclass(frozen=True)
class Phase(PlugIn):
    """Something that happens every day after one of the model's own phases.

    Parameters
    ----------
    name
        A Python identifier, unique among the plug-ins of a model.
    after
        The phase after which it happens, see :data:`simulation.schedule.SCHEDULE`.
    do
        ``do(world, p)``, which writes into ``world.columns``; see :class:`WorldView`.
    parameters
        Default parameters; ``p`` has their names.
    writes
        Arrays of the model's own that it writes, such as ``("users.mood",)``.

    Raises
    ------
    PluginError
        If one of these is not allowed.
    """

    name: str
    after: str
    do: Callable[[WorldView, Any], None]
    parameters: Section | None = None
    writes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        phases = [name for name, _ in SCHEDULE]
        if self.after not in phases:
            raise PluginError(
                f"phase {self.name!r}: after = {self.after!r} must be one of {', '.join(phases)}", plugin=self.name
            )
        check_writes(self)
        self.announce()

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"phase {self.name!r}"


def check_writes(plugin: Any) -> None:
    """Refuse to write what is not there.

    Raises
    ------
    PluginError
        If there is no array of that name.
    """
    known = [f"{name}.{field}" for name in GROUPS for field in State.__annotations__[name]._fields if field != "own"]
    for name in plugin.writes:
        if name not in known:
            raise PluginError(
                f"{plugin.told}: there is no array {name!r} to write; for example 'users.mood'", plugin=plugin.name
            )


def world_view(state: State, columns: Sequence[Column], writes: Sequence[str], luck: int, name: str) -> WorldView:
    """The world as a plug-in of some name sees it; ``luck`` is the seed of what happens."""
    groups = {
        group: read_only(
            getattr(state, group),
            [name.partition(".")[2] for name in writes if name.startswith(f"{group}.")],
        )
        for group in GROUPS
    }
    return WorldView(
        day=state.day,
        **cast("Any", groups),
        peers=read_only(state.peers),
        follows=read_only(state.rows),
        columns=views(columns, users=state.users.own, creators=state.creators.own, ties=state.rows.own),
        draw=lambda count, part=0: uniform_on(luck, name, state.day, count, part=part),
    )


def platform_view(state: State, columns: Sequence[Column], p: FeedParameters) -> PlatformView:
    """The world as feed sources see it."""
    creators, latest = state.creators, newest(state.posts, state.creators)
    return PlatformView(
        day=state.day,
        posted=creators.posted,
        visible=creators.visible,
        stage=creators.stage,
        momentum=creators.momentum,
        known_for=creators.known_for,
        followers=creators.followers,
        users=state.users.activity.size,
        segments=int(state.users.segment.max()) + 1,
        topics=state.posts.topics[latest],
        quality=state.posts.quality[latest],
        posts=_posts_view(state, p.by_segment),
        heat=state.trends.heat,
        parameters=p,
        viewers=read_only(state.users),
        columns=read_only(views(columns, users=state.users.own, creators=creators.own)),
    )


def _posts_view(state: State, by_segment: bool) -> PostsView:
    """Posts that can be seen, as sources rank them.

    Where posts live for a day and there is one feed for all, one of each creator stands there, seen or not.
    """
    posts, creators = state.posts, state.creators
    lives = lives_of(posts, creators)
    visible = to_be_seen(posts, creators, state.day)
    place = np.flatnonzero(visible) if lives > 1 or by_segment else np.arange(posts.day.size)
    if by_segment:
        place = place[np.argsort(creators.segment[place // lives], kind="stable")]
    age = state.day - posts.day[place]
    return PostsView(
        place=place,
        creator=place // lives,
        age=age,
        fresh=age < lives,
        visible=visible[place],
        newest=place % lives == 0,
        topics=posts.topics[place],
        quality=posts.quality[place],
        views=posts.views[place],
        likes=posts.likes[place],
        shares=posts.shares[place],
        segment=creators.segment[place // lives],
    )


def live(plugin: Any, world: WorldView, *arguments: Any) -> None:
    """Let a phase or an act happen.

    Raises
    ------
    PluginError
        If it raises, writes what it may only read, or leaves a number that is not finite; names it and the day.
    """
    where = f"on day {world.day}"
    asked(plugin, plugin.do, (world, *arguments), where)
    written = [(f"column {name!r}", array) for name, array in world.columns._asdict().items()]
    written += [
        (name, getattr(getattr(world, name.partition(".")[0]), name.partition(".")[2])) for name in plugin.writes
    ]
    for name, array in written:
        if not np.isfinite(array).all():
            raise PluginError(f"{plugin.told} leaves a number in {name} {where} that is not finite", plugin=plugin.name)
