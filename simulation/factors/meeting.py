"""What a user meets in a creator's latest post: the one place where an encounter is made, for both engines."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from simulation.columns import Column, own_reader
from simulation.compiling import rule
from simulation.factors.base import Encounter
from simulation.factors.similarity import cosine, emotional_resonance, identity_similarity
from simulation.factors.taste import OF_COMMUNITIES, pair_taste
from simulation.recall import days_unseen, recalled, times_seen


@lru_cache(maxsize=32)
def meeting(columns: tuple[Column, ...]) -> Callable[..., Encounter]:
    """How user i meets the latest post of creator j, in a world with these columns of one's own: the one place for it.

    Gives a rule ``encounter_of(i, j, day, entry, peers_following, world, identity_scale, lately)``.

    - ``day``: days since the start
    - ``entry``: where in the follow rows the tie stands, -1 for none
    - ``peers_following``: how many of the user's peers follow the creator
    - ``world``: has ``users``, ``creators``, ``rows``, ``memory`` and ``peers``, arrays by name as in
      :mod:`simulation.state`
    - ``identity_scale``: distance of identities over which similarity falls
    - ``lately``: days before this one of which the user counts sightings
    """
    own = own_reader(columns)

    @rule
    def encounter_of(
        i: int, j: int, day: int, entry: int, peers_following: int, world: Any, identity_scale: float, lately: int
    ) -> Encounter:
        users, creators, rows = world.users, world.creators, world.rows
        u: Any = np.uint64(i)  # an index that cannot be negative saves a comparison at every access
        c: Any = np.uint64(j)
        followed = entry >= 0
        place = recalled(world.memory, i, j)
        engagement = creators.engagement[c] if followed else 0.0
        tie_age = day - rows.day[entry] if followed else -1
        return Encounter(
            user=i,
            creator=j,
            day=day,
            interest_similarity=cosine(users.interests, u, creators.post_topics, c),
            identity_similarity=identity_similarity(users.identity, u, creators.identity, c, identity_scale),
            own_taste=pair_taste(users.key[u], creators.key[c]),
            community_taste=pair_taste(OF_COMMUNITIES + users.community[u], creators.key[c]),
            same_segment=int(users.segment[u] == creators.segment[c]),
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
            following=int(followed),
            account_age=day - users.joined[u],
            creator_age=day - creators.joined[c],
            tie_age=tie_age,
            seen_lately=times_seen(world.memory, i, place, day, lately),
            unseen_days=days_unseen(world.memory, i, place, day),
            peers=world.peers.start[i + 1] - world.peers.start[i],
            own=own(users.own, u, creators.own, c, rows.own, entry),
        )

    return encounter_of
