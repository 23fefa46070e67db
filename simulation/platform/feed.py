"""The feed: which source fills a slot, and how the platform ranks creators for each source every day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.arguments import one_of
from simulation.declare import Section, parameter
from simulation.errors import ParameterError, PluginError
from simulation.platform.pools import PoolsParameters
from simulation.vectors import power_of, products

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
    staged: float = parameter(
        0.0,
        about="Share of the feed from posts that make their way up the traffic pools",
        bounds=(0.0, 1e6),
        kind="lever",
    )


class FeedParameters(Section):
    """The recommender."""

    mix: MixParameters = MixParameters()
    pools: PoolsParameters = PoolsParameters()
    popularity_bias: float = parameter(
        1.0,
        about="Exponent gamma of momentum in the chance to be recommended: 0 ignores popularity, above 1 the winner "
        "takes all",
        bounds=(0.0, 5.0),
        kind="lever",
    )
    position_bias: float = parameter(
        0.0,
        about="Exponent of the place in a list of what is popular, most momentum first, in the chance to be looked at: "
        "0 where there is no list, or every place is alike",
        bounds=(0.0, 5.0),
        kind="lever",
    )
    prior: float = parameter(
        1.0,
        about="Constant a added to every creator's momentum so that newcomers can be recommended",
        unit="follows",
        bounds=(1e-9, 1e9),
    )
    momentum_memory: float = parameter(
        0.97, about="Share of momentum kept from one day to the next", unit="1/day", bounds=(0.0, 1.0)
    )
    like_weight: float = parameter(
        0.0, about="What a like adds to momentum, in follows", unit="follows/like", bounds=(0.0, 100.0)
    )
    half_life: float = parameter(
        1.5,
        about="Age at which a post is recommended half as much as when it came out, all else equal",
        unit="days",
        bounds=(0.01, 1000.0),
        kind="lever",
    )
    response: float = parameter(
        0.0,
        about="Exponent of a post's likes per view in the chance to be recommended: 0 ignores how a post is received",
        bounds=(0.0, 5.0),
        kind="lever",
    )
    response_views: float = parameter(
        20.0,
        about="Views after which a post's own likes count as much as what is usual",
        unit="views",
        bounds=(0.1, 100_000.0),
    )
    usual_response: float = parameter(
        0.05,
        about="Likes per view that a post is taken to have until it is seen",
        unit="likes/view",
        bounds=(1e-6, 1.0),
    )
    reputation: float = parameter(
        0.0,
        about="Share of what a post is taken to be about that is what its creator has posted about until then, for the "
        "source interest: 0: the platform reads every post",
        bounds=(0.0, 1.0),
        kind="constant",
        source="platforms file accounts by what they post and learn of a change from later posts; the form is assumed",
    )
    reputation_posts: float = parameter(
        50.0,
        about="Posts over which the platform averages what a creator posts about",
        unit="posts",
        bounds=(1.0, 1e6),
    )
    by_segment: bool = parameter(
        False,
        about="Whether what is popular, of interest, staged or random is so within a user's segment",
        kind="lever",
    )
    crossing: float = parameter(
        0.0,
        about="Share of the slots by segment that show a segment drawn by its posts, in place of the user's own",
        bounds=(0.0, 1.0),
        kind="lever",
    )
    distinct: bool = parameter(False, about="Whether a session shows each creator at most once", kind="lever")
    hide_follower_counts: bool = parameter(
        False,
        about="Whether follower counts are hidden: from viewers, and from creators who would compare",
        kind="lever",
    )
    hide_like_counts: bool = parameter(
        False,
        about="Whether like counts are hidden: from viewers, and from the creators whose likes they are",
        kind="lever",
    )
    trend_effect: float = parameter(
        0.5,
        about="Exponent of a post's heat in the chance to be recommended as popular or as of interest",
        bounds=(0.0, 5.0),
    )
    small_creator_boost: float = parameter(
        0.0,
        about="How much more a small creator is recommended, as a share (popular, interest and staged)",
        bounds=(0.0, 1000.0),
        kind="lever",
    )
    small_creator_below: float = parameter(
        0.01,
        about="Followers, as the platform counts them, below which a creator is small, as a share of users",
        bounds=(0.0, 1.0),
        kind="lever",
    )


class PostsView(NamedTuple):
    """Posts that a feed source may rank, A of them, creator by creator or segment by segment."""

    place: NDArray[np.int64]  # (A,) where each stands in simulation.state.Posts
    creator: NDArray[np.int64]  # (A,) whose it is
    age: NDArray[np.int64]  # (A,) days since it came out
    fresh: NDArray[np.bool_]  # (A,) whether it lives: fewer days than posts do
    visible: NDArray[np.bool_]  # (A,) whether it can be seen: it lives, or is in the traffic pools
    newest: NDArray[np.bool_]  # (A,) whether it is the newest of its creator
    topics: NDArray[np.float64]  # (A, K) rows of unit length
    quality: NDArray[np.float64]  # (A,) realised quality
    views: NDArray[np.int64]  # (A,) up to today
    likes: NDArray[np.int64]  # (A,) up to today, bought ones too
    shares: NDArray[np.int64]  # (A,) up to today
    segment: NDArray[np.int64]  # (A,) of its creator; rising where the feed goes by segment


class PlatformView(NamedTuple):
    """What a feed source may rank by: the platform's numbers as the day begins."""

    day: int
    posted: NDArray[np.bool_]  # (M,) whether each creator posted today
    visible: NDArray[np.bool_]  # (M,) whether a post can be seen: today's, or one in the pools
    stage: NDArray[np.int64]  # (M,) traffic pool of the latest post, -1 for none
    momentum: NDArray[np.float64]  # (M,) recent follows, with the newest weighing most
    followers: NDArray[np.int64]  # (M,) as counted, bought ones too
    users: int  # N
    segments: int  # that users are divided into
    topics: NDArray[np.float64]  # (M, K) topics of the newest posts, rows of unit length
    quality: NDArray[np.float64]  # (M,) realised quality of the newest posts
    posts: PostsView
    heat: NDArray[np.float64]  # (K,) of topics; 1 is neither hot nor cold
    parameters: FeedParameters
    known_for: Any = None  # (M, K) mean topics of the posts until now; (M, 0) where feed.reputation is 0
    viewers: Any = None  # arrays of all users by name, see simulation.state.Users
    columns: Any = None  # columns of one's own by name


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
        user draws from the row of a topic drawn from the user's own interests. Creators with nothing to show are left
        out; of those with several posts each has an equal part of the weight. Arrays of the view can be read, not
        written to.
    share
        Share of the feed; None takes the share of this name from ``feed.mix``.
    fresh
        Whether it shows posts that live only; else older ones too that are still in the traffic pools.
    groups
        ``groups(view) -> (N,)`` whole numbers, once a day: the row of weights that each user draws from, where ``rank``
        gives (G, M), one row per group of users. None: one row for all, or one per topic.
    of
        What the weights are of: "creators", or "posts", in the order of ``view.posts``, A in place of M.
    """

    name: str
    rank: Rank
    share: float | None = None
    fresh: bool = True
    groups: Callable[[PlatformView], NDArray[np.int64]] | None = None
    of: Literal["creators", "posts"] = "creators"
    refusal: ClassVar[type[PluginError]] = PluginError

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"feed source {self.name!r}"

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name in GRAPH_SOURCES:
            raise ParameterError(f"feed source {self.name!r}: a name must be an identifier other than {GRAPH_SOURCES}")
        number = isinstance(self.share, int | float) and not isinstance(self.share, bool)
        if self.share is not None and not (number and np.isfinite(self.share) and self.share >= 0):
            raise ParameterError(f"feed source {self.name!r}: share = {self.share!r} must be a finite number >= 0")
        one_of(f"feed source {self.name!r}: of", self.of, ("creators", "posts"))


GRAPH_SOURCES = ("following", "friends")
"""Sources that draw from follow lists rather than by weight; they come first in every feed."""


def trend(view: PlatformView) -> NDArray[np.float64]:
    """How hot each post is, (A,): its topics' mean heat, to the power of ``trend_effect``; 1 where nothing is hot."""
    topics = view.posts.topics
    return power_of(1.0 + products(topics * topics, view.heat - 1.0), view.parameters.trend_effect)


def freshness(view: PlatformView) -> NDArray[np.float64]:
    """How fresh each post is, (A,): one half to the power of its age in half-lives."""
    return power_of(np.full(view.posts.age.size, 0.5), view.posts.age / view.parameters.half_life)


def reception(view: PlatformView) -> NDArray[np.float64]:
    """How well each post is received, (A,): its likes per view against the usual, to the power of ``response``.

    Both are taken together as if the post had been seen ``response_views`` times more and liked as usual, so that a
    post which few have seen is neither made nor ended by chance.
    """
    p, posts = view.parameters, view.posts
    liked = (posts.likes / p.usual_response + p.response_views) / (posts.views + p.response_views)
    return power_of(liked, p.response)


def boost(view: PlatformView) -> NDArray[np.float64]:
    """1 + ``small_creator_boost`` for posts of small creators, 1 for the others, (A,)."""
    p, followers = view.parameters, view.followers[view.posts.creator]
    return np.asarray(1.0 + p.small_creator_boost * (followers < p.small_creator_below * view.users))


def visibility(view: PlatformView) -> NDArray[np.float64]:
    """How much a place in a list is looked at, (A,): place^-``position_bias``; 1 for all where that is 0.

    The list has posts that live by momentum, the most first. Those with the same momentum stand in an order drawn anew
    for everybody who looks, which comes to the mean over their places.
    """
    posts = view.posts
    if view.parameters.position_bias == 0.0:
        return np.ones(posts.creator.size)
    falling = np.where(posts.fresh, -view.momentum[posts.creator], np.inf)
    _, tied, sizes = np.unique(falling, return_inverse=True, return_counts=True)
    looked_at = power_of(np.arange(1.0, posts.creator.size + 1.0), -view.parameters.position_bias)
    place = np.repeat(np.arange(sizes.size), sizes)
    return np.asarray((np.bincount(place, weights=looked_at) / sizes)[tied])


def rank_popular(view: PlatformView) -> NDArray[np.float64]:
    """(momentum + a)^gamma * visibility * trend * boost * freshness * reception: preferential exposure, and by place.

    Source for visibility: Krumme, Cebrian, Pickard and Pentland, PLoS ONE 2012: what others took acts on what is
    sampled, and by its place.
    """
    p = view.parameters
    rich = power_of(view.momentum + p.prior, p.popularity_bias)[view.posts.creator]
    return rich * visibility(view) * trend(view) * boost(view) * freshness(view) * reception(view)


def relevance(view: PlatformView) -> NDArray[np.float64]:
    """What each post is taken to be about, (A, K): its topics, and by ``reputation`` what its creator is known for."""
    share, topics = view.parameters.reputation, view.posts.topics
    return topics if share == 0.0 else topics + share * (view.known_for[view.posts.creator] - topics)


def rank_interest(view: PlatformView) -> NDArray[np.float64]:
    """For each topic, relevance * (momentum + a)^(gamma / 2) * trend * boost * freshness * reception: on the topic."""
    p = view.parameters
    rich = power_of(view.momentum + p.prior, p.popularity_bias / 2.0)[view.posts.creator]
    return np.asarray(relevance(view).T * rich * trend(view) * boost(view) * freshness(view) * reception(view))


def rank_staged(view: PlatformView) -> NDArray[np.float64]:
    """growth^pool * boost for posts in the traffic pools, nothing for others."""
    stage = view.stage[view.posts.creator]
    inside = view.posts.newest & (stage >= 0)
    grown = power_of(view.parameters.pools.growth, np.where(inside, stage, 0))
    return np.asarray(inside * grown * boost(view))


def rank_random(view: PlatformView) -> NDArray[np.float64]:
    """Everybody alike."""
    return np.ones(view.posts.creator.size)


SOURCES: tuple[FeedSource, ...] = (
    FeedSource("popular", rank_popular, of="posts"),
    FeedSource("interest", rank_interest, of="posts"),
    FeedSource("random", rank_random, of="posts"),
    FeedSource("staged", rank_staged, fresh=False, of="posts"),
)
"""The sources of the model that draw by weight, in order; a model's own may be added after them."""
