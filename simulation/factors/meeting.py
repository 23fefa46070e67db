"""What a user meets in a creator's latest post: the one place where an encounter is made, for both engines."""

from typing import Any

import numpy as np

from simulation.compiling import rule
from simulation.factors.base import Encounter
from simulation.factors.similarity import cosine, emotional_resonance, identity_similarity


@rule
def encounter_of(
    i: int, j: int, day: int, following: bool, peers_following: int, users: Any, creators: Any, identity_scale: float
) -> Encounter:
    """User i meets the latest post of creator j.

    Parameters
    ----------
    day
        Days since the start.
    following, peers_following
        Whether the user follows the creator, and how many of the user's peers do.
    users, creators
        Arrays by name, as in :mod:`simulation.state`.
    identity_scale
        Distance of identities over which similarity falls.
    """
    u: Any = np.uint64(i)  # an index that cannot be negative saves a comparison at every access
    c: Any = np.uint64(j)
    engagement = creators.engagement[c] if following else 0.0
    return Encounter(
        user=i,
        creator=j,
        day=day,
        interest_similarity=cosine(users.interests, u, creators.post_topics, c),
        identity_similarity=identity_similarity(users.identity, u, creators.identity, c, identity_scale),
        emotional_resonance=emotional_resonance(users.taste, u, creators.expression, c),
        intensity=creators.intensity[c],
        engagement=engagement,
        quality=creators.quality[c],
        talent=creators.talent[c],
        authenticity=creators.authenticity[c],
        consistency=creators.consistency[c],
        conformity=users.conformity[u],
        peers_following=peers_following,
        crowd=creators.crowd[c],
        followers=creators.followers[c],
        following=int(following),
    )
