"""What a creator's week is like: the strategies of the model, and those of one's own.

A :class:`Strategy` says what a creator does differently for a week; what it has brought decides how likely it is to be
taken up again, see :func:`simulation.creators.strategy.choose_strategy`.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from simulation.compiling import rule
from simulation.declare import PlugIn, Section, asked
from simulation.errors import PluginError
from simulation.state import Creators, Minds


class Standing(NamedTuple):
    """What a creator knows as a week begins. Levels lie in [0, 1] unless said otherwise."""

    creator: int
    day: int
    account_age: int  # days since the creator joined
    followers: int  # as the platform counts them
    posting_rate: float  # posts/day that come naturally
    talent: float
    authenticity: float
    consistency: float
    validation: float  # motives, which sum to 1
    influence: float
    joy: float
    mood: float  # from -1 to 1
    obsession: float
    burnout: float
    comparison: float  # how far below similar creators
    luck: float  # a number in [0, 1) that belongs to this strategy, this creator and this week
    own: Any  # columns of one's own of the creator, by name


class Week(NamedTuple):
    """What a week is like, beside a creator's own voice, pace and level; made by :func:`week`."""

    pace: float  # posting rate, as a multiple of what effort and burnout leave of the natural one
    polish: float  # added to talent in the quality of posts
    trend: float  # share of a post that is about the hottest topic
    audience: float  # share of a post that is about what followers who like are interested in
    drift: float  # how far each post draws the creator's own voice to the audience's interests
    warmth: float  # how far emotional connection with followers is brought toward its most
    strain: float  # effort, as a multiple of what posting takes
    collaborates: float  # 1 where the creator looks for a partner


LIMITS = {
    "pace": (0.0, 10.0),
    "polish": (-1.0, 1.0),
    "trend": (0.0, 1.0),
    "audience": (0.0, 1.0),
    "drift": (0.0, 1.0),
    "warmth": (0.0, 1.0),
    "strain": (0.0, 10.0),
    "collaborates": (0.0, 1.0),
}
"""Smallest and largest of each, both included."""


@rule
def week(
    pace: float = 1.0,
    polish: float = 0.0,
    trend: float = 0.0,
    audience: float = 0.0,
    drift: float = 0.0,
    warmth: float = 0.0,
    strain: float = 1.0,
    collaborates: bool = False,
) -> Week:
    """A week under a strategy; what is not said is as with one's own voice.

    Parameters
    ----------
    pace
        Posting rate, as a multiple of what effort and burnout leave of the natural one; at most 10.
    polish
        Added to talent in the quality of posts, from -1 to 1.
    trend, audience
        Shares of a post that are about the hottest topic, and about what followers who like are interested in.
    drift
        How far each post draws the creator's own voice to the audience's interests, from 0 to 1.
    warmth
        How far emotional connection with followers is brought toward its most, from 0 to 1.
    strain
        Effort, as a multiple of what posting takes; at most 10.
    collaborates
        Whether the creator looks for a partner, whose posts followers may be shown.

    Examples
    --------
    >>> week(pace=0.5, polish=0.2).pace
    0.5
    """
    return Week(
        float(pace),
        float(polish),
        float(trend),
        float(audience),
        float(drift),
        float(warmth),
        float(strain),
        1.0 if collaborates else 0.0,
    )


@rule
def always(me: Standing, p: Any) -> bool:
    """Open to everybody, every week."""
    return True


@dataclass(frozen=True)
class Strategy(PlugIn):
    """What creators may do for a week, beside being their own voice.

    Parameters
    ----------
    name
        A Python identifier, unique among the plug-ins and strategies of a model.
    plan
        ``plan(me, p) -> Week``, made with :func:`week`, of what a :class:`Standing` tells; written like the rule of a
        factor.
    parameters
        Default parameters; ``p`` has their names.
    may
        ``may(me, p) -> bool``: whether the strategy is open to a creator this week.

    Raises
    ------
    PluginError
        If the name is no identifier, or a function takes other arguments.

    Examples
    --------
    >>> craft = Strategy("craft", lambda me, p: week(pace=0.5, polish=0.2))
    """

    name: str
    plan: Callable[[Standing, Any], Week]
    parameters: Section | None = None
    may: Callable[[Standing, Any], bool] = always

    def __post_init__(self) -> None:
        for said, function in (("plan", self.plan), ("may", self.may)):
            if not callable(function) or len(inspect.signature(function).parameters) != 2:
                raise PluginError(f"{self.told}: its {said} must be a function of (me, p)", plugin=self.name)
            rule(function)
        if self.plan.__module__ != __name__:
            STRATEGIES_KNOWN[self.name] = self
        self.announce()

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"strategy {self.name!r}"


STRATEGIES_KNOWN: dict[str, Strategy] = {}
"""Strategies of one's own that this process knows, by name."""


@rule
def _own_voice(me: Standing, p: Any) -> Week:
    return week()


@rule
def _chase_trends(me: Standing, p: Any) -> Week:
    return week(trend=p.trend_mix)


@rule
def _engage(me: Standing, p: Any) -> Week:
    return week(warmth=p.warmth, strain=p.engaging_effort)


@rule
def _collaborate(me: Standing, p: Any) -> Week:
    return week(collaborates=True)


@rule
def _read_analytics(me: Standing, p: Any) -> Week:
    return week(audience=p.capture, drift=p.drift)


@rule
def _may_chase_trends(me: Standing, p: Any) -> bool:
    return bool(p.chase_trends)


@rule
def _may_engage(me: Standing, p: Any) -> bool:
    return bool(p.engage)


@rule
def _may_collaborate(me: Standing, p: Any) -> bool:
    return bool(p.collaborate)


@rule
def _may_read_analytics(me: Standing, p: Any) -> bool:
    return bool(p.analytics)


MODEL_STRATEGIES = (
    Strategy("own_voice", _own_voice),
    Strategy("chase_trends", _chase_trends, may=_may_chase_trends),
    Strategy("engage", _engage, may=_may_engage),
    Strategy("collaborate", _collaborate, may=_may_collaborate),
    Strategy("analytics", _read_analytics, may=_may_read_analytics),
)
"""The model's own, which read :class:`~simulation.creators.strategy.StrategyParameters`; the first is always open."""
STRATEGIES = tuple(strategy.name for strategy in MODEL_STRATEGIES)
"""Names of the model's own strategies by number; those of one's own follow."""


def planned(strategy: Strategy, me: Standing, p: Any) -> Week:
    """A week under a strategy, in Python.

    Raises
    ------
    PluginError
        If it raises, or gives no :class:`Week`; names the strategy, the creator and the day.
    """
    where = f"for creator {me.creator} on day {me.day}"
    given = asked(strategy, strategy.plan, (me, p), where)
    if not isinstance(given, Week):
        raise PluginError(
            f"{strategy.told} gave {given!r} {where}: its plan must return week(...)", plugin=strategy.name
        )
    return given


def is_open(strategy: Strategy, me: Standing, p: Any) -> bool:
    """Whether a strategy is open to a creator, in Python.

    Raises
    ------
    PluginError
        If it raises; names the strategy, the creator and the day.
    """
    return bool(asked(strategy, strategy.may, (me, p), f"(may) for creator {me.creator} on day {me.day}"))


def check_weeks(day: int, creators: Creators, minds: Minds, known: tuple[Strategy, ...]) -> None:
    """Refuse a week that a strategy of one's own may not ask for; ``known`` are strategies by number.

    Raises
    ------
    PluginError
        Names the strategy, what it asked for, and the creator.
    """
    weeks = (
        minds.pace,
        minds.polish,
        minds.trend_share,
        minds.audience_share,
        minds.drift,
        creators.engagement,
        minds.strain,
        minds.collaborates,
    )
    for name, values in zip(Week._fields, weeks, strict=True):
        low, high = LIMITS[name]
        broken = np.flatnonzero(~((values >= low) & (values <= high)))
        if broken.size:
            creator = int(broken[0])
            strategy = known[int(minds.strategy[creator])]
            raise PluginError(
                f"{strategy.told} plans {name} = {float(values[creator])!r} for creator {creator} on day {day}: it "
                f"must lie in [{low:g}, {high:g}]",
                plugin=strategy.name,
            )
