"""The rows of the table of posts: one for each post since day 0, once nobody can see it any more, or as it stands."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.posts import lives_of
from simulation.records.days import main_topics
from simulation.state import State

Ints = NDArray[np.int64]


def post_rows(state: State, places: Ints) -> dict[str, NDArray[Any]]:
    """Columns of :data:`simulation.records.schema.POSTS_LAYOUT` for posts at some places, (P,), by day and creator.

    Places without a post, and posts from before day 0, are left out.
    """
    posts, lives = state.posts, lives_of(state.posts, state.creators)
    places = places[posts.day[places] >= 0]
    places = places[np.lexsort((places, posts.day[places]))]
    return {
        "day": posts.day[places].astype(np.int32),
        "creator": (places // lives).astype(np.int32),
        "quality": posts.quality[places],
        "topic": main_topics(posts.topics[places]).astype(np.int16),
        "sponsored": posts.sponsored[places],
        "views": posts.views[places],
        "likes": posts.likes[places],
        "shares": posts.shares[places],
    }
