"""The platform: what it knows of posts that live, and how it draws from them for a feed."""

from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.student.numbers import Vector, toward

if TYPE_CHECKING:
    from benchmarks.student.creators import Post

SOURCES = ("following", "friends", "popular", "interest", "random")


class Ranking:
    """The posts of one segment, by what draws them: for each source cumulated weights."""

    def __init__(self, posts: "list[Post]", day: int, topics: int, feed: Any) -> None:
        self.posts = posts
        merits = [merit(post, day, feed) for post in posts]
        momentum = [post.creator.momentum + feed.prior for post in posts]
        self.popular = list(
            accumulate(rich**feed.popularity_bias * worth for rich, worth in zip(momentum, merits, strict=True))
        )
        heard = [rich ** (feed.popularity_bias / 2) * worth for rich, worth in zip(momentum, merits, strict=True)]
        about = [relevance(post, feed) for post in posts]
        self.interest = [
            list(accumulate(about_it[topic] * weight for about_it, weight in zip(about, heard, strict=True)))
            for topic in range(topics)
        ]

    def draw(self, source: str, interests: Vector, random: Random) -> "Post":
        """A post from one source, for somebody with some interests."""
        if source == "popular":
            return random.choices(self.posts, cum_weights=self.popular)[0]
        if source == "interest":
            [topic] = random.choices(range(len(interests)), weights=[x * x for x in interests])
            return random.choices(self.posts, cum_weights=self.interest[topic])[0]
        return random.choice(self.posts)


def relevance(post: "Post", feed: Any) -> Vector:
    """What a post is taken to be about: its topics in part, and else what its creator is known for."""
    return toward(post.topics, post.creator.known_for, feed.reputation)


def merit(post: "Post", day: int, feed: Any) -> float:
    """How fresh a post is, and how well it is received so far."""
    fresh: float = 0.5 ** ((day - post.day) / feed.half_life)
    liked = (post.likes / feed.usual_response + feed.response_views) / (post.views + feed.response_views)
    return fresh * float(liked**feed.response)
