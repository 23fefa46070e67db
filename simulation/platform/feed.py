"""The feed: which source fills a slot, and how the platform ranks creators for each source every day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.declare import Section, parameter
from simulation.errors import ParameterError

MAX_ATTEMPTS = 64
"""A slot that cannot be filled (nobody followed, oneself, shown already) is drawn again this often, then left empty."""


class MixParameters(Section):
    """Shares of the feed's sources; they need not sum to one."""

    following: float = parameter(
        0.10,
        about="Share of the feed from creators the user follows",
        bounds=(0.0, 1e6),
        kind="lever",
        source="creators' reports that .85 of views come from the for-you page (weak); how the rest divides is assumed",
    )
    friends: float = parameter(
        0.05, about="Share of the feed from what a random peer follows", bounds=(0.0, 1e6), kind="lever"
    )
    popular: float = parameter(0.45, about="Share of the feed from what is popular", bounds=(0.0, 1e6), kind="lever")
    interest: float = parameter(
        0.35,
        about="Share of the feed from what is popular within the user's interests",
        bounds=(0.0, 1e6),
        kind="lever",
    )
    random: float = parameter(
        0.05, about="Share of the feed from creators drawn uniformly", bounds=(0.0, 1e6), kind="lever"
    )


class FeedParameters(Section):
    """The recommender."""

    mix: MixParameters = MixParameters()
    popularity_bias: float = parameter(
        1.0,
        about="Exponent gamma of momentum in the chance to be recommended: 0 ignores popularity, above 1 the winner "
        "takes all",
        bounds=(0.0, 5.0),
        kind="lever",
    )
    prior: float = parameter(
        1.0, about="Momentum a added for everybody, so that newcomers are seen", unit="follows", bounds=(1e-9, 1e9)
    )
    momentum_memory: float = parameter(
        0.97, about="Share of momentum kept from one day to the next", unit="1/day", bounds=(0.0, 1.0)
    )
    like_weight: float = parameter(
        0.0, about="What a like adds to momentum, in follows", unit="follows/like", bounds=(0.0, 100.0)
    )
    distinct: bool = parameter(False, about="Whether a session shows each creator at most once", kind="lever")
    hide_follower_counts: bool = parameter(False, about="Whether follower counts are hidden from users", kind="lever")


class PlatformView(NamedTuple):
    """What a feed source may rank by: the platform's numbers as the day begins."""

    day: int
    posted: NDArray[np.bool_]  # (M,) whether each creator posted today
    momentum: NDArray[np.float64]  # (M,) recent follows, with the newest weighing most
    followers: NDArray[np.int64]  # (M,)
    topics: NDArray[np.float64]  # (M, K) topics of today's posts, rows of unit length
    quality: NDArray[np.float64]  # (M,) realised quality of today's posts
    parameters: FeedParameters


Rank = Callable[[PlatformView], NDArray[np.float64]]


@dataclass(frozen=True)
class FeedSource:
    """A source of the feed that draws creators by weight.

    Parameters
    ----------
    name
        A Python identifier, unique among the sources of a model.
    rank
        ``rank(view) -> weights``, once a day: (M,) non-negative and finite, or (K, M), one row per topic, of which a
        user draws from the row of a topic drawn from the user's own interests. Creators who did not post are left out.
    share
        Share of the feed; None takes the share of this name from ``feed.mix``.
    """

    name: str
    rank: Rank
    share: float | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name in GRAPH_SOURCES:
            raise ParameterError(f"feed source {self.name!r}: a name must be an identifier other than {GRAPH_SOURCES}")
        number = isinstance(self.share, int | float) and not isinstance(self.share, bool)
        if self.share is not None and not (number and np.isfinite(self.share) and self.share >= 0):
            raise ParameterError(f"feed source {self.name!r}: share = {self.share!r} must be a finite number >= 0")


GRAPH_SOURCES = ("following", "friends")
"""Sources that draw from follow lists rather than by weight; they come first in every feed."""


def rank_popular(view: PlatformView) -> NDArray[np.float64]:
    """(momentum + a)^gamma: preferential exposure."""
    p = view.parameters
    return np.asarray((view.momentum + p.prior) ** p.popularity_bias)


def rank_interest(view: PlatformView) -> NDArray[np.float64]:
    """For each topic, relevance times (momentum + a)^(gamma / 2): what is both on the topic and well received."""
    p = view.parameters
    return np.asarray(view.topics.T * (view.momentum + p.prior) ** (p.popularity_bias / 2.0))


def rank_random(view: PlatformView) -> NDArray[np.float64]:
    """Everybody alike."""
    return np.ones(view.posted.size)


SOURCES: tuple[FeedSource, ...] = (
    FeedSource("popular", rank_popular),
    FeedSource("interest", rank_interest),
    FeedSource("random", rank_random),
)
"""The sources of the model that draw by weight, in order; a model's own may be added after them."""
